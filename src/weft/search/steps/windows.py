"""Windowed axes in a step: the elements stride·y + dilation·r of two dimensions' chunks, united over the units."""

from __future__ import annotations

from ..compiled import lean
from ..structure.flat import cell
from .chunks import AT_WORK, BEFORE, HELD, LENGTH, RUNS, chunk_at, held, link, run_of
from .layout import FORWARDING, MULTICAST, S
from .states import level_of, slot_of
from .work import GROUP_MARK, MARKS, PAIR_MARK, WIDTH, WINDOWS, Work, head, keep, known, look_up, part


@lean
def window(w: Work, state: int, axis: int) -> tuple[int, int]:
    """What the units at work below one parent need of an axis, and what of it needs no transfer."""
    y_slot, r_slot = slot_of(w, state, cell(w, S.axes, axis, 0)), slot_of(w, state, cell(w, S.axes, axis, 2))
    level = level_of(w, state)
    entry = look_up(w, WINDOWS, axis, y_slot, r_slot)
    if not known(w, WINDOWS, entry):
        if w.ints[y_slot + AT_WORK] * w.ints[r_slot + AT_WORK] == 1:
            need, lasts = one_window(w, axis, chunk_at(w, y_slot, 0), chunk_at(w, r_slot, 0))
        else:
            need, lasts = _united(w, level, axis, y_slot, r_slot)
        keep(w, WINDOWS, entry, axis, y_slot, r_slot, need, lasts)
    return w.ints[entry + 4], w.ints[entry + 5]


@lean
def one_window(w: Work, axis: int, y: int, r: int) -> tuple[int, int]:
    """What one unit needs of an axis, and what it held before."""
    stride, dilation = cell(w, S.axes, axis, 1), cell(w, S.axes, axis, 3)
    outputs, taps, y_held, r_held = w.ints[y + LENGTH], w.ints[r + LENGTH], held(w, y), held(w, r)
    start = stride * w.ints[y + BEFORE] + dilation * w.ints[r + BEFORE]
    before = y_held > 0 and r_held > 0
    if _is_run(outputs, stride, taps, dilation) and (not before or _is_run(y_held, stride, r_held, dilation)):
        need = stride * (outputs - 1) + dilation * (taps - 1) + 1
        end = start + stride * (y_held - 1) + dilation * (r_held - 1) + 1
        return need, max(0, min(need, end) - max(0, start)) if before else 0
    w.ints[PAIR_MARK] += 1
    w.ints[GROUP_MARK] += 1
    _mark(w, start, y_held, stride, r_held, dilation)
    need, new = _count(w, 0, outputs, stride, taps, dilation)
    return need, need - new


@lean
def _united(w: Work, level: int, axis: int, y_slot: int, r_slot: int) -> tuple[int, int]:
    """What all units need of an axis, those that share together, and what of it they or their neighbours held."""
    shared, forwards = cell(w, S.network, level, MULTICAST) > 0, cell(w, S.network, level, FORWARDING) > 0
    w.ints[GROUP_MARK] += 1
    need = new = 0
    for y_run in range(w.ints[y_slot + RUNS]):
        for r_run in range(w.ints[r_slot + RUNS]):
            y_first, y_count, y = run_of(w, y_slot, y_run)
            r_first, r_count, r = run_of(w, r_slot, r_run)
            for i in range(y_first, y_first + y_count):
                for j in range(r_first, r_first + r_count):
                    w.ints[PAIR_MARK] += 1
                    if not shared:
                        w.ints[GROUP_MARK] += 1
                    _mark_unit(w, level, axis, i, y, j, r)
                    if forwards:
                        _mark_near(w, level, axis, y_slot, i, r_slot, j)
                    start = _start(w, level, axis, i, 0, j, 0)
                    outputs, taps = w.ints[y + LENGTH], w.ints[r + LENGTH]
                    found = _count(w, start, outputs, cell(w, S.axes, axis, 1), taps, cell(w, S.axes, axis, 3))
                    need, new = need + found[0], new + found[1]
    return need, need - new


