"""Windowed axes in a step: the elements stride·y + dilation·r of two dimensions' chunks, united over the units."""

from __future__ import annotations

from ..compiled import inner
from ..structure.flat import cell
from .chunks import AT_WORK, BEFORE, HELD, LENGTH, chunk_at, held, link
from .layout import FORWARDING, MULTICAST, S
from .states import level_of, slots_of
from .work import CHUNKS, GROUP_MARK, MARKS, NUMBERS, PAIR_MARK, SLOTS, TABLE, Work, keep, known, look_up, part

WINDOW_KEY = 1
"""The first kind of key under which axes stand in the table."""


@inner
def window(w: Work, state: int, axis: int) -> tuple[int, int]:
    """What the units at work below one parent need of an axis, and what of it needs no transfer."""
    slots = slots_of(w, state)
    y_slot, r_slot = slots[cell(w, S.axes, axis, 0)], slots[cell(w, S.axes, axis, 2)]
    place = look_up(w, WINDOW_KEY + axis, y_slot, r_slot)
    if not known(w, place):
        if part(w, SLOTS, y_slot)[AT_WORK] * part(w, SLOTS, r_slot)[AT_WORK] == 1:
            need, lasts = one_window(w, axis, chunk_at(w, y_slot, 0), chunk_at(w, r_slot, 0))
        else:
            need, lasts = _united(w, level_of(w, state), axis, y_slot, r_slot)
        keep(w, place, WINDOW_KEY + axis, y_slot, r_slot, need, lasts)
    entry = part(w, TABLE, place)
    return entry[4], entry[5]


@inner
def one_window(w: Work, axis: int, y_chunk: int, r_chunk: int) -> tuple[int, int]:
    """What one unit needs of an axis, and what it held before."""
    stride, dilation = cell(w, S.axes, axis, 1), cell(w, S.axes, axis, 3)
    y, r = part(w, CHUNKS, y_chunk), part(w, CHUNKS, r_chunk)
    outputs, taps, y_held, r_held = y[LENGTH], r[LENGTH], held(y), held(r)
    start = stride * y[BEFORE] + dilation * r[BEFORE]
    before = y_held > 0 and r_held > 0
    if _is_run(outputs, stride, taps, dilation) and (not before or _is_run(y_held, stride, r_held, dilation)):
        need = stride * (outputs - 1) + dilation * (taps - 1) + 1
        end = start + stride * (y_held - 1) + dilation * (r_held - 1) + 1
        return need, max(0, min(need, end) - max(0, start)) if before else 0
    numbers = part(w, NUMBERS, 0)
    numbers[PAIR_MARK] += 1
    numbers[GROUP_MARK] += 1
    _mark(w, start, y_held, stride, r_held, dilation)
    need, new = _count(w, 0, outputs, stride, taps, dilation)
    return need, need - new


@inner
def _united(w: Work, level: int, axis: int, y_slot: int, r_slot: int) -> tuple[int, int]:
    """What all units need of an axis, those that share together, and what of it they or their neighbours held."""
    shared, forwards = cell(w, S.network, level, MULTICAST) > 0, cell(w, S.network, level, FORWARDING) > 0
    y_units, r_units = part(w, SLOTS, y_slot)[AT_WORK], part(w, SLOTS, r_slot)[AT_WORK]
    numbers = part(w, NUMBERS, 0)
    numbers[GROUP_MARK] += 1
    need = new = 0
    for i in range(y_units):
        for j in range(r_units):
            numbers[PAIR_MARK] += 1
            if not shared:
                numbers[GROUP_MARK] += 1
            _mark_unit(w, level, axis, y_slot, i, r_slot, j)
            for step in (-1, 1):
                if forwards and 0 <= i + step < y_units:
                    _mark_unit(w, level, axis, y_slot, i + step, r_slot, j)
                if forwards and 0 <= j + step < r_units:
                    _mark_unit(w, level, axis, y_slot, i, r_slot, j + step)
            found = _count_unit(w, level, axis, y_slot, i, r_slot, j)
            need, new = need + found[0], new + found[1]
    return need, need - new


