"""The points of a space: all of them in order, or some by chance."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, product
from random import Random

from .space import Family, Holds, MapSpace, Point, Structure


def all_points(space: MapSpace) -> Iterator[Point]:
    """Every point once."""
    return (point for structure in space.structures() for point in structure_points(space, structure))


def structure_points(space: MapSpace, structure: Structure) -> Iterator[Point]:
    """Every point of a structure once."""
    names = tuple(space.workload.extents)
    levels = range(len(space.levels))
    placements = space.placements()
    orders = [tuple(space.orders(structure, level).all()) for level in levels]
    for chains in product(*(space.chains(structure, name).all().tolist() for name in names)):
        sizes = dict(zip(names, chains, strict=True))
        for order in product(*orders):
            for holds in placements:
                yield point_of(structure, sizes, order, holds)


def is_point(space: MapSpace, point: Point) -> bool:
    """Whether a point is one of the space."""
    structure, held = point.structure, dict(point.holds)
    if len(structure.units) != len(space.levels) or not space.has_structure(structure):
        return False
    sizes = [dict(level) for level in point.levels]
    return (
        all(tuple(level) in space.orders(structure, number) for number, level in enumerate(sizes))
        and all(
            [level.get(name, 0) for level in sizes] in space.chains(structure, name) for name in space.workload.extents
        )
        and list(held) == [memory for memory, _ in space.holds]
        and all(held[memory] in sets for memory, sets in space.holds)
    )


def draw_points(space: MapSpace, random: Random, count: int) -> Iterator[Point]:
    """So many points, each drawn from all with equal chances."""
    if space.size == 0:
        raise ValueError("the space has no point to draw")
    families = space.families
    totals = list(accumulate(family.count * space.structure_size(family.first) for family in families))
    for _ in range(count):
        family = families[bisect_right(totals, random.randrange(totals[-1]))]
        yield _draw(space, family, random)


def _draw(space: MapSpace, family: Family, random: Random) -> Point:
    spatial = tuple(random.choice(choices) for choices in family.spatial)
    structure = Structure(random.choice(family.shapes), spatial, family.symbols)
    sizes = {name: space.chains(structure, name).draw(random) for name in space.workload.extents}
    order = [space.orders(structure, level).draw(random) for level in range(len(space.levels))]
    holds = tuple((memory, random.choice(sets)) for memory, sets in space.holds)
    return point_of(structure, sizes, order, holds)


def point_of(
    structure: Structure, sizes: Mapping[str, Sequence[int]], order: Sequence[Sequence[str]], holds: Holds
) -> Point:
    """The point with the given chains, orders of every level and placement."""
    levels = tuple(tuple((name, sizes[name][level]) for name in names) for level, names in enumerate(order))
    return Point(structure, levels, holds)
