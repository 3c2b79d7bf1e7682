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
from typing import Any

import numpy as np

from .objective import Metrics, Objective
from .question import Question, look_at_clock, structures_of
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


_LATE = Promising(np.empty(0, np.int64), np.empty(0), np.empty(0), begun=False)


def promising(
    question: Question, numbers: Ints, objective: Objective, exchanges: list[Renaming], known: Sequence[Metrics],
    deadline: float,
) -> Promising:  # fmt: skip
    """Those of some structures, by ascending numbers, that may be better than what is known, by quick bounds."""
    space = question.space
    every, machine = _numbered(space), space.accelerator
    parts = []
    for part in every.by_shape(numbers):
        if clock.time() > deadline:
            return _LATE
        parts.append(_bounds(space, every, part).least(every.rows(part), machine, objective.energetic))
    energy, cycles = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    left = np.flatnonzero(~objective.settled(known, energy, cycles, question.goal.slack))
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
    """The structures that are not bounded yet as a search bounds them.

    `hopeless`, `unfit` and `symmetric` count what was left out. `handed` is what none of those is below that were
    handed out last.
    """

    def __init__(self, question: Question, objective: Objective, exchanges: list[Renaming]) -> None:
        self.hopeless, self.unfit, self.symmetric, self.handed = 0, 0, 0, inf
        self._question, self._objective, self._exchanges = question, replace(objective, function=None), exchanges
        self._out: dict[int, tuple[float, Ints]] = {}
        self._waiting: list[tuple[float, int, float, float]] = []
        self._numbers, self._values = np.empty(0, np.int64), np.empty(0)
        self._energy, self._cycles = np.empty(0), np.empty(0)
        self._parts = _numbered(question.space).parts()
        self._found: list[tuple[Ints, Floats, Floats]] = []

    def order(self, deadline: float) -> None:
        """Order all structures by their work; Late if the time is over, and another call goes on from there."""
        every = _numbered(self._question.space)
        while True:
            look_at_clock(deadline)
            numbers = next(self._parts, None)
            if numbers is None:
                break
            work = _bounds(self._question.space, every, numbers).least_work(every.rows(numbers))
            self._found.append((numbers, *work))
        numbers, self._energy, self._cycles = (np.concatenate(column) for column in zip(*self._found, strict=True))
        values = np.asarray(self._objective.bound(self._energy, self._cycles), np.float64)
        self._found = []
        self._numbers, self._values = numbers, values
        self._keep(np.argsort(values, kind="stable"))

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
        left = ~settled(self._energy, self._cycles)
        self.hopeless += len(left) - int(left.sum())
        self._keep(left)
        while len(self._numbers) and len(self._out) < tasks:
            part = np.sort(self._numbers[:_PER_TASK])
            self._out[int(part[0])] = float(self._values[0]), part
            self._keep(slice(_PER_TASK, None))
        others = self._objective, self._exchanges, known, deadline
        return [(self._question, numbers, *others) for _, numbers in self._out.values()]

    def take(self, numbers: Ints, found: Promising) -> None:
        """Take what such a call gave; what was late goes out again."""
        if not found.begun:
            return
        del self._out[int(numbers[0])]
        self.hopeless += found.hopeless
        self.symmetric += found.symmetric
        values = np.asarray(self._objective.bound(found.energy, found.cycles), np.float64)
        fits = np.isfinite(values)
        self.unfit += len(fits) - int(fits.sum())
        rows = (column[fits].tolist() for column in (values, found.numbers, found.energy, found.cycles))
        for item in zip(*rows, strict=True):
            heappush(self._waiting, item)

    def best(self, most: int, settled: Settled) -> dict[int, float]:
        """The most promising structures with their quick bounds, which leave here."""
        found: dict[int, float] = {}
        self.handed = self.least_known
        while self._waiting and len(found) < most:
            bound, number, energy, cycles = heappop(self._waiting)
            if settled(np.array([energy]), np.array([cycles]))[0]:
                self.hopeless += 1
            else:
                found[number] = bound
        return found

    def _keep(self, rows: Any) -> None:
        """Keep some rows of what has no quick bounds."""
        columns = self._numbers, self._energy, self._cycles, self._values
        self._numbers, self._energy, self._cycles, self._values = (column[rows] for column in columns)
