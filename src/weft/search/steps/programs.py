"""The stepwise time of programs, one after the other (A20): first fills, steps, last drains and last waves."""

from __future__ import annotations

from ...analysis.chains import Ints
from ..compiled import compiled, inner
from ..structure.flat import item
from .chunks import HELD, LENGTH, draft, entered, intern, link
from .drains import drain
from .fills import filling
from .layout import LEVELS, S
from .loads import all_in, bases, lag
from .states import state_of
from .steps import all_steps
from .work import (
    CHUNKS,
    NUMBERS,
    OF_LEVELS,
    POOLS,
    SCRATCH,
    SPARE,
    STAMP,
    UNITS,
    Floats,
    Work,
    is_short,
    part,
    vector,
)  # fmt: skip


@compiled
def time_programs(w: Work, extents: Ints, sizes: Ints, units: Ints, first: int, found: Floats) -> int:
    """Add to `found` [N, W] the cycles of programs, from the first one on, of sizes [N, D, L] on units [N, L].

    A size of 0, or of no less than what it would divide, divides nothing; it becomes 0. Returns the number of the first
    program for which the room is too small, which has no cycles then, or N.
    """
    for n in range(first, sizes.shape[0]):
        part(w, UNITS, 0)[:] = units[n]
        _link(w, extents, sizes[n])
        _time_program(w, extents, found[n])
        if is_short(w):
            return n
    return len(sizes)


@inner
def _link(w: Work, extents: Ints, sizes: Ints) -> None:
    """Forget the last program, and set what the levels do to every dimension in this one."""
    numbers = part(w, NUMBERS, 0)
    # Number 0 stands for nothing.
    numbers[CHUNKS:POOLS] = 1
    numbers[STAMP] += 1
    for d in range(extents.size):
        length = extents[d]
        for level in range(item(w, S.shape, LEVELS)):
            if sizes[d, level] >= length:
                sizes[d, level] = 0
            own, size = link(w, level, d), sizes[d, level]
            own[0], own[1] = size, 0
            if size and item(w, S.spread, level) == d:
                # Units beyond the pieces of the longest chunk never work.
                own[1] = min(part(w, UNITS, 0)[level], -(-length // size))
            length = size if size else length


@inner
def _time_program(w: Work, extents: Ints, found: Floats) -> None:
    spare = vector(w, OF_LEVELS, 0, SPARE)
    for level in range(item(w, S.shape, LEVELS)):
        bases(w, level)
    slots = part(w, SCRATCH, 0)[: extents.size]
    for d in range(extents.size):
        own = draft(w)
        own[LENGTH], own[HELD] = extents[d], 0
        slots[d] = entered(w, 0, intern(w, d))
    state = state_of(w, 0, slots)
    all_in(w, state, spare)
    found += spare
    found += filling(w, state, True, True)
    all_steps(w, state, found)
    for level in range(item(w, S.shape, LEVELS)):
        drain(w, level, extents, spare)
        found += spare
        found += lag(w, level)
