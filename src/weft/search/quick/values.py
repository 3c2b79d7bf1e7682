"""Bounds of machines that need no search: what the work, the units and what must be moved say by themselves.

They hold for every program of a structure: its elements share the work as evenly as can be, every operand serves all
units that can share it, and every element is moved once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import inf

import numpy as np

from ...analysis.counts import Kind, Slot, levels_of
from ...analysis.forms import Form
from ...backends.energy import leakage_mw, leaks, load_energy_table
from ...ir import Accelerator, Tensor
from ..ground import skeleton
from ..objective import TINY, Objective
from ..spaces.point import Structure
from ..spaces.space import MapSpace
from ..spaces.structures import Structures, all_structures
from ..structure.plan import Floats, Ints, Plan
from .capped import Capped, rooms_on
from .entering import Dues
from .reuse import Reuse, is_even
from .worth import Scale, Worth

Least = Callable[["QuickBounds", Structures], tuple[Floats, Floats]]


class QuickBounds:
    """The bounds of structures that have more than one unit on the same levels, made from one with these `units`: a
    network that serves one unit alone is shared by none."""

    def __init__(self, space: MapSpace, units: tuple[int, ...]) -> None:
        self._plan = Plan(skeleton(space, _structure(space, units)), space.placements(), "throughput")
        self._workload, self._machine = space.workload, space.accelerator
        self._reuse = Reuse(space, self._plan)
        self._numbers = {name: place for place, (name, _) in enumerate(space.workload.dimensions)}

    def least(
        self, found: Structures, roomy: Accelerator | None, energetic: bool = True, worth: Worth | None = None
    ) -> tuple[Floats, Floats]:
        """[N] picojoules and cycles that no program of each structure is below, with the memories of a machine (None:
        whatever they hold). Where energy says nothing (not `energetic`) it is none.

        With `worth`, those of the placement that is worth most: no program's value is below theirs. Of structures that
        are not near the best one less is known.
        """
        slots = {slot: self._least_of(slot, found) for slot in self._plan.slots}
        times = self._times(found, slots)
        if not energetic:
            return np.zeros(len(found.units)), times.min(axis=0)
        if worth is None:
            cycles = times.min(axis=0)
            return self._standing(cycles) + self._energies(found, slots, roomy, None).min(axis=0), cycles
        energies = self._standing(times) + self._energies(found, slots, roomy, (worth, times))
        best = worth.value(energies, times).argmin(axis=0), np.arange(len(found.units))
        return energies[best], times[best]

    def least_work(self, found: Structures) -> tuple[Floats, Floats]:
        """[N] the same of the arithmetic alone."""
        cycles = np.ceil(self._work(found) * (1 - TINY))
        return self._standing(cycles), cycles

    def _work(self, found: Structures) -> Floats:
        """[N] cycles of the arithmetic."""
        machine = self._machine
        interval = machine.interval(self._workload.operations)
        return self._shares(found) * interval / (machine.lanes * machine.vector_width)

    def _times(self, found: Structures, slots: dict[Slot, Floats]) -> Floats:
        """[P, N] cycles of the arithmetic, and of what moves at least with each placement."""
        times = np.tile(self._work(found), (len(self._plan.choices), 1))
        for resource in self._plan.resources:
            forms = (asked.get(resource.name, Form()) for _, asked in self._plan.forms)
            amounts = np.array([np.broadcast_to(self._value(form, slots), times[0].shape) for form in forms])
            units = found.all_units(range(resource.boundary))
            np.maximum(times, amounts[self._plan.choices].sum(axis=1) / (resource.width * units), out=times)
        return np.ceil(times * (1 - TINY))

    def _standing(self, cycles: Floats) -> Floats:
        """[…] picojoules of the arithmetic, and of what leaks meanwhile."""
        leaking = 1000 / self._machine.clock_mhz * leakage_mw(self._machine)
        return np.asarray(self._plan.mac_energy + leaking * cycles)

    @cached_property
    def _dues(self) -> Dues:
        return Dues(self._plan, tuple(self._due(form) for (form, *_), _ in self._plan.forms))

    def _energies(
        self, found: Structures, slots: dict[Slot, Floats], roomy: Accelerator | None,
        asked: tuple[Worth, Floats] | None,
    ) -> Floats:  # fmt: skip
        """[P, N] picojoules of all tensors at least, beside those that are known, with each placement."""
        different, places = found.different(self._level_sets)
        chosen = found[different]
        capped = Capped(self._plan, self._reuse, self._dues, chosen, rooms_on(self._plan, roomy) if roomy else ())
        scale = None
        if asked is not None:
            worth, times = asked
            fewest = np.full((len(times), len(different)), inf)
            np.minimum.at(fewest.T, places, times.T)
            scale = Scale(worth, self._standing(fewest), fewest)
        return capped.least({slot: amounts[different] for slot, amounts in slots.items()}, scale)[:, places]

    @cached_property
    def _level_sets(self) -> tuple[tuple[int, ...], ...]:
        """The levels whose units matter together: those above memories, and those along which something is shared."""
        above = {tuple(range(site.boundary)) for site in self._plan.schedule.sites}
        shared = {tuple(sorted(levels_of(slot.shared))) for slot in self._plan.slots}
        return tuple(sorted(above | shared))

    def _shares(self, found: Structures) -> Floats:
        """[N] points of the element with most: of every dimension some unit gets no less than its share."""
        shares = np.ones(len(found.units))
        levels = range(len(found.groups))
        for name, extent in self._workload.dimensions:
            shares *= np.ceil(extent / found.spreading(levels, {self._numbers[name]}))
        return shares

    def _value(self, form: Form[Slot], slots: dict[Slot, Floats]) -> Floats:
        """[N] the least of a form."""
        due = self._due(form)
        found: Floats = np.full(len(next(iter(slots.values()))) if slots else 1, float(due.constant))
        for slot, weight in due.weights.items():
            found = found + float(weight) * slots[slot]
        return np.asarray(np.maximum(found, 0.0))

    def _due(self, form: Form[Slot]) -> Form[Slot]:
        """What a form is not below, without distinct outputs: these come off, and are no more than what enters there or
        passes further in, or than all points."""
        constant = float(form.constant)
        weights = {slot: float(weight) for slot, weight in form.weights.items()}
        for slot in [slot for slot, weight in weights.items() if slot.kind == Kind.DISTINCT and weight < 0]:
            weight = weights.pop(slot)
            if slot.boundary == 0:
                constant += weight * self._workload.footprint(self._plan.tensors[slot.tensor])
                continue
            below = [item for item in weights if _passes(item, slot)]
            for item in sorted(below, key=lambda item: item.boundary):
                taken = min(max(weights[item], 0.0), -weight)
                weights[item], weight = weights[item] - taken, weight + taken
            constant += weight * self._workload.points if weight < -TINY else 0.0
        return Form(weights, constant)

    def _least_of(self, slot: Slot, found: Structures) -> Floats:
        """[N] the least that a slot can be; of distinct outputs nothing."""
        tensor, rows = self._plan.tensors[slot.tensor], len(found.units)
        if slot.kind == Kind.ENTRIES:
            return np.full(rows, float(self._workload.footprint(tensor)))
        if slot.kind == Kind.OPERANDS:
            at_once = self._machine.lanes * self._machine.vector_width
            least = self._workload.points / at_once / self._sharing(slot, tensor, found)
            return np.maximum(least, self._workload.footprint(tensor)) if at_once == 1 else least
        return np.zeros(rows)

    def _sharing(self, slot: Slot, tensor: Tensor, found: Structures) -> Floats:
        """[N] units that one operand serves at a time, at most.

        Units along an axis of outputs and taps lie on a grid, of which a diagonal needs the same element: of a x b
        units at least a + b - 1 need different ones.
        """
        levels, serves = sorted(levels_of(slot.shared)), np.ones(len(found.units))
        units = {name: found.spreading(levels, {number}) for name, number in self._numbers.items()}
        for name, extent in self._workload.dimensions:
            if name not in tensor.dimensions:  # in so many turns
                serves = serves * extent / np.ceil(extent / units[name])
        for axis in self._plan.tensor_axes(tensor):
            outputs, taps = (
                np.minimum(units[name], self._workload.extents[name]) for name in (axis.outputs, axis.taps)
            )
            serves = serves * outputs * taps / (outputs + taps - 1)
        return serves


@dataclass(frozen=True)
class QuickCache:
    """The least values of spaces; what spaces that differ in their units have in common is made once."""

    objective: Objective
    _known: dict[Hashable, QuickBounds] = field(default_factory=dict, compare=False)

    def least_value(self, space: MapSpace, most_power: float, roomy: Accelerator | None) -> float:
        """What no program of a space is below, in an objective, on a machine with the memories of a roomy one (None:
        whatever they hold); inf if the space has no structure."""
        return float(self.values(space, all_structures(space), most_power, roomy, True).min(initial=inf))

    def values(
        self, space: MapSpace, found: Structures, most_power: float, roomy: Accelerator | None, only_least: bool = False
    ) -> Floats:
        """[N] what no program of each structure is below, in an objective, that takes `most_power` pJ a cycle; with
        `only_least` of those that are not near the least value less than is known."""
        return Worth(self.objective).value(*self.least(space, found, most_power, roomy, only_least))

    def least(
        self, space: MapSpace, found: Structures, most_power: float, roomy: Accelerator | None, only_least: bool = False
    ) -> tuple[Floats, Floats]:
        """[N] picojoules and cycles of which `values` are made, as `QuickBounds.least` has them."""
        energetic = self.objective.energetic or most_power < inf
        worth = Worth(self.objective, most_power) if only_least and not self.objective.front else None
        energy, cycles = self._together(space, found, lambda each, rows: each.least(rows, roomy, energetic, worth))
        return energy, Worth(self.objective, most_power).slowed(energy, cycles)

    def least_work(self, space: MapSpace, found: Structures) -> tuple[Floats, Floats]:
        """[N] the same as `QuickBounds.least_work` has it."""
        return self._together(space, found, lambda bounds, rows: bounds.least_work(rows))

    def _together(self, space: MapSpace, found: Structures, least: Least) -> tuple[Floats, Floats]:
        """[N] energy and cycles of structures with the bounds of those that are like them."""
        energy, cycles = np.full((2, len(found.units)), inf)
        kinds = _kinds(space.accelerator, found)
        for kind in np.unique(kinds, axis=0):
            alike = (kinds == kind).all(axis=1)
            bounds = self._bounds(space, tuple(kind.tolist()), tuple(found.units[alike][0].tolist()))
            energy[alike], cycles[alike] = least(bounds, found[alike])
        return energy, cycles

    def _bounds(self, space: MapSpace, kind: tuple[int, ...], units: tuple[int, ...]) -> QuickBounds:
        """The bounds of structures of a kind, of which some have these units."""
        plain = replace(space.accelerator, name="")
        if not leaks(plain):
            plain = replace(plain, pes=1, shape=())
        if not _follows_sizes(plain):
            plain = replace(plain, memories=tuple(replace(item, capacity_bytes=None) for item in plain.memories))
        key = space.workload, plain, space.levels, space.holds, is_even(space), kind
        if key not in self._known:
            self._known[key] = QuickBounds(space, units)
        return self._known[key]


def _kinds(machine: Accelerator, found: Structures) -> Ints:
    """[N, L] what structures have in common whose bounds are: which levels have more units than one, if no network
    costs more with more units than with fewer; else their units."""
    if any(network.topology != "bus" for memory in machine.memories for network in memory.networks):
        return found.units
    several = [found.all_units([level]) > 1 for level in range(len(found.groups))]
    return np.asarray(several, np.int64).T


def _follows_sizes(machine: Accelerator) -> bool:
    """Whether energies, or what leaks, may depend on how large memories are."""
    entries = load_energy_table(machine.energy_table).entries
    return leaks(machine) or any(item.points or item.estimator for item in entries)


def _passes(slot: Slot, distinct: Slot) -> bool:
    """Whether every distinct output in a unit at a boundary is one of what a slot counts."""
    below = slot.boundary >= distinct.boundary and slot.tensor == distinct.tensor
    return below and slot.kind != Kind.DISTINCT and all(n >= distinct.boundary for n in levels_of(slot.shared))


def _structure(space: MapSpace, units: tuple[int, ...]) -> Structure:
    """A structure with some units."""
    family = next(family for family in space.families if units in family.shapes)
    return Structure(units, tuple(choices[0] for choices in family.spatial), family.symbols)
