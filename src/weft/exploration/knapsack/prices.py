"""Prices of several weights at which the cheapest choice, prices paid, costs the most: the best of such bounds."""

from __future__ import annotations

import numpy as np

from .envelope import Floats
from .limits import Problem

SOFTER, SHARPER, STEPS = 0.1, 0.5, 24
"""The minimum over options is first rounded off by a part of a layer's mean cost, in every step by half as much."""

NEWTON, HALVINGS = 3, 8
"""Newton steps at each softness, and how often one that gains nothing is halved."""


def best_prices(problem: Problem) -> Floats:
    """Prices by Newton steps on the sum of soft minima, which get ever harder. Any prices make a bound."""
    scale = np.maximum(np.array(problem.limits, float), 1.0)
    costs, weights = _padded(problem, scale)
    unit = max(float(np.where(np.isfinite(costs), costs, 0.0).max(axis=1).mean()), 1.0)
    soft = _Soft(costs / unit, weights)
    prices, softness = np.zeros(len(scale)), SOFTER
    for _ in range(STEPS):
        for _ in range(NEWTON):
            prices = soft.improved(prices, softness)
        softness *= SHARPER
    return np.asarray(prices * unit / scale)


class _Soft:
    """The least cost of all layers at given prices, rounded off: concave and smooth in the prices."""

    def __init__(self, costs: Floats, weights: Floats) -> None:
        self.costs, self.weights = costs, weights

    def value(self, prices: Floats, softness: float) -> float:
        """The sum of the soft minima, less what the limits pay."""
        priced = self.costs + np.tensordot(prices, self.weights, 1)
        least = priced.min(axis=1)
        sums = np.exp((least[:, None] - priced) / softness).sum(axis=1)
        return float((least - softness * np.log(sums)).sum() - prices.sum())

    def improved(self, prices: Floats, softness: float) -> Floats:
        """Prices after a Newton step that does not lower the value; those at zero may stay there."""
        priced = self.costs + np.tensordot(prices, self.weights, 1)
        shares = np.exp((priced.min(axis=1)[:, None] - priced) / softness)
        shares /= shares.sum(axis=1)[:, None]
        means = (shares * self.weights).sum(axis=2)
        slope = means.sum(axis=1) - 1.0
        products = np.einsum("lo,ilo,jlo->ij", shares, self.weights, self.weights)
        curve = (products - means @ means.T) / softness
        free = (prices > 0) | (slope > 0)
        step = np.zeros_like(prices)
        ridge = (np.trace(curve) + 1.0) * 1e-12
        step[free] = np.linalg.solve(curve[np.ix_(free, free)] + ridge * np.eye(int(free.sum())), slope[free])
        before = self.value(prices, softness)
        for _ in range(HALVINGS):
            tried = np.maximum(prices + step, 0.0)
            if self.value(tried, softness) > before:
                return tried
            step /= 2
        return prices


def _padded(problem: Problem, scale: Floats) -> tuple[Floats, Floats]:
    """Costs (layer, option) and weights (limit, layer, option) in parts of the limits; what is no option costs inf."""
    width = max(len(cost) for cost in problem.costs)
    costs = np.full((len(problem.costs), width), np.inf)
    weights = np.zeros((len(scale), len(problem.costs), width))
    for layer, (cost, weight) in enumerate(zip(problem.costs, problem.weights, strict=True)):
        costs[layer, : len(cost)] = cost
        weights[:, layer, : len(cost)] = weight / scale[:, None]
    return costs, weights
