"""The structures of a space as arrays: units of every level, and what each spreads."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import prod
from typing import overload

import numpy as np

from ..structure.plan import Flags, Floats, Ints
from .point import Structure
from .sides import Groups, fold_structure, groups_of
from .space import MapSpace

PART = 1 << 15
"""Structures that stand in arrays at a time, where there are many."""


@dataclass(frozen=True)
class Structures:
    """N structures of a space: `units[N, L]`, and the dimensions that levels spread, by number (-1: none).

    `groups` has the levels that a schedule of theirs takes as one (`sides.py`); methods count its levels.
    """

    units: Ints
    spread: Ints
    groups: Groups

    def __getitem__(self, rows: Ints | Flags) -> Structures:
        return Structures(self.units[rows], self.spread[rows], self.groups)

    def all_units(self, levels: Sequence[int]) -> Floats:
        """[N] units of some levels."""
        return np.asarray(np.prod(self.units[:, self._parts(levels)], axis=1), np.float64)

    def spreading(self, levels: Sequence[int], dimensions: set[int]) -> Floats:
        """[N] units of some levels that spread one of some dimensions."""
        return np.asarray(np.prod(self.spreading_parts(levels, dimensions), axis=1))

    def spreading_parts(self, levels: Sequence[int], dimensions: set[int]) -> Floats:
        """[N, P] the same for every part of these levels."""
        meant = np.zeros(max([int(self.spread.max(initial=-1)), *dimensions], default=0) + 2, np.bool_)
        meant[list(dimensions)] = True
        parts = self._parts(levels)
        return np.where(meant[self.spread[:, parts]], self.units[:, parts], 1).astype(np.float64)

    def _parts(self, levels: Sequence[int]) -> list[int]:
        return [part for level in levels for part in self.groups[level]]

    def different(self, level_sets: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
        """Structures that differ in how many units spread a dimension in some of these levels: [M] one of each, and
        [N] which of them each is like."""
        dimensions = sorted({int(n) for n in np.unique(self.spread)} - {-1})
        products = [self.spreading(levels, {number}) for levels in level_sets for number in dimensions]
        table = np.array([np.ones(len(self.units)), *products]).T
        _, first, places = np.unique(table, axis=0, return_index=True, return_inverse=True)
        return first.astype(np.int64), places.reshape(-1).astype(np.int64)


class Numbered(Sequence[Structure]):
    """All structures of a space by number, shape by shape, without a list of them.

    For spaces that have every shape with every spread dimension of its levels (`are_free`).
    """

    def __init__(self, space: MapSpace) -> None:
        self._shapes = space.shapes
        self._names = tuple(space.workload.extents)
        self._groups = groups_of(space.levels)
        self._choices = [
            [level.spreads(units) for level, units in zip(space.levels, shape, strict=True)] for shape in space.shapes
        ]
        self._first = [0, *accumulate(prod(map(len, choices)) for choices in self._choices)]

    @staticmethod
    def are_free(space: MapSpace) -> bool:
        """Whether nothing ties what the levels of a space spread."""
        tied = space.is_sided or space.symbols or space.bound or space.chunks or space.alone
        return not (tied or any(level.steps for level in space.levels))

    def __len__(self) -> int:
        return self._first[-1]

    @overload
    def __getitem__(self, number: int) -> Structure: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Structure]: ...
    def __getitem__(self, number: int | slice) -> Structure | Sequence[Structure]:
        if isinstance(number, slice):
            return [self[n] for n in range(len(self))[number]]
        if not 0 <= number < len(self):
            raise IndexError(number)
        shape = self._shape_of(number)
        left, spatial = number - self._first[shape], []
        for choices in reversed(self._choices[shape]):
            left, place = divmod(left, len(choices))
            spatial.append(choices[place])
        return Structure(self._shapes[shape], tuple(reversed(spatial)))

    def parts(self) -> Iterator[Ints]:
        """All numbers, some of one shape at a time."""
        for first, end in pairwise(self._first):
            yield from (np.arange(start, min(start + PART, end)) for start in range(first, end, PART))

    def rows(self, numbers: Ints) -> Structures:
        """The structures with some ascending numbers."""
        parts = np.split(numbers, np.searchsorted(numbers, self._first[1:-1]))
        found = [self._of_shape(part) for part in parts if len(part)]
        units, spread = (np.concatenate(tables) for tables in zip(*found, strict=True))
        return Structures(units, spread, self._groups)

    def _of_shape(self, numbers: Ints) -> tuple[Ints, Ints]:
        """Units and what levels spread, of structures of one shape."""
        shape = self._shape_of(int(numbers[0]))
        left = numbers - self._first[shape]
        spread = np.empty((len(numbers), len(self._choices[shape])), np.int64)
        for level, choices in reversed(list(enumerate(self._choices[shape]))):
            left, places = np.divmod(left, len(choices))
            dimensions = [-1 if name is None else self._names.index(name) for name in choices]
            spread[:, level] = np.array(dimensions)[places]
        return np.tile(np.array(self._shapes[shape], np.int64), (len(numbers), 1)), spread

    def with_units(self, units: tuple[int, ...]) -> Structure:
        """The first structure of a shape."""
        return self[self._first[self._shapes.index(units)]]

    def _shape_of(self, number: int) -> int:
        return bisect_right(self._first, number) - 1


class Listed(Sequence[Structure]):
    """All structures of a space in a list, as `Numbered` has them."""

    def __init__(self, space: MapSpace) -> None:
        self._all, self._levels = space.structures(), space.levels
        self._rows = structures_as_given(space, self._all)

    def __len__(self) -> int:
        return len(self._all)

    @overload
    def __getitem__(self, number: int) -> Structure: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Structure]: ...
    def __getitem__(self, number: int | slice) -> Structure | Sequence[Structure]:
        return self._all[number]

    def parts(self) -> Iterator[Ints]:
        """All numbers at once."""
        yield np.arange(len(self))

    def rows(self, numbers: Ints) -> Structures:
        """The structures with some numbers."""
        return self._rows[numbers]

    def with_units(self, units: tuple[int, ...]) -> Structure:
        """The first structure whose skeleton has some units."""
        return next(item for item in self._all if fold_structure(self._levels, item).units == units)


Every = Numbered | Listed
"""All structures of a space, which have numbers."""


def all_structures(space: MapSpace) -> Structures:
    """All structures of a space."""
    if space.is_sided or not space.families:
        return structures_as_given(space, space.structures())
    numbers = {name: place for place, (name, _) in enumerate(space.workload.dimensions)}
    units, spread = [], []
    for family in space.families:
        choices = [[numbers.get(name or "", -1) for name in names] for names in family.spatial]
        rows = np.array(np.meshgrid(*choices, indexing="ij")).reshape(len(choices), -1).T
        shapes = np.array(family.shapes, np.int64)
        units.append(np.repeat(shapes, len(rows), axis=0))
        spread.append(np.tile(rows, (len(shapes), 1)))
    return Structures(np.concatenate(units), np.concatenate(spread), groups_of(space.levels))


def structures_as_given(space: MapSpace, structures: Sequence[Structure]) -> Structures:
    """Some structures of a space, in their order."""
    numbers = {name: place for place, (name, _) in enumerate(space.workload.dimensions)}
    units = [item.units for item in structures]
    spread = [[numbers.get(name or "", -1) for name in item.spatial] for item in structures]
    shape = len(structures), len(space.levels)
    own, spreads = np.array(units, np.int64).reshape(shape), np.array(spread, np.int64).reshape(shape)
    return Structures(own, spreads, groups_of(space.levels))
