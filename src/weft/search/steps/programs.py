"""The stepwise time of programs, one after the other (A20): first fills, steps, last drains and last waves."""

from __future__ import annotations

from ...analysis.chains import Ints
from ..compiled import compiled, inner
from ..structure.flat import Flat, item
from .drains import drain
from .fills import deepest, enter, first_transfer, lag
from .layout import LEVELS, S
from .loads import bases
from .moves import ENTERED, HELD, LENGTH
from .steps import all_steps
from .work import FILL, FOLLOWED, FRESH, GONE, VALUE, Floats, Work


@compiled
def time_programs(p: Flat, ws: Work, sizes: Ints, units: Ints, found: Floats) -> None:
    """Add to `found` [N, W] the cycles of programs of sizes [N, D, L] on units [N, L].

    A size of 0, or of no less than what it would divide, divides nothing; it becomes 0.
    """
    for n in range(sizes.shape[0]):
        ws.units[:] = units[n]
        _link(p, ws, sizes[n])
        _time_program(p, ws, found[n])


@inner
def _link(p: Flat, ws: Work, sizes: Ints) -> None:
    """What the levels do to every dimension."""
    ws.lengths[:] = 0
    ws.numbers[:] = 0
    for d in range(ws.extents.size):
        length = ws.extents[d]
        for level in range(item(p, S.shape, LEVELS)):
            if sizes[d, level] >= length:
                sizes[d, level] = 0
            size, spread = sizes[d, level], 0
            if size and item(p, S.spread, level) == d:
                # Units beyond the pieces of the longest chunk never work.
                spread = min(ws.units[level], -(-length // size))
            ws.links[level, d, 0], ws.links[level, d, 1] = size, spread
            length = size if size else length


@inner
def _time_program(p: Flat, ws: Work, found: Floats) -> None:
    own = ws.vectors[0]
    for level in range(item(p, S.shape, LEVELS)):
        bases(p, ws, level)
    for d in range(ws.extents.size):
        ws.chunks[0, 0, d, LENGTH], ws.chunks[0, 0, d, HELD] = ws.extents[d], 0
    enter(p, ws, 0, 0, ENTERED)
    first_transfer(p, ws, 0, True, True, own[GONE])
    found += own[GONE]
    deepest(p, ws, 0, ws.first_step[0], True, True)
    found += own[FILL]
    ws.frames[0, FRESH], ws.frames[0, FOLLOWED] = 1, 0
    all_steps(p, ws)
    found += own[VALUE]
    for level in range(item(p, S.shape, LEVELS)):
        drain(p, ws, level, own[GONE])
        found += own[GONE]
        found += lag(p, ws, level)
