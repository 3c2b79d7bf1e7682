"""The chunks of one dimension by length: what needs no look at where they lie.

A chain is given by its `extent`, the chunk size of every level (0: not mapped there) and its units there (0: a temporal
map). A loop over one unit is a temporal one. Chunks nest, and of two units of a level the first has the longer chunk in
every step. So a group of units works as long as its first unit, and it is enough to follow the first ones.
"""

from __future__ import annotations

import numpy as np

from ...analysis.chains import Ints
from ..compiled import compiled

ALL = -1
"""The mask of all levels."""


@compiled
def _split(found: Ints, kinds: int, size: int, width: int, reach: int) -> int:
    """Chunks (lengths, counts) cut into pieces of `size`, one per `width`, within their first `reach`; how many kinds.

    A kind leaves at most one ragged piece, so there is one kind more at most.
    """
    kept = full = 0
    for kind in range(kinds):
        length = min(found[0, kind], reach)
        count = found[1, kind]
        pieces = length // width
        full += count * pieces
        ragged = min(length - pieces * width, size)
        if ragged == size:
            full += count
        elif ragged:
            place = 0
            while place < kept and found[0, place] != ragged:
                place += 1
            if place == kept:
                found[0, kept] = ragged
                found[1, kept] = 0
                kept += 1
            found[1, place] += count
    if full:
        found[0, kept] = size
        found[1, kept] = full
        kept += 1
    return kept


@compiled
def pieces(
    extent: int, sizes: Ints, units: Ints, boundary: int, outside: int, advances: bool, shared: int
) -> tuple[Ints, int]:
    """The chunks above `boundary` in the first step of the loops inside, over all steps of the loops outside.

    One chunk per step and group of units at work, as (lengths, counts) and the number of kinds. Loops of levels below
    `outside` lie outside; if `advances`, that of level `outside` does its steps but the first. Units of the levels in
    the bit mask `shared` are in one group, whose longest chunk counts.
    """
    found = np.empty((2, len(sizes) + 2), np.int64)
    found[0, 0] = extent
    found[1, 0] = kinds = 1
    for level in range(boundary):
        size = sizes[level]
        if size == 0:
            continue
        span = size * max(units[level], 1)
        together = (shared >> level) & 1
        reach = size if together else span
        width = size
        if level < outside or (advances and level == outside):
            reach = extent
            width = span if together else size
        if advances and level == outside:
            for kind in range(kinds):
                found[0, kind] = max(found[0, kind] - span, 0)
        kinds = _split(found, kinds, size, width, reach)
    return found, kinds


@compiled
def _elements(found: Ints, kinds: int) -> int:
    total = 0
    for kind in range(kinds):
        total += found[0, kind] * found[1, kind]
    return total


@compiled
def _number(found: Ints, kinds: int) -> int:
    total = 0
    for kind in range(kinds):
        total += found[1, kind]
    return total


@compiled
def unused_volumes(
    extent: int, sizes: Ints, units: Ints, boundary: int, outside: int, advances: bool, shared: int
) -> tuple[int, int]:
    """What a dimension that does not move the tensor makes groups of units need and keep, in times.

    A unit at work has worked before: first steps are the longest ones.
    """
    found, kinds = pieces(extent, sizes, units, boundary, outside, advances, shared)
    need = _number(found, kinds)
    return need, need


@compiled
def single_volumes(
    extent: int, sizes: Ints, units: Ints, boundary: int, outside: int, advances: bool
) -> tuple[int, int]:
    """Elements that units need and keep of a dimension that moves the tensor by itself."""
    found, kinds = pieces(extent, sizes, units, boundary, outside, advances, 0)
    return _elements(found, kinds), single_keep(extent, sizes, units, boundary, outside, advances)


@compiled
def single_keep(extent: int, sizes: Ints, units: Ints, boundary: int, outside: int, advances: bool) -> int:
    """Elements that units keep of a dimension that moves the tensor by itself: where they work on one chunk only."""
    if advances:
        return 0
    found, kinds = pieces(extent, sizes, units, outside, outside, False, 0)
    tasks = np.empty((kinds + 4 * len(sizes) + 4, 4), np.int64)
    waiting = total = 0
    for kind in range(kinds):
        waiting = _add_task(tasks, waiting, found[1, kind], found[0, kind], 0, outside)
    while waiting:
        waiting -= 1
        times, length, other, level = tasks[waiting]
        while level < boundary and sizes[level] == 0:
            level += 1
        if level < boundary:
            waiting = _met_once(tasks, waiting, times, length, other, sizes[level], max(units[level], 1), level + 1)
        elif other == 0:
            total += times * length
    return total


@compiled
def _add_task(tasks: Ints, waiting: int, times: int, length: int, other: int, level: int) -> int:
    """Ask for the elements of units that meet one piece of a chunk of `length` and none of one of `other` elements."""
    if length <= other or times <= 0:
        return waiting
    task = tasks[waiting]
    task[0], task[1], task[2], task[3] = times, length, other, level
    return waiting + 1


@compiled
def _met_once(tasks: Ints, waiting: int, times: int, length: int, other: int, size: int, over: int, level: int) -> int:
    """The tasks that one makes at the next `level`, under a loop over `over` units."""
    last = -(-length // size) - 1
    ragged = length - size * last
    # The unit with the last chunk, and with a full one before if the steps are two.
    if last < over:
        waiting = _add_task(tasks, waiting, times, ragged, max(other - size * last, 0), level)
    elif last < 2 * over:
        before = last - over
        busy = max(ragged, min(max(other - size * before, 0), size))
        waiting = _add_task(tasks, waiting, times, size, busy, level)
    # The units with one full chunk: those that the other leaves free, and the one that it may leave a ragged chunk.
    first, end = max(last + 1 - over, 0), min(over, last)
    free = -(-other // size)
    waiting = _add_task(tasks, waiting, times * (end - max(first, free)), size, 0, level)
    if first < free <= end:
        waiting = _add_task(tasks, waiting, times, size, other - size * (free - 1), level)
    return waiting


@compiled
def active(extent: int, sizes: Ints, units: Ints, boundary: int) -> int:
    """Units above a boundary that ever work."""
    found, kinds = pieces(extent, sizes, units, boundary, 0, False, 0)
    return _number(found, kinds)


@compiled
def activity(extent: int, sizes: Ints, units: Ints, levels: int) -> tuple[int, int, int]:
    """Steps, units at work in the busiest one, and their sum over all steps."""
    stepped, kinds = pieces(extent, sizes, units, levels, levels, False, ALL)
    steps = _number(stepped, kinds)
    worked, kinds = pieces(extent, sizes, units, levels, levels, False, 0)
    return steps, active(extent, sizes, units, levels), _number(worked, kinds)


@compiled
def busiest(extent: int, sizes: Ints, units: Ints, levels: int, width: int) -> int:
    """Vectors of `width` along the dimension that the busiest unit executes: the first one."""
    found, kinds = pieces(extent, sizes, units, levels, levels, False, ALL)
    total = 0
    for kind in range(kinds):
        total += found[1, kind] * -(-found[0, kind] // width)
    return total


@compiled
def unused_operands(extent: int, sizes: Ints, units: Ints, levels: int, shared: int) -> int:
    """Relative points at which groups of units need an element of a tensor without the dimension."""
    found, kinds = pieces(extent, sizes, units, levels, levels, False, shared)
    return _elements(found, kinds)
