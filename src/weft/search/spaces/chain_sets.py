"""Chains: the chunk sizes of one dimension at the levels that map it, from the outside in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import comb, prod
from random import Random
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from .even import ANY, Array, EvenWalks, Parts, divisors, even_sizes, in_parts

Counts: TypeAlias = npt.NDArray[np.int64] | npt.NDArray[np.object_]

_SAFE = 1 << 62
"""Counts below this stay in 64-bit integers; others are Python's own."""

SPLITS = ("even", "any", "perfect")
"""Which chunk sizes there are: an even split of the parent's chunk, any size, or one that divides the parent's."""


Allowed: TypeAlias = Array | range
"""Allowed sizes, ascending; all of them as a range, for there may be 2^31."""


class _Step(NamedTuple):
    """A mapped level under the one above it.

    `sizes` are those that some chain has here. The n-th size above goes on to the sizes at
    `children[starts[n] : starts[n] + lengths[n]]`.
    """

    sizes: Array
    starts: Array
    lengths: Array
    children: Array


@dataclass(frozen=True, eq=False)
class ChainSet:
    """All chains of a dimension of `extent`.

    `allowed` has, per level, the allowed sizes (ascending; a range is that of all), or None where the level does not
    map the dimension. A size is at most the chunk above it (the extent at first). `splits` says, per level, what else
    it is under that chunk: one of `SPLITS`; `parts`, if given, in how many parts it splits that chunk.
    """

    extent: int
    allowed: Sequence[Allowed | None]
    splits: Sequence[str]
    parts: Sequence[Parts] = ()

    @cached_property
    def count(self) -> int:
        """How many chains there are, without listing them."""
        if self._walks is not None:
            return self._walks.below(0, self.extent)
        if all(self._is_all(n, "any") and self._parts(n) == ANY for n in self._mapped):
            return comb(self.extent + len(self._mapped) - 1, len(self._mapped))
        return int(self._completions[0][0])

    def all(self) -> Array:
        """Every chain as a row, ascending in lexicographic order; 0 where a level does not map the dimension."""
        columns: list[Array] = []
        last = np.zeros(1, dtype=np.int64)
        for step in self._steps:
            lengths = step.lengths[last]
            ends = np.cumsum(lengths)
            places = np.arange(lengths.sum()) + np.repeat(step.starts[last] - ends + lengths, lengths)
            columns = [np.repeat(column, lengths) for column in columns]
            last = step.children[places]
            columns.append(step.sizes[last])
        rows = np.zeros((len(last), len(self.allowed)), dtype=np.int64)
        for level, column in zip(self._mapped, columns, strict=True):
            rows[:, level] = column
        return rows

    def __contains__(self, chain: Sequence[int]) -> bool:
        parent = self.extent
        for level, size in enumerate(chain):
            if self.allowed[level] is None:
                if size:
                    return False
            elif size not in self.sizes(level, parent):
                return False
            else:
                parent = size
        return len(chain) == len(self.allowed)

    def draw(self, random: Random) -> tuple[int, ...]:
        """One chain, each as likely as the others; ValueError if there is none."""
        if self.count == 0:
            raise ValueError("there is no chain to draw")
        if self._walks is not None:
            return self._walk(random, self._walks)
        chain, place = [0] * len(self.allowed), 0
        for level, step, below in zip(self._mapped, self._steps, self._completions[1:], strict=True):
            start = step.starts[place]
            children = step.children[start : start + step.lengths[place]]
            totals = np.cumsum(below[children])
            place = children[np.searchsorted(totals, random.randrange(int(totals[-1])), side="right")]
            chain[level] = int(step.sizes[place])
        return tuple(chain)

    def under(self, level: int, parent: int) -> ChainSet:
        """The chains of the levels from `level` on under a chunk; 0 above them."""
        above: list[Allowed | None] = [None] * level
        return ChainSet(parent, [*above, *self.allowed[level:]], self.splits, self.parts)

    def sizes(self, level: int, parent: int) -> Array:
        """The sizes of a level that maps the dimension, under a chunk, ascending."""
        sizes = self.allowed[level]
        assert sizes is not None
        if self.splits[level] != "any":
            few = even_sizes(parent) if self.splits[level] == "even" else divisors(parent)
            found = few if isinstance(sizes, range) else _common(few, sizes)
        elif isinstance(sizes, range):
            found = np.arange(1, parent + 1, dtype=np.int64)
        else:
            found = sizes[: np.searchsorted(sizes, parent, side="right")]
        return in_parts(found, parent, self._parts(level))

    def ways(self, level: int, sizes: Array) -> Counts:
        """How many ways the levels below `level` go on under each of its sizes."""
        if self._walks is not None:
            return self._walks.totals(self._mapped.index(level), sizes)
        return np.array([self.under(level + 1, size).count for size in sizes.tolist()], dtype=object)

    def _parts(self, level: int) -> Parts:
        return self.parts[level] if self.parts else ANY

    @cached_property
    def _mapped(self) -> list[int]:
        return [level for level, sizes in enumerate(self.allowed) if sizes is not None]

    @cached_property
    def _walks(self) -> EvenWalks | None:
        """The chains if all are even splits."""
        even = all(self._is_all(n, "even") for n in self._mapped)
        return EvenWalks(self.extent, tuple(self._parts(n) for n in self._mapped)) if even else None

    def _is_all(self, level: int, split: str) -> bool:
        """Whether a level has every size of a split."""
        return isinstance(self.allowed[level], range) and self.splits[level] == split

    def _walk(self, random: Random, walks: EvenWalks) -> tuple[int, ...]:
        """One chain of even splits."""
        chain, parent = [0] * len(self.allowed), self.extent
        for number, level in enumerate(self._mapped):
            sizes = self.sizes(level, parent)
            totals = np.cumsum(walks.totals(number, sizes))
            place = np.searchsorted(totals, random.randrange(int(totals[-1])), side="right")
            parent = chain[level] = int(sizes[place])
        return tuple(chain)

    @cached_property
    def _steps(self) -> list[_Step]:
        found, parents = [], np.array([self.extent], dtype=np.int64)
        for level in self._mapped:
            found.append(self._step(level, parents))
            parents = found[-1].sizes
        return found

    def _step(self, level: int, parents: Array) -> _Step:
        if self.splits[level] == "any" and self._parts(level) == ANY:
            sizes = self.sizes(level, int(parents.max(initial=0)))
            lengths = np.searchsorted(sizes, parents, side="right").astype(np.int64)
            return _Step(sizes, np.zeros_like(lengths), lengths, np.arange(len(sizes), dtype=np.int64))
        fits = [self.sizes(level, parent) for parent in parents.tolist()]
        lengths = np.array([len(sizes) for sizes in fits], dtype=np.int64)
        sizes, children = np.unique(np.concatenate([np.zeros(0, np.int64), *fits]), return_inverse=True)
        return _Step(sizes, np.cumsum(lengths) - lengths, lengths, children.astype(np.int64))

    @cached_property
    def _completions(self) -> list[Counts]:
        """Per size of the extent (alone) and of every mapped level, how many chains of the levels below go on."""
        safe = prod(max(1, len(step.children)) for step in self._steps) < _SAFE
        below: Counts = np.ones(len(self._steps[-1].sizes) if self._steps else 1, dtype=np.int64 if safe else object)
        found = [below]
        for step in reversed(self._steps):
            totals = np.concatenate(([0], np.cumsum(below[step.children]))).astype(below.dtype)
            below = totals[step.starts + step.lengths] - totals[step.starts]
            found.append(below)
        return found[::-1]


def _common(few: Array, sizes: Array) -> Array:
    """Those of a few sizes that are among the allowed ones."""
    if not len(sizes):
        return sizes
    places = np.minimum(np.searchsorted(sizes, few), len(sizes) - 1)
    found: Array = few[sizes[places] == few]
    return found