@lean
def _mark_near(w: Work, level: int, axis: int, y_slot: int, i: int, r_slot: int, j: int) -> None:
    """Mark what the neighbours of a pair of units held."""
    y_units, r_units = w.ints[y_slot + AT_WORK], w.ints[r_slot + AT_WORK]
    for step in (-1, 1):
        if 0 <= i + step < y_units:
            _mark_unit(w, level, axis, i + step, chunk_at(w, y_slot, i + step), j, chunk_at(w, r_slot, j))
        if 0 <= j + step < r_units:
            _mark_unit(w, level, axis, i, chunk_at(w, y_slot, i), j + step, chunk_at(w, r_slot, j + step))


@lean
def _start(w: Work, level: int, axis: int, i: int, y: int, j: int, r: int) -> int:
    """Where a window starts that a pair of units holds, at `y` and `r` from where their chunks start."""
    stride, dilation = cell(w, S.axes, axis, 1), cell(w, S.axes, axis, 3)
    # Units of a dimension that is not spread are one, number 0.
    y_start: int = w.ints[link(w, level, cell(w, S.axes, axis, 0))] * i + y
    r_start: int = w.ints[link(w, level, cell(w, S.axes, axis, 2))] * j + r
    return stride * y_start + dilation * r_start


@lean
def _mark_unit(w: Work, level: int, axis: int, i: int, y: int, j: int, r: int) -> None:
    """Mark what a pair of units held."""
    if w.ints[y + HELD] and w.ints[r + HELD]:
        start = _start(w, level, axis, i, w.ints[y + BEFORE], j, w.ints[r + BEFORE])
        _mark(w, start, held(w, y), cell(w, S.axes, axis, 1), held(w, r), cell(w, S.axes, axis, 3))


@lean
def _is_run(outputs: int, stride: int, taps: int, dilation: int) -> bool:
    """Whether a window leaves no holes."""
    if outputs == 1 or taps == 1:
        return outputs == taps or (dilation if outputs == 1 else stride) == 1
    return (dilation == 1 and taps >= stride) or (stride == 1 and outputs >= dilation)


@lean
def _mark(w: Work, start: int, outputs: int, stride: int, taps: int, dilation: int) -> None:
    """Mark the elements of a window, where they are coordinates of the axis."""
    if outputs == 0 or taps == 0:
        return
    marks, mark, span = part(w, MARKS, 0), w.ints[PAIR_MARK], w.ints[head(MARKS) + WIDTH]
    if _is_run(outputs, stride, taps, dilation):
        outputs, taps, stride = stride * (outputs - 1) + dilation * (taps - 1) + 1, 1, 1
    for y in range(outputs):
        for r in range(taps):
            place = start + stride * y + dilation * r
            if 0 <= place < span:
                w.ints[marks + place] = mark


@lean
def _count(w: Work, start: int, outputs: int, stride: int, taps: int, dilation: int) -> tuple[int, int]:
    """Elements of a window that its group was not counted to need yet, and to lack: those that the pair held not."""
    before, needed, lacked = part(w, MARKS, 0), part(w, MARKS, 1), part(w, MARKS, 2)
    pair, group = w.ints[PAIR_MARK], w.ints[GROUP_MARK]
    if _is_run(outputs, stride, taps, dilation):
        outputs, taps, stride = stride * (outputs - 1) + dilation * (taps - 1) + 1, 1, 1
    need = new = 0
    for y in range(outputs):
        for r in range(taps):
            place = start + stride * y + dilation * r
            if w.ints[needed + place] != group:
                w.ints[needed + place] = group
                need += 1
            if w.ints[before + place] != pair and w.ints[lacked + place] != group:
                w.ints[lacked + place] = group
                new += 1
    return need, new
