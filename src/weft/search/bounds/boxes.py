"""Candidates of a dimension group: the ones that nothing beats, in a tree of boxes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..compiled import compiled
from ..structure.plan import Floats, Ints

NEAR = 512
HOT = 64
"""Candidates that another is compared with, and how many of these are the ones that beat most."""


class Boxes(NamedTuple):
    """A binary tree over candidates: per node the least value of every column.

    A node without children (`left` is -1) is one candidate, `candidate[node]`, of the rows of `chains`
    ([candidate, dimension of the group, level]). `spread` says how far the candidates of a node lie apart.
    """

    columns: Floats
    left: Ints
    right: Ints
    candidate: Ints
    spread: Floats
    chains: Ints
    dropped: int
    """Candidates that another one beats in every column."""
    depths: tuple[int, ...] = ()
    """Where chains are only begun: per dimension of the group the level from which on sizes are open."""


@compiled
def undominated(columns: Floats, tight: Ints, exact: Ints, order: Ints) -> Ints:
    """The candidates, taken in `order`, that no earlier one kept beats: at most as much in every column.

    Each is compared with `NEAR` of those kept, no more: what stays in spite of being beaten only costs time.

    A candidate beats others if it is tight, that is, if its columns are what it costs; if not, only those that agree
    with it in the columns marked `exact`.

    Why nothing is lost: costs grow with the columns in every context of the other groups (`bound.py`), so in any
    program the beaten candidate can be exchanged for the one that beats it, which costs no more and takes no more room.
    For one that is not tight, something is kept from before a restart, and how much depends on which loops take several
    steps; where these agree, so does what is kept. Candidates that are equal beat each other, but an earlier one only
    later ones: one of them stays.
    """
    kept = np.empty(order.size, np.int64)
    count = 0
    width = columns.shape[1]
    for place in range(order.size):
        one = order[place]
        beaten = False
        for near in range(min(count, NEAR)):
            # The ones that have beaten most come first, then those kept last.
            k = near if near < HOT else count - 1 - (near - HOT)
            other = kept[k]
            worse = False
            for c in range(width):
                a, b = columns[other, c], columns[one, c]
                if a > b or (a < b and exact[c] and not tight[other]):
                    worse = True
                    break
            if not worse:
                beaten = True
                # What has beaten once is likely to do so again.
                if k:
                    kept[k], kept[k // 2] = kept[k // 2], kept[k]
                break
        if not beaten:
            kept[count] = one
            count += 1
    return np.sort(kept[:count])


@compiled
def _grow(columns: Floats, flags: Ints, members: Ints) -> tuple[Floats, Ints, Ints, Ints, Floats]:
    n, width = columns.shape
    nodes = 2 * n - 1
    least = np.empty((nodes, width))
    left, right = np.full(nodes, -1), np.full(nodes, -1)
    candidate, spread = np.full(nodes, -1), np.zeros(nodes)
    low, high = np.zeros(nodes, np.int64), np.zeros(nodes, np.int64)
    high[0] = n
    made = 1
    for node in range(nodes):
        inside = members[low[node] : high[node]]
        widest, column = 0.0, 0
        for c in range(width):
            smallest, largest = np.inf, -np.inf
            for one in inside:
                smallest = min(smallest, columns[one, c])
                largest = max(largest, columns[one, c])
            least[node, c] = smallest
            if flags[c]:
                apart = 2.0 * (largest - smallest) if flags[c] == 2 else np.log(largest + 1.0) - np.log(smallest + 1.0)
                spread[node] = max(spread[node], apart)
                if apart > widest:
                    widest, column = apart, c
        if inside.size == 1:
            candidate[node] = inside[0]
            spread[node] = 0.0
            continue
        ranked = inside[np.argsort(columns[inside, column], kind="mergesort")]
        members[low[node] : high[node]] = ranked
        values = columns[ranked, column]
        cut = ranked.size // 2
        # Equal values stay together if they can.
        up = cut
        while up < ranked.size and values[up] == values[cut - 1]:
            up += 1
        down = cut
        while down > 0 and values[down] == values[down - 1]:
            down -= 1
        if up < ranked.size and (up - cut <= cut - down or down == 0):
            cut = up
        elif down > 0:
            cut = down
        left[node], right[node] = made, made + 1
        low[made], high[made] = low[node], low[node] + cut
        low[made + 1], high[made + 1] = low[node] + cut, high[node]
        made += 2
    return least, left, right, candidate, spread


BEGUN = 2.0
"""How far chains that begin alike lie apart: some loop below may take one step or several."""


def grow(columns: Floats, flags: Ints, chains: Ints, dropped: int, depths: tuple[int, ...] = ()) -> Boxes:
    """Split the candidates in two, again and again, by the column in which they lie furthest apart.

    `flags` marks the columns to split by: 1 by ratio, 2 first of all. With `depths`, chains are only begun.
    """
    least, left, right, candidate, spread = _grow(columns, flags, np.arange(len(columns)))
    if depths:
        spread[left < 0] = BEGUN
    return Boxes(least, left, right, candidate, spread, chains, dropped, depths)
