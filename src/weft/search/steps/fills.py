"""The first transfers below a step, of the unit that waits longest (A20): ways down through the levels."""

from __future__ import annotations

import numpy as np

from ...analysis.chains import Ints
from ..compiled import inner
from ..structure.flat import Flat, cell, item
from .layout import LAG, LATE, LEVELS, PIPELINE, TENSORS, S
from .loads import ALL_IN, APART, BESIDE, load, measure, next_unit, share
from .moves import ENTERED, descend
from .volumes import chunk_of
from .work import FILL, INTO, LATE_GONE, LATE_OUT, PATH, Floats, Work


@inner
def lag(p: Flat, ws: Work, level: int) -> int:
    """Cycles by which the last unit of a level lags behind the first."""
    behind: int = (ws.units[level] - 1) * cell(p, S.network, level, LAG)
    return behind + (item(p, S.arithmetic, PIPELINE) - 1 if level == item(p, S.shape, LEVELS) - 1 else 0)


@inner
def enter(p: Flat, ws: Work, level: int, which: int, slot: int) -> None:
    """The first step of a level in its chunk, or in the next one."""
    for d in range(ws.extents.size):
        ws.stamps[0] += 1
        size, units = ws.links[level, d, 0], ws.links[level, d, 1]
        descend(ws.chunks[level, which, d], size, units, ws.slots[level, d, slot], ws.stamps[0])


@inner
def waits(p: Flat, ws: Work, level: int) -> bool:
    """Whether anything that a measured step brings, or displaces, waits for the work before it."""
    late, tensors = cell(p, S.tensors, level, LATE), item(p, S.shape, TENSORS)
    for tensor in range(tensors):
        if late >> tensor & 1 and ws.counts[level, INTO, tensor] > 0:
            return True
    return late >> (tensors - 1) & 1 > 0 and ws.counts[level, LATE_OUT, tensors - 1] > 0


@inner
def late(p: Flat, ws: Work, level: int, found: Floats) -> None:
    """Cycles of what waits: transfers in opposite directions meet at shared ports only, and the last wave leaves."""
    load(p, ws, level, INTO, APART, found)
    out = ws.vectors[level, LATE_GONE]
    load(p, ws, level, LATE_OUT, APART, out)
    np.maximum(found, out, found)
    for end in range(item(p, S.end_start, level + 1) - item(p, S.end_start, level)):
        share(p, ws, level, INTO, LATE_OUT, APART, end, found)
    found += lag(p, ws, level)


@inner
def first_transfer(p: Flat, ws: Work, level: int, fresh: bool, start: bool, found: Floats) -> None:
    """The transfer of the first step in a chunk; `start` if nothing ran before."""
    state = ws.first_step[0]
    measure(p, ws, level, state, fresh, INTO)
    if start:
        load(p, ws, level, INTO, ALL_IN, found)
        return
    load(p, ws, level, INTO, BESIDE, found)
    if cell(p, S.tensors, level, LATE):
        measure(p, ws, level, state, fresh, LATE_OUT)
        if waits(p, ws, level):
            late(p, ws, level, ws.vectors[level, FILL])
            found += ws.vectors[level, FILL]


@inner
def deepest(p: Flat, ws: Work, level: int, state: Ints, fresh: bool, start: bool) -> None:
    """Find `FILL` of a step: the first transfers below it, of the unit that waits longest."""
    last, here, most = item(p, S.shape, LEVELS) - 1, level, ws.vectors[level, FILL]
    most[:] = 0
    if level == last:
        return
    ws.vectors[level, PATH][:] = 0
    ws.ways[level] = 0
    while here >= level:
        unit, own = ws.ways[here], state if here == level else ws.first_step[0]
        if unit < 0:
            here -= 1
            continue
        ws.ways[here] = next_unit(p, ws, here, own, unit)
        for d in range(own.size):
            ws.chunks[here + 1, 0, d] = chunk_of(p, ws, here, d, own[d], unit)
        enter(p, ws, here + 1, 0, ENTERED)
        path = ws.vectors[here + 1, PATH]
        first_transfer(p, ws, here + 1, fresh, start, path)
        path += ws.vectors[here, PATH]
        if here + 1 == last:
            np.maximum(most, path, most)
        else:
            here += 1
            ws.ways[here] = 0
