"""The candidates of a dimension group: all at once if they are few, else begun level by level, as a search asks."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from ..ir import Diagnostic, WeftError
from .bounds.boxes import Boxes
from .bounds.candidates import Candidates, Rows
from .spaces.chain_sets import ChainSet
from .spaces.space import MapSpace
from .structure.plan import Ints

AT_ONCE = 1 << 21
"""Numbers in the columns of a group that is listed at once."""

PER_BLOCK = 1 << 18
"""The same of what is listed below the beginning of a chain."""

PER_PART = 1 << 22
"""The same of beginnings that are listed together; where there are more, the search first sees parts of them."""

REMEMBERED = 1 << 24
"""The same of all blocks that are kept for another time."""

MOST_SIZES = 1 << 17
"""Sizes of a level that are listed one by one: more than the even splits of any extent."""


class Remembered:
    """Blocks that were listed lately, as many as there is room for."""

    def __init__(self) -> None:
        self._boxes: OrderedDict[Hashable, Boxes] = OrderedDict()
        self._size = 0

    def get(self, key: Hashable) -> Boxes | None:
        """A block, if it is still there."""
        if key in self._boxes:
            self._boxes.move_to_end(key)
        return self._boxes.get(key)

    def put(self, key: Hashable, boxes: Boxes) -> None:
        """Keep a block; the oldest go."""
        self._boxes[key] = boxes
        self._size += boxes.columns.size
        while self._size > REMEMBERED and len(self._boxes) > 1:
            self._size -= self._boxes.popitem(last=False)[1].columns.size


class Late(Exception):
    """The time was over while candidates were listed."""


@dataclass(frozen=True)
class Listing:
    """A group of a structure: its dimensions by name, their chains and units, and what makes their columns.

    `key` names all of this, for what is remembered.
    """

    names: Sequence[str]
    chains: Sequence[ChainSet]
    units: Sequence[Ints]
    candidates: Candidates
    key: Hashable
    remembered: Remembered

    def root(self) -> Boxes:
        """The boxes of all chains, or of how they begin."""
        return self._kept(np.zeros((2, self._levels), np.int64), (0,) * len(self.names), AT_ONCE)

    def below(self, begun: Ints, depths: tuple[int, ...]) -> Boxes:
        """The boxes of what begins with the sizes [2, L] in the levels before `depths`.

        A number below zero in the next level names the part of its sizes that is meant.
        """
        return self._kept(begun, depths, PER_BLOCK)

    def _kept(self, begun: Ints, depths: tuple[int, ...], most: int) -> Boxes:
        key = self.key, begun.tobytes(), depths
        found = self.remembered.get(key)
        if found is None:
            found = self._boxes(begun, depths, most)
            self.remembered.put(key, found)
        return found

    def _boxes(self, begun: Ints, depths: tuple[int, ...], most: int) -> Boxes:
        parents = [
            int(begun[m, :depth][begun[m, :depth] > 0].min(initial=chains.extent))
            for m, (chains, depth) in enumerate(zip(self.chains, depths, strict=True))
        ]
        rest = [c.under(depth, parent) for c, depth, parent in zip(self.chains, depths, parents, strict=True)]
        counts = [item.count for item in rest]
        if prod(counts) <= max(most // self._columns, 1):
            return self.candidates.boxes(self._rows([item.all() for item in rest], begun, ()))
        # The dimension with more chains goes on by a level.
        m = counts.index(max(counts))
        level = self._next(m, depths[m])
        deeper = tuple(self._next(m, level + 1) if n == m else depth for n, depth in enumerate(depths))
        sizes, most = self._sizes(m, level, parents[m]), max(PER_PART // self._columns, 1)
        parts = [self._begun(m, level, sizes[n : n + most], begun, deeper) for n in range(0, len(sizes), most)]
        if begun[m, level] < 0:
            return self.candidates.boxes(parts[-1 - int(begun[m, level])], deeper)
        if len(parts) == 1:
            return self.candidates.boxes(parts[0], deeper)
        named = np.repeat(begun[np.newaxis], len(parts), axis=0)
        named[:, m, level] = -1 - np.arange(len(parts))
        return self.candidates.parts(parts, deeper, named, depths)

    def _begun(self, m: int, level: int, sizes: Ints, begun: Ints, deeper: tuple[int, ...]) -> list[Rows]:
        """What goes on with each of some sizes of a dimension at a level."""
        rows = [np.zeros((1, self._levels), np.int64) for _ in self.names]
        rows[m] = np.zeros((len(sizes), self._levels), np.int64)
        rows[m][:, level] = sizes
        return self._rows(rows, begun, deeper)

    def _rows(self, rows: Sequence[Ints], begun: Ints, depths: tuple[int, ...]) -> list[Rows]:
        found = []
        for m, (chains, units) in enumerate(zip(self.chains, self.units, strict=True)):
            free = np.zeros(len(units), np.int64)
            if depths:
                free[[n for n, sizes in enumerate(chains.allowed) if sizes is not None and n >= depths[m]]] = 1
            found.append(Rows(np.maximum(rows[m], begun[m]), units, free))
        return found

    def _next(self, m: int, depth: int) -> int:
        """The first level from `depth` on that maps a dimension, or the number of levels."""
        allowed = self.chains[m].allowed
        return next((n for n in range(depth, len(allowed)) if allowed[n] is not None), len(allowed))

    def _sizes(self, m: int, level: int, parent: int) -> Ints:
        """The sizes of a level below which some chain goes on."""
        sizes = self.chains[m].sizes(level, parent)
        return sizes[self.chains[m].ways(level, sizes) > 0]

    @property
    def _levels(self) -> int:
        return self.candidates.cost_arrays.layout.levels

    @property
    def _columns(self) -> int:
        cost_arrays, group = self.candidates.cost_arrays, self.candidates.group
        axes = sum(tuple(pair) == tuple(group) for pair in cost_arrays.axis_dimensions)
        return len(group) * cost_arrays.layout.dimension + axes * cost_arrays.layout.axis


def check_lengths(space: MapSpace) -> None:
    """WeftError (W710) if a level has more chunk sizes of a dimension than can be listed."""
    for family in space.families:
        for name in space.workload.extents:
            chains = space.chains(family.first, name)
            for allowed, split in zip(chains.allowed, chains.splits, strict=True):
                if split == "any" and allowed is not None and len(allowed) > MOST_SIZES:
                    found = f"a level has {len(allowed):,} chunk sizes of {name}"
                    message = f"{found}; the search lists up to {MOST_SIZES:,}"
                    hint = "take the split 'even', or give fewer sizes"
                    raise WeftError(Diagnostic("W710", message, hint=hint))
