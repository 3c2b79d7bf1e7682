"""One unit's view of a step in one dimension, relative to its chunk: enough to time everything below it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from ...analysis.chains import Link


class ChunkChange(NamedTuple):
    """A chunk of `length`, and what was held before it as (start relative to the chunk, length), the latest first.

    The second entry of `before` matters to units below that had no work in a ragged latest chunk; an empty `before`
    is the first step of all.
    """

    length: int
    before: tuple[tuple[int, int], ...] = ()

    @property
    def kept(self) -> int:
        """Elements of the chunk that were held before."""
        if not self.before:
            return 0
        start, length = self.before[0]
        return max(0, min(self.length, start + length) - max(0, start))


ChunkChanges = ChunkChange | tuple[ChunkChange, ...]
"""A move of the whole level, or one per unit at work if the dimension is spread there."""

State = tuple[ChunkChanges, ...]
"""A step of a level: one entry per dimension of the workload, in order."""


Chunk = tuple[ChunkChange, ...]
"""One unit in a step: its move in every dimension."""


def restart(length: int) -> ChunkChange:
    """The loops inside go from their last step back to their first."""
    return ChunkChange(length, ((0, length),))


def units_of(moves: ChunkChanges) -> tuple[ChunkChange, ...]:
    """The moves of all units at work."""
    return (moves,) if isinstance(moves, ChunkChange) else moves


def units_at_work(state: State) -> Iterator[Chunk]:
    """What each unit at work sees, like units once."""
    return product(*(dict.fromkeys(units_of(moves)) for moves in state))


@lru_cache(maxsize=65536)
def descend(move: ChunkChange, link: Link | None) -> ChunkChanges:
    """The move of the units one level below, in the first step of that level."""
    if link is None:
        return move
    if not link.units:
        return _piece(move, link.size, 0, 1)
    at_work = min(link.units, -(-move.length // link.size))
    return tuple(_piece(move, link.size, unit, link.units) for unit in range(at_work))


def _piece(move: ChunkChange, size: int, unit: int, units: int) -> ChunkChange:
    start = size * unit
    found: list[tuple[int, int]] = []
    longest = 0
    for offset, length in move.before:
        pieces = -(-length // size)
        last = unit + units * (-(-(pieces - unit) // units) - 1)
        for piece in (last, last - units):
            held = min(size, length - size * piece)
            # Only a longer chunk can have given work to a unit that the later ones left idle.
            if piece >= 0 and held > longest:
                found.append((offset + size * piece - start, held))
                longest = held
    return ChunkChange(min(size, move.length - start), tuple(found))
