"""What every unit of one dimension holds, now and before, in the like steps of a move: where chunks lie.

The loops of a chain are followed as in `..chains`. A temporal loop is one over one unit. Only where chunks lie relative
to each other matters; with the steps of the loops outside they all shift alike, so a step is told by its lengths.
"""

from __future__ import annotations

import numpy as np

from ...analysis.chains import Ints
from ..compiled import compiled

START, LENGTH, PREVIOUS_START, PREVIOUS_LENGTH = 0, 1, 2, 3
"""The rows of a holding."""


@compiled
def holdings(
    extent: int, sizes: Ints, units: Ints, boundary: int, outside: int, advances: bool, shared: int
) -> tuple[Ints, Ints, int]:
    """Per kind of step its count and what every unit holds, and how many units are in a group.

    The arguments are those of `pieces.pieces`. Holdings are indexed by kind, row and unit; a unit that does not work
    has length 0. The units of a group are next to each other, those of lower starts first.
    """
    loops, depth, group, total = _loops(extent, sizes, units, boundary, outside, shared)
    times, lengths = _steps(extent, loops, depth)
    inner = total // lengths.shape[1]
    if not advances:
        held = np.empty((len(times), 4, total), np.int64)
        for kind in range(len(times)):
            _hold(held[kind], lengths[kind], loops, depth, 0, inner, group)
        return times, held, group
    counts = np.empty(len(times) * 4 * (depth + 1), np.int64)
    held = np.empty((len(counts), 4, total), np.int64)
    marks = np.empty(2 * depth + 3, np.int64)
    kinds = 0
    for kind in range(len(times)):
        for mark in range(1, _marks(lengths[kind], loops[0, depth] * loops[1, depth], marks)):
            first, like = marks[mark - 1], marks[mark] - marks[mark - 1]
            if first:
                _hold(held[kinds], lengths[kind], loops, depth, first, inner, group)
                counts[kinds] = times[kind]
                kinds += 1
            if like > 1:
                _hold(held[kinds], lengths[kind], loops, depth, first + 1, inner, group)
                counts[kinds] = times[kind] * (like - 1)
                kinds += 1
    return counts[:kinds], held[:kinds], group


