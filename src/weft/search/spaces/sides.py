"""Sides of an array that several dimensions share: each takes a part of the side's units, one level a part.

In a network that treats all units alike, without a limit or a latency of its own, a cost depends on how many units each
dimension keeps at work in all, not on which level spreads it. So of arrangements whose dimensions have equal parts one
stands for all, and one part of a dimension for several of as many units together: it has all their chunk sizes.

Units of a side may have no work. A structure has as many as have some: fewer of a part would not do.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise, product
from math import prod

from .chain_sets import ChainSet
from .even import ANY, Parts, both, divisors
from .point import LevelSpace, Structure
from .symbols import Assignment

Spread = tuple[str | None, ...]

Groups = tuple[tuple[int, ...], ...]
"""The numbers of levels that a search takes as one."""

Part = tuple[Parts, str]
"""In how many parts a level splits chunks, and which sizes it may have."""

Signature = tuple[tuple[tuple[str, int], ...], tuple[tuple[int, str, Parts, str], ...], Assignment]


def splits_of(units: int, parts: int) -> list[tuple[int, ...]]:
    """Every split of some units into so many factors, those of 1 behind all others."""
    if parts == 1 or units == 1:
        return [(units, *(1,) * (parts - 1))]
    split = ((first, rest) for first in divisors(units).tolist()[1:] for rest in splits_of(units // first, parts - 1))
    return [(first, *rest) for first, rest in split]


def spreads_of(levels: Sequence[LevelSpace], units: Sequence[int], extents: Mapping[str, int]) -> Iterator[Spread]:
    """What levels can spread over their units; the parts of a side other dimensions each, in the workload's order."""
    places: dict[str | None, int] = {name: place for place, name in enumerate(extents)}
    # A side spreads only what has so many parts.
    able = [
        tuple(name for name in level.spreads(n) if name is None or _splits(level, name, extents[name], parts))
        for level, n, parts in zip(levels, units, parts_of(levels, units), strict=True)
    ]
    choices = []
    for group in groups_of(levels):
        found = product(*(able[n] for n in group))
        choices.append([some for some in found if all(b is None or places[a] < places[b] for a, b in pairwise(some))])
    for parts in product(*choices):
        yield tuple(name for part in parts for name in part)


def _splits(level: LevelSpace, name: str, extent: int, parts: Parts) -> bool:
    """Whether a dimension has as many parts as a level of a side asks for; other levels may take it as it is."""
    above, most = both(parts, level.asked_steps(name))
    return level.side is None or above < min(extent, most)


def groups_of(levels: Sequence[LevelSpace]) -> Groups:
    """The parts of every side together, all other levels by themselves."""
    found: list[list[int]] = []
    for number, level in enumerate(levels):
        if level.side is not None and number and levels[number - 1].side == level.side:
            found[-1].append(number)
        else:
            found.append([number])
    return tuple(map(tuple, found))


def fold_levels(levels: Sequence[LevelSpace]) -> tuple[LevelSpace, ...]:
    """The levels with one for every side."""
    pairs = ((levels[group[0]], levels[group[-1]].memory) for group in groups_of(levels))
    return tuple(replace(first, side=None, memory=memory) for first, memory in pairs)


def fold_structure(levels: Sequence[LevelSpace], structure: Structure) -> Structure:
    """The structure with all units of a side in one level, which spreads its first dimension."""
    groups = groups_of(levels)
    sides = ((levels[group[0]].side, structure.units[group[0]]) for group in groups)
    units = (side[1] if side else number for side, number in sides)
    spreads = (next((name for n in group if (name := structure.spatial[n])), None) for group in groups)
    return Structure(tuple(units), tuple(spreads), structure.symbols)


def fold_chains(levels: Sequence[LevelSpace], chains: ChainSet) -> ChainSet:
    """The chains with one level for every side: a dimension has no more than one part of it."""
    groups = groups_of(levels)
    places = [next((n for n in group if chains.allowed[n] is not None), group[0]) for group in groups]
    parts = [chains.parts[n] for n in places] if chains.parts else ()
    return ChainSet(chains.extent, [chains.allowed[n] for n in places], [chains.splits[n] for n in places], parts)


