"""Cycles of a processing element for its chunk (A20): its arithmetic, and the memories there that serve it (A14)."""

from __future__ import annotations

from math import gcd

from ...analysis.chains import Ints
from ..compiled import inner
from ..structure.flat import Flat, cell, item, rows
from .layout import IN_UNITS, LANES, LEVELS, OUTPUT_AT_PE, TENSORS, VECTOR, S
from .loads import next_unit, sums, wide
from .moves import LENGTH, LONGEST
from .volumes import chunk_of, entering
from .work import Floats, Work


@inner
def adds_up(p: Flat, ws: Work) -> bool:
    """Whether the PEs themselves add the sums that they take over from each other."""
    if item(p, S.arithmetic, OUTPUT_AT_PE) == 0:
        return False
    found = False
    for level in range(item(p, S.shape, LEVELS)):
        found |= cell(p, S.network, level, IN_UNITS) > 0 and sums(p, ws, level)
    return found


@inner
def work_cycles(p: Flat, ws: Work, level: int, state: Ints, fresh: bool, found: Floats) -> None:
    """The cycles that the slowest PE needs for its chunk in a step of the last level."""
    found[:] = 0
    if rows(p, S.operands) == 0 and not adds_up(p, ws):
        # The longest chunk takes longest.
        found[:] = _lanes(p, _vectors(p, ws, level, state, -1))
        return
    output, unit = item(p, S.shape, TENSORS) - 1, 0
    while unit >= 0:
        begun = entering(p, ws, level, output, state, unit)
        vectors = _vectors(p, ws, level, state, unit)
        own = _lanes(p, vectors + begun if adds_up(p, ws) else vectors)
        for w in range(found.size):
            found[w] = max(found[w], own)
        for memory in range(rows(p, S.operands)):
            _serve(p, ws, level, state, unit, memory, begun if fresh else 0, found)
        unit = next_unit(p, ws, level, state, unit)


@inner
def _lanes(p: Flat, vectors: int) -> float:
    return float(-(-vectors // item(p, S.arithmetic, LANES)))


@inner
def _vectors(p: Flat, ws: Work, level: int, state: Ints, unit: int) -> int:
    """Vectors of a unit's chunk; of the longest chunk in every dimension for unit -1."""
    total = 1
    for d in range(state.size):
        length = _length(p, ws, level, state, d, unit)
        total *= -(-length // item(p, S.arithmetic, VECTOR)) if d == state.size - 1 else length
    return total


@inner
def _length(p: Flat, ws: Work, level: int, state: Ints, d: int, unit: int) -> int:
    if unit < 0:
        longest: int = ws.slots[level, d, state[d], LONGEST]
        return longest
    length: int = chunk_of(p, ws, level, d, state[d], unit)[LENGTH]
    return length


@inner
def _serve(p: Flat, ws: Work, level: int, state: Ints, unit: int, memory: int, begun: int, found: Floats) -> None:
    """Raise vectors to the cycles in which a memory serves the arithmetic of a chunk."""
    reads = writes = 0
    output = item(p, S.shape, TENSORS) - 1
    for tensor in range(output + 1):
        if cell(p, S.operands, memory, 0) >> tensor & 1:
            runs = _runs(p, ws, level, state, unit, tensor)
            reads += runs - begun if tensor == output else runs
            writes += runs if tensor == output else 0
    row = cell(p, S.operands, memory, 1)
    wide(float(reads), ws.prices[row], found)
    wide(float(writes), ws.prices[row + 1], found)
    wide(float(reads + writes), ws.prices[row + 2], found)


@inner
def _runs(p: Flat, ws: Work, level: int, state: Ints, unit: int, tensor: int) -> int:
    """Runs of equal operands of a tensor in groups of lanes (A14)."""
    points = shared = 1
    for d in range(state.size):
        length = _length(p, ws, level, state, d, unit)
        points *= length
        # Neighbouring points use one element until a dimension that moves the tensor advances.
        shared = 1 if item(p, S.moving, tensor) >> d & 1 and length > 1 else shared * length
    lanes = item(p, S.arithmetic, LANES)
    together = shared // gcd(shared, lanes) * lanes
    return points // shared + -(-points // lanes) - -(-points // together)
