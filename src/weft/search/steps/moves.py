"""Moves of one dimension in a step, over the units of a level: what `backends/cost/moves` says, on arrays.

A chunk is its length, how many were held before it, and their start (relative to the chunk) and length, the latest
first. A slot holds the chunks of all units at work as runs of like units, with what sums over them need.
"""

from __future__ import annotations

from ...analysis.chains import Ints
from ..compiled import compiled, inner

LENGTH, HELD, BEFORE = range(3)
"""A chunk: its length, how many were held before, and where these stand."""

VERSION, RUNS, LENGTHS, KEPT, UNITS, HOLDERS, HELD_BEFORE, LONGEST, HEAD = range(9)
"""What a slot begins with: a number that tells its contents from others, its runs, then sums over the units: lengths,
elements held before too, units, those that held any, elements that they held; the longest chunk."""

FIRST, COUNT, CHUNK = range(3)
"""A run: its first unit, its units, and the chunk of each."""

WHOLE, RAGGED, TO_WHOLE, TO_RAGGED, AGAIN, ENTERED, NEXT, SLOTS = range(8)
"""Slots of a dimension at a level: its loop stands in a whole or a ragged step, goes on into one, restarts; then the
first step of this chunk, and that of the unit's next one."""


@compiled
def held_most(levels: int) -> int:
    """How many chunks before a chunk can matter: each level adds one at most to that of a restart."""
    return levels + 1


@compiled
def slot_size(levels: int) -> int:
    """Numbers in a slot: changes from unit to unit are at two places per chunk before, and at the last unit."""
    return HEAD + (2 * held_most(levels) + 3) * run_size(levels)


@compiled
def run_size(levels: int) -> int:
    """Numbers in a run."""
    return CHUNK + chunk_size(levels)


@compiled
def chunk_size(levels: int) -> int:
    """Numbers in a chunk."""
    return BEFORE + 2 * held_most(levels)


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
def run_of(slot: Ints, number: int, size: int) -> Ints:
    """A run of a slot; `size` as of `run_size`."""
    return slot[HEAD + number * size : HEAD + (number + 1) * size]


@inner
def unit_chunk(slot: Ints, unit: int, run: int) -> Ints:
    """The chunk of a unit at work."""
    number = 0
    while unit >= slot[HEAD + number * run + FIRST] + slot[HEAD + number * run + COUNT]:
        number += 1
    return run_of(slot, number, run)[CHUNK:]


@inner
def descend(chunk: Ints, size: int, units: int, slot: Ints, version: int) -> None:
    """The units one level below a chunk, in the first step of that level; `size` 0 if it does not divide it."""
    run, runs = CHUNK + chunk.size, 0
    if size == 0:
        only = run_of(slot, 0, run)
        only[FIRST], only[COUNT], only[CHUNK:] = 0, 1, chunk
        runs = 1
    else:
        together = max(units, 1)
        at_work = min(together, -(-chunk[LENGTH] // size))
        unit = 0
        while unit < at_work:
            after = _next_change(chunk, size, together, unit, at_work)
            own = run_of(slot, runs, run)
            own[FIRST], own[COUNT] = unit, after - unit
            _piece(chunk, size, unit, together, own[CHUNK:])
            unit, runs = after, runs + 1
    _sum_up(slot, runs, run, version)


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
def _piece(chunk: Ints, size: int, unit: int, units: int, own: Ints) -> None:
    start, number, longest = size * unit, 0, 0
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


@inner
def spread(length: int, size: int, units: int, moved: int, slot: Ints, run: int, version: int) -> None:
    """A step of so much over the units, the last of them ragged; each stands there, or has `moved` so far."""
    full, rest = length // size, length % size
    if units == 0:
        full, rest = (1, 0) if full else (0, rest)
    runs = 0
    for count, chunk in ((full, size), (min(rest, 1), rest)):
        if count:
            own = run_of(slot, runs, run)
            own[FIRST], own[COUNT] = runs * full, count
            own[CHUNK + LENGTH], own[CHUNK + HELD] = chunk, 1
            own[CHUNK + BEFORE], own[CHUNK + BEFORE + 1] = -moved, size if moved else chunk
            runs += 1
    _sum_up(slot, runs, run, version)


@inner
def _sum_up(slot: Ints, runs: int, size: int, version: int) -> None:
    slot[:HEAD] = 0
    slot[VERSION], slot[RUNS] = version, runs
    for number in range(runs):
        run = run_of(slot, number, size)
        count, chunk = run[COUNT], run[CHUNK:]
        slot[LENGTHS] += count * chunk[LENGTH]
        slot[KEPT] += count * kept(chunk)
        slot[UNITS] += count
        slot[HOLDERS] += count if chunk[HELD] else 0
        slot[HELD_BEFORE] += count * held(chunk)
        slot[LONGEST] = max(slot[LONGEST], chunk[LENGTH])
