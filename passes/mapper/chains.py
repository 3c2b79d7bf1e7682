"""Chains: the chunk sizes of one dimension at the levels that map it, from the outside in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from random import Random
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.int64]

_SAFE = 1 << 62
"""Counts below this stay in 64-bit integers; others are Python's own."""


@dataclass(frozen=True, eq=False)
class Chains:
    """All chains of a dimension of `extent`.

    `allowed` has, per level, the allowed sizes (ascending), or None where the level does not map the dimension. A size
    is at most the chunk above it (the extent at first); with `perfect` it divides it.
    """

    extent: int
    allowed: Sequence[Array | None]
    perfect: bool = False

    @cached_property
    def count(self) -> int:
        """How many chains there are, without listing them."""
        return int(self._below(0, self.extent).sum()) if self._sizes else 1

    def __contains__(self, chain: Sequence[int]) -> bool:
        parent = self.extent
        for sizes, size in zip(self.allowed, chain, strict=True):
            if sizes is None:
                if size:
                    return False
            elif size not in sizes or size > parent or (self.perfect and parent % size):
                return False
            else:
                parent = size
        return True

    def all(self) -> Array:
        """Every chain as a row, ascending in lexicographic order; 0 where a level does not map the dimension."""
        rows = np.zeros((1, len(self.allowed)), dtype=np.int64)
        parents = np.array([self.extent], dtype=np.int64)
        for level, sizes in enumerate(self.allowed):
            if sizes is None:
                continue
            fits = np.searchsorted(sizes, parents, side="right")
            rows, parents = np.repeat(rows, fits, axis=0), np.repeat(parents, fits)
            starts = np.repeat(np.cumsum(fits) - fits, fits)
            chosen = sizes[np.arange(len(parents)) - starts]
            if self.perfect:
                divides = parents % chosen == 0
                rows, chosen = rows[divides], chosen[divides]
            rows[:, level] = chosen
            parents = chosen
        return rows

    def draw(self, random: Random) -> tuple[int, ...]:
        """One chain, each as likely as the others; ValueError if there is none."""
        if self.count == 0:
            raise ValueError("there is no chain to draw")
        chain, parent, number = [], self.extent, 0
        for sizes in self.allowed:
            if sizes is not None:
                totals = np.cumsum(self._below(number, parent))
                ticket = random.randrange(int(totals[-1]))
                parent = int(sizes[np.searchsorted(totals, ticket, side="right")])
                number += 1
            chain.append(0 if sizes is None else parent)
        return tuple(chain)

    @cached_property
    def _sizes(self) -> list[Array]:
        return [sizes for sizes in self.allowed if sizes is not None]

    @cached_property
    def _completions(self) -> list[npt.NDArray[np.int64] | npt.NDArray[np.object_]]:
        """Per mapped level and size, how many chains of the levels below go on from it."""
        safe = prod(max(1, len(sizes)) for sizes in self._sizes) < _SAFE
        below = np.ones(len(self._sizes[-1]), dtype=np.int64 if safe else object)
        found = [below]
        for sizes, inner in zip(self._sizes[-2::-1], self._sizes[:0:-1], strict=True):
            if self.perfect:
                below = ((sizes[:, None] % inner[None, :] == 0) * below[None, :]).sum(axis=1)
            else:
                totals = np.concatenate(([0], np.cumsum(below))).astype(below.dtype)
                below = totals[np.searchsorted(inner, sizes, side="right")]
            found.append(below)
        return found[::-1]

    def _below(self, number: int, parent: int) -> npt.NDArray[np.int64] | npt.NDArray[np.object_]:
        """Per size of a mapped level, how many chains go on from it under a parent's chunk (0: it does not fit)."""
        sizes = self._sizes[number]
        fits = parent % sizes == 0 if self.perfect else sizes <= parent
        return np.where(fits, self._completions[number], 0)
