"""The problem in whole numbers, and when no choice keeps its limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from .units import Integers


@dataclass(frozen=True, slots=True)
class Problem:
    """Costs and weights of the options of every layer, none negative, and the most that each weight may sum to.

    `weights` have one row a limit. All sums are below 2^62.
    """

    costs: tuple[Integers, ...]
    weights: tuple[Integers, ...]
    limits: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many designs there are."""
        return prod(len(cost) for cost in self.costs)

    def cost(self, chosen: Sequence[int]) -> int:
        """The cost of one option a layer."""
        return sum(int(cost[option]) for cost, option in zip(self.costs, chosen, strict=True))


@dataclass(frozen=True)
class Unmet(Exception):
    """No choice keeps the limits of these numbers; `least` has what each sums to at least, whatever the others."""

    rows: tuple[int, ...]
    least: tuple[int, ...]


def check_each(problem: Problem) -> None:
    """Unmet if a limit cannot be kept even if it were the only one."""
    least = least_of_each(problem)
    if rows := tuple(row for row, limit in enumerate(problem.limits) if least[row] > limit):
        raise Unmet(rows, least)


def least_of_each(problem: Problem) -> tuple[int, ...]:
    """What each weight sums to at least."""
    return tuple(sum(int(np.min(weight[row])) for weight in problem.weights) for row in range(len(problem.limits)))
