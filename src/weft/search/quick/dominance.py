"""Which of many points some known points beat: these are in a tree of boxes, most of which one corner settles."""

from __future__ import annotations

import numpy as np

from ..compiled import compiled
from ..structure.plan import Flags, Floats, Ints

LEAF = 8
"""Points of the smallest boxes."""


class Dominance:
    """Points `[F, K]`, less is better, at places `[F]` that say which of equal ones comes first."""

    def __init__(self, points: Floats, places: Ints) -> None:
        leaves = 1
        while leaves * LEAF < len(points):
            leaves *= 2
        size, objectives = leaves * LEAF, points.shape[1]
        own, order = np.full((size, objectives), np.inf), np.arange(size)
        own[: len(points)] = points
        for depth in range(leaves.bit_length() - 1):
            rows = order.reshape(1 << depth, -1)
            halves = np.argpartition(own[rows, depth % objectives], rows.shape[1] // 2, axis=1)
            order = np.take_along_axis(rows, halves, axis=1).reshape(-1)
        self._points, self._places = own[order], np.full(size, np.iinfo(np.int64).max)
        self._places[order < len(points)] = places[order[order < len(points)]]
        self._least, self._most = (self._corners(leaves, way) for way in (np.minimum, np.maximum))

    def _corners(self, leaves: int, way: np.ufunc) -> Floats:
        """[2 * leaves, K] a corner of every box: the whole is box 1, and those within box n are 2 n and 2 n + 1."""
        found = np.empty((2 * leaves, self._points.shape[1]))
        found[leaves:] = way.reduce(self._points.reshape(leaves, LEAF, -1), axis=1)
        while leaves > 1:
            leaves //= 2
            found[leaves : 2 * leaves] = way(found[2 * leaves : 4 * leaves : 2], found[2 * leaves + 1 : 4 * leaves : 2])
        return found

    def unbeaten(self, points: Floats, places: Ints) -> Flags:
        """[N] which points no known one beats, or equals and comes before."""
        left = np.ones(len(points), np.bool_)
        _unbeaten(self._points, self._places, self._least, self._most, points, places, left)
        return left


@compiled
def _unbeaten(
    known: Floats, known_places: Ints, least: Floats, most: Floats, points: Floats, places: Ints, left: Flags
) -> None:
    """Which points no known one beats, or equals and comes before."""
    leaves, open_boxes, last = len(least) // 2, np.empty(128, np.int64), 0
    for n in range(len(points)):
        if _beats(known, last, points, n, known_places[last] < places[n]):
            left[n] = False
            continue
        open_boxes[0], count = 1, 1
        while count:
            count -= 1
            box = open_boxes[count]
            if not _beats(least, box, points, n, True):
                continue
            if _beats(most, box, points, n, False):
                left[n] = False
                break
            if box < leaves:
                open_boxes[count], open_boxes[count + 1] = 2 * box + 1, 2 * box
                count += 2
                continue
            for f in range((box - leaves) * LEAF, (box - leaves + 1) * LEAF):
                if _beats(known, f, points, n, known_places[f] < places[n]):
                    left[n], last, count = False, f, 0
                    break


@compiled
def _beats(known: Floats, f: int, points: Floats, n: int, if_equal: bool) -> bool:
    """Whether a known point is never above another one; of equal ones the caller says it."""
    equal = True
    for k in range(points.shape[1]):
        if known[f, k] > points[n, k]:
            return False
        equal &= known[f, k] == points[n, k]
    return if_equal or not equal
