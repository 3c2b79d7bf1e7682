"""Sums over the chunks of one dimension, in closed form: only lengths matter, and all pieces but the last are full.

A unit that works on a chunk would also work on every longer one, so of units that share, the first one has all.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from sys import maxsize

from .chains import Chain

Pieces = tuple[int, range]
"""The size of the pieces into which a loop cuts a chunk, and the positions of those that count."""


def steps(chain: Chain) -> int:
    """Steps of all loops in which any unit works."""
    return leaves(chain, chain.levels, chain.extent)


def leaves(chain: Chain, shared: frozenset[int], width: int = 1) -> int:
    """Vectors of `width` elements in the chunks of all steps; of units that share, the longest one's."""
    pieces = (
        (size, range(0, maxsize, units if units and level in shared else 1)) for level, size, units in chain.links
    )
    return total(chain.extent, tuple(pieces), width)


def lengths(chain: Chain) -> Counter[int]:
    """The chunks of all steps and units, by their length."""
    found = Counter({chain.extent: 1})
    for link in chain.links:
        below: Counter[int] = Counter()
        for length, count in found.items():
            below[link.size] += count * (length // link.size)
            below[length % link.size] += count
        found = +Counter({length: count for length, count in below.items() if length})
    return found


@lru_cache(maxsize=1 << 14)
def total(length: int, pieces: tuple[Pieces, ...], width: int) -> int:
    """Σ ⌈length / width⌉ over the pieces of a chunk that count, cut by all loops."""
    if not pieces:
        return -(-length // width)
    (size, taken), rest = pieces[0], pieces[1:]
    full, ragged = divmod(length, size)
    number = len(range(taken.start, min(taken.stop, full), taken.step))
    found = number * total(size, rest, width) if number else 0
    return found + total(ragged, rest, width) if ragged and full in taken else found


@lru_cache(maxsize=1 << 14)
def once(length: int, busy: int, cuts: tuple[tuple[int, int], ...]) -> int:
    """Elements of the units that work on a chunk in a single step, and not at all on one of length `busy`.

    `cuts` are the sizes and the units of the loops (1 for temporal ones).
    """
    if not cuts:
        return 0 if busy else length
    (size, units), rest = cuts[0], cuts[1:]
    # From the second round on, and in the other chunk, a unit has its longest piece in whichever is longer.
    busy = max(busy, length - size * units)
    twice, full = busy // size, length // size
    if twice >= min(units, -(-length // size)):
        return 0
    found = once(min(size, length - size * twice), busy - size * twice, rest)
    if twice + 1 < min(units, full):
        found += (min(units, full) - twice - 1) * once(size, 0, rest)
    if length % size and twice < full < units:
        found += once(length % size, 0, rest)
    return found
