"""Sums over the chunks of one dimension, in closed form: only lengths matter, and all pieces but the last are full.

A unit that works on a chunk would also work on every longer one, so of units that share, the first one has all.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from sys import maxsize

from .chains import Chain, Event

NONE: frozenset[int] = frozenset()
"""No level shares."""

Cut = tuple[int, range]
"""The size of the pieces into which a loop cuts a chunk, and the positions of those that count."""


def steps(chain: Chain) -> int:
    """Steps of all loops in which any unit works."""
    return leaves(chain, chain.levels, chain.extent)


def leaves(chain: Chain, shared: frozenset[int], width: int = 1) -> int:
    """Vectors of `width` elements in the chunks of all steps; of units that share, the longest one's."""
    return _sum(chain.extent, _cuts(Event(chain, len(chain.links), False), shared), width)


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


def needed(event: Event) -> int:
    """Elements that all units need after a move, over its like steps."""
    return _sum(event.chain.extent, _cuts(event, NONE), 1)


def groups(event: Event, shared: frozenset[int] = NONE) -> int:
    """Groups of sharing units that are at work after a move, over its like steps."""
    return _sum(event.chain.extent, _cuts(event, shared), event.chain.extent)


def kept(event: Event) -> int:
    """Elements that their units held just before, over the like steps of a move.

    Chunks of different steps are disjoint, so a unit keeps all if the loops that restart give it a single step.
    """
    if event.first or event.advances:
        return 0
    outside, inside = event.chain.links[: event.depth], event.chain.links[event.depth :]
    cuts = [(link.size, maxsize) for link in outside] + [(link.size, max(link.units, 1)) for link in inside]
    return _once(event.chain.extent, 0, tuple(cuts))


def _cuts(event: Event, shared: frozenset[int]) -> tuple[Cut, ...]:
    """Which pieces the move takes: outside every one, inside the first round, of the loop that advances all others."""
    found = []
    for place, link in enumerate(event.chain.links):
        units = max(link.units, 1)
        own = event.advances and place == event.depth
        stop = maxsize if own or place < event.depth else units
        found.append((link.size, range(units if own else 0, stop, units if link.level in shared else 1)))
    return tuple(found)


@lru_cache(maxsize=1 << 14)
def _sum(length: int, cuts: tuple[Cut, ...], width: int) -> int:
    """Σ ⌈length / width⌉ over the pieces of a chunk that count."""
    if not cuts:
        return -(-length // width)
    (size, taken), rest = cuts[0], cuts[1:]
    full, ragged = divmod(length, size)
    number = len(range(taken.start, min(taken.stop, full), taken.step))
    total = number * _sum(size, rest, width) if number else 0
    return total + _sum(ragged, rest, width) if ragged and full in taken else total


@lru_cache(maxsize=1 << 14)
def _once(length: int, busy: int, cuts: tuple[tuple[int, int], ...]) -> int:
    """Elements of the units that work on a chunk in a single step, and not at all on one of length `busy`."""
    if not cuts:
        return 0 if busy else length
    (size, units), rest = cuts[0], cuts[1:]
    # From the second round on, and in the other chunk, a unit has its longest piece in whichever is longer.
    busy = max(busy, length - size * units)
    twice, full = busy // size, length // size
    if twice >= min(units, -(-length // size)):
        return 0
    total = _once(min(size, length - size * twice), busy - size * twice, rest)
    if twice + 1 < min(units, full):
        total += (min(units, full) - twice - 1) * _once(size, 0, rest)
    if length % size and twice < full < units:
        total += _once(length % size, 0, rest)
    return total
