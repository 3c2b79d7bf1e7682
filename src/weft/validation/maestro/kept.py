"""What units still hold when a loop moves on or starts over: MAESTRO has all of it fetched again."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from .places import Place
from .source import Map


def positions(item: Map, extent: int) -> int:
    """How many tiles of a map cover an extent."""
    return 1 if item.size >= extent else -(-(extent - item.size) // item.offset) + 1


def kept(item: Map, place: Place, extent: int, units: int, advances: bool) -> int:
    """Elements of the present tiles that every unit needing them held in its step before.

    `advances`: the map has come from its last position but one to `place`; else it starts over from its last one.
    A level of `units` units; a temporal map has all of them at the same tile.
    """
    width = units if item.spatial else 1
    if advances:
        present = _present(item, place, extent, width)
        return _compared(item.size, item.offset, extent, width, present - 1, present)[1]
    last = _folds(item, extent, width) - 1
    return _compared(item.size, item.offset, extent, width, last, 0)[1]


def covered(item: Map, place: Place, extent: int, units: int) -> int:
    """Elements of the present tiles of all units together."""
    width = units if item.spatial else 1
    present = _present(item, place, extent, width)
    return _compared(item.size, item.offset, extent, width, present, present)[0]


def _folds(item: Map, extent: int, width: int) -> int:
    return -(-positions(item, extent) // width)


def _present(item: Map, place: Place, extent: int, width: int) -> int:
    """A fold of the class; all steady ones are alike."""
    return (0, 1, _folds(item, extent, width) - 1)[place.kind]


@lru_cache(maxsize=1 << 14)
def _compared(size: int, offset: int, extent: int, units: int, before: int, now: int) -> tuple[int, int]:
    """What all units need in a fold, and how much of it each that needs it held up to fold `before`."""
    count = 1 if size >= extent else -(-(extent - size) // offset) + 1
    needed: list[tuple[int, int]] = []
    missing: list[tuple[int, int]] = []
    for unit in range(min(units, count - units * now)):
        start, stop = _tile(size, offset, extent, units * now + unit)
        # A unit without work in the last folds holds what it had when it last worked.
        last = min(before, (count - 1 - unit) // units)
        old_start, old_stop = _tile(size, offset, extent, units * last + unit)
        needed.append((start, stop))
        missing += [(start, min(stop, old_start)), (max(start, old_stop), stop)]
    return (need := _union(needed)), need - _union(missing)


def _tile(size: int, offset: int, extent: int, position: int) -> tuple[int, int]:
    return offset * position, min(offset * position + size, extent)


def _union(intervals: Iterable[tuple[int, int]]) -> int:
    total, reached = 0, 0
    for start, stop in sorted(intervals):
        if stop > start:
            total += max(0, stop - max(start, reached))
            reached = max(reached, stop)
    return total
