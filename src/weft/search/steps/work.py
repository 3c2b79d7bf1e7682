"""The arrays that the time of one program is worked out in: what is known of it is kept in pools, like things once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...analysis.chains import Ints
from ..compiled import inner
from .layout import S

Floats = NDArray[np.float64]

POOLS = 14
NUMBERS, UNITS, LINKS, FRAMES, WAYS, MARKS, SCRATCH, CHUNKS, SLOTS, STATES, PLANS, PAIRS, VALUES, TABLE = range(POOLS)
"""Parts of `room`:

* `NUMBERS`: how many rows of each part are in use, then the last `STAMP` and marks;
* `UNITS`: those of every level; `LINKS`, by level and dimension: the size and the units of its loop, 0 for none;
* `CHUNKS`, `SLOTS`, `STATES`: see `chunks` and `states`; `PLANS`, `PAIRS`: see `pairs`; `FRAMES`, `VALUES`: see
  `steps`; `WAYS`: see `fills`; `MARKS`: coordinates of a windowed axis; `SCRATCH`: for any use;
* `TABLE`: stamp, three numbers of a key, two of what is kept under it.
"""

STAMP, PAIR_MARK, GROUP_MARK = range(POOLS, POOLS + 3)
"""What tells the entries of this program from those of others, the last mark of a pair of units, and of a group."""

PART = 4
"""Numbers about a part: its start, the width of a row, the rows, how many of them have to be free."""

ENTRY = 6
"""Numbers of an entry of the table."""

BASE_IN, BASE_OUT, WORK, SPARE, OTHER, WAY, SUMS = range(7)
"""Vectors of a level: what any transfer takes inwards and outwards, the work of a pair of steps, two for any use, the
first transfers on a way down; then the parts of the first and the last step of a chunk, and those of the others."""

EXPOSED, BY_WORK, BY_IN, BY_OUT, PARTS = range(5)
"""Parts of steps: cycles that nothing goes beside, and where the level has queues the work, the transfers and, after
these, both over every shared port."""

OF_LEVELS, OF_STATES, OF_PLANS, OF_VALUES, VECTORS = range(5)
"""Who has vectors."""


class Work(NamedTuple):
    """Room for one program at a time, on machines W."""

    ints: Ints
    """The layout, with the parts of `room` and then those of `vectors`."""
    room: Ints
    vectors: Floats
    """[rows, W]"""
    prices: Floats
    """[rows, W]"""


@inner
def _where(w: Work, number: int) -> int:
    """Where the table of parts has the numbers of one."""
    where: int = w.ints[S.parts] + PART * number
    return where


@inner
def part(w: Work, pool: int, number: int) -> Ints:
    """A row of a part of the room."""
    where = _where(w, pool)
    start, width = w.ints[where], w.ints[where + 1]
    return w.room[start + number * width : start + (number + 1) * width]


@inner
def vector(w: Work, owner: int, number: int, which: int) -> Floats:
    """A vector of a level, state, plan or value."""
    where = _where(w, POOLS + owner)
    found: Floats = w.vectors[w.ints[where] + number * w.ints[where + 1] + which]
    return found


@inner
def new(w: Work, pool: int) -> int:
    """The next row of a pool."""
    numbers = part(w, NUMBERS, 0)
    numbers[pool] += 1
    number: int = numbers[pool] - 1
    return number


@inner
def is_short(w: Work) -> bool:
    """Whether some pool may be too small for what comes next."""
    numbers = part(w, NUMBERS, 0)
    for pool in range(CHUNKS, POOLS):
        if numbers[pool] + w.ints[_where(w, pool) + 3] > w.ints[_where(w, pool) + 2]:
            return True
    return False


@inner
def look_up(w: Work, kind: int, one: int, other: int) -> int:
    """The place of a key in the table: where it stands, or where it goes."""
    places: int = w.ints[_where(w, TABLE) + 2]
    stamp = part(w, NUMBERS, 0)[STAMP]
    place = (one * 0x9E3779B1 + other * 0x85EBCA77 + kind * 0xC2B2AE3D) & (places - 1)
    while True:
        entry = part(w, TABLE, place)
        if entry[0] != stamp or (entry[1] == kind and entry[2] == one and entry[3] == other):
            return place
        place = (place + 1) & (places - 1)


@inner
def known(w: Work, place: int) -> bool:
    """Whether anything is kept at a place of the table."""
    return bool(part(w, TABLE, place)[0] == part(w, NUMBERS, 0)[STAMP])


@inner
def keep(w: Work, place: int, kind: int, one: int, other: int, first: int, second: int) -> None:
    """Keep two numbers under a key."""
    numbers, entry = part(w, NUMBERS, 0), part(w, TABLE, place)
    numbers[TABLE] += 1
    entry[0], entry[1], entry[2], entry[3], entry[4], entry[5] = numbers[STAMP], kind, one, other, first, second
