"""All chains of a dimension, and the candidates of the groups of a structure as trees of boxes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..axes.columns import AxisPair, axis_columns, dimension_columns
from ..compiled import compiled
from ..structure.cost_arrays import CostArrays
from ..structure.flat import Flat, flatten
from ..structure.plan import Floats, Ints
from .begun import begun_axis, begun_dimension
from .boxes import Boxes, grow, undominated

BETWEEN = 64
"""Candidates that are made between two looks."""


class Rows(NamedTuple):
    """Chains of a dimension, or beginnings of such: chunk sizes [n, L] and the units of every level (0: not spread).

    `free` marks the levels whose sizes are still open.
    """

    sizes: Ints
    units: Ints
    free: Ints


@compiled
def _fill_dimension(p: Flat, extent: int, width: int, sizes: Ints, units: Ints, table: Floats) -> None:
    for row in range(sizes.shape[0]):
        dimension_columns(p, extent, width, sizes[row], units, table[row])


@compiled
def _begin_dimension(
    p: Flat, extent: int, width: int, sizes: Ints, units: Ints, depth: int, free: Ints, table: Floats
) -> None:
    for row in range(sizes.shape[0]):
        begun_dimension(p, extent, width, sizes[row], units, depth, free, table[row])


@compiled
def _pair(whole: AxisPair, y_sizes: Ints, r_sizes: Ints) -> AxisPair:
    return AxisPair(
        whole.stride, whole.dilation, whole.y_extent, y_sizes, whole.y_units, whole.r_extent, r_sizes, whole.r_units
    )


@compiled
def _fill_axis(p: Flat, whole: AxisPair, y_sizes: Ints, r_sizes: Ints, table: Floats) -> None:
    """The columns of pairs of chains; those of `whole` do not matter."""
    for row in range(y_sizes.shape[0]):
        axis_columns(p, _pair(whole, y_sizes[row], r_sizes[row]), table[row])


@compiled
def _begin_axis(
    p: Flat, whole: AxisPair, y_sizes: Ints, r_sizes: Ints, depth: int, y_free: Ints, r_free: Ints, table: Floats
) -> None:
    for row in range(y_sizes.shape[0]):
        begun_axis(p, _pair(whole, y_sizes[row], r_sizes[row]), depth, y_free, r_free, table[row])


@dataclass(frozen=True)
class Candidates:
    """Makes the boxes of a group of one or two dimensions.

    `width` is that of vectors along the last dimension. If costs are `counted`, of candidates that are equal one is
    kept; if they are `ordered`, also those that another one beats are left out. `look` is called every now and then;
    what it raises ends the work.
    """

    cost_arrays: CostArrays
    group: Sequence[int]
    width: int
    ordered: bool
    counted: bool
    look: Callable[[], None]

    def boxes(self, chains: Sequence[Rows], depths: tuple[int, ...] = ()) -> Boxes:
        """Those of all chains, or pairs of chains.

        With `depths`, chains are begun: sizes are given in the levels before these (one for each dimension), and a
        candidate stands for all that begin so.
        """
        columns, found = self._table(chains, depths)
        marks = _marks(self.cost_arrays, columns, self.cost_arrays.extents[list(self.group)], len(self.group))
        if depths or not (self.ordered or self.counted):
            return grow(columns, marks.apart, found, 0, depths)
        tight, exact = marks.tight, marks.exact
        if not self.ordered:
            tight, exact = np.zeros_like(tight), np.ones_like(exact)
        order = np.lexsort((*columns[:, ::-1].T[:4], columns[:, marks.compared].sum(axis=1)))
        compared = np.ascontiguousarray(columns[:, marks.compared])
        kept = undominated(compared, tight, exact[marks.compared], order)
        return grow(np.ascontiguousarray(columns[kept]), marks.apart, found[kept], len(columns) - len(kept))

    def parts(
        self, parts: Iterable[Sequence[Rows]], deeper: tuple[int, ...], chains: Ints, depths: tuple[int, ...]
    ) -> Boxes:
        """Those of candidates that stand for a part each of what begins alike, which is begun up to `deeper`.

        `chains` and `depths` name the parts.
        """
        columns = np.array([self.least(part, deeper) for part in parts])
        marks = _marks(self.cost_arrays, columns, self.cost_arrays.extents[list(self.group)], len(self.group))
        return grow(columns, marks.apart, chains, 0, depths)

    def least(self, chains: Sequence[Rows], depths: tuple[int, ...]) -> Floats:
        """The least of every column, of what begins so."""
        found: Floats = self._table(chains, depths)[0].min(axis=0)
        return found

    def _table(self, chains: Sequence[Rows], depths: tuple[int, ...]) -> tuple[Floats, Ints]:
        """Columns and sizes [n, 2, L] of every candidate."""
        p, flat = self.cost_arrays, flatten(self.cost_arrays)
        rows = [item.sizes for item in chains]
        tables = [self._dimension(flat, place, item, depths) for place, item in enumerate(chains)]
        if len(self.group) == 1:
            return tables[0], np.stack([rows[0], np.zeros_like(rows[0])], axis=1)
        first, second = np.divmod(np.arange(len(rows[0]) * len(rows[1])), len(rows[1]))
        found = np.stack([rows[0][first], rows[1][second]], axis=1)
        windows = [
            self._axis(flat, axis, chains, found, depths)
            for axis, pair in enumerate(p.axis_dimensions)
            if tuple(pair) == tuple(self.group)
        ]
        return np.hstack([tables[0][first], tables[1][second], *windows]), found

    def _dimension(self, flat: Flat, place: int, chains: Rows, depths: tuple[int, ...]) -> Floats:
        d = self.group[place]
        extent, width = int(self.cost_arrays.extents[d]), self.width if d == self.cost_arrays.extents.size - 1 else 1
        table = np.empty((len(chains.sizes), self.cost_arrays.layout.dimension))
        for rows in self._slices(len(table)):
            _fill_dimension(flat, extent, width, chains.sizes[rows], chains.units, table[rows])
            if depths and depths[place] < self.cost_arrays.layout.levels:
                _begin_dimension(
                    flat, extent, width, chains.sizes[rows], chains.units, depths[place], chains.free, table[rows]
                )
        return table

    def _axis(self, flat: Flat, axis: int, chains: Sequence[Rows], found: Ints, depths: tuple[int, ...]) -> Floats:
        p, (one, other) = self.cost_arrays, chains
        whole = AxisPair(
            int(p.axis_steps[axis, 0]), int(p.axis_steps[axis, 1]), int(p.extents[self.group[0]]), found[0, 0],
            one.units, int(p.extents[self.group[1]]), found[0, 1], other.units,
        )  # fmt: skip
        table = np.empty((len(found), p.layout.axis))
        for rows in self._slices(len(table)):
            y_sizes, r_sizes = np.ascontiguousarray(found[rows, 0]), np.ascontiguousarray(found[rows, 1])
            _fill_axis(flat, whole, y_sizes, r_sizes, table[rows])
            if depths:
                _begin_axis(flat, whole, y_sizes, r_sizes, min(depths), one.free, other.free, table[rows])
        return table

    def _slices(self, count: int) -> Iterator[slice]:
        for first in range(0, count, BETWEEN):
            self.look()
            yield slice(first, first + BETWEEN)


class _Marks(NamedTuple):
    """Which candidates are tight; which columns are compared, which must agree if the better candidate is not tight,
    and which tell candidates apart (2: first of all)."""

    tight: Ints
    compared: Ints
    exact: Ints
    apart: Ints


def _marks(p: CostArrays, columns: Floats, extents: Ints, dimensions: int) -> _Marks:
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
        apart[start + layout.axis_together : start + layout.axis] = 1
        exact[start + layout.need : start + layout.whole] = 1
    return _Marks(tight, np.flatnonzero(compared), exact, apart)