@inner
def _start(w: Work, level: int, axis: int, i: int, y: int, j: int, r: int) -> int:
    """Where a window starts that a pair of units holds, at `y` and `r` from where their chunks start."""
    stride, dilation = cell(w, S.axes, axis, 1), cell(w, S.axes, axis, 3)
    # Units of a dimension that is not spread are one, number 0.
    y_start: int = link(w, level, cell(w, S.axes, axis, 0))[0] * i + y
    r_start: int = link(w, level, cell(w, S.axes, axis, 2))[0] * j + r
    return stride * y_start + dilation * r_start


@inner
def _mark_unit(w: Work, level: int, axis: int, y_slot: int, i: int, r_slot: int, j: int) -> None:
    """Mark what a pair of units held."""
    y, r = part(w, CHUNKS, chunk_at(w, y_slot, i)), part(w, CHUNKS, chunk_at(w, r_slot, j))
    if y[HELD] and r[HELD]:
        start = _start(w, level, axis, i, y[BEFORE], j, r[BEFORE])
        _mark(w, start, held(y), cell(w, S.axes, axis, 1), held(r), cell(w, S.axes, axis, 3))


@inner
def _count_unit(w: Work, level: int, axis: int, y_slot: int, i: int, r_slot: int, j: int) -> tuple[int, int]:
    """What a pair of units adds to what its group needs, and to what the group lacks."""
    y, r = part(w, CHUNKS, chunk_at(w, y_slot, i)), part(w, CHUNKS, chunk_at(w, r_slot, j))
    start = _start(w, level, axis, i, 0, j, 0)
    return _count(w, start, y[LENGTH], cell(w, S.axes, axis, 1), r[LENGTH], cell(w, S.axes, axis, 3))


@inner
def _is_run(outputs: int, stride: int, taps: int, dilation: int) -> bool:
    """Whether a window leaves no holes."""
    if outputs == 1 or taps == 1:
        return outputs == taps or (dilation if outputs == 1 else stride) == 1
    return (dilation == 1 and taps >= stride) or (stride == 1 and outputs >= dilation)


@inner
def _mark(w: Work, start: int, outputs: int, stride: int, taps: int, dilation: int) -> None:
    """Mark the elements of a window, where they are coordinates of the axis."""
    if outputs == 0 or taps == 0:
        return
    marks, mark = part(w, MARKS, 0), part(w, NUMBERS, 0)[PAIR_MARK]
    if _is_run(outputs, stride, taps, dilation):
        outputs, taps, stride = stride * (outputs - 1) + dilation * (taps - 1) + 1, 1, 1
    for y in range(outputs):
        for r in range(taps):
            place = start + stride * y + dilation * r
            if 0 <= place < marks.size:
                marks[place] = mark


@inner
def _count(w: Work, start: int, outputs: int, stride: int, taps: int, dilation: int) -> tuple[int, int]:
    """Elements of a window that its group was not counted to need yet, and to lack: those that the pair held not."""
    before, needed, lacked = part(w, MARKS, 0), part(w, MARKS, 1), part(w, MARKS, 2)
    pair, group = part(w, NUMBERS, 0)[PAIR_MARK], part(w, NUMBERS, 0)[GROUP_MARK]
    if _is_run(outputs, stride, taps, dilation):
        outputs, taps, stride = stride * (outputs - 1) + dilation * (taps - 1) + 1, 1, 1
    need = new = 0
    for y in range(outputs):
        for r in range(taps):
            place = start + stride * y + dilation * r
            if needed[place] != group:
                needed[place] = group
                need += 1
            if before[place] != pair and lacked[place] != group:
                lacked[place] = group
                new += 1
    return need, new
