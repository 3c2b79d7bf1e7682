"""Branch and bound for all machines of a structure: programs of which none has at most as much of every count.

What another program beats in every count is beaten on every machine of the structure, whatever its energies, bandwidths
and capacities are. Bounds, trees and orders are those of a search for one machine (`descend.py`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..bounds.bound import compute_cycles, least_metric, metric_parts, moving_loops, room_needs, units_at_work
from ..compiled import compiled
from ..objective import TINY
from ..structure.charges import overfull, resource_boundary
from ..structure.flat import F, Flat, cell, rows
from ..structure.plan import Floats, Ints
from .descend import Trees, gather, parts_of, swap_entries, swap_rows, tiling_of, widest
from .several import Scratch, new_scratch, room_totals
from .tally import BOXES, BY_BOUND, PROGRAMS, SKIPPED, TILINGS
from .tile import Rules, all_orders, chosen_slots, metrics, next_pick, total_slots


class Vectors(NamedTuple):
    """Programs by their counts: actions, elements of resources per unit, cycles of the arithmetic.

    If rooms are free, also the bits of each; else programs that do not fit the machine are no candidates.
    """

    filled: Ints
    counts: Floats
    candidate: Ints
    placement: Ints
    orders: Ints
    structure: Ints


class OpenVectors(NamedTuple):
    """Open boxes: nodes per group, placements that may be worth it, and the least counts of every box."""

    size: Ints
    nodes: Ints
    alive: Ints
    alive_count: Ints
    least: Floats
    key: Floats


@compiled
def beaten(kept: Vectors, counts: Floats) -> bool:
    """Whether a program is known that has at most as much of everything."""
    for k in range(kept.filled[0]):
        less = True
        for c in range(counts.size):
            if kept.counts[k, c] > counts[c] * (1 + TINY):
                less = False
                break
        if less:
            # What has beaten once is likely to do so again.
            if k:
                _exchange(kept, k, k // 2)
            return True
    return False


@compiled
def _exchange(kept: Vectors, one: int, other: int) -> None:
    swap_rows(kept.counts, one, other)
    swap_rows(kept.candidate, one, other)
    swap_rows(kept.orders, one, other)
    swap_entries(kept.placement, one, other)
    swap_entries(kept.structure, one, other)


@compiled
def _enter(
    kept: Vectors, counts: Floats, candidates: Ints, placement: int, orders: Ints, structure: int, tally: Ints
) -> None:
    """Enter a program that is not beaten, if there is room, and drop those that it beats."""
    left = 0
    for k in range(kept.filled[0]):
        dropped = True
        for c in range(counts.size):
            if counts[c] > kept.counts[k, c] * (1 + TINY):
                dropped = False
                break
        if not dropped:
            if left < k:
                _exchange(kept, left, k)
            left += 1
    kept.filled[0] = left
    if left == kept.placement.size:
        tally[SKIPPED] += 1
        return
    kept.counts[left], kept.candidate[left], kept.placement[left] = counts, candidates, placement
    kept.orders[left], kept.structure[left] = orders, structure
    kept.filled[0] = left + 1


@compiled
def _fits(p: Flat, totals: Floats) -> bool:
    fitting = True
    for room in range(totals.size):
        fitting &= not overfull(p, room, totals[room])
    return fitting


@compiled
def _least_counts(p: Flat, work: Scratch, placement: int, actions: int, compute: float, totals: Floats) -> None:
    """What all programs of a box have at least with a placement, in `work.above`."""
    resources = rows(p, F.width)
    for q in range(actions):
        work.above[q] = least_metric(p, work.sure, work.base, work.parts, placement, 1 + q)
    for r in range(resources):
        carried = least_metric(p, work.sure, work.base, work.parts, placement, 1 + actions + r)
        work.above[actions + r] = carried / work.units[r]
    work.above[actions + resources] = compute
    work.above[actions + resources + 1 :] = totals if work.above.size > actions + resources + 1 else totals[:0]


@compiled
def _push(
    p: Flat, kept: Vectors, trees: Trees, stack: OpenVectors, nodes: Ints, alive: Ints, actions: int, counts: Ints,
    work: Scratch,
) -> bool:  # fmt: skip
    """Bound a box and put it on the stack unless every program of it is beaten; whether it was put there."""
    gather(trees, nodes, work.x)
    moving_loops(p, work.x, work.sure, work.may)
    room_needs(p, work.x, work.sure, work.needs)
    top, left = stack.size[0], 0
    any_room = work.above.size > actions + rows(p, F.width) + 1
    counts[BOXES] += 1
    work.asked[:] = False
    for placement in alive:
        for t in range(rows(p, F.moving)):
            work.asked[cell(p, F.choices, placement, t)] = True
    metric_parts(p, work.x, work.sure, work.may, work.asked, work.values, work.levels, work.base, work.parts)
    compute = compute_cycles(p, work.x)
    for r in range(work.units.size):
        work.units[r] = units_at_work(p, work.x, resource_boundary(p, r))
    stack.least[top] = np.inf
    for placement in alive:
        room_totals(p, work.needs, placement, work.totals[0])
        if not any_room and not _fits(p, work.totals[0]):
            continue
        _least_counts(p, work, placement, actions, compute, work.totals[0])
        if not beaten(kept, work.above):
            stack.alive[top, left] = placement
            stack.least[top] = np.minimum(stack.least[top], work.above)
            left += 1
    if not left:
        counts[BY_BOUND] += 1
        return False
    stack.alive_count[top] = left
    stack.nodes[top] = nodes
    stack.key[top] = np.log(1.0 + stack.least[top]).sum()
    stack.size[0] = top + 1
    return True


@compiled
def descend_front(
    p: Flat, kept: Vectors, trees: Trees, stack: OpenVectors, rules: Rules, actions: int, structure: int, limit: int,
    counts: Ints,
) -> None:  # fmt: skip
    """Take boxes from the stack until it is empty or full, the front has no room, or a node has to be listed."""
    groups, placements = stack.nodes.shape[1], stack.alive.shape[1]
    work = new_scratch(p, trees.column_total[0], groups, placements, stack.least.shape[1])
    until = counts[BOXES] + limit
    if counts[BOXES] == 0:
        _push(p, kept, trees, stack, trees.root, np.arange(placements), actions, counts, work)
    room = stack.key.size - 2
    while 0 < stack.size[0] <= room and counts[BOXES] < until and kept.filled[0] < kept.placement.size // 2:
        top = stack.size[0] - 1
        if beaten(kept, stack.least[top]):
            stack.size[0] = top
            counts[BY_BOUND] += 1
            continue
        group = widest(trees, stack.nodes[top])
        if group >= 0 and trees.left[stack.nodes[top, group]] < 0:
            trees.wanted[0] = stack.nodes[top, group]
            return
        stack.size[0] = top
        if group < 0:
            _finish(p, kept, trees, stack, rules, actions, structure, counts, work)
        else:
            _halve(p, kept, trees, stack, group, actions, counts, work)


@compiled
def _finish(
    p: Flat, kept: Vectors, trees: Trees, stack: OpenVectors, rules: Rules, actions: int, structure: int, counts: Ints,
    work: Scratch,
) -> None:  # fmt: skip
    """Evaluate all orders and placements of the tiling that the box above the top of the stack consists of."""
    top = stack.size[0]
    candidates, sizes, units = tiling_of(p, trees, stack.nodes[top])
    gather(trees, stack.nodes[top], work.x)
    moving_loops(p, work.x, work.sure, work.may)
    room_needs(p, work.x, work.sure, work.needs)
    resources = rows(p, F.width)
    any_room = work.above.size > actions + resources + 1
    for r in range(resources):
        work.units[r] = units_at_work(p, work.x, resource_boundary(p, r))
    counts[TILINGS] += 1
    orders = all_orders(p, sizes, units, work.sure, rules, counts)
    if orders.found.min() == 0:
        return
    whole, values, out = np.empty(rows(p, F.slot_kind)), np.empty(rows(p, F.slot_kind)), np.empty(work.least.size)
    total_slots(p, work.x, whole)
    compute = compute_cycles(p, work.x)
    pick, codes, more = np.zeros_like(work.sure), np.zeros_like(work.sure), True
    while more:
        chosen_slots(whole, orders, pick, values, codes)
        for placement in stack.alive[top, : stack.alive_count[top]]:
            room_totals(p, work.needs, placement, work.totals[0])
            if not any_room and not _fits(p, work.totals[0]):
                continue
            counts[PROGRAMS] += 1
            metrics(p, values, placement, out)
            work.above[:actions] = out[1 : 1 + actions]
            for r in range(resources):
                work.above[actions + r] = out[1 + actions + r] / work.units[r]
            work.above[actions + resources] = compute
            work.above[actions + resources + 1 :] = work.totals[0] if any_room else work.totals[0, :0]
            if not beaten(kept, work.above):
                _enter(kept, work.above, candidates, placement, codes, structure, counts)
        more = next_pick(orders, pick)


@compiled
def _halve(
    p: Flat, kept: Vectors, trees: Trees, stack: OpenVectors, group: int, actions: int, counts: Ints, work: Scratch
) -> None:  # fmt: skip
    """Put both halves of the box above the top of the stack on it, the better one on top; or its one child."""
    top = stack.size[0]
    left = stack.alive_count[top]
    alive = work.alive[:left]
    alive[:] = stack.alive[top, :left]
    two = parts_of(trees, stack.nodes[top], group, work.nodes)
    first = _push(p, kept, trees, stack, work.nodes[0], alive, actions, counts, work)
    second = two and _push(p, kept, trees, stack, work.nodes[1], alive, actions, counts, work)
    if first and second and stack.key[top] < stack.key[top + 1]:
        _swap(stack, top)


@compiled
def _swap(stack: OpenVectors, top: int) -> None:
    """The better of the last two boxes comes on top."""
    swap_rows(stack.nodes, top, top + 1)
    swap_rows(stack.alive, top, top + 1)
    swap_rows(stack.least, top, top + 1)
    swap_entries(stack.alive_count, top, top + 1)
    swap_entries(stack.key, top, top + 1)
