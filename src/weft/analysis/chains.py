"""One dimension by itself: a chain is everything that the loops of all levels do to it.

Its chunks partition its extent, so a step is described by where each unit's chunk starts and how long it is.
"""

from __future__ import annotations

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
