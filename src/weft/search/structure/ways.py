"""Orders of the loops of a level, by what they mean to the tensors."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .plan import Ints

Pairs = tuple[tuple[int, int], ...]
"""(outer, inner) dimensions."""


class Ways(NamedTuple):
    """For every level and set of moving loops the classes of orders, as rows of `outside` and `inner`."""

    start: Ints
    classes: Ints
    outside: Ints
    inner: Ints


def ways(dimensions: int, moving: tuple[int, ...], constraints: tuple[Pairs, ...]) -> Ways:
    """The classes of orders that are worth a bound.

    What a tensor costs depends on which loops that do not move it have one inside that does. Orders that agree in this
    are one class; a class whose sets contain those of another is dropped.

    Loops of other levels do not matter to a class: they lie outside or inside all loops of this one in every order. So
    classes of levels can be chosen one by one. Dropping loses nothing: a loop that has no moving loop inside it brings
    nothing new and costs nothing, so more outside never costs less.
    """
    shape = (len(constraints), 1 << dimensions)
    start, count = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    rows: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
    known: dict[tuple[Pairs, int], tuple[int, int]] = {}
    for level, pairs in enumerate(constraints):
        after = closure(pairs)
        for loops in range(1 << dimensions):
            if (pairs, loops) not in known:
                found = _classes(loops, moving, after)
                known[pairs, loops] = (len(rows), len(found))
                rows += found
            start[level, loops], count[level, loops] = known[pairs, loops]
    outside = np.array([row[0] for row in rows], np.int64).reshape(len(rows), len(moving))
    inner = np.array([row[1] for row in rows], np.int64).reshape(len(rows), len(moving))
    return Ways(start, count, outside, inner)


def closure(pairs: Pairs) -> dict[int, int]:
    """Per dimension the bit mask of all that must stand inside it."""
    inside: dict[int, int] = {}
    for outer, inner in pairs:
        inside[outer] = inside.get(outer, 0) | 1 << inner
    for _ in inside:
        for outer, bits in inside.items():
            for inner, more in list(inside.items()):
                if bits >> inner & 1:
                    inside[outer] |= more
    return inside


def _classes(
    loops: int, moving: tuple[int, ...], inside: dict[int, int]
) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Build orders from the inside out; once a loop moves a tensor, what lies outside it is settled."""
    states: dict[tuple[int, tuple[int, ...]], tuple[int, ...]] = {(0, (-1,) * len(moving)): (0,) * len(moving)}
    for _ in range(loops.bit_count()):
        following: dict[tuple[int, tuple[int, ...]], tuple[int, ...]] = {}
        for (placed, outside), inner in states.items():
            for loop in range(loops.bit_length()):
                bit = 1 << loop
                if not loops & bit or placed & bit or inside.get(loop, 0) & loops & ~placed:
                    continue
                settled = [
                    (loops & ~placed & ~move, bit) if out < 0 and move & bit else (out, old)
                    for move, out, old in zip(moving, outside, inner, strict=True)
                ]
                key = placed | bit, tuple(item[0] for item in settled)
                old_inner = following.get(key, (0,) * len(moving))
                following[key] = tuple(a | b for (_, a), b in zip(settled, old_inner, strict=True))
        states = following
    found = [(tuple(max(out, 0) for out in outside), inner) for (_, outside), inner in states.items()]
    return [row for row in found if not any(_better(other, row) for other in found if other != row)]


def _better(one: tuple[tuple[int, ...], tuple[int, ...]], other: tuple[tuple[int, ...], tuple[int, ...]]) -> bool:
    """Whether a class can do all that another can, with no more outside."""
    less = all(a & ~b == 0 for a, b in zip(one[0], other[0], strict=True))
    return less and all(b & ~a == 0 for a, b in zip(one[1], other[1], strict=True))
