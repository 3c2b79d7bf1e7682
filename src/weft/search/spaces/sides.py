"""Sides of an array that several dimensions share: each takes a part of the side's units, one level a part.

In a network that treats all units alike, without a limit or a latency of its own, a cost depends on how many units each
dimension is spread over in all, not on which level spreads it. So of the arrangements that give every dimension the
same units, those with the fewest levels stand for all: their levels have more units, and with these more chunk sizes.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from math import prod

from .chain_sets import ChainSet
from .point import LevelSpace, Structure
from .symbols import Assignment

Spread = tuple[str | None, ...]

Groups = tuple[tuple[int, ...], ...]
"""The numbers of levels that a search takes as one."""

Signature = tuple[tuple[tuple[str, int], ...], tuple[tuple[int, str, int], ...], Assignment]


def splits_of(units: int, parts: int) -> list[tuple[int, ...]]:
    """Every split of some units into so many factors, those of 1 behind all others."""
    if parts == 1 or units == 1:
        return [(units, *(1,) * (parts - 1))]
    found = [(units, *(1,) * (parts - 1))]
    for first in range(2, units // 2 + 1):
        if units % first == 0:
            found += [(first, *rest) for rest in splits_of(units // first, parts - 1)]
    return sorted(found)


def spreads_of(levels: Sequence[LevelSpace], units: Sequence[int], names: Sequence[str]) -> Iterator[Spread]:
    """What the levels can spread over their units; the parts of a side other dimensions each, in the order of `names`."""
    places: dict[str | None, int] = {name: place for place, name in enumerate(names)}
    pairs = [(group[n], group[n + 1]) for group in groups_of(levels) for n in range(len(group) - 1)]
    for spread in product(*(level.spreads(n) for level, n in zip(levels, units, strict=True))):
        if all(spread[b] is None or places[spread[a]] < places[spread[b]] for a, b in pairs):
            yield spread


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
    units = (prod(structure.units[n] for n in group) for group in groups)
    spreads = (next((name for n in group if (name := structure.spatial[n])), None) for group in groups)
    return Structure(tuple(units), tuple(spreads), structure.symbols)


def fold_chains(levels: Sequence[LevelSpace], chains: ChainSet) -> ChainSet:
    """The chains with one level for every side: a dimension has no more than one part of it."""
    groups = groups_of(levels)
    places = [next((n for n in group if chains.allowed[n] is not None), group[0]) for group in groups]
    most = [chains.most[n] for n in places] if chains.most else ()
    return ChainSet(chains.extent, [chains.allowed[n] for n in places], [chains.splits[n] for n in places], most)


def distinct(levels: Sequence[LevelSpace], structures: Sequence[Structure]) -> tuple[Structure, ...]:
    """The structures without those whose sides do no more than those of another one."""
    if all(level.side is None for level in levels):
        return tuple(structures)
    fewest: dict[object, int] = {}
    for item in structures:
        key = _totals(levels, item)
        fewest[key] = min(fewest.get(key, len(levels)), _parts(levels, item))
    kept = (item for item in structures if _parts(levels, item) == fewest[_totals(levels, item)])
    return tuple({signature(levels, item): item for item in reversed(tuple(kept))}.values())[::-1]


def signature(levels: Sequence[LevelSpace], structure: Structure, names: Mapping[str, str] | None = None) -> Signature:
    """What a structure does, under other names if some are given: equal for two whose sides do the same.

    The spread dimension of every other level, and per gap and dimension its parts of the sides.
    """
    names, gap = names or {}, 0
    plain, sides = [], []
    for level, units, name in zip(levels, structure.units, structure.spatial, strict=True):
        spread = names.get(name, name) if name else ""
        if level.side is None:
            plain.append((spread, units))
            gap += 1
        elif name:
            sides.append((gap, spread, units))
    return tuple(plain), tuple(sorted(sides)), structure.symbols


def _parts(levels: Sequence[LevelSpace], structure: Structure) -> int:
    """How many levels of sides have units."""
    return sum(level.side is not None and n > 1 for level, n in zip(levels, structure.units, strict=True))


def _totals(levels: Sequence[LevelSpace], structure: Structure) -> Hashable:
    """The units of every dimension in the sides of each gap; all else as it is."""
    plain, sides, symbols = signature(levels, structure)
    totals: dict[tuple[int, str], int] = {}
    for gap, name, units in sides:
        totals[gap, name] = totals.get((gap, name), 1) * units
    return plain, tuple(sorted(totals.items())), symbols