@compiled
def _loops(
    extent: int, sizes: Ints, units: Ints, boundary: int, outside: int, shared: int
) -> tuple[Ints, int, int, int]:
    """The loops as (size, units, whether the units are in one group), how many lie outside; units per group and in all.

    Units beyond the pieces of the longest chunk never work.
    """
    loops = np.empty((3, boundary), np.int64)
    number = depth = 0
    group = total = 1
    for level in range(boundary):
        size = sizes[level]
        if size == 0:
            continue
        over = min(max(units[level], 1), -(-extent // size))
        extent = min(extent, size)
        loops[0, number], loops[1, number], loops[2, number] = size, over, (shared >> level) & 1
        number += 1
        total *= over
        if level < outside:
            depth = number
        if (shared >> level) & 1:
            group *= over
    return loops[:, :number], depth, group, total


@compiled
def _steps(extent: int, loops: Ints, depth: int) -> tuple[Ints, Ints]:
    """The steps of the outermost `depth` loops, like ones once: counts, and the length of every unit's chunk."""
    times = np.ones(1, np.int64)
    lengths = np.full((1, 1), extent, np.int64)
    marks = np.empty(2 * depth + 3, np.int64)
    for loop in range(depth):
        size, over = loops[0, loop], loops[1, loop]
        counts = np.empty(len(times) * 2 * (loop + 1), np.int64)
        rows = np.empty((len(counts), lengths.shape[1] * over), np.int64)
        kinds = 0
        for kind in range(len(times)):
            for mark in range(1, _marks(lengths[kind], size * over, marks)):
                _chunks(rows[kinds], lengths[kind], size, over, marks[mark - 1])
                same = _place(rows, kinds)
                if same == kinds:
                    counts[kinds] = 0
                    kinds += 1
                counts[same] += times[kind] * (marks[mark] - marks[mark - 1])
        times, lengths = counts[:kinds], rows[:kinds]
    return times, lengths


@compiled
def _marks(lengths: Ints, width: int, marks: Ints) -> int:
    """Where like steps of a loop end, sorted, from 0 on; how many. At depth d chunks have at most d + 1 lengths."""
    marks[0] = 0
    number, known = 1, 0
    for length in lengths:
        if length in (known, 0):
            continue
        known = length
        whole = length // width
        for mark in (whole, whole + 1 if length > whole * width else whole):
            place = number
            while marks[place - 1] > mark:
                place -= 1
            if marks[place - 1] < mark:
                for later in range(number, place, -1):
                    marks[later] = marks[later - 1]
                marks[place] = mark
                number += 1
    return number


@compiled
def _chunks(row: Ints, lengths: Ints, size: int, over: int, step: int) -> None:
    """The lengths of all units' chunks in a step of a loop."""
    unit = 0
    for length in lengths:
        left = length - size * over * step
        for _ in range(over):
            row[unit] = min(max(left, 0), size)
            left -= size
            unit += 1


@compiled
def _place(rows: Ints, number: int) -> int:
    """The first row equal to row `number`."""
    for row in range(number):
        unit = 0
        while unit < rows.shape[1] and rows[row, unit] == rows[number, unit]:
            unit += 1
        if unit == rows.shape[1]:
            return row
    return number


@compiled
def _hold(held: Ints, lengths: Ints, loops: Ints, depth: int, step: int, inner: int, group: int) -> None:
    """What all units hold when loop `depth` goes to `step`, or (`step` 0) when it and those inside restart."""
    number = loops.shape[1]
    digits = np.zeros(number, np.int64)
    strides = _strides(loops, group)
    for unit in range(held.shape[1]):
        place = start = 0
        for loop in range(number):
            place += digits[loop] * strides[loop]
            if loop < depth:
                start += loops[0, loop] * digits[loop]
        _hold_unit(held[:, place], start, lengths[unit // inner], loops, digits, depth, step)
        loop = number - 1
        while loop >= 0 and digits[loop] == loops[1, loop] - 1:
            digits[loop] = 0
            loop -= 1
        if loop >= 0:
            digits[loop] += 1


@compiled
def _strides(loops: Ints, group: int) -> Ints:
    """How far apart the holdings of neighbours along every loop are, with those of a group next to each other."""
    strides = np.empty(loops.shape[1], np.int64)
    together, apart = 1, group
    for loop in range(loops.shape[1] - 1, -1, -1):
        if loops[2, loop]:
            strides[loop] = together
            together *= loops[1, loop]
        else:
            strides[loop] = apart
            apart *= loops[1, loop]
    return strides


@compiled
def _hold_unit(held: Ints, start: int, length: int, loops: Ints, digits: Ints, depth: int, step: int) -> None:
    """What one unit holds, given its chunk outside."""
    low, left = start, length
    for loop in range(depth, loops.shape[1]):
        offset = loops[0, loop] * (digits[loop] + (loops[1, loop] * step if loop == depth else 0))
        low += offset
        left = min(max(left - offset, 0), loops[0, loop])
    held[START], held[LENGTH] = low, left
    if left == 0:
        return
    if step:
        offset = loops[0, depth] * (digits[depth] + loops[1, depth] * (step - 1))
        start += offset
        length = min(max(length - offset, 0), loops[0, depth])
        depth += 1
    held[PREVIOUS_START], held[PREVIOUS_LENGTH] = _last(start, length, loops, digits, depth)


@compiled
def _last(start: int, length: int, loops: Ints, digits: Ints, depth: int) -> tuple[int, int]:
    """The chunk that a unit worked on last in the loops from `depth` on.

    A ragged last chunk may leave the units below without work; their last work was in the full chunk before it. A bit
    per loop, the outermost first, says that the chunk before the last one is tried.
    """
    number = loops.shape[1] - depth
    tried = 0
    while tried < 1 << number:
        low, left = start, length
        failed = -1
        for loop in range(number):
            size, over, unit = loops[0, depth + loop], loops[1, depth + loop], digits[depth + loop]
            count = -(-left // size)
            piece = unit + over * (-((unit - count) // over) - 1 - ((tried >> (number - 1 - loop)) & 1))
            if piece < 0:
                failed = loop
                break
            low += size * piece
            left = min(left - size * piece, size)
        if failed < 0:
            return low, left
        tried = (tried | ((1 << (number - 1 - failed)) - 1)) + 1
    return 0, 0
