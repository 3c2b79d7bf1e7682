"""Bytes that many programs need, compiled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..search.axes.columns import distinct_elements
from ..search.compiled import compiled
from ..search.structure.plan import Flags, Ints


class NeedArrays(NamedTuple):
    """Dimensions D, levels L, tensors T with axes A, rooms M."""

    extents: Ints
    units: Ints
    """[L]"""
    spread: Ints
    """[L] the dimension that a level spreads over its units, or -1."""
    axes: Ints
    """[A, 5] tensor, dimension, coefficient (0: it is alone), second dimension and its coefficient, these two without a
    common divisor."""
    bits: Ints
    """[T] of an element."""
    room_boundary: Ints
    room_doubled: Flags
    room_refilled: Flags
    """[M] whether it is refilled step by step of level 0 from outside (A31)."""
    room_tensors: Flags
    """[M, T]"""


@compiled
def bytes_needed(p: NeedArrays, lengths: Ints, advancing: Ints, rows: Ints, found: Ints) -> None:
    """`found[N, M]`: bytes of every room for programs whose dimensions have the chains `rows[N, D]`.

    `lengths[R, B]` and `advancing[R]` are what `look_at_chains` says of these.
    """
    # Handed on or read one by one, the arrays would be counted again and again.
    refilled, boundaries, held, doubled = p.room_refilled, p.room_boundary, p.room_tensors, p.room_doubled
    axes, bits, last = p.axes, p.bits, p.units.size + 1
    elements = np.empty(bits.size, np.int64)
    for n in range(rows.shape[0]):
        advances = 0
        for d in range(rows.shape[1]):
            advances |= advancing[rows[n, d]]
        known = -1
        for room in range(boundaries.size):
            at = last if refilled[room] else boundaries[room]
            if at != known:
                known = at
                elements[:] = 1
                for a in range(axes.shape[0]):
                    outputs = lengths[rows[n, axes[a, 1]], at]
                    if axes[a, 2]:
                        taps = lengths[rows[n, axes[a, 3]], at]
                        outputs = distinct_elements(outputs, axes[a, 2], taps, axes[a, 4])
                    elements[axes[a, 0]] *= outputs
            total = 0
            for t in range(bits.size):
                if held[room, t]:
                    total += elements[t] * bits[t]
            above = 1 if refilled[room] else (1 << boundaries[room]) - 1
            copies = 2 if advances & above and doubled[room] else 1
            found[n, room] = (copies * total + 7) >> 3


@compiled
def look_at_chains(p: NeedArrays, chains: Ints, dimension: Ints, lengths: Ints, advancing: Ints) -> None:
    """Of chains `[R, L]` of the given dimensions: `lengths[R, L + 2]` of the longest chunks at every boundary, and of
    what all units of level 0 hold in a step; `advancing[R]` has the bits of the levels that take several steps."""
    levels = p.units.size
    for row in range(chains.shape[0]):
        d = dimension[row]
        lengths[row, 0] = p.extents[d]
        advancing[row] = 0
        for level in range(levels):
            above, size = lengths[row, level], chains[row, level]
            lengths[row, level + 1] = min(size, above) if size > 0 else above
            units = p.units[level] if p.spread[level] == d else 1
            if above > units * lengths[row, level + 1]:
                advancing[row] |= 1 << level
        units = p.units[0] if p.spread[0] == d else 1
        lengths[row, levels + 1] = min(p.extents[d], units * lengths[row, 1])
