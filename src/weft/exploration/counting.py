"""What many programs of one structure count: forms over their slots, for every charge and resource (A22, A19)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from ..analysis.counts import Count, Slot, carried_counts, traffic_counts
from ..analysis.forms import Form
from ..analysis.resources import Resource, resources
from ..analysis.uses import Use, uses
from ..backends.energy import Charge, charges
from ..ir import Mapping, Schedule
from ..search.descent.single import vector_width
from ..search.point_costs import order_array
from ..search.structure.cost_arrays import build_cost_arrays
from ..search.structure.flat import flatten
from ..search.structure.plan import Floats, Ints, Plan, Room
from .kernels import count_programs
from .open_programs import OpenProgram

EXACT = 1 << 53
"""Counts below this are exact as floating-point numbers."""


class _CountedPlan(Plan):
    """A plan of one placement with all slots that anything counts; what they are charged, and rooms, are none of it."""

    @cached_property
    def forms(self) -> tuple[tuple[tuple[Form[Slot], ...], dict[str, Form[Slot]]], ...]:
        return tuple(((Form(),), {}) for _ in self.holders)

    @cached_property
    def mac_energy(self) -> float:
        return 0.0

    @cached_property
    def rooms(self) -> tuple[Room, ...]:
        return ()

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        found = {slot: None for form in self.counts.values() for slot in form.weights}
        return tuple(sorted(found, key=lambda slot: (slot.kind, slot.tensor, slot.boundary, slot.shared)))

    @cached_property
    def counts(self) -> dict[Count, Form[Slot]]:
        """Every count as a form over slots."""
        found: dict[Count, Form[Slot]] = {}
        for tensor in self.tensors:
            table = traffic_counts(self.schedule, tensor) | carried_counts(self.schedule, tensor)
            found |= {count: form.then(partial(self._counted, tensor)) for count, form in table.items()}
        return found

    def form(self, use: Use) -> Form[Slot]:
        """What a use amounts to."""
        return use.amount.then(self.counts.__getitem__)


def counts_are_forms(schedule: Schedule) -> bool:
    """Whether slots say all that is counted: no neighbour forwards, no lane shares, and windowed axes stand apart."""
    forwards = any(level.network.forwarding for level in schedule.levels)
    axes = {
        frozenset(term.dimension for term in subscript.terms)
        for tensor in schedule.mapping.workload.tensors
        for subscript in tensor.subscripts
        if len(subscript.terms) == 2
    }
    names = [name for axis in axes for name in axis]
    return not forwards and schedule.mapping.accelerator.lanes == 1 and len(names) == len(set(names))


@dataclass(frozen=True)
class Counted:
    """What N programs count. `amounts[N, C]` are actions of `charges`, `loads[N, R]` elements of `resources`.

    `working[N, B]` are the units that ever work above every boundary, `vectors[N]` those of the busiest element.
    """

    amounts: Floats
    loads: Floats
    working: Floats
    vectors: Floats


class Counting:
    """Counts programs of one structure: `schedule` has its units, memories and networks, `levels` its maps."""

    def __init__(self, schedule: Schedule, program: OpenProgram) -> None:
        assert program.levels is not None
        levels, self._program = program.levels, program
        placement = tuple((site.memory.name, site.tensors) for site in schedule.sites[1:])
        self.plan = _CountedPlan(schedule, (placement,), "throughput")
        self.dimensions = self.plan.dimensions
        names = [[d.dimension for d in level if d.dimension in self.dimensions] for level in levels]
        inner = [tuple((outer, inner) for n, outer in enumerate(level) for inner in level[n + 1 :]) for level in names]
        self._flat = flatten(build_cost_arrays(self.plan, inner))
        self._width = vector_width(self.plan)
        self._places = [list(program.workload.extents).index(name) for name in self.dimensions]
        self._order = order_array(self.dimensions, names)
        spread = [{d.dimension for d in level if d.spatial} for level in levels]
        self._units = np.array(
            [
                [level.units if name in held else 0 for level, held in zip(schedule.levels, spread, strict=True)]
                for name in self.dimensions
            ],
            np.int64,
        )
        self.charges: tuple[Charge, ...] = charges(schedule)
        self.resources: tuple[Resource, ...] = resources(schedule, uses(schedule))
        self._blocks = np.array([charge.block for charge in self.charges], np.float64)
        self._charged = self._forms([self.plan.form(charge.use) for charge in self.charges])
        nothing: Form[Slot] = Form()
        asked = [sum(map(self.plan.form, item.uses), start=nothing) for item in self.resources]
        self._asked = self._forms(asked)

    def _axes(self, rows: Ints) -> Ints:
        """[N, D] numbers of the different chains of every dimension, those of an axis together."""
        found, first = np.empty(rows.shape, np.int64), 0
        for group in self.plan.groups:
            places = [self.dimensions.index(name) for name in group]
            _, number = np.unique(rows[:, places], axis=0, return_inverse=True)
            for place in places:
                found[:, place] = first + number.reshape(-1)
                first = int(found[:, place].max()) + 1
        return found

    def _forms(self, forms: Sequence[Form[Slot]]) -> tuple[Floats, Floats]:
        """[S, F] weights and [F] constants."""
        place = {slot: number for number, slot in enumerate(self.plan.slots)}
        weights = np.zeros((len(place), len(forms)))
        for number, form in enumerate(forms):
            for slot, weight in form.weights.items():
                weights[place[slot], number] = float(weight)
        return weights, np.array([float(form.constant) for form in forms])

    def count(self, rows: Ints) -> Counted:
        """What programs count whose dimensions have the chains `rows[N, D]`, of all dimensions of the workload.

        OverflowError for counts that may not be exact as floating-point numbers.
        """
        rows = np.ascontiguousarray(rows[:, self._places])
        shape, slots = len(rows), len(self.plan.slots)
        found, vectors = np.zeros((shape, slots)), np.empty(shape)
        working = np.empty((shape, len(self.plan.schedule.levels) + 1))
        count_programs(
            self._flat, np.ones(slots, np.bool_), self._width, self._program.chains, rows, self._axes(rows),
            self._units, self._order, found, working, vectors,
        )  # fmt: skip
        elements = np.ceil(_applied(found, self._charged))
        loads = np.ceil(_applied(found, self._asked))
        amounts = np.ceil(elements / self._blocks)
        most = max(np.abs(item).max(initial=0.0) for item in (found, elements, loads))
        if most >= EXACT:
            raise OverflowError("a program has counts from 2^53 on")
        return Counted(amounts, loads, working, vectors)


def _applied(slots: Floats, form: tuple[Floats, Floats]) -> Floats:
    """The values of forms, sums of integers and so exact (a matrix product may add in any order)."""
    weights, constants = form
    found: Floats = slots @ weights + constants
    return found


def throughput_cycles(counted: Counted, resources: Sequence[Resource], mapping: Mapping) -> Floats:
    """[N] cycles of the busiest resource (A21)."""
    most = np.ceil(counted.vectors * mapping.interval / mapping.accelerator.lanes)
    for number, resource in enumerate(resources):
        if resource.width:
            cycles = np.ceil(counted.loads[:, number] / (resource.width * counted.working[:, resource.boundary]))
            np.maximum(most, cycles, out=most)
    return most
