"""Bounds of machines that need no search: what the work, the units and what must be moved say by themselves.

They hold for every program of a structure: its elements share the work as evenly as can be, every operand serves all
units that can share it, and every element is moved once.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from math import inf

import numpy as np

from ..analysis.counts import Kind, Slot, levels_of
from ..analysis.forms import Form
from ..backends.energy import leakage_mw
from ..ir import Accelerator, Tensor
from ..search.ground import skeleton
from ..search.objective import TINY, Objective
from ..search.spaces.point import Structure
from ..search.spaces.space import MapSpace
from ..search.structure.plan import Floats, Ints, Plan


@dataclass(frozen=True)
class Structures:
    """N structures of a space: `units[N, L]`, and the dimensions that levels spread, by number (-1: none)."""

    units: Ints
    spread: Ints

    def spreading(self, levels: Sequence[int], dimensions: set[int]) -> Floats:
        """[N] units of some levels that spread one of some dimensions."""
        found = np.ones(len(self.units))
        for level in levels:
            found *= np.where(np.isin(self.spread[:, level], list(dimensions)), self.units[:, level], 1)
        return found


def structures_of(space: MapSpace) -> Structures:
    """All structures of a space."""
    if not space.families:
        return Structures(np.empty((0, len(space.levels)), np.int64), np.empty((0, len(space.levels)), np.int64))
    numbers = {name: place for place, (name, _) in enumerate(space.workload.dimensions)}
    units, spread = [], []
    for family in space.families:
        choices = [[numbers.get(name or "", -1) for name in names] for names in family.spatial]
        rows = np.array(np.meshgrid(*choices, indexing="ij")).reshape(len(choices), -1).T
        shapes = np.array(family.shapes, np.int64)
        units.append(np.repeat(shapes, len(rows), axis=0))
        spread.append(np.tile(rows, (len(shapes), 1)))
    return Structures(np.concatenate(units), np.concatenate(spread))


def structures_as_given(space: MapSpace, structures: Sequence[Structure]) -> Structures:
    """Some structures of a space, in their order."""
    numbers = {name: place for place, (name, _) in enumerate(space.workload.dimensions)}
    units = [item.units for item in structures]
    spread = [[numbers.get(name or "", -1) for name in item.spatial] for item in structures]
    shape = len(structures), len(space.levels)
    return Structures(np.array(units, np.int64).reshape(shape), np.array(spread, np.int64).reshape(shape))


class QuickBounds:
    """The bounds of spaces that differ in the units of their levels alone: made from one of them."""

    def __init__(self, space: MapSpace, units: tuple[int, ...] | None = None) -> None:
        self._plan = Plan(skeleton(space, _structure(space, units)), space.placements(), "throughput")
        self._workload, self._machine = space.workload, space.accelerator
        self._numbers = {name: place for place, (name, _) in enumerate(space.workload.dimensions)}

    def least(self, found: Structures) -> tuple[Floats, Floats]:
        """[N] picojoules and cycles that no program of each structure is below."""
        machine = self._machine
        slots = {slot: self._least_of(slot, found) for slot in self._plan.slots}
        interval = machine.interval(self._workload.operations)
        cycles = self._shares(found) * interval / (machine.lanes * machine.vector_width)
        for resource in self._plan.resources:
            forms = [asked.get(resource.name, Form()) for _, asked in self._plan.forms]
            units = np.prod(found.units[:, : resource.boundary], axis=1)
            cycles = np.maximum(cycles, self._sum(forms, slots) / (resource.width * units))
        cycles = np.ceil(cycles * (1 - TINY))
        energy = self._plan.mac_energy + self._sum([form for (form, *_), _ in self._plan.forms], slots)
        return energy + 1000 / machine.clock_mhz * leakage_mw(machine) * cycles, cycles

    def _shares(self, found: Structures) -> Floats:
        """[N] points of the element with most: of every dimension some unit gets no less than its share."""
        shares = np.ones(len(found.units))
        levels = range(found.units.shape[1])
        for name, extent in self._workload.dimensions:
            shares *= np.ceil(extent / found.spreading(levels, {self._numbers[name]}))
        return shares

    def _sum(self, forms: Sequence[Form[Slot]], slots: dict[Slot, Floats]) -> Floats:
        """[N] what all tensors take at least of a metric, each in the memories where it takes least."""
        found: Floats = np.zeros(1)
        for tensor in range(len(self._plan.tensors)):
            held = [form for (number, _), form in zip(self._plan.holders, forms, strict=True) if number == tensor]
            found = found + np.minimum.reduce([self._value(form, slots) for form in held])
        return found

    def _value(self, form: Form[Slot], slots: dict[Slot, Floats]) -> Floats:
        """[N] the least of a form. Distinct outputs, which come off, are no more than what passes below them."""
        weights = {slot: float(weight) for slot, weight in form.weights.items()}
        found: Floats = np.full(len(next(iter(slots.values()))) if slots else 1, float(form.constant))
        for slot in [slot for slot, weight in weights.items() if slot.kind == Kind.DISTINCT and weight < 0]:
            weight = weights.pop(slot)
            if slot.boundary == 0:
                found += weight * self._workload.footprint(self._plan.tensors[slot.tensor])
                continue
            below = [item for item in weights if _passes(item, slot)]
            for item in sorted(below, key=lambda item: item.boundary):
                taken = min(max(weights[item], 0.0), -weight)
                weights[item], weight = weights[item] - taken, weight + taken
            if weight < -TINY:
                return np.zeros_like(found)
        for slot, weight in weights.items():
            found = found + weight * slots[slot]
        return np.asarray(np.maximum(found, 0.0))

    def _least_of(self, slot: Slot, found: Structures) -> Floats:
        """[N] the least that a slot can be; of distinct outputs nothing."""
        tensor, rows = self._plan.tensors[slot.tensor], len(found.units)
        if slot.kind == Kind.ENTRIES:
            return np.full(rows, float(self._workload.footprint(tensor)))
        if slot.kind == Kind.OPERANDS:
            machine = self._machine
            return self._workload.points / (machine.lanes * machine.vector_width) / self._sharing(slot, tensor, found)
        return np.zeros(rows)

    def _sharing(self, slot: Slot, tensor: Tensor, found: Structures) -> Floats:
        """[N] units that one operand serves at a time, at most.

        Units along an axis of outputs and taps lie on a grid, of which a diagonal needs the same element: of a x b
        units at least a + b - 1 need different ones.
        """
        levels = sorted(levels_of(slot.shared))
        moving = {self._numbers[name] for name in tensor.dimensions}
        everywhere = set(self._numbers.values())
        serves = found.spreading(levels, everywhere - moving)
        for axis in self._plan.tensor_axes(tensor):
            outputs = found.spreading(levels, {self._numbers[axis.outputs]})
            taps = found.spreading(levels, {self._numbers[axis.taps]})
            serves = serves * outputs * taps / (outputs + taps - 1)
        return serves


@dataclass(frozen=True)
class QuickCache:
    """The least values of spaces; what spaces that differ in their units have in common is made once."""

    objective: Objective
    _known: dict[Hashable, QuickBounds] = field(default_factory=dict, compare=False)

    def least_value(self, space: MapSpace, most_power: float) -> float:
        """What no program of a space is below, in an objective; inf if it has no structure."""
        return float(self.values(space, structures_of(space), most_power).min(initial=inf))

    def values(self, space: MapSpace, found: Structures, most_power: float) -> Floats:
        """[N] what no program of each structure is below, in an objective, that takes `most_power` pJ a cycle."""
        values = np.full(len(found.units), inf)
        if _bus_only(space.accelerator) and len(values):
            return self._least(space, found, (), most_power)
        for units in np.unique(found.units, axis=0):
            alike = (found.units == units).all(axis=1)
            chosen = Structures(found.units[alike], found.spread[alike])
            values[alike] = self._least(space, chosen, tuple(int(n) for n in units), most_power)
        return values

    def _least(self, space: MapSpace, found: Structures, units: tuple[int, ...], most_power: float) -> Floats:
        """[N] what no program of some structures is below; with `units`, these are theirs."""
        plain = replace(space.accelerator, name="", pes=1, shape=())
        key = space.workload, plain, space.levels, space.holds, units
        if key not in self._known:
            self._known[key] = QuickBounds(space, units or None)
        energy, cycles = self._known[key].least(found)
        cycles = np.maximum(cycles, _slowed(energy, most_power))
        return np.asarray(self.objective.bound(energy, cycles), np.float64)


def _slowed(energy: Floats, most_power: float) -> Floats:
    """[N] cycles that an energy takes at the most power."""
    with np.errstate(divide="ignore", invalid="ignore"):
        cycles = np.ceil(energy / (most_power * (1 + TINY)) * (1 - TINY))
    return np.where(energy > 0, cycles, 0.0)


def _bus_only(machine: Accelerator) -> bool:
    """Whether no network costs more with more units than with fewer."""
    return all(network.topology == "bus" for memory in machine.memories for network in memory.networks)


def _passes(slot: Slot, distinct: Slot) -> bool:
    """Whether every distinct output under a parent is one of what a slot counts."""
    below = slot.boundary > distinct.boundary and slot.tensor == distinct.tensor
    return below and slot.kind != Kind.DISTINCT and all(n >= distinct.boundary for n in levels_of(slot.shared))


def _structure(space: MapSpace, units: tuple[int, ...] | None) -> Structure:
    """A structure with some units, or else one in which as many levels as can be have any."""
    pairs = ((family, each) for family in space.families for each in family.shapes if units in (None, each))
    family, each = max(pairs, key=lambda item: sum(n > 1 for n in item[1]))
    return Structure(each, tuple(choices[0] for choices in family.spatial), family.symbols)
