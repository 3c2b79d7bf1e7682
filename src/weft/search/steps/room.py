"""Room for programs of a layout: pools that are large enough for most of them, and grow for others."""

from __future__ import annotations

import numpy as np

from ...analysis.chains import Ints
from .chunks import HEAD, RUN, chunk_size, most_runs
from .drains import LEFT
from .layout import HEADER, Layout, joined
from .loads import SHARED
from .pairs import CHOICE, CHOICE_SIZE, LOOP, PAIR_SIZE, PLAN_LENGTHS
from .states import DETAILS
from .steps import FRAME
from .work import (
    CHOICES,
    CHUNKS,
    DRAINS,
    ENTRY,
    EXTENTS,
    FRAMES,
    LIMIT,
    LINKS,
    LOOPS,
    MARKS,
    NEXT,
    OF_LEVELS,
    OF_PLANS,
    OF_STATES,
    OF_VALUES,
    PAIRS,
    PART,
    PARTS,
    PARTS_HEAD,
    PLANS,
    SCRATCH,
    SLOTS,
    START,
    STATES,
    SUMS,
    TABLE,
    UNITS,
    WAYS,
    WIDTH,
    WINDOWS,
    Floats,
    Work,
)  # fmt: skip

Sizes = dict[int, tuple[int, int, int]]
"""Parts: the width of a row, the rows, how many of them have to be free for what comes next."""


def room(layout: Layout, extents: Ints, prices: Floats, span: int, scale: int) -> Work:
    """Room for programs of a layout whose windowed axes span so many coordinates, with pools in proportion to `scale`,
    a power of two."""
    ours, vectors = _parts(layout, span) | _pools(layout, scale), _vectors(layout, scale)
    tables = _tables(layout, scale)
    about = np.zeros((max(ours | vectors) + 1, PART), np.int64)
    first = PARTS_HEAD - HEADER
    sizes = [joined(layout, np.zeros(first + about.size, np.int64)).size, len(prices)]
    for number, (width, rows, free) in (ours | tables | vectors).items():
        start = sizes[number in vectors]
        about[number, [START, WIDTH, NEXT]] = start, width, start
        about[number, LIMIT] = start + width * (rows - free)
        sizes[number in vectors] += width * (rows + 1)
    for number, (_, rows, _) in tables.items():
        about[number, [LIMIT, NEXT]] = rows, 0
    ints = joined(layout, np.concatenate([np.zeros(first, np.int64), about.ravel()]))
    found = Work(np.zeros(sizes[0], np.int64), np.zeros((sizes[1], prices.shape[1])))
    found.ints[: len(ints)], found.vectors[: len(prices)] = ints, prices
    found.ints[about[EXTENTS, START] :][: len(extents)] = extents
    # No program has such sizes, so the first one finds everything out.
    found.ints[about[LINKS, START] :][: 2 * layout["order"].size] = -1
    return found


def _parts(layout: Layout, span: int) -> Sizes:
    dimensions, levels, _ = (int(number) for number in layout["shape"])
    return {
        UNITS: (1, levels, 0),
        EXTENTS: (1, dimensions, 0),
        LINKS: (2, levels * dimensions, 0),
        DRAINS: (LEFT, levels * dimensions, 0),
        FRAMES: (FRAME, levels, 0),
        WAYS: (2, levels, 0),
        MARKS: (span, 3, 0),
        SCRATCH: (max(2 * dimensions, levels), 1, 0),
        LOOPS: (LOOP, dimensions, 0),
        CHOICES: (CHOICE_SIZE, CHOICE * dimensions, 0),
    }


def _pools(layout: Layout, scale: int) -> Sizes:
    """What the next pair of steps may need at most has to be free."""
    dimensions, levels, tensors = (int(number) for number in layout["shape"])
    runs, pairs = most_runs(levels), _most_pairs(layout)
    found = {
        STATES: (DETAILS + tensors + dimensions + runs, _states(layout, scale), 2 * pairs + 2),
        PLANS: (PLAN_LENGTHS + dimensions, 16 * scale, 2),
        PAIRS: (PAIR_SIZE, 128 * scale + pairs, pairs),
    }
    for d in range(dimensions):
        found[CHUNKS + 2 * d] = chunk_size(levels), 64 * scale + 2 * runs + 10, 2 * runs + 10
        found[SLOTS + 2 * d] = HEAD + RUN * runs, 64 * scale + 8, 8
    return found


def _tables(layout: Layout, scale: int) -> Sizes:
    return {
        TABLE: (ENTRY, 1 << (8 * _states(layout, scale)).bit_length(), 0),
        WINDOWS: (ENTRY, 1024 * scale, 0),
    }


def _vectors(layout: Layout, scale: int) -> Sizes:
    ends, levels = int(np.diff(layout["end_start"]).max()), int(layout["shape"][1])
    return {
        OF_LEVELS: (SUMS + 2 * (PARTS + ends), levels + 1, 0),
        OF_STATES: (SHARED + 3 * ends, _states(layout, scale), 0),
        OF_PLANS: (2 * (PARTS + ends), 16 * scale, 0),
        OF_VALUES: (1, 256 * scale, 1),
    }


def _states(layout: Layout, scale: int) -> int:
    return 128 * scale + 2 * _most_pairs(layout) + 2


def _most_pairs(layout: Layout) -> int:
    """Pairs of steps that a level can have: up to three parts of every loop outside the one that advances."""
    loops = int((layout["order"] >= 0).sum(axis=1).max())
    return int(2 + sum(5 * 3**place for place in range(loops)))
