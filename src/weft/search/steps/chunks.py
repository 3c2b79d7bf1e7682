"""Chunks of one dimension as a unit sees them, like ones once, and what they are for the units one level below.

What `backends/cost/moves` says, on arrays. A chunk is its length, and what was held before it, the latest first. A slot
holds the chunks of all units at work of a level as runs of like units, with the sums over them that counts need.
"""

from __future__ import annotations

from ...analysis.chains import Ints
from ..compiled import compiled, inner
from ..structure.flat import item
from .layout import DIMENSIONS, LEVELS, S
from .work import CHUNKS, LINKS, NUMBERS, SLOTS, Work, new, part

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


@compiled
def chunk_size(levels: int) -> int:
    """Numbers of a chunk."""
    return BEFORE + 2 * held_most(levels) + levels * (1 + STANDARD)


@compiled
def most_runs(levels: int) -> int:
    """Runs of a slot: changes from unit to unit are at two places per chunk before, and at the last unit."""
    return 2 * held_most(levels) + 3


@inner
def kept(chunk: Ints) -> int:
    """Elements of a chunk that were held before."""
    if chunk[HELD] == 0:
        return 0
    start, length = chunk[BEFORE], chunk[BEFORE + 1]
    common: int = max(0, min(chunk[LENGTH], start + length) - max(0, start))
    return common


@inner
def held(chunk: Ints) -> int:
    """The length of the latest chunk before; 0 if there is none."""
    length: int = chunk[BEFORE + 1] if chunk[HELD] else 0
    return length


@inner
def draft(w: Work) -> Ints:
    """Where the next chunk is written before `intern` takes it."""
    number = part(w, NUMBERS, 0)[CHUNKS]
    return part(w, CHUNKS, number)


@inner
def intern(w: Work, d: int) -> int:
    """The chunk that was drafted: an equal one, or a new one."""
    own = draft(w)
    own[DIMENSION] = d
    end = BEFORE + 2 * own[HELD]
    for number in range(part(w, NUMBERS, 0)[CHUNKS]):
        other = part(w, CHUNKS, number)
        if (own[:end] == other[:end]).all():
            return number
    own[BEFORE + 2 * held_most(item(w, S.shape, LEVELS)) :] = 0
    return new(w, CHUNKS)


@inner
def restart(w: Work, d: int, length: int) -> int:
    """The chunk of loops that go from their last step back to their first."""
    own = draft(w)
    own[LENGTH], own[HELD], own[BEFORE], own[BEFORE + 1] = length, 1, 0, length
    return intern(w, d)


@inner
def link(w: Work, level: int, d: int) -> Ints:
    """Size and units of the loop of a dimension at a level."""
    return part(w, LINKS, level * item(w, S.shape, DIMENSIONS) + d)


@inner
def entered(w: Work, level: int, number: int) -> int:
    """The slot of a chunk in the first step of a level."""
    chunk, levels = part(w, CHUNKS, number), item(w, S.shape, LEVELS)
    place = BEFORE + 2 * held_most(levels) + level
    if chunk[place] == 0:
        chunk[place] = _descend(w, level, number)
    slot: int = chunk[place]
    return slot


@inner
def standard(w: Work, level: int, number: int, kind: int) -> int:
    """The slot of a loop's step in a chunk that is given as a restart."""
    if kind == AGAIN:
        return entered(w, level, number)
    chunk, levels = part(w, CHUNKS, number), item(w, S.shape, LEVELS)
    place = BEFORE + 2 * held_most(levels) + levels + level * STANDARD + kind
    if chunk[place] == 0:
        size, units = link(w, level, chunk[DIMENSION])
        width = size * max(units, 1)
        length = width if kind in (WHOLE, TO_WHOLE) else chunk[LENGTH] % width
        chunk[place] = _spread(w, chunk[DIMENSION], length, size, units, width if kind >= TO_WHOLE else 0)
    slot: int = chunk[place]
    return slot


