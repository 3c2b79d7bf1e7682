"""Lower bounds of what is begun: the rest by its envelope in one weight, the other weights at a price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .envelope import Envelope, Floats, envelopes
from .limits import Problem
from .prices import best_prices
from .units import Integers

SLACK = 1e-12
"""Rounding of bounds, as a part of the largest sums that they are made of."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Lower bounds for choices of the first layers; `margin` is more than floating point can be off by."""

    prices: Floats
    rows: tuple[tuple[Envelope, ...], ...]
    limits: Integers
    margin: float

    def of(self, stage: int, costs: Integers, weights: Integers) -> Floats:
        """What a whole choice costs at least, if the layers before `stage` have these costs and weights.

        Infinite where no choice of the rest keeps a limit.
        """
        left = self.limits[:, None] - weights
        found = np.full(len(costs), -np.inf)
        for row, found_by in enumerate(self.rows):
            others = np.where(np.arange(len(self.prices)) == row, 0.0, self.prices)
            found = np.maximum(found, found_by[stage].at(left[row]) - others @ left)
        return np.asarray(costs + found - self.margin)


def bounds(problem: Problem) -> Bounds:
    """The bounds of a problem, with the best prices if it has several limits."""
    prices = best_prices(problem) if len(problem.limits) > 1 else np.zeros(len(problem.limits))
    rows = []
    for row in range(len(problem.limits)):
        others = np.where(np.arange(len(prices)) == row, 0.0, prices)
        costs = [cost + others @ weight for cost, weight in zip(problem.costs, problem.weights, strict=True)]
        rows.append(envelopes([weight[row] for weight in problem.weights], costs))
    limits = np.array(problem.limits, np.int64)
    most = sum(float(cost.max()) for cost in problem.costs)
    heaviest = sum(prices @ weight.max(axis=1) for weight in problem.weights)
    return Bounds(prices, tuple(rows), limits, SLACK * float(most + heaviest + prices @ limits))
