"""Chunks of one dimension by their length: only lengths matter to sums, and all pieces but the last are full.

A unit that works on a chunk would also work on every longer one, so of units that share, the first one has all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from sys import maxsize

from .chains import Chain

Lengths = dict[int, int]
"""How many chunks there are of each length."""


def cut(extent: int, loops: Iterable[tuple[int, range]]) -> Lengths:
    """What is left of a dimension when loops cut it: the size of the pieces, and the positions of those that count."""
    found = {extent: 1}
    for size, taken in loops:
        below: Lengths = {}
        for length, count in found.items():
            full, ragged = divmod(length, size)
            if number := len(range(taken.start, min(taken.stop, full), taken.step)):
                below[size] = below.get(size, 0) + count * number
            if ragged and full in taken:
                below[ragged] = below.get(ragged, 0) + count
        found = below
    return found


@lru_cache(maxsize=1 << 12)
def leaves(chain: Chain, shared: frozenset[int] = frozenset()) -> Lengths:
    """The chunks of all units in all steps; of units that share, the longest one."""
    loops = ((size, range(0, maxsize, units if units and level in shared else 1)) for level, size, units in chain.links)
    return cut(chain.extent, loops)


def once(extent: int, loops: Iterable[tuple[int, int]]) -> int:
    """Elements of the units with work in a single step, by the size of the pieces and the units of all loops."""
    # A chunk beside the length of another one, which units that count have no work in.
    found = Counter({(extent, 0): 1})
    for size, units in loops:
        below: Counter[tuple[int, int]] = Counter()
        for (length, other), count in found.items():
            # From the second round on, and in the other chunk, a unit has its longest piece in whichever is longer.
            busy = max(other, length - size * units)
            twice, (full, ragged) = busy // size, divmod(length, size)
            if twice < min(units, full + (ragged > 0)):
                below[min(size, length - size * twice), busy - size * twice] += count
                below[size, 0] += count * max(0, min(units, full) - twice - 1)
                below[ragged, 0] += count * (twice < full < units)
        found = below
    return sum(count * length for (length, other), count in found.items() if not other)
