"""Which elements of a follower are moved: those that meet a nonzero of its leaders (S10 to S12)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import lcm, prod

from ...ir import Density, Loop, Measured, Schedule, Tensor, Uniform, Workload
from ..cost.arithmetic import held_at_pe
from ..cost.occupancy import chunk_lengths, loop_steps
from .measured import measured_zero
from .tiles import Interval, period, window_multiplicity, zero_chance

Leaders = tuple[tuple[Tensor, Density], ...]
Pieces = Counter[Interval]
"""What an element of the follower meets along a dimension, and how often; starts up to where groups repeat."""
Splitter = Callable[[int], Iterable[Interval]]


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
        taps = self._taps(child)
        pieces, whole = self._met(loops, shared, max(moving, default=-1))
        return self._needed(pieces, taps, whole and set(taps) == {1})

    def ever(self, boundary: int) -> Share:
        """The share of elements that a unit at `boundary` needs at any time."""
        pieces, whole = self._met(self._loops(boundary), frozenset(), -1)
        return self._needed(pieces, Counter({1: 1}), whole)

    def operands(self, shared: frozenset[int]) -> Share:
        """The share of the arithmetic's accesses that are needed (S12)."""
        if held_at_pe(self.schedule, self.follower):
            return self._on_lanes()
        found: dict[str, Pieces] = {}
        held = dict(self._workload.extents)
        exact = True
        for number, level in enumerate(self.schedule.levels):
            for loop in level.loops:
                if loop.spatial and number in shared and loop.dimension not in self.follower.dimensions:
                    exact &= loop.dimension not in found and (self._uniform or level.units == 1)
                    found[loop.dimension] = _abreast(held[loop.dimension], loop.size, level.units)
                held[loop.dimension] = min(held[loop.dimension], loop.size)
        return self._needed(found, Counter({1: 1}), exact)

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
            together = min(budget, chunk[name])
            pieces = Counter({(0, self._workload.extents[name]): 1})
            for number, loop in self._loops(last):
                if loop.dimension == name:
                    pieces = _cut(pieces, loop.size, self._period(name))
            exact &= all(length % together == 0 for _, length in pieces) and budget % together == 0
            found[name] = _cut(pieces, together, self._period(name))
            budget //= together
        return self._needed(found, Counter({1: 1}), exact)

    def _loops(self, boundary: int) -> list[tuple[int, Loop]]:
        return [(number, loop) for number, level in enumerate(self.schedule.levels[:boundary]) for loop in level.loops]

    def _period(self, name: str) -> int:
        """Where groups of the leaders repeat along a dimension; of measured data, nowhere."""
        if any(isinstance(density, Measured) for _, density in self.leaders):
            return self._workload.extents[name] + 1
        return lcm(*(period(density, tensor, name) for tensor, density in self.leaders))

    def _met(self, loops: list[tuple[int, Loop]], shared: frozenset[int], last: int) -> tuple[dict[str, Pieces], bool]:
        """What an element meets along the dimensions that do not move it while it stays, and whether in one piece.

        It leaves when loop number `last` of `loops` or one outside of it advances.
        """
        found = {
            name: Counter({(0, extent): 1})
            for name, extent in self._workload.dimensions
            if name not in self.follower.dimensions
        }
        exact = True
        for place, (number, loop) in enumerate(loops):
            name = loop.dimension
            if name not in found:
                continue
            units = self.schedule.levels[number].units if loop.spatial else 0
            repeats = self._period(name)
            if place <= last:
                found[name] = _cut(found[name], loop.size * (units if units and number in shared else 1), repeats)
            elif units and number not in shared:
                exact &= repeats == 1 or all(length <= loop.size * units for _, length in found[name])
                found[name] = _shares(found[name], loop.size, units, repeats)
        return found, exact

    def _taps(self, child: int) -> Counter[int]:
        """In how many taps of its window an element meets other leaders, by the chunks of the child."""
        moved = frozenset[str]().union(*(tensor.dimensions for tensor, _ in self.leaders))
        found: Counter[int] = Counter({1: 1})
        lengths = chunk_lengths(self.schedule, child)
        for subscript in self.follower.subscripts:
            if len(subscript.terms) == 2 and moved & set(subscript.dimensions):
                y, r = subscript.terms
                own = window_multiplicity(lengths[y.dimension], y.coefficient, lengths[r.dimension], r.coefficient)
                joined: Counter[int] = Counter()
                for (one, times), (two, count) in product(found.items(), own.items()):
                    joined[one * two] += times * count
                found = joined
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

    def _some_point(self, box: dict[str, Interval], together: frozenset[str], repeats: int) -> float:
        if len(self.leaders) == 1:
            return 1 - self._zero(*self.leaders[0], box) ** repeats
        own = {name: piece for name, piece in box.items() if name not in together}
        chance = prod(1 - self._zero(tensor, density, own) for tensor, density in self.leaders)
        shared = prod(length for name, (_, length) in box.items() if name in together)
        return float(1 - (1 - chance) ** (shared * repeats))

    def _zero(self, tensor: Tensor, density: Density, box: dict[str, Interval]) -> float:
        if isinstance(density, Measured):
            return measured_zero(self._workload, tensor, density, box)
        return zero_chance(density, tensor, box)


def _cut(pieces: Pieces, size: int, repeats: int) -> Pieces:
    """Chunks of a size."""
    return _collect(pieces, repeats, lambda length: ((low, min(size, length - low)) for low in range(0, length, size)))


def _shares(pieces: Pieces, size: int, units: int, repeats: int) -> Pieces:
    """What each of the units gets, over all folds."""

    def shares(length: int) -> Iterator[Interval]:
        folds, rest = divmod(length, size * units)
        for unit in range(units):
            own = folds * size + min(size, max(0, rest - unit * size))
            if own:
                yield unit * size, own

    return _collect(pieces, repeats, shares)


def _collect(pieces: Pieces, repeats: int, split: Splitter) -> Pieces:
    found: Pieces = Counter()
    for (start, length), times in pieces.items():
        for low, own in split(length):
            found[(start + low) % repeats, own] += times
    return found


def _abreast(length: int, size: int, units: int) -> Pieces:
    """How many units are at work at the same place of their chunks, over all folds and places."""
    found: Pieces = Counter()
    for low in range(0, length, size * units):
        full, rest = divmod(min(size * units, length - low), size)
        found[0, full + 1] += rest
        found[0, full] += size - rest
    return Counter({piece: times for piece, times in found.items() if piece[1] and times})
