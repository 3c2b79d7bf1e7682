"""What units still hold when a loop moves on or starts over: MAESTRO has all of it fetched again."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from .places import Place
from .source import Map


def positions(item: Map, extent: int) -> int:
    """How many tiles of a map cover an extent."""
    return 1 if item.size >= extent else -(-(extent - item.size) // item.offset) + 1


class Tiles(NamedTuple):
    """What all units need in a step, how much of it each that needs it has, and what they had before."""

    needed: int
    kept: int
    held: int


def compared(item: Map, place: Place, extent: int, units: int, change: str) -> Tiles:
    """The tiles of a map along its dimension, of all units of a level together.

    `change`: the map `stays` where it is, `advances` to its present place from the one before, or `restarts`: it comes
    from its last place to its first.
    """
    width = units if item.spatial else 1
    folds = -(-positions(item, extent) // width)
    # All steady folds are alike.
    present = (0, 1, folds - 1)[place.kind]
    before = {"stays": present, "advances": present - 1, "restarts": folds - 1}[change]
    return _compared(item.size, item.offset, extent, width, before, present)


@lru_cache(maxsize=1 << 14)
def _compared(size: int, offset: int, extent: int, units: int, before: int, now: int) -> Tiles:
    count = 1 if size >= extent else -(-(extent - size) // offset) + 1
    needed: list[tuple[int, int]] = []
    missing: list[tuple[int, int]] = []
    held: list[tuple[int, int]] = []
    for unit in range(min(units, count - units * now)):
        start, stop = _tile(size, offset, extent, units * now + unit)
        # A unit without work in the last folds holds what it had when it last worked.
        last = min(before, (count - 1 - unit) // units)
        old_start, old_stop = _tile(size, offset, extent, units * last + unit)
        needed.append((start, stop))
        held.append((old_start, old_stop))
        missing += [(start, min(stop, old_start)), (max(start, old_stop), stop)]
    return Tiles((need := _union(needed)), need - _union(missing), _union(held))


def _tile(size: int, offset: int, extent: int, position: int) -> tuple[int, int]:
    return offset * position, min(offset * position + size, extent)


def _union(intervals: Iterable[tuple[int, int]]) -> int:
    total, reached = 0, 0
    for start, stop in sorted(intervals):
        if stop > start:
            total += max(0, stop - max(start, reached))
            reached = max(reached, stop)
    return total
