"""The structures of a space as arrays: units of every level, and what each spreads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..search.spaces.point import Structure
from ..search.spaces.space import MapSpace
from ..search.structure.plan import Floats, Ints


@dataclass(frozen=True)
class Structures:
    """N structures of a space: `units[N, L]`, and the dimensions that levels spread, by number (-1: none)."""

    units: Ints
    spread: Ints

    def spreading(self, levels: Sequence[int], dimensions: set[int]) -> Floats:
        """[N] units of some levels that spread one of some dimensions."""
        found = np.ones(len(self.units))
        meant = np.zeros(max([int(self.spread.max(initial=-1)), *dimensions], default=0) + 2, np.bool_)
        meant[list(dimensions)] = True
        for level in levels:
            found *= np.where(meant[self.spread[:, level]], self.units[:, level], 1)
        return found

    def different(self, level_sets: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
        """Structures that differ in how many units spread a dimension in some of these levels: [M] one of each, and
        [N] which of them each is like."""
        dimensions = sorted({int(n) for n in np.unique(self.spread)} - {-1})
        products = [self.spreading(levels, {number}) for levels in level_sets for number in dimensions]
        table = np.array([np.ones(len(self.units)), *products]).T
        _, first, places = np.unique(table, axis=0, return_index=True, return_inverse=True)
        return first.astype(np.int64), places.reshape(-1).astype(np.int64)


def structures_of(space: MapSpace) -> Structures:
    """All structures of a space."""
    if not space.families:
        return Structures(np.empty((0, len(space.levels)), np.int64), np.empty((0, len(space.levels)), np.int64))
    numbers = {name: place for place, (name, _) in enumerate(space.workload.dimensions)}
    units, spread = [], []
    for family in space.families:
        choices = [[numbers.get(name or "", -1) for name in names] for names in family.spatial]
        rows = np.array(np.meshgrid(*choices, indexing="ij")).reshape(len(choices), -1).T
        shapes = np.array(family.shapes, np.int64)
        units.append(np.repeat(shapes, len(rows), axis=0))
        spread.append(np.tile(rows, (len(shapes), 1)))
    return Structures(np.concatenate(units), np.concatenate(spread))


def structures_as_given(space: MapSpace, structures: Sequence[Structure]) -> Structures:
    """Some structures of a space, in their order."""
    numbers = {name: place for place, (name, _) in enumerate(space.workload.dimensions)}
    units = [item.units for item in structures]
    spread = [[numbers.get(name or "", -1) for name in item.spatial] for item in structures]
    shape = len(structures), len(space.levels)
    return Structures(np.array(units, np.int64).reshape(shape), np.array(spread, np.int64).reshape(shape))
