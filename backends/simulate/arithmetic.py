"""What the arithmetic reads and updates, with and without a memory at the PE (docs/model.md, A14, A15)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import prod

import numpy as np

from ...ir import InputTraffic, OutputTraffic
from .elements import Bits, Elements, Integers, lengths
from .program import Chunk, Step, Unit
from .traffic import InputMove, Link, OutputMove


class LocalPorts:
    """The accesses of the lanes of every PE to the memory at that PE (A14)."""

    def __init__(self, elements: Elements, lanes: int) -> None:
        self._elements, self._lanes = elements, lanes
        self._runs: dict[tuple[int, ...], int] = {}

    def accesses(self, chunk: Chunk) -> int:
        """Runs of points at one place of the tensor within the groups of `lanes` neighbours of a chunk."""
        shape = lengths(chunk)
        if shape not in self._runs:
            numbers = self._places(shape)
            starts = np.arange(len(numbers)) % self._lanes == 0
            starts[1:] |= numbers[1:] != numbers[:-1]
            self._runs[shape] = int(starts.sum())
        return self._runs[shape]

    def _places(self, shape: tuple[int, ...]) -> Integers:
        """The place of every point of a chunk, counting only the dimensions that move the tensor."""
        places = np.zeros(1, dtype=np.int64)
        for name, length in zip(self._elements.workload.extents, shape, strict=True):
            moved = (
                np.arange(length, dtype=np.int64)
                if name in self._elements.tensor.dimensions
                else np.zeros(length, np.int64)
            )
            places = (places[:, None] * length + moved[None, :]).ravel()
        return places

    def read(self, steps: Iterable[Step]) -> InputTraffic:
        """The traffic of an input between the memory at the PE and the arithmetic."""
        chunks = [chunk for _, busy in steps for chunk in busy.values()]
        return InputTraffic(sum(map(points, chunks)), sum(map(self.accesses, chunks)), 0)

    def update(self, steps: Iterable[Step]) -> OutputTraffic:
        """The traffic of the output between the memory at the PE and the arithmetic."""
        macs = updates = 0
        ever: dict[Unit, Bits] = defaultdict(int)
        for _, busy in steps:
            for unit, chunk in busy.items():
                macs += points(chunk)
                updates += self.accesses(chunk)
                ever[unit] |= self._elements.touched(chunk)
        return OutputTraffic(macs, updates, updates - sum(bits.bit_count() for bits in ever.values()))


def remote_reads(elements: Elements, link: Link, steps: Iterable[Step]) -> Iterator[InputMove]:
    """An input's operands, brought for every MAC from the memory at the link's parent (A15)."""
    for time, busy in steps:
        for parent, chunks in _by_parent(link, busy).items():
            macs = sum(map(points, chunks.values()))
            reads = _together(elements, link.readers, chunks)
            yield InputMove(time, parent, InputTraffic(macs, reads, 0))


def remote_updates(elements: Elements, link: Link, steps: Iterable[Step]) -> Iterator[OutputMove]:
    """The output's partial sums, updated for every MAC in the memory at the link's parent (A15)."""
    ever: dict[Unit, Bits] = defaultdict(int)
    for time, busy in steps:
        for parent, chunks in _by_parent(link, busy).items():
            macs = sum(map(points, chunks.values()))
            updates = _together(elements, link.writers, chunks)
            first = 0
            for chunk in chunks.values():
                first |= elements.touched(chunk)
            first &= ~ever[parent]
            ever[parent] |= first
            yield OutputMove(time, parent, OutputTraffic(macs, updates, updates - first.bit_count()))


def _by_parent(link: Link, busy: dict[Unit, Chunk]) -> dict[Unit, dict[Unit, Chunk]]:
    parents: dict[Unit, dict[Unit, Chunk]] = defaultdict(dict)
    for unit, chunk in busy.items():
        parents[unit[: link.parent]][unit] = chunk
    return parents


def _together(elements: Elements, separate: tuple[int, ...], chunks: dict[Unit, Chunk]) -> int:
    """Distinct (position in the chunk, element) pairs, summed over the groups of units."""
    groups: dict[Unit, list[Chunk]] = defaultdict(list)
    for unit, chunk in chunks.items():
        groups[tuple(unit[level] for level in separate)].append(chunk)
    return sum(_distinct(elements, group) for group in groups.values())


def _distinct(elements: Elements, group: list[Chunk]) -> int:
    if len(group) == 1:
        return points(group[0])
    box = tuple(max(sizes) for sizes in zip(*map(lengths, group), strict=True))
    count = prod(elements.shape)
    pairs = [_positions(lengths(chunk), box) * count + elements.numbers(chunk) for chunk in group]
    return len(np.unique(np.concatenate(pairs)))


@lru_cache(maxsize=256)
def _positions(shape: tuple[int, ...], box: tuple[int, ...]) -> Integers:
    """The numbers that the points of a chunk have in row-major order of a box around it."""
    numbers = np.zeros(1, dtype=np.int64)
    for length, width in zip(shape, box, strict=True):
        numbers = (numbers[:, None] * width + np.arange(length, dtype=np.int64)[None, :]).ravel()
    return numbers


def points(chunk: Chunk) -> int:
    """Iteration points of a chunk."""
    return prod(lengths(chunk))
