"""Which elements of a follower are moved: those that meet a nonzero of its leaders (S10 to S12)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from math import prod

from ...analysis.occupancy import chunk_lengths, loop_steps
from ...analysis.sharing import held_at_pe
from ...ir import Density, Loop, Measured, Schedule, Tensor, Uniform, Workload
from .measured import measured_zero
from .tiles import Interval, Places, extent, period, products, window_multiplicity, zero_chance

Leaders = tuple[tuple[Tensor, Density], ...]
Pieces = Counter[Places]
"""What an element of the follower meets along a dimension, and how often."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share of elements, and whether it is exact or an estimate."""

    value: float
    exact: bool = True


ALL = Share(1.0)


@dataclass(frozen=True)
class Following:
    """A follower with its leaders in a schedule."""

    schedule: Schedule
    follower: Tensor
    leaders: Leaders

    @property
    def _workload(self) -> Workload:
        return self.schedule.mapping.workload

    @property
    def _uniform(self) -> bool:
        return all(isinstance(density, Uniform) for _, density in self.leaders)

    def between(self, child: int, shared: frozenset[int]) -> Share:
        """The share of elements that cross into a memory at boundary `child` and are needed there.

        An element is needed if, until it leaves the child, one of its multiply-accumulates has only nonzero leaders;
        units of `shared` levels take it together.
        """
        loops = self._loops(child)
        moving = [
            place
            for place, (number, loop) in enumerate(loops)
            if loop.dimension in self.follower.dimensions and loop_steps(self.schedule, number, loop) > 1
        ]
        exact = not self._slides and even(self.schedule, self.follower, child)
        return self._needed(self._met(loops, shared, max(moving, default=-1)), self._taps(child), exact)

    def ever(self, boundary: int) -> Share:
        """The share of elements that a unit at `boundary` needs at any time."""
        return self._needed(self._met(self._loops(boundary), frozenset(), -1), Counter({1: 1}), True)

    def operands(self, shared: frozenset[int]) -> Share:
        """The share of the arithmetic's accesses that are needed (S12)."""
        if held_at_pe(self.schedule, self.follower):
            return self._on_lanes()
        found = self._start()
        for number, loop in self._loops(len(self.schedule.levels)):
            if loop.dimension in found:
                units = self.schedule.levels[number].units if loop.spatial else 1
                found[loop.dimension] = _cut(found[loop.dimension], loop.size, units, number in shared)
        # Multiply-accumulates at the same place of their chunks happen together.
        found = {name: self._plain(_cut(pieces, 1, 1, False), name) for name, pieces in found.items()}
        return self._needed(found, Counter({1: 1}), True)

    def _on_lanes(self) -> Share:
        """Neighbouring lanes share an access while only dimensions change that do not move the follower (A14)."""
        budget = self.schedule.mapping.accelerator.lanes
        last = len(self.schedule.levels)
        chunk = chunk_lengths(self.schedule, last)
        found: dict[str, Pieces] = {}
        exact = True
        for name in reversed(chunk):
            if (name in self.follower.dimensions and chunk[name] > 1) or budget == 1:
                break
            if name in self.follower.dimensions:
                continue
            together = min(budget, chunk[name])
            pieces = self._start()[name]
            for number, loop in self._loops(last):
                if loop.dimension == name:
                    units = self.schedule.levels[number].units if loop.spatial else 1
                    pieces = _cut(pieces, loop.size, units, False)
            exact &= all(extent(places) % together == 0 for places in pieces) and budget % together == 0
            found[name] = self._plain(_cut(pieces, together, 1, False), name)
            budget //= together
        return self._needed(found, Counter({1: 1}), exact)

    def _loops(self, boundary: int) -> list[tuple[int, Loop]]:
        return [(number, loop) for number, level in enumerate(self.schedule.levels[:boundary]) for loop in level.loops]

    def _start(self) -> dict[str, Pieces]:
        """The dimensions that do not move the follower, whole."""
        return {
            name: Counter({((0, extent),): 1})
            for name, extent in self._workload.dimensions
            if name not in self.follower.dimensions
        }

    def _plain(self, pieces: Pieces, name: str) -> Pieces:
        """The same pieces, those together that no group of a leader tells apart."""
        grouped = any(
            isinstance(density, Measured) or period(density, tensor, name) > 1 for tensor, density in self.leaders
        )
        if grouped:
            return pieces
        found: Pieces = Counter()
        for places, times in pieces.items():
            found[(0, extent(places)),] += times
        return found

    def _met(self, loops: list[tuple[int, Loop]], shared: frozenset[int], last: int) -> dict[str, Pieces]:
        """What an element meets along the dimensions that do not move it while it stays.

        It leaves when loop number `last` of `loops` or one outside of it advances.
        """
        found = self._start()
        for place, (number, loop) in enumerate(loops):
            name = loop.dimension
            if name not in found:
                continue
            units = self.schedule.levels[number].units if loop.spatial else 0
            if place <= last:
                found[name] = _cut(found[name], loop.size, max(units, 1), number in shared)
            elif units and number not in shared:
                found[name] = _shares(found[name], loop.size, units)
        return {name: self._plain(pieces, name) for name, pieces in found.items()}

    @property
    def _slides(self) -> bool:
        """Whether elements of the follower meet leaders in several taps of a window."""
        moved = frozenset[str]().union(*(tensor.dimensions for tensor, _ in self.leaders))
        windows = (subscript.terms for subscript in self.follower.subscripts if len(subscript.terms) == 2)
        return any(
            {y.dimension, r.dimension} & moved and min(self._workload.extents[t.dimension] for t in (y, r)) > 1
            for y, r in windows
        )

    def _taps(self, child: int) -> Counter[int]:
        """In how many taps of its window an element meets other leaders, by the chunks of the child."""
        moved = frozenset[str]().union(*(tensor.dimensions for tensor, _ in self.leaders))
        found: Counter[int] = Counter({1: 1})
        lengths = chunk_lengths(self.schedule, child)
        for subscript in self.follower.subscripts:
            if len(subscript.terms) == 2 and moved & set(subscript.dimensions):
                y, r = subscript.terms
                own = window_multiplicity(lengths[y.dimension], y.coefficient, lengths[r.dimension], r.coefficient)
                found = products(found, own)
        return found

    def _needed(self, pieces: Mapping[str, Pieces], taps: Counter[int], exact: bool) -> Share:
        """The mean over all pieces of the chance that some point has only nonzero leaders."""
        together = frozenset.intersection(*(tensor.dimensions for tensor, _ in self.leaders))
        total = weight = 0.0
        for cell in product(*(counter.items() for counter in pieces.values())):
            box = dict(zip(pieces, (piece for piece, _ in cell), strict=True))
            times = prod(count for _, count in cell)
            for repeats, count in taps.items():
                total += times * count * self._some_point(box, together, repeats)
                weight += times * count
        return Share(total / weight, exact and (len(self.leaders) == 1 or self._uniform))

    def _some_point(self, box: dict[str, Places], together: frozenset[str], repeats: int) -> float:
        if len(self.leaders) == 1:
            return 1 - self._zero(*self.leaders[0], box) ** repeats
        own = {name: piece for name, piece in box.items() if name not in together}
        chance = prod(1 - self._zero(tensor, density, own) for tensor, density in self.leaders)
        shared = prod(extent(places) for name, places in box.items() if name in together)
        return float(1 - (1 - chance) ** (shared * repeats))

    def _zero(self, tensor: Tensor, density: Density, box: dict[str, Places]) -> float:
        if isinstance(density, Measured):
            return measured_zero(self._workload, tensor, density, box)
        return zero_chance(density, tensor, box)


