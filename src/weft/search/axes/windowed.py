"""Windowed axes: elements stride·y + dilation·r of two dimensions' chunks, united over the units of a group."""

from __future__ import annotations

from math import gcd

import numpy as np

from ...analysis.chains import Ints
from ..compiled import compiled
from .holdings import LENGTH, PREVIOUS_LENGTH, PREVIOUS_START, START, holdings

MANY = 1 << 40
"""More than any chunk has."""

LOW_BITS = 31
"""A run is kept as one number, its low end above its high end: sorting these sorts the runs. Axes are shorter."""

Kind = tuple[int, int, int]
"""Greatest common divisor of all distances of a dimension, 1 if any chunk has length 1, shortest chunk above 1."""


@compiled
def window_pair_volumes(
    y_extent: int,
    y_sizes: Ints,
    y_units: Ints,
    y_outside: int,
    y_advances: bool,
    stride: int,
    r_extent: int,
    r_sizes: Ints,
    r_units: Ints,
    r_outside: int,
    r_advances: bool,
    dilation: int,
    boundary: int,
    shared: int,
) -> tuple[int, int]:
    """Elements that groups of units need and keep of the axis stride·y + dilation·r, over all like steps of a move."""
    y_times, outputs, y_group = holdings(y_extent, y_sizes, y_units, boundary, y_outside, y_advances, shared)
    r_times, taps, r_group = holdings(r_extent, r_sizes, r_units, boundary, r_outside, r_advances, shared)
    scratch = np.empty((2, 2 * y_group * r_group), np.int64)
    need = keep = 0
    for y_kind in range(len(y_times)):
        y = _kind(outputs[y_kind])
        for r_kind in range(len(r_times)):
            r = _kind(taps[r_kind])
            pitch = max(gcd(stride * y[0], dilation * r[0]), 1)
            if _are_runs(y, stride, r, dilation, pitch):
                one, two = _runs(outputs[y_kind], y_group, stride, taps[r_kind], r_group, dilation, pitch, scratch)
            else:
                one, two = _marked(outputs[y_kind], y_group, stride, taps[r_kind], r_group, dilation)
            times = y_times[y_kind] * r_times[r_kind]
            need += times * one
            keep += times * (one - two)
    return need, keep


@compiled
def _kind(held: Ints) -> Kind:
    """What decides whether windows have holes."""
    first = held[START, 0]
    distance, single, several = 0, 0, MANY
    for unit in range(held.shape[1]):
        if held[LENGTH, unit] == 0:
            continue
        distance = gcd(distance, abs(held[START, unit] - first)) if distance != 1 else 1
        if held[PREVIOUS_LENGTH, unit]:
            distance = gcd(distance, abs(held[PREVIOUS_START, unit] - first)) if distance != 1 else 1
        for length in (held[LENGTH, unit], held[PREVIOUS_LENGTH, unit]):
            if length > 1:
                several = min(several, length)
                distance = 1
            elif length:
                single = 1
    return distance, single, several


@compiled
def _are_runs(y: Kind, stride: int, r: Kind, dilation: int, pitch: int) -> bool:
    """Whether windows leave no holes but between coordinates `pitch` apart."""
    outputs, taps = y[2], r[2]
    if y[1] and taps < MANY and dilation != pitch:
        return False
    if r[1] and outputs < MANY and stride != pitch:
        return False
    if outputs == MANY or taps == MANY:
        return True
    return (dilation == pitch and taps * pitch >= stride) or (stride == pitch and outputs * pitch >= dilation)


