"""The least sum of costs: passes over the layers under a ceiling that rises until a choice is below it.

A ceiling just above the relaxation leaves few partial choices; the first choice below a ceiling is the best there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf
from time import monotonic

import numpy as np

from .bounds import Bounds, bounds
from .dominance import undominated
from .limits import Problem, Unmet, check_each, least_of_each
from .merge import run
from .units import Integers

FIRST_STEP = 1e-3
"""The first ceiling above the relaxation, as a part of what lies between it and a first guess; then it rises by:"""
RISE = 4

GUESS = 1 << 6
ROOM = 1 << 12
MOST = 1 << 18
MOST_OF_SEVERAL = 1 << 14
"""Partial choices of a layer that have room: in the first guess, in the first passes, in any, and in any with several
limits, where each is compared with all others."""
WIDER = 8


@dataclass(frozen=True, slots=True)
class Found:
    """A choice with its cost, what no choice costs less than, and what it took; `chosen` is None if none was found."""

    chosen: tuple[int, ...] | None
    cost: int
    lower_bound: int
    relaxation: float
    passes: int
    states: int


def solve(problem: Problem, deadline: float = inf, gap: float = 0.0) -> Found:
    """The cheapest choice within the limits, or one above it by the part `gap`. Raises Unmet when there is none.

    After `deadline`, a time of `monotonic`, or where more partial choices of a layer could be the best than there is
    room for, it ends with the best choice that it has.
    """
    check_each(problem)
    small, kept, order = _reduced(problem)
    limits = bounds(small)
    found = _Search(small, limits, deadline).go(gap)
    if found.chosen is None:
        return found
    chosen = [0] * len(order)
    for layer, option in zip(order, found.chosen, strict=True):
        chosen[layer] = int(kept[layer][option])
    return Found(tuple(chosen), found.cost, found.lower_bound, found.relaxation, found.passes, found.states)


def _reduced(problem: Problem) -> tuple[Problem, list[Integers], list[int]]:
    """The problem with the options that can be part of a best choice, layers with many of them first, equal ones
    beside each other; which options they are, and the order of the layers.
    """
    least = least_of_each(problem)
    limits = tuple(
        min(limit, sum(int(weight[row].max()) for weight in problem.weights))
        for row, limit in enumerate(problem.limits)
    )
    spare = np.array(limits, np.int64) - np.array(least, np.int64)
    kept = []
    for costs, weights in zip(problem.costs, problem.weights, strict=True):
        light = np.flatnonzero((weights - weights.min(axis=1)[:, None] <= spare[:, None]).all(axis=0))
        kept.append(light[undominated(costs[light], weights[:, light])])
    if not all(map(len, kept)):
        raise Unmet(tuple(range(len(problem.limits))), least)
    texts = [problem.costs[n][k].tobytes() + problem.weights[n][:, k].tobytes() for n, k in enumerate(kept)]
    order = sorted(range(len(kept)), key=lambda layer: (-len(kept[layer]), texts[layer]))
    small = Problem(
        tuple(problem.costs[layer][kept[layer]] for layer in order),
        tuple(problem.weights[layer][:, kept[layer]] for layer in order),
        limits,
    )
    return small, kept, order


class _Search:
    def __init__(self, problem: Problem, limits: Bounds, deadline: float) -> None:
        self.problem, self.limits, self.deadline = problem, limits, deadline
        self.most = MOST if len(problem.limits) == 1 else MOST_OF_SEVERAL
        nothing = np.zeros((len(problem.limits), 1), np.int64)
        self.relaxation = max(0.0, float(limits.of(0, np.zeros(1, np.int64), nothing)[0]))
        self.dearest = sum(int(cost.max()) for cost in problem.costs)
        self.best: tuple[int, ...] | None = None
        self.cost, self.lower = self.dearest + 1, 0
        self.passes = self.states = 0

    def go(self, gap: float) -> Found:
        """Guess, then raise the ceiling until a choice is below it, giving partial choices more room as they need."""
        if self.relaxation == inf:
            raise self._unmet()
        self.lower = ceil(self.relaxation)
        self._complete(self.dearest, GUESS)
        step, room = max(1.0, (self.cost - self.relaxation) * FIRST_STEP), ROOM
        while self.cost - self.lower > self.lower * gap:  # exact without a gap, however large the numbers
            if self._complete(min(ceil(self.relaxation + step), self.cost - 1), min(room, self.most)):
                step *= RISE
            elif room >= self.most or monotonic() > self.deadline:
                break
            else:
                room *= WIDER
        if self.best is None and self.lower > self.dearest:
            raise self._unmet()
        return Found(self.best, self.cost, self.lower, self.relaxation, self.passes, self.states)

    def _complete(self, ceiling: int, room: int) -> bool:
        """A pass; whether all had room, so that no other choice costs `ceiling` or less."""
        found = run(self.problem, self.limits, ceiling, room, self.deadline)
        self.passes, self.states = self.passes + 1, self.states + found.states
        if found.chosen is not None and (cost := self.problem.cost(found.chosen)) < self.cost:
            self.best, self.cost = found.chosen, cost
        left_out = min(ceiling + 1, ceil(min(found.dropped, self.dearest + 1)))
        self.lower = max(self.lower, min(self.cost, left_out))
        return found.dropped == inf

    def _unmet(self) -> Unmet:
        return Unmet(tuple(range(len(self.problem.limits))), least_of_each(self.problem))
