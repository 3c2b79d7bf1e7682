"""Windowed axes in a step: the elements stride·y + dilation·r of two dimensions' chunks, united over the units."""

from __future__ import annotations

from ...analysis.chains import Ints
from ..compiled import inner
from ..structure.flat import Flat, cell, item
from .layout import FORWARDING, LEVELS, MULTICAST, S
from .moves import BEFORE, CHUNK, COUNT, FIRST, HELD, LENGTH, RUNS, UNITS, VERSION, held, run_of, run_size, unit_chunk
from .work import Work

VERSIONS, NEED, KEEP = 0, 2, 3
"""What is known of an axis: the versions of both slots, what units need, and what of it needs no transfer."""


@inner
def window(p: Flat, ws: Work, level: int, axis: int, y_slot: int, r_slot: int) -> tuple[int, int]:
    """What the units at work below one parent need of an axis, and what of it needs no transfer."""
    y, r = cell(p, S.axes, axis, 0), cell(p, S.axes, axis, 2)
    outputs, taps = ws.slots[level, y, y_slot], ws.slots[level, r, r_slot]
    known = ws.windows[level, axis, y_slot, r_slot]
    if known[VERSIONS] != outputs[VERSION] or known[VERSIONS + 1] != taps[VERSION]:
        known[VERSIONS], known[VERSIONS + 1] = outputs[VERSION], taps[VERSION]
        if outputs[UNITS] * taps[UNITS] == 1:
            run = run_size(item(p, S.shape, LEVELS))
            y_chunk, r_chunk = run_of(outputs, 0, run)[CHUNK:], run_of(taps, 0, run)[CHUNK:]
            known[NEED], known[KEEP] = one_window(p, ws, axis, y_chunk, r_chunk)
        else:
            known[NEED], known[KEEP] = _united(p, ws, level, axis, outputs, taps)
    return known[NEED], known[KEEP]


@inner
def one_window(p: Flat, ws: Work, axis: int, y: Ints, r: Ints) -> tuple[int, int]:
    """What one unit needs of an axis, and what it held before."""
    stride, dilation = cell(p, S.axes, axis, 1), cell(p, S.axes, axis, 3)
    start = stride * y[BEFORE] + dilation * r[BEFORE]
    outputs, taps, y_held, r_held = y[LENGTH], r[LENGTH], held(y), held(r)
    if _is_run(outputs, stride, taps, dilation) and (y_held * r_held == 0 or _is_run(y_held, stride, r_held, dilation)):
        need = stride * (outputs - 1) + dilation * (taps - 1) + 1
        if y_held * r_held == 0:
            return need, 0
        end = start + stride * (y_held - 1) + dilation * (r_held - 1) + 1
        return need, max(0, min(need, end) - max(0, start))
    ws.stamps[1] += 1
    ws.stamps[2] += 1
    _mark(ws.marks[0], ws.stamps[1], start, y_held, stride, r_held, dilation)
    need, new = _count(ws.marks, ws.stamps[1], ws.stamps[2], 0, outputs, stride, taps, dilation)
    return need, need - new


@inner
def _united(p: Flat, ws: Work, level: int, axis: int, outputs: Ints, taps: Ints) -> tuple[int, int]:
    """What all units need of an axis, those that share together, and what of it they or their neighbours held."""
    run, shared = run_size(item(p, S.shape, LEVELS)), cell(p, S.network, level, MULTICAST) > 0
    forwards = cell(p, S.network, level, FORWARDING) > 0
    need = new = 0
    if shared:
        ws.stamps[2] += 1
    for y_run in range(outputs[RUNS]):
        for r_run in range(taps[RUNS]):
            y_own, r_own = run_of(outputs, y_run, run), run_of(taps, r_run, run)
            for i in range(y_own[FIRST], y_own[FIRST] + y_own[COUNT]):
                for j in range(r_own[FIRST], r_own[FIRST] + r_own[COUNT]):
                    ws.stamps[1] += 1
                    if not shared:
                        ws.stamps[2] += 1
                    _mark_unit(p, ws, level, axis, i, y_own[CHUNK:], j, r_own[CHUNK:])
                    if forwards:
                        _mark_near(p, ws, level, axis, outputs, i, taps, j)
                    found = _count_unit(p, ws, level, axis, i, y_own[CHUNK + LENGTH], j, r_own[CHUNK + LENGTH])
                    need, new = need + found[0], new + found[1]
    return need, need - new


