"""Cycles of a processing element for its chunk (A20): its arithmetic, and the memories there that serve it (A14)."""

from __future__ import annotations

from math import gcd

from ..compiled import lean
from ..structure.flat import cell, item, rows
from .chunks import LENGTH, LONGEST
from .layout import DIMENSIONS, IN_UNITS, INTERVAL, LANES, LEVELS, OUTPUT_AT_PE, TENSORS, VECTOR, S
from .loads import WORKING, is_done, sums, wide
from .states import chunk_of, runs_of, slot_of, vector
from .volumes import entering
from .work import Work, clear, lift_to, raise_by


@lean
def adds_up(w: Work) -> bool:
    """Whether the PEs themselves add the sums that they take over from each other."""
    found = False
    for level in range(item(w, S.shape, LEVELS)):
        found |= cell(w, S.network, level, IN_UNITS) > 0 and sums(w, level)
    return found and item(w, S.arithmetic, OUTPUT_AT_PE) > 0


@lean
def work_in(w: Work, state: int, fresh: bool) -> int:
    """The cycles that the slowest PE needs for its chunk in a step of the last level."""
    which = WORKING + int(fresh)
    found = vector(w, state, which)
    if is_done(w, state, which):
        return found
    if rows(w, S.operands) == 0 and not adds_up(w):
        # The longest chunk takes longest.
        clear(w, found)
        raise_by(w, _lanes(w, _vectors(w, state, -1), 0), found)
        return found
    clear(w, found)
    for run in range(runs_of(w, state)):
        begun, vectors = entering(w, state, item(w, S.shape, TENSORS) - 1, run), _vectors(w, state, run)
        lift_to(w, _lanes(w, vectors, begun if adds_up(w) else 0), found)
        for memory in range(rows(w, S.operands)):
            _serve(w, state, run, memory, begun if fresh else 0, found)
    return found


@lean
def _lanes(w: Work, vectors: int, added: int) -> float:
    work = vectors * item(w, S.arithmetic, INTERVAL) + added
    return float(-(-work // item(w, S.arithmetic, LANES)))


@lean
def _vectors(w: Work, state: int, run: int) -> int:
    """Vectors of a unit's chunk; of the longest chunk in every dimension for run -1."""
    total, dimensions = 1, item(w, S.shape, DIMENSIONS)
    for d in range(dimensions):
        length = _length(w, state, d, run)
        total *= -(-length // item(w, S.arithmetic, VECTOR)) if d == dimensions - 1 else length
    return total


@lean
def _length(w: Work, state: int, d: int, run: int) -> int:
    if run < 0:
        longest: int = w.ints[slot_of(w, state, d) + LONGEST]
        return longest
    length: int = w.ints[chunk_of(w, state, d, run) + LENGTH]
    return length


@lean
def _serve(w: Work, state: int, run: int, memory: int, begun: int, found: int) -> None:
    """Raise vectors to the cycles in which a memory serves the arithmetic of a chunk."""
    reads = writes = 0
    output = item(w, S.shape, TENSORS) - 1
    for tensor in range(output + 1):
        if cell(w, S.operands, memory, 0) >> tensor & 1:
            runs = _runs(w, state, run, tensor)
            reads += runs - begun if tensor == output else runs
            writes += runs if tensor == output else 0
    row = cell(w, S.operands, memory, 1)
    wide(w, float(reads), row, found)
    wide(w, float(writes), row + 1, found)
    wide(w, float(reads + writes), row + 2, found)


@lean
def _runs(w: Work, state: int, run: int, tensor: int) -> int:
    """Runs of equal operands of a tensor in groups of lanes (A14)."""
    points = shared = 1
    for d in range(item(w, S.shape, DIMENSIONS)):
        length = _length(w, state, d, run)
        points *= length
        # Neighbouring points use one element until a dimension that moves the tensor advances.
        shared = 1 if item(w, S.moving, tensor) >> d & 1 and length > 1 else shared * length
    lanes = item(w, S.arithmetic, LANES)
    together = shared // gcd(shared, lanes) * lanes
    return points // shared + -(-points // lanes) - -(-points // together)
