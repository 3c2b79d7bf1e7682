"""What a move of the nest does to one dimension: what its units need then, and what of it they held just before."""

from __future__ import annotations

from functools import lru_cache
from sys import maxsize
from typing import NamedTuple

from . import sums
from .chains import Chain
from .groups import Cut, sides
from .windows import Sides, Volumes


class Grouping(NamedTuple):
    """Which levels' units share a transfer, and the level along which neighbours forward (-1: none)."""

    shared: frozenset[int] = frozenset()
    forward_level: int = -1


ALONE = Grouping()
"""Every unit by itself."""


def grouped(chain: Chain, grouping: Grouping) -> tuple[Cut, ...]:
    """The loops of a chain, and which of them groups of units lie along."""
    shared, forward_level = grouping
    return tuple(
        Cut(size, units, level in shared, level == forward_level) if units else Cut(size, 0)
        for level, size, units in chain.links
    )


class Event:
    """Loop number `depth` of a chain advances, or its loops from there on restart.

    A negative depth is the first step of all. `events` gives equal events as one, which keeps what it has found.
    """

    __slots__ = ("_alone", "_groups", "_sides", "advances", "chain", "depth")

    def __init__(self, chain: Chain, depth: int, advances: bool) -> None:
        self.chain, self.depth, self.advances = chain, depth, advances
        self._alone: Volumes | None = None
        self._groups: dict[frozenset[int], Volumes] = {}
        self._sides: dict[Grouping, Sides] = {}

    @property
    def alone(self) -> Volumes:
        """A dimension that moves a tensor by itself: units hold disjoint chunks, so groups share nothing.

        A unit's chunks in different steps are disjoint, so it keeps one if the loops that restart give it no other.
        """
        if self._alone is None:
            need = sum(length * count for length, count in self._chunks(frozenset()).items())
            self._alone = Volumes(need, 0 if self.depth < 0 or self.advances else self._once(), 0)
        return self._alone

    def unused(self, shared: frozenset[int]) -> Volumes:
        """A dimension that does not move a tensor: every group of units at work needs it once.

        A unit at work was at work before, but for the first step: chunks never get longer.
        """
        found = self._groups.get(shared)
        if found is None:
            need = sum(self._chunks(shared).values())
            found = self._groups[shared] = Volumes(need, 0 if self.depth < 0 else need, 0)
        return found

    def sides(self, grouping: Grouping) -> Sides:
        """One dimension of a windowed axis: what groups of units hold, like ones once, with their number."""
        found = self._sides.get(grouping)
        if found is None:
            cuts = grouped(self.chain, grouping)
            found = self._sides[grouping] = sides(self.chain.extent, cuts, self.depth, self.advances)
        return found

    def _chunks(self, shared: frozenset[int]) -> sums.Lengths:
        """The chunks: outside in every step, inside in the first one, of the loop that advances in all others."""
        loops = []
        for place, (level, size, units) in enumerate(self.chain.links):
            own, units = self.advances and place == self.depth, max(units, 1)
            stop = maxsize if own or place < self.depth else units
            loops.append((size, range(units if own else 0, stop, units if level in shared else 1)))
        return sums.cut(self.chain.extent, loops)

    def _once(self) -> int:
        """Elements of the chunks in which the loops that restart have a single step; those outside are apart."""
        links = enumerate(self.chain.links)
        loops = ((link.size, max(link.units, 1) if place >= self.depth else maxsize) for place, link in links)
        return sums.once(self.chain.extent, loops)


class Events(NamedTuple):
    """All events of a chain: the first step, restarts and advances by their depth."""

    first: Event
    restarts: tuple[Event, ...]
    advances: tuple[Event, ...]


@lru_cache(maxsize=1 << 14)
def events(chain: Chain) -> Events:
    """The events of a chain."""
    loops = range(len(chain.links))
    return Events(
        Event(chain, -1, False),
        tuple(Event(chain, depth, False) for depth in (*loops, len(loops))),
        tuple(Event(chain, depth, True) for depth in loops),
    )
