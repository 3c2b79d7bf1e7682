"""The numbers of the candidates of a dimension or a windowed axis that a bound is made of: less is never worse.

Per dimension (all from `base` on, see `cost_arrays.Layout`):

* length of the longest chunk at every boundary;
* `multi`: 1 for every level whose loop takes several steps, `may`: the same, negative;
* `low`: per view and level, the most that is kept when a loop above the level advances, negative; the same for all
  restarts in one more row;
* `carry`: per view and level, what units hold together at the start of each step of the loops above the level, at
  most, summed over these, negative;
* `work`: vectors of the busiest unit; `active`: units that ever work above every boundary, negative;
* `operands`: per mask, how often units need operands that the dimension does not move;
* `steps`: per view and level, the steps of the loops above the level, times the units that do not share;
* `together`: by stepwise time, per level what its units hold together in their first step;
* `last_work`: by stepwise time, vectors of the busiest unit in the last step of the outermost level.

Per windowed axis: elements of the longest chunk at every boundary; per view the `need` of all steps and the `whole`
axis; per view, level and dimension of the axis, if the loop of that dimension at that level is the axis's innermost:
`fresh`, the need less what the axis keeps when its loops at the level advance, `out`, less only what it keeps when
that innermost loop does, and `wrap`, what it keeps when a loop between its two advances, negative; per view and level
`both`, what it keeps when one outside both advances, `low_wrap`, the most that is kept when other loops above the
level do, and `low_kept`, when its own above the level do, all three negative; `grown`, what the steps of the loops
above the level need together, and `carried`, what is held at their starts at most, negative; `axis_operands`. One more
row says what holds at any level: `fresh` and `out` less all, `wrap` and `both` the most.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..compiled import compiled
from ..structure.flat import AT, F, Flat, cell, column, item, rows
from ..structure.plan import Floats, Ints
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
    filled = rows(p, F.fill_level) > 0
    for level in range(column(p, AT.levels)):
        if filled:
            out[column(p, AT.together) + level] = held_together(length, sizes[level], units[level])
        if sizes[level]:
            length = min(length, sizes[level])
        out[level + 1] = length
        loops = 1.0 if several(extent, sizes, units, level) else 0.0
        out[column(p, AT.multi) + level] = loops
        out[column(p, AT.may) + level] = -loops
    out[column(p, AT.work)] = busiest(extent, sizes, units, column(p, AT.levels), width)
    if filled:
        inner = sizes.copy()
        inner[0] = 0
        rest = last_chunk(extent, sizes[0], units[0])
        out[column(p, AT.last_work)] = busiest(rest, inner, units, column(p, AT.levels), width)
    for boundary in range(column(p, AT.levels) + 1):
        out[column(p, AT.active) + boundary] = -active(extent, sizes, units, boundary)
    for place in range(rows(p, F.masks)):
        out[column(p, AT.operands) + place] = unused_operands(
            extent, sizes, units, column(p, AT.levels), item(p, F.masks, place)
        )
    for view in range(rows(p, F.views)):
        boundary, shared = cell(p, F.views, view, 0), cell(p, F.views, view, 1)
        most = restarts = 0
        inside = False
        for depth in range(boundary + 1):
            need, _ = unused_volumes(extent, sizes, units, boundary, depth, False, shared)
            out[item(p, F.steps, view) + depth] = need
        for depth in range(boundary, -1, -1):
            if depth < boundary and out[column(p, AT.multi) + depth] > 0:
                inside = True
            if inside:
                restarts = max(restarts, single_keep(extent, sizes, units, boundary, depth, False))
        row = column(p, AT.low) + view * (column(p, AT.levels) + 1)
        for level in range(column(p, AT.levels)):
            if level <= boundary:
                most = max(most, single_keep(extent, sizes, units, boundary, level, False))
            out[row + level] = -most
        out[row + column(p, AT.levels)] = -restarts
        row = column(p, AT.carry) + view * (column(p, AT.levels) + 1)
        for level in range(column(p, AT.levels) + 1):
            held = extent
            if level < boundary:
                steps, _ = unused_volumes(extent, sizes, units, level, level, False, (1 << level) - 1)
                held = min(extent, steps * active(extent, sizes, units, boundary) * int(out[boundary]))
            out[row + level] = -held


@compiled
def held_together(length: int, size: int, units: int) -> int:
    """What the units of a level hold of a chunk in their first step."""
    return min(length, size * max(units, 1)) if size else length


@compiled
def last_chunk(length: int, size: int, units: int) -> int:
    """The chunk of the first unit in the last step of a level."""
    if size == 0 or size >= length:
        return length
    step = size * max(units, 1)
    return min(size, length - step * (-(-length // step) - 1))


class AxisPair(NamedTuple):
    """One chain of each dimension of an axis stride · y + dilation · r."""

    stride: int
    dilation: int
    y_extent: int
    y_sizes: Ints
    y_units: Ints
    r_extent: int
    r_sizes: Ints
    r_units: Ints


@compiled
def pair_volumes(
    pair: AxisPair, y_c: int, y_advances: bool, r_c: int, r_advances: bool, boundary: int, shared: int
) -> tuple[int, int]:
    """Need and keep of an axis at an event; see `windowed`."""
    return window_pair_volumes(
        pair.y_extent, pair.y_sizes, pair.y_units, y_c, y_advances, pair.stride,
        pair.r_extent, pair.r_sizes, pair.r_units, r_c, r_advances, pair.dilation, boundary, shared,
    )  # fmt: skip


@compiled
def axis_columns(p: Flat, pair: AxisPair, out: Floats) -> None:
    """The columns of a windowed axis."""
    y_length, r_length = pair.y_extent, pair.r_extent
    for level in range(column(p, AT.levels) if rows(p, F.fill_level) else 0):
        y_held = held_together(y_length, pair.y_sizes[level], pair.y_units[level])
        r_held = held_together(r_length, pair.r_sizes[level], pair.r_units[level])
        out[column(p, AT.axis_together) + level] = window_elements(y_held, pair.stride, r_held, pair.dilation)
        if pair.y_sizes[level]:
            y_length = min(y_length, pair.y_sizes[level])
        if pair.r_sizes[level]:
            r_length = min(r_length, pair.r_sizes[level])
    y_length, r_length = pair.y_extent, pair.r_extent
    for boundary in range(column(p, AT.levels) + 1):
        if boundary and pair.y_sizes[boundary - 1]:
            y_length = min(y_length, pair.y_sizes[boundary - 1])
        if boundary and pair.r_sizes[boundary - 1]:
            r_length = min(r_length, pair.r_sizes[boundary - 1])
        out[boundary] = window_elements(y_length, pair.stride, r_length, pair.dilation)
    for place in range(rows(p, F.masks)):
        out[column(p, AT.axis_operands) + place] = window_operands(
            pair.y_extent, pair.y_sizes, pair.y_units, pair.stride,
            pair.r_extent, pair.r_sizes, pair.r_units, pair.dilation, column(p, AT.levels), item(p, F.masks, place),
        )  # fmt: skip
    for view in range(rows(p, F.views)):
        _view_columns(p, pair, view, out)


@compiled
def _view_columns(p: Flat, pair: AxisPair, view: int, out: Floats) -> None:
    """The columns of a windowed axis at one boundary."""
    boundary, shared = cell(p, F.views, view, 0), cell(p, F.views, view, 1)
    whole, last = out[0], column(p, AT.levels)
    need, _ = pair_volumes(pair, boundary, False, boundary, False, boundary, shared)
    out[column(p, AT.need) + view] = need
    out[column(p, AT.whole) + view] = whole
    first = view * (last + 1)
    low_wrap = low_kept = any_wrap = 0
    for level in range(boundary):
        out[column(p, AT.low_wrap) + first + level] = -low_wrap
        out[column(p, AT.low_kept) + first + level] = -low_kept
        kept = level_keeps(pair, level, boundary, shared)
        # The innermost loop is that of y, or that of r; the other one advances with it inside.
        for which in range(2):
            own, other = kept[OWN_OUTSIDE, which], kept[OWN_INSIDE, 1 - which]
            place = 2 * (first + level) + which
            out[column(p, AT.fresh) + place] = max(need - own - other, whole)
            out[column(p, AT.out) + place] = max(need - own, whole)
            out[column(p, AT.wrap) + place] = -kept[INSIDE, which]
        out[column(p, AT.both) + first + level] = -kept[BOTH, 0]
        low_wrap = max(low_wrap, kept[INSIDE, 0], kept[INSIDE, 1], kept[BOTH, 0], kept[BOTH, 1])
        for which in range(2):
            low_kept += max(kept[OWN_INSIDE, which], kept[OWN_OUTSIDE, which])
        any_wrap = max(any_wrap, restart_keep(pair, level, boundary, shared))
    for level in range(boundary, last + 1):
        for which in range(2):
            place = 2 * (first + level) + which
            out[column(p, AT.fresh) + place] = max(need - low_kept, whole)
            out[column(p, AT.out) + place] = max(need - low_kept, whole)
            out[column(p, AT.wrap) + place] = -any_wrap
        out[column(p, AT.both) + first + level] = -any_wrap
        out[column(p, AT.low_wrap) + first + level] = -max(low_wrap, need if level == boundary else 0)
        out[column(p, AT.low_kept) + first + level] = -low_kept
    spread = pair.y_units[:boundary].sum() + pair.r_units[:boundary].sum()
    for level in range(last + 1):
        grown = held = int(whole)
        if level < boundary and pair.y_units[level:boundary].sum() + pair.r_units[level:boundary].sum() == 0:
            grown, _ = pair_volumes(pair, level, False, level, False, level, shared & ((1 << level) - 1))
            held = grown
        if level < boundary and spread == 0:
            y_steps, _ = unused_volumes(pair.y_extent, pair.y_sizes, pair.y_units, level, level, False, 0)
            r_steps, _ = unused_volumes(pair.r_extent, pair.r_sizes, pair.r_units, level, level, False, 0)
            held = min(grown, y_steps * r_steps * int(out[boundary]))
        out[column(p, AT.grown) + first + level] = grown
        out[column(p, AT.carried) + first + level] = -held


INSIDE, BOTH, OWN_INSIDE, OWN_OUTSIDE = range(4)
"""What advances: another dimension's loop, with that of y or r inside (and the other of the two outside); one with both
inside, or with neither; the loop of y or r, with the other one inside; with it outside."""


@compiled
def level_keeps(pair: AxisPair, level: int, boundary: int, shared: int) -> Ints:
    """What an axis keeps when a loop of a level advances: [what advances, y or r]."""
    y_moves = several(pair.y_extent, pair.y_sizes, pair.y_units, level)
    r_moves = several(pair.r_extent, pair.r_sizes, pair.r_units, level)
    kept = np.zeros((4, 2), np.int64)
    _, kept[BOTH, 0] = pair_volumes(pair, level, False, level, False, boundary, shared)
    _, kept[BOTH, 1] = pair_volumes(pair, level + 1, False, level + 1, False, boundary, shared)
    # A loop of one step is as good outside as inside.
    kept[INSIDE, 0] = kept[INSIDE, 1] = kept[BOTH, 0]
    if r_moves:
        _, kept[INSIDE, 0] = pair_volumes(pair, level, False, level + 1, False, boundary, shared)
        for outside in range(2):
            _, kept[OWN_INSIDE + outside, 1] = pair_volumes(pair, level + outside, False, level, True, boundary, shared)
    if y_moves:
        _, kept[INSIDE, 1] = pair_volumes(pair, level + 1, False, level, False, boundary, shared)
        for outside in range(2):
            _, kept[OWN_INSIDE + outside, 0] = pair_volumes(pair, level, True, level + outside, False, boundary, shared)
    return kept


@compiled
def restart_keep(pair: AxisPair, level: int, boundary: int, shared: int) -> int:
    """The most that an axis keeps when another loop of a level advances and a loop of the axis restarts."""
    most = 0
    for y_c in range(level, level + 2):
        for r_c in range(level, level + 2):
            restarts = False
            for inner in range(level, boundary):
                restarts |= inner >= y_c and several(pair.y_extent, pair.y_sizes, pair.y_units, inner)
                restarts |= inner >= r_c and several(pair.r_extent, pair.r_sizes, pair.r_units, inner)
            if restarts:
                _, kept = pair_volumes(pair, y_c, False, r_c, False, boundary, shared)
                most = max(most, kept)
    return most


@compiled
def window_elements(outputs: int, stride: int, taps: int, dilation: int) -> int:
    """Elements of stride · y + dilation · r over a chunk (the same as `axis_elements`)."""
    common = np.gcd(stride, dilation)
    return distinct_elements(outputs, stride // common, taps, dilation // common)


@compiled
def distinct_elements(outputs: int, stride: int, taps: int, dilation: int) -> int:
    """The same for a stride and a dilation without a common divisor."""
    return outputs * taps - max(0, outputs - dilation) * max(0, taps - stride)
