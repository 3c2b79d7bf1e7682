"""Chains: the chunk sizes of one dimension at the levels that map it, from the outside in."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from math import prod
from random import Random
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.int64]

_SAFE = 1 << 62
"""Counts below this stay in 64-bit integers; others are Python's own."""


SPLITS = ("even", "any", "perfect")
"""Which chunk sizes there are: an even split of the parent's chunk, any size, or one that divides the parent's."""


@lru_cache(maxsize=1 << 16)
def even_sizes(parent: int) -> Array:
    """The chunk sizes ceil(parent / n) for any number n of steps, ascending."""
    return np.unique(-(-parent // np.arange(1, parent + 1, dtype=np.int64)))


@dataclass(frozen=True, eq=False)
class Chains:
    """All chains of a dimension of `extent`.

    `allowed` has, per level, the allowed sizes (ascending), or None where the level does not map the dimension. A size
    is at most the chunk above it (the extent at first). Where no sizes are given, and the `split` is `even`, it is
    ceil(chunk above / n) for some n; with `perfect` it always divides the chunk above.
    """

    extent: int
    allowed: Sequence[Array | None]
    split: str = "any"

    @cached_property
    def count(self) -> int:
        """How many chains there are, without listing them."""
        if self.split == "any":
            return int(self._below(0, self.extent).sum()) if self._sizes else 1
        return self._completed(0, self.extent)

    def all(self) -> Array:
        """Every chain as a row, ascending in lexicographic order; 0 where a level does not map the dimension."""
        found = [((), self.extent)]
        for sizes in self._sizes:
            found = [((*chain, size), size) for chain, parent in found for size in self._fits(sizes, parent).tolist()]
        rows = np.zeros((len(found), len(self.allowed)), dtype=np.int64)
        mapped = [level for level, sizes in enumerate(self.allowed) if sizes is not None]
        if found:
            rows[:, mapped] = [row for row, _ in found]
        return rows

    def __contains__(self, chain: Sequence[int]) -> bool:
        parent, levels = self.extent, iter(self._sizes)
        for sizes, size in zip(self.allowed, chain, strict=True):
            if sizes is None and size:
                return False
            if sizes is not None and size not in self._fits(next(levels), parent):
                return False
            parent = size or parent
        return True

    def draw(self, random: Random) -> tuple[int, ...]:
        """One chain, each as likely as the others; ValueError if there is none."""
        if self.count == 0:
            raise ValueError("there is no chain to draw")
        chain, parent, number = [], self.extent, 0
        for sizes in self.allowed:
            if sizes is None:
                chain.append(0)
                continue
            fits = self._fits(sizes, parent)
            totals = list(accumulate(self._weights(number, parent, fits)))
            parent = int(fits[bisect_right(totals, random.randrange(totals[-1]))])
            chain.append(parent)
            number += 1
        return tuple(chain)

    def _fits(self, sizes: Array, parent: int) -> Array:
        """The allowed sizes of a level under a chunk."""
        if self.split == "even" and len(sizes) == self.extent:
            found: Array = np.intersect1d(sizes, even_sizes(parent), assume_unique=True)
            return found
        sizes = sizes[: np.searchsorted(sizes, parent, side="right")]
        return sizes[parent % sizes == 0] if self.split == "perfect" else sizes

    def _weights(self, number: int, parent: int, fits: Array) -> list[int]:
        """Per size that fits, how many chains go on from it."""
        if self.split == "any":
            below = self._below(number, parent)
            return [int(n) for n in below[: len(fits)]]
        return [self._completed(number + 1, int(size)) for size in fits]

    def _completed(self, number: int, parent: int) -> int:
        """How many ways there are to go on from a chunk at a mapped level."""
        if number == len(self._sizes):
            return 1
        key = number, parent
        if key not in self._known:
            fits = self._fits(self._sizes[number], parent)
            self._known[key] = sum(self._completed(number + 1, int(size)) for size in fits)
        return self._known[key]

    @cached_property
    def _known(self) -> dict[tuple[int, int], int]:
        return {}

    @cached_property
    def _sizes(self) -> list[Array]:
        return [sizes for sizes in self.allowed if sizes is not None]

    @cached_property
    def _completions(self) -> list[npt.NDArray[np.int64] | npt.NDArray[np.object_]]:
        """Per mapped level and size, how many chains of the levels below go on from it, if any size may follow."""
        safe = prod(max(1, len(sizes)) for sizes in self._sizes) < _SAFE
        below = np.ones(len(self._sizes[-1]), dtype=np.int64 if safe else object)
        found = [below]
        for sizes, inner in zip(self._sizes[-2::-1], self._sizes[:0:-1], strict=True):
            totals = np.concatenate(([0], np.cumsum(below))).astype(below.dtype)
            below = totals[np.searchsorted(inner, sizes, side="right")]
            found.append(below)
        return found[::-1]

    def _below(self, number: int, parent: int) -> npt.NDArray[np.int64] | npt.NDArray[np.object_]:
        """Per size of a mapped level, how many chains go on from it under a parent's chunk (0: it does not fit)."""
        return np.where(self._sizes[number] <= parent, self._completions[number], 0)
