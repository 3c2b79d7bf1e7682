"""Operands of windowed axes over the network: distinct elements per group of units (A15)."""

from __future__ import annotations

import numpy as np

from ...analysis.chains import Ints
from ..compiled import compiled
from .holdings import LENGTH, START, holdings


@compiled
def window_operands(
    y_extent: int,
    y_sizes: Ints,
    y_units: Ints,
    stride: int,
    r_extent: int,
    r_sizes: Ints,
    r_units: Ints,
    dilation: int,
    levels: int,
    shared: int,
) -> int:
    """Distinct elements of stride·y + dilation·r per group of units, for every relative point of all steps."""
    y_times, outputs, y_group = holdings(y_extent, y_sizes, y_units, levels, levels, False, shared)
    r_times, taps, r_group = holdings(r_extent, r_sizes, r_units, levels, levels, False, shared)
    if y_group == 1 or r_group == 1:
        # Units of a group that differ in one dimension only meet in no element.
        return y_extent * r_extent
    total = 0
    for y_kind in range(len(y_times)):
        for r_kind in range(len(r_times)):
            times = y_times[y_kind] * r_times[r_kind]
            total += times * _points(outputs[y_kind], y_group, stride, taps[r_kind], r_group, dilation)
    return total


@compiled
def _points(outputs: Ints, y_group: int, stride: int, taps: Ints, r_group: int, dilation: int) -> int:
    """Distinct elements of one step, summed over the relative points (i, j) of the chunks.

    Over a range of relative positions the same units are at work.
    """
    marks = np.zeros(stride * outputs[START].max() + dilation * taps[START].max() + 1, np.int64)
    stamp = total = y_low = 0
    y_high = _next_length(outputs[LENGTH], 0)
    while y_high > y_low:
        r_low, r_high = 0, _next_length(taps[LENGTH], 0)
        while r_high > r_low:
            found = 0
            for y_first in range(0, outputs.shape[1], y_group):
                y = outputs[:, y_first : y_first + y_group]
                for r_first in range(0, taps.shape[1], r_group):
                    stamp += 1
                    r = taps[:, r_first : r_first + r_group]
                    found += _distinct(y, y_low, stride, r, r_low, dilation, marks, stamp)
            total += (y_high - y_low) * (r_high - r_low) * found
            r_low, r_high = r_high, _next_length(taps[LENGTH], r_high)
        y_low, y_high = y_high, _next_length(outputs[LENGTH], y_high)
    return total


@compiled
def _distinct(y: Ints, y_low: int, stride: int, r: Ints, r_low: int, dilation: int, marks: Ints, stamp: int) -> int:
    """Distinct elements that the units of a group with longer chunks start at."""
    found = 0
    for i in range(y.shape[1]):
        if y[LENGTH, i] > y_low:
            for j in range(r.shape[1]):
                place = stride * y[START, i] + dilation * r[START, j]
                if r[LENGTH, j] > r_low and marks[place] != stamp:
                    marks[place] = stamp
                    found += 1
    return found


@compiled
def _next_length(lengths: Ints, low: int) -> int:
    """The shortest length above `low`, or `low`."""
    found = low
    for length in lengths:
        if length > low and (found == low or length < found):
            found = length
    return found
