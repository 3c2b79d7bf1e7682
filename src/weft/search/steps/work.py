"""The arrays that the time of one program is worked out in."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...analysis.chains import Ints
from ...ir import Workload
from ..structure.flat import Flat, cell, rows
from .layout import S
from .moves import ENTERED, NEXT, SLOTS, chunk_size, slot_size

Floats = NDArray[np.float64]

FRESH, FOLLOWED, NEXT_FRESH, PAIR, PAIRS, UNIT, KNOWN, WAITS, RETURNS, FRAME = range(10)
"""Where a level stands: whether its chunk is fresh, whether one follows it and is; the pair of steps that it is at, of
so many, and the unit whose chunk comes next there, or -1; the place of what is known of the inner steps, or -1; whether
what the second step brings waits for the work, and whether partial sums return."""

TIMES, STARTS, NEXT_STARTS, NOW = range(4)
"""A pair of steps: how many are alike, whether the reduced loops are in their first step in each, the slots of all
dimensions in the first one, then in the second one."""

INTO, OUT, LATE_OUT, COUNTS = range(4)
"""What moves for a pair of steps: into the second, out of the first, and out of the second."""

BASE_IN, BASE_OUT, WORK, IN, GONE, LATE_IN, LATE_GONE, FILL, PATH, VALUE, SUMS = range(11)
"""Vectors over the machines at a level: what any transfer takes; of a pair of steps the work, the transfers beside it
and apart, and the first transfers below; the sum of these on a way; all steps of a chunk. From `SUMS` on, the parts of
the first and the last step of a chunk, and those of its inner steps."""

EXPOSED, BY_WORK, BY_IN, BY_OUT, PARTS = range(5)
"""Parts of steps: cycles that nothing goes beside, and where the level has queues the work, the transfers and, after
these, both over every shared port."""

MEMORY = 64
"""How many chunks whose inner steps are known are kept per level."""


class Work(NamedTuple):
    """Room for one program at a time; levels L, dimensions D, machines W."""

    prices: Floats
    """[rows, W]"""
    extents: Ints
    units: Ints
    """[L]"""
    links: Ints
    """[L, D, 2] size (0: not divided) and units (0: not spread)."""
    slots: Ints
    """[L, D, SLOTS, slot]"""
    chunks: Ints
    """[L, 3, D, chunk] a unit's chunk and its next one; the last is for any use."""
    pairs: Ints
    """[L, pairs, NOW + 2 D]"""
    frames: Ints
    """[L, FRAME]"""
    first_step: Ints
    """[2, D] the slots of the first step of a chunk, and of the next one."""
    ways: Ints
    """[L] the next unit of a level on the ways down."""
    windows: Ints
    """[L, A, SLOTS, SLOTS, 4] versions of two slots, with what the units need and keep of the axis."""
    counts: Ints
    """[L, COUNTS, T]"""
    met: Ints
    """[L, COUNTS, 3, ends] elements at every end of a transfer, for every set of tensors."""
    vectors: Floats
    """[L, SUMS + 2 parts, W]"""
    marks: Ints
    """[3, coordinates]"""
    stamps: Ints
    """The last version, and the last mark of either kind."""
    lengths: Ints
    """[L, D] the lengths that slots and pairs are for."""
    keys: Ints
    """[L, MEMORY, 1 + D] whether a chunk was fresh, and its lengths."""
    numbers: Ints
    """[L, 2] how many pairs are listed, and of how many chunks the inner steps are known."""
    values: Floats
    """[L, MEMORY, parts, W] the inner steps of a chunk."""


def work(p: Flat, workload: Workload, prices: Floats) -> Work:
    """Room for programs of a layout."""
    dimensions, levels, tensors = (int(number) for number in p.ints[p.ints[S.shape] :][:3])
    extents, machines, chunk = list(workload.extents.values()), prices.shape[1], chunk_size(levels)
    axes = p.ints[p.ints[S.axes] :][: 4 * rows(p, S.axes)].reshape(-1, 4)
    span = max((1 + a * (extents[y] - 1) + b * (extents[r] - 1) for y, a, r, b in axes), default=1)
    ends = max((_ends(p, level) for level in range(levels)), default=0)
    parts = PARTS + ends
    most = max(_most_pairs(p, level) for level in range(levels))
    return Work(
        prices=prices,
        extents=np.array(extents, np.int64),
        units=np.zeros(levels, np.int64),
        links=np.zeros((levels, dimensions, 2), np.int64),
        slots=np.zeros((levels, dimensions, SLOTS, slot_size(levels)), np.int64),
        chunks=np.zeros((levels, 3, dimensions, chunk), np.int64),
        pairs=np.zeros((levels, most, NOW + 2 * dimensions), np.int64),
        frames=np.zeros((levels, FRAME), np.int64),
        first_step=np.array([[ENTERED] * dimensions, [NEXT] * dimensions], np.int64),
        ways=np.zeros(levels, np.int64),
        windows=np.zeros((levels, max(rows(p, S.axes), 1), SLOTS, SLOTS, 4), np.int64),
        counts=np.zeros((levels, COUNTS, tensors), np.int64),
        met=np.zeros((levels, COUNTS, 3, max(ends, 1)), np.int64),
        vectors=np.zeros((levels, SUMS + 2 * parts, machines)),
        marks=np.zeros((3, span), np.int64),
        stamps=np.zeros(3, np.int64),
        lengths=np.zeros((levels, dimensions), np.int64),
        keys=np.zeros((levels, MEMORY, 1 + dimensions), np.int64),
        numbers=np.zeros((levels, 2), np.int64),
        values=np.zeros((levels, MEMORY, parts, machines)),
    )


def _ends(p: Flat, level: int) -> int:
    starts = p.ints[p.ints[S.end_start] :]
    return int(starts[level + 1] - starts[level])


def _most_pairs(p: Flat, level: int) -> int:
    """Pairs of steps that a level can have: up to three parts of every loop outside the one that advances."""
    loops = sum(cell(p, S.order, level, place) >= 0 for place in range(rows(p, S.reduces)))
    return int(2 + sum(5 * 3**place for place in range(loops)))
