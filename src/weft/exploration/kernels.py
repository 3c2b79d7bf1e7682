"""Counts of many programs of one structure, compiled."""

from __future__ import annotations

import numpy as np

from ..search.axes.volumes import active, busiest
from ..search.compiled import compiled
from ..search.descent.single import count_slots, memos
from ..search.structure.flat import AT, F, Flat, column, item, rows
from ..search.structure.plan import Flags, Floats, Ints


@compiled
def count_programs(
    p: Flat, wanted: Flags, width: int, chains: Ints, chosen: Ints, axes: Ints, units: Ints, order: Ints, slots: Floats,
    working: Floats, vectors: Floats,
) -> None:  # fmt: skip
    """Of N programs the `slots[N, S]`, the units that ever work above every boundary, the vectors of the busiest PE.

    Their dimensions have the rows `chosen[N, D]` of `chains[R, L]`; `units[D, L]` and `order[L, D]` are those of all,
    as `PointEvaluator` has them. `axes[N, D]` numbers the different chains of an axis: each is looked at once.
    """
    last, boundaries = rows(p, F.extents) - 1, column(p, AT.levels) + 1
    different = axes.max() + 1
    whole, kept = memos(p, different)
    known = np.full((different, boundaries + 1), -1)
    sizes = np.empty(units.shape, np.int64)
    for n in range(chosen.shape[0]):
        for d in range(last + 1):
            sizes[d] = chains[chosen[n, d]]
        count_slots(p, wanted, sizes, units, order, whole, kept, axes[n], slots[n])
        vectors[n] = 1.0
        working[n] = 1.0
        for d in range(last + 1):
            row, extent = axes[n, d], item(p, F.extents, d)
            if known[row, 0] < 0:
                known[row, 0] = busiest(extent, sizes[d], units[d], boundaries - 1, width if d == last else 1)
                for boundary in range(1, boundaries):
                    known[row, boundary] = active(extent, sizes[d], units[d], boundary)
            vectors[n] *= known[row, 0]
            for boundary in range(1, boundaries):
                working[n, boundary] *= known[row, boundary]
