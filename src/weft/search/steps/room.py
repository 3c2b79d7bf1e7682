"""Room for programs of a layout: pools that are large enough for most of them, and grow for others."""

from __future__ import annotations

import numpy as np

from .chunks import HEAD, RUN, chunk_size, most_runs
from .layout import Layout, joined
from .loads import SHARED
from .pairs import PAIR_SIZE, PLAN_LENGTHS
from .states import DETAILS
from .steps import FRAME
from .work import (
    CHUNKS,
    ENTRY,
    FRAMES,
    GROUP_MARK,
    LINKS,
    MARKS,
    NUMBERS,
    OF_LEVELS,
    OF_PLANS,
    OF_STATES,
    OF_VALUES,
    PAIRS,
    PART,
    PARTS,
    PLANS,
    POOLS,
    SCRATCH,
    SLOTS,
    STATES,
    SUMS,
    TABLE,
    UNITS,
    VALUES,
    VECTORS,
    WAYS,
    Floats,
    Work,
)  # fmt: skip


def room(layout: Layout, prices: Floats, span: int, scale: int) -> Work:
    """Room for programs of a layout whose windowed axes span so many coordinates, with pools in proportion to `scale`,
    a power of two."""
    dimensions, levels, tensors = (int(number) for number in layout["shape"])
    runs, pairs = most_runs(levels), max(_most_pairs(layout, level) for level in range(levels))
    ends = int(np.diff(layout["end_start"]).max())
    # What the next pair of steps may need at most has to be free.
    plans, values, states = 16 * scale, 256 * scale, 128 * scale + 2 * pairs + 2
    entries = 1 << (8 * states).bit_length()
    parts = {
        NUMBERS: (GROUP_MARK + 1, 1, 0),
        UNITS: (levels, 1, 0),
        LINKS: (2, levels * dimensions, 0),
        FRAMES: (FRAME, levels, 0),
        WAYS: (2, levels, 0),
        MARKS: (span, 3, 0),
        SCRATCH: (2 * dimensions, 1, 0),
        CHUNKS: (chunk_size(levels), 128 * scale + dimensions * (runs + 9), dimensions * (runs + 8)),
        SLOTS: (HEAD + RUN * runs, 128 * scale + 6 * dimensions, 6 * dimensions),
        STATES: (DETAILS + tensors + dimensions + runs, states, 2 * pairs + 2),
        PLANS: (PLAN_LENGTHS + dimensions, plans, 2),
        PAIRS: (PAIR_SIZE, 128 * scale + pairs, pairs),
        VALUES: (1, values, 1),
        TABLE: (ENTRY, entries, entries // 2),
        POOLS + OF_LEVELS: (SUMS + 2 * (PARTS + ends), levels, 0),
        POOLS + OF_STATES: (SHARED + 3 * ends, states, 0),
        POOLS + OF_PLANS: (2 * (PARTS + ends), plans, 0),
        POOLS + OF_VALUES: (1, values, 0),
    }
    table, sizes = np.zeros((POOLS + VECTORS, PART), np.int64), [0, 0]
    for number, (width, rows, free) in parts.items():
        of_vectors = number >= POOLS
        table[number] = sizes[of_vectors], width, rows, free
        sizes[of_vectors] += width * (rows + 1)
    return Work(joined(layout, table), np.zeros(sizes[0], np.int64), np.zeros((sizes[1], prices.shape[1])), prices)


def _most_pairs(layout: Layout, level: int) -> int:
    """Pairs of steps that a level can have: up to three parts of every loop outside the one that advances."""
    loops = int((layout["order"][level] >= 0).sum())
    return int(2 + sum(5 * 3**place for place in range(loops)))
