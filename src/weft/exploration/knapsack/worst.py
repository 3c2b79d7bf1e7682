"""The least pace: the smallest largest cost at which options of all layers keep the limits together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf
from time import monotonic

import numpy as np

from .limits import Problem, Unmet, check_each
from .solve import Found, solve


def least_worst(problem: Problem, deadline: float = inf, gap: float = 0.0) -> Found:
    """The choice whose dearest option is cheapest, by bisection over the costs. Raises Unmet when there is none.

    Of all choices with options up to a cost the one is found whose first weight is least: it keeps the limits if any
    does. After the deadline, a time of `monotonic`, the best choice so far is the answer, as is one within `gap`.
    """
    check_each(problem)
    known = sorted({int(cost) for layer in problem.costs for cost in layer})
    low = known.index(max(int(layer.min()) for layer in problem.costs))
    tried = _Tried(problem, deadline)
    best = tried.up_to(known[-1])
    if best is None:
        if tried.undecided:
            return Found(None, 0, known[low], 0.0, tried.passes, tried.states)
        raise Unmet(tuple(range(len(problem.limits))), ())
    high = known.index(tried.worst(best))
    while known[high] - known[low] > known[low] * gap and monotonic() < deadline:
        middle = (low + high) // 2
        found = tried.up_to(known[middle])
        if found is None and tried.undecided:
            break
        if found is None:
            low = middle + 1
        else:
            best, high = found, known.index(tried.worst(found))
    return Found(best, known[high], known[min(low, high)], 0.0, tried.passes, tried.states)


@dataclass
class _Tried:
    """Choices with options up to a cost, and what finding them took; `undecided` if one was not found in time."""

    problem: Problem
    deadline: float
    passes: int = 0
    states: int = 0
    undecided: bool = field(default=False, init=False)

    def worst(self, chosen: Iterable[int]) -> int:
        """The largest cost of a choice."""
        return max(int(layer[option]) for layer, option in zip(self.problem.costs, chosen, strict=True))

    def up_to(self, most: int) -> tuple[int, ...] | None:
        """A choice of options that cost `most` or less each, within the limits."""
        numbers = [np.flatnonzero(layer <= most) for layer in self.problem.costs]
        weights = tuple(rows[:, kept] for rows, kept in zip(self.problem.weights, numbers, strict=True))
        try:
            found = solve(Problem(tuple(rows[0] for rows in weights), weights, self.problem.limits), self.deadline)
        except Unmet:
            return None
        self.passes, self.states = self.passes + found.passes, self.states + found.states
        if found.chosen is None:
            self.undecided = True
            return None
        return tuple(int(kept[option]) for kept, option in zip(numbers, found.chosen, strict=True))
