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
from ..structure.charges import busiest_cycles, elements_of
from ..structure.flat import AT, F, Flat, cell, column, item, real, rows
from ..structure.plan import Floats


@compiled
def stepwise_cycles(p: Flat, x: Floats, placement: int, compute: float, moved: Floats) -> float:
    """Cycles for a placement, its work, and what moves late and in at the outermost level [waits, then outer]; those of
    the work alone if it is not stepwise time that counts."""
    if rows(p, F.fill_level) == 0:
        return compute
    total, inner, fill, wait = compute, 0.0, 0, 0
    for level in range(column(p, AT.levels)):
        first = 0.0
        while fill < rows(p, F.fill_level) and item(p, F.fill_level, fill) == level:
            first = max(first, _first_fill(p, x, placement, fill, level))
            fill += 1
        most = first
        while wait < rows(p, F.wait_level) and item(p, F.wait_level, wait) == level:
            most = max(most, np.ceil(moved[wait] / real(p, F.wait_width, wait) - 1e-9))
            wait += 1
        total += most
        inner += first if level else 0.0
    for wire in range(rows(p, F.outer_width)):
        moving = np.ceil(moved[wait + wire] / real(p, F.outer_width, wire) - 1e-9)
        total = max(total, moving + busiest_cycles(p, x, column(p, AT.last_work)) + inner)
    return total


@compiled
def _first_fill(p: Flat, x: Floats, placement: int, fill: int, level: int) -> float:
    """Cycles of a wire or a port in the first transfer of a level."""
    mask, elements = cell(p, F.fill_holds, placement, fill), 0.0
    if mask == 0:
        return 0.0
    # Of one unit, or of all together.
    lengths, axes = column(p, AT.together) + level, column(p, AT.axis_together) + level
    if item(p, F.fill_alone, fill):
        lengths = axes = level + 1
    for tensor in range(rows(p, F.moving)):
        if mask >> tensor & 1:
            elements += elements_of(p, x, tensor, lengths, axes)
    return real(p, F.fill_base, fill) + np.ceil(elements / real(p, F.fill_width, fill) - 1e-9)
