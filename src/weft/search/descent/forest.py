"""The boxes of all groups of a structure, listed as far as the search has come.

A group with few candidates has one tree over all of them. One with many has a tree over the beginnings of its chains;
where the search gets to one of these, what begins so is listed below it, in a block of nodes. So nothing grows with
the length of a dimension but what is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..bounds.boxes import Boxes
from ..structure.cost_arrays import CostArrays
from ..structure.plan import Ints
from .descend import Trees

Kind = TypeVar("Kind", np.int64, np.float64)

Lister = Callable[[Ints, tuple[int, ...]], Boxes]
"""The boxes of the chains that begin with sizes [2, L], given in the levels before some depths."""


class TreeGroup(NamedTuple):
    """A group: the numbers of its dimensions, their units per level, and what lists its boxes; `root` has all."""

    members: Sequence[int]
    units: Sequence[Ints]
    root: Boxes
    below: Lister


class NodeBlock(NamedTuple):
    """Where nodes were listed: below which node of which block (-1: a root), for a group."""

    group: int
    above: int
    node: int


@dataclass
class Forest:
    """The trees of a structure. Nodes are numbered in the order in which they were listed."""

    cost_arrays: CostArrays
    groups: Sequence[TreeGroup]
    blocks: list[NodeBlock] = field(default_factory=list)
    _starts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        widths = [group.root.columns.shape[1] for group in self.groups]
        self._at, self._left, self._right = _Numbers(np.int64), _Numbers(np.int64), _Numbers(np.int64)
        self._candidate, self._block, self._chains = _Numbers(np.int64), _Numbers(np.int64), _Numbers(np.int64)
        self._spread, self._columns = _Numbers(np.float64), _Numbers(np.float64)
        self._begun: dict[int, tuple[int, tuple[int, ...]]] = {}
        roots = [self._append(number, -1, -1, group.root) for number, group in enumerate(self.groups)]
        offset, members, units = _places(self.cost_arrays, self.groups)
        self._fixed = {
            "root": np.array(roots, np.int64),
            "width": np.array(widths, np.int64),
            "offset": offset,
            "column_total": np.array([sum(widths)], np.int64),
            "members": members,
            "units": units,
        }
        self._wanted = np.full(1, -1, np.int64)

    @property
    def trees(self) -> Trees:
        """What the compiled search takes; valid until more is listed."""
        return Trees(
            **self._fixed, at=self._at.all, columns=self._columns.all, left=self._left.all, right=self._right.all,
            candidate=self._candidate.all, spread=self._spread.all,
            chains=self._chains.all.reshape(-1, 2, self.cost_arrays.layout.levels), wanted=self._wanted,
        )  # fmt: skip

    @property
    def dropped(self) -> int:
        """Candidates that another one beats, of those that were listed at once."""
        return sum(group.root.dropped for group in self.groups)

    @property
    def size(self) -> int:
        """Numbers in all columns: what the memory goes to."""
        return self._columns.count

    def chain(self, candidate: int | Ints) -> Ints:
        """The sizes [2, L] of a candidate, or [n, 2, L] of several."""
        return self._chains.all.reshape(-1, 2, self.cost_arrays.layout.levels)[candidate]

    def list_wanted(self) -> bool:
        """List what is below the node that the search stopped at; False if it stopped for something else."""
        node = int(self._wanted[0])
        if node < 0:
            return False
        self._wanted[0] = -1
        self._list(node)
        return True

    def portable(self, nodes: Ints) -> tuple[Ints, tuple[NodeBlock, ...]]:
        """Nodes [n, G] in numbers that any forest of the structure understands, and the blocks that these speak of."""
        used = {int(block) for block in np.unique(self._block.all[nodes])}
        for block in sorted(used, reverse=True):
            while (block := self.blocks[block].above) >= 0:
                used.add(block)
        order = sorted(used | set(range(len(self.groups))))
        place = np.full(len(self.blocks), -1, np.int64)
        place[order] = np.arange(len(order))
        told = [
            NodeBlock(b.group, int(place[b.above]) if b.above >= 0 else -1, b.node)
            for b in (self.blocks[number] for number in order)
        ]
        blocks = self._block.all[nodes]
        return place[blocks] << 32 | nodes - np.array(self._starts, np.int64)[blocks], tuple(told)

    def known(self, codes: Ints, blocks: Sequence[NodeBlock]) -> Ints:
        """The numbers here of portable nodes; lists what they speak of."""
        starts = np.zeros(len(blocks), np.int64)
        for number, block in enumerate(blocks):
            if block.above < 0:
                starts[number] = self._starts[block.group]
            else:
                starts[number] = self._list(int(starts[block.above]) + block.node)
        found: Ints = starts[codes >> 32] + (codes & 0xFFFFFFFF)
        return found

    def _list(self, node: int) -> int:
        """List what is below a node, unless it is there; the first node of the block."""
        left = int(self._left.all[node])
        if left >= 0:
            return left
        block = int(self._block.all[node])
        group = self.blocks[block].group
        candidate, depths = self._begun[node]
        boxes = self.groups[group].below(self.chain(candidate), depths)
        first = self._append(group, block, node - self._starts[block], boxes)
        self._left.all[node] = first
        return first

    def _append(self, group: int, above: int, node: int, boxes: Boxes) -> int:
        count, width = boxes.columns.shape
        first, chain = self._at.count, self._chains.count // (2 * self.cost_arrays.layout.levels)
        inner, leaf = boxes.left >= 0, boxes.candidate >= 0
        self._at.add(self._columns.count + width * np.arange(count))
        self._left.add(np.where(inner, first + boxes.left, -1))
        self._right.add(np.where(inner, first + boxes.right, -1))
        if boxes.depths:
            begun = {first + int(n): (chain + int(boxes.candidate[n]), boxes.depths) for n in np.flatnonzero(leaf)}
            self._begun.update(begun)
        self._candidate.add(np.where(leaf & (not boxes.depths), chain + boxes.candidate, -1))
        self._block.add(np.full(count, len(self.blocks)))
        self._spread.add(boxes.spread)
        self._columns.add(boxes.columns)
        self._chains.add(boxes.chains)
        self.blocks.append(NodeBlock(group, above, node))
        self._starts.append(first)
        return first


class _Numbers(Generic[Kind]):
    """Numbers with room for more behind them."""

    def __init__(self, kind: type[Kind]) -> None:
        self._data: NDArray[Kind] = np.empty(0, kind)
        self.count = 0

    @property
    def all(self) -> NDArray[Kind]:
        """Those that are there."""
        return self._data[: self.count]

    def add(self, numbers: NDArray[Kind]) -> None:
        """Put some behind them."""
        end = self.count + numbers.size
        if end > self._data.size:
            larger = np.empty(max(end, 3 * self._data.size // 2), self._data.dtype)
            larger[: self.count] = self.all
            self._data = larger
        self._data[self.count : end] = numbers.ravel()
        self.count = end


def _places(p: CostArrays, groups: Sequence[TreeGroup]) -> tuple[Ints, Ints, Ints]:
    """Per group: where its columns go, its dimensions, and their units."""
    members = np.full((len(groups), 2), -1, np.int64)
    spread = np.zeros((len(groups), 2, p.layout.levels), np.int64)
    for g, group in enumerate(groups):
        for m, d in enumerate(group.members):
            members[g, m] = d
            spread[g, m] = group.units[m]
    return np.array([column_pieces(p, group.members) for group in groups], np.int64), members, spread


def column_pieces(p: CostArrays, members: Sequence[int]) -> Ints:
    """Where the columns of a group go: [3, 3] from, to, and where in a box; of its dimensions, then of its axes."""
    layout, found = p.layout, np.zeros((3, 3), np.int64)
    for m, d in enumerate(members):
        found[m] = m * layout.dimension, (m + 1) * layout.dimension, p.base[d]
    axes = [number for number, pair in enumerate(p.axis_dimensions) if tuple(pair) == tuple(members)]
    if axes:
        low = len(members) * layout.dimension
        found[2] = low, low + len(axes) * layout.axis, p.axis_base[axes[0]]
    return found