@compiled
def _runs(
    outputs: Ints, y_group: int, stride: int, taps: Ints, r_group: int, dilation: int, pitch: int, scratch: Ints
) -> tuple[int, int]:
    """Elements needed, and those of them not held before, where every window is a run."""
    need = new = 0
    for y_first in range(0, outputs.shape[1], y_group):
        for r_first in range(0, taps.shape[1], r_group):
            now = lacking = 0
            for i in range(y_first, y_first + y_group):
                if outputs[LENGTH, i] == 0:
                    continue
                for j in range(r_first, r_first + r_group):
                    if taps[LENGTH, j] == 0:
                        continue
                    low = stride * outputs[START, i] + dilation * taps[START, j]
                    high = low + stride * (outputs[LENGTH, i] - 1) + dilation * (taps[LENGTH, j] - 1) + pitch
                    scratch[0, now] = low << LOW_BITS | high
                    now += 1
                    lacking = _add_lacking(
                        low, high, outputs[:, i], stride, taps[:, j], dilation, pitch, scratch[1], lacking
                    )
            need += _united(scratch[0], now)
            new += _united(scratch[1], lacking)
    return need // pitch, new // pitch


@compiled
def _add_lacking(
    low: int, high: int, y: Ints, stride: int, r: Ints, dilation: int, pitch: int, runs: Ints, number: int
) -> int:
    """Add the parts of a run that the run before lacks; how many runs there are then."""
    first = end = high
    if y[PREVIOUS_LENGTH] and r[PREVIOUS_LENGTH]:
        first = stride * y[PREVIOUS_START] + dilation * r[PREVIOUS_START]
        end = first + stride * (y[PREVIOUS_LENGTH] - 1) + dilation * (r[PREVIOUS_LENGTH] - 1) + pitch
    if low < min(high, first):
        runs[number] = low << LOW_BITS | min(high, first)
        number += 1
    if max(low, end) < high:
        runs[number] = max(low, end) << LOW_BITS | high
        number += 1
    return number


@compiled
def _united(runs: Ints, number: int) -> int:
    """How much the union of runs covers."""
    if number > 64:
        runs[:number].sort()
    else:
        for place in range(1, number):
            run = runs[place]
            while place and runs[place - 1] > run:
                runs[place] = runs[place - 1]
                place -= 1
            runs[place] = run
    total = end = 0
    for place in range(number):
        high = runs[place] & ((1 << LOW_BITS) - 1)
        total += max(0, high - max(runs[place] >> LOW_BITS, end))
        end = max(end, high)
    return total


@compiled
def _marked(outputs: Ints, y_group: int, stride: int, taps: Ints, r_group: int, dilation: int) -> tuple[int, int]:
    """Elements needed, and those of them not held before, by marks on the coordinates that the windows span."""
    high = stride * _end(outputs) + dilation * _end(taps)
    marks = np.zeros((3, high), np.int64)
    need = new = groups = pairs = 0
    for y_first in range(0, outputs.shape[1], y_group):
        for r_first in range(0, taps.shape[1], r_group):
            groups += 1
            for i in range(y_first, y_first + y_group):
                for j in range(r_first, r_first + r_group):
                    if outputs[LENGTH, i] and taps[LENGTH, j]:
                        pairs += 1
                        found = _mark_pair(outputs[:, i], stride, taps[:, j], dilation, marks, groups, pairs)
                        need += found[0]
                        new += found[1]
    return need, new


@compiled
def _end(held: Ints) -> int:
    """Where the last chunk ends."""
    end = 0
    for unit in range(held.shape[1]):
        if held[LENGTH, unit]:
            end = max(end, held[START, unit] + held[LENGTH, unit])
    return end


@compiled
def _mark_pair(y: Ints, stride: int, r: Ints, dilation: int, marks: Ints, group: int, pair: int) -> tuple[int, int]:
    """Mark what a pair of units held (row 0), what its group needs (row 1) and lacks (row 2); what of this is new."""
    base = stride * y[PREVIOUS_START] + dilation * r[PREVIOUS_START]
    for i in range(y[PREVIOUS_LENGTH]):
        for j in range(r[PREVIOUS_LENGTH]):
            place = base + stride * i + dilation * j
            if 0 <= place < marks.shape[1]:
                marks[0, place] = pair
    need = new = 0
    base = stride * y[START] + dilation * r[START]
    for i in range(y[LENGTH]):
        for j in range(r[LENGTH]):
            place = base + stride * i + dilation * j
            if marks[1, place] != group:
                marks[1, place] = group
                need += 1
            if marks[0, place] != pair and marks[2, place] != group:
                marks[2, place] = group
                new += 1
    return need, new
