"""Pareto fronts of many designs, exact: of designs that are equal in everything the first stays."""

from __future__ import annotations

import numpy as np

from ..search.compiled import compiled
from ..search.structure.plan import Flags, Floats, Ints


class Front:
    """What no other design beats: designs come in blocks, and what stays is no more than the front so far.

    `points[F, K]` are the metrics of its designs, less is better; `places[F]` theirs in the order of the space.
    """

    def __init__(self, objectives: int) -> None:
        self.points: Floats = np.empty((0, objectives))
        self.places: Ints = np.empty(0, np.int64)
        self.metrics: Floats = np.empty((0, 5))

    def add(self, points: Floats, places: Ints, metrics: Floats) -> None:
        """Enter designs `points[N, K]` at their places, with all of their `metrics[N, 5]`."""
        left = np.zeros(len(points), np.bool_)
        _unbeaten(self.points, self.places, points, places, np.arange(len(self.points)), left)
        points = np.concatenate([self.points, points[left]])
        places = np.concatenate([self.places, places[left]])
        metrics = np.concatenate([self.metrics, metrics[left]])
        order = np.lexsort((places, *points.T[::-1]))
        kept = np.zeros(len(points), np.bool_)
        _skyline(points[order], np.empty(len(points), np.int64), kept)
        chosen = order[kept]
        self.points, self.places, self.metrics = points[chosen], places[chosen], metrics[chosen]


@compiled
def _unbeaten(front: Floats, known: Ints, points: Floats, places: Ints, order: Ints, left: Flags) -> None:
    """Which points no point of a front beats, or equals and comes before. `order` is where to begin, and changes."""
    for n in range(len(points)):
        left[n] = True
        for at in range(len(order)):
            f = order[at]
            below = equal = True
            for k in range(points.shape[1]):
                below = below and front[f, k] <= points[n, k]
                equal = equal and front[f, k] == points[n, k]
            if below and (not equal or known[f] < places[n]):
                left[n] = False
                _to_front(order, at)
                break


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
