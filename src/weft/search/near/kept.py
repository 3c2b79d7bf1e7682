"""Which programs beside the best are asked for, and a list of those that were found."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from math import floor, inf
from typing import Generic, TypeVar

from ..objective import TINY, Goal, Metrics, power_product

MOST = 10_000
"""Programs that can be asked for."""

UNASKED = 1000
"""Programs that are kept where none says how many."""

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Near:
    """Programs of `most` different pairs of energy and cycles at most, whose values are at most 1 + `within` times the
    least one (inf: any)."""

    most: int
    within: float


class Kept(Generic[P]):
    """The programs with the least values so far, one of each pair of energy and cycles, in this order.

    Energies that are equal but for rounding are equal.
    """

    def __init__(self, near: Near, goal: Goal) -> None:
        self._near, self._goal = near, goal
        self._values: list[float] = []
        self._items: list[tuple[Metrics, P]] = []

    @property
    def items(self) -> list[tuple[Metrics, P]]:
        """What is kept."""
        return list(self._items)

    @property
    def full(self) -> bool:
        """Whether there are as many as there may be."""
        return len(self._items) == self._near.most

    @property
    def reach(self) -> float:
        """The value below which all programs are asked for, by what is kept; inf: all."""
        part = self._values[0] * (1 + self._near.within) if self._values else inf
        return min(part, self._values[-1] if self.full else inf)

    @property
    def cutoff(self) -> Metrics | None:
        """Metrics of no program, whose value is the least one that is not worth anything more; None: any may be."""
        least = min(self._beyond(), self._values[-1] if self.full else inf)
        if least == inf:
            return None
        return Metrics(least, 1) if self._goal.a else Metrics(0.0, int(least))

    def _beyond(self) -> float:
        """The least value that is not within the part."""
        if not self._values or self._near.within == inf:
            return inf
        most = self._values[0] * (1 + self._near.within)
        # What is equal but for rounding is within, and cycles are whole.
        return most * (1 + 4 * TINY) if self._goal.a else floor(most * (1 + TINY)) + 1.0

    def takes(self, metrics: Metrics) -> bool:
        """Whether a program has one of the least values, and energy and cycles that no other has."""
        value, most = self._value(metrics), self.cutoff
        if most is not None and self._value(most) <= value * (1 + TINY):
            return False
        place = bisect_left(self._values, value * (1 - 4 * TINY))
        while place < len(self._values) and self._values[place] <= value * (1 + 4 * TINY):
            kept = self._items[place][0]
            if kept.cycles == metrics.cycles and abs(kept.energy_pj - metrics.energy_pj) <= TINY * kept.energy_pj:
                return False
            place += 1
        return True

    def enter(self, metrics: Metrics, program: P) -> None:
        """Enter a program that is taken, and drop those that no longer are among the least."""
        value = self._value(metrics)
        place = bisect_left(self._values, value)
        self._values.insert(place, value)
        self._items.insert(place, (metrics, program))
        last = min(bisect_left(self._values, self._beyond() * (1 - TINY)), self._near.most)
        del self._values[last:], self._items[last:]

    def _value(self, metrics: Metrics) -> float:
        return float(power_product(metrics.energy_pj, metrics.cycles, self._goal.a, self._goal.b))
