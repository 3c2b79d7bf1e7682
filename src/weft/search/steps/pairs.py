"""Pairs of neighbouring steps of a chunk, like ones once: what `backends/cost/neighbours` says, on arrays."""

from __future__ import annotations

import numpy as np

from ...analysis.chains import Ints
from ..compiled import inner
from ..structure.flat import Flat, cell, item
from .layout import LEVELS, S
from .moves import (
    AGAIN,
    BEFORE,
    ENTERED,
    HELD,
    LENGTH,
    NEXT,
    RAGGED,
    TO_RAGGED,
    TO_WHOLE,
    WHOLE,
    descend,
    run_size,
    spread,
)
from .work import NEXT_STARTS, NOW, STARTS, TIMES, Work

STAND, RUN, ARRIVE, SETTLE, BEGIN, LEAVE, WRAP, FINISH = range(8)
"""What a loop does in the pairs of one class: stands in both steps; goes on, and on once more; goes on, and stands in
the next; has restarted, and stands; has restarted, and goes on; stands, and goes on; stands in its last step, and
restarts; goes on into its last step, and restarts."""

PART = 5
"""Numbers of a part: how many pairs, its slots in both steps, whether its loop is in its first step in each."""


@inner
def moves(ws: Work, level: int, d: int, length: int) -> bool:
    """Whether the loop of a dimension takes more than one step."""
    size: int = ws.links[level, d, 0]
    return size > 0 and length > size * max(ws.links[level, d, 1], 1)


@inner
def enter_length(p: Flat, ws: Work, level: int, d: int, length: int) -> None:
    """The slots of a dimension that depend on its length in a chunk alone."""
    size, units = ws.links[level, d]
    slots, run = ws.slots[level, d], run_size(item(p, S.shape, LEVELS))
    version = ws.stamps[0] + 1
    ws.stamps[0] += 5
    chunk = ws.chunks[level, 2, d]
    chunk[LENGTH], chunk[HELD], chunk[BEFORE], chunk[BEFORE + 1] = length, 1, 0, length
    descend(chunk, size, units, slots[AGAIN], version)
    if not moves(ws, level, d, length):
        return
    width = size * max(units, 1)
    spread(width, size, units, 0, slots[WHOLE], run, version + 1)
    spread(width, size, units, width, slots[TO_WHOLE], run, version + 2)
    if length % width:
        spread(length % width, size, units, 0, slots[RAGGED], run, version + 3)
        spread(length % width, size, units, width, slots[TO_RAGGED], run, version + 4)


@inner
def list_pairs(p: Flat, ws: Work, level: int, lengths: Ints) -> int:
    """List the pairs of steps of a chunk, the first one's and the last one's at the ends. Returns their number."""
    dimensions, loops, pairs = lengths.size, 0, ws.pairs[level]
    moving, roles = np.empty(dimensions, np.int64), np.full(dimensions, -1, np.int64)
    for place in range(dimensions):
        d = cell(p, S.order, level, place)
        if d >= 0 and moves(ws, level, d, lengths[d]):
            moving[loops], loops = d, loops + 1
    number = 1
    if loops:
        _inside(roles, moving[:loops], 0, SETTLE, BEGIN)
        _combine(p, ws, level, lengths, roles, 0)
        for place in range(loops - 1):
            for role, inside, innermost in ((ARRIVE, SETTLE, BEGIN), (LEAVE, WRAP, FINISH)):
                _inside(roles, moving[:loops], place + 1, inside, innermost)
                roles[moving[place]] = role
                number = _combine(p, ws, level, lengths, roles, number)
            roles[moving[place]] = STAND
        roles[moving[loops - 1]] = RUN
        number = _combine(p, ws, level, lengths, roles, number)
        _inside(roles, moving[:loops], 0, WRAP, FINISH)
        number = _combine(p, ws, level, lengths, roles, number)
    else:
        pairs[0, NEXT_STARTS] = 1
    pairs[0, TIMES], pairs[0, STARTS] = 1, 1
    pairs[0, NOW : NOW + dimensions] = ENTERED
    pairs[number - 1, NOW + dimensions :] = NEXT
    return number


