"""What moves in one class of steps, and what is computed (restatement, 6)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from math import prod

from . import kept
from .levels import WINDOWS, Level
from .places import INIT, Place, Tile, Tiles
from .source import Map

FIRST, OTHER, PARTIAL, ONLY = range(4)


@dataclass(frozen=True)
class Step:
    """One class of steps of a level."""

    level: Level
    case: tuple[Place, ...]
    tiles: Tiles
    dims: dict[str, int]
    fixed: Collection[str]

    @cached_property
    def spread(self) -> tuple[Map, Place]:
        """The first spatial map and where it stands."""
        return next((item, place) for item, place in zip(self.level.maps, self.case, strict=True) if item.spatial)

    @cached_property
    def advancing(self) -> int | None:
        """The innermost map that is not in its first position."""
        return max((number for number, place in enumerate(self.case) if place.kind != INIT), default=None)

    @cached_property
    def first(self) -> int:
        """The first unit: at an edge it may be the only one at work."""
        return ONLY if self.spread[1].edge and self.tiles.active == 1 else FIRST

    def total(self, volume: Callable[[int], int], shared: bool) -> int:
        """Over all units at work: once if what they have is the same, else the sum."""
        first = volume(self.first)
        if shared or self.first == ONLY:
            return first
        if not self.spread[1].edge:
            return first + (self.level.units - 1) * volume(OTHER)
        partial = int(self.spread[1].partial)
        return first + max(self.tiles.active - partial - 1, 0) * volume(OTHER) + partial * volume(PARTIAL)

    def is_shared(self, dims: Collection[str]) -> bool:
        """Whether no spatial map moves a tensor of these dimensions."""
        return not any(item.spatial and item.dim in dims for item in self.level.maps)

    def size(self, item: Map, place: Place, unit: int, name: str = "") -> int:
        """The extent of a unit's tile in a dimension, or in the outputs along it."""
        tile = self.tiles.of[name or item.dim]
        ragged = place.edge and (unit in (PARTIAL, ONLY) or not item.spatial)
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
        # Q31: the only unit at an edge is taken to compute an output per input.
        counts_inputs = item.spatial and place.edge and unit == ONLY and "Q31" not in self.fixed
        return self.size(item, place, unit, item.dim if counts_inputs else name)

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
        if not item.spatial or unit in (FIRST, ONLY):
            return self._outputs_along(item, place, unit, name)
        return tile.edge_unique if place.edge and unit == PARTIAL else tile.unique

    # Inputs

    def ingress(self, dims: Collection[str], outputs: bool = False) -> int:
        """Elements of a tensor that the level above sends in a step; of the output, if asked, those that enter."""
        at = self.advancing
        if (
            at is not None
            and self.level.maps[at].dim not in dims
            and not ("Q15" in self.fixed and self._restarts(dims, at))
        ):
            return 0
        if "keep" in self.fixed and at is not None:
            return self._not_kept(dims, at, outputs)
        return self.total(lambda unit: self._new(dims, unit, at, outputs), self.is_shared(dims))

    def _not_kept(self, dims: Collection[str], at: int, outputs: bool) -> int:
        """What some unit needs and does not hold yet."""
        along = self._compared(dims, at, outputs)
        return prod(tiles.needed for tiles in along) - prod(tiles.kept for tiles in along)

    def displaced(self, dims: Collection[str]) -> int:
        """Outputs that leave the units in a step, because others take their place."""
        if self.advancing is None:
            return 0
        along = self._compared(dims, self.advancing, True)
        return prod(tiles.held for tiles in along) - prod(tiles.kept for tiles in along)

    def _compared(self, dims: Collection[str], at: int, outputs: bool) -> list[kept.Tiles]:
        found = []
        for number, (item, place) in enumerate(zip(self.level.maps, self.case, strict=True)):
            if item.dim in dims:
                change = "advances" if number == at else "stays" if number < at else "restarts"
                found.append(kept.compared(*self._along(item, outputs, place), self.level.units, change))
        return found

    def _along(self, item: Map, outputs: bool, place: Place) -> tuple[Map, Place, int]:
        """The map, where it stands and its extent, in outputs if asked."""
        extent, name = self.dims[item.dim], self._name(item, outputs)
        if name == item.dim:
            return item, place, extent
        step = self.tiles.steps[item.dim]
        taps = min(self.tiles.of[WINDOWS[item.dim]].size, self.dims[WINDOWS[item.dim]])
        size, offset = self.tiles.of[name].size, max(item.offset // step, 1)
        return Map(item.spatial, size, offset, name), place, (extent - taps) // step + 1

    def _new(self, dims: Collection[str], unit: int, at: int | None, outputs: bool) -> int:
        pairs = enumerate(zip(self.level.maps, self.case, strict=True))
        return prod(
            self._new_along(number, item, place, dims, unit, at, self._name(item, outputs))
            for number, (item, place) in pairs
            if item.dim in dims
        )

    def _name(self, item: Map, outputs: bool) -> str:
        name = item.dim + "'"
        return name if outputs and name in self.tiles.of else item.dim

    def _new_along(
        self, number: int, item: Map, place: Place, dims: Collection[str], unit: int, at: int | None, name: str
    ) -> int:
        tile = self.tiles.of[name]
        exact = "Q14" if at is None else "Q17"
        if item.spatial:
            tile = Tile(tile.edge_size, tile.edge_unique, 0, 0) if unit in (PARTIAL, ONLY) else tile
            if unit in (FIRST, ONLY) or (at is None and exact not in self.fixed):
                return tile.size
            if exact in self.fixed or (place.kind == INIT and number > (at or 0)):
                return tile.unique
            return tile.unique if self._slides(number, at, dims) else tile.size
        if place.kind == INIT or not self._slides(number, at, dims):
            whole = place.kind != INIT and "Q16" not in self.fixed
            return tile.size if whole else self.size(item, place, unit, name)
        return max(tile.edge_unique if place.edge and "Q16" in self.fixed else tile.unique, 1)

    def _slides(self, number: int, at: int | None, dims: Collection[str]) -> bool:
        return number == at and not self._restarts(dims, at)

    def _restarts(self, dims: Collection[str], at: int) -> bool:
        """Whether a loop inside the advancing one that moves the tensor starts over."""
        inner = zip(self.level.maps[at + 1 :], self.case[at + 1 :], strict=True)
        return any(item.dim in dims and not place.unrolled for item, place in inner)
