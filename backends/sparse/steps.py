"""The steps of one dimension where it matters at which multiple a chunk starts."""

from __future__ import annotations

from ...analysis.chains import Chain, steps

Held = tuple[tuple[int, int], ...]
"""(start, length) of the chunk of every unit; length 0 of idle ones."""


def chunk_steps(chain: Chain, period: int) -> list[tuple[int, Held]]:
    """The steps of all loops of a dimension with their number, once for those that are whole periods apart.

    Starts are told up to a multiple of `period` that is common to all units.
    """
    if period == 1:
        found = steps(chain, len(chain.links))
        return [
            (count, _moved(tuple(zip(item.start.tolist(), item.length.tolist(), strict=True)), 1))
            for count, item in found
        ]
    merged: dict[Held, int] = {((0, chain.extent),): 1}
    for link in chain.links:
        below: dict[Held, int] = {}
        width = link.size * max(link.units, 1)
        for held, count in merged.items():
            for low in range(0, max(length for _, length in held), width):
                offsets = range(low, low + width, link.size)
                chunk = tuple(
                    (start + offset, max(0, min(link.size, length - offset)))
                    for start, length in held
                    for offset in offsets
                )
                chunk = _moved(chunk, period)
                below[chunk] = below.get(chunk, 0) + count
        merged = below
    return [(count, held) for held, count in merged.items()]


def _moved(held: Held, period: int) -> Held:
    """The same chunks, the first unit's start within the first period."""
    shift = held[0][0] - held[0][0] % period
    return tuple((start - shift, length) for start, length in held)
