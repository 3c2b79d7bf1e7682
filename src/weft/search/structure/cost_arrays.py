"""A plan and the orders of its levels as flat arrays: what the compiled functions take."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ...analysis.counts import Kind, Slot
from ...analysis.forms import Form
from ...ir import Diagnostic, WeftError
from .plan import Floats, Ints, Plan
from .ways import Ways, ways

MAX_WAYS = 16
"""Classes of orders of a level that are told apart."""


class Layout(NamedTuple):
    """Where the columns of a dimension and of an axis lie; docs in `columns.py`."""

    levels: int
    views: int
    multi: int
    may: int
    low: int
    carry: int
    work: int
    active: int
    operands: int
    steps: Ints
    together: int
    last_work: int
    dimension: int
    need: int
    whole: int
    fresh: int
    out: int
    wrap: int
    both: int
    low_wrap: int
    low_kept: int
    grown: int
    carried: int
    axis_operands: int
    axis_together: int
    axis: int


def layout(plan: Plan) -> Layout:
    """The columns that a plan needs."""
    levels, views, masks = len(plan.schedule.levels), len(plan.views), len(plan.operand_masks)
    rows = views * (levels + 1)
    work = 3 * levels + 1 + 2 * rows
    operands = work + 2 + levels
    starts = np.cumsum([operands + masks] + [boundary + 1 for boundary, _ in plan.views])
    need = levels + 1
    fresh = need + 2 * views
    axis_operands = fresh + 11 * rows
    together, axis_together = int(starts[-1]), axis_operands + masks
    # By stepwise time alone.
    filled, last = (levels, 1) if plan.fills else (0, 0)
    return Layout(
        levels, views, levels + 1, 2 * levels + 1, 3 * levels + 1, 3 * levels + 1 + rows, work, work + 1, operands,
        starts[:-1].astype(np.int64), together, together + filled, together + filled + last, need, need + views, fresh,
        fresh + 2 * rows, fresh + 4 * rows, fresh + 6 * rows, fresh + 7 * rows, fresh + 8 * rows, fresh + 9 * rows,
        fresh + 10 * rows,
        axis_operands, axis_together, axis_together + filled,
    )  # fmt: skip


class CostArrays(NamedTuple):
    """Dimensions D, tensors T, axes A, slots S, holder sets O, placements H, resources R, rooms M, first fills F.

    Metrics Q are the energies, what the resources carry, what is late (`Plan.waits`), and what comes in outermost
    (`Plan.outer`).
    """

    layout: Layout
    extents: Ints
    moving: Ints
    """[T] bit mask of the dimensions that move a tensor."""
    axis_of: Ints
    """[T, D] the axis by which a dimension moves a tensor; -1: by itself."""
    axis_dimensions: Ints
    """[A, 2] outputs and taps."""
    axis_steps: Ints
    """[A, 2] stride and dilation."""
    base: Ints
    """[D] start of a dimension's columns in a box."""
    axis_base: Ints
    views: Ints
    """[V, 2] boundary and shared levels."""
    masks: Ints
    lengths_matter: Ints
    """[L + 1] whether a memory with a capacity stands at a boundary."""
    active_matters: Ints
    """[L + 1] whether something depends on how many units above a boundary ever work."""
    slot_kind: Ints
    slot_tensor: Ints
    slot_boundary: Ints
    slot_view: Ints
    """[S] the view, or the position of the operand mask."""
    term_start: Ints
    """[O + 1] the terms of each holder set: metric, slot, weight."""
    term_metric: Ints
    term_slot: Ints
    term_weight: Floats
    constant: Floats
    """[O, Q]"""
    choices: Ints
    """[H, T]"""
    width: Floats
    """[R] elements a cycle."""
    resource_boundary: Ints
    wait_level: Ints
    wait_width: Floats
    outer_width: Floats
    """[U] wires and ports at the outermost level."""
    fill_level: Ints
    """[F] in the order of levels."""
    fill_base: Floats
    fill_width: Floats
    fill_alone: Ints
    fill_holds: Ints
    """[H, F] bit mask of the tensors that a placement fills so."""
    room_boundary: Ints
    room_bits: Floats
    room_doubled: Ints
    room_holds: Ints
    """[H, M] bit mask of the tensors that use a room."""
    word_bits: Floats
    mac_energy: float
    lanes: float
    interval: float
    """Cycles of a lane for one point."""
    way_start: Ints
    """[L, 2^D] first way to order these loops of a level, and in `way_count` how many."""
    way_count: Ints
    way_outside: Ints
    """[W, T] dimensions that do not move the tensor but have one inside that does."""
    way_inner: Ints
    """[W, T] dimensions that may be the innermost that moves the tensor."""


