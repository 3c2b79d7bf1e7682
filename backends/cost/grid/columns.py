"""The numbers of the candidates of a dimension or a windowed axis that a bound is made of: less is never worse.

Per dimension (all from `base` on, see `problem.Layout`):

* length of the longest chunk at every boundary;
* `multi`: 1 for every level whose loop takes several steps, `may`: the same, negative;
* `soft`: per view, the extent less what can be left over from before the restart of ragged loops;
* `work`: vectors of the busiest unit; `active`: units that ever work above every boundary, negative;
* `operands`: per mask, how often units need operands that the dimension does not move;
* `steps`: per view and level, the steps of the loops above the level, times the units that do not share.

Per windowed axis: elements of the longest chunk at every boundary; per view the `need` of all steps, `outer`: less
`wrap`, the most that a restart leaves; `inner`: per level, less also what the axis keeps when its loops at the level
advance; `all`: when all its loops do; `wrap`, negative; `axis_operands`.
"""

from __future__ import annotations

import numpy as np

from .compiled import compiled
from .plan import Floats, Ints
from .flat import (
    AT_ACTIVE,
    AT_ALL,
    AT_AXIS_OPERANDS,
    AT_INNER,
    AT_LEVELS,
    AT_MAY,
    AT_MULTI,
    AT_NEED,
    AT_OPERANDS,
    AT_OUTER,
    AT_SOFT,
    AT_WORK,
    AT_WRAP,
    MASKS,
    STEPS,
    VIEWS,
    item,
    cell,
    rows,
    column,
    Flat,
)
from .volumes import (
    active,
    busiest,
    single_keep,
    unused_operands,
    unused_volumes,
    window_operands,
    window_pair_volumes,
)


@compiled
def several(extent: int, sizes: Ints, units: Ints, level: int) -> bool:
    """Whether the loop of a level takes more than one step in its longest chunk."""
    if sizes[level] == 0:
        return False
    length = extent
    for outer in range(level):
        if sizes[outer]:
            length = min(length, sizes[outer])
    return -(-length // sizes[level]) > max(units[level], 1)


@compiled
def dimension_columns(p: Flat, extent: int, width: int, sizes: Ints, units: Ints, out: Floats) -> None:
    """The columns of one chain of a dimension."""
    length = extent
    out[0] = extent
    for level in range(column(p, AT_LEVELS)):
        if sizes[level]:
            length = min(length, sizes[level])
        out[level + 1] = length
        loops = 1.0 if several(extent, sizes, units, level) else 0.0
        out[column(p, AT_MULTI) + level] = loops
        out[column(p, AT_MAY) + level] = -loops
    out[column(p, AT_WORK)] = busiest(extent, sizes, units, column(p, AT_LEVELS), width)
    for boundary in range(column(p, AT_LEVELS) + 1):
        out[column(p, AT_ACTIVE) + boundary] = -active(extent, sizes, units, boundary)
    for place in range(rows(p, MASKS)):
        out[column(p, AT_OPERANDS) + place] = unused_operands(extent, sizes, units, column(p, AT_LEVELS), item(p, MASKS, place))
    for view in range(rows(p, VIEWS)):
        boundary, shared = cell(p, VIEWS, view, 0), cell(p, VIEWS, view, 1)
        left = 0
        inside = False
        for depth in range(boundary, -1, -1):
            need, _ = unused_volumes(extent, sizes, units, boundary, depth, False, shared)
            out[item(p, STEPS, view) + depth] = need
            if depth < boundary and out[column(p, AT_MULTI) + depth] > 0:
                inside = True
            if inside:
                left = max(left, single_keep(extent, sizes, units, boundary, depth, False))
        out[column(p, AT_SOFT) + view] = extent - left


@compiled
def axis_columns(
    p: Flat,
    stride: int,
    dilation: int,
    y_extent: int,
    y_sizes: Ints,
    y_units: Ints,
    r_extent: int,
    r_sizes: Ints,
    r_units: Ints,
    out: Floats,
) -> None:
    """The columns of a windowed axis for one chain of each of its dimensions."""
    y_length, r_length = y_extent, r_extent
    for boundary in range(column(p, AT_LEVELS) + 1):
        if boundary and y_sizes[boundary - 1]:
            y_length = min(y_length, y_sizes[boundary - 1])
        if boundary and r_sizes[boundary - 1]:
            r_length = min(r_length, r_sizes[boundary - 1])
        out[boundary] = window_elements(y_length, stride, r_length, dilation)
    for place in range(rows(p, MASKS)):
        out[column(p, AT_AXIS_OPERANDS) + place] = window_operands(
            y_extent, y_sizes, y_units, stride, r_extent, r_sizes, r_units, dilation, column(p, AT_LEVELS), item(p, MASKS, place)
        )
    whole = out[0]
    for view in range(rows(p, VIEWS)):
        boundary, shared = cell(p, VIEWS, view, 0), cell(p, VIEWS, view, 1)
        need, _ = window_pair_volumes(
            y_extent, y_sizes, y_units, boundary, False, stride,
            r_extent, r_sizes, r_units, boundary, False, dilation, boundary, shared,
        )  # fmt: skip
        wrap, total = 0, 0
        y_inside = r_inside = False
        for level in range(boundary - 1, -1, -1):
            y_moves = several(y_extent, y_sizes, y_units, level)
            r_moves = several(r_extent, r_sizes, r_units, level)
            own = 0
            if y_moves:
                most = 0
                for c in range(level, level + 1 + r_moves):
                    _, kept = window_pair_volumes(
                        y_extent, y_sizes, y_units, level, True, stride,
                        r_extent, r_sizes, r_units, c, False, dilation, boundary, shared,
                    )  # fmt: skip
                    most = max(most, kept)
                own += most
            if r_moves:
                most = 0
                for c in range(level, level + 1 + y_moves):
                    _, kept = window_pair_volumes(
                        y_extent, y_sizes, y_units, c, False, stride,
                        r_extent, r_sizes, r_units, level, True, dilation, boundary, shared,
                    )  # fmt: skip
                    most = max(most, kept)
                own += most
            for y_c in range(level, level + 1 + y_moves):
                for r_c in range(level, level + 1 + r_moves):
                    restarts = y_inside or r_inside or (y_moves and y_c == level) or (r_moves and r_c == level)
                    if restarts:
                        _, kept = window_pair_volumes(
                            y_extent, y_sizes, y_units, y_c, False, stride,
                            r_extent, r_sizes, r_units, r_c, False, dilation, boundary, shared,
                        )  # fmt: skip
                        wrap = max(wrap, kept)
            y_inside = y_inside or y_moves
            r_inside = r_inside or r_moves
            total += own
            out[column(p, AT_INNER) + view * column(p, AT_LEVELS) + level] = max(need - own, whole)
        for level in range(column(p, AT_LEVELS)):
            place = column(p, AT_INNER) + view * column(p, AT_LEVELS) + level
            out[place] = max(out[place] - wrap, 1.0) if level < boundary else 1.0
        out[column(p, AT_NEED) + view] = need
        out[column(p, AT_OUTER) + view] = max(need - wrap, 1.0)
        out[column(p, AT_ALL) + view] = max(max(need - total, whole) - wrap, 1.0)
        out[column(p, AT_WRAP) + view] = -wrap


@compiled
def window_elements(outputs: int, stride: int, taps: int, dilation: int) -> int:
    """Elements of stride · y + dilation · r over a chunk (the same as `axis_elements`)."""
    common = np.gcd(stride, dilation)
    return outputs * taps - max(0, outputs - dilation // common) * max(0, taps - stride // common)
