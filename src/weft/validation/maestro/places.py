"""Where a map stands in a step, how often, and how large its tiles are (restatement, 4 and 5)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import product
from math import prod
from typing import NamedTuple

from .levels import WINDOWS, Level
from .source import Map

INIT, STEADY, EDGE = range(3)


class Place(NamedTuple):
    """A class of steps of one map: how many, whether the tile is ragged, and whether the last unit's alone is."""

    kind: int
    times: int
    edge: bool = False
    unrolled: bool = False
    partial: bool = False


class Tile(NamedTuple):
    """A map's tile and its new part (`unique`), both also at the edge."""

    size: int
    unique: int
    edge_size: int
    edge_unique: int


def quotient(dividend: int, divisor: int) -> int:
    """Division that truncates toward zero, as C++ does."""
    return dividend // divisor if dividend >= 0 else -(-dividend // divisor)


def places(item: Map, extent: int, units: int, fixed: Collection[str]) -> tuple[Place, ...]:
    """The classes of steps of a map over an extent."""
    return tuple(_spatial(item, extent, units, "Q36" in fixed) if item.spatial else _temporal(item, extent))


def _temporal(item: Map, extent: int) -> Iterator[Place]:
    size, offset = item.size, item.offset
    yield Place(INIT, 1, extent < size, extent <= size)
    if size >= extent:
        return
    steady = (extent - size) // offset
    if steady > 0:
        yield Place(STEADY, steady)
    if steady * offset + size < extent:
        yield Place(EDGE, 1, True)


def _spatial(item: Map, extent: int, units: int, exact: bool) -> Iterator[Place]:
    size, offset = item.size, item.offset
    covered = size + offset * (units - 1)
    # Q36: the last unit at work is taken to have a ragged tile whenever others are idle.
    ragged = extent < size or (extent - size) % offset > 0
    yield Place(INIT, 1, extent < covered, extent <= covered, extent < covered and (ragged or not exact))
    if covered >= extent:
        return
    folds = ((extent - size) // offset + 1) // units - 1
    if folds > 0:
        yield Place(STEADY, folds)
    steps = (folds + 1) * offset * units
    if steps + covered > extent and steps - offset * units + covered != extent:
        rest = extent - steps
        active = 1 if rest < size else (rest - size) // offset + 1
        yield Place(EDGE, 1, True, False, (active - 1) * offset + size < rest)


class Tiles:
    """The tiles of a level's maps over given extents, and the units at work at its edge."""

    def __init__(self, level: Level, extents: dict[str, int], steps: dict[str, int], fixed: Collection[str]) -> None:
        self.steps = steps
        self.of = {item.dim: _tile(item, extents[item.dim], "Q35" in fixed) for item in level.maps}
        for dim, window in WINDOWS.items():
            if dim in self.of and window in self.of:
                offset = next(item.offset for item in level.maps if item.dim == dim)
                self.of[dim + "'"] = self._outputs(self.of[dim], self.of[window], offset, steps[dim])
        spatial = next(item for item in level.maps if item.spatial)
        self.active = _active(spatial, extents[spatial.dim], level.units, "Q26" in fixed)

    @staticmethod
    def _outputs(tile: Tile, window: Tile, offset: int, step: int) -> Tile:
        size = quotient(tile.size - window.size, step) + 1
        edge = quotient(tile.edge_size - window.edge_size, step) + 1
        offset //= step
        if step > 1:
            return Tile(size, min(offset, size), edge, min(offset, edge))
        return Tile(size, min(offset, tile.size), edge, min(offset, edge))


def _tile(item: Map, extent: int, exact: bool) -> Tile:
    size, offset = item.size, item.offset
    steps = max(quotient(extent - size, offset), 0)
    unique = 0 if extent <= size and not item.spatial else min(size, offset)
    if steps * offset + size == extent:
        return Tile(size, unique, size, 0)
    left = extent - (steps + 1) * offset
    edge = extent if left < 0 or (exact and size > extent) else left
    return Tile(size, unique, edge, max(offset - (size - edge), 0))


def _active(item: Map, extent: int, units: int, exact: bool) -> int:
    """Units at work in the edge case of the level's first spatial map."""
    size, offset = item.size, item.offset
    covered = size + offset * (units - 1)
    if extent > covered:
        folds = ((extent - size) // offset + 1) // units - 1
        rest = extent - (folds + 1) * offset * units
    elif extent > size:
        rest = extent
    else:
        return 1
    active = 1 if rest < size else (rest - size) // offset + 1
    if (extent <= covered or exact) and size <= rest and (active - 1) * offset + size < rest:
        active += 1
    return active


def cases(level: Level, extents: dict[str, int], fixed: Collection[str]) -> Iterator[tuple[int, tuple[Place, ...]]]:
    """All classes of steps of a level over actual extents, the first step first, with how often each occurs."""
    classes = (places(item, extents[item.dim], level.units, fixed) for item in level.maps)
    for case in product(*classes):
        yield prod(place.times for place in case), case
