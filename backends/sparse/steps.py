"""The steps of one dimension where it matters at which multiple a chunk starts."""

from __future__ import annotations

from itertools import pairwise
from math import gcd

from ...analysis.chains import Chain

Held = tuple[tuple[int, int], ...]
"""(start, length) of the chunk of every unit; length 0 of idle ones."""


def chunk_steps(chain: Chain, period: int) -> list[tuple[int, Held]]:
    """The steps of all loops of a dimension with their number, once for those that are whole periods apart.

    Starts are told up to a multiple of `period` that is common to all units.
    """
    merged: dict[Held, int] = {((0, chain.extent),): 1}
    for link in chain.links:
        below: dict[Held, int] = {}
        width = link.size * max(link.units, 1)
        # Where every unit has a full piece, or none, rounds are alike that lie whole periods apart.
        alike = period // gcd(width, period)
        for held, count in merged.items():
            for low, high in pairwise(_marks(held, width)):
                for number in range(low, min(high, low + alike)):
                    chunk = _moved(_pieces(held, range(width * number, width * (number + 1), link.size)), period)
                    below[chunk] = below.get(chunk, 0) + count * len(range(number, high, alike))
        merged = below
    return [(count, held) for held, count in merged.items()]


def _marks(held: Held, width: int) -> list[int]:
    """The rounds of a loop from which on other units have a full piece, or one at all; the last is behind all."""
    return sorted({0, *(length // width for _, length in held), *(-(-length // width) for _, length in held)})


def _pieces(held: Held, offsets: range) -> Held:
    """The pieces of every chunk at these offsets, each as long as one to the next."""
    return tuple(
        (start + offset, max(0, min(offsets.step, length - offset))) for start, length in held for offset in offsets
    )


def _moved(held: Held, period: int) -> Held:
    """The same chunks, the first unit's start within the first period."""
    shift = held[0][0] - held[0][0] % period
    return tuple((start - shift, length) for start, length in held)
