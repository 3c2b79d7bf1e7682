"""One dimension by itself: its loops, the chunks its units hold, and how these move from step to step.

A chain is everything that the loops of all levels do to one dimension. Its chunks partition its extent, so a step is
described by where each unit's chunk starts and how long it is. Steps that look alike are listed once, with their count.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class Link(NamedTuple):
    """One loop of a chain: chunks of `size`; over `units` units if spatial, else `units` is 0."""

    level: int
    size: int
    units: int = 0


class Chain(NamedTuple):
    """A dimension of `extent` under its loops, outermost first."""

    extent: int
    links: tuple[Link, ...]

    def above(self, boundary: int) -> Chain:
        """The chain of the levels above a boundary."""
        return Chain(self.extent, tuple(link for link in self.links if link.level < boundary))

    @property
    def spatial_levels(self) -> tuple[int, ...]:
        """Levels at which this dimension is spread, in the order of the unit axes."""
        return tuple(link.level for link in self.links if link.units)

    @property
    def levels(self) -> frozenset[int]:
        """The levels that divide this dimension."""
        return frozenset(link.level for link in self.links)


@dataclass(frozen=True, slots=True)
class Chunks:
    """Chunk [start, start + length) of every unit; length 0 where a unit has nothing."""

    start: Ints
    length: Ints


def root(extent: int) -> Chunks:
    """The whole dimension, at the one unit above all levels."""
    return Chunks(np.zeros(1, np.int64), np.array([extent], np.int64))


def _child(chunks: Chunks, link: Link, step: int) -> Chunks:
    """The chunks in a given step of a loop, with a new unit axis if the loop is spatial."""
    if not link.units:
        offset: Ints = np.array([link.size * step], np.int64)
    else:
        offset = link.size * (link.units * step + np.arange(link.units, dtype=np.int64))
    start = (chunks.start[:, None] + offset).ravel()
    length = np.clip(chunks.length[:, None] - offset, 0, link.size).ravel()
    return Chunks(start, length)


def _alike(chunks: Chunks, link: Link) -> list[tuple[int, int]]:
    """Steps of a loop as (first step, number of like steps): full ones together, each ragged one alone."""
    width = link.size * max(link.units, 1)
    lengths = [int(length) for length in np.unique(chunks.length) if length > 0]
    marks = sorted({0, *(length // width for length in lengths), *(-(-length // width) for length in lengths)})
    return [(low, high - low) for low, high in pairwise(marks)]


def steps(chain: Chain, depth: int) -> list[tuple[int, Chunks]]:
    """The steps of the outermost `depth` loops, like ones once: (count, chunks)."""
    found = [(1, root(chain.extent))]
    for link in chain.links[:depth]:
        merged: dict[bytes, tuple[int, Chunks]] = {}
        for count, chunks in found:
            for first, like in _alike(chunks, link):
                child = _child(chunks, link, first)
                # Only where chunks lie relative to each other matters to what follows.
                key = child.length.tobytes() + (child.start - child.start[0]).tobytes()
                merged[key] = (count * like + merged.get(key, (0, child))[0], child)
        found = list(merged.values())
    return found


def last_leaf(chunks: Chunks, links: tuple[Link, ...]) -> Chunks:
    """The chunk that each unit worked on last in the remaining loops (an idle unit keeps what it holds)."""
    if not links:
        return chunks
    link, rest = links[0], links[1:]
    latest = last_leaf(_visited(chunks, link, 1), rest)
    if np.all(latest.length > 0):
        return latest
    # A ragged last chunk may leave units below without work; their last work was in the full chunk before it.
    earlier = last_leaf(_visited(chunks, link, 2), rest)
    idle = latest.length == 0
    return Chunks(np.where(idle, earlier.start, latest.start), np.where(idle, earlier.length, latest.length))


def _visited(chunks: Chunks, link: Link, back: int) -> Chunks:
    """The chunk of each unit in the `back`-th last step in which it has work; empty if there is none."""
    start, length = chunks.start[:, None], chunks.length[:, None]
    pieces = -(-length // link.size)
    units = max(link.units, 1)
    unit = np.arange(units, dtype=np.int64)
    piece = unit + units * (-(-(pieces - unit) // units) - back)
    reached = (piece >= 0) & (length > 0)
    return Chunks(
        (start + link.size * np.where(reached, piece, 0)).ravel(),
        np.where(reached, np.clip(length - link.size * piece, 0, link.size), 0).ravel(),
    )
