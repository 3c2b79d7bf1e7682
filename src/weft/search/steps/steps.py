"""All steps of a level in a chunk (A20): what `backends/cost/clock` says, for all machines at once.

A pair of steps waits for the chunks of the units below, which are pairs of steps again: `frames` say where every level
stands.
"""

from __future__ import annotations

import numpy as np

from ...analysis.chains import Ints
from ..compiled import inner
from ..structure.flat import Flat, cell, item
from .arithmetic import work_cycles
from .fills import deepest, enter, late, waits
from .layout import LATE, LEVELS, QUEUES, TENSORS, S
from .loads import BESIDE, load, measure, next_unit, share
from .moves import ENTERED, LENGTH, NEXT, UNITS
from .pairs import enter_length, list_pairs
from .volumes import chunk_of
from .work import (
    BY_IN,
    BY_OUT,
    BY_WORK,
    EXPOSED,
    FILL,
    FOLLOWED,
    FRESH,
    GONE,
    IN,
    INTO,
    KNOWN,
    LATE_IN,
    LATE_OUT,
    MEMORY,
    NEXT_FRESH,
    NEXT_STARTS,
    NOW,
    OUT,
    PAIR,
    PAIRS,
    PARTS,
    RETURNS,
    STARTS,
    SUMS,
    TIMES,
    UNIT,
    VALUE,
    WAITS,
    WORK,
    Floats,
    Work,
)  # fmt: skip


@inner
def all_steps(p: Flat, ws: Work) -> None:
    """Find `VALUE` of level 0: the cycles of its steps in the chunk of its frame."""
    level, last = 0, item(p, S.shape, LEVELS) - 1
    _begin(p, ws, 0)
    while True:
        if ws.frames[level, UNIT] >= 0:
            _call(p, ws, level)
            level += 1
            _begin(p, ws, level)
            continue
        if level == last:
            _work(p, ws, level)
        _end_pair(p, ws, level)
        if not _next_pair(p, ws, level):
            _close(p, ws, level)
            if level == 0:
                return
            level -= 1
            work = ws.vectors[level, WORK]
            np.maximum(work, ws.vectors[level + 1, VALUE], work)


@inner
def _begin(p: Flat, ws: Work, level: int) -> None:
    """Start on a chunk."""
    frame, dimensions = ws.frames[level], ws.extents.size
    enter(p, ws, level, 0, ENTERED)
    if frame[FOLLOWED]:
        enter(p, ws, level, 1, NEXT)
    changed = False
    for d in range(dimensions):
        length = ws.chunks[level, 0, d, LENGTH]
        if ws.lengths[level, d] != length:
            ws.lengths[level, d], changed = length, True
            enter_length(p, ws, level, d, length)
    if changed:
        ws.numbers[level, 0] = list_pairs(p, ws, level, ws.lengths[level])
    frame[PAIR], frame[PAIRS] = 0, ws.numbers[level, 0]
    frame[KNOWN] = _known(ws, level)
    ws.vectors[level, SUMS:] = 0
    _start_pair(p, ws, level)


@inner
def _known(ws: Work, level: int) -> int:
    """Where the inner steps of a level's chunk are known, or -1."""
    for place in range(ws.numbers[level, 1]):
        key = ws.keys[level, place]
        if key[0] == ws.frames[level, FRESH] and (key[1:] == ws.lengths[level]).all():
            return place
    return -1


@inner
def _steps(ws: Work, level: int) -> tuple[Ints, Ints, bool, bool, bool]:
    """The slots of both steps of the pair that a level is at, whether they are fresh, and whether there is a second."""
    frame, dimensions = ws.frames[level], ws.extents.size
    row = ws.pairs[level, frame[PAIR]]
    fresh, next_fresh = frame[FRESH] & row[STARTS] > 0, frame[FRESH] & row[NEXT_STARTS] > 0
    followed = True
    if frame[PAIR] == frame[PAIRS] - 1:
        next_fresh, followed = frame[NEXT_FRESH] > 0, frame[FOLLOWED] > 0
    return row[NOW : NOW + dimensions], row[NOW + dimensions :], fresh, next_fresh, followed


@inner
def _start_pair(p: Flat, ws: Work, level: int) -> None:
    """Find the transfers of a pair of steps, and the units whose chunks are to be worked on."""
    frame, vectors = ws.frames[level], ws.vectors[level]
    now, following, _, next_fresh, followed = _steps(ws, level)
    frame[WAITS] = frame[RETURNS] = 0
    measure(p, ws, level, now, False, OUT)
    load(p, ws, level, OUT, BESIDE, vectors[GONE])
    if followed:
        measure(p, ws, level, following, next_fresh, INTO)
        load(p, ws, level, INTO, BESIDE, vectors[IN])
        frame[RETURNS] = ws.counts[level, INTO, item(p, S.shape, TENSORS) - 1] > 0
        if cell(p, S.tensors, level, LATE):
            measure(p, ws, level, following, next_fresh, LATE_OUT)
            frame[WAITS] = waits(p, ws, level)
            if frame[WAITS]:
                late(p, ws, level, vectors[LATE_IN])
        deepest(p, ws, level, following, next_fresh, False)
    else:
        ws.met[level, INTO] = 0
        vectors[IN] = 0
        vectors[FILL] = 0
    vectors[WORK] = 0
    frame[UNIT] = 0 if level < item(p, S.shape, LEVELS) - 1 else -1


