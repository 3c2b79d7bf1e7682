"""Tiles that are fixed while units and spread dimensions are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .point import Point, Structure


@dataclass(frozen=True)
class FixedTiles:
    """The chunks of `base` where memories and elements stand: `boundaries` count the levels above these, ascending.

    Between two of them a chunk is what the units below it take together in one fold. A structure with the base's units
    and spread dimensions has exactly the base's chunks.
    """

    base: Point
    boundaries: tuple[int, ...]

    def size(self, structure: Structure, level: int, dimension: str, extents: Mapping[str, int]) -> int:
        """The chunk of a dimension in a level of a structure."""
        if structure == self.base.structure:
            return self._held(level + 1, dimension, extents)
        below = next(boundary for boundary in self.boundaries if boundary > level)
        above = max((boundary for boundary in self.boundaries if boundary <= level), default=0)
        size = self._held(below, dimension, extents)
        for inner in range(level + 1, below):
            if structure.spatial[inner] == dimension:
                size *= structure.units[inner]
        return min(size, self._held(above, dimension, extents))

    def _held(self, boundary: int, dimension: str, extents: Mapping[str, int]) -> int:
        """What the base holds of a dimension below so many levels."""
        sizes = [size for level in self.base.levels[:boundary] for name, size in level if name == dimension]
        return sizes[-1] if sizes else extents[dimension]
