"""The stepwise time of programs, one after the other (A20): first fills, steps, last drains and last waves."""

from __future__ import annotations

from ...analysis.chains import Ints
from ..compiled import compiled, lean
from ..structure.flat import cell, item, rows
from .chunks import HELD, LENGTH, draft, entered, intern, link
from .drains import HOLDING, drain
from .fills import filling
from .layout import DIMENSIONS, LEVELS, S
from .loads import all_in, bases, lag
from .states import state_of
from .steps import all_steps
from .work import (
    CHUNKS,
    DRAINS,
    EXTENTS,
    OF_LEVELS,
    OF_PLANS,
    OF_STATES,
    OF_VALUES,
    OTHER,
    PAIRS,
    PLANS,
    SCRATCH,
    SLOTS,
    STATES,
    TABLE,
    UNITS,
    WAY,
    WINDOWS,
    Floats,
    Work,
    add,
    clear,
    empty,
    is_short,
    part,
    raise_by,
    wipe,
)  # fmt: skip


@compiled
def time_programs(w: Work, sizes: Ints, units: Ints, first: int, found: Floats) -> int:
    """Add to `found` [N, W] the cycles of programs, from the first one on, of sizes [N, D, L] on units [N, L].

    A size of 0, or of no less than what it would divide, divides nothing; it becomes 0. Returns the number of the first
    program for which the room is too small, which has no cycles then, or N.
    """
    for n in range(first, sizes.shape[0]):
        _link(w, sizes, units, n)
        _time_program(w, n, found)
        if is_short(w):
            return n
    return len(sizes)


@lean
def _link(w: Work, sizes: Ints, units: Ints, n: int) -> None:
    """Set what the levels do to every dimension in a program, and forget of the last one what is not the same here."""
    for level in range(units.shape[1]):
        w.ints[part(w, UNITS, level)] = units[n, level]
    for pool in (STATES, PLANS, PAIRS, OF_STATES, OF_PLANS, OF_VALUES):
        empty(w, pool)
    wipe(w, TABLE)
    for d in range(sizes.shape[1]):
        changed, length = False, w.ints[part(w, EXTENTS, d)]
        for level in range(units.shape[1]):
            if sizes[n, d, level] >= length:
                sizes[n, d, level] = 0
            own, size, over = link(w, level, d), sizes[n, d, level], 0
            if size and item(w, S.spread, level) == d:
                # Units beyond the pieces of the longest chunk never work.
                over = min(units[n, level], -(-length // size))
            changed |= w.ints[own] != size or w.ints[own + 1] != over
            w.ints[own], w.ints[own + 1] = size, over
            length = size if size else length
        if changed:
            _forget(w, d)


@lean
def _forget(w: Work, d: int) -> None:
    """Forget what was found out about a dimension."""
    empty(w, CHUNKS + 2 * d)
    empty(w, SLOTS + 2 * d)
    for level in range(item(w, S.shape, LEVELS)):
        w.ints[part(w, DRAINS, level * item(w, S.shape, DIMENSIONS) + d) + HOLDING] = 0
    for axis in range(rows(w, S.axes)):
        if cell(w, S.axes, axis, 0) == d or cell(w, S.axes, axis, 2) == d:
            wipe(w, WINDOWS)


@lean
def _time_program(w: Work, n: int, found: Floats) -> None:
    """Add the cycles of a program."""
    levels, slots = item(w, S.shape, LEVELS), part(w, SCRATCH, 0)
    total, spare = part(w, OF_LEVELS, levels) + WAY, part(w, OF_LEVELS, levels) + OTHER
    for level in range(levels):
        bases(w, level)
    for d in range(item(w, S.shape, DIMENSIONS)):
        own = draft(w, d)
        w.ints[own + LENGTH], w.ints[own + HELD] = w.ints[part(w, EXTENTS, d)], 0
        w.ints[slots + d] = entered(w, 0, intern(w, d))
    state = state_of(w, 0, slots)
    clear(w, total)
    all_in(w, state, total)
    add(w, 1.0, filling(w, state, True, True), total)
    all_steps(w, state, total)
    for level in range(levels):
        drain(w, level, spare)
        add(w, 1.0, spare, total)
        raise_by(w, float(lag(w, level)), total)
    for machine in range(found.shape[1]):
        found[n, machine] += w.vectors[total, machine]