def parts_of(levels: Sequence[LevelSpace], units: Sequence[int]) -> list[Parts]:
    """In how many parts each level of a side splits chunks for so many units: more than fewer units would do."""
    found = [ANY] * len(levels)
    for group in groups_of(levels):
        if side := levels[group[0]].side:
            whole = prod(units[n] for n in group)
            for n in group:
                found[n] = _fewer(side[1] * units[n] // whole, units[n]), units[n]
    return found


@lru_cache(maxsize=1024)
def _fewer(most: int, units: int) -> int:
    """The next smaller part of what the other parts of a side leave."""
    return max((int(n) for n in divisors(most) if n < units), default=1)


def wired_units(levels: Sequence[LevelSpace], units: Sequence[int]) -> tuple[int, ...]:
    """Units that make up whole sides: what is idle of one goes to the first of its levels."""
    found = list(units)
    for first, *others in groups_of(levels):
        side = levels[first].side
        if side:
            found[first] = side[1] // prod(units[n] for n in others)
    return tuple(found)


def distinct(levels: Sequence[LevelSpace], structures: Sequence[Structure]) -> tuple[Structure, ...]:
    """The structures without those whose sides do no more than those of another one."""
    if all(level.side is None for level in levels):
        return tuple(structures)
    first: dict[Signature, Structure] = {}
    for item in structures:
        first.setdefault(signature(levels, item), item)
    alike: dict[Hashable, list[Signature]] = {}
    for own in first:
        alike.setdefault(_totals(own), []).append(own)
    return tuple(item for own, item in first.items() if not any(_covers(other, own) for other in alike[_totals(own)]))


def structures_on(
    levels: Sequence[LevelSpace], shapes: Sequence[Sequence[int]], extents: Mapping[str, int]
) -> tuple[Structure, ...]:
    """The distinct structures of levels of which nothing is tied to anything else.

    Extents say which dimensions have enough parts for a side, so workloads that differ beyond that have the same ones.
    """
    fewer = sorted({0, *(above for shape in shapes for above, _ in parts_of(levels, shape))})
    clipped = ((name, fewer[bisect_left(fewer, extent) - 1] + 1) for name, extent in extents.items())
    return _structures_on(tuple(levels), tuple(map(tuple, shapes)), tuple(clipped))


@lru_cache(maxsize=32)
def _structures_on(
    levels: tuple[LevelSpace, ...], shapes: tuple[tuple[int, ...], ...], extents: tuple[tuple[str, int], ...]
) -> tuple[Structure, ...]:
    found = (Structure(shape, spatial) for shape in shapes for spatial in spreads_of(levels, shape, dict(extents)))
    return distinct(levels, list(found))


def signature(levels: Sequence[LevelSpace], structure: Structure, names: Mapping[str, str] | None = None) -> Signature:
    """What a structure does, under other names if some are given: equal for two whose sides do the same.

    The spread dimension of every other level; of the sides, per gap and dimension, the parts and what sizes these may
    have.
    """
    names, gap = names or {}, 0
    plain, sides = [], []
    parts = parts_of(levels, structure.units)
    for number, (level, name) in enumerate(zip(levels, structure.spatial, strict=True)):
        spread = names.get(name, name) if name else ""
        if level.side is None:
            plain.append((spread, structure.units[number]))
            gap += 1
        elif name:
            # Where steps are asked for, a part stands for no other one.
            own = (number, level.asked_steps(name)) if name in dict(level.steps) else None
            given = str((dict(level.sizes).get(name), dict(level.among).get(name), own))
            sides.append((gap, spread, parts[number], given))
    return tuple(plain), tuple(sorted(sides)), structure.symbols


def _totals(own: Signature) -> Hashable:
    """The units of every dimension in the sides of each gap; all else as it is."""
    plain, sides, symbols = own
    totals: dict[tuple[int, str], int] = {}
    for gap, name, (_, units), _ in sides:
        totals[gap, name] = totals.get((gap, name), 1) * units
    return plain, tuple(sorted(totals.items())), symbols


def _covers(one: Signature, other: Signature) -> bool:
    """Whether a structure of the same units has one part of some dimensions where another has several."""
    ours, theirs = _by_dimension(one), _by_dimension(other)
    return one != other and all(ours[key] == theirs[key] or _merges(ours[key], theirs[key]) for key in theirs)


def _merges(one: list[Part], other: list[Part]) -> bool:
    """Whether one part stands for several of the same sizes."""
    return len(one) == 1 < len(other) and len({given for _, given in (*one, *other)}) == 1


def _by_dimension(own: Signature) -> dict[tuple[int, str], list[Part]]:
    """The parts of every dimension in the sides of each gap, and what sizes they may have."""
    found: dict[tuple[int, str], list[Part]] = {}
    for gap, name, parts, given in own[1]:
        found.setdefault((gap, name), []).append((parts, given))
    return found
