"""Everything about a workload on a machine that does not depend on sizes, orders and placement, as arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ...analysis.counts import Kind, Slot, carried_counts, mask, traffic_counts
from ...analysis.forms import Form, one
from ...analysis.occupancy import rooms_of
from ...analysis.resources import Resource, resources
from ...analysis.uses import Use, tensor_uses, uses
from ...backends.energy import Charge, arithmetic_energy, charges_of, leaks, load_energy_table, picojoules
from ...ir import Diagnostic, InternalError, Memory, Schedule, Site, Tensor, WeftError
from .exposed import Fill, Wait, first_fills, late_transfers, outer_transfers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

Found = TypeVar("Found", Fill, Wait)

Placement = tuple[tuple[str, tuple[str, ...]], ...]
"""The tensors that each memory after the outermost holds."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A tensor axis over two dimensions that both have more than one value: stride · y + dilation · r."""

    outputs: str
    stride: int
    taps: str
    dilation: int


@dataclass(frozen=True, slots=True)
class Room:
    """Bits that some tensors share in a memory at a boundary; `doubled` if a chunk needs a second place."""

    boundary: int
    memory: str
    tensors: tuple[int, ...]
    bits: float
    doubled: bool


@dataclass(frozen=True)
class Plan:
    """Costs as linear forms of slots, one form per resource and one for the energy, for every tensor and holder set.

    `others` are schedules of machines of the same structure whose energies are wanted beside: each is one more form.
    `apart` names charges, each of some tensors, whose actions are wanted by themselves, again one form each.

    `exact` says that the forms give the numbers of a single evaluation and not only a lower bound: nothing is rounded
    up, nothing leaks or idles, no neighbour forwards and no lane shares.
    """

    schedule: Schedule
    placements: tuple[Placement, ...]
    time: str
    others: tuple[Schedule, ...] = ()
    apart: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @cached_property
    def dimensions(self) -> tuple[str, ...]:
        """Dimensions with more than one value; the first one if there are none."""
        dimensions = self.schedule.mapping.workload.dimensions
        return tuple(name for name, extent in dimensions if extent > 1) or (dimensions[0][0],)

    @cached_property
    def tensors(self) -> tuple[Tensor, ...]:
        """The inputs, then the output."""
        return self.schedule.mapping.workload.tensors

    @cached_property
    def axes(self) -> tuple[Axis, ...]:
        """The windowed axes, each once; WeftError W709 if two of them share one dimension."""
        found: dict[Axis, None] = {}
        for tensor in self.tensors:
            found |= dict.fromkeys(self.tensor_axes(tensor))
        pairs = {(axis.outputs, axis.taps) for axis in found}
        names = [name for pair in pairs for name in pair]
        if len(names) > len(set(names)):
            raise WeftError(
                Diagnostic("W709", f"the mapper cannot split {' and '.join(map(str, sorted(pairs)))} apart")
            )
        return tuple(found)

    def tensor_axes(self, tensor: Tensor) -> tuple[Axis, ...]:
        """The windowed axes of a tensor."""
        found = []
        for subscript in tensor.subscripts:
            if all(name in self.dimensions for name in subscript.dimensions) and len(subscript.terms) == 2:
                y, r = subscript.terms
                found.append(Axis(y.dimension, y.coefficient, r.dimension, r.coefficient))
        return tuple(found)

    @cached_property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Dimensions that some axis couples, together; all others by themselves."""
        pairs = {axis.outputs: axis.taps for axis in self.axes}
        second = set(pairs.values())
        return tuple(
            (name, pairs[name]) if name in pairs else (name,) for name in self.dimensions if name not in second
        )

    @cached_property
    def holders(self) -> tuple[tuple[int, frozenset[str]], ...]:
        """Every choice of the memories after the outermost that hold a tensor: (tensor, memories)."""
        found: dict[tuple[int, frozenset[str]], None] = {}
        for placement in self.placements:
            for number, tensor in enumerate(self.tensors):
                found[number, frozenset(name for name, held in placement if tensor.name in held)] = None
        return tuple(sorted(found, key=lambda item: (item[0], sorted(item[1]))))

    @cached_property
    def choices(self) -> Ints:
        """Per placement and tensor the position in `holders`."""
        rows = []
        for placement in self.placements:
            held = [
                (number, frozenset(name for name, names in placement if tensor.name in names))
                for number, tensor in enumerate(self.tensors)
            ]
            rows.append([self.holders.index(item) for item in held])
        return np.array(rows, np.int64)

    def placed(self, holder: tuple[int, frozenset[str]]) -> Schedule:
        """The schedule with one tensor in the given memories and the outermost, the others everywhere."""
        return _placed(self.schedule, self.tensors[holder[0]].name, holder[1])

    def charges(self, schedule: Schedule) -> tuple[Charge, ...]:
        """What costs energy on a machine of the structure under any placement."""
        found: dict[tuple[str, str], Charge] = {}
        for number, held in self.holders:
            placed = _placed(schedule, self.tensors[number].name, held)
            for charge in charges_of(placed, tensor_uses(placed, self.tensors[number])):
                found.setdefault((charge.name, charge.use.tensor), charge)
        return tuple(found[key] for key in sorted(found))

    @cached_property
    def forms(self) -> tuple[tuple[tuple[Form[Slot], ...], dict[str, Form[Slot]]], ...]:
        """Per holder set: the energies in picojoules, and what it asks of every resource."""
        return tuple(self._forms(holder) for holder in self.holders)

    def _forms(self, holder: tuple[int, frozenset[str]]) -> tuple[tuple[Form[Slot], ...], dict[str, Form[Slot]]]:
        schedule, tensor = self.placed(holder), self.tensors[holder[0]]
        counts = traffic_counts(schedule, tensor) | carried_counts(schedule, tensor)
        uses = tuple(tensor_uses(schedule, tensor))

        def amount(use: Use) -> Form[Slot]:
            return _bounded(use, use.amount.then(counts.__getitem__)).then(partial(self._counted, tensor))

        def energy(priced: Schedule) -> Form[Slot]:
            table = load_energy_table(priced.mapping.accelerator.energy_table)
            return priced_at(priced, lambda charge: picojoules(table, charge))

        def priced_at(priced: Schedule, price: Callable[[Charge], float]) -> Form[Slot]:
            found: Form[Slot] = Form()
            for charge in charges_of(priced, uses):
                found += amount(charge.use) * (price(charge) / charge.block)
            return found.without_zeros()

        asked = {
            resource.name: sum((amount(use) for use in resource.uses), start=Form())
            for resource in resources(schedule, uses)
            if resource.uses and resource.width
        }
        number = self.holders.index(holder)
        for wait in (*self.waits_of[number], *self.outer_of[number]):
            asked[wait.place] = sum((amount(use) for use in uses if wait.covers(use)), start=Form())
        others = (_placed(other, tensor.name, holder[1]) for other in self.others)
        actions = (priced_at(schedule, partial(_due, item)) for item in self.apart)
        return (*map(energy, (schedule, *others)), *actions), asked

    def _counted(self, tensor: Tensor, slot: Slot) -> Form[Slot]:
        """A slot as the search counts it: no more than it is where neighbours forward or lanes share, else exactly."""
        workload, machine = self.schedule.mapping.workload, self.schedule.mapping.accelerator
        if slot.kind == Kind.FORWARDED:
            return Form()
        if slot.kind == Kind.LOCAL:
            return Form({}, -(-workload.points // machine.lanes))
        if slot.kind == Kind.ENTRIES and (slot.along >= 0 or slot.boundary == 0):
            # Neighbours pass on what they can, but every element comes in once.
            return Form({}, workload.footprint(tensor))
        if slot.kind == Kind.ENTRIES:
            # Sharing matters only along levels above the boundary that have units.
            wide = (level for level in range(slot.boundary) if self.schedule.levels[level].units > 1)
            return one(slot._replace(shared=slot.shared & mask(frozenset(wide))))
        if slot.kind not in (Kind.OPERANDS, Kind.DISTINCT):
            raise InternalError(f"the search has no bound for {slot}")
        return one(slot)

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """Ports and networks that have a bandwidth."""
        return tuple(resource for resource in resources(self.schedule, ()) if resource.width)

    @cached_property
    def waits_of(self) -> tuple[tuple[Wait, ...], ...]:
        """Per holder set, where its tensor is late, by stepwise time."""
        return self._by_steps(late_transfers)

    @cached_property
    def outer_of(self) -> tuple[tuple[Wait, ...], ...]:
        """Per holder set, where its tensor comes in at the outermost level, by stepwise time."""
        return self._by_steps(outer_transfers)

    @cached_property
    def fills_of(self) -> tuple[tuple[Fill, ...], ...]:
        """Per holder set, where its tensor goes in the first transfers, by stepwise time."""
        return self._by_steps(first_fills)

    def _by_steps(self, find: Callable[[Schedule, Tensor], Iterable[Found]]) -> tuple[tuple[Found, ...], ...]:
        if self.time != "stepwise":
            return ((),) * len(self.holders)
        return tuple(tuple(find(self.placed(item), self.tensors[item[0]])) for item in self.holders)

    @cached_property
    def waits(self) -> tuple[Wait, ...]:
        """Everything in `waits_of`, level by level."""
        return tuple(sorted({*chain(*self.waits_of)}))

    @cached_property
    def outer(self) -> tuple[Wait, ...]:
        """Everything in `outer_of`."""
        return tuple(sorted({*chain(*self.outer_of)}))

    @cached_property
    def fills(self) -> tuple[Fill, ...]:
        """Everything in `fills_of`, level by level."""
        return tuple(sorted({*chain(*self.fills_of)}))

    @cached_property
    def rooms(self) -> tuple[Room, ...]:
        """The capacities."""
        return tuple(room for site in self.schedule.sites for room in self._rooms(site))

    def _rooms(self, site: Site) -> list[Room]:
        if site.memory.refilled and site.memory.capacity_bytes is not None:
            message = f"the mapper does not fit programs into {site.memory.name}, which is refilled from outside"
            hint = f"lift the limit (--set {site.memory.name}.capacity_bytes=unlimited)"
            raise WeftError(Diagnostic("W709", message, hint=hint))
        return self.rooms_at(site.boundary, site.memory)

    def rooms_at(self, boundary: int, memory: Memory) -> list[Room]:
        """The capacities of a memory that stands at a boundary."""
        names, doubled = [tensor.name for tensor in self.tensors], memory.buffering == "double"
        return [
            Room(boundary, memory.name, tuple(map(names.index, held)), 8.0 * capacity, doubled)
            for held, capacity in rooms_of(memory, names)
            if capacity is not None
        ]

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """All slots of all forms."""
        found = {
            slot: None
            for energies, asked in self.forms
            for form in (*energies, *asked.values())
            for slot in form.weights
        }
        return tuple(sorted(found, key=lambda slot: (slot.kind, slot.tensor, slot.boundary, slot.shared)))

    @cached_property
    def views(self) -> tuple[tuple[int, int], ...]:
        """The (boundary, shared levels) at which entries are counted."""
        return tuple(sorted({(slot.boundary, slot.shared) for slot in self.slots if slot.kind == Kind.ENTRIES}))

    @cached_property
    def operand_masks(self) -> tuple[int, ...]:
        """The shared levels for which operands are counted."""
        return tuple(sorted({slot.shared for slot in self.slots if slot.kind == Kind.OPERANDS}))

    @cached_property
    def mac_energy(self) -> float:
        """Picojoules of the operations of all points."""
        table = load_energy_table(self.schedule.mapping.accelerator.energy_table)
        return arithmetic_energy(self.schedule, table)

    @cached_property
    def energy_ordered(self) -> bool:
        """Whether nothing but counts matters to the energy, and it never falls when they grow."""
        machine = self.schedule.mapping.accelerator
        still = not leaks(machine)
        forwards = any(level.network.forwarding for level in self.schedule.levels)
        return still and not forwards and machine.lanes == 1

    @cached_property
    def ordered(self) -> bool:
        """Whether energy and cycles never fall when counts grow: also, time is by throughput."""
        return self.time == "throughput" and self.energy_ordered

    @cached_property
    def exact_energy(self) -> bool:
        """Whether the form of the energy gives that of a single evaluation: also, nothing is rounded up."""
        plain = all(site.memory.block_size == 1 for site in self.schedule.sites)
        whole = all(weight == int(weight) for use in uses(self.schedule) for weight in use.amount.weights.values())
        meshes = any(level.network.topology == "mesh" for level in self.schedule.levels)
        return self.energy_ordered and plain and whole and not meshes

    @cached_property
    def exact(self) -> bool:
        """Whether all forms give the numbers of a single evaluation."""
        return self.ordered and self.exact_energy


def _due(item: tuple[str, tuple[str, ...]], charge: Charge) -> float:
    return float(charge.name == item[0] and charge.use.tensor in item[1])


def _placed(schedule: Schedule, name: str, held: frozenset[str]) -> Schedule:
    sites = tuple(
        site if not number else replace(site, tensors=_held(site, name, site.memory.name in held))
        for number, site in enumerate(schedule.sites)
    )
    return replace(schedule, sites=sites)


def _bounded(use: Use, form: Form[Slot]) -> Form[Slot]:
    """The form of a use, of which bounds take the least of every slot and the most of distinct outputs.

    InternalError for a use that falls with one of the former or grows with the latter: no bound would hold.
    """
    for slot, weight in form.weights.items():
        if (weight > 0) if slot.kind == Kind.DISTINCT else (weight < 0):
            message = f"{use.action} of {use.tensor} at {use.place} has {weight} times {slot}: the search has no bound"
            raise InternalError(message)
    return form


def _held(site: Site, name: str, holds: bool) -> tuple[str, ...]:
    rest = tuple(item for item in site.tensors if item != name)
    return (*rest, name) if holds else rest
