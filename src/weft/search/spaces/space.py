"""A space of programs as data: what each level may do, which points it has, and how many."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, product
from math import prod
from typing import TYPE_CHECKING

from ...ir import (
    UNORDERED,
    UNORDERED_INSIDE,
    Accelerator,
    Cluster,
    Dataflow,
    Directive,
    Placement,
    SpatialMap,
    TemporalMap,
    Workload,
)
from .even import ANY, Parts, both
from .orders import Orders
from .point import Family, Holds, LevelSpace, Point, Sizes, Structure, point_of
from .sides import distinct, groups_of, parts_of, spreads_of, structures_on, wired_units
from .symbols import Assignment, BoundSize, Place, assignments
from .tiles import FixedTiles

if TYPE_CHECKING:
    from random import Random

    from .chain_sets import Allowed, ChainSet


@dataclass(frozen=True)
class MapSpace:
    """All programs for a workload on a machine that some constraints allow.

    `shapes` lists the allowed units of the levels, one tuple per choice, outermost level first. `holds` lists, per
    memory after the outermost, the sets of tensors that it may hold. `split` says which chunk sizes there are under a
    chunk (`chains.SPLITS`); `even` leaves sizes alone that are given in any way, `perfect` asks them to divide.

    `symbols` gives the values of symbols that `bound` sizes share, those listed by level. `chunks` holds (boundary,
    dimension, sizes): what a unit below that many levels may hold of the dimension, whichever level maps it. `alone`
    narrows what an element works off by itself of some dimensions: the chunks below all levels. `tiles` fixes the
    chunks.
    """

    workload: Workload
    accelerator: Accelerator
    levels: tuple[LevelSpace, ...]
    shapes: tuple[tuple[int, ...], ...] = field(metadata=UNORDERED)
    holds: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...] = field(metadata=UNORDERED_INSIDE)
    split: str = "even"
    symbols: tuple[tuple[str, Sizes], ...] = ()
    bound: tuple[BoundSize, ...] = ()
    chunks: tuple[tuple[int, str, Sizes], ...] = ()
    tiles: FixedTiles | None = None
    alone: tuple[tuple[str, Sizes], ...] = ()

    def structures(self) -> tuple[Structure, ...]:
        """Every shape with every spread dimension per level and every value of the symbols; sides each in one way."""
        return tuple(self._listed)

    @cached_property
    def _listed(self) -> dict[Structure, None]:
        if not (self.symbols or self.bound or self._chunks or self.tiles or any(level.steps for level in self.levels)):
            return dict.fromkeys(structures_on(self.levels, self.shapes, self.workload.extents))
        found = (
            Structure(shape, spatial, symbols)
            for symbols, places in self._assignments.items()
            for shape in self._shapes(places)
            for spatial in spreads_of(self.levels, shape, self.workload.extents)
        )
        return dict.fromkeys(distinct(self.levels, [structure for structure in found if self._has_chunks(structure)]))

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """The structures in families, for counting and drawing where they are too many to list."""
        if self.is_sided:
            return tuple(
                Family(item.symbols, (item.units,), tuple((name,) for name in item.spatial)) for item in self._listed
            )
        found = (
            Family(symbols, shapes, spatial)
            for symbols, places in self._assignments.items()
            for shapes in self._alike_shapes(self._shapes(places))
            for spatial in product(*(self._alike(level, n) for level, n in enumerate(shapes[0])))
        )
        return tuple(family for family in found if self._has_chunks(family.first))

    def mapped(self, structure: Structure, level: int) -> tuple[str, ...]:
        """The dimensions with a directive at a level, in the workload's order."""
        return self._mapped(level, structure.spatial[level])

    def allowed(self, structure: Structure, level: int, dimension: str) -> Allowed:
        """The allowed chunk sizes of a dimension at a level, ascending, before they are a split of a parent's chunk."""
        import numpy as np

        extent, space = self.workload.extents[dimension], self.levels[level]
        bound = self._assignments[structure.symbols].get((level, dimension))
        lists = [dict(given)[dimension] for given in (space.sizes, space.among) if dimension in dict(given)]
        lists += [(bound,)] if bound is not None else []
        if self.tiles is not None:
            lists.append((self.tiles.size(structure, level, dimension, self.workload.extents),))
        lists += [
            sizes
            for boundary, name, sizes in self._chunks
            if name == dimension and level == self._holder(structure, boundary, name)
        ]
        if not lists:
            return range(1, extent + 1)
        common = set(lists[0]).intersection(*lists[1:])
        return np.array(sorted(size for size in common if 1 <= size <= extent), dtype=np.int64)

    def chains(self, structure: Structure, dimension: str) -> ChainSet:
        """The chains of a dimension: sizes per level, all allowed, none above its parent's."""
        levels = tuple(n for n in range(len(self.levels)) if dimension in self.mapped(structure, n))
        every = parts_of(self.levels, structure.units)
        parts = tuple(
            both(every[n], level.asked_steps(dimension)) if n in levels else ANY for n, level in enumerate(self.levels)
        )
        # Only fixed tiles depend on more of the structure.
        key = structure if self.tiles else structure.symbols, dimension, levels, parts
        if key not in self._chains:
            from .chain_sets import ChainSet

            allowed = [self.allowed(structure, n, dimension) if n in levels else None for n in range(len(self.levels))]
            splits = [self._split(structure, n, dimension) for n in range(len(self.levels))]
            self._chains[key] = ChainSet(self.workload.extents[dimension], allowed, splits, parts)
        return self._chains[key]

    def orders(self, structure: Structure, level: int) -> Orders:
        """The orders of a level's directives."""
        return self._orders(level, structure.spatial[level])

    def placements(self) -> tuple[Holds, ...]:
        """Every choice of what the memories after the outermost hold."""
        choices = product(*(sets for _, sets in self.holds))
        return tuple(tuple(zip((name for name, _ in self.holds), choice, strict=True)) for choice in choices)

    def structure_size(self, structure: Structure) -> int:
        """How many points a structure has."""
        chains = prod(self.chains(structure, name).count for name in self.workload.extents)
        orders = prod(self.orders(structure, level).count for level in range(len(self.levels)))
        return chains * orders * prod(len(sets) for _, sets in self.holds)

    @cached_property
    def size(self) -> int:
        """How many points there are, exactly. Orders count even where they mean nothing, as maps take one step."""
        return sum(family.count * self.structure_size(family.first) for family in self.families)

    @cached_property
    def is_empty(self) -> bool:
        """Whether there is no point, without counting them."""
        if not all(sets for _, sets in self.holds):
            return True
        return not any(
            all(self.chains(family.first, name).count for name in self.workload.extents)
            and all(self.orders(family.first, level).count for level in range(len(self.levels)))
            for family in self.families
        )

    def __contains__(self, point: Point) -> bool:
        structure, held = point.structure, dict(point.holds)
        if len(structure.units) != len(self.levels) or not self.has_structure(structure):
            return False
        sizes = [dict(level) for level in point.levels]
        return (
            all(tuple(level) in self.orders(structure, number) for number, level in enumerate(sizes))
            and all(
                [level.get(name, 0) for level in sizes] in self.chains(structure, name)
                for name in self.workload.extents
            )
            and list(held) == [memory for memory, _ in self.holds]
            and all(held[memory] in sets for memory, sets in self.holds)
        )

    def has_structure(self, structure: Structure) -> bool:
        """Whether it is one of the structures, without listing them if they have no sides."""
        if self.is_sided:
            return structure in self._listed
        known = structure.symbols in self._assignments and structure.units in self._shapes(
            self._assignments[structure.symbols]
        )
        levels = zip(self.levels, structure.units, structure.spatial, strict=True)
        return known and all(spread in level.spreads(n) for level, n, spread in levels) and self._has_chunks(structure)

    @property
    def assignments(self) -> tuple[Assignment, ...]:
        """The values that the shared symbols may have together."""
        return tuple(self._assignments)

    def holdable(self, memory: str) -> tuple[str, ...]:
        """The tensors of the workload that a memory can hold."""
        able = next((other.holds for other in self.accelerator.memories if other.name == memory), None)
        return tuple(t.name for t in self.workload.tensors if able is None or t.name in able)

    def points(self) -> Iterator[Point]:
        """Every point once, lazily: by structure, chains (ascending, first dimension first), orders, placement."""
        return (point for structure in self.structures() for point in self._points(structure))

    def _points(self, structure: Structure) -> Iterator[Point]:
        names, placements = tuple(self.workload.extents), self.placements()
        orders = [tuple(self.orders(structure, level).all()) for level in range(len(self.levels))]
        for chains in product(*(self.chains(structure, name).all().tolist() for name in names)):
            sizes = dict(zip(names, chains, strict=True))
            for order in product(*orders):
                for holds in placements:
                    yield point_of(structure, sizes, order, holds)

    def sample(self, random: Random, count: int) -> Iterator[Point]:
        """Points drawn with equal chances, also where they cannot be listed; ValueError if there is none."""
        if self.size == 0:
            raise ValueError("the space has no point to draw")
        totals = list(accumulate(family.count * self.structure_size(family.first) for family in self.families))
        for _ in range(count):
            yield self._draw(self.families[bisect_right(totals, random.randrange(totals[-1]))], random)

    def _draw(self, family: Family, random: Random) -> Point:
        spatial = tuple(random.choice(choices) for choices in family.spatial)
        structure = Structure(random.choice(family.shapes), spatial, family.symbols)
        sizes = {name: self.chains(structure, name).draw(random) for name in self.workload.extents}
        order = [self.orders(structure, level).draw(random) for level in range(len(self.levels))]
        holds = tuple((memory, random.choice(sets)) for memory, sets in self.holds)
        return point_of(structure, sizes, order, holds)

    def program(self, point: Point) -> Dataflow:
        """The point as a canonical program. ValueError if the machine does not give the structure's units."""
        units = wired_units(self.levels, point.structure.units)
        if self.accelerator.pes // prod(units[1:]) != units[0]:
            raise ValueError(f"{self.accelerator.pes} PEs in clusters of {units[1:]} are not {units[0]} groups")
        kept, chunks, levels = self.kept_levels(point.structure.units), dict(self.workload.extents), []
        for n in kept:
            chunks |= dict(point.levels[n])
            spread = point.structure.spatial[n]
            # A side without work gives its first unit the whole chunk.
            idle = self.levels[n].spatial[0] if spread is None and self.levels[n].side else None
            written = point.levels[n] if idle is None else ((idle, chunks[idle]),)
            levels.append(tuple(_directive(name, size, spread or idle) for name, size in written))
        # The memory at the end of what is left out stands below the level before.
        memories = [self.levels[after - 1].memory for after in kept[1:]]
        clusters = tuple(Cluster(units[n], memory) for n, memory in zip(kept[1:], memories, strict=True))
        placements = tuple(
            Placement(memory, held) for memory, held in point.holds if set(held) != set(self.holdable(memory))
        )
        return Dataflow(tuple(levels), clusters, placements)

    def kept_levels(self, units: Sequence[int]) -> list[int]:
        """The levels of programs with these units: of a side those that have work, or the first."""
        return [
            n
            for group in groups_of(self.levels)
            for n in group
            if units[n] > 1 or self.levels[n].side is None or (n == group[0] and all(units[m] == 1 for m in group))
        ]

    @cached_property
    def wired(self) -> dict[tuple[int, ...], tuple[int, ...]]:
        """Per shape the units of its programs: those of whole sides."""
        return {shape: wired_units(self.levels, shape) for shape in self.shapes}

    @cached_property
    def is_sided(self) -> bool:
        """Whether some levels make up sides of an array."""
        return any(level.side is not None for level in self.levels)

    def _split(self, structure: Structure, level: int, dimension: str) -> str:
        """How the chunks of a level split the chunk above: sizes that are given need not be even."""
        given = (
            self.tiles is not None
            or dimension in dict(self.levels[level].sizes)
            or (level, dimension) in self._assignments[structure.symbols]
            or any(n == dimension and level == self._holder(structure, b, n) for b, n, _ in self.chunks)
        )
        return "any" if given and self.split == "even" else self.split

    def _holder(self, structure: Structure, boundary: int, dimension: str) -> int | None:
        """The level whose chunk of the dimension reaches a boundary; None if it arrives there whole."""
        return next((n for n in reversed(range(boundary)) if dimension in self.mapped(structure, n)), None)

    def _has_chunks(self, structure: Structure) -> bool:
        """Whether the dimensions that arrive whole at a boundary may do so, and pass by levels that ask for steps."""
        return all(
            self.workload.extents[name] in sizes or self._holder(structure, boundary, name) is not None
            for boundary, name, sizes in self._chunks
        ) and all(
            above < 1 or any(name in self.mapped(structure, n) for n in group)
            for group in self._groups
            for name, (above, _) in self.levels[group[0]].steps
        )

    @cached_property
    def _groups(self) -> tuple[tuple[int, ...], ...]:
        return groups_of(self.levels)

    @property
    def _chunks(self) -> tuple[tuple[int, str, Sizes], ...]:
        return self.chunks + tuple((len(self.levels), name, sizes) for name, sizes in self.alone)

    @cached_property
    def _assignments(self) -> dict[Assignment, dict[Place, int]]:
        return assignments(self.symbols, self.bound, self.workload.extents)

    @cached_property
    def _chains(self) -> dict[tuple[Assignment | Structure, str, tuple[int, ...], tuple[Parts, ...]], ChainSet]:
        return {}

    @cached_property
    def _known_orders(self) -> dict[tuple[int, str | None], Orders]:
        return {}

    def _orders(self, level: int, spread: str | None) -> Orders:
        key = level, spread
        if key not in self._known_orders:
            space = self.levels[level]
            self._known_orders[key] = Orders(self._mapped(level, spread), space.outside, space.orders)
        return self._known_orders[key]

    @cached_property
    def _known_mapped(self) -> dict[tuple[int, str | None], tuple[str, ...]]:
        return {}

    def _mapped(self, level: int, spread: str | None) -> tuple[str, ...]:
        key = level, spread
        if key not in self._known_mapped:
            temporal = self.levels[level].temporal
            self._known_mapped[key] = tuple(n for n in self.workload.extents if n in temporal or n == spread)
        return self._known_mapped[key]

    def _shapes(self, places: dict[Place, int]) -> tuple[tuple[int, ...], ...]:
        """The shapes in which the units have the given sizes."""
        units = {level: size for (level, dimension), size in places.items() if not dimension}
        return tuple(s for s in self.shapes if all(s[level] == size for level, size in units.items()))

    def _alike(self, level: int, units: int) -> tuple[tuple[str | None, ...], ...]:
        """The spread dimensions of a level, those together that leave the same dimensions mapped."""
        found: dict[object, list[str | None]] = {}
        for spread in self.levels[level].spreads(units):
            found.setdefault(spread if self.tiles else self._mapped(level, spread), []).append(spread)
        return tuple(tuple(choices) for choices in found.values())

    def _alike_shapes(self, shapes: tuple[tuple[int, ...], ...]) -> list[tuple[tuple[int, ...], ...]]:
        """Shapes with more than one unit at the same levels, together."""
        found: dict[object, list[tuple[int, ...]]] = {}
        for shape in shapes:
            key = shape if self.tiles else tuple(units > 1 for units in shape)
            found.setdefault(key, []).append(shape)
        return [tuple(group) for group in found.values()]


def _directive(name: str, size: int, spread: str | None) -> Directive:
    return SpatialMap(size, size, name) if name == spread else TemporalMap(size, size, name)
