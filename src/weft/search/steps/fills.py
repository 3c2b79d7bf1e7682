"""The first transfers below a step, of the unit that waits longest (A20)."""

from __future__ import annotations

from ..compiled import lean
from ..structure.flat import item
from .layout import LEVELS, S
from .loads import FILLING, STARTING, all_in, into, is_done, waiting, waits
from .states import below, level_of, runs_of, vector
from .work import OF_LEVELS, WAY, WAYS, Work, add, clear, copy, is_short, lift, part

ON, AT = range(2)
"""Where a way down through the levels is, per level: the state, and the run to look at next."""


@lean
def filling(w: Work, state: int, fresh: bool, start: bool) -> int:
    """The first transfers below a step; `start` if nothing ran before."""
    which, top, last = STARTING if start else FILLING + int(fresh), level_of(w, state), item(w, S.shape, LEVELS) - 1
    found, here = vector(w, state, which), top
    if is_done(w, state, which):
        return found
    clear(w, found)
    _set_out(w, here, state)
    while here >= top and here < last and not is_short(w):
        way = part(w, WAYS, here)
        if w.ints[way + AT] == runs_of(w, w.ints[way + ON]):
            here -= 1
            continue
        unit = below(w, w.ints[way + ON], w.ints[way + AT])
        if not is_done(w, unit, which):
            clear(w, vector(w, unit, which))
            if here + 1 < last:
                here += 1
                _set_out(w, here, unit)
                continue
        w.ints[way + AT] += 1
        own = _transfer(w, unit, fresh, start)
        add(w, 1.0, vector(w, unit, which), own)
        lift(w, own, vector(w, w.ints[way + ON], which))
    return found


@lean
def _set_out(w: Work, level: int, state: int) -> None:
    way = part(w, WAYS, level)
    w.ints[way + ON], w.ints[way + AT] = state, 0


@lean
def _transfer(w: Work, state: int, fresh: bool, start: bool) -> int:
    """The transfer of the first step in a chunk."""
    found = part(w, OF_LEVELS, level_of(w, state)) + WAY
    if start:
        all_in(w, state, found)
        return found
    copy(w, into(w, state, fresh), found)
    if waits(w, state, fresh):
        add(w, 1.0, waiting(w, state, fresh), found)
    return found
