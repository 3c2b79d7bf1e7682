"""What programs must move where memories have room for so much: bounds of energy that need no search.

Take a unit and a memory's boundary. In every step after the first some dimension advances. A tensor that has it, and
of which chunks are the same or have nothing in common, then comes in whole; each of its elements is used no more often
than the chunks of the other dimensions are long (`reuse.py`). So over all steps what comes in is no less than the
points of the workload over that, but for the tensors that stay where they are while a dimension advances that they do
not have: a part of all points for one tensor, another part for another. However the parts are shared out, every
element comes in once. If a unit has one step alone, its chunks are its whole share of the work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf

import numpy as np

from ..analysis.counts import Kind, Slot, levels_of
from ..analysis.forms import Form
from ..ir import Accelerator
from ..search.structure.plan import Flags, Floats, Plan, Room
from .reuse import Reuse
from .staying import least_entering
from .structures import Structures

Entering = tuple[tuple[int, tuple[tuple[Slot, float], ...]], ...]
"""By tensor, what it costs that an element of it enters, for units that share it in some way."""


def rooms_on(plan: Plan, machine: Accelerator) -> tuple[Room, ...]:
    """The rooms of a machine of the same structure as that of a plan."""
    memories = {memory.name: memory for memory in machine.memories}
    sites = ((site.boundary, memories[site.memory.name]) for site in plan.schedule.sites)
    return tuple(room for boundary, memory in sites for room in plan.rooms_at(boundary, memory))


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

    @cached_property
    def entering(self) -> tuple[dict[int, tuple[tuple[Slot, float], ...]], ...]:
        """By holder and boundary, what enters there."""
        found: list[dict[int, tuple[tuple[Slot, float], ...]]] = []
        for form in self.forms:
            here: dict[int, tuple[tuple[Slot, float], ...]] = {}
            for slot, weight in sorted(form.weights.items()):
                if slot.kind == Kind.ENTRIES and weight > 0:
                    here[slot.boundary] = (*here.get(slot.boundary, ()), (slot, float(weight)))
            found.append(here)
        return tuple(found)


class Capped:
    """Bounds for N structures of a plan on machines with some rooms."""

    def __init__(self, plan: Plan, reuse: Reuse, dues: Dues, found: Structures, rooms: Sequence[Room]) -> None:
        self._plan, self._reuse, self._dues, self._found, self._rooms = plan, reuse, dues, found, rooms
        self._workload = plan.schedule.mapping.workload
        self._numbers = {name: place for place, (name, _) in enumerate(self._workload.dimensions)}
        self._sums: dict[tuple[int, tuple[tuple[int, ...], ...], Entering], Floats] = {}
        self._lengths: dict[int, dict[str, Floats]] = {}
        self._served: dict[tuple[int, int], Floats] = {}

    def least(self, slots: dict[Slot, Floats]) -> Floats:
        """[N] what all tensors cost at least, with the placement that is best; inf where nothing fits."""
        constants = [self._dues.constant(holder, slots) for holder in range(len(self._dues.forms))]
        least = np.full(len(self._found.units), inf)
        bare = [self._bare(holder, constants[holder]) for holder in range(len(constants))]
        pairs = [
            (sum((bare[holder] for holder in chosen), start=np.zeros(1)), placement, chosen)
            for placement, chosen in zip(self._plan.placements, self._plan.choices, strict=True)
        ]
        for at_least, placement, chosen in sorted(pairs, key=lambda item: float(item[0].min())):
            if (at_least >= least).all():
                continue
            total = sum((constants[holder] for holder in chosen), start=np.zeros(1))
            boundaries = sorted({place for holder in chosen for place in self._dues.entering[holder]})
            for boundary in boundaries:
                held = tuple(self._held(room, dict(placement)) for room in self._rooms if room.boundary == boundary)
                entering = tuple(
                    (tensor, self._dues.entering[holder][boundary])
                    for tensor, holder in enumerate(chosen)
                    if boundary in self._dues.entering[holder]
                )
                total = total + self._entries(boundary, held, entering)
            least = np.minimum(least, total)
        return least

    def _bare(self, holder: int, constant: Floats) -> Floats:
        """[N] what a tensor costs if all of it enters once."""
        number = self._plan.holders[holder][0]
        return constant + sum(self._once(number, costs) for costs in self._dues.entering[holder].values())

    def _held(self, room: Room, placement: dict[str, tuple[str, ...]]) -> tuple[int, ...]:
        names = placement.get(room.memory)
        return tuple(n for n in room.tensors if names is None or self._plan.tensors[n].name in names)

    def _entries(self, boundary: int, held: tuple[tuple[int, ...], ...], entering: Entering) -> Floats:
        """[N] what it costs at least that tensors enter at a boundary; inf where their chunks do not fit."""
        key = boundary, held, entering
        if key not in self._sums:
            self._sums[key] = self._sum(boundary, held, entering)
        return self._sums[key]

    def _sum(self, boundary: int, held: tuple[tuple[int, ...], ...], entering: Entering) -> Floats:
        once = {number: self._once(number, costs) for number, costs in entering}
        least = np.full(len(self._found.units), sum(once.values()))
        rooms = [room for room in self._rooms if room.boundary == boundary]
        filled = [(numbers, room) for numbers, room in zip(held, rooms, strict=True) if numbers]
        tensors = tuple(number for number, _ in entering if self._reuse.plain[number])
        if not filled or not self._reuse.dimensions:
            return least
        halves = [(numbers, room.bits / (2 if room.doubled else 1)) for numbers, room in filled]
        most = self._reuse.most(halves, tensors) if tensors else np.ones((1, 0))
        several = np.full(len(least), inf)
        if len(most):
            each = np.array([self._each(number, costs) for number, costs in entering if number in tensors])
            bare = sum(amount for number, amount in once.items() if number not in tensors)
            several = bare + self._staying(tensors, each, most, np.array([once[number] for number in tensors]))
        return np.where(self._in_one_step(boundary, filled), least, np.maximum(least, several))

    def _once(self, number: int, costs: Sequence[tuple[Slot, float]]) -> float:
        """What it costs that every element of a tensor enters once."""
        return self._workload.footprint(self._plan.tensors[number]) * sum(weight for _, weight in costs)

    def _each(self, number: int, costs: Sequence[tuple[Slot, float]]) -> Floats:
        """[N] what it costs that a tensor enters anew for every point."""
        served = [weight / self._serves(number, slot) for slot, weight in costs]
        return self._workload.points * np.asarray(sum(served, start=np.zeros(len(self._found.units))))

    def _serves(self, number: int, slot: Slot) -> Floats:
        """[N] units that an element of a plain tensor enters at the same time, at most."""
        if (number, slot.shared) not in self._served:
            found = np.ones(len(self._found.units))
            for name in self._reuse.others(number):
                units = self._found.spreading(sorted(levels_of(slot.shared)), {self._numbers[name]})
                found *= np.minimum(units, self._workload.extents[name])
            self._served[number, slot.shared] = found
        return self._served[number, slot.shared]

    def _staying(self, tensors: Sequence[int], each: Floats, most: Floats, once: Floats) -> Floats:
        """[N] what plain tensors cost at least that enter in several steps.

        `each[T, N]` is what they cost anew for every point, `most[n, T]` for how many points an element serves.
        """
        if not tensors:
            return np.zeros(len(self._found.units))
        others = [set(self._reuse.others(number)) for number in tensors]
        staying = np.array([[name in away for away in others] for name in self._reuse.dimensions])
        found = np.empty(each.shape[1])
        least_entering(each, np.ascontiguousarray(most), once, staying, found)
        return found

    def _in_one_step(self, boundary: int, filled: Sequence[tuple[tuple[int, ...], Room]]) -> Flags:
        """[N] whether units may have one step alone, with their whole share of the work."""
        if boundary not in self._lengths:
            self._lengths[boundary] = {
                name: np.ceil(
                    self._workload.extents[name] / self._found.spreading(range(boundary), {self._numbers[name]})
                )
                for name in self._reuse.dimensions
            }
        fits = np.ones(len(self._found.units), np.bool_)
        for numbers, room in filled:
            fits &= self._reuse.takes(numbers, self._lengths[boundary]) <= room.bits
        return fits
