"""What is minimised over a table of options: a sum, a product of two sums, or the worst layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import inf

import numpy as np

from ...search.objective import TINY
from .certificate import Certificate
from .limits import Problem
from .products import least_product
from .solve import Found, solve
from .units import Column, Integers, Number, exact, limit_units
from .worst import least_worst

BITS = 60
"""Bits of the largest sum."""
PRODUCT_BITS = 40
"""Bits of the largest sums of which products are taken: weighted sums of them must fit as well."""

Table = Mapping[str, Sequence[Sequence[Number]]]
"""Columns of numbers, none negative: one for every option of every layer."""


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of a column over all layers."""

    column: str


@dataclass(frozen=True, slots=True)
class Product:
    """The product of two sums, each to a power, such as energy · cycles²."""

    columns: tuple[str, str]
    powers: tuple[int, int] = (1, 1)


@dataclass(frozen=True, slots=True)
class Worst:
    """The largest number of a column over all layers: the pace of a pipeline whose stages are the layers."""

    column: str


Objective = Sum | Product | Worst


@dataclass(frozen=True, slots=True)
class Solution:
    """The number of every layer's option, the objective's value, and what is proved of it."""

    chosen: tuple[int, ...]
    value: Decimal
    certificate: Certificate


def minimise(
    table: Table, objective: Objective, limits: Mapping[str, Number], deadline: float = inf, gap: float = 0.0
) -> Solution | None:
    """The option of every layer with which the objective is least, and the sum of each limited column within its limit.

    The answer may be above the least by the part `gap`. Sums are compared exactly, as `units.exact` says. None if
    nothing was found by the deadline, a time of `monotonic`. Raises Unmet when there is nothing to be found.
    """
    weights = {name: exact(table[name], BITS, up=True) for name in limits}
    most = tuple(limit_units(limits[name], weights[name].exponent) for name in limits)
    bounded = _Bounded(table, weights, most, deadline, gap)
    if isinstance(objective, Product):
        return bounded.product(objective)
    if isinstance(objective, Worst):
        return bounded.worst(objective)
    return bounded.sum(objective)


def least_limit(column: Sequence[Sequence[Number]], chosen: Sequence[int]) -> Decimal:
    """The least limit on a column that the sum of a choice is within, as limits are compared."""
    weights = exact(column, BITS, up=True)
    return weights.amount(sum(int(layer[option]) for layer, option in zip(weights.layers, chosen, strict=True)))


@dataclass(frozen=True)
class _Bounded:
    """A table with limits in units of their columns."""

    table: Table
    weights: Mapping[str, Column]
    most: tuple[int, ...]
    deadline: float
    gap: float

    def sum(self, objective: Sum) -> Solution | None:
        """The least sum."""
        costs = exact(self.table[objective.column], BITS, up=False)
        found = solve(self._problem(costs.layers), self.deadline, self.gap)
        if found.chosen is None:
            return None
        lower = costs.amount(found.lower_bound)
        certificate = self._certificate(lower, costs.amount(found.cost), [found], {objective.column: costs})
        return Solution(found.chosen, costs.amount(found.cost), certificate)

    def product(self, objective: Product) -> Solution | None:
        """The least product of two sums."""
        columns = {name: exact(self.table[name], PRODUCT_BITS, up=False) for name in objective.columns}
        one, other = columns.values()
        found = least_product(one.layers, other.layers, objective.powers, self._solve, self.gap)
        if found is None:
            return None
        exponent = one.exponent * objective.powers[0] + other.exponent * objective.powers[1]
        lower = Column((), exponent, False).amount(-(-found.lower_bound.numerator // found.lower_bound.denominator))
        value = Column((), exponent, False).amount(found.value)
        certificate = self._certificate(lower, value, [line.found for line in found.lines], columns)
        return Solution(found.chosen, value, certificate)

    def worst(self, objective: Worst) -> Solution | None:
        """The least pace."""
        costs = exact(self.table[objective.column], BITS, up=False)
        found = least_worst(self._problem(costs.layers), self.deadline, self.gap)
        if found.chosen is None:
            return None
        value, lower = costs.amount(found.cost), costs.amount(found.lower_bound)
        return Solution(found.chosen, value, self._certificate(lower, value, [found], {objective.column: costs}))

    def _solve(self, costs: Sequence[Integers]) -> Found:
        return solve(self._problem(costs), self.deadline)

    def _problem(self, costs: Sequence[Integers]) -> Problem:
        """The problem with these costs; without limits it has one that nothing exceeds."""
        if not self.weights:
            return Problem(tuple(costs), tuple(np.zeros((1, len(cost)), np.int64) for cost in costs), (0,))
        rows = zip(*(column.layers for column in self.weights.values()), strict=True)
        return Problem(tuple(costs), tuple(np.vstack(row) for row in rows), self.most)

    def _certificate(
        self, lower: Decimal, value: Decimal, found: Sequence[Found], costs: Mapping[str, Column]
    ) -> Certificate:
        columns = {**costs, **self.weights}
        rounded = tuple((name, column.amount(1)) for name, column in columns.items() if column.rounded)
        size = self._problem(next(iter(costs.values())).layers).size
        counts = sum(item.passes for item in found), sum(item.states for item in found)
        gap = 0.0 if lower >= value else float(value / lower - 1) if lower else inf
        status = "optimal" if not gap else "within" if gap <= self.gap * (1 + TINY) else "budget"
        return Certificate(status, min(lower, value), gap, size, *counts, rounded)
