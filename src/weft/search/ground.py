"""What all structures with the same units share in a search: the plan of their costs, rules of orders, candidates."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace

import numpy as np

from ..ir import Mapping, Schedule
from ..passes.pipeline import schedule
from .bounds.candidates import Candidates
from .descent.forest import Forest, TreeGroup
from .descent.tile import Rules
from .listing import Listing, Remembered
from .spaces.chain_sets import ChainSet
from .spaces.point import Point, Structure
from .spaces.sides import fold_chains, fold_levels, fold_structure, groups_of
from .spaces.space import MapSpace
from .structure.cost_arrays import build_cost_arrays
from .structure.flat import flatten
from .structure.plan import Ints, Plan
from .structure.ways import closure


def skeleton(space: MapSpace, structure: Structure) -> Schedule:
    """A schedule with a structure's levels, memories and networks; its sizes and loops mean nothing.

    It has one level for every side of an array.
    """
    structure = fold_structure(space.levels, structure)
    space = replace(space, levels=fold_levels(space.levels))
    levels = tuple(tuple((name, 1) for name in space.mapped(structure, level)) for level in range(len(space.levels)))
    holds = tuple((name, space.holdable(name)) for name, _ in space.holds)
    program = space.program(Point(structure, levels, holds))
    return schedule(Mapping(space.workload, program, space.accelerator), "warning")


def skeleton_units(space: MapSpace, structure: Structure) -> tuple[int, ...]:
    """The units of the levels of its skeleton: structures with equal ones differ in nothing but chains."""
    return fold_structure(space.levels, structure).units


def mac_energy(space: MapSpace, structure: Structure) -> float:
    """Picojoules of all multiply-accumulates: the same for every program."""
    return Plan(skeleton(space, structure), space.placements()[:1], "throughput").mac_energy


def spread_units(space: MapSpace, structure: Structure, name: str) -> Ints:
    """Per level of the skeleton the units over which a dimension is spread (0: not there)."""
    pairs = [(structure.units[n], structure.spatial[n]) for n in range(len(space.levels))]
    groups = groups_of(space.levels)
    return np.array([sum(pairs[n][0] for n in group if pairs[n][1] == name) for group in groups], np.int64)


class Ground:
    """The plan of some units, and the candidates of every dimension group that were made so far.

    `monotone` says whether the limits of the search are kept by whatever costs less (`Ceiling.monotone`): only then
    does one of two programs stand for the other because it costs less.
    """

    def __init__(
        self,
        space: MapSpace,
        structure: Structure,
        time: str,
        monotone: bool = True,
        remembered: Remembered | None = None,
    ) -> None:
        self.space, self.levels = space, fold_levels(space.levels)
        self._units = skeleton_units(space, structure)
        self.plan = Plan(skeleton(space, structure), space.placements(), time)
        self.ordered, self.counted = self.plan.ordered and monotone, self.plan.ordered
        self.cost_arrays = build_cost_arrays(self.plan, [level.outside for level in self.levels])
        self.flat = flatten(self.cost_arrays)
        self.place = {name: number for number, name in enumerate(self.plan.dimensions)}
        self.groups = [[self.place[name] for name in group] for group in self.plan.groups]
        self._remembered = remembered or Remembered()

    def has_chains(self, structure: Structure) -> bool:
        """Whether every dimension has a chain."""
        return all(self.space.chains(structure, name).count for name in self.space.workload.extents)

    def forest(self, structure: Structure, look: Callable[[], None]) -> Forest:
        """The trees of all groups of a structure; `look` may end what is listed, now or later, by raising something."""
        listings = self._listings(structure, look)
        groups = [TreeGroup(item.candidates.group, item.units, item.root(), item.below) for item in listings]
        return Forest(self.cost_arrays, groups)

    def rules(self, structure: Structure) -> Rules:
        """The orders that the levels allow."""
        levels, dimensions = len(self.levels), len(self.place)
        inside = np.zeros((levels, dimensions), np.int64)
        most = max(1, *(len(level.orders) for level in self.levels))
        listed, count = np.full((levels, most, dimensions), -1, np.int64), np.zeros(levels, np.int64)
        for number, (level, (first, *_)) in enumerate(zip(self.levels, groups_of(self.space.levels), strict=True)):
            pairs = tuple((self.place[a], self.place[b]) for a, b in level.outside if {a, b} <= set(self.place))
            for outer, bits in closure(pairs).items():
                inside[number, outer] = bits
            if level.orders:
                for row, order in enumerate(self.space.orders(structure, first).all()):
                    count[number] = row + 1
                    names = [self.place[name] for name in order if name in self.place]
                    listed[number, row, : len(names)] = names
        return Rules(inside, count, listed, self.ordered, self.counted)

    def _listings(self, structure: Structure, look: Callable[[], None]) -> list[Listing]:
        return [self._listing(structure, group, look) for group in self.plan.groups]

    def _listing(self, structure: Structure, group: tuple[str, ...], look: Callable[[], None]) -> Listing:
        chains = [fold_chains(self.space.levels, self.space.chains(structure, name)) for name in group]
        units = [spread_units(self.space, structure, name) for name in group]
        # Dimensions of equal extents, sizes and units have equal candidates, whichever tensors they move.
        # Vectors run along the workload's last dimension, also where that has one value and is not in the plan.
        final = self.space.workload.dimensions[-1][0]
        width = self.space.accelerator.vector_width if final in self.place else 1
        last = final in group and width > 1
        axes = tuple((axis.stride, axis.dilation) for axis in self.plan.axes if axis.outputs == group[0])
        sizes = tuple((*_content(item), each.tobytes()) for item, each in zip(chains, units, strict=True))
        numbers = [self.place[name] for name in group]
        candidates = Candidates(self.cost_arrays, numbers, width, self.ordered, self.counted, look)
        return Listing(group, chains, units, candidates, (self._units, axes, sizes, last), self._remembered)


def _content(chains: ChainSet) -> tuple[Hashable, ...]:
    """What the chains of a dimension are, as a key."""
    allowed = (item if item is None or isinstance(item, range) else item.tobytes() for item in chains.allowed)
    return chains.extent, tuple(chains.splits), tuple(chains.parts), *allowed
