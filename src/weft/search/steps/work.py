"""The room that the time of programs is worked out in: what is known is kept in pools, like things once.

Things are named by where they stand in the room: a number in it is `w.ints[thing + FIELD]`. No function makes or hands
on an array, so that none has to be counted (`lean`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...analysis.chains import Ints
from ..compiled import lean
from .layout import HEADER

Floats = NDArray[np.float64]

(
    UNITS, LINKS, FRAMES, WAYS, MARKS, SCRATCH, LOOPS, CHOICES, STATES, PLANS, PAIRS, TABLE, WINDOWS,
    EXTENTS, DRAINS, OF_LEVELS, OF_STATES, OF_PLANS, OF_VALUES, CHUNKS, SLOTS,
) = range(21)  # fmt: skip
"""Parts of the room:

* `UNITS`: those of every level; `EXTENTS`: those of every dimension; `LINKS`, by level and dimension: the size and the
  units of its loop, 0 for none; `DRAINS`, by level and dimension: see `drains`;
* `FRAMES`: see `steps`; `WAYS`: see `fills`; `LOOPS`, `CHOICES`, `PLANS`, `PAIRS`: see `pairs`; `STATES`: see `states`;
  `MARKS`: coordinates of a windowed axis; `SCRATCH`: for any use;
* `TABLE`, `WINDOWS`: stamp, three numbers of a key, two of what is kept under it;
* from `OF_LEVELS` on: rows of vectors, of those that have them;
* `CHUNKS`, `SLOTS`: see `chunks`; those of dimension d are parts `CHUNKS + 2 d` and `SLOTS + 2 d`. They stay for other
  programs that divide the dimension alike, and the windows for those that divide all windowed dimensions alike.
"""

SHORT, PAIR_MARK, GROUP_MARK, PARTS_HEAD = range(HEADER, HEADER + 4)
"""The first numbers of `about`: whether some pool may be too small for what comes next, the last mark of a pair of
units, and of a group; then come those about the parts."""

START, WIDTH, LIMIT, NEXT, STAMP, PART = range(6)
"""Numbers about a part: where it starts, the width of a row, where there are too few rows left, the next free row. Of a
table: `LIMIT` is its places, `NEXT` how many are in use, and `STAMP` tells its entries from old ones."""

ENTRY = 6
"""Numbers of an entry of a table."""

BASE_IN, BASE_OUT, WORK, SPARE, OTHER, WAY, SUMS = range(7)
"""Vectors of a level: what any transfer takes inwards and outwards, the work of a pair of steps, two for any use, the
first transfers on a way down; then the parts of the first and the last step of a chunk, and those of the others."""

EXPOSED, BY_WORK, BY_IN, BY_OUT, PARTS = range(5)
"""Parts of steps: cycles that nothing goes beside, and where the level has queues the work, the transfers and, after
these, both over every shared port."""


class Work(NamedTuple):
    """Room for one program at a time, on machines W."""

    ints: Ints
    """The layout, then the parts."""
    vectors: Floats
    """[rows, W] the prices, then the vectors of others."""


@lean
def head(pool: int) -> int:
    """Where the numbers about a part are."""
    return PARTS_HEAD + PART * pool


@lean
def part(w: Work, pool: int, number: int) -> int:
    """A row of a part of the room."""
    about = PARTS_HEAD + PART * pool
    found: int = w.ints[about + START] + number * w.ints[about + WIDTH]
    return found


@lean
def new(w: Work, pool: int) -> int:
    """The next row of a pool."""
    about = PARTS_HEAD + PART * pool
    found: int = w.ints[about + NEXT]
    after = found + w.ints[about + WIDTH]
    w.ints[about + NEXT] = after
    if after > w.ints[about + LIMIT]:
        w.ints[SHORT] = 1
    return found


@lean
def empty(w: Work, pool: int) -> None:
    """Forget what is in a pool."""
    about = PARTS_HEAD + PART * pool
    w.ints[about + NEXT] = w.ints[about + START]


@lean
def is_short(w: Work) -> bool:
    """Whether some pool may be too small for what comes next."""
    return bool(w.ints[SHORT])


@lean
def are_same(w: Work, one: int, other: int, number: int) -> bool:
    """Whether so many numbers from two places on are equal."""
    place = 0
    while place < number and w.ints[one + place] == w.ints[other + place]:
        place += 1
    return place == number


@lean
def look_up(w: Work, table: int, kind: int, one: int, other: int) -> int:
    """The entry of a key in a table: where it stands, or where it goes."""
    about = PARTS_HEAD + PART * table
    start, last, stamp = w.ints[about + START], w.ints[about + LIMIT] - 1, w.ints[about + STAMP]
    place = one * 0x9E3779B1 + other * 0x85EBCA77 + kind * 0xC2B2AE3D
    place = (place ^ place >> 15) & last
    while True:
        entry: int = start + place * ENTRY
        if w.ints[entry] != stamp:
            return entry
        if w.ints[entry + 1] == kind and w.ints[entry + 2] == one and w.ints[entry + 3] == other:
            return entry
        place = (place + 1) & last


@lean
def known(w: Work, table: int, entry: int) -> bool:
    """Whether anything is kept in an entry of a table."""
    return bool(w.ints[entry] == w.ints[PARTS_HEAD + PART * table + STAMP])


@lean
def keep(w: Work, table: int, entry: int, kind: int, one: int, other: int, first: int, second: int) -> None:
    """Keep two numbers under a key."""
    about = PARTS_HEAD + PART * table
    w.ints[about + NEXT] += 1
    if 2 * w.ints[about + NEXT] > w.ints[about + LIMIT]:
        w.ints[SHORT] = 1
    w.ints[entry], w.ints[entry + 1], w.ints[entry + 2], w.ints[entry + 3] = w.ints[about + STAMP], kind, one, other
    w.ints[entry + 4], w.ints[entry + 5] = first, second


@lean
def wipe(w: Work, table: int) -> None:
    """Forget what is kept in a table."""
    about = PARTS_HEAD + PART * table
    w.ints[about + STAMP] += 1
    w.ints[about + NEXT] = 0


@lean
def clear(w: Work, found: int) -> None:
    """Set a vector to zeros."""
    for machine in range(w.vectors.shape[1]):
        w.vectors[found, machine] = 0.0


@lean
def copy(w: Work, cycles: int, found: int) -> None:
    """Set a vector to another."""
    for machine in range(w.vectors.shape[1]):
        w.vectors[found, machine] = w.vectors[cycles, machine]


@lean
def add(w: Work, times: float, cycles: int, found: int) -> None:
    """Add a vector some times to another."""
    for machine in range(w.vectors.shape[1]):
        w.vectors[found, machine] += times * w.vectors[cycles, machine]


@lean
def raise_by(w: Work, cycles: float, found: int) -> None:
    """Add a number to a vector."""
    for machine in range(w.vectors.shape[1]):
        w.vectors[found, machine] += cycles


@lean
def lift(w: Work, cycles: int, found: int) -> None:
    """Raise a vector to another."""
    for machine in range(w.vectors.shape[1]):
        w.vectors[found, machine] = max(w.vectors[found, machine], w.vectors[cycles, machine])


@lean
def lift_to(w: Work, cycles: float, found: int) -> None:
    """Raise a vector to a number."""
    for machine in range(w.vectors.shape[1]):
        w.vectors[found, machine] = max(w.vectors[found, machine], cycles)