def build_cost_arrays(plan: Plan, constraints: Sequence[tuple[tuple[str, str], ...]]) -> CostArrays:
    """The arrays of a plan; `constraints` are the (outer, inner) pairs of every level."""
    place = {name: number for number, name in enumerate(plan.dimensions)}
    columns = layout(plan)
    bases = np.arange(len(place)) * columns.dimension
    after = len(place) * columns.dimension
    moving = np.array([_bits(place, tensor.dimensions) for tensor in plan.tensors], np.int64)
    terms, constants = _terms(plan)
    found = _ways(plan, moving, constraints, place)
    if found.classes.max() > MAX_WAYS:
        message = f"a level has more than {MAX_WAYS} kinds of orders; the mapper does not tell them apart"
        raise WeftError(Diagnostic("W709", message))
    machine, extents = plan.schedule.mapping.accelerator, plan.schedule.mapping.workload.extents
    return CostArrays(
        layout=columns,
        extents=np.array([extents[name] for name in place], np.int64),
        moving=moving,
        axis_of=_axis_of(plan, place),
        axis_dimensions=_rows([[place[axis.outputs], place[axis.taps]] for axis in plan.axes]),
        axis_steps=_rows([[axis.stride, axis.dilation] for axis in plan.axes]),
        base=bases.astype(np.int64),
        axis_base=(after + np.arange(len(plan.axes)) * columns.axis).astype(np.int64),
        views=_rows([list(view) for view in plan.views]),
        masks=np.array(plan.operand_masks, np.int64),
        lengths_matter=_marks(plan, {room.boundary for room in plan.rooms}),
        active_matters=_marks(
            plan,
            {slot.boundary for slot in plan.slots if slot.kind == Kind.DISTINCT}
            | {resource.boundary for resource in plan.resources},
        ),
        slot_kind=np.array([slot.kind for slot in plan.slots], np.int64),
        slot_tensor=np.array([slot.tensor for slot in plan.slots], np.int64),
        slot_boundary=np.array([slot.boundary for slot in plan.slots], np.int64),
        slot_view=np.array([_view(plan, slot) for slot in plan.slots], np.int64),
        term_start=np.cumsum([0, *(len(item) for item in terms)]).astype(np.int64),
        term_metric=np.array([term[0] for item in terms for term in item], np.int64),
        term_slot=np.array([term[1] for item in terms for term in item], np.int64),
        term_weight=np.array([term[2] for item in terms for term in item], np.float64),
        constant=np.array(constants, np.float64),
        choices=plan.choices,
        width=np.array([resource.width for resource in plan.resources], np.float64),
        resource_boundary=np.array([resource.boundary for resource in plan.resources], np.int64),
        wait_level=np.array([wait.level for wait in plan.waits], np.int64),
        wait_width=np.array([wait.width for wait in plan.waits], np.float64),
        outer_width=np.array([wait.width for wait in plan.outer], np.float64),
        fill_level=np.array([fill.level for fill in plan.fills], np.int64),
        fill_base=np.array([fill.base for fill in plan.fills], np.float64),
        fill_width=np.array([fill.width for fill in plan.fills], np.float64),
        fill_alone=np.array([fill.alone for fill in plan.fills], np.int64),
        fill_holds=_fill_holds(plan),
        room_boundary=np.array([room.boundary for room in plan.rooms], np.int64),
        room_bits=np.array([room.bits for room in plan.rooms], np.float64),
        room_doubled=np.array([room.doubled for room in plan.rooms], np.int64),
        room_holds=_room_holds(plan),
        word_bits=np.array([machine.bits(tensor.name) for tensor in plan.tensors], np.float64),
        mac_energy=plan.mac_energy,
        lanes=float(machine.lanes),
        interval=float(plan.schedule.mapping.interval),
        way_start=found.start,
        way_count=found.classes,
        way_outside=found.outside,
        way_inner=found.inner,
    )


