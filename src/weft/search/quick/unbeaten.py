"""Which rows have as much of everything as no other one."""

from __future__ import annotations

import numpy as np

from ..compiled import compiled
from ..structure.plan import Flags, Floats
from .dominance import Dominance


def unbeaten(rows: Floats) -> Floats:
    """The rows of which no other one has as much of everything, equal ones once."""
    if rows.shape[1] == 1:
        return rows.max(axis=0, keepdims=True) if len(rows) else rows
    if rows.shape[1] <= 3:
        found = np.ascontiguousarray(rows[np.lexsort(-rows.T[::-1])])
        left = np.empty(len(found), np.bool_)
        _by_the_first(found, left)
        kept: Floats = found[left]
        return kept
    found = np.unique(rows, axis=0)[::-1]
    places = np.arange(len(found))
    best: Floats = found[Dominance(-found, places).unbeaten(-found, places)]
    return best


@compiled
def _by_the_first(rows: Floats, left: Flags) -> None:
    """Which rows of two or three numbers, descending, no earlier one beats: that is so where one has as much of the
    second and the last. Of those so far a staircase is kept, which climbs in one and falls in the other."""
    more, less, count, last = np.empty(len(rows)), np.empty(len(rows)), 0, rows.shape[1] - 1
    for n in range(len(rows)):
        x, y = rows[n, 1], rows[n, last]
        end = np.searchsorted(more[:count], x)
        left[n] = end == count or less[end] < y
        if not left[n]:
            continue
        start = end
        while start > 0 and less[start - 1] <= y:
            start -= 1
        if end < count and more[end] == x:
            end += 1
        shift = start + 1 - end
        if shift > 0:
            for place in range(count - 1, end - 1, -1):
                more[place + shift], less[place + shift] = more[place], less[place]
        else:
            for place in range(end, count):
                more[place + shift], less[place + shift] = more[place], less[place]
        more[start], less[start] = x, y
        count += shift
