"""Cycles that no program of a box has less of beside its work, by stepwise time (A20).

The whole time is the first fills of all levels, the steps of the outermost one, and the last drains. Steps take no less
than their work. What moves into a single buffer, or out of it, takes time apart from the work: under the one parent of
a level these transfers, with its first fill and last drain, take no less than all that they carry together. So a level
adds its first fill or what is late, whichever is more.

Where transfers bind, all that comes in at the outermost level takes its time one after the other, and then there is
still the work of its last step, and before it the first fills of the other levels.
"""

from __future__ import annotations

import numpy as np

from ..compiled import compiled
from ..structure.flat import AT, F, Flat, cell, column, item, real, rows
from ..structure.plan import Floats


@compiled
def stepwise_cycles(p: Flat, x: Floats, placement: int, compute: float, late: Floats, outer: Floats) -> float:
    """Cycles for a placement, its work, what is late [waits] and what comes in at the outermost level; 0 if it is not
    stepwise time that counts."""
    if rows(p, F.fill_level) == 0:
        return 0.0
    total, inner, fill, wait = compute, 0.0, 0, 0
    for level in range(column(p, AT.levels)):
        first = most = 0.0
        while fill < rows(p, F.fill_level) and item(p, F.fill_level, fill) == level:
            first = max(first, _first_fill(p, x, placement, fill, level))
            fill += 1
        most = first
        while wait < rows(p, F.wait_level) and item(p, F.wait_level, wait) == level:
            most = max(most, np.ceil(late[wait] / real(p, F.wait_width, wait) - 1e-9))
            wait += 1
        total += most
        inner += first if level else 0.0
    for wire in range(rows(p, F.outer_width)):
        moving = np.ceil(outer[wire] / real(p, F.outer_width, wire) - 1e-9)
        total = max(total, moving + _last_work(p, x) + inner)
    return total


@compiled
def _last_work(p: Flat, x: Floats) -> float:
    """Cycles of the busiest processing element in the last step of the outermost level."""
    product = 1.0
    for d in range(rows(p, F.extents)):
        product *= x[item(p, F.base, d) + column(p, AT.last_work)]
    return np.ceil(product * real(p, F.interval, 0) / real(p, F.lanes, 0))


@compiled
def _first_fill(p: Flat, x: Floats, placement: int, fill: int, level: int) -> float:
    """Cycles of a wire or a port in the first transfer of a level."""
    mask, elements = cell(p, F.fill_holds, placement, fill), 0.0
    if mask == 0:
        return 0.0
    for tensor in range(rows(p, F.moving)):
        if mask >> tensor & 1:
            elements += _first_elements(p, x, tensor, level, item(p, F.fill_alone, fill) > 0)
    return real(p, F.fill_base, fill) + np.ceil(elements / real(p, F.fill_width, fill) - 1e-9)


@compiled
def _first_elements(p: Flat, x: Floats, tensor: int, level: int, alone: bool) -> float:
    """Elements of a tensor in the first step of a level, of one unit or of all together."""
    own, axes = column(p, AT.together) + level, column(p, AT.axis_together) + level
    if alone:
        own = axes = level + 1
    product = 1.0
    for d in range(rows(p, F.extents)):
        if item(p, F.moving, tensor) >> d & 1:
            axis = cell(p, F.axis_of, tensor, d)
            if axis < 0:
                product *= x[item(p, F.base, d) + own]
            elif cell(p, F.axis_dimensions, axis, 0) == d:
                product *= x[item(p, F.axis_base, axis) + axes]
    return product
