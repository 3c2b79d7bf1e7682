"""The least product of two sums, such as energy times cycles.

A product of powers is quasi-concave: over all choices it is least at a corner of the hull of their pairs of sums, and
on a line below them at an end of the part that counts. So weighted sums, each minimised exactly, enclose it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heappop, heappush
from math import gcd
from typing import TypeAlias

from .solve import Found
from .units import Integers

Minimise: TypeAlias = Callable[[Sequence[Integers]], Found]
Pair: TypeAlias = tuple[int, int]

BITS = 60
"""Bits of the largest weighted sum."""


@dataclass(frozen=True, slots=True)
class Line:
    """No choice has a · first + b · second below `value`, `slope` being (a, b).

    `point` has the two sums of the choice that was found for it.
    """

    slope: Pair
    value: int
    point: Pair
    found: Found


@dataclass(frozen=True, slots=True)
class Enclosed:
    """The choice with the least product, the product, what no product is below, and the weighted sums it took."""

    chosen: tuple[int, ...]
    value: int
    lower_bound: Fraction
    lines: tuple[Line, ...]


def least_product(
    first: Sequence[Integers], second: Sequence[Integers], powers: Pair, minimise: Minimise, gap: float = 0.0
) -> Enclosed | None:
    """The choice with the least first^a · second^b, `powers` being (a, b), or one above it by the part `gap`.

    None if no choice was found in time.
    """
    return _Enclosing(first, second, powers, minimise).least(Fraction(gap))


class _Enclosing:
    def __init__(self, first: Sequence[Integers], second: Sequence[Integers], powers: Pair, minimise: Minimise) -> None:
        self.columns, self.powers, self.minimise = (first, second), powers, minimise
        self.most = [sum(int(layer.max()) for layer in column) for column in self.columns]
        self.lines: list[Line] = []
        self.corners: list[tuple[Fraction, int, int]] = []

    def least(self, gap: Fraction) -> Enclosed | None:
        """Look between neighbouring lines, the least corner first, until no corner is below the best product."""
        if not (self._add((0, 1)) and self._add((1, 0))):
            return None
        self._meet(0, 1)
        while True:
            bound, one, other = heappop(self.corners)
            best = min(self.lines, key=lambda line: self._product(*line.point))
            value = self._product(*best.point)
            slope = self._between(self.lines[one], self.lines[other])
            if bound * (1 + gap) >= value or slope in [line.slope for line in self.lines] or not self._add(slope):
                assert best.found.chosen is not None
                return Enclosed(best.found.chosen, int(value), min(bound, Fraction(value)), tuple(self.lines))
            self._meet(one, len(self.lines) - 1)
            self._meet(len(self.lines) - 1, other)

    def _add(self, slope: Pair) -> bool:
        """The line of a slope, if a choice was found."""
        a, b = slope
        found = self.minimise([a * x + b * y for x, y in zip(*self.columns, strict=True)])
        if found.chosen is None:
            return False
        x, y = (
            sum(int(layer[option]) for layer, option in zip(column, found.chosen, strict=True))
            for column in self.columns
        )
        self.lines.append(Line(slope, found.lower_bound, (x, y), found))
        return True

    def _meet(self, one: int, other: int) -> None:
        """The corner of two lines, and the product there: all pairs between them are to its upper right."""
        (a, b), (c, d) = self.lines[one].slope, self.lines[other].slope
        v, w = self.lines[one].value, self.lines[other].value
        determinant = a * d - b * c
        corner = Fraction(v * d - b * w, determinant), Fraction(a * w - v * c, determinant)
        heappush(self.corners, (Fraction(self._product(*corner)), one, other))

    def _product(self, x: int | Fraction, y: int | Fraction) -> int | Fraction:
        return x ** self.powers[0] * y ** self.powers[1]

    def _between(self, one: Line, other: Line) -> Pair:
        """The slope of the line through two points; of one between theirs where the points lie along neither."""
        rise, run = one.point[1] - other.point[1], one.point[0] - other.point[0]
        a, b = abs(rise), abs(run)
        if rise * run >= 0:
            a, b = one.slope[0] + other.slope[0], one.slope[1] + other.slope[1]
        common = gcd(a, b)
        a, b = a // common, b // common
        wide = -((-a * self.most[0] - b * self.most[1]) // 2**BITS)
        return (max(a // wide, 1), max(b // wide, 1)) if wide > 1 else (a, b)
