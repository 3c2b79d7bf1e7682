"""What moves in one class of steps, and what is computed (restatement, 6)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from math import prod

from .levels import WINDOWS, Level
from .places import INIT, Place, Tile, Tiles
from .source import Map

FIRST, OTHER, PARTIAL = range(3)


@dataclass(frozen=True)
class Step:
    """One class of steps of a level."""

    level: Level
    case: tuple[Place, ...]
    tiles: Tiles
    fixed: Collection[str]

    @property
    def spread(self) -> tuple[Map, Place]:
        """The first spatial map and where it stands."""
        return next((item, place) for item, place in zip(self.level.maps, self.case, strict=True) if item.spatial)

    @property
    def advancing(self) -> int | None:
        """The innermost map that is not in its first position."""
        return max((number for number, place in enumerate(self.case) if place.kind != INIT), default=None)

    def total(self, volume: Callable[[int], int], shared: bool) -> int:
        """Over all units at work: once if what they have is the same, else the sum."""
        only = self.spread[1].edge and self.tiles.active == 1
        first = volume(PARTIAL if only else FIRST)
        if shared:
            return first
        if not self.spread[1].edge:
            return first + (self.level.units - 1) * volume(OTHER)
        if only:
            return first
        partial = int(self.spread[1].partial)
        return first + max(self.tiles.active - partial - 1, 0) * volume(OTHER) + partial * volume(PARTIAL)

    def is_shared(self, dims: Collection[str]) -> bool:
        """Whether no spatial map moves a tensor of these dimensions."""
        return not any(item.spatial and item.dim in dims for item in self.level.maps)

    def size(self, item: Map, place: Place, unit: int, name: str = "") -> int:
        """The extent of a unit's tile in a dimension, or in the outputs along it."""
        tile = self.tiles.of[name or item.dim]
        ragged = place.edge and (unit == PARTIAL or not item.spatial)
        return tile.edge_size if ragged else tile.size

    def extents(self, unit: int) -> dict[str, int]:
        """The tile that a unit hands to the level below."""
        pairs = zip(self.level.maps, self.case, strict=True)
        return {item.dim: self.size(item, place, unit) for item, place in pairs}

    # Sums

    def work(self, dims: Collection[str], unit: int) -> int:
        """Multiply-accumulates of a unit whose output has these dimensions."""
        found = 1
        for item, place in zip(self.level.maps, self.case, strict=True):
            outputs = item.dim + "'" if item.dim in WINDOWS and item.dim in dims else item.dim
            found *= self._outputs_along(item, place, unit, outputs if outputs in self.tiles.of else item.dim)
        return found

    def _outputs_along(self, item: Map, place: Place, unit: int, name: str) -> int:
        only = item.spatial and place.edge and self.tiles.active == 1
        # Q31: the only unit at an edge is taken to compute an output per input.
        return self.size(item, place, unit, item.dim if only and "Q31" not in self.fixed else name)

    def egress(self, dims: Collection[str]) -> int:
        """Outputs that the units write in a step."""
        return self.total(lambda unit: self._outputs(dims, unit), self.is_shared(dims))

    def _outputs(self, dims: Collection[str], unit: int) -> int:
        found = 1
        for item, place in zip(self.level.maps, self.case, strict=True):
            if item.dim in dims:
                name = item.dim + "'" if item.dim + "'" in self.tiles.of else item.dim
                found *= self._written(item, place, unit, name)
        return found

    def _written(self, item: Map, place: Place, unit: int, name: str) -> int:
        tile = self.tiles.of[name]
        if not item.spatial or unit == FIRST:
            return self.size(item, place, unit, name)
        if unit == OTHER:
            return tile.unique
        if place.edge and self.tiles.active == 1:
            return self.tiles.of[item.dim].edge_size if "Q31" not in self.fixed else tile.edge_size
        return tile.edge_unique if place.edge else tile.unique

    # Inputs

    def ingress(self, dims: Collection[str]) -> int:
        """Elements of an input that the level above sends in a step."""
        at = self.advancing
        if at is not None and self.level.maps[at].dim not in dims:
            return 0
        return self.total(lambda unit: self._new(dims, unit, at), self.is_shared(dims))

    def _new(self, dims: Collection[str], unit: int, at: int | None) -> int:
        pairs = enumerate(zip(self.level.maps, self.case, strict=True))
        return prod(self._new_along(number, item, place, dims, unit, at) for number, (item, place) in pairs if item.dim in dims)

    def _new_along(self, number: int, item: Map, place: Place, dims: Collection[str], unit: int, at: int | None) -> int:
        tile = self.tiles.of[item.dim]
        if at is None:
            return self.size(item, place, unit)
        sliding = number == at and not self._restarts(dims, at)
        if not item.spatial:
            if place.kind == INIT:
                return self.size(item, place, unit)
            return max(tile.unique, 1) if sliding else tile.size
        tile = Tile(tile.edge_size, tile.edge_unique, 0, 0) if unit == PARTIAL else tile
        if unit == FIRST:
            return tile.size
        return tile.unique if sliding or (place.kind == INIT and number > at) else tile.size

    def _restarts(self, dims: Collection[str], at: int) -> bool:
        """Whether a loop inside the advancing one that moves the tensor starts over."""
        inner = zip(self.level.maps[at + 1 :], self.case[at + 1 :], strict=True)
        return any(item.dim in dims and not place.unrolled for item, place in inner)
