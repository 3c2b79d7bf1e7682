"""The best programs so far, and what cannot improve on them."""

from __future__ import annotations

from typing import NamedTuple

from ..compiled import compiled
from ..objective import TINY, Goal, value_of
from ..structure.plan import Floats, Ints
from .tally import SKIPPED


class Best(NamedTuple):
    """The best programs so far: energy, cycles, candidates per group, placement, order codes per level."""

    filled: Ints
    energy: Floats
    cycles: Floats
    candidate: Ints
    placement: Ints
    orders: Ints


@compiled
def hopeless(goal: Goal, best: Best, energy: float, cycles: float) -> bool:
    """Whether nothing with at least this energy and time can improve on what is known, as `Objective.settled`.

    Values grow with both metrics, so no such program has less than `value_of(energy, cycles)`. One that is left out
    here is better than the known one by the factor `slack` at most: with slack 1 the answer is the best there is, else
    its gap is at most slack - 1. On a front this holds for each metric.
    """
    for k in range(best.filled[0]):
        if goal.front:
            if best.energy[k] <= energy * goal.slack * (1 + TINY) and best.cycles[k] <= cycles * goal.slack:
                return True
        elif value_of(goal, best.energy[k], best.cycles[k]) <= value_of(goal, energy, cycles) * goal.slack * (1 + TINY):
            return True
    return False


@compiled
def improve(
    goal: Goal, best: Best, energy: float, cycles: float, candidates: Ints, placement: int, orders: Ints
) -> None:
    """Enter a program that is not hopeless, and drop what it beats."""
    kept = 0
    for k in range(best.filled[0]):
        if goal.front and (best.energy[k] < energy or best.cycles[k] < cycles):
            best.energy[kept], best.cycles[kept] = best.energy[k], best.cycles[k]
            best.candidate[kept], best.orders[kept] = best.candidate[k], best.orders[k]
            best.placement[kept] = best.placement[k]
            kept += 1
    if kept == best.energy.size:
        return
    best.energy[kept], best.cycles[kept], best.placement[kept] = energy, cycles, placement
    best.candidate[kept], best.orders[kept] = candidates, orders
    best.filled[0] = kept + 1


@compiled
def add(
    found: Best, energy: float, cycles: float, candidates: Ints, placement: int, orders: Ints, counts: Ints
) -> None:
    """Enter a program beside the others, if there is room."""
    k = found.filled[0]
    if k == found.energy.size:
        counts[SKIPPED] += 1
        return
    found.energy[k], found.cycles[k], found.placement[k] = energy, cycles, placement
    found.candidate[k], found.orders[k] = candidates, orders
    found.filled[0] = k + 1
