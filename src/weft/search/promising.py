"""Structures the most promising first: most are left out before they are begun.

The work of their units, which is known at once, gives an order; those that are first get quick bounds; and only those
that promise most by these are begun.
"""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from heapq import heappop, heappush
from math import inf
from typing import Any

import numpy as np

from .objective import Metrics, Objective
from .question import Question, look_at_clock, structures_of
from .quick.values import QuickCache
from .spaces.space import MapSpace
from .spaces.symmetry import Renaming, is_first
from .structure.plan import Flags, Floats, Ints

_PER_TASK = 512
"""Structures that a task bounds quickly."""

Settled = Callable[[Floats, Floats], Flags]
"""[N] whether nothing with at least so much energy and time is better than what was found."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What no program of a structure is below: the value of `energy` and `cycles`. By themselves these are no bounds,
    but where a front is searched."""

    bound: float
    energy: float = 0.0
    cycles: float = 0.0


@dataclass(frozen=True)
class Promising:
    """Numbers of structures with the energy and cycles that they promise; how many others are hopeless, and how many
    are another one with its dimensions exchanged. Not `begun`: the time was over."""

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
    if clock.time() > deadline:
        return _LATE
    return _looked_at(question, numbers, objective, exchanges, known, _quick_for(question.space, objective))


def _looked_at(
    question: Question, numbers: Ints, objective: Objective, exchanges: list[Renaming], known: Sequence[Metrics],
    quick: QuickCache,
) -> Promising:  # fmt: skip
    space, every = question.space, structures_of(question.space)
    power, machine = question.goal.most_power, space.accelerator
    energy, cycles = quick.least(space, every.rows(numbers), power, machine, only_least=True)
    left = np.flatnonzero(~objective.settled(known, energy, cycles, question.goal.slack))
    kept = np.array([n for n in left.tolist() if is_first(space, every[int(numbers[n])], exchanges)], np.int64)
    hopeless, symmetric = len(numbers) - len(left), len(left) - len(kept)
    return Promising(numbers[kept], energy[kept], cycles[kept], hopeless, symmetric)


@lru_cache(maxsize=4)
def _quick_for(space: MapSpace, objective: Objective) -> QuickCache:
    """The quick bounds of a space, made once per process."""
    return QuickCache(objective)


class Promises:
    """The structures that are not begun.

    `hopeless`, `unfit`, `beyond` (a limit) and `symmetric` count what was left out.
    """

    def __init__(self, question: Question, objective: Objective, exchanges: list[Renaming]) -> None:
        self.hopeless, self.unfit, self.beyond, self.symmetric = 0, 0, 0, 0
        self._question, self._objective, self._exchanges = question, replace(objective, function=None), exchanges
        self._out: dict[int, tuple[float, Ints]] = {}
        self._waiting: list[tuple[float, int, float, float]] = []
        self._numbers, self._values = np.empty(0, np.int64), np.empty(0)
        self._energy, self._cycles = np.empty(0), np.empty(0)
        self._parts = structures_of(question.space).parts()
        self._found: list[tuple[Ints, Floats, Floats]] = []

    def order(self, deadline: float) -> None:
        """Order all structures by their work; Late if the time is over, and another call goes on from there."""
        space = self._question.space
        every, quick = structures_of(space), _quick_for(space, self._objective)
        while True:
            look_at_clock(deadline)
            numbers = next(self._parts, None)
            if numbers is None:
                break
            self._found.append((numbers, *quick.least_work(space, every.rows(numbers))))
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
        known = [bound for bound, *_ in self._waiting[:1]]
        return float(min([*out, *self._values[:1].tolist(), *known], default=inf))

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

    def look_at_all(self, quick: QuickCache) -> None:
        """Have quick bounds of all structures at once, here."""
        numbers, self._numbers = np.sort(self._numbers), self._numbers[:0]
        self._energy, self._cycles, self._values = self._energy[:0], self._cycles[:0], self._values[:0]
        found = _looked_at(self._question, numbers, self._objective, self._exchanges, (), quick)
        self._take(found)

    def take(self, numbers: Ints, found: Promising) -> None:
        """Take what such a call gave; what was late goes out again."""
        if not found.begun:
            return
        del self._out[int(numbers[0])]
        self._take(found)

    def _take(self, found: Promising) -> None:
        self.hopeless += found.hopeless
        self.symmetric += found.symmetric
        values = np.asarray(self._objective.bound(found.energy, found.cycles), np.float64)
        left = np.isfinite(values)
        unfit = int(np.isinf(found.energy).sum())
        self.unfit += unfit
        self.beyond += len(left) - int(left.sum()) - unfit
        rows = (column[left].tolist() for column in (values, found.numbers, found.energy, found.cycles))
        for item in zip(*rows, strict=True):
            heappush(self._waiting, item)

    def best(self, most: int, others: Sequence[tuple[float, int]], settled: Settled) -> Iterator[tuple[int, Promise]]:
        """The most promising structures, which leave here, as long as they are among the first with others."""
        bounds, taken = [bound for bound, _ in others], 0
        while self._waiting and taken + sum(bound <= self._waiting[0][0] for bound in bounds) < most:
            bound, number, energy, cycles = heappop(self._waiting)
            if settled(np.array([energy]), np.array([cycles]))[0]:
                self.hopeless += 1
            else:
                taken += 1
                yield number, Promise(bound, energy, cycles)

    def _keep(self, rows: Any) -> None:
        """Keep some rows of what has no quick bounds."""
        columns = self._numbers, self._energy, self._cycles, self._values
        self._numbers, self._energy, self._cycles, self._values = (column[rows] for column in columns)
