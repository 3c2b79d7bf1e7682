"""Branch and bound for many machines of one structure at once: machines that differ in prices alone have equal counts.

A box of programs is bounded once, its loads and needs are priced for every machine, and it is left out where it can
improve on none. Bounds, trees and orders are those of a search for one machine (`descend.py`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..bounds.bound import (
    compute_cycles,
    least_metric,
    metric_parts,
    moving_loops,
    room_needs,
    units_at_work,
)
from ..compiled import compiled
from ..objective import TINY, Goal, exceeds, is_beyond
from ..structure.charges import resource_boundary
from ..structure.cost_arrays import MAX_WAYS
from ..structure.flat import AT, F, Flat, cell, column, rows
from ..structure.plan import Flags, Floats, Ints
from .descend import Trees, gather, parts_of, swap_entries, swap_rows, tiling_of, widest
from .tally import BOXES, BY_BOUND, BY_CAPACITY, PROGRAMS, TILINGS
from .tile import Rules, all_orders, chosen_slots, metrics, next_pick, total_slots


class Machines(NamedTuple):
    """Machines M of one structure, with E tables of energies, R resources and rooms of the cost arrays.

    The metrics of the cost arrays are the energies by each table, then what the resources carry.
    """

    width: Floats
    """[M, R] elements a cycle."""
    room: Floats
    """[M, rooms] bits."""
    table: Ints
    """[M] which table of energies."""
    mac_energy: Floats
    """[E] picojoules of all multiply-accumulates; by the first table also those of the cost arrays."""


class Winners(NamedTuple):
    """The best program of every machine: only what is below `value` is of interest; no candidate (-1): none yet."""

    value: Floats
    energy: Floats
    cycles: Floats
    candidate: Ints
    placement: Ints
    orders: Ints


class Open(NamedTuple):
    """Open boxes: nodes per group, placements that may be worth it, the least value on each machine (inf: none)."""

    size: Ints
    nodes: Ints
    alive: Ints
    alive_count: Ints
    bound: Floats
    key: Floats


class Scratch(NamedTuple):
    """Scratch space."""

    x: Floats
    sure: Ints
    may: Ints
    needs: Floats
    totals: Floats
    values: Floats
    levels: Ints
    asked: Flags
    base: Floats
    parts: Floats
    least: Floats
    units: Floats
    nodes: Ints
    alive: Ints
    above: Floats
    """[M] the bounds of the box that is split; inf for machines on which it holds no answer."""
    hopeful: Ints
    """The other machines, the first `hopes` entries."""
    hopes: Ints


@compiled
def new_scratch(p: Flat, columns: int, groups: int, placements: int, machines: int) -> Scratch:
    """Scratch space for the boxes of a structure."""
    levels, slots = column(p, AT.levels), rows(p, F.slot_kind)
    options, metric_count = rows(p, F.constant), p.ints[F.constant + 1]
    return Scratch(
        np.zeros(columns),
        np.zeros(levels, np.int64),
        np.zeros(levels, np.int64),
        np.zeros((rows(p, F.room_bits), rows(p, F.moving))),
        np.zeros((placements, rows(p, F.room_bits))),
        np.zeros((slots, MAX_WAYS)),
        np.zeros(slots, np.int64),
        np.zeros(options, np.bool_),
        np.zeros((options, metric_count)),
        np.zeros((options, metric_count, levels, MAX_WAYS)),
        np.zeros(metric_count),
        np.zeros(rows(p, F.width)),
        np.zeros((2, groups), np.int64),
        np.zeros(placements, np.int64),
        np.zeros(machines),
        np.arange(machines),
        np.full(1, machines),
    )


@compiled
def _value(goal: Goal, energy: float, cycles: float) -> float:
    """energy^a · cycles^b for whole exponents."""
    found = 1.0
    for _ in range(int(goal.a)):
        found *= energy
    for _ in range(int(goal.b)):
        found *= cycles
    return found


@compiled
def _promising(goal: Goal, winners: Winners, machine: int, value: float) -> bool:
    return value * goal.slack * (1 + TINY) < winners.value[machine]


@compiled
def room_totals(p: Flat, needs: Floats, placement: int, totals: Floats) -> None:
    """Bits of every room, rounded up to whole bytes."""
    for room in range(totals.size):
        total = 0.0
        for t in range(rows(p, F.moving)):
            if cell(p, F.room_holds, placement, room) >> t & 1:
                total += needs[room, t]
        totals[room] = np.ceil(total / 8) * 8


@compiled
def _fits(machines: Machines, machine: int, totals: Floats) -> bool:
    roomy = True
    for room in range(totals.size):
        roomy &= totals[room] <= machines.room[machine, room]
    return roomy


@compiled
def _fits_some(machines: Machines, work: Scratch, totals: Floats) -> bool:
    k = 0
    while k < work.hopes[0] and not _fits(machines, work.hopeful[k], totals):
        k += 1
    return k < work.hopes[0]


@compiled
def _cycles(machines: Machines, machine: int, loads: Floats, units: Floats, compute: float, less: float) -> float:
    """Cycles of the busiest resource of a machine (A21); `less` of a cycle is taken before rounding up."""
    most = compute
    for r in range(units.size):
        most = max(most, np.ceil(loads[r] / (machines.width[machine, r] * units[r]) - less))
    return most


@compiled
def _bound_placement(
    p: Flat, machines: Machines, goal: Goal, winners: Winners, work: Scratch, placement: int, totals: Floats,
    compute: float, bound: Floats,
) -> bool:  # fmt: skip
    """Lower `bound` to what the programs of the box have at least with a placement; whether any machine gains."""
    tables, gains = machines.mac_energy.size, False
    for table in range(tables):
        least = least_metric(p, work.sure, work.base, work.parts, placement, table)
        work.least[table] = machines.mac_energy[table] + least
    # The arithmetic alone may say enough; the loads of ports and networks take longer to bound.
    for machine in work.hopeful[: work.hopes[0]]:
        energy = work.least[machines.table[machine]]
        gains = gains or _promising(goal, winners, machine, _value(goal, energy, compute))
    if not gains:
        return False
    loads = work.least[tables:]
    for r in range(loads.size):
        loads[r] = least_metric(p, work.sure, work.base, work.parts, placement, tables + r)
    gains = False
    for machine in work.hopeful[: work.hopes[0]]:
        if not _fits(machines, machine, totals):
            continue
        energy = work.least[machines.table[machine]]
        cycles = _cycles(machines, machine, loads, work.units, compute, 1e-9)
        # No less time than the energy takes at the most power.
        cycles = max(cycles, np.ceil(energy / (goal.most_power * (1 + TINY)) - 1e-9))
        value = max(_value(goal, energy, cycles), work.above[machine])
        if not exceeds(goal, energy, cycles) and _promising(goal, winners, machine, value):
            bound[machine] = min(bound[machine], value)
            gains = True
    return gains


@compiled
def _push(
    p: Flat, machines: Machines, goal: Goal, winners: Winners, trees: Trees, stack: Open, nodes: Ints, alive: Ints,
    scale: Floats, counts: Ints, work: Scratch,
) -> bool:  # fmt: skip
    """Bound a box inside one with the bounds `work.above`; put it on the stack unless it improves on no machine."""
    gather(trees, nodes, work.x)
    moving_loops(p, work.x, work.sure, work.may)
    room_needs(p, work.x, work.sure, work.needs)
    top, kept, roomy = stack.size[0], 0, 0
    counts[BOXES] += 1
    work.asked[:] = False
    for placement in alive:
        room_totals(p, work.needs, placement, work.totals[roomy])
        if _fits_some(machines, work, work.totals[roomy]):
            stack.alive[top, roomy] = placement
            roomy += 1
            for t in range(rows(p, F.moving)):
                work.asked[cell(p, F.choices, placement, t)] = True
    if not roomy:
        counts[BY_CAPACITY] += 1
        return False
    metric_parts(p, work.x, work.sure, work.may, work.asked, work.values, work.levels, work.base, work.parts)
    compute = compute_cycles(p, work.x)
    for r in range(work.units.size):
        work.units[r] = units_at_work(p, work.x, resource_boundary(p, r))
    stack.bound[top] = np.inf
    for place in range(roomy):
        placement = stack.alive[top, place]
        if _bound_placement(p, machines, goal, winners, work, placement, work.totals[place], compute, stack.bound[top]):
            stack.alive[top, kept] = placement
            kept += 1
    if not kept:
        counts[BY_BOUND] += 1
        return False
    stack.alive_count[top] = kept
    stack.nodes[top] = nodes
    stack.key[top] = (stack.bound[top] / scale).min()
    stack.size[0] = top + 1
    return True


@compiled
def _evaluate_tiling(
    p: Flat, machines: Machines, goal: Goal, winners: Winners, work: Scratch, rules: Rules, sizes: Ints, units: Ints,
    candidates: Ints, alive: Ints, counts: Ints,
) -> None:  # fmt: skip
    """All orders and placements of one tiling, priced on the machines of `work.above`."""
    slots = rows(p, F.slot_kind)
    orders = all_orders(p, sizes, units, work.sure, rules, counts)
    if orders.found.min() == 0:
        return
    whole, values, out = np.empty(slots), np.empty(slots), np.empty(work.least.size)
    total_slots(p, work.x, whole)
    compute = compute_cycles(p, work.x)
    pick, codes, more = np.zeros_like(work.sure), np.zeros_like(work.sure), True
    while more:
        chosen_slots(whole, orders, pick, values, codes)
        for place in range(alive.size):
            counts[PROGRAMS] += 1
            metrics(p, values, alive[place], out)
            for table in range(1, machines.mac_energy.size):
                out[table] += machines.mac_energy[table]
            _enter(machines, goal, winners, work, out, compute, work.totals[place], candidates, alive[place], codes)
        more = next_pick(orders, pick)


@compiled
def _enter(
    machines: Machines, goal: Goal, winners: Winners, work: Scratch, out: Floats, compute: float, totals: Floats,
    candidates: Ints, placement: int, orders: Ints,
) -> None:  # fmt: skip
    """Make a program the winner on the machines where it is better."""
    loads = out[machines.mac_energy.size :]
    for machine in work.hopeful[: work.hopes[0]]:
        if not _fits(machines, machine, totals):
            continue
        energy = out[machines.table[machine]]
        cycles = _cycles(machines, machine, loads, work.units, compute, 0.0)
        value = _value(goal, energy, cycles)
        if value < winners.value[machine] and not is_beyond(goal, energy, cycles):
            winners.value[machine], winners.energy[machine], winners.cycles[machine] = value, energy, cycles
            winners.candidate[machine], winners.placement[machine] = candidates, placement
            winners.orders[machine] = orders


@compiled
def _look_for_hope(goal: Goal, winners: Winners, bound: Floats, work: Scratch) -> None:
    """The machines on which a box may still hold an answer; the bounds of the others become inf."""
    count = 0
    for machine in range(bound.size):
        if _promising(goal, winners, machine, bound[machine]):
            work.hopeful[count] = machine
            count += 1
        else:
            bound[machine] = np.inf
    work.hopes[0] = count
    work.above[:] = bound


@compiled
def descend_several(
    p: Flat, machines: Machines, goal: Goal, winners: Winners, trees: Trees, stack: Open, rules: Rules, scale: Floats,
    limit: int, counts: Ints,
) -> None:  # fmt: skip
    """Take boxes from the stack until it is empty or full, `limit` more are bounded, or a node has to be listed.

    `scale` [M] are values by which the bounds of machines are compared.
    """
    groups, placements = stack.nodes.shape[1], stack.alive.shape[1]
    work = new_scratch(p, trees.column_total[0], groups, placements, winners.value.size)
    until = counts[BOXES] + limit
    if counts[BOXES] == 0:
        _push(p, machines, goal, winners, trees, stack, trees.root, np.arange(placements), scale, counts, work)
    room = stack.key.size - 2
    while 0 < stack.size[0] <= room and counts[BOXES] < until:
        top = stack.size[0] - 1
        _look_for_hope(goal, winners, stack.bound[top], work)
        if not work.hopes[0]:
            stack.size[0] = top
            counts[BY_BOUND] += 1
            continue
        group = widest(trees, stack.nodes[top])
        if group >= 0 and trees.left[stack.nodes[top, group]] < 0:
            trees.wanted[0] = stack.nodes[top, group]
            return
        stack.size[0] = top
        if group < 0:
            _finish(p, machines, goal, winners, trees, stack, rules, counts, work)
        else:
            _halve(p, machines, goal, winners, trees, stack, group, scale, counts, work)


@compiled
def _finish(
    p: Flat, machines: Machines, goal: Goal, winners: Winners, trees: Trees, stack: Open, rules: Rules, counts: Ints,
    work: Scratch,
) -> None:  # fmt: skip
    """Evaluate the tiling that the box above the top of the stack consists of."""
    top = stack.size[0]
    candidates, sizes, units = tiling_of(p, trees, stack.nodes[top])
    gather(trees, stack.nodes[top], work.x)
    moving_loops(p, work.x, work.sure, work.may)
    room_needs(p, work.x, work.sure, work.needs)
    for r in range(work.units.size):
        work.units[r] = units_at_work(p, work.x, resource_boundary(p, r))
    alive = stack.alive[top, : stack.alive_count[top]]
    for place in range(alive.size):
        room_totals(p, work.needs, alive[place], work.totals[place])
    counts[TILINGS] += 1
    _evaluate_tiling(p, machines, goal, winners, work, rules, sizes, units, candidates, alive, counts)


@compiled
def _halve(
    p: Flat, machines: Machines, goal: Goal, winners: Winners, trees: Trees, stack: Open, group: int, scale: Floats,
    counts: Ints, work: Scratch,
) -> None:  # fmt: skip
    """Put both halves of the box above the top of the stack on it, the better one on top; or its one child."""
    top = stack.size[0]
    kept = stack.alive_count[top]
    alive = work.alive[:kept]
    alive[:] = stack.alive[top, :kept]
    two = parts_of(trees, stack.nodes[top], group, work.nodes)
    first = _push(p, machines, goal, winners, trees, stack, work.nodes[0], alive, scale, counts, work)
    second = two and _push(p, machines, goal, winners, trees, stack, work.nodes[1], alive, scale, counts, work)
    if first and second and stack.key[top] < stack.key[top + 1]:
        _swap(stack, top)


@compiled
def _swap(stack: Open, top: int) -> None:
    """The better of the last two boxes comes on top."""
    swap_rows(stack.nodes, top, top + 1)
    swap_rows(stack.alive, top, top + 1)
    swap_rows(stack.bound, top, top + 1)
    swap_entries(stack.alive_count, top, top + 1)
    swap_entries(stack.key, top, top + 1)
