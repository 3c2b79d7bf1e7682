"""Structures that are too many to bound one by one, the most promising first.

The work of their units, which is known at once, gives an order; those that are first get quick bounds; and only those
that promise most by these are bounded as a search bounds them.
"""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from heapq import heappop, heappush
from math import inf

import numpy as np

from .explore import Question, look_at_clock, structures_of
from .objective import Metrics, Objective
from .quick.values import QuickBounds
from .spaces.space import MapSpace
from .spaces.structures import Numbered
from .spaces.symmetry import Renaming, is_first
from .structure.plan import Flags, Floats, Ints

_PER_TASK = 512
"""Structures that a task bounds quickly."""

Settled = Callable[[Floats, Floats], Flags]
"""[N] whether nothing with at least so much energy and time is better than what was found."""


@dataclass(frozen=True)
class Promising:
    """Numbers of structures with the least energy and cycles of each; how many others are hopeless, and how many are
    another one with its dimensions exchanged. Not `begun`: the time was over."""

    numbers: Ints
    energy: Floats
    cycles: Floats
    hopeless: int = 0
    symmetric: int = 0
    begun: bool = True


def promising(
    question: Question, numbers: Ints, objective: Objective, exchanges: list[Renaming], known: Sequence[Metrics],
    deadline: float,
) -> Promising:  # fmt: skip
    """Those of some structures, by ascending numbers, that may be better than what is known, by quick bounds."""
    if clock.time() > deadline:
        return Promising(np.empty(0, np.int64), np.empty(0), np.empty(0), begun=False)
    space = question.space
    every, machine = _numbered(space), space.accelerator
    parts = [
        _bounds(space, every, part).least(every.rows(part), machine, objective.energetic)
        for part in every.by_shape(numbers)
    ]
    energy, cycles = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    settled = np.zeros(len(numbers), np.bool_)
    for metrics in known:
        settled |= objective.settles(metrics, energy, cycles, question.goal.slack)
    left = np.flatnonzero(~settled)
    kept = np.array([n for n in left.tolist() if is_first(space, every[int(numbers[n])], exchanges)], np.int64)
    hopeless, symmetric = len(numbers) - len(left), len(left) - len(kept)
    return Promising(numbers[kept], energy[kept], cycles[kept], hopeless, symmetric)


def _numbered(space: MapSpace) -> Numbered:
    every = structures_of(space)
    assert isinstance(every, Numbered)
    return every


def _bounds(space: MapSpace, every: Numbered, numbers: Ints) -> QuickBounds:
    return _bounds_of(space, every[int(numbers[0])].units)


@lru_cache(maxsize=64)
def _bounds_of(space: MapSpace, units: tuple[int, ...]) -> QuickBounds:
    return QuickBounds(space, units)


class Promises:
    """The structures that are not bounded yet as a search bounds them. `hopeless` and `symmetric` were left out.

    Late if they are not in order by the deadline.
    """

    def __init__(self, question: Question, objective: Objective, exchanges: list[Renaming], deadline: float) -> None:
        self.hopeless, self.symmetric = 0, 0
        self._question, self._objective, self._exchanges = question, replace(objective, function=None), exchanges
        self._out: dict[int, tuple[float, Ints]] = {}
        self._waiting: list[tuple[float, int, float, float]] = []
        every, found = _numbered(question.space), []
        for numbers in every.parts():
            look_at_clock(deadline)
            work = _bounds(question.space, every, numbers).least_work(every.rows(numbers))
            found.append((numbers, *work, objective.bound(*work)))
        columns = [np.concatenate(column) for column in zip(*found, strict=True)]
        order = np.argsort(columns[-1], kind="stable")
        self._numbers, self._energy, self._cycles, self._values = (column[order] for column in columns)

    def __bool__(self) -> bool:
        return bool(len(self._numbers) or self._out or self._waiting)

    @property
    def least(self) -> float:
        """What no program of all these is below, in the objective."""
        out = [bound for bound, _ in self._out.values()]
        return float(min([*out, *self._values[:1].tolist(), self.least_known]))

    @property
    def least_known(self) -> float:
        """The same of those with quick bounds; inf if there are none."""
        return self._waiting[0][0] if self._waiting else inf

    def looks(
        self, tasks: int, known: Sequence[Metrics], settled: Settled, deadline: float
    ) -> list[tuple[object, ...]]:
        """The arguments of calls of `promising` for those that are next."""
        self._leave_out(settled)
        while len(self._numbers) and len(self._out) < tasks:
            self._send_out()
        others = self._objective, self._exchanges, known, deadline
        return [(self._question, numbers, *others) for _, numbers in self._out.values()]

    def take(self, numbers: Ints, found: Promising) -> None:
        """Take what such a call gave; what was late goes out again."""
        if not found.begun:
            return
        del self._out[int(numbers[0])]
        self.hopeless += found.hopeless
        self.symmetric += found.symmetric
        values = self._objective.bound(found.energy, found.cycles)
        rows = (column.tolist() for column in (values, found.numbers, found.energy, found.cycles))
        for item in zip(*rows, strict=True):
            heappush(self._waiting, item)

    def best(self, most: int, settled: Settled) -> list[int]:
        """The most promising structures with quick bounds, which leave here."""
        found: list[int] = []
        while self._waiting and len(found) < most:
            _, number, energy, cycles = heappop(self._waiting)
            if settled(np.array([energy]), np.array([cycles]))[0]:
                self.hopeless += 1
            else:
                found.append(number)
        return sorted(found)

    def _leave_out(self, settled: Settled) -> None:
        """Leave out what its work settles."""
        left = ~settled(self._energy, self._cycles)
        self.hopeless += len(left) - int(left.sum())
        columns = self._numbers, self._energy, self._cycles, self._values
        self._numbers, self._energy, self._cycles, self._values = (column[left] for column in columns)

    def _send_out(self) -> None:
        part = np.sort(self._numbers[:_PER_TASK])
        if len(part):
            self._out[int(part[0])] = float(self._values[0]), part
        columns = self._numbers, self._energy, self._cycles, self._values
        self._numbers, self._energy, self._cycles, self._values = (column[_PER_TASK:] for column in columns)