@inner
def _inside(roles: Ints, moving: Ints, first: int, others: int, innermost: int) -> None:
    """Give roles to the moving loops from one on: the innermost has another than the others."""
    for d in moving[first:-1]:
        roles[d] = others
    roles[moving[-1]] = innermost


@inner
def _combine(p: Flat, ws: Work, level: int, lengths: Ints, roles: Ints, number: int) -> int:
    """Add the pairs of a class, one for every choice of a part per dimension. Returns how many there are then."""
    dimensions = lengths.size
    parts, choices = np.empty((dimensions, 3, PART), np.int64), np.zeros(dimensions, np.int64)
    numbers = np.empty(dimensions, np.int64)
    for d in range(dimensions):
        width = ws.links[level, d, 0] * max(ws.links[level, d, 1], 1)
        numbers[d] = _parts(roles[d], lengths[d], max(width, 1), item(p, S.reduces, d) > 0, parts[d])
        if numbers[d] == 0:
            return number
    while True:
        row = ws.pairs[level, number]
        row[TIMES], row[STARTS], row[NEXT_STARTS] = 1, 1, 1
        for d in range(dimensions):
            times, now, following, starts, next_starts = parts[d, choices[d]]
            row[TIMES] *= times
            row[NOW + d], row[NOW + dimensions + d] = now, following
            if item(p, S.reduces, d):
                row[STARTS] &= starts
                row[NEXT_STARTS] &= next_starts
        number += 1
        d = dimensions - 1
        while d >= 0 and choices[d] == numbers[d] - 1:
            choices[d], d = 0, d - 1
        if d < 0:
            return number
        choices[d] += 1


@inner
def _parts(role: int, length: int, width: int, reduces: bool, out: Ints) -> int:
    """What the loop of a dimension does in the pairs of a class. Returns the number of parts."""
    full, ragged = length // width, length % width > 0
    end, to_end = (RAGGED, TO_RAGGED) if ragged else (WHOLE, TO_WHOLE)
    if role == STAND:
        number = _part(out, 0, 1 if reduces else full, WHOLE, WHOLE, 1, 1)
        if reduces:
            number = _part(out, number, full - 1, WHOLE, WHOLE, 0, 0)
        return _part(out, number, ragged, RAGGED, RAGGED, 0, 0)
    if role == RUN:
        number = _part(out, 0, full - 2, TO_WHOLE, TO_WHOLE, 0, 0)
        return _part(out, number, min(1, full - 1) if ragged else 0, TO_WHOLE, TO_RAGGED, 0, 0)
    if role == ARRIVE:
        number = _part(out, 0, full - 1, TO_WHOLE, WHOLE, 0, 0)
        return _part(out, number, ragged, TO_RAGGED, RAGGED, 0, 0)
    if role == LEAVE:
        number = _part(out, 0, min(1, full - 1), WHOLE, TO_WHOLE, 1, 0)
        number = _part(out, number, full - 2, WHOLE, TO_WHOLE, 0, 0)
        return _part(out, number, ragged, WHOLE, TO_RAGGED, full == 1, 0)
    if role == SETTLE:
        return _part(out, 0, 1, AGAIN, WHOLE, 1, 1)
    if role == BEGIN:
        return _part(out, 0, 1, AGAIN, TO_WHOLE if full > 1 else to_end, 1, 0)
    if role == WRAP:
        return _part(out, 0, 1, end, AGAIN, 0, 1)
    if role == FINISH:
        return _part(out, 0, 1, to_end, AGAIN, 0, 1)
    return _part(out, 0, 1, AGAIN, AGAIN, 1, 1)


@inner
def _part(out: Ints, number: int, times: int, now: int, following: int, starts: int, next_starts: int) -> int:
    """Add a part if there are such pairs. Returns how many parts there are then."""
    if times <= 0:
        return number
    out[number, 0], out[number, 1], out[number, 2] = times, now, following
    out[number, 3], out[number, 4] = starts, next_starts
    return number + 1
