"""All chains of a dimension, and the candidates of the groups of a structure as trees of boxes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .begun import begun_axis, begun_dimension
from .boxes import Boxes, grow, undominated
from .columns import Pair, axis_columns, dimension_columns
from .compiled import compiled
from .flat import AT_AXIS, AT_DIMENSION, Flat, column, flatten
from .plan import Floats, Ints
from .problem import Problem


class Chains(NamedTuple):
    """The chains of a dimension in a structure: chunk sizes [n, L] and the units of every level (0: not spread)."""

    sizes: Ints
    units: Ints


class Rows(NamedTuple):
    """Chains, or beginnings of such; `free` marks the levels whose sizes are still open."""

    sizes: Ints
    units: Ints
    free: Ints


@compiled
def _dimension_table(p: Flat, extent: int, width: int, sizes: Ints, units: Ints) -> Floats:
    table = np.empty((sizes.shape[0], column(p, AT_DIMENSION)))
    for row in range(sizes.shape[0]):
        dimension_columns(p, extent, width, sizes[row], units, table[row])
    return table


@compiled
def _axis_table(p: Flat, whole: Pair, y_chains: Ints, r_chains: Ints) -> Floats:
    """The columns of every pair of chains; those of `whole` do not matter."""
    table = np.empty((y_chains.shape[0] * r_chains.shape[0], column(p, AT_AXIS)))
    for i in range(y_chains.shape[0]):
        for j in range(r_chains.shape[0]):
            pair = Pair(
                whole.stride, whole.dilation, whole.y_extent, y_chains[i], whole.y_units,
                whole.r_extent, r_chains[j], whole.r_units,
            )  # fmt: skip
            axis_columns(p, pair, table[i * r_chains.shape[0] + j])
    return table


@compiled
def _begin_dimension(
    p: Flat, extent: int, width: int, sizes: Ints, units: Ints, depth: int, free: Ints, table: Floats
) -> None:
    for row in range(sizes.shape[0]):
        begun_dimension(p, extent, width, sizes[row], units, depth, free, table[row])


@compiled
def _begin_axis(
    p: Flat, whole: Pair, y_chains: Ints, r_chains: Ints, depth: int, y_free: Ints, r_free: Ints, table: Floats
) -> None:
    for i in range(y_chains.shape[0]):
        for j in range(r_chains.shape[0]):
            pair = Pair(
                whole.stride, whole.dilation, whole.y_extent, y_chains[i], whole.y_units,
                whole.r_extent, r_chains[j], whole.r_units,
            )  # fmt: skip
            begun_axis(p, pair, depth, y_free, r_free, table[i * r_chains.shape[0] + j])


def group_boxes(
    p: Problem, group: Sequence[int], chains: Sequence[Rows], width: int, ordered: bool, depths: tuple[int, ...] = ()
) -> Boxes:
    """The candidates of a group of one or two dimensions that nothing beats, or all if costs are not `ordered`.

    `width` is that of vectors along the last dimension. With `depths`, chains are begun: sizes are given in the levels
    before these (one for each dimension), and a candidate stands for all that begin so.
    """
    flat = flatten(p)
    columns, found = _table(p, flat, group, chains, width, depths)
    marks = _marks(p, columns, p.extents[list(group)], len(group))
    kept = np.arange(len(columns))
    if ordered and not depths:
        order = np.lexsort((*columns[:, ::-1].T[:4], columns[:, marks.compared].sum(axis=1)))
        compared = np.ascontiguousarray(columns[:, marks.compared])
        kept = undominated(compared, marks.tight, marks.exact[marks.compared], order)
    return grow(np.ascontiguousarray(columns[kept]), marks.apart, found[kept], len(columns) - len(kept), depths)


def _table(
    p: Problem, flat: Flat, group: Sequence[int], chains: Sequence[Rows], width: int, depths: tuple[int, ...]
) -> tuple[Floats, Ints]:
    """Columns and sizes [n, 2, L] of every candidate, or pair of candidates, of a group."""
    last, rows = p.extents.size - 1, [item.sizes for item in chains]
    tables = [
        _dimension_table(flat, int(p.extents[d]), width if d == last else 1, item.sizes, item.units)
        for d, item in zip(group, chains, strict=True)
    ]
    for place, depth in enumerate(depths):
        d, item = group[place], chains[place]
        if depth < p.layout.levels:
            vectors = width if d == last else 1
            _begin_dimension(
                flat, int(p.extents[d]), vectors, item.sizes, item.units, depth, item.free, tables[place]
            )
    if len(group) == 1:
        return tables[0], np.stack([rows[0], np.zeros_like(rows[0])], axis=1)
    first, second = np.divmod(np.arange(len(rows[0]) * len(rows[1])), len(rows[1]))
    windows = []
    for axis in (number for number, pair in enumerate(p.axis_dimensions) if tuple(pair) == tuple(group)):
        whole = Pair(
            int(p.axis_steps[axis, 0]), int(p.axis_steps[axis, 1]),
            int(p.extents[group[0]]), rows[0][0], chains[0].units, int(p.extents[group[1]]), rows[1][0],
            chains[1].units,
        )  # fmt: skip
        windows.append(_axis_table(flat, whole, rows[0], rows[1]))
        if depths:
            _begin_axis(flat, whole, rows[0], rows[1], min(depths), chains[0].free, chains[1].free, windows[-1])
    return np.hstack([tables[0][first], tables[1][second], *windows]), np.stack(
        [rows[0][first], rows[1][second]], axis=1
    )


class _Marks(NamedTuple):
    """Which candidates are tight; which columns are compared, which must agree if the better candidate is not tight,
    and which tell candidates apart (2: first of all)."""

    tight: Ints
    compared: Ints
    exact: Ints
    apart: Ints


def _marks(p: Problem, columns: Floats, extents: Ints, dimensions: int) -> _Marks:
    layout, width = p.layout, columns.shape[1]
    tight = np.ones(len(columns), np.int64)
    compared, exact, apart = (np.zeros(width, np.int64) for _ in range(3))
    boundaries = layout.levels + 1
    rows = layout.views * (layout.levels + 1)
    for number in range(dimensions):
        start = number * layout.dimension
        low = slice(start + layout.low, start + layout.low + rows)
        restarts = slice(start + layout.low + layout.levels, low.stop, layout.levels + 1)
        tight &= (columns[:, restarts] == 0).all(axis=1)
        compared[start : start + boundaries] = apart[start : start + boundaries] = p.lengths_matter
        compared[start + layout.multi : start + layout.may] = 1
        compared[restarts] = 1
        compared[start + layout.work] = 1
        compared[start + layout.active : start + layout.operands] = p.active_matters
        compared[start + layout.operands : start + layout.dimension] = 1
        apart[start + layout.multi : start + layout.may] = 2
        apart[start + layout.work] = 1
        apart[start + layout.operands : start + layout.dimension] = 1
        exact[start + layout.multi : start + layout.low] = 1
        exact[start + layout.active : start + layout.operands] = 1
        if layout.views:
            exact[start + layout.steps[0] : start + layout.dimension] = 1
    for start in range(dimensions * layout.dimension, width, layout.axis):
        restarts = slice(start + layout.wrap, start + layout.low_wrap)
        tight &= (columns[:, restarts] == 0).all(axis=1)
        compared[start : start + boundaries] = apart[start : start + boundaries] = p.lengths_matter
        compared[start + layout.need : start + layout.whole] = 1
        compared[start + layout.fresh : start + layout.low_wrap] = 1
        compared[start + layout.axis_operands : start + layout.axis] = 1
        apart[start + layout.need : start + layout.whole] = 1
        exact[start + layout.need : start + layout.whole] = 1
    return _Marks(tight, np.flatnonzero(compared), exact, apart)
