"""What it costs that tensors enter memories, by structure: once, or anew for every point."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ...analysis.counts import Kind, Slot, levels_of
from ...analysis.forms import Form
from ..spaces.structures import Structures
from ..structure.plan import Flags, Floats, Plan, Room
from .reuse import Reuse, Shared

Costs = tuple[tuple[Slot, float], ...]
"""What an element costs that enters, for units that share it in some way."""


@dataclass(frozen=True, slots=True)
class Entered:
    """A boundary at which tensors enter: rooms of what memories hold there, and by tensor what entering costs."""

    boundary: int
    filled: tuple[tuple[tuple[int, ...], Room], ...]
    costs: tuple[tuple[int, Costs], ...]

    @property
    def halves(self) -> tuple[Shared, ...]:
        """The tensors of every room, and the bits that a copy of their chunks may take."""
        return tuple((numbers, room.bits / (2 if room.doubled else 1)) for numbers, room in self.filled)

    def of(self, number: int) -> Costs:
        """What it costs that a tensor enters; nothing if it does not."""
        return dict(self.costs).get(number, ())

    def holds(self, number: int) -> float:
        """The bits that a copy of a tensor's chunk may take, inf without a limit."""
        return min((bits for held, bits in self.halves if number in held), default=np.inf)


@dataclass(frozen=True, eq=False)
class Dues:
    """The least forms of a metric by the places of `plan.holders`; what they count does not come off any more."""

    plan: Plan
    forms: tuple[Form[Slot], ...]

    def constant(self, holder: int, slots: dict[Slot, Floats]) -> Floats:
        """[N] what does not enter by steps."""
        form = self.forms[holder]
        found: Floats = np.full(1, float(form.constant))
        for slot, weight in form.weights.items():
            if slot.kind != Kind.ENTRIES:
                found = found + float(weight) * slots[slot]
        return found

    def shared(self, holder: int, slots: dict[Slot, Floats]) -> Floats:
        """[N] what operands cost that come over the network, each for all units that can share it."""
        return sum((weight * slots[slot] for slot, weight in self.operands[holder]), start=np.zeros(1))

    @cached_property
    def entering(self) -> tuple[dict[int, Costs], ...]:
        """By holder and boundary, what enters there."""
        found: list[dict[int, Costs]] = []
        for form in self.forms:
            here: dict[int, Costs] = {}
            for slot, weight in sorted(form.weights.items()):
                if slot.kind == Kind.ENTRIES and weight > 0:
                    here[slot.boundary] = (*here.get(slot.boundary, ()), (slot, float(weight)))
            found.append(here)
        return tuple(found)

    @cached_property
    def operands(self) -> tuple[Costs, ...]:
        """By holder, what operands cost that come over the network."""
        return tuple(
            tuple((slot, float(w)) for slot, w in sorted(form.weights.items()) if slot.kind == Kind.OPERANDS and w > 0)
            for form in self.forms
        )


@dataclass(frozen=True, eq=False)
class Entering:
    """For N structures of a plan."""

    plan: Plan
    reuse: Reuse
    found: Structures
    _lengths: dict[int, dict[str, Floats]] = field(default_factory=dict)
    _served: dict[tuple[int, int], Floats] = field(default_factory=dict)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Dimensions by their numbers."""
        return {name: place for place, (name, _) in enumerate(self.plan.schedule.mapping.workload.dimensions)}

    def once(self, number: int, costs: Costs) -> float:
        """What it costs that every element of a tensor enters once."""
        footprint = self.plan.schedule.mapping.workload.footprint(self.plan.tensors[number])
        return footprint * sum(weight for _, weight in costs)

    def anew(self, number: int, costs: Costs) -> Floats:
        """[N] what it costs that a tensor enters anew for every point."""
        served = [weight / self._serves(number, slot) for slot, weight in costs]
        points = self.plan.schedule.mapping.workload.points
        return points * np.asarray(sum(served, start=np.zeros(len(self.found.units))))

    def _serves(self, number: int, slot: Slot) -> Floats:
        """[N] units that an element of a plain tensor enters at the same time, at most."""
        if (number, slot.shared) not in self._served:
            extents, found = self.plan.schedule.mapping.workload.extents, np.ones(len(self.found.units))
            for name in self.reuse.others(number):
                units = self.found.spreading(sorted(levels_of(slot.shared)), {self.numbers[name]})
                found *= np.minimum(units, extents[name])
            self._served[number, slot.shared] = found
        return self._served[number, slot.shared]

    def in_one_step(self, entered: Entered) -> Flags:
        """[N] whether units may have one step alone, with their whole share of the work."""
        boundary = entered.boundary
        if boundary not in self._lengths:
            extents = self.plan.schedule.mapping.workload.extents
            spread = {name: self.found.spreading(range(boundary), {self.numbers[name]}) for name in extents}
            self._lengths[boundary] = {name: np.ceil(extents[name] / spread[name]) for name in self.reuse.dimensions}
        fits = np.ones(len(self.found.units), np.bool_)
        for numbers, room in entered.filled:
            fits &= self.reuse.takes(numbers, self._lengths[boundary]) <= room.bits
        return fits
