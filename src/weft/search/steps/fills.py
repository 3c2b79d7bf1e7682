"""The first transfers below a step, of the unit that waits longest (A20)."""

from __future__ import annotations

import numpy as np

from ..compiled import inner
from ..structure.flat import item
from .layout import LEVELS, S
from .loads import FILLING, STARTING, all_in, into, is_done, waiting, waits
from .states import below, level_of, runs_of
from .work import OF_LEVELS, OF_STATES, WAY, WAYS, Floats, Work, is_short, part, vector

ON, AT = range(2)
"""Where a way down through the levels is, per level: the state, and the run to look at next."""


@inner
def filling(w: Work, state: int, fresh: bool, start: bool) -> Floats:
    """The first transfers below a step; `start` if nothing ran before."""
    which, top, last = STARTING if start else FILLING + int(fresh), level_of(w, state), item(w, S.shape, LEVELS) - 1
    found, here = vector(w, OF_STATES, state, which), top
    if is_done(w, state, which):
        return found
    found[:] = 0
    _set_out(w, here, state)
    while here >= top and here < last and not is_short(w):
        way = part(w, WAYS, here)
        if way[AT] == runs_of(w, way[ON]):
            here -= 1
            continue
        unit = below(w, way[ON], way[AT])
        if not is_done(w, unit, which):
            vector(w, OF_STATES, unit, which)[:] = 0
            if here + 1 < last:
                here += 1
                _set_out(w, here, unit)
                continue
        way[AT] += 1
        own = _transfer(w, unit, fresh, start)
        own += vector(w, OF_STATES, unit, which)
        most = vector(w, OF_STATES, way[ON], which)
        np.maximum(most, own, most)
    return found


@inner
def _set_out(w: Work, level: int, state: int) -> None:
    way = part(w, WAYS, level)
    way[ON], way[AT] = state, 0


@inner
def _transfer(w: Work, state: int, fresh: bool, start: bool) -> Floats:
    """The transfer of the first step in a chunk."""
    found = vector(w, OF_LEVELS, level_of(w, state), WAY)
    if start:
        all_in(w, state, found)
        return found
    found[:] = into(w, state, fresh)
    if waits(w, state, fresh):
        found += waiting(w, state, fresh)
    return found