@inner
def _descend(w: Work, level: int, number: int) -> int:
    """The units one level below a chunk, in the first step of that level."""
    d = part(w, CHUNKS, number)[DIMENSION]
    size, units = link(w, level, d)
    slot, together, unit = new(w, SLOTS), max(units, 1), 0
    own, runs = part(w, SLOTS, slot), 0
    at_work = 1 if size == 0 else min(together, -(-part(w, CHUNKS, number)[LENGTH] // size))
    while unit < at_work:
        after, chunk = at_work, number
        if size:
            after = _next_change(part(w, CHUNKS, number), size, together, unit, at_work)
            chunk = _piece(w, part(w, CHUNKS, number), size, unit, together)
        _add_run(own, runs, unit, after - unit, chunk)
        unit, runs = after, runs + 1
    _sum_up(w, own, runs)
    own[WITHIN] = part(w, CHUNKS, number)[LENGTH]
    return slot


@inner
def _add_run(slot: Ints, number: int, first: int, count: int, chunk: int) -> None:
    place = HEAD + RUN * number
    slot[place + FIRST], slot[place + COUNT], slot[place + CHUNK] = first, count, chunk


@inner
def _next_change(chunk: Ints, size: int, units: int, unit: int, at_work: int) -> int:
    """The next unit whose chunk may differ from this one's."""
    found = at_work
    if at_work - 1 > unit:
        found = at_work - 1
    for number in range(chunk[HELD]):
        pieces = -(-chunk[BEFORE + 2 * number + 1] // size)
        last = (pieces - 1) % units
        if unit < last < found:
            found = last
        if unit < last + 1 < found:
            found = last + 1
    return found


@inner
def _piece(w: Work, chunk: Ints, size: int, unit: int, units: int) -> int:
    """The chunk of a unit below a chunk."""
    own, start, number, longest = draft(w), size * unit, 0, 0
    for before in range(chunk[HELD]):
        offset, length = chunk[BEFORE + 2 * before], chunk[BEFORE + 2 * before + 1]
        pieces = -(-length // size)
        last = unit + units * (-(-(pieces - unit) // units) - 1)
        for piece in (last, last - units):
            have = min(size, length - size * piece)
            # Only a longer chunk can have given work to a unit that the later ones left idle.
            if piece >= 0 and have > longest:
                own[BEFORE + 2 * number], own[BEFORE + 2 * number + 1] = offset + size * piece - start, have
                longest, number = have, number + 1
    own[LENGTH], own[HELD] = min(size, chunk[LENGTH] - start), number
    return intern(w, chunk[DIMENSION])


@inner
def _spread(w: Work, d: int, length: int, size: int, units: int, moved: int) -> int:
    """A step of so much over the units, the last of them ragged; each stands there, or has `moved` so far."""
    full, rest, runs = length // size, length % size, 0
    if units == 0:
        full, rest = min(full, 1), 0 if full else rest
    slot = new(w, SLOTS)
    own = part(w, SLOTS, slot)
    for count, chunk in ((full, size), (min(rest, 1), rest)):
        if count:
            drafted = draft(w)
            drafted[LENGTH], drafted[HELD] = chunk, 1
            drafted[BEFORE], drafted[BEFORE + 1] = -moved, size if moved else chunk
            _add_run(own, runs, runs * full, count, intern(w, d))
            runs += 1
    _sum_up(w, own, runs)
    return slot


@inner
def _sum_up(w: Work, slot: Ints, runs: int) -> None:
    slot[:HEAD] = 0
    slot[RUNS] = runs
    for number in range(runs):
        count, chunk = slot[HEAD + RUN * number + COUNT], part(w, CHUNKS, slot[HEAD + RUN * number + CHUNK])
        slot[LENGTHS] += count * chunk[LENGTH]
        slot[KEPT] += count * kept(chunk)
        slot[AT_WORK] += count
        slot[HOLDERS] += count if chunk[HELD] else 0
        slot[HELD_BEFORE] += count * held(chunk)
        slot[LONGEST] = max(slot[LONGEST], chunk[LENGTH])


@inner
def chunk_at(w: Work, slot: int, unit: int) -> int:
    """The chunk of a unit at work."""
    own, place = part(w, SLOTS, slot), HEAD
    while unit >= own[place + FIRST] + own[place + COUNT]:
        place += RUN
    chunk: int = own[place + CHUNK]
    return chunk
