"""One program at a time: its counts, energy and cycles from the sizes, the units and the orders of its loops.

An entry count is Π need of all steps less, for every loop that takes several steps, Π of what the axes keep when that
loop advances (docs/counting.md). Only what the given orders and placement ask for is computed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..axes.columns import several, window_elements
from ..axes.volumes import active, busiest, unused_operands, unused_volumes, window_operands, window_pair_volumes
from ..compiled import compiled
from ..structure.charges import overfull, resource_boundary, resource_cycles
from ..structure.cost_arrays import CostArrays, build_cost_arrays
from ..structure.flat import AT, DISTINCT, ENTRIES, OPERANDS, F, Flat, cell, column, flatten, item, real, rows
from ..structure.plan import Flags, Floats, Ints, Plan
from .tile import ADVANCES, INSIDE, OUTSIDE, kept_product, metrics


class Evaluation(NamedTuple):
    """What a program costs: picojoules, cycles of the busiest resource, and whether it fits.

    `room` is the position in `plan.rooms` of the first one that overflows, or -1. `slots` has the counts of
    `plan.slots` that the placement asks for, and 0 for the others.
    """

    energy_pj: float
    cycles: float
    room: int
    slots: Floats

    @property
    def fits(self) -> bool:
        """Whether every memory is large enough."""
        return self.room < 0


class PointEvaluator:
    """Evaluates programs of one plan, exactly: all counts below 2^53 are the integers of `evaluate_schedule`.

    ValueError for a plan that is not exact.
    """

    def __init__(self, plan: Plan) -> None:
        if not plan.exact:
            raise ValueError("the counts of this machine are no linear forms: a program cannot be evaluated by them")
        self.plan = plan
        self.cost_arrays = build_cost_arrays(plan, [()] * len(plan.schedule.levels))
        self.width = vector_width(plan)
        self._flat = flatten(self.cost_arrays)
        self._wanted = asked_slots(self.cost_arrays)

    def evaluate(self, sizes: Ints, units: Ints, order: Ints, placement: int) -> Evaluation:
        """The cost of a program.

        `sizes[d, level]` is a chunk size (0: not mapped there), `units[d, level]` the units that the dimension is
        spread over (0: none), for the dimensions of the plan. `order[level]` lists the dimensions mapped there, the
        outermost first, and then -1. `placement` is the position in `plan.placements`.
        """
        slots, out = np.zeros(len(self._wanted[0])), np.empty(len(self.cost_arrays.width) + 1)
        cycles, room = evaluate_point(
            self._flat, self._wanted[placement], self.width, sizes, units, order, placement, slots, out
        )
        return Evaluation(float(out[0]), cycles, room, slots)


def vector_width(plan: Plan) -> int:
    """Points of the plan's last dimension that make up a vector; 1 if vectors lie along a dimension of one value."""
    mapping = plan.schedule.mapping
    return mapping.accelerator.vector_width if mapping.workload.dimensions[-1][1] > 1 else 1


def asked_slots(cost_arrays: CostArrays) -> Flags:
    """[H, S] the slots that the terms of a placement's holder sets use."""
    wanted = np.zeros((len(cost_arrays.choices), len(cost_arrays.slot_kind)), np.bool_)
    for placement, holders in enumerate(cost_arrays.choices):
        for o in holders:
            wanted[placement, cost_arrays.term_slot[cost_arrays.term_start[o] : cost_arrays.term_start[o + 1]]] = True
    return wanted


@compiled
def evaluate_point(
    p: Flat, wanted: Flags, width: int, sizes: Ints, units: Ints, order: Ints, placement: int, slots: Floats,
    out: Floats,
) -> tuple[float, int]:  # fmt: skip
    """Cycles and the first room that overflows (-1: none); `slots` gets the counts, `out` energy and resources."""
    whole, kept = memos(p, rows(p, F.extents))
    count_slots(p, wanted, sizes, units, order, whole, kept, np.arange(rows(p, F.extents)), slots)
    metrics(p, slots, placement, out)
    return _cycles(p, width, sizes, units, out), _overfull(p, sizes, units, placement)


@compiled
def memos(p: Flat, chunks: int) -> tuple[Floats, Floats]:
    """What is known of the axes of programs with so many different chunks: nothing yet."""
    axes, levels = rows(p, F.axis_steps), column(p, AT.levels)
    places = max(rows(p, F.views), rows(p, F.masks), levels + 1)
    return np.full((3, places, chunks, axes + 2), -1.0), np.full(
        (levels, 2 + axes, rows(p, F.views), chunks, 3, 3), -1.0
    )


@compiled
def count_slots(
    p: Flat, wanted: Flags, sizes: Ints, units: Ints, order: Ints, whole: Floats, kept: Floats, rows_of: Ints,
    slots: Floats,
) -> None:  # fmt: skip
    """The counts of the wanted slots. `rows_of[d]` is where `memos` keep the axis of a dimension: equal chunks of the
    axis have one row, those of programs of the same units and orders too."""
    _whole_counts(p, wanted, sizes, units, whole, rows_of, slots)
    for level in range(column(p, AT.levels)):
        _take_kept(p, wanted, sizes, units, level, order[level], kept[level], rows_of, slots)


