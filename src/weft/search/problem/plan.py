"""Everything about a workload on a machine that does not depend on sizes, orders and placement, as arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...analysis.stacked import stacked_links
from ...backends.cost.forms import Kind, Linear, Slot, tensor_uses
from ...backends.cost.ports import ports_of
from ...backends.energy import EnergyTable, load_energy_table
from ...backends.energy.unit_energies import access_pj, mac_pj, transfer_pj
from ...ir import Diagnostic, Interconnect, Schedule, Site, Tensor, WeftError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

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


@dataclass(frozen=True, slots=True)
class Resource:
    """What can be the busiest: elements over `width` a cycle and over the units that work above a boundary."""

    name: str
    width: int
    boundary: int


@dataclass(frozen=True)
class Plan:
    """Costs as linear forms of slots, one form per resource and one for the energy, for every tensor and holder set.

    `exact` says that the forms give the numbers of a single evaluation and not only a lower bound: nothing is rounded
    up, nothing leaks or idles, no neighbour forwards and no lane shares.
    """

    schedule: Schedule
    placements: tuple[Placement, ...]
    time: str

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
        name = self.tensors[holder[0]].name
        sites = tuple(
            site if not number else replace(site, tensors=_held(site, name, site.memory.name in holder[1]))
            for number, site in enumerate(self.schedule.sites)
        )
        return replace(self.schedule, sites=sites)

    @cached_property
    def forms(self) -> tuple[tuple[Linear, dict[str, Linear]], ...]:
        """Per holder set: the energy in picojoules, and what it asks of every resource."""
        return tuple(self._forms(holder) for holder in self.holders)

    def _forms(self, holder: tuple[int, frozenset[str]]) -> tuple[Linear, dict[str, Linear]]:
        schedule, tensor = self.placed(holder), self.tensors[holder[0]]
        table = load_energy_table(schedule.mapping.accelerator.energy_table)
        memories = {site.memory.name: site.memory for site in schedule.sites}
        limited = {resource.name for resource in self.resources}
        energy, asked = Linear(), dict[str, Linear]()
        for use in tensor_uses(schedule, tensor):
            for name in self._asked(use.place, use.action, tensor.name) & limited:
                asked[name] = asked.get(name, Linear()) + use.amount
            if use.place in memories:
                each = access_pj(schedule, table, use.place, tensor.name, use.action)
                energy += use.amount * (each / memories[use.place].block_size)
            elif use.action == "transfer":
                energy += use.amount * self._transfer(table, use.place, tensor)
        return energy.without_zeros(), asked

    def _transfer(self, table: EnergyTable, place: str, tensor: Tensor) -> float:
        parent, child = place.split(" to ")
        return transfer_pj(self.schedule, table, parent, child, tensor.name)

    def _asked(self, place: str, action: str, tensor: str) -> set[str]:
        """The resources that a use of a tensor takes."""
        if action == "carry":
            network, _ = self.networks[place.rsplit(" ", 1)[0]]
            return {f"{place} {tensor}" if tensor in dict(network.channels) else place}
        return {f"{place} {action}s", f"{place} accesses"}

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """Ports and networks that have a bandwidth."""
        found = []
        for site in self.schedule.sites:
            for port in ports_of(site.memory):
                found.append(Resource(f"{site.memory.name} {port.name}", port.width, site.boundary))
        for name, (network, boundary) in self.networks.items():
            for way in ("in", "out"):
                if network.bandwidth:
                    found.append(Resource(f"{name} {way}", network.bandwidth, boundary))
                for tensor, width in network.channels:
                    if width:
                        found.append(Resource(f"{name} {way} {tensor}", width, boundary))
        return tuple(found)

    @cached_property
    def networks(self) -> dict[str, tuple[Interconnect, int]]:
        """The networks of the levels and between stacked memories, with the boundary above which their units work."""
        levels = {f"L{number}": (level.network, number) for number, level in enumerate(self.schedule.levels)}
        return levels | {link.name: (link.upper.memory.network(0), 0) for link in stacked_links(self.schedule)}

    @cached_property
    def rooms(self) -> tuple[Room, ...]:
        """The capacities."""
        return tuple(room for site in self.schedule.sites for room in self._rooms(site))

    def _rooms(self, site: Site) -> list[Room]:
        memory, names = site.memory, [tensor.name for tensor in self.tensors]
        own = dict(memory.capacities)
        doubled = memory.buffering == "double"
        found = [
            Room(site.boundary, memory.name, (names.index(name),), 8.0 * size, doubled)
            for name, size in own.items()
            if name in names
        ]
        others = tuple(number for number, name in enumerate(names) if name not in own)
        if memory.capacity_bytes is not None:
            left = 8.0 * (memory.capacity_bytes - sum(own.values()))
            found.append(Room(site.boundary, memory.name, others, left, doubled))
        return found

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """All slots of all forms."""
        found = {
            slot: None for energy, asked in self.forms for form in (energy, *asked.values()) for slot in form.weights
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
        """Picojoules of all multiply-accumulates."""
        schedule = self.schedule
        table = load_energy_table(schedule.mapping.accelerator.energy_table)
        return schedule.mapping.workload.macs * mac_pj(schedule, table)

    @cached_property
    def ordered(self) -> bool:
        """Whether energy and cycles never fall when counts grow: time by throughput, and nothing but counts matters."""
        machine = self.schedule.mapping.accelerator
        still = machine.pe_leakage_mw == 0 and machine.pe_idle_pj == 0
        still &= all(memory.leakage_mw == 0 for memory in machine.memories)
        forwards = any(level.network.forwarding for level in self.schedule.levels)
        return self.time == "throughput" and still and not forwards and machine.lanes == 1

    @cached_property
    def exact(self) -> bool:
        """Whether the forms are the numbers of a single evaluation: also, nothing is rounded up."""
        plain = all(site.memory.block_size == 1 for site in self.schedule.sites)
        return self.ordered and plain and all(level.network.topology != "mesh" for level in self.schedule.levels)


def _held(site: Site, name: str, holds: bool) -> tuple[str, ...]:
    rest = tuple(item for item in site.tensors if item != name)
    return (*rest, name) if holds else rest
