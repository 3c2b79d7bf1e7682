"""What the header of a loop says: its iterator, where it begins and ends, and what goes along with it."""

from __future__ import annotations

from dataclasses import dataclass

from ...ir import Affine
from .context import Data, Integer, View
from .extremes import Extreme


@dataclass(frozen=True, slots=True)
class Counted:
    """An integer that each iteration of a loop changes by as much: where it begins, and by how much."""

    symbol: Integer
    first: Extreme
    by: int
    in_header: bool


@dataclass(frozen=True, slots=True)
class Header:
    """A loop without its body; `iterator` is its name in the nest."""

    symbol: Integer
    iterator: str
    lower: tuple[Affine, ...]
    upper: tuple[Affine, ...]
    step: int
    counted: tuple[Counted, ...] = ()
    placed: tuple[tuple[Data, View], ...] = ()
    """Pointers that every iteration sets back, and to where."""

    @property
    def count(self) -> int | None:
        """The number of iterations, if it is the same for all iterations around."""
        return iterations(self.lower, self.upper, self.step)

    def range(self, ranges: dict[str, tuple[int, int]]) -> tuple[int, int]:
        """The least and the greatest value of the iterator."""
        lower = [item.bounds(ranges) for item in self.lower]
        upper = [item.bounds(ranges) for item in self.upper]
        if self.step > 0:
            return max(low for low, _ in lower), min(high for _, high in upper) - 1
        return max(low for low, _ in upper) + 1, min(high for _, high in lower)


def iterations(lower: tuple[Affine, ...], upper: tuple[Affine, ...], step: int) -> int | None:
    """The number of iterations between bounds, if they are constants."""
    if not all(item.is_constant for item in (*lower, *upper)):
        return None
    first, last = (max, min) if step > 0 else (min, max)
    distance = last(item.constant for item in upper) - first(item.constant for item in lower)
    return max(0, -(-distance // step))
