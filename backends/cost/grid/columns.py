"""The numbers of the candidates of a dimension or a windowed axis that a bound is made of: less is never worse.

Per dimension (all from `base` on, see `problem.Layout`):

* length of the longest chunk at every boundary;
* `multi`: 1 for every level whose loop takes several steps, `may`: the same, negative;
* `low`: per view and level, the most that is kept when a loop above the level advances, negative; the same for all
  restarts in one more row;
* `work`: vectors of the busiest unit; `active`: units that ever work above every boundary, negative;
* `operands`: per mask, how often units need operands that the dimension does not move;
* `steps`: per view and level, the steps of the loops above the level, times the units that do not share.

Per windowed axis: elements of the longest chunk at every boundary; per view the `need` of all steps and the `whole`
axis; per view, level and dimension of the axis, if the loop of that dimension at that level is the axis's innermost:
`fresh`, the need less what the axis keeps when its loops at the level advance, `out`, less only what it keeps when that
innermost loop does, and `wrap`, what it keeps when a loop between its two advances, negative; per view and level `both`,
what it keeps when one outside both advances, `low_wrap`, the most that is kept when other loops above the level do, and
`low_kept`, when its own above the level do, all three negative; `axis_operands`. One more row says what holds at any
level: `fresh` and `out` less all, `wrap` and `both` the most.
"""

from __future__ import annotations

import numpy as np

from .compiled import compiled
from .flat import (
    AT_ACTIVE,
    AT_AXIS_OPERANDS,
    AT_BOTH,
    AT_FRESH,
    AT_LEVELS,
    AT_LOW,
    AT_LOW_KEPT,
    AT_LOW_WRAP,
    AT_MAY,
    AT_MULTI,
    AT_NEED,
    AT_OPERANDS,
    AT_OUT,
    AT_WHOLE,
    AT_WORK,
    AT_WRAP,
    MASKS,
    STEPS,
    VIEWS,
    Flat,
    cell,
    column,
    item,
    rows,
)
from .plan import Floats, Ints
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
        out[column(p, AT_OPERANDS) + place] = unused_operands(
            extent, sizes, units, column(p, AT_LEVELS), item(p, MASKS, place)
        )
    for view in range(rows(p, VIEWS)):
        boundary, shared = cell(p, VIEWS, view, 0), cell(p, VIEWS, view, 1)
        most = restarts = 0
        inside = False
        for depth in range(boundary + 1):
            need, _ = unused_volumes(extent, sizes, units, boundary, depth, False, shared)
            out[item(p, STEPS, view) + depth] = need
        for depth in range(boundary, -1, -1):
            if depth < boundary and out[column(p, AT_MULTI) + depth] > 0:
                inside = True
            if inside:
                restarts = max(restarts, single_keep(extent, sizes, units, boundary, depth, False))
        row = column(p, AT_LOW) + view * (column(p, AT_LEVELS) + 1)
        for level in range(column(p, AT_LEVELS)):
            if level <= boundary:
                most = max(most, single_keep(extent, sizes, units, boundary, level, False))
            out[row + level] = -most
        out[row + column(p, AT_LEVELS)] = -restarts


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
            y_extent,
            y_sizes,
            y_units,
            stride,
            r_extent,
            r_sizes,
            r_units,
            dilation,
            column(p, AT_LEVELS),
            item(p, MASKS, place),
        )
    whole, last = out[0], column(p, AT_LEVELS)
    for view in range(rows(p, VIEWS)):
        boundary, shared = cell(p, VIEWS, view, 0), cell(p, VIEWS, view, 1)
        need, _ = window_pair_volumes(
            y_extent, y_sizes, y_units, boundary, False, stride,
            r_extent, r_sizes, r_units, boundary, False, dilation, boundary, shared,
        )  # fmt: skip
        out[column(p, AT_NEED) + view] = need
        out[column(p, AT_WHOLE) + view] = whole
        first = view * (last + 1)
        low_wrap = low_kept = total = any_wrap = 0
        for level in range(boundary):
            out[column(p, AT_LOW_WRAP) + first + level] = -low_wrap
            out[column(p, AT_LOW_KEPT) + first + level] = -low_kept
            y_in, r_in, both, y_adv_in, y_adv_out, r_adv_in, r_adv_out, out_out = level_keeps(
                stride, dilation, y_extent, y_sizes, y_units, r_extent, r_sizes, r_units, level, boundary, shared
            )
            # Which loops of the axis lie inside, as far as they take several steps: those of y, of r, or of both.
            y_fresh, r_fresh = y_adv_out + r_adv_in, r_adv_out + y_adv_in
            place = 2 * (first + level)
            out[column(p, AT_FRESH) + place] = max(need - y_fresh, whole)
            out[column(p, AT_FRESH) + place + 1] = max(need - r_fresh, whole)
            out[column(p, AT_OUT) + place] = max(need - y_adv_out, whole)
            out[column(p, AT_OUT) + place + 1] = max(need - r_adv_out, whole)
            out[column(p, AT_WRAP) + place] = -y_in
            out[column(p, AT_WRAP) + place + 1] = -r_in
            out[column(p, AT_BOTH) + first + level] = -both
            low_wrap = max(max(low_wrap, out_out), max(max(y_in, r_in), both))
            own = max(y_adv_in, y_adv_out) + max(r_adv_in, r_adv_out)
            low_kept += own
            total += own
            any_wrap = max(any_wrap, restart_keep(
                stride, dilation, y_extent, y_sizes, y_units, r_extent, r_sizes, r_units, level, boundary, shared,
            ))  # fmt: skip
        for level in range(boundary, last + 1):
            place = 2 * (first + level)
            for which in range(2):
                out[column(p, AT_FRESH) + place + which] = max(need - total, whole)
                out[column(p, AT_OUT) + place + which] = max(need - total, whole)
                out[column(p, AT_WRAP) + place + which] = -any_wrap
            out[column(p, AT_BOTH) + first + level] = -any_wrap
            out[column(p, AT_LOW_WRAP) + first + level] = -max(low_wrap, need if level == boundary else 0)
            out[column(p, AT_LOW_KEPT) + first + level] = -low_kept


