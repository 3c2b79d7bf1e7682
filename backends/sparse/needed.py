"""Which elements of a follower are moved: those that meet a nonzero of its leaders (S10 to S12)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import product
from math import prod

from ...ir import Density, Loop, Schedule, Tensor
from ..cost.arithmetic import held_at_pe
from ..cost.occupancy import chunk_lengths, loop_steps
from .tiles import window_multiplicity, zero_chance

Lengths = Counter[int]
Leaders = tuple[tuple[Tensor, Density], ...]


def needed_between(schedule: Schedule, follower: Tensor, leaders: Leaders, child: int, shared: frozenset[int]) -> float:
    """The share of the follower's elements that cross into a memory at boundary `child` and are needed there.

    An element is needed if, until it leaves the child, one of its multiply-accumulates has only nonzero leaders; units
    of `shared` levels take it together.
    """
    loops = [(number, loop) for number, level in enumerate(schedule.levels[:child]) for loop in level.loops]
    moving = [
        place
        for place, (number, loop) in enumerate(loops)
        if loop.dimension in follower.dimensions and loop_steps(schedule, number, loop) > 1
    ]
    lengths = _met(schedule, follower, loops, shared, max(moving, default=-1))
    return _needed(leaders, lengths, _taps(schedule, follower, leaders, child))


def needed_ever(schedule: Schedule, follower: Tensor, leaders: Leaders, boundary: int) -> float:
    """The share of the follower's elements that a unit at `boundary` needs at any time."""
    loops = [(number, loop) for number, level in enumerate(schedule.levels[:boundary]) for loop in level.loops]
    lengths = _met(schedule, follower, loops, frozenset(), -1)
    return _needed(leaders, lengths, Counter({1: 1}))


def _met(
    schedule: Schedule, follower: Tensor, loops: list[tuple[int, Loop]], shared: frozenset[int], last: int
) -> dict[str, Lengths]:
    """What an element of the follower meets along the dimensions that do not move it, while it stays.

    It leaves when loop number `last` of `loops` or one outside of it advances.
    """
    lengths: dict[str, Lengths] = {
        name: Counter({extent: 1})
        for name, extent in schedule.mapping.workload.dimensions
        if name not in follower.dimensions
    }
    for place, (number, loop) in enumerate(loops):
        if loop.dimension in lengths:
            units = schedule.levels[number].units if loop.spatial else 0
            split = _split(units, loop, number in shared, place <= last)
            lengths[loop.dimension] = _every(lengths[loop.dimension], split)
    return lengths


def needed_operands(schedule: Schedule, follower: Tensor, leaders: Leaders, shared: frozenset[int]) -> float:
    """The share of the follower's accesses by the arithmetic that are needed (S12)."""
    lengths: dict[str, Lengths] = {}
    if held_at_pe(schedule, follower):
        budget = schedule.mapping.accelerator.lanes
        chunk = chunk_lengths(schedule, len(schedule.levels))
        for name in reversed(chunk):
            if name in follower.dimensions and chunk[name] > 1:
                break
            together = min(budget, chunk[name])
            lengths[name] = _pieces(chunk[name], together)
            budget //= together
        return _needed(leaders, lengths, Counter({1: 1}))
    held = dict(schedule.mapping.workload.extents)
    for number, level in enumerate(schedule.levels):
        for loop in level.loops:
            if loop.spatial and number in shared and loop.dimension not in follower.dimensions:
                lengths[loop.dimension] = _abreast(held[loop.dimension], loop.size, level.units)
            held[loop.dimension] = min(held[loop.dimension], loop.size)
    return _needed(leaders, lengths, Counter({1: 1}))


def _split(units: int, loop: Loop, together: bool, outside: bool) -> tuple[str, int, int]:
    """How a loop cuts what an element meets: not at all, into chunks, or into what each unit gets of all folds."""
    if outside:
        return "chunks", loop.size * (units if units and together else 1), 1
    return ("shares", loop.size, units) if units and not together else ("whole", 1, 1)


def _every(lengths: Lengths, split: tuple[str, int, int]) -> Lengths:
    kind, size, units = split
    if kind == "whole":
        return lengths
    found: Lengths = Counter()
    for length, times in lengths.items():
        pieces = _pieces(length, size) if kind == "chunks" else _shares(length, size, units)
        for piece, count in pieces.items():
            found[piece] += times * count
    return found


def _pieces(length: int, size: int) -> Lengths:
    full, rest = divmod(length, size)
    return Counter({size: full}) + Counter({rest: 1} if rest else {})


def _shares(length: int, size: int, units: int) -> Lengths:
    """What each of the units gets, over all folds."""
    folds, rest = divmod(length, size * units)
    own = (folds * size + min(size, max(0, rest - unit * size)) for unit in range(units))
    return Counter(share for share in own if share)


def _abreast(length: int, size: int, units: int) -> Lengths:
    """How many units are at work at the same place of their chunks, over all folds and places."""
    found: Lengths = Counter()
    for width, folds in _pieces(length, size * units).items():
        full, rest = divmod(width, size)
        found += Counter({full + 1: rest * folds, full: (size - rest) * folds})
    del found[0]
    return found


def _taps(schedule: Schedule, follower: Tensor, leaders: Leaders, child: int) -> Lengths:
    """In how many taps of its window an element of the follower meets other leaders, by the chunks of the child."""
    met = frozenset[str]().union(*(tensor.dimensions for tensor, _ in leaders))
    found: Lengths = Counter({1: 1})
    lengths = chunk_lengths(schedule, child)
    for subscript in follower.subscripts:
        if len(subscript.terms) == 2 and met & set(subscript.dimensions):
            y, r = subscript.terms
            own = window_multiplicity(lengths[y.dimension], y.coefficient, lengths[r.dimension], r.coefficient)
            found = _product((found, own))
    return found


def _product(counters: Iterable[Lengths]) -> Lengths:
    found: Lengths = Counter({1: 1})
    for counter in counters:
        joined: Lengths = Counter()
        for (one, times), (two, count) in product(found.items(), counter.items()):
            joined[one * two] += times * count
        found = joined
    return found


def _needed(leaders: Leaders, lengths: Mapping[str, Lengths], taps: Lengths) -> float:
    """The mean over all pieces of the chance that some point has only nonzero leaders."""
    together = frozenset.intersection(*(tensor.dimensions for tensor, _ in leaders))
    total = weight = 0.0
    for pieces in product(*(counter.items() for counter in lengths.values())):
        box = dict(zip(lengths, (length for length, _ in pieces), strict=True))
        times = prod(count for _, count in pieces)
        for repeats, count in taps.items():
            total += times * count * _some_point(leaders, box, together, repeats)
            weight += times * count
    return total / weight


def _some_point(leaders: Leaders, box: dict[str, int], together: frozenset[str], repeats: int) -> float:
    if len(leaders) == 1:
        tensor, density = leaders[0]
        return 1 - zero_chance(density, tensor, box) ** repeats
    own = {name: length for name, length in box.items() if name not in together}
    chance = prod(1 - zero_chance(density, tensor, own) for tensor, density in leaders)
    shared = prod(length for name, length in box.items() if name in together)
    return 1 - (1 - chance) ** (shared * repeats)
