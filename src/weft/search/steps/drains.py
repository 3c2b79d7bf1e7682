"""What units still hold at the end, and the cycles to drain it (A20)."""

from __future__ import annotations

import numpy as np

from ...analysis.chains import Ints
from ..compiled import inner
from ..structure.flat import cell, item
from .chunks import link
from .layout import DIMENSIONS, REDUCTION, STREAMED, TENSORS, S
from .loads import ends, flow, serve
from .work import BASE_OUT, OF_LEVELS, UNITS, Floats, Work, part, vector


@inner
def drain(w: Work, level: int, extents: Ints, found: Floats) -> None:
    """Cycles to drain what the slowest parent's units still hold."""
    output = item(w, S.shape, TENSORS) - 1
    found[:] = 0
    if cell(w, S.tensors, level, STREAMED) >> output & 1:
        return
    together = alone = 1
    for d in range(item(w, S.shape, DIMENSIONS)):
        moves = item(w, S.moving, output) >> d & 1
        if moves or cell(w, S.network, level, REDUCTION) == 0:
            elements, longest, units = _left(w, level, d, extents[d])
            together *= elements if moves else units
            alone *= longest if moves else 1
    base, walk = vector(w, OF_LEVELS, level, BASE_OUT), cell(w, S.hops, level, output) * part(w, UNITS, 0)[level]
    for wire in range(item(w, S.wire_start, level), item(w, S.wire_start, level + 1)):
        if cell(w, S.wires, wire, 0) >> output & 1:
            flow(float(together), float(walk), base, w.prices[cell(w, S.wires, wire, 1)], found)
    for end in range(ends(w, level)):
        row = item(w, S.end_start, level) + end
        if cell(w, S.ends, row, 0) >> output & 1:
            serve(w, level, end, False, together if cell(w, S.ends, row, 1) else alone, found)


@inner
def _left(w: Work, level: int, d: int, extent: int) -> tuple[int, int, int]:
    """What the units of a level hold of a dimension at the end: the most under one parent, the longest chunk of any
    unit, and the most units under one parent that ever work."""
    elements = longest = number = 0
    digits = np.zeros(level + 1, np.int64)
    while True:
        together = units = 0
        for unit in range(max(link(w, level, d)[1], 1)):
            digits[level] = unit
            length = _last(w, level, d, digits, extent)
            if length == 0:
                break
            together, units, longest = together + length, units + 1, max(longest, length)
        elements, number = max(elements, together), max(number, units)
        place = level - 1
        while place >= 0 and digits[place] + 1 >= link(w, place, d)[1]:
            digits[place], place = 0, place - 1
        if place < 0:
            return elements, longest, number
        digits[place] += 1


@inner
def _last(w: Work, level: int, d: int, digits: Ints, extent: int) -> int:
    """The length of the last chunk of a unit; 0 if it never works."""
    length = extent
    if not _works(w, level, d, digits, 0, length):
        return 0
    for place in range(level + 1):
        size, units = link(w, place, d)
        if size:
            rounds = (-(-length // size) - 1 - digits[place]) // max(units, 1)
            length = min(size, length - size * (digits[place] + max(units, 1) * rounds))
            # A ragged last piece may leave units without work; their last work was in the full piece before it.
            if not _works(w, level, d, digits, place + 1, length):
                length = size
    return length


@inner
def _works(w: Work, level: int, d: int, digits: Ints, first: int, length: int) -> bool:
    """Whether a unit has work in a chunk of some length of the levels from one on."""
    for place in range(first, level + 1):
        size = link(w, place, d)[0]
        if size:
            if size * digits[place] >= length:
                return False
            length = min(size, length - size * digits[place])
    return True
