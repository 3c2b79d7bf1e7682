"""What units still hold at the end, and the cycles to drain it (A20)."""

from __future__ import annotations

from ..compiled import lean
from ..structure.flat import cell, item
from .chunks import link
from .layout import DIMENSIONS, REDUCTION, STREAMED, TENSORS, S
from .loads import ends, flow, serve
from .work import BASE_OUT, DRAINS, EXTENTS, OF_LEVELS, SCRATCH, UNITS, Work, clear, part

ELEMENTS, LONGEST, HOLDING, LEFT = range(4)
"""What is left of a dimension: the most under one parent, the longest chunk of any unit, and the most units under one
parent that ever work; all 0 if not known yet."""


@lean
def drain(w: Work, level: int, found: int) -> None:
    """Cycles to drain what the slowest parent's units still hold."""
    output = item(w, S.shape, TENSORS) - 1
    clear(w, found)
    if cell(w, S.tensors, level, STREAMED) >> output & 1:
        return
    together = alone = 1
    for d in range(item(w, S.shape, DIMENSIONS)):
        moves = item(w, S.moving, output) >> d & 1
        if moves or cell(w, S.network, level, REDUCTION) == 0:
            left = _left(w, level, d)
            together *= w.ints[left + (ELEMENTS if moves else HOLDING)]
            alone *= w.ints[left + LONGEST] if moves else 1
    base, walk = part(w, OF_LEVELS, level) + BASE_OUT, cell(w, S.hops, level, output) * w.ints[part(w, UNITS, level)]
    for wire in range(item(w, S.wire_start, level), item(w, S.wire_start, level + 1)):
        if cell(w, S.wires, wire, 0) >> output & 1:
            flow(w, float(together), float(walk), base, cell(w, S.wires, wire, 1), found)
    for end in range(ends(w, level)):
        row = item(w, S.end_start, level) + end
        if cell(w, S.ends, row, 0) >> output & 1:
            serve(w, level, end, False, together if cell(w, S.ends, row, 1) else alone, found)


@lean
def _left(w: Work, level: int, d: int) -> int:
    """Where it says what the units of a level hold of a dimension at the end."""
    found = part(w, DRAINS, level * item(w, S.shape, DIMENSIONS) + d)
    if w.ints[found + HOLDING] == 0:
        _find_left(w, level, d, found)
    return found


@lean
def _find_left(w: Work, level: int, d: int, found: int) -> None:
    elements = longest = number = 0
    digits, extent = part(w, SCRATCH, 0), w.ints[part(w, EXTENTS, d)]
    for place in range(level + 1):
        w.ints[digits + place] = 0
    while True:
        together = units = 0
        for unit in range(max(w.ints[link(w, level, d) + 1], 1)):
            w.ints[digits + level] = unit
            length = _last(w, level, d, digits, extent)
            if length == 0:
                break
            together, units, longest = together + length, units + 1, max(longest, length)
        elements, number = max(elements, together), max(number, units)
        place = level - 1
        while place >= 0 and w.ints[digits + place] + 1 >= w.ints[link(w, place, d) + 1]:
            w.ints[digits + place] = 0
            place -= 1
        if place < 0:
            w.ints[found + ELEMENTS], w.ints[found + LONGEST], w.ints[found + HOLDING] = elements, longest, number
            return
        w.ints[digits + place] += 1


@lean
def _last(w: Work, level: int, d: int, digits: int, extent: int) -> int:
    """The length of the last chunk of a unit; 0 if it never works."""
    length = extent
    if not _works(w, level, d, digits, 0, length):
        return 0
    for place in range(level + 1):
        own, digit = link(w, place, d), w.ints[digits + place]
        size, units = w.ints[own], w.ints[own + 1]
        if size:
            rounds = (-(-length // size) - 1 - digit) // max(units, 1)
            length = min(size, length - size * (digit + max(units, 1) * rounds))
            # A ragged last piece may leave units without work; their last work was in the full piece before it.
            if not _works(w, level, d, digits, place + 1, length):
                length = size
    return length


@lean
def _works(w: Work, level: int, d: int, digits: int, first: int, length: int) -> bool:
    """Whether a unit has work in a chunk of some length of the levels from one on."""
    for place in range(first, level + 1):
        size = w.ints[link(w, place, d)]
        if size:
            if size * w.ints[digits + place] >= length:
                return False
            length = min(size, length - size * w.ints[digits + place])
    return True
