"""The steps of one dimension where it matters at which multiple a chunk starts."""

from __future__ import annotations

from ..cost.chains import Chain, Chunks, steps

Step = tuple[int, tuple[tuple[int, int], ...]]
"""How many like steps, and (start, length) of the chunk of every unit, idle ones with length 0."""


def chunk_steps(chain: Chain, period: int) -> list[Step]:
    """The steps of all loops of a dimension, once for all that are alike up to multiples of `period`."""
    if period == 1:
        return [(count, _rows(chunks)) for count, chunks in steps(chain, len(chain.links))]
    found: dict[tuple[tuple[int, int], ...], int] = {((0, chain.extent),): 1}
    for link in chain.links:
        below: dict[tuple[tuple[int, int], ...], int] = {}
        width = link.size * max(link.units, 1)
        for held, count in found.items():
            for low in range(0, max(length for _, length in held), width):
                chunk = tuple(
                    _piece(start, length, low + place, link.size, period)
                    for start, length in held
                    for place in range(0, width, link.size)
                )
                below[chunk] = below.get(chunk, 0) + count
        found = below
    return [(count, held) for held, count in found.items()]


def _piece(start: int, length: int, offset: int, size: int, period: int) -> tuple[int, int]:
    return (start + offset) % period, max(0, min(size, length - offset))


def _rows(chunks: Chunks) -> tuple[tuple[int, int], ...]:
    return tuple(zip([0] * len(chunks.length), chunks.length.tolist(), strict=True))