@compiled
def _pair_keep(
    stride: int, dilation: int, y_extent: int, y_sizes: Ints, y_units: Ints, y_c: int, y_adv: bool,
    r_extent: int, r_sizes: Ints, r_units: Ints, r_c: int, r_adv: bool, boundary: int, shared: int,
) -> int:  # fmt: skip
    _, kept = window_pair_volumes(
        y_extent,
        y_sizes,
        y_units,
        y_c,
        y_adv,
        stride,
        r_extent,
        r_sizes,
        r_units,
        r_c,
        r_adv,
        dilation,
        boundary,
        shared,
    )
    return kept


@compiled
def level_keeps(
    stride: int, dilation: int, y_extent: int, y_sizes: Ints, y_units: Ints, r_extent: int, r_sizes: Ints, r_units: Ints,
    level: int, boundary: int, shared: int,
) -> tuple[int, int, int, int, int, int, int, int]:  # fmt: skip
    """What an axis keeps when a loop of a level advances: another dimension's with the loop of y inside and that of r
    outside, the other way round, with both inside; that of y with r inside, outside; that of r with y inside, outside;
    another dimension's with both outside."""
    y_moves = several(y_extent, y_sizes, y_units, level)
    r_moves = several(r_extent, r_sizes, r_units, level)
    keep = np.zeros(8, np.int64)
    for case in range(8):
        y_c, r_c, y_adv, r_adv = level, level, False, False
        if case == 0:
            r_c = level + 1
        elif case == 1:
            y_c = level + 1
        elif case == 3 or case == 4:
            y_adv, r_c = True, level + (case == 4)
        elif case == 5 or case == 6:
            r_adv, y_c = True, level + (case == 6)
        elif case == 7:
            y_c, r_c = level + 1, level + 1
        if (y_adv and not y_moves) or (r_adv and not r_moves):
            continue
        # A loop of one step is as good outside as inside.
        if (case == 0 and not r_moves) or (case == 1 and not y_moves):
            keep[case] = -1
            continue
        keep[case] = _pair_keep(
            stride, dilation, y_extent, y_sizes, y_units, y_c, y_adv, r_extent, r_sizes, r_units, r_c, r_adv,
            boundary, shared,
        )  # fmt: skip
    for case in range(2):
        if keep[case] < 0:
            keep[case] = keep[2]
    return keep[0], keep[1], keep[2], keep[3], keep[4], keep[5], keep[6], keep[7]


@compiled
def restart_keep(
    stride: int, dilation: int, y_extent: int, y_sizes: Ints, y_units: Ints, r_extent: int, r_sizes: Ints, r_units: Ints,
    level: int, boundary: int, shared: int,
) -> int:  # fmt: skip
    """The most that an axis keeps when another loop of a level advances and a loop of the axis restarts."""
    most = 0
    for y_c in range(level, level + 2):
        for r_c in range(level, level + 2):
            restarts = False
            for inner in range(level, boundary):
                restarts = restarts or (inner >= y_c and several(y_extent, y_sizes, y_units, inner))
                restarts = restarts or (inner >= r_c and several(r_extent, r_sizes, r_units, inner))
            if restarts:
                most = max(most, _pair_keep(
                    stride, dilation, y_extent, y_sizes, y_units, y_c, False, r_extent, r_sizes, r_units, r_c, False,
                    boundary, shared,
                ))  # fmt: skip
    return most


@compiled
def window_elements(outputs: int, stride: int, taps: int, dilation: int) -> int:
    """Elements of stride · y + dilation · r over a chunk (the same as `axis_elements`)."""
    common = np.gcd(stride, dilation)
    return outputs * taps - max(0, outputs - dilation // common) * max(0, taps - stride // common)
