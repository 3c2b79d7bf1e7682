"""What units still hold at the end, and the cycles to drain it (A20)."""

from __future__ import annotations

import numpy as np

from ...analysis.chains import Ints
from ..compiled import inner
from ..structure.flat import Flat, cell, item
from .layout import REDUCTION, STREAMED, TENSORS, S
from .loads import serve, wires
from .work import OUT, Floats, Work


@inner
def drain(p: Flat, ws: Work, level: int, found: Floats) -> None:
    """Cycles to drain what the slowest parent's units still hold."""
    output, counts = item(p, S.shape, TENSORS) - 1, ws.counts[level, OUT]
    found[:] = 0
    if cell(p, S.tensors, level, STREAMED) >> output & 1:
        return
    together = alone = 1
    for d in range(ws.extents.size):
        moves = item(p, S.moving, output) >> d & 1
        if moves or cell(p, S.network, level, REDUCTION) == 0:
            elements, longest, units = _left(ws, level, d)
            together *= elements if moves else units
            alone *= longest if moves else 1
    counts[output] = together
    wires(p, ws, level, counts, 1 << output, False, found)
    for end in range(item(p, S.end_start, level), item(p, S.end_start, level + 1)):
        if cell(p, S.ends, end, 0) >> output & 1:
            serve(p, ws, end, False, together if cell(p, S.ends, end, 1) else alone, found)


@inner
def _left(ws: Work, level: int, d: int) -> tuple[int, int, int]:
    """What the units of a level hold of a dimension at the end: the most under one parent, the longest chunk of any
    unit, and the most units under one parent that ever work."""
    elements = longest = number = 0
    digits = np.zeros(level + 1, np.int64)
    while True:
        together = units = 0
        for unit in range(max(ws.links[level, d, 1], 1)):
            digits[level] = unit
            length = _last(ws, level, d, digits)
            if length == 0:
                break
            together, units, longest = together + length, units + 1, max(longest, length)
        elements, number = max(elements, together), max(number, units)
        place = level - 1
        while place >= 0 and digits[place] + 1 >= ws.links[place, d, 1]:
            digits[place], place = 0, place - 1
        if place < 0:
            return elements, longest, number
        digits[place] += 1


@inner
def _last(ws: Work, level: int, d: int, digits: Ints) -> int:
    """The length of the last chunk of a unit; 0 if it never works."""
    length: int = ws.extents[d]
    if not _works(ws, level, d, digits, 0, length):
        return 0
    for place in range(level + 1):
        size, units = ws.links[place, d, 0], max(ws.links[place, d, 1], 1)
        if size:
            pieces = -(-length // size)
            last = digits[place] + units * ((pieces - 1 - digits[place]) // units)
            length = min(size, length - size * last)
            # A ragged last piece may leave units without work; their last work was in the full piece before it.
            if not _works(ws, level, d, digits, place + 1, length):
                length = size
    return length


@inner
def _works(ws: Work, level: int, d: int, digits: Ints, first: int, length: int) -> bool:
    """Whether a unit has work in a chunk of some length of the levels from one on."""
    for place in range(first, level + 1):
        size = ws.links[place, d, 0]
        if size:
            if size * digits[place] >= length:
                return False
            length = min(size, length - size * digits[place])
    return True
