"""Chunks of one dimension as a unit sees them, like ones once, and what they are for the units one level below.

What `backends/cost/moves` says, in the room. A chunk is its length, and what was held before it, the latest first. A
slot holds the chunks of all units at work of a level as runs of like units, with the sums over them that counts need.
"""

from __future__ import annotations

from ..compiled import compiled, lean
from ..structure.flat import item
from .layout import DIMENSIONS, LEVELS, S
from .work import CHUNKS, LINKS, NEXT, SLOTS, START, WIDTH, Work, are_same, head, new, part

DIMENSION, LENGTH, HELD, BEFORE = range(4)
"""A chunk: its dimension and length, how many were held before it, and start (relative to it) and length of each. Then
come, per level, the slot of its first step there and, if it is a restart, the `STANDARD` slots; 0 if not known yet."""

WHOLE, RAGGED, TO_WHOLE, TO_RAGGED, STANDARD, AGAIN = range(6)
"""What a loop does in a step: stands in a whole or a ragged one, goes on into one, or has restarted."""

RUNS, WITHIN, LENGTHS, KEPT, AT_WORK, HOLDERS, HELD_BEFORE, LONGEST, HEAD = range(9)
"""A slot: its runs, the length of the chunk that it is the first step of, and sums over its units: lengths, elements
held before too, units, those that held any, elements that they held; the longest chunk. Then come the runs."""

FIRST, COUNT, CHUNK, RUN = range(4)
"""A run: its first unit, its units, and the chunk of each."""


@compiled
def held_most(levels: int) -> int:
    """How many chunks before a chunk can matter: each level adds one at most to that of a restart."""
    return levels + 1


def chunk_size(levels: int) -> int:
    """Numbers of a chunk."""
    return BEFORE + 2 * held_most(levels) + levels * (1 + STANDARD)


def most_runs(levels: int) -> int:
    """Runs of a slot: changes from unit to unit are at two places per chunk before, and at the last unit."""
    return 2 * held_most(levels) + 3


@lean
def kept(w: Work, chunk: int) -> int:
    """Elements of a chunk that were held before."""
    if w.ints[chunk + HELD] == 0:
        return 0
    start, length = w.ints[chunk + BEFORE], w.ints[chunk + BEFORE + 1]
    common: int = max(0, min(w.ints[chunk + LENGTH], start + length) - max(0, start))
    return common


@lean
def held(w: Work, chunk: int) -> int:
    """The length of the latest chunk before; 0 if there is none."""
    length: int = w.ints[chunk + BEFORE + 1] if w.ints[chunk + HELD] else 0
    return length


@lean
def draft(w: Work, d: int) -> int:
    """Where the next chunk of a dimension is written before `intern` takes it."""
    place: int = w.ints[head(CHUNKS + 2 * d) + NEXT]
    return place


@lean
def intern(w: Work, d: int) -> int:
    """The chunk that was drafted: an equal one, or a new one."""
    about, own = head(CHUNKS + 2 * d), draft(w, d)
    w.ints[own + DIMENSION] = d
    end = BEFORE + 2 * w.ints[own + HELD]
    chunk: int = w.ints[about + START]
    while chunk < own:
        if are_same(w, own, chunk, end):
            return chunk
        chunk += w.ints[about + WIDTH]
    for place in range(BEFORE + 2 * held_most(item(w, S.shape, LEVELS)), w.ints[about + WIDTH]):
        w.ints[own + place] = 0
    return new(w, CHUNKS + 2 * d)


@lean
def restart(w: Work, d: int, length: int) -> int:
    """The chunk of loops that go from their last step back to their first."""
    own = draft(w, d)
    w.ints[own + LENGTH], w.ints[own + HELD] = length, 1
    w.ints[own + BEFORE], w.ints[own + BEFORE + 1] = 0, length
    return intern(w, d)


@lean
def link(w: Work, level: int, d: int) -> int:
    """Where size and units of the loop of a dimension at a level are."""
    return part(w, LINKS, level * item(w, S.shape, DIMENSIONS) + d)


@lean
def entered(w: Work, level: int, chunk: int) -> int:
    """The slot of a chunk in the first step of a level."""
    place = chunk + BEFORE + 2 * held_most(item(w, S.shape, LEVELS)) + level
    if w.ints[place] == 0:
        w.ints[place] = _descend(w, level, chunk)
    slot: int = w.ints[place]
    return slot


@lean
def standard(w: Work, level: int, chunk: int, kind: int) -> int:
    """The slot of a loop's step in a chunk that is given as a restart."""
    if kind == AGAIN:
        return entered(w, level, chunk)
    levels = item(w, S.shape, LEVELS)
    place = chunk + BEFORE + 2 * held_most(levels) + levels + level * STANDARD + kind
    if w.ints[place] == 0:
        d = w.ints[chunk + DIMENSION]
        own = link(w, level, d)
        size, units = w.ints[own], w.ints[own + 1]
        width = size * max(units, 1)
        length = width if kind in (WHOLE, TO_WHOLE) else w.ints[chunk + LENGTH] % width
        w.ints[place] = _spread(w, d, length, size, units, width if kind >= TO_WHOLE else 0)
    slot: int = w.ints[place]
    return slot