def _view(plan: Plan, slot: Slot) -> int:
    """The view of an entry count, the mask of operands; nothing for distinct outputs."""
    if slot.kind == Kind.ENTRIES:
        return plan.views.index((slot.boundary, slot.shared))
    return plan.operand_masks.index(slot.shared) if slot.kind == Kind.OPERANDS else 0


def _bits(place: dict[str, int], names: frozenset[str]) -> int:
    return sum(1 << number for name, number in place.items() if name in names)


def _marks(plan: Plan, boundaries: set[int]) -> Ints:
    return np.array([b in boundaries for b in range(len(plan.schedule.levels) + 1)], np.int64)


def _rows(rows: list[list[int]]) -> Ints:
    return np.array(rows, np.int64).reshape(len(rows), 2)


def _axis_of(plan: Plan, place: dict[str, int]) -> Ints:
    found = np.full((len(plan.tensors), len(place)), -1, np.int64)
    for number, tensor in enumerate(plan.tensors):
        for axis in plan.tensor_axes(tensor):
            found[number, [place[axis.outputs], place[axis.taps]]] = plan.axes.index(axis)
    return found


def _terms(plan: Plan) -> tuple[list[list[tuple[int, int, float]]], list[list[float]]]:
    """Per holder set the terms (metric, slot, weight) and the constants of all metrics: energies, resources, waits."""
    slots = {slot: number for number, slot in enumerate(plan.slots)}
    names = [*(resource.name for resource in plan.resources), *(wait.place for wait in (*plan.waits, *plan.outer))]
    terms, constants = [], []
    for energies, asked in plan.forms:
        forms = [*energies, *(asked.get(name, Form()) for name in names)]
        terms.append(
            [
                (metric, slots[slot], float(weight))
                for metric, form in enumerate(forms)
                for slot, weight in form.weights.items()
            ]
        )
        constants.append([float(form.constant) for form in forms])
    return terms, constants


def _fill_holds(plan: Plan) -> Ints:
    held = [
        [1 << plan.holders[o][0] if fill in plan.fills_of[o] else 0 for fill in plan.fills]
        for o in range(len(plan.holders))
    ]
    rows = np.array(held, np.int64).reshape(len(plan.holders), len(plan.fills))
    found: Ints = rows[plan.choices].sum(axis=1)
    return found


def _room_holds(plan: Plan) -> Ints:
    names = [tensor.name for tensor in plan.tensors]
    rows = []
    for placement in plan.placements:
        held = {plan.schedule.sites[0].memory.name: tuple(names)} | dict(placement)
        rows.append([sum(1 << t for t in room.tensors if names[t] in held[room.memory]) for room in plan.rooms])
    return np.array(rows, np.int64).reshape(len(plan.placements), len(plan.rooms))


def _ways(plan: Plan, moving: Ints, constraints: Sequence[tuple[tuple[str, str], ...]], place: dict[str, int]) -> Ways:
    pairs = tuple(tuple((place[a], place[b]) for a, b in level if a in place and b in place) for level in constraints)
    return _cached_ways(len(place), tuple(int(item) for item in moving), pairs)


@lru_cache(maxsize=64)
def _cached_ways(
    dimensions: int, moving: tuple[int, ...], constraints: tuple[tuple[tuple[int, int], ...], ...]
) -> Ways:
    return ways(dimensions, moving, constraints)
