"""Which counters are tiles of one dimension: their columns are proportional, and their steps nest.

Tiled loops `16*k1 + k0` have columns (16, 16, …) and (1, 1, …) over the subscripts: one dimension, in chunks of 16 and
1. Steps that do not nest, or nest in the wrong order, are dimensions of their own.
"""

from __future__ import annotations

from math import gcd
from typing import TypeAlias

import islpy as isl

from ...ir import LoopKind
from .counters import Counter, Point, bounds_text

Column: TypeAlias = tuple[int, ...]
Row: TypeAlias = dict[str, int]
StridedCounters: TypeAlias = list[tuple[Counter, int]]
"""Counters with their strides."""


def group_counters(point: Point, rows: list[Row]) -> list[StridedCounters]:
    """Chains of (counter, stride) that are one dimension each."""
    classes: dict[Column, StridedCounters] = {}
    unused: list[Counter] = []
    for counter in point.counters:
        column = tuple(row.get(counter.name, 0) for row in rows)
        factor = gcd(*column) if column else 0
        if factor:
            classes.setdefault(tuple(entry // factor for entry in column), []).append((counter, factor))
        elif not counter.marks_level or len(counter.shown.terms) > 1:
            unused.append(counter)
    groups = [chain for members in classes.values() for chain in _chains(members, point.counters)]
    # A loop of one iteration that moves nothing is no dimension; a chunk loop says that it is one.
    moving = [tiles for tiles in _coupled(unused) if any(c.longest > 1 or c.kind is LoopKind.CHUNK for c in tiles)]
    written = [_written_strides(tiles) for tiles in moving]
    return groups + [chain for members in written for chain in _chains(members, point.counters)]


def _chains(members: StridedCounters, counters: tuple[Counter, ...]) -> list[StridedCounters]:
    """Members whose strides nest, each as wide as the one before reaches; others are dimensions of their own."""
    strides = dict(members)
    # Loops that bound each other are tiles of one dimension, whatever else would fit.
    pieces = [sorted(((item, strides[item]) for item in tiles), key=_finest) for tiles in _coupled(list(strides))]
    chains: list[StridedCounters] = []
    for piece in sorted(pieces, key=lambda piece: _finest(piece[0])):
        # A loop of one iteration adds nothing, whatever its step.
        still = chains[:1] if piece[0][0].longest == 1 else []
        fitting = (chain for chain in chains if _tiles(piece, chain, counters))
        chain = next(fitting, None) or next(iter(still), None)
        if chain is None:
            chains.append(piece)
        else:
            chain += piece
    return [_normal(chain) for chain in chains]


def _tiles(wide: StridedCounters, narrow: StridedCounters, counters: tuple[Counter, ...]) -> bool:
    """Whether one chain advances by what another reaches, outside of it: or inside, where the order does not matter."""
    if narrow[0][1] + reach(narrow, counters) != wide[0][1]:
        return False
    moving = [counter for counter, _ in narrow if counter.longest > 1] or [narrow[0][0]]
    inner, outer = moving[-1], wide[0][0]
    # Points of a chunk have no order, and units have no place in the order of time.
    chunks = inner.kind is outer.kind is LoopKind.CHUNK
    apart = {inner.kind, outer.kind} == {LoopKind.PARALLEL, LoopKind.SEQUENTIAL}
    return chunks or apart or counters.index(outer) < counters.index(inner)


def _finest(item: tuple[Counter, int]) -> tuple[bool, int]:
    """Loops that move before those of one iteration, by their stride."""
    return item[0].longest == 1, item[1]


def reach(chain: StridedCounters, counters: tuple[Counter, ...]) -> int:
    """The largest value of the counters of a chain together."""
    if all(counter.is_fixed for counter, _ in chain):
        return sum(stride * (counter.longest - 1) for counter, stride in chain)
    # Ragged: the loops outside say how long the last tile is.
    names = {counter.name: f"i{number}" for number, counter in enumerate(counters)}
    value = " + ".join(f"{stride}*{names[counter.name]}" for counter, stride in chain)
    bound = f"exists {', '.join(names.values())} : x = {value} and {bounds_text(counters, names)}"
    return int(isl.Set(f"{{ [x] : {bound} }}").dim_max_val(0).to_python())


def _normal(chain: StridedCounters) -> StridedCounters:
    """The widest step first, the finest last, in units of what all have in common: the finest, if they nest."""
    common = gcd(*(stride for counter, stride in chain if counter.longest > 1)) or chain[0][1]
    rest = sorted(chain[1:], key=lambda item: -item[1])
    return [(counter, -(-stride // common)) for counter, stride in [*rest, chain[0]]]


def _coupled(counters: list[Counter]) -> list[list[Counter]]:
    """Counters in groups whose loops start where another's tile starts."""
    groups: list[list[Counter]] = []
    for counter in counters:
        outside = [group for group in groups if any(item.name in counter.shown.names for item in group)]
        for group in outside:
            groups.remove(group)
        groups.append([*(item for group in outside for item in group), counter])
    return groups


def _written_strides(tiles: list[Counter]) -> StridedCounters:
    """The strides of counters that no subscript uses, as their innermost iterator has them."""
    return [(item, abs(tiles[-1].shown.coefficient(item.name)) or 1) for item in tiles]
