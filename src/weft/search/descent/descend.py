"""Branch and bound over the tilings of one structure: boxes whose bound is no better than the best are left out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..bounds.bound import (
    compute_cycles,
    fits,
    least_cycles,
    least_metric,
    metric_parts,
    moving_loops,
    room_needs,
)
from ..compiled import compiled
from ..objective import Goal, exceeds, value_of
from ..structure.cost_arrays import MAX_WAYS
from ..structure.flat import AT, F, Flat, cell, column, real, rows
from ..structure.plan import Flags, Floats, Ints
from .best import Best, hopeless
from .programs import evaluate_tiling
from .tally import BOXES, BY_BOUND, BY_CAPACITY, BY_LIMIT, TILINGS
from .tile import Rules

ENOUGH = 1 << 10
"""Listed programs at which a descent stops to have them evaluated."""


class Stack(NamedTuple):
    """Open boxes: nodes per group, the placements that may still be worth it, and the least energy and cycles."""

    size: Ints
    nodes: Ints
    alive: Ints
    alive_count: Ints
    energy: Floats
    cycles: Floats


class Trees(NamedTuple):
    """The boxes of all groups (`forest.py`): a node is a box of candidates of one group.

    A node has two children; one (`right` is -1) where its chains were only begun and are now listed below it; or none.
    Then it is one `candidate`, or its chains are only begun: -1, and the search stops with it in `wanted`.
    """

    root: Ints
    """[G]"""
    width: Ints
    offset: Ints
    """[G, 3, 3] from, to, and where in x: the columns of both dimensions and of the axes of a group."""
    column_total: Ints
    members: Ints
    """[G, 2] dimensions; -1 for none."""
    units: Ints
    """[G, 2, L] units that a dimension is spread over at each level."""
    at: Ints
    """[N] where the columns of a node begin."""
    columns: Floats
    left: Ints
    right: Ints
    candidate: Ints
    spread: Floats
    chains: Ints
    """[all candidates of all groups, 2, L]"""
    wanted: Ints
    """[1] the node that has to be listed before the search goes on; -1 for none."""


class Scratch(NamedTuple):
    """Scratch space."""

    x: Floats
    sure: Ints
    may: Ints
    needs: Floats
    values: Floats
    levels: Ints
    asked: Flags
    base: Floats
    parts: Floats
    nodes: Ints
    alive: Ints


@compiled
def gather(trees: Trees, nodes: Ints, x: Floats) -> None:
    """The columns of a box, one node for each group, to where the cost arrays have them."""
    for g in range(nodes.size):
        at = trees.at[nodes[g]]
        _place(trees, g, trees.columns[at : at + trees.width[g]], x)


@compiled
def _place(trees: Trees, g: int, row: Floats, x: Floats) -> None:
    """Columns of a group: its dimensions, then its axes, to where the cost arrays have them."""
    for piece in range(trees.offset.shape[1]):
        low, high, to = trees.offset[g, piece]
        if high > low:
            x[to : to + high - low] = row[low:high]


@compiled
def parts_of(trees: Trees, nodes: Ints, group: int, parts: Ints) -> bool:
    """The halves of a box in a group, or in the first place the one part that it has; whether there are two."""
    node = nodes[group]
    parts[0], parts[1] = nodes, nodes
    parts[0, group], parts[1, group] = trees.left[node], trees.right[node]
    return bool(trees.right[node] >= 0)


@compiled
def swap_rows(table: Ints | Floats, one: int, other: int) -> None:
    """Exchange two rows."""
    for place in range(table.shape[1]):
        table[one, place], table[other, place] = table[other, place], table[one, place]


@compiled
def swap_entries(entries: Ints | Floats, one: int, other: int) -> None:
    """Exchange two entries."""
    entries[one], entries[other] = entries[other], entries[one]


@compiled
def tiling_of(p: Flat, trees: Trees, nodes: Ints) -> tuple[Ints, Ints, Ints]:
    """The candidates of a box of one tiling, and per dimension and level the sizes and the units."""
    dimensions, levels = rows(p, F.extents), column(p, AT.levels)
    sizes, units = np.zeros((dimensions, levels), np.int64), np.zeros((dimensions, levels), np.int64)
    candidates = np.empty(nodes.size, np.int64)
    for g in range(nodes.size):
        candidates[g] = trees.candidate[nodes[g]]
        for member in range(2):
            d = trees.members[g, member]
            if d >= 0:
                sizes[d] = trees.chains[candidates[g], member]
                units[d] = trees.units[g, member]
    return candidates, sizes, units


@compiled
def _push(
    p: Flat, goal: Goal, best: Best, trees: Trees, stack: Stack, nodes: Ints, alive: Ints, counts: Ints, work: Scratch
) -> bool:
    """Bound a box and put it on the stack unless nothing in it can be an answer; whether it was put there.

    Every reason is one of a lower bound of all programs of the box with a placement: of bits, energy or cycles. So what
    is left out is too large, beyond a limit, or no better than a known program; a placement that is left out here is
    so in every part of the box.
    """
    gather(trees, nodes, work.x)
    if not _bound(p, goal, best, stack, alive, counts, work):
        return False
    stack.nodes[stack.size[0]] = nodes
    stack.size[0] += 1
    return True


@compiled
def _bound(p: Flat, goal: Goal, best: Best, stack: Stack, alive: Ints, counts: Ints, work: Scratch) -> int:
    """Bound the box of `work.x`, to the place above the top of the stack; how many placements may be worth it."""
    moving_loops(p, work.x, work.sure, work.may)
    room_needs(p, work.x, work.sure, work.needs)
    top, kept, roomy, beyond = stack.size[0], 0, 0, 0
    energy, cycles = np.inf, np.inf
    counts[BOXES] += 1
    work.asked[:] = False
    for placement in alive:
        if fits(p, work.needs, placement) < 0:
            stack.alive[top, roomy] = placement
            roomy += 1
            for t in range(rows(p, F.moving)):
                work.asked[cell(p, F.choices, placement, t)] = True
    if not roomy:
        counts[BY_CAPACITY] += 1
        return 0
    metric_parts(p, work.x, work.sure, work.may, work.asked, work.values, work.levels, work.base, work.parts)
    compute = compute_cycles(p, work.x)
    for place in range(roomy):
        placement = stack.alive[top, place]
        least_energy = real(p, F.mac_energy, 0) + least_metric(p, work.sure, work.base, work.parts, placement, 0)
        # The arithmetic alone may say enough; the loads of ports and networks take longer to bound.
        if exceeds(goal, least_energy, compute):
            beyond += 1
            continue
        if hopeless(goal, best, least_energy, compute):
            continue
        least_time = least_cycles(p, work.x, work.sure, work.base, work.parts, placement, compute)
        if exceeds(goal, least_energy, least_time):
            beyond += 1
            continue
        if hopeless(goal, best, least_energy, least_time):
            continue
        stack.alive[top, kept] = placement
        kept += 1
        energy, cycles = min(energy, least_energy), min(cycles, least_time)
    if not kept:
        counts[BY_LIMIT if beyond == roomy else BY_BOUND] += 1
    stack.alive_count[top] = kept
    stack.energy[top], stack.cycles[top] = energy, cycles
    return kept


@compiled
def new_work(p: Flat, columns: int, groups: int, placements: int) -> Scratch:
    """Scratch space for the boxes of a structure."""
    levels, slots = column(p, AT.levels), rows(p, F.slot_kind)
    options, metric_count = rows(p, F.constant), p.ints[F.constant + 1]
    return Scratch(
        np.zeros(columns),
        np.zeros(levels, np.int64),
        np.zeros(levels, np.int64),
        np.zeros((rows(p, F.room_bits), rows(p, F.moving))),
        np.zeros((slots, MAX_WAYS)),
        np.zeros(slots, np.int64),
        np.zeros(options, np.bool_),
        np.zeros((options, metric_count)),
        np.zeros((options, metric_count, levels, MAX_WAYS)),
        np.zeros((2, groups), np.int64),
        np.zeros(placements, np.int64),
    )


@compiled
def descend(
    p: Flat, goal: Goal, best: Best, trees: Trees, stack: Stack, rules: Rules, limit: int, counts: Ints, listed: Best,
    exact: bool,
) -> None:  # fmt: skip
    """Take boxes from the stack until it is empty or full, `limit` more are bounded, or the caller has to do something.

    The caller enlarges a stack that is full, evaluates the programs that are listed because their numbers are not
    `exact`, and lists the chains of the node that is `wanted`.
    """
    groups, placements = stack.nodes.shape[1], stack.alive.shape[1]
    work = new_work(p, trees.column_total[0], groups, placements)
    until = counts[BOXES] + limit
    if counts[BOXES] == 0:
        _push(p, goal, best, trees, stack, trees.root, np.arange(placements), counts, work)
    # Two boxes take the place of one.
    room = stack.energy.size - 2
    while 0 < stack.size[0] <= room and counts[BOXES] < until and listed.filled[0] < ENOUGH:
        top = stack.size[0] - 1
        stack.size[0] = top
        if hopeless(goal, best, stack.energy[top], stack.cycles[top]):
            counts[BY_BOUND] += 1
            continue
        group = widest(trees, stack.nodes[top])
        if group >= 0 and trees.left[stack.nodes[top, group]] < 0:
            stack.size[0] = top + 1
            trees.wanted[0] = stack.nodes[top, group]
            return
        if group < 0:
            _finish(p, goal, best, trees, stack, rules, counts, listed, exact, work)
        else:
            _halve(p, goal, best, trees, stack, group, counts, work)


@compiled
def widest(trees: Trees, nodes: Ints) -> int:
    """The group whose candidates lie furthest apart; -1 if each has one left."""
    widest, group = -1.0, -1
    for g in range(nodes.size):
        node = nodes[g]
        if trees.candidate[node] < 0 and trees.spread[node] > widest:
            widest, group = trees.spread[node], g
    return group


@compiled
def _finish(
    p: Flat, goal: Goal, best: Best, trees: Trees, stack: Stack, rules: Rules, counts: Ints, listed: Best, exact: bool,
    work: Scratch,
) -> None:  # fmt: skip
    """Evaluate the tiling that the box above the top of the stack consists of."""
    top = stack.size[0]
    candidates, sizes, units = tiling_of(p, trees, stack.nodes[top])
    gather(trees, stack.nodes[top], work.x)
    moving_loops(p, work.x, work.sure, work.may)
    counts[TILINGS] += 1
    alive = stack.alive[top, : stack.alive_count[top]]
    evaluate_tiling(p, goal, best, work.x, work.sure, rules, sizes, units, candidates, alive, counts, listed, exact)


@compiled
def _halve(
    p: Flat, goal: Goal, best: Best, trees: Trees, stack: Stack, group: int, counts: Ints, work: Scratch
) -> None:  # fmt: skip
    """Put both halves of the box above the top of the stack on it, the better one on top; or its one child."""
    top = stack.size[0]
    kept = stack.alive_count[top]
    alive = work.alive[:kept]
    alive[:] = stack.alive[top, :kept]
    two = parts_of(trees, stack.nodes[top], group, work.nodes)
    first = _push(p, goal, best, trees, stack, work.nodes[0], alive, counts, work)
    second = two and _push(p, goal, best, trees, stack, work.nodes[1], alive, counts, work)
    if first and second:
        below = value_of(goal, stack.energy[top], stack.cycles[top])
        if below < value_of(goal, stack.energy[top + 1], stack.cycles[top + 1]):
            _swap(stack, top)


@compiled
def _swap(stack: Stack, top: int) -> None:
    """The better of the last two boxes comes on top."""
    swap_rows(stack.nodes, top, top + 1)
    swap_rows(stack.alive, top, top + 1)
    swap_entries(stack.alive_count, top, top + 1)
    swap_entries(stack.energy, top, top + 1)
    swap_entries(stack.cycles, top, top + 1)