@compiled
def _whole_counts(
    p: Flat, wanted: Flags, sizes: Ints, units: Ints, known: Floats, rows_of: Ints, slots: Floats
) -> None:
    """Every slot with nothing kept: Π need of all steps, operands, distinct outputs."""
    for slot in range(wanted.size):
        if not wanted[slot]:
            continue
        kind, tensor = item(p, F.slot_kind, slot), item(p, F.slot_tensor, slot)
        place = item(p, F.slot_view, slot) if kind != DISTINCT else item(p, F.slot_boundary, slot)
        product = 1.0
        for d in range(rows(p, F.extents)):
            axis = cell(p, F.axis_of, tensor, d)
            moves = item(p, F.moving, tensor) >> d & 1
            if moves and (axis < 0 or kind == DISTINCT):
                product *= item(p, F.extents, d)
            elif not moves or cell(p, F.axis_dimensions, axis, 0) == d:
                way = 1 + axis if moves else 0
                row = rows_of[d]
                if known[kind, place, row, way] < 0:
                    known[kind, place, row, way] = _whole_factor(p, sizes, units, kind, place, d, axis)
                product *= known[kind, place, row, way]
        slots[slot] = product


@compiled
def _whole_factor(p: Flat, sizes: Ints, units: Ints, kind: int, place: int, d: int, axis: int) -> int:
    """Need of a dimension that does not move a tensor (axis -1) or of a windowed axis, by kind of slot."""
    last, y = column(p, AT.levels), item(p, F.extents, d)
    if kind == DISTINCT:
        return active(y, sizes[d], units[d], place)
    if axis < 0:
        if kind == OPERANDS:
            return unused_operands(y, sizes[d], units[d], last, item(p, F.masks, place))
        boundary = cell(p, F.views, place, 0)
        return unused_volumes(y, sizes[d], units[d], boundary, boundary, False, cell(p, F.views, place, 1))[0]
    other = cell(p, F.axis_dimensions, axis, 1)
    r, stride, dilation = item(p, F.extents, other), cell(p, F.axis_steps, axis, 0), cell(p, F.axis_steps, axis, 1)
    if kind == OPERANDS:
        return window_operands(
            y, sizes[d], units[d], stride, r, sizes[other], units[other], dilation, last, item(p, F.masks, place)
        )
    boundary = cell(p, F.views, place, 0)
    return window_pair_volumes(
        y, sizes[d], units[d], boundary, False, stride, r, sizes[other], units[other], boundary, False, dilation,
        boundary, cell(p, F.views, place, 1),
    )[0]  # fmt: skip


@compiled
def _take_kept(
    p: Flat, wanted: Flags, sizes: Ints, units: Ints, level: int, order: Ints, memo: Floats, rows_of: Ints,
    slots: Floats,
) -> None:  # fmt: skip
    """Take from the entries what is kept when the loops of a level advance."""
    states = np.full(rows(p, F.extents), INSIDE)
    for loop in order:
        if loop < 0:
            return
        if not several(item(p, F.extents, loop), sizes[loop], units[loop], level):
            continue
        states[loop] = ADVANCES
        for slot in range(wanted.size):
            if wanted[slot] and item(p, F.slot_kind, slot) == ENTRIES and item(p, F.slot_boundary, slot) > level:
                slots[slot] -= kept_product(p, sizes, units, level, slot, states, memo, rows_of)
        states[loop] = OUTSIDE


@compiled
def _cycles(p: Flat, width: int, sizes: Ints, units: Ints, out: Floats) -> float:
    """Cycles of the busiest resource (A21); quotients of integers below 2^53 round up exactly."""
    last, boundaries = rows(p, F.extents) - 1, column(p, AT.levels) + 1
    work, working = 1.0, np.ones(boundaries)
    for d in range(last + 1):
        extent = item(p, F.extents, d)
        work *= busiest(extent, sizes[d], units[d], boundaries - 1, width if d == last else 1)
        for boundary in range(1, boundaries):
            working[boundary] *= active(extent, sizes[d], units[d], boundary)
    most = work * real(p, F.interval, 0) / real(p, F.lanes, 0)
    for r in range(rows(p, F.width)):
        most = max(most, resource_cycles(p, r, out[1 + r], working[resource_boundary(p, r)]))
    cycles: float = np.ceil(most)
    return cycles


@compiled
def _overfull(p: Flat, sizes: Ints, units: Ints, placement: int) -> int:
    """The first room whose memory cannot hold its tensors' longest chunks (A17), or -1."""
    lengths = np.empty(rows(p, F.extents), np.int64)
    for room in range(rows(p, F.room_bits)):
        boundary, copies, total = item(p, F.room_boundary, room), 1, 0.0
        for d in range(lengths.size):
            lengths[d] = item(p, F.extents, d)
            for level in range(boundary):
                if item(p, F.room_doubled, room) and several(item(p, F.extents, d), sizes[d], units[d], level):
                    copies = 2
                if sizes[d, level]:
                    lengths[d] = min(lengths[d], sizes[d, level])
        for t in range(rows(p, F.moving)):
            if cell(p, F.room_holds, placement, room) >> t & 1:
                total += _chunk_elements(p, lengths, t) * real(p, F.word_bits, t)
        if overfull(p, room, copies * total):
            return room
    return -1


@compiled
def _chunk_elements(p: Flat, lengths: Ints, tensor: int) -> float:
    """Elements of a tensor in a chunk."""
    product = 1.0
    for d in range(lengths.size):
        axis = cell(p, F.axis_of, tensor, d)
        if not item(p, F.moving, tensor) >> d & 1:
            continue
        if axis < 0:
            product *= lengths[d]
        elif cell(p, F.axis_dimensions, axis, 0) == d:
            other = lengths[cell(p, F.axis_dimensions, axis, 1)]
            product *= window_elements(
                lengths[d], cell(p, F.axis_steps, axis, 0), other, cell(p, F.axis_steps, axis, 1)
            )
    return product
