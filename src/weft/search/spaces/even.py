"""Even splits of a dimension over several levels, counted without a list of them.

ceil(ceil(D / a) / b) = ceil(D / ab): the sizes below an even split are among the even splits of the whole, some
2 sqrt(D). So a chain is a walk over these, and what lies below one is a number per size and level.
"""

from __future__ import annotations

from functools import lru_cache
from math import isqrt
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.int64]


def even_sizes(parent: int) -> Array:
    """The chunk sizes ceil(parent / n) for any number n of steps, ascending: about 2 sqrt(parent) of them."""
    # ceil(p / n) = floor((p - 1) / n) + 1, and floors take every value up to the root.
    last = parent - 1
    root = isqrt(last)
    large = last // np.arange(root, 0, -1, dtype=np.int64)
    small = np.arange(root + (root == 0 or int(large[0]) > root), dtype=np.int64)
    return np.concatenate((small, large)) + 1


def divisors(number: int) -> Array:
    """The divisors of a number, ascending."""
    some = np.arange(1, isqrt(number) + 1, dtype=np.int64)
    low = some[number % some == 0]
    return np.unique(np.concatenate((low, number // low)))


Parts: TypeAlias = tuple[int, int]
"""More parts than the first number, and at most the second one; `ANY` asks for nothing."""

ANY: Parts = (0, 0)


def both(one: Parts, other: Parts) -> Parts:
    """What two conditions ask for together."""
    mosts = [most for _, most in (one, other) if most]
    return max(one[0], other[0]), min(mosts, default=0)


def in_parts(sizes: Array, parent: int, parts: Parts) -> Array:
    """Those of some sizes, ascending, that split a chunk in so many parts."""
    above, most = parts
    if not most:
        return sizes
    largest = (parent - 1) // above if above else parent
    low, high = np.searchsorted(sizes, -(-parent // most)), np.searchsorted(sizes, largest, side="right")
    return sizes[low:high]


class EvenWalks:
    """The chains of even splits of `extent`, one below the other: fewer than 2^levels times the extent.

    `parts` says, per level, in how many parts a chunk is split.
    """

    def __init__(self, extent: int, parts: tuple[Parts, ...]) -> None:
        self.extent, self.parts = extent, parts

    def below(self, level: int, parent: int) -> int:
        """How many ways the levels from `level` on split a chunk above them."""
        if level == len(self.parts):
            return 1
        return int(self.totals(level, in_parts(even_sizes(parent), parent, self.parts[level])).sum())

    def totals(self, level: int, sizes: Array) -> Array:
        """How many ways the levels below `level` split each of its chunk sizes."""
        found: Array = _ways(self.extent, self.parts[level + 1 :])[_places(self.extent, sizes)]
        return found


def _places(extent: int, sizes: Array) -> Array:
    """Where sizes stand among all: from 1 on without a gap, then by the number of steps."""
    count = _count(np.array([extent]))
    found: Array = np.where(sizes * sizes < extent, sizes - 1, count - -(-extent // sizes))
    return found


def _count(parents: Array) -> Array:
    """How many even sizes there are under each chunk."""
    last = parents - 1
    # Whole numbers this small have exact roots, rounded down, in floats.
    root = np.sqrt(last).astype(np.int64)
    found: Array = 2 * root + ((root == 0) | (last // np.maximum(root, 1) > root))
    return found


@lru_cache(maxsize=1024)
def _ways(extent: int, parts: tuple[Parts, ...]) -> Array:
    """Per size, how many ways some levels split it."""
    sizes = even_sizes(extent)
    if not parts:
        return np.ones(len(sizes), np.int64)
    if parts == (ANY,):
        return _count(sizes)
    below = _ways(extent, parts[1:])
    splits = (in_parts(even_sizes(size), size, parts[0]) for size in sizes.tolist())
    return np.array([below[_places(extent, split)].sum() for split in splits], np.int64)
