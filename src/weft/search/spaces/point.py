"""What spaces consist of: levels with choices, structures, and points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

from ...ir import UNORDERED
from .even import ANY, Parts
from .symbols import Assignment

Sizes = tuple[int, ...]
"""Allowed chunk sizes, ascending."""

Holds = tuple[tuple[str, tuple[str, ...]], ...]
"""Per memory after the outermost, the tensors that it holds."""


@dataclass(frozen=True, slots=True)
class LevelSpace:
    """What one level of the programs may be.

    `temporal` names the dimensions that have a map of their own at this level, `spatial` those that may be spread over
    its units (one of them is; None among them: perhaps none). The one that is spread needs no temporal map.
    `outside` holds (outer, inner) pairs of dimensions: the map of the first stands before that of the second.
    `sizes` gives the allowed chunk sizes of some dimensions, which are all there also if they are no even splits;
    `among` only narrows what the space's split gives. `steps` gives how many steps some dimensions take: more
    than the first number and at most the second. `memory` names the memory at the lower boundary, if the program has to
    name one. With `orders`, the maps stand as in one of these, which have every dimension.

    Levels of one `side` (its number and its units) make up a side of an array (`sides.py`): their units take a chunk in
    one step, and so many of them have work that fewer would not do.
    """

    temporal: tuple[str, ...] = field(metadata=UNORDERED)
    spatial: tuple[str | None, ...] = field(default=(None,), metadata=UNORDERED)
    outside: tuple[tuple[str, str], ...] = field(default=(), metadata=UNORDERED)
    sizes: tuple[tuple[str, Sizes], ...] = field(default=(), metadata=UNORDERED)
    memory: str | None = None
    orders: tuple[tuple[str, ...], ...] = field(default=(), metadata=UNORDERED)
    among: tuple[tuple[str, Sizes], ...] = field(default=(), metadata=UNORDERED)
    side: tuple[int, int] | None = None
    steps: tuple[tuple[str, Parts], ...] = ()

    def asked_steps(self, dimension: str) -> Parts:
        """How many steps a dimension may take at this level; `ANY` if nothing is asked."""
        return dict(self.steps).get(dimension, ANY)

    def spreads(self, units: int) -> tuple[str | None, ...]:
        """The choices of the dimension that is spread over so many units; one unit spreads nothing."""
        return (None,) if units == 1 else self.spatial


@dataclass(frozen=True, slots=True)
class Structure:
    """Units and spread dimension of every level, and the values of symbols that several sizes share."""

    units: tuple[int, ...]
    spatial: tuple[str | None, ...]
    symbols: Assignment = ()


@dataclass(frozen=True, slots=True)
class Point:
    """One program: chunk sizes as (dimension, size) pairs per level in the order of the directives, and placement.

    `holds` names, per memory after the outermost, the tensors that it holds.
    """

    structure: Structure
    levels: tuple[tuple[tuple[str, int], ...], ...]
    holds: Holds


@dataclass(frozen=True, slots=True)
class Family:
    """Structures with equal chains and orders: every shape with every choice of a spread dimension per level."""

    symbols: Assignment
    shapes: tuple[tuple[int, ...], ...]
    spatial: tuple[tuple[str | None, ...], ...]

    @property
    def count(self) -> int:
        """How many structures they are."""
        return len(self.shapes) * prod(len(choices) for choices in self.spatial)

    @property
    def first(self) -> Structure:
        """One of them."""
        return Structure(self.shapes[0], tuple(choices[0] for choices in self.spatial), self.symbols)


def point_of(
    structure: Structure, sizes: Mapping[str, Sequence[int]], order: Sequence[Sequence[str]], holds: Holds
) -> Point:
    """The point with the given chains, orders of every level and placement."""
    levels = tuple(tuple((name, sizes[name][level]) for name in names) for level, names in enumerate(order))
    return Point(structure, levels, holds)
