"""The columns of all chains that begin alike: never more than those of any one of them.

A chain is *begun* if its sizes are given in the levels above `depth` only; `free` marks the deeper levels that map the
dimension. What lies at a boundary not below `depth` depends on the given sizes alone. Below it a chunk has one element
or more, a loop may take one step or several, all that a level keeps may be everything, and work is never shared better
than evenly. Each column is set to the least that these allow, so a candidate that stands for all chains that begin
alike is a bound for each of them, as a node of a tree is for the candidates below it.
"""

from __future__ import annotations

from ..axes.columns import AxisPair, last_chunk, pair_volumes
from ..axes.pieces import ALL, pieces
from ..compiled import compiled
from ..structure.flat import AT, F, Flat, cell, column, item, rows
from ..structure.plan import Floats, Ints


@compiled
def begun_dimension(
    p: Flat, extent: int, width: int, sizes: Ints, units: Ints, depth: int, free: Ints, out: Floats
) -> None:
    """Lower what `dimension_columns` says of the given sizes alone (0 from `depth` on) to what holds for all chains."""
    levels = column(p, AT.levels)
    length, begun = int(out[depth]), False
    for level in range(depth, levels):
        if free[level]:
            begun = True
            out[column(p, AT.multi) + level] = 0.0
            out[column(p, AT.may) + level] = -1.0 if length > max(units[level], 1) else 0.0
        out[level + 1] = 1.0 if begun else length
        if rows(p, F.fill_level):
            out[column(p, AT.together) + level] = out[level + 1]
    out[column(p, AT.work)] = _least(p, extent, width, sizes, units, ALL, free)
    if rows(p, F.fill_level):
        out[column(p, AT.last_work)] = 1.0
        if depth > 0:
            inner = sizes.copy()
            inner[0] = 0
            rest = last_chunk(extent, sizes[0], units[0])
            out[column(p, AT.last_work)] = _least(p, rest, width, inner, units, ALL, free)
    for boundary in range(depth + 1, levels + 1):
        out[column(p, AT.active) + boundary] = -_most_active(extent, sizes, units, boundary, free)
    for place in range(rows(p, F.masks)):
        out[column(p, AT.operands) + place] = _least(p, extent, 1, sizes, units, item(p, F.masks, place), free)
    for view in range(rows(p, F.views)):
        if cell(p, F.views, view, 0) > depth:
            row = view * (levels + 1)
            for level in range(levels + 1):
                out[column(p, AT.low) + row + level] = -extent
                out[column(p, AT.carry) + row + level] = -extent


@compiled
def _free_units(units: Ints, free: Ints, boundary: int, mask: int) -> int:
    """Units that chunks are spread over at the free levels above a boundary, of those in the mask."""
    product = 1
    for level in range(boundary):
        if free[level] and (mask >> level) & 1:
            product *= max(units[level], 1)
    return product


@compiled
def _least(p: Flat, extent: int, width: int, sizes: Ints, units: Ints, mask: int, free: Ints) -> int:
    """The least number of vectors of `width` that units see one after the other, if those in the mask work at once."""
    levels = column(p, AT.levels)
    found, kinds = pieces(extent, sizes, units, levels, levels, False, mask)
    over, total = _free_units(units, free, levels, mask), 0
    for kind in range(kinds):
        longest = -(-found[0, kind] // over)
        total += found[1, kind] * -(-longest // width)
    return total


@compiled
def _most_active(extent: int, sizes: Ints, units: Ints, boundary: int, free: Ints) -> int:
    found, kinds = pieces(extent, sizes, units, boundary, 0, False, 0)
    over, total = _free_units(units, free, boundary, ALL), 0
    for kind in range(kinds):
        total += found[1, kind] * min(found[0, kind], over)
    return total


@compiled
def begun_axis(p: Flat, pair: AxisPair, depth: int, y_free: Ints, r_free: Ints, out: Floats) -> None:
    """Lower what `axis_columns` says of the given sizes alone to what holds for all pairs of chains.

    `depth` is that of the dimension of which less is given.
    """
    last = column(p, AT.levels)
    begun_y = begun_r = False
    for level in range(depth, last):
        begun_y, begun_r = begun_y or y_free[level] > 0, begun_r or r_free[level] > 0
        if begun_y and begun_r:
            out[level + 1] = 1.0
        elif begun_y or begun_r:
            out[level + 1] = min(out[level + 1], _other_length(pair, begun_y, level))
        if rows(p, F.fill_level):
            together = column(p, AT.axis_together) + level
            out[together] = min(out[together], out[level + 1])
    points = pair.y_extent * pair.r_extent
    for place in range(rows(p, F.masks)):
        together = 1
        for level in range(last):
            if (item(p, F.masks, place) >> level) & 1:
                together *= max(pair.y_units[level], 1) * max(pair.r_units[level], 1)
        out[column(p, AT.axis_operands) + place] = -(-points // together)
    for view in range(rows(p, F.views)):
        if cell(p, F.views, view, 0) > depth:
            _begun_view(p, pair, depth, view, out)


@compiled
def _other_length(pair: AxisPair, begun_y: bool, level: int) -> int:
    """The chunk below a level of the dimension whose sizes are given there; one element of the other."""
    length = pair.r_extent if begun_y else pair.y_extent
    for above in range(level + 1):
        size = pair.r_sizes[above] if begun_y else pair.y_sizes[above]
        if size:
            length = min(length, size)
    return length


@compiled
def _spread(pair: AxisPair, first: int, boundary: int) -> bool:
    return pair.y_units[first:boundary].sum() + pair.r_units[first:boundary].sum() > 0


@compiled
def _begun_view(p: Flat, pair: AxisPair, depth: int, view: int, out: Floats) -> None:
    boundary, shared = cell(p, F.views, view, 0), cell(p, F.views, view, 1)
    last, whole = column(p, AT.levels), out[0]
    first, points = view * (last + 1), float(pair.y_extent * pair.r_extent)
    need = whole
    if not _spread(pair, depth, boundary):
        above, _ = pair_volumes(pair, depth, False, depth, False, depth, shared & ((1 << depth) - 1))
        need = max(whole, above)
    out[column(p, AT.need) + view] = need
    for level in range(last + 1):
        for place in range(2 * (first + level), 2 * (first + level) + 2):
            out[column(p, AT.fresh) + place] = out[column(p, AT.out) + place] = whole
            out[column(p, AT.wrap) + place] = -points
        out[column(p, AT.both) + first + level] = out[column(p, AT.low_wrap) + first + level] = -points
        out[column(p, AT.low_kept) + first + level] = -2.0 * boundary * points
        if level < boundary:
            if level > depth:
                out[column(p, AT.grown) + first + level] = whole if _spread(pair, level, boundary) else need
            held = out[column(p, AT.grown) + first + level] if level <= depth else points
            out[column(p, AT.carried) + first + level] = -held
