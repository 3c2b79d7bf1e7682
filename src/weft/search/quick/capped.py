"""What programs must move where memories have room for so much: bounds of energy that need no search.

Take a unit and a memory's boundary. In every step after the first some dimension advances. A tensor that has it, and
of which chunks are the same or have nothing in common, then comes in whole; each of its elements is used no more often
than the chunks of the other dimensions are long (`reuse.py`). So over all steps what comes in is no less than the
points of the workload over that, but for the tensors that stay where they are while a dimension advances that they do
not have: a part of all points for one tensor, another part for another. However the parts are shared out, every
element comes in once. If a unit has one step alone, its chunks are its whole share of the work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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

NEAR = 1.02
"""How many times the least value others may be that are known as well."""


def rooms_on(plan: Plan, machine: Accelerator) -> tuple[Room, ...]:
    """The rooms of a machine of the same structure as that of a plan."""
    memories = {memory.name: memory for memory in machine.memories}
    sites = ((site.boundary, memories[site.memory.name]) for site in plan.schedule.sites)
    return tuple(room for boundary, memory in sites for room in plan.rooms_at(boundary, memory))


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

    def least(self, slots: dict[Slot, Floats], worth: Callable[[Floats], Floats] | None = None) -> Floats:
        """[N] what all tensors cost at least, with the placement that is best; inf where nothing fits.

        With `worth`, values of [N] amounts, only values near the least one are known so well.
        """
        constants = [self._dues.constant(holder, slots) for holder in range(len(self._dues.forms))]
        least = np.full(self._rows, inf)
        shared = [self._dues.shared(holder, slots) for holder in range(len(self._dues.forms))]
        nested = Nested(self._plan, self._dues, self._entering)
        for placed in sorted(self._placed(constants), key=lambda item: float(item.total.min())):
            open_ = placed.total < least
            if worth is not None:
                open_ &= worth(placed.total) < worth(least).min() * NEAR
            total = placed.total
            if open_.any():
                most = np.subtract(least, total, out=np.zeros(self._rows), where=open_)
                total = total + nested.more(placed.entered, placed.holders, shared, most, self._alone)
            least = np.minimum(least, total)
        return least

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