@inner
def _pitch(ws: Work, level: int, d: int) -> int:
    """How far apart the chunks of neighbouring units lie; 0 if the dimension is not spread."""
    return ws.links[level, d, 0] if ws.links[level, d, 1] else 0


@inner
def _mark_near(p: Flat, ws: Work, level: int, axis: int, outputs: Ints, i: int, taps: Ints, j: int) -> None:
    """Mark what the neighbours of a pair of units held."""
    run = run_size(item(p, S.shape, LEVELS))
    for step in (-1, 1):
        if _pitch(ws, level, cell(p, S.axes, axis, 0)) and 0 <= i + step < outputs[UNITS]:
            y, r = unit_chunk(outputs, i + step, run), unit_chunk(taps, j, run)
            _mark_unit(p, ws, level, axis, i + step, y, j, r)
        if _pitch(ws, level, cell(p, S.axes, axis, 2)) and 0 <= j + step < taps[UNITS]:
            y, r = unit_chunk(outputs, i, run), unit_chunk(taps, j + step, run)
            _mark_unit(p, ws, level, axis, i, y, j + step, r)


@inner
def _mark_unit(p: Flat, ws: Work, level: int, axis: int, i: int, y: Ints, j: int, r: Ints) -> None:
    """Mark what a pair of units held."""
    stride, dilation = cell(p, S.axes, axis, 1), cell(p, S.axes, axis, 3)
    if y[HELD] and r[HELD]:
        y_start = _pitch(ws, level, cell(p, S.axes, axis, 0)) * i + y[BEFORE]
        r_start = _pitch(ws, level, cell(p, S.axes, axis, 2)) * j + r[BEFORE]
        start = stride * y_start + dilation * r_start
        _mark(ws.marks[0], ws.stamps[1], start, held(y), stride, held(r), dilation)


@inner
def _count_unit(p: Flat, ws: Work, level: int, axis: int, i: int, outputs: int, j: int, taps: int) -> tuple[int, int]:
    """What a pair of units adds to what its group needs, and to what the group lacks."""
    stride, dilation = cell(p, S.axes, axis, 1), cell(p, S.axes, axis, 3)
    y_start = _pitch(ws, level, cell(p, S.axes, axis, 0)) * i
    start = stride * y_start + dilation * _pitch(ws, level, cell(p, S.axes, axis, 2)) * j
    return _count(ws.marks, ws.stamps[1], ws.stamps[2], start, outputs, stride, taps, dilation)


@inner
def _is_run(outputs: int, stride: int, taps: int, dilation: int) -> bool:
    """Whether a window leaves no holes."""
    if outputs == 1 or taps == 1:
        return outputs == taps or (dilation if outputs == 1 else stride) == 1
    return (dilation == 1 and taps >= stride) or (stride == 1 and outputs >= dilation)


@inner
def _mark(marks: Ints, stamp: int, start: int, outputs: int, stride: int, taps: int, dilation: int) -> None:
    """Mark the elements of a window, where they are coordinates of the axis."""
    if outputs == 0 or taps == 0:
        return
    if _is_run(outputs, stride, taps, dilation):
        outputs, taps, stride = stride * (outputs - 1) + dilation * (taps - 1) + 1, 1, 1
    for y in range(outputs):
        for r in range(taps):
            place = start + stride * y + dilation * r
            if 0 <= place < marks.size:
                marks[place] = stamp


@inner
def _count(
    marks: Ints, pair: int, group: int, start: int, outputs: int, stride: int, taps: int, dilation: int
) -> tuple[int, int]:
    """Elements of a window that its group was not counted to need yet, and to lack: those that the pair held not."""
    if _is_run(outputs, stride, taps, dilation):
        outputs, taps, stride = stride * (outputs - 1) + dilation * (taps - 1) + 1, 1, 1
    need = new = 0
    for y in range(outputs):
        for r in range(taps):
            place = start + stride * y + dilation * r
            if marks[1, place] != group:
                marks[1, place] = group
                need += 1
            if marks[0, place] != pair and marks[2, place] != group:
                marks[2, place] = group
                new += 1
    return need, new
