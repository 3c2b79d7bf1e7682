"""Pareto fronts of many designs, exact: of designs that are equal in everything the first stays."""

from __future__ import annotations

import numpy as np

from ..search.compiled import compiled
from ..search.quick.dominance import Dominance
from ..search.structure.plan import Flags, Floats, Ints

TOGETHER = 1 << 12
"""Points that are compared with each other one by one."""


class Front:
    """What no other design beats: designs come in blocks, and what stays is no more than the front so far.

    `points[F, K]` are the metrics of its designs, less is better; `places[F]` theirs in the order of the space.
    """

    def __init__(self, objectives: int) -> None:
        self.points: Floats = np.empty((0, objectives))
        self.places: Ints = np.empty(0, np.int64)
        self.metrics: Floats = np.empty((0, 5))
        self._known = Dominance(self.points, self.places)

    def add(self, points: Floats, places: Ints, metrics: Floats) -> None:
        """Enter designs `points[N, K]` at their places, with all of their `metrics[N, 5]`."""
        left = np.flatnonzero(self.unbeaten(points, places))
        new = left[skyline(points[left], places[left])]
        if not len(new):
            return
        old = Dominance(points[new], places[new]).unbeaten(self.points, self.places)
        self.points = np.concatenate([self.points[old], points[new]])
        self.places = np.concatenate([self.places[old], places[new]])
        self.metrics = np.concatenate([self.metrics[old], metrics[new]])
        order = np.lexsort((self.places, *self.points.T[::-1]))
        self.points, self.places, self.metrics = self.points[order], self.places[order], self.metrics[order]
        self._known = Dominance(self.points, self.places)

    def unbeaten(self, points: Floats, places: Ints) -> Flags:
        """[N] which designs no design of the front beats, or equals and comes before."""
        return self._known.unbeaten(points, places)


def skyline(points: Floats, places: Ints) -> Ints:
    """The designs that no other one beats, or equals and comes before, in lexicographic order."""
    order = np.lexsort((places, *points.T[::-1]))
    found = order[:0]
    for first in range(0, len(order), TOGETHER):
        some = order[first : first + TOGETHER]
        if len(found):
            some = some[Dominance(points[found], places[found]).unbeaten(points[some], places[some])]
        kept = np.zeros(len(some), np.bool_)
        _skyline(points[some], np.empty(len(some), np.int64), kept)
        found = np.concatenate([found, some[kept]])
    return np.asarray(found)


@compiled
def _skyline(points: Floats, order: Ints, kept: Flags) -> None:
    """Which of points in lexicographic order no earlier one equals or beats: no later one can."""
    count = 0
    for n in range(len(points)):
        kept[n] = True
        for at in range(count):
            f = order[at]
            below = True
            for k in range(points.shape[1]):
                below = below and points[f, k] <= points[n, k]
            if below:
                kept[n] = False
                _to_front(order, at)
                break
        if kept[n]:
            order[count] = n
            count += 1


@compiled
def _to_front(order: Ints, at: int) -> None:
    """What beat one point is likely to beat the next."""
    found = order[at]
    half = at // 2
    order[at] = order[half]
    order[half] = found
