"""The programs of one tiling: the orders of its levels with all placements; what can be no answer is left out level by
level."""

from __future__ import annotations

import numpy as np

from ..bounds.bound import compute_cycles, units_at_work
from ..bounds.exposed import stepwise_cycles
from ..compiled import compiled
from ..objective import Goal, exceeds, is_beyond
from ..structure.charges import resource_boundary, resource_cycles
from ..structure.flat import F, Flat, rows
from ..structure.plan import Floats, Ints
from .best import Best, add, hopeless, improve
from .tally import PROGRAMS, SKIPPED
from .tile import LevelOrders, Rules, all_orders, metrics, total_slots

MOST_PROGRAMS = 1 << 20
"""Programs of one tiling that are looked at."""


@compiled
def evaluate_tiling(
    p: Flat, goal: Goal, best: Best, x: Floats, sure: Ints, rules: Rules, sizes: Ints, units: Ints,
    candidates: Ints, alive: Ints, counts: Ints, listed: Best, exact: bool,
) -> None:  # fmt: skip
    """All orders and placements of one tiling; what is not hopeless is entered.

    If the numbers are not `exact` but bounds, they are only listed in `listed`. What would be too many is skipped.
    """
    until = counts[PROGRAMS] + MOST_PROGRAMS
    orders = all_orders(p, sizes, units, sure, rules, counts)
    if orders.found.min() == 0:
        return
    levels, slots = sure.size, rows(p, F.slot_kind)
    # From the last level to the first. Row l + 1: what is left when the levels behind l have their orders, and the
    # placements that may be worth it with these.
    left, hopes = np.empty((levels + 1, slots)), np.empty((levels + 1, alive.size), np.int64)
    hope = np.full(levels + 1, alive.size)
    total_slots(p, x, left[levels])
    hopes[levels] = alive
    before = _kept_at_most(orders)
    values, out = np.empty(slots), np.empty(p.ints[F.constant + 1])
    compute = compute_cycles(p, x)
    pick, codes, level = np.full(levels, -1), np.zeros(levels, np.int64), levels - 1
    while level < levels:
        if counts[PROGRAMS] > until or listed.filled[0] == listed.energy.size:
            counts[SKIPPED] += 1
            return
        pick[level] += 1
        if pick[level] == orders.found[level]:
            pick[level] = -1
            level += 1
            continue
        left[level] = left[level + 1] - orders.sums[level, pick[level]]
        codes[level] = orders.codes[level, pick[level]]
        if level == 0:
            some = hopes[1, : hope[1]]
            _enter(p, goal, best, x, left[0], some, compute, candidates, codes, counts, listed, exact, out)
            continue
        values[:] = left[level] - before[level]
        hope[level] = 0
        for placement in hopes[level + 1, : hope[level + 1]]:
            # A level without a choice says nothing new.
            if orders.found[level] == 1 or _least_cycles(p, goal, best, x, values, placement, compute, out) < np.inf:
                hopes[level, hope[level]] = placement
                hope[level] += 1
        if hope[level]:
            level -= 1


@compiled
def _kept_at_most(orders: LevelOrders) -> Floats:
    """[L, S] what the levels before each keep together at most."""
    levels, _, slots = orders.sums.shape
    found = np.zeros((levels, slots))
    for level in range(1, levels):
        for slot in range(slots):
            most = 0.0
            for k in range(orders.found[level - 1]):
                most = max(most, orders.sums[level - 1, k, slot])
            found[level, slot] = found[level - 1, slot] + most
    return found


@compiled
def _least_cycles(
    p: Flat, goal: Goal, best: Best, x: Floats, values: Floats, placement: int, compute: float, out: Floats
) -> float:
    """Cycles of programs with these counts, at least; inf if nothing with at least so much can be an answer.

    Their metrics are in `out` then.
    """
    metrics(p, values, placement, out)
    if hopeless(goal, best, out[0], compute) or exceeds(goal, out[0], compute):
        return np.inf
    cycles = stepwise_cycles(p, x, placement, compute, out[1 + rows(p, F.width) :])
    for r in range(rows(p, F.width)):
        units_there = units_at_work(p, x, resource_boundary(p, r))
        cycles = max(cycles, np.ceil(resource_cycles(p, r, out[1 + r], units_there)))
    return np.inf if exceeds(goal, out[0], cycles) or hopeless(goal, best, out[0], cycles) else cycles


@compiled
def _enter(
    p: Flat, goal: Goal, best: Best, x: Floats, values: Floats, placements: Ints, compute: float, candidates: Ints,
    codes: Ints, counts: Ints, listed: Best, exact: bool, out: Floats,
) -> None:  # fmt: skip
    """Enter the programs of some orders."""
    for placement in placements:
        counts[PROGRAMS] += 1
        cycles = _least_cycles(p, goal, best, x, values, placement, compute, out)
        if cycles == np.inf:
            continue
        if not exact:
            add(listed, out[0], cycles, candidates, placement, codes, counts)
        elif not is_beyond(goal, out[0], cycles):
            improve(goal, best, out[0], cycles, candidates, placement, codes)
