"""From what a search keeps of a program to the program."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from .descent.forest import Forest
from .spaces.point import Point, Structure
from .spaces.sides import Groups, groups_of
from .structure.plan import Ints

if TYPE_CHECKING:
    from .ground import Ground


def decode(
    ground: Ground, structure: Structure, forest: Forest, candidates: Ints, placement: int, codes: Ints
) -> Point:
    """The point with the given candidates of the groups, placement and orders of the loops of every level."""
    space = ground.space
    groups = groups_of(space.levels)
    sizes = {name: [0] * len(space.levels) for name in space.workload.extents}
    for group, candidate in zip(ground.plan.groups, candidates, strict=True):
        for name, row in zip(group, forest.chain(int(candidate)), strict=False):
            sizes[name] = _of_levels(groups, row)
    levels = []
    for number, order in enumerate(decode_orders(ground, structure, codes)):
        levels.append(tuple((name, sizes[name][number] or space.workload.extents[name]) for name in order))
    return Point(structure, tuple(levels), ground.plan.placements[placement])


def decode_orders(ground: Ground, structure: Structure, codes: Ints) -> list[list[str]]:
    """The orders of all maps of every level of the space, outermost first."""
    space, orders = ground.space, []
    for number, (level, code) in enumerate(zip(space.levels, _of_levels(groups_of(space.levels), codes), strict=True)):
        loops = [ground.plan.dimensions[d] for d in _digits(int(code))]
        # Of the listed orders, those that the pairs allow.
        listed = tuple(space.orders(structure, number).all()) if level.orders else ()
        orders.append(whole_order(space.mapped(structure, number), loops, level.outside, listed))
    return orders


def _of_levels(groups: Groups, values: Ints) -> list[int]:
    """What the search has for a side, for each of its levels."""
    return [int(value) for group, value in zip(groups, values, strict=True) for _ in group]


def _digits(code: int) -> Iterator[int]:
    while code:
        yield (code & 15) - 1
        code >>= 4


def whole_order(
    names: Sequence[str], loops: Sequence[str], outside: Sequence[tuple[str, str]], listed: Sequence[tuple[str, ...]]
) -> list[str]:
    """An order of all maps of a level in which the loops with several steps stand as given."""
    for order in listed:
        kept = [name for name in order if name in names]
        if [name for name in kept if name in loops] == list(loops):
            return kept
    pairs = [(a, b) for a, b in (*outside, *itertools.pairwise(loops)) if a in names and b in names]
    left, found = list(names), []
    while left:
        # The first that nothing else has to stand outside of; constraints without a cycle leave one.
        name = next(name for name in left if not any(inner == name and outer in left for outer, inner in pairs))
        left.remove(name)
        found.append(name)
    return found
