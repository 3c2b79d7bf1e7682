"""Counts designs over limits that are known before anything is priced, compiled."""

from __future__ import annotations

import numpy as np

from ..search.compiled import compiled
from ..search.structure.plan import Flags, Floats, Ints

AREA, POWER, BOTH, ILLEGAL = range(4)
"""What is counted."""

UNDER, OVER, MIXED = range(3)


@compiled
def within_static(memories: Floats, fixed: Floats, limits: Floats, fits: Flags, left: Flags, counts: Ints) -> None:
    """Which of N programs are within a limit on area and one on power on some of P machines, where they also fit.

    `memories[2, N, M]` and `fixed[2, P]` are added up to areas and powers, `fits[N, P]` (or [1, P], the same for all)
    says which designs are legal. `counts` gets how many are not, and of the legal ones how many are over which limit.
    """
    programs, machines = memories.shape[1], fits.shape[1]
    least, most = np.empty(2), np.empty(2)
    for way in range(2):
        least[way], most[way] = fixed[way].min(), fixed[way].max()
    sides = np.empty(2, np.int64)
    legal_of_all = np.count_nonzero(fits[0])
    for n in range(programs):
        row = fits[n if fits.shape[0] > 1 else 0]
        legal = np.count_nonzero(row) if fits.shape[0] > 1 else legal_of_all
        counts[ILLEGAL] += machines - legal
        left[n] = False
        for way in range(2):
            sides[way] = _side(memories[way, n], least[way], most[way], limits[way])
        if sides[0] == MIXED or sides[1] == MIXED:
            for p in range(machines):
                if row[p]:
                    area = sides[0] == OVER or (sides[0] == MIXED and total(memories[0, n], fixed[0, p]) > limits[0])
                    power = sides[1] == OVER or (sides[1] == MIXED and total(memories[1, n], fixed[1, p]) > limits[1])
                    counts[AREA] += area
                    counts[POWER] += power
                    counts[BOTH] += area and power
                    left[n] = left[n] or not (area or power)
            continue
        area, power = sides[0] == OVER, sides[1] == OVER
        counts[AREA] += legal * area
        counts[POWER] += legal * power
        counts[BOTH] += legal * (area and power)
        left[n] = legal > 0 and not (area or power)


@compiled
def _side(memories: Floats, least: float, most: float, limit: float) -> int:
    """Whether all machines are over or under a limit: sums grow with what they begin with, rounded or not."""
    if total(memories, most) <= limit:
        return UNDER
    return OVER if total(memories, least) > limit else MIXED


@compiled
def total(memories: Floats, fixed: float) -> float:
    """A sum in the order of `Area`."""
    found = fixed
    for term in memories:
        found += term
    return found
