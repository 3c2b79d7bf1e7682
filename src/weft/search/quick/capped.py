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
from math import inf

import numpy as np

from ...analysis.counts import Slot
from ...ir import Accelerator
from ..spaces.structures import Structures
from ..structure.plan import Floats, Placement, Plan, Room
from .entering import Dues, Entered, Entering
from .nested import Nested
from .reuse import Reuse
from .staying import least_entering
from .worth import Scale

NEAR = 1.02
"""How many times the least value others may be that are known as well."""


def rooms_on(plan: Plan, machine: Accelerator) -> tuple[Room, ...]:
    """The rooms of a machine of the same structure as that of a plan."""
    memories = {memory.name: memory for memory in machine.memories}
    sites = ((site.boundary, memories[site.memory.name]) for site in plan.schedule.sites)
    return tuple(room for boundary, memory in sites for room in plan.rooms_at(boundary, memory))


def _value(scale: Scale | None, place: int, amounts: Floats) -> Floats:
    return amounts if scale is None else scale.value(place, amounts)


@dataclass(frozen=True, eq=False)
class _Placed:
    """A placement, of every tensor a place in `plan.holders`, and [N] what it costs by each memory for itself."""

    holders: tuple[int, ...]
    entered: tuple[Entered, ...]
    total: Floats


class Capped:
    """Bounds for N structures of a plan on machines with some rooms."""

    def __init__(self, plan: Plan, reuse: Reuse, dues: Dues, found: Structures, rooms: Sequence[Room]) -> None:
        self._plan, self._reuse, self._dues, self._rooms = plan, reuse, dues, rooms
        self._entering = Entering(plan, reuse, found)
        self._rows = len(found.units)
        self._sums: dict[Entered, Floats] = {}

    def least(self, slots: dict[Slot, Floats], scale: Scale | None = None) -> Floats:
        """[P, N] what all tensors cost at least with each placement; inf where nothing fits.

        Of a placement that is no better than another one less is known, and with a `scale` of structures that are not
        near the best one.
        """
        constants = [self._dues.constant(holder, slots) for holder in range(len(self._dues.forms))]
        shared = [self._dues.shared(holder, slots) for holder in range(len(self._dues.forms))]
        nested = Nested(self._plan, self._dues, self._entering)
        placed = self._placed(constants)
        found = np.array([item.total for item in placed])
        best = np.full(self._rows, inf)
        firsts = [_value(scale, place, total).min() for place, total in enumerate(found)]
        for place in sorted(range(len(found)), key=firsts.__getitem__):
            value = _value(scale, place, found[place])
            open_ = value < best
            if scale is not None:
                open_ &= value < best.min() * NEAR
            if open_.any():
                limit = best if scale is None else scale.most(place, best)
                most = np.subtract(limit, found[place], out=np.zeros(self._rows), where=open_)
                most = np.maximum(most, 0)
                found[place] += nested.more(placed[place].entered, placed[place].holders, shared, most, self._alone)
                value = _value(scale, place, found[place])
            best = np.minimum(best, value)
        return found

    def _placed(self, constants: Sequence[Floats]) -> list[_Placed]:
        """Every placement with what it costs."""
        found = []
        for placement, chosen in zip(self._plan.placements, self._plan.choices.tolist(), strict=True):
            entered = tuple(self._entered(placement, chosen))
            total = sum((constants[holder] for holder in chosen), start=np.zeros(self._rows))
            found.append(_Placed(tuple(chosen), entered, sum(map(self._alone, entered), start=total)))
        return found

    def _entered(self, placement: Placement, chosen: Sequence[int]) -> list[Entered]:
        """What enters at every boundary."""
        found = []
        for boundary in sorted({place for holder in chosen for place in self._dues.entering[holder]}):
            held = [(self._held(room, dict(placement)), room) for room in self._rooms if room.boundary == boundary]
            pairs = ((tensor, self._dues.entering[holder].get(boundary, ())) for tensor, holder in enumerate(chosen))
            filled = tuple(item for item in held if item[0])
            found.append(Entered(boundary, filled, tuple(item for item in pairs if item[1])))
        return found

    def _held(self, room: Room, placement: dict[str, tuple[str, ...]]) -> tuple[int, ...]:
        names = placement.get(room.memory)
        return tuple(n for n in room.tensors if names is None or self._plan.tensors[n].name in names)

    def _alone(self, entered: Entered) -> Floats:
        """[N] what it costs at least that tensors enter at a boundary; inf where their chunks do not fit."""
        if entered not in self._sums:
            self._sums[entered] = self._sum(entered)
        return self._sums[entered]

    def _sum(self, entered: Entered) -> Floats:
        once = {number: self._entering.once(number, costs) for number, costs in entered.costs}
        least = np.full(self._rows, sum(once.values()))
        tensors = tuple(number for number in once if self._reuse.plain[number])
        if not entered.filled or not self._reuse.dimensions:
            return least
        most = self._reuse.most(entered.halves, tensors) if tensors else np.ones((1, 0))
        several = np.full(len(least), inf)
        if len(most):
            anew = np.array([self._entering.anew(number, entered.of(number)) for number in tensors])
            bare = sum(amount for number, amount in once.items() if number not in tensors)
            several = bare + self._staying(tensors, anew, most, np.array([once[number] for number in tensors]))
        return np.where(self._entering.in_one_step(entered), least, np.maximum(least, several))

    def _staying(self, tensors: Sequence[int], each: Floats, most: Floats, once: Floats) -> Floats:
        """[N] what plain tensors cost at least that enter in several steps.

        `each[T, N]` is what they cost anew for every point, `most[n, T]` for how many points an element serves.
        """
        if not tensors:
            return np.zeros(self._rows)
        others = [set(self._reuse.others(number)) for number in tensors]
        staying = np.array([[name in away for away in others] for name in self._reuse.dimensions])
        found = np.empty(each.shape[1])
        least_entering(each, np.ascontiguousarray(most), once, staying, found)
        return found
