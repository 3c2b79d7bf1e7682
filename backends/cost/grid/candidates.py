"""All chains of a dimension, and the candidates of the groups of a structure as trees of boxes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .boxes import Boxes, grow, undominated
from .columns import Pair, axis_columns, dimension_columns
from .compiled import compiled
from .descend import Trees
from .flat import AT_AXIS, AT_DIMENSION, Flat, column, flatten
from .plan import Floats, Ints
from .problem import Problem


class Chains(NamedTuple):
    """The chains of a dimension in a structure: chunk sizes [n, L] and the units of every level (0: not spread)."""

    sizes: Ints
    units: Ints


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


def group_boxes(p: Problem, group: Sequence[int], chains: Sequence[Chains], width: int, ordered: bool) -> Boxes:
    """The candidates of a group of one or two dimensions that nothing beats, or all if costs are not `ordered`.

    `width` is that of vectors along the last dimension.
    """
    last, flat = p.extents.size - 1, flatten(p)
    tables = [
        _dimension_table(flat, int(p.extents[d]), width if d == last else 1, item.sizes, item.units)
        for d, item in zip(group, chains, strict=True)
    ]
    rows = [item.sizes for item in chains]
    if len(group) == 2:
        first, second = np.divmod(np.arange(len(rows[0]) * len(rows[1])), len(rows[1]))
        axes = [number for number, pair in enumerate(p.axis_dimensions) if tuple(pair) == tuple(group)]
        windows = [
            _axis_table(
                flat,
                Pair(
                    int(p.axis_steps[axis, 0]),
                    int(p.axis_steps[axis, 1]),
                    int(p.extents[group[0]]),
                    rows[0][0],
                    chains[0].units,
                    int(p.extents[group[1]]),
                    rows[1][0],
                    chains[1].units,
                ),
                rows[0],
                rows[1],
            )
            for axis in axes
        ]
        columns = np.hstack([tables[0][first], tables[1][second], *windows])
        found = np.stack([rows[0][first], rows[1][second]], axis=1)
    else:
        columns, found = tables[0], np.stack([rows[0], np.zeros_like(rows[0])], axis=1)
    marks = _marks(p, columns, p.extents[list(group)], len(group))
    order = np.lexsort((*columns[:, ::-1].T[:4], columns[:, marks.compared].sum(axis=1)))
    compared = np.ascontiguousarray(columns[:, marks.compared])
    kept = np.arange(len(columns))
    if ordered:
        kept = undominated(compared, marks.tight, marks.exact[marks.compared], order)
    return grow(np.ascontiguousarray(columns[kept]), marks.apart, found[kept], len(columns) - len(kept))


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


def join(p: Problem, groups: Sequence[Sequence[int]], boxes: Sequence[Boxes], units: Sequence[Sequence[Ints]]) -> Trees:
    """The trees of all groups as one set of arrays."""
    layout = p.layout
    count = len(groups)
    offset = np.zeros((count, 3, 3), np.int64)
    members = np.full((count, 2), -1, np.int64)
    spread = np.zeros((count, 2, layout.levels), np.int64)
    for g, group in enumerate(groups):
        for m, d in enumerate(group):
            offset[g, m] = m * layout.dimension, (m + 1) * layout.dimension, p.base[d]
            members[g, m] = d
            spread[g, m] = units[g][m]
        axes = [number for number, pair in enumerate(p.axis_dimensions) if tuple(pair) == tuple(group)]
        if axes:
            low = len(group) * layout.dimension
            offset[g, 2] = low, low + len(axes) * layout.axis, p.axis_base[axes[0]]
    nodes = [len(item.left) for item in boxes]
    widths = [item.columns.shape[1] for item in boxes]
    return Trees(
        start=_starts(nodes),
        width=np.array(widths, np.int64),
        offset=offset,
        column_start=_starts([n * w for n, w in zip(nodes, widths, strict=True)]),
        column_total=np.array([sum(widths)], np.int64),
        columns=np.concatenate([item.columns.ravel() for item in boxes]),
        left=np.concatenate([item.left for item in boxes]),
        right=np.concatenate([item.right for item in boxes]),
        candidate=np.concatenate([item.candidate for item in boxes]),
        spread=np.concatenate([item.spread for item in boxes]),
        chain_start=_starts([len(item.chains) for item in boxes]),
        chains=np.concatenate([item.chains for item in boxes]),
        members=members,
        units=spread,
    )


def _starts(counts: Sequence[int]) -> Ints:
    return np.cumsum([0, *counts])[:-1].astype(np.int64)