@inner
def _work(p: Flat, ws: Work, level: int) -> None:
    """The work of a step of the last level."""
    now, _, fresh, _, _ = _steps(ws, level)
    work_cycles(p, ws, level, now, fresh, ws.vectors[level, WORK])


@inner
def _call(p: Flat, ws: Work, level: int) -> None:
    """Hand the chunk of the next unit, and what follows it there, to the level below."""
    now, following, fresh, next_fresh, followed = _steps(ws, level)
    frame, below, d = ws.frames[level], ws.frames[level + 1], item(p, S.spread, level)
    unit = frame[UNIT]
    after = next_unit(p, ws, level, now, unit)
    followed = followed and not frame[WAITS]
    if followed and d >= 0:
        end = ws.slots[level, d, following[d], UNITS]
        change = next_unit(p, ws, level, following, unit)
        for other in (change, end):
            if unit < other < ws.slots[level, d, now[d], UNITS] and (after < 0 or other < after):
                after = other
        followed = unit < end
    for d in range(now.size):
        ws.chunks[level + 1, 0, d] = chunk_of(p, ws, level, d, now[d], unit)
        if followed:
            ws.chunks[level + 1, 1, d] = chunk_of(p, ws, level, d, following[d], unit)
    below[FRESH], below[FOLLOWED], below[NEXT_FRESH] = fresh, followed, next_fresh
    frame[UNIT] = after


@inner
def _end_pair(p: Flat, ws: Work, level: int) -> None:
    """Add the time of a pair of steps to its sum."""
    frame, vectors = ws.frames[level], ws.vectors[level]
    pair, parts = frame[PAIR], (vectors.shape[0] - SUMS) // 2
    sums = vectors[SUMS:] if pair == 0 or pair == frame[PAIRS] - 1 else vectors[SUMS + parts :]
    times, queues = float(ws.pairs[level, pair, TIMES]), cell(p, S.network, level, QUEUES) > 0
    work, into, out, fill = vectors[WORK], vectors[IN], vectors[GONE], vectors[FILL]
    if frame[WAITS]:
        sums[EXPOSED] += times * (vectors[LATE_IN] + fill)
    elif not queues:
        if frame[RETURNS]:
            np.maximum(into, out, into)
        into += fill
    elif pair == frame[PAIRS] - 1:
        into += fill
    if queues:
        sums[BY_WORK] += times * work
        sums[BY_IN] += times * into
        sums[BY_OUT] += times * out
        for end in range(item(p, S.end_start, level + 1) - item(p, S.end_start, level)):
            work[:] = 0
            share(p, ws, level, INTO, OUT, BESIDE, end, work)
            sums[PARTS + end] += times * work
    else:
        for end in range(item(p, S.end_start, level + 1) - item(p, S.end_start, level)):
            share(p, ws, level, INTO, OUT, BESIDE, end, work)
        _add(times, work, into, out, sums[EXPOSED])


@inner
def _add(times: float, work: Floats, into: Floats, out: Floats, found: Floats) -> None:
    for w in range(found.size):
        found[w] += times * max(work[w], into[w], out[w])


@inner
def _next_pair(p: Flat, ws: Work, level: int) -> bool:
    """Go on to the next pair of steps, past the inner ones if they are known; whether there is one."""
    frame = ws.frames[level]
    pair, last = frame[PAIR] + 1, frame[PAIRS] - 1
    if pair == 1 and frame[KNOWN] >= 0:
        pair = last
    elif pair == last and frame[KNOWN] < 0:
        _remember(ws, level)
    if frame[PAIR] == last:
        return False
    frame[PAIR] = pair
    _start_pair(p, ws, level)
    return True


@inner
def _remember(ws: Work, level: int) -> None:
    """Keep what the inner steps of a chunk take."""
    place = ws.numbers[level, 1]
    if place == MEMORY:
        return
    ws.numbers[level, 1] += 1
    ws.keys[level, place, 0] = ws.frames[level, FRESH]
    ws.keys[level, place, 1:] = ws.lengths[level]
    vectors = ws.vectors[level]
    ws.values[level, place] = vectors[SUMS + (vectors.shape[0] - SUMS) // 2 :]


@inner
def _close(p: Flat, ws: Work, level: int) -> None:
    """Sum up the steps of a chunk."""
    vectors, known = ws.vectors[level], ws.frames[level, KNOWN]
    parts, value = (vectors.shape[0] - SUMS) // 2, vectors[VALUE]
    inner = ws.values[level, known] if known >= 0 else vectors[SUMS + parts :]
    value[:] = 0
    if cell(p, S.network, level, QUEUES):
        for part in range(BY_WORK, parts):
            np.maximum(value, vectors[SUMS + part] + inner[part], value)
    value += vectors[SUMS + EXPOSED] + inner[EXPOSED]
