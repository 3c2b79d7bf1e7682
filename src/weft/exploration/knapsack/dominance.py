"""What another option, or choice, beats in cost and in every weight."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from .units import Integers

BLOCK = 256


def undominated(costs: Integers, weights: Integers) -> Integers:
    """The numbers of those that none beats or equals, by weight; of equal ones the first."""
    if len(weights) == 1:
        return _staircase(costs, weights[0])
    return _front(costs, weights)


def _staircase(costs: Integers, weight: Integers) -> Integers:
    order = np.lexsort((costs, weight))
    falling = costs[order]
    keep = np.ones(len(order), bool)
    keep[1:] = falling[1:] < np.minimum.accumulate(falling)[:-1]
    return np.asarray(order[keep])


def _front(costs: Integers, weights: Integers) -> Integers:
    """Blocks in the order of the sums of ranks: what beats another one stands before it."""
    rows = np.vstack([costs[None], weights])
    ranks = np.vstack([np.unique(row, return_inverse=True)[1] for row in rows])
    order = np.argsort(ranks.sum(axis=0), kind="stable")
    kept = np.empty(0, np.int64)
    for start, stop in pairwise([*range(0, len(order), BLOCK), len(order)]):
        block = order[start:stop]
        block = block[~_beaten(rows[:, block], rows[:, kept], False)]
        kept = np.concatenate([kept, block[~_beaten(rows[:, block], rows[:, block], True)]])
    return np.asarray(kept[np.lexsort(rows[:, kept])])


def _beaten(rows: Integers, others: Integers, same: bool) -> Integers:
    """Which of the rows another one is as good as in everything; among the `same` ones only one before it counts."""
    found = np.ones((rows.shape[1], others.shape[1]), bool)
    for mine, theirs in zip(rows, others, strict=True):
        found &= theirs[None] <= mine[:, None]
    if same:
        found = np.tril(found, -1)
    return np.asarray(found.any(axis=1))
