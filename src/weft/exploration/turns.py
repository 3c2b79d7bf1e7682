"""Where the best pipelined design changes: the limits next to a given one at which another one is the best."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .knapsack import Number, Solution, Sum, Table, Unmet, least_limit, minimise

Point = tuple[Decimal, Decimal]
"""A limit, and the best value with it."""


@dataclass(frozen=True)
class Turn:
    """The best value stays what it is while the limit on a metric is from `least` to below that of `dearer`.

    `cheaper` and `dearer` have the least limit at which the next worse and the next better value is reached, and the
    value; None if there is none, or it was not proved in time.
    """

    metric: str
    least: Decimal
    cheaper: Point | None
    dearer: Point | None

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        pairs = (("cheaper", self.cheaper), ("dearer", self.dearer))
        points = {name: None if at is None else {"limit": float(at[0]), "best": float(at[1])} for name, at in pairs}
        return {"least": float(self.least), **points}


def turns_of(
    table: Table, objective: Sum, limits: Mapping[str, float], best: Solution, deadline: float
) -> tuple[Turn, ...]:
    """The turns of every limit next to the best design, the others kept."""
    found = (_Turns(table, objective.column, limits, name, deadline).around(best) for name in limits)
    return tuple(turn for turn in found if turn is not None)


@dataclass(frozen=True)
class _Turns:
    table: Table
    column: str
    limits: Mapping[str, float]
    metric: str
    deadline: float

    def around(self, best: Solution) -> Turn | None:
        """The turns next to the best value; None for a metric that is minimised itself, and out of time."""
        same = None if self.metric == self.column else self._least(self.metric, self._sum(self.column, best))
        if same is None:
            return None
        least = self._sum(self.metric, same)
        cheaper = self._point(self._least(self.column, least.next_minus()))
        return Turn(self.metric, least, cheaper, self._dearer(best.value.next_minus()))

    def _point(self, found: Solution | None) -> Point | None:
        """The least limit at which a value is reached."""
        same = None if found is None else self._least(self.metric, self._sum(self.column, found))
        return None if found is None or same is None else (self._sum(self.metric, same), found.value)

    def _dearer(self, value: Decimal) -> Point | None:
        """The least limit at which a value is passed, and the best there."""
        found = self._least(self.metric, value)
        limit = None if found is None else self._sum(self.metric, found)
        best = None if limit is None else self._least(self.column, limit)
        return None if limit is None or best is None else (limit, best.value)

    def _least(self, column: str, most: Decimal) -> Solution | None:
        """The least sum of one of the two columns with a limit on the other; None if there is none, or no proof."""
        other = self.column if column == self.metric else self.metric
        limits: dict[str, Number] = {name: limit for name, limit in self.limits.items() if name != self.metric}
        limits[other] = min(most, limits.get(other, most))
        try:
            found = minimise(self.table, Sum(column), limits, self.deadline)
        except Unmet:
            return None
        return found if found is not None and found.certificate.status == "optimal" else None

    def _sum(self, column: str, found: Solution) -> Decimal:
        """The least limit on a column that a choice is within."""
        return least_limit(self.table[column], found.chosen)
