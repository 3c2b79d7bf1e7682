"""Cycles that no program of a box has less of beside its work, by stepwise time (A20).

The whole time is the first fills of all levels, the steps of the outermost one, and the last drains. Steps take no less
than their work. What moves into a single buffer, or out of it, takes time apart from the work: under the one parent of
a level these transfers, with its first fill and last drain, take no less than all that they carry together. So a level
adds its first fill or what is late, whichever is more.
"""

from __future__ import annotations

import numpy as np

from ..compiled import compiled
from ..structure.flat import AT, F, Flat, cell, column, item, real, rows
from ..structure.plan import Floats


@compiled
def exposed_cycles(p: Flat, x: Floats, placement: int, late: Floats) -> float:
    """Cycles beside the work, for a placement and what is late [waits]."""
    total, fill, wait = 0.0, 0, 0
    for level in range(column(p, AT.levels)):
        most = 0.0
        while fill < rows(p, F.fill_level) and item(p, F.fill_level, fill) == level:
            most = max(most, _first_fill(p, x, placement, fill, level))
            fill += 1
        while wait < rows(p, F.wait_level) and item(p, F.wait_level, wait) == level:
            most = max(most, np.ceil(late[wait] / real(p, F.wait_width, wait) - 1e-9))
            wait += 1
        total += most
    return total


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
