"""What the layers still to come cost at least: the lower hull of their options, a function of what is left to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .units import Integers

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Envelope:
    """Least cost by weight, convex and piecewise linear: from `start` on, with `corners` so far from it, at `costs`."""

    start: int
    corners: Integers
    costs: Floats

    def at(self, left: Integers) -> Floats:
        """The least cost with a weight of `left`; infinite where no choice is that light.

        Distances are whole numbers, so nothing is lost where weights are large and differences small.
        """
        inside = left - self.start
        number = np.clip(np.searchsorted(self.corners, inside, "right") - 1, 0, len(self.corners) - 1)
        following = np.minimum(number + 1, len(self.corners) - 1)
        width = np.maximum(self.corners[following] - self.corners[number], 1)
        part = np.minimum((inside - self.corners[number]) / width, 1.0)
        found = self.costs[number] + part * (self.costs[following] - self.costs[number])
        return np.where(inside < 0, np.inf, found)


def envelopes(weights: Sequence[Integers], costs: Sequence[Floats]) -> tuple[Envelope, ...]:
    """The envelope of all layers, of all but the first, and so on; the last is that of none."""
    starts, firsts = [], []
    steps: list[tuple[float, int, int, float]] = []
    for number, (weight, cost) in enumerate(zip(weights, costs, strict=True)):
        corners = _hull(weight, cost)
        starts.append(int(weight[corners[0]]))
        firsts.append(float(cost[corners[0]]))
        for before, after in pairwise(corners):
            width, fall = int(weight[after] - weight[before]), float(cost[before] - cost[after])
            steps.append((-fall / width, number, width, fall))
    steps.sort()
    layers = np.array([number for _, number, _, _ in steps], np.int64)
    widths = np.array([width for _, _, width, _ in steps], np.int64)
    falls = np.array([fall for _, _, _, fall in steps], np.float64)
    found = []
    for number in range(len(starts) + 1):
        later = layers >= number
        ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(widths[later])])
        fallen = np.concatenate([np.zeros(1), np.cumsum(falls[later])])
        found.append(Envelope(sum(starts[number:]), ends, sum(firsts[number:]) - fallen))
    return tuple(found)


def _hull(weight: Integers, cost: Floats) -> list[int]:
    """The options on the falling part of the lower convex hull, the lightest first."""
    found: list[int] = []
    for option in np.lexsort((cost, weight)):
        if found and cost[option] >= cost[found[-1]]:
            continue
        while len(found) > 1 and _above(weight, cost, found[-2], found[-1], int(option)):
            found.pop()
        found.append(int(option))
    return found


def _above(weight: Integers, cost: Floats, first: int, middle: int, last: int) -> bool:
    """Whether the middle one is on or above the line between the others."""
    width, wide = int(weight[middle] - weight[first]), int(weight[last] - weight[first])
    return bool((cost[first] - cost[middle]) * wide <= (cost[first] - cost[last]) * width)