@lean
def _descend(w: Work, level: int, chunk: int) -> int:
    """The units one level below a chunk, in the first step of that level."""
    d = w.ints[chunk + DIMENSION]
    own = link(w, level, d)
    size, units = w.ints[own], w.ints[own + 1]
    slot, together, unit, runs = new(w, SLOTS + 2 * d), max(units, 1), 0, 0
    at_work = 1 if size == 0 else min(together, -(-w.ints[chunk + LENGTH] // size))
    while unit < at_work:
        after, below = at_work, chunk
        if size:
            after = _next_change(w, chunk, size, together, unit, at_work)
            below = _piece(w, chunk, size, unit, together)
        _add_run(w, slot, runs, unit, after - unit, below)
        unit, runs = after, runs + 1
    _sum_up(w, slot, runs)
    w.ints[slot + WITHIN] = w.ints[chunk + LENGTH]
    return slot


@lean
def _add_run(w: Work, slot: int, number: int, first: int, count: int, chunk: int) -> None:
    run = slot + HEAD + RUN * number
    w.ints[run + FIRST], w.ints[run + COUNT], w.ints[run + CHUNK] = first, count, chunk


@lean
def _next_change(w: Work, chunk: int, size: int, units: int, unit: int, at_work: int) -> int:
    """The next unit whose chunk may differ from this one's."""
    found = at_work
    if at_work - 1 > unit:
        found = at_work - 1
    for number in range(w.ints[chunk + HELD]):
        pieces = -(-w.ints[chunk + BEFORE + 2 * number + 1] // size)
        last = (pieces - 1) % units
        if unit < last < found:
            found = last
        if unit < last + 1 < found:
            found = last + 1
    return found


@lean
def _piece(w: Work, chunk: int, size: int, unit: int, units: int) -> int:
    """The chunk of a unit below a chunk."""
    d = w.ints[chunk + DIMENSION]
    own, start, number, longest = draft(w, d), size * unit, 0, 0
    for before in range(w.ints[chunk + HELD]):
        offset, length = w.ints[chunk + BEFORE + 2 * before], w.ints[chunk + BEFORE + 2 * before + 1]
        pieces = -(-length // size)
        last = unit + units * (-(-(pieces - unit) // units) - 1)
        for piece in (last, last - units):
            have = min(size, length - size * piece)
            # Only a longer chunk can have given work to a unit that the later ones left idle.
            if piece >= 0 and have > longest:
                place = own + BEFORE + 2 * number
                w.ints[place], w.ints[place + 1] = offset + size * piece - start, have
                longest, number = have, number + 1
    w.ints[own + LENGTH], w.ints[own + HELD] = min(size, w.ints[chunk + LENGTH] - start), number
    return intern(w, d)


@lean
def _spread(w: Work, d: int, length: int, size: int, units: int, moved: int) -> int:
    """A step of so much over the units, the last of them ragged; each stands there, or has `moved` so far."""
    full, rest, runs = length // size, length % size, 0
    if units == 0:
        full, rest = min(full, 1), 0 if full else rest
    slot = new(w, SLOTS + 2 * d)
    for count, chunk in ((full, size), (min(rest, 1), rest)):
        if count:
            own = draft(w, d)
            w.ints[own + LENGTH], w.ints[own + HELD] = chunk, 1
            w.ints[own + BEFORE], w.ints[own + BEFORE + 1] = -moved, size if moved else chunk
            _add_run(w, slot, runs, runs * full, count, intern(w, d))
            runs += 1
    _sum_up(w, slot, runs)
    return slot


@lean
def _sum_up(w: Work, slot: int, runs: int) -> None:
    room = w.ints
    for number in range(HEAD):
        room[slot + number] = 0
    room[slot + RUNS] = runs
    for number in range(runs):
        run = slot + HEAD + RUN * number
        count, chunk = room[run + COUNT], room[run + CHUNK]
        room[slot + LENGTHS] += count * room[chunk + LENGTH]
        room[slot + KEPT] += count * kept(w, chunk)
        room[slot + AT_WORK] += count
        room[slot + HOLDERS] += count if room[chunk + HELD] else 0
        room[slot + HELD_BEFORE] += count * held(w, chunk)
        room[slot + LONGEST] = max(room[slot + LONGEST], room[chunk + LENGTH])


@lean
def run_of(w: Work, slot: int, number: int) -> tuple[int, int, int]:
    """The first unit of a run, how many it has, and the chunk of each."""
    run = slot + HEAD + RUN * number
    return w.ints[run + FIRST], w.ints[run + COUNT], w.ints[run + CHUNK]


@lean
def chunk_at(w: Work, slot: int, unit: int) -> int:
    """The chunk of a unit at work."""
    run = slot + HEAD
    while unit >= w.ints[run + FIRST] + w.ints[run + COUNT]:
        run += RUN
    chunk: int = w.ints[run + CHUNK]
    return chunk