def even(schedule: Schedule, tensor: Tensor, boundary: int) -> bool:
    """Whether all chunks of a tensor above a boundary are equally long, and all units get equally many."""
    for number, level in enumerate(schedule.levels[:boundary]):
        lengths = chunk_lengths(schedule, number)
        for loop in level.loops:
            pieces, rest = divmod(lengths[loop.dimension], loop.size)
            folded = loop.spatial and pieces > level.units and pieces % level.units
            if loop.dimension in tensor.dimensions and pieces and (rest or folded):
                return False
    return True


def _cut(pieces: Pieces, size: int, units: int, together: bool) -> Pieces:
    """Chunks of a size, alone or those of `units` neighbours together; what is taken together is cut alike."""
    found: Pieces = Counter()
    for places, times in pieces.items():
        longest = max(length for _, length in places)
        step = size * units if together else size
        for low in range(0, longest, step):
            offsets = range(low, min(low + step, longest), size)
            chunk = (_part(place, offset, size) for place in places for offset in offsets)
            found[tuple(part for part in chunk if part[1])] += times
    return found


def _shares(pieces: Pieces, size: int, units: int) -> Pieces:
    """What each of the units gets, over all folds."""
    found: Pieces = Counter()
    for places, times in pieces.items():
        longest = max(length for _, length in places)
        for unit in range(units):
            offsets = range(size * unit, longest, size * units)
            share = (_part(place, offset, size) for place in places for offset in offsets)
            if own := tuple(part for part in share if part[1]):
                found[own] += times
    return found


def _part(place: Interval, offset: int, size: int) -> Interval:
    start, length = place
    return start + offset, max(0, min(size, length - offset))
