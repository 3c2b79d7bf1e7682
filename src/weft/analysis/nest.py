"""The loops of a schedule as one nest over independent dimensions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from ..ir import Schedule, Tensor
from . import sums
from .chains import Chain, Event, Link
from .groups import sides
from .windows import POINT, Volumes, window_volumes


class Grouping(NamedTuple):
    """Which levels' units share a transfer, and the level along which neighbours forward (-1: none)."""

    shared: frozenset[int] = frozenset()
    forward_level: int = -1


ALONE = Grouping()
"""Every unit by itself."""


@dataclass(frozen=True, slots=True)
class Advance:
    """A loop of the nest: its level and dimension, and how many loops of every dimension lie outside it."""

    level: int
    dimension: str
    depths: tuple[tuple[str, int], ...]


Move = dict[str, Event]
"""One event per dimension: a loop of the nest advances, or the first step happens."""


class Nest:
    """Chains per dimension and the global order of their loops."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self.workload = schedule.mapping.workload
        links: dict[str, list[Link]] = {name: [] for name in self.workload.extents}
        self.advances: list[Advance] = []
        lengths = dict(self.workload.extents)
        for number, level in enumerate(schedule.levels):
            for loop in level.loops:
                depths = tuple((name, len(found)) for name, found in links.items())
                self.advances.append(Advance(number, loop.dimension, depths))
                # Units beyond the pieces of the longest chunk never work.
                pieces = -(-lengths[loop.dimension] // loop.size)
                units = min(level.units, pieces) if loop.spatial else 0
                links[loop.dimension].append(Link(number, loop.size, units))
                lengths[loop.dimension] = min(loop.size, lengths[loop.dimension])
        self.chains = {name: Chain(self.workload.extents[name], tuple(found)) for name, found in links.items()}

    def active_above(self, boundary: int, names: Iterable[str]) -> int:
        """How many combinations of units above a boundary ever work, over the given dimensions."""
        total = 1
        for name in names:
            total *= sums.groups(Event(self.chains[name].above(boundary), -1, False))
        return total

    def moves(self, boundary: int) -> list[Move]:
        """The first step, then every loop above a boundary in the order of the nest."""
        return self._moves[boundary]

    @cached_property
    def _moves(self) -> list[list[Move]]:
        found = []
        for boundary in range(len(self.schedule.levels) + 1):
            chains = {name: chain.above(boundary) for name, chain in self.chains.items()}
            moves = [{name: Event(chain, -1, False) for name, chain in chains.items()}]
            moves += [
                {name: Event(chains[name], depth, name == advance.dimension) for name, depth in advance.depths}
                for advance in self.advances
                if advance.level < boundary
            ]
            found.append(moves)
        return found

    def volumes(self, tensor: Tensor, move: Move, grouping: Grouping) -> list[Volumes]:
        """One entry per dimension group: what all like steps of a move need and keep, and forward along the group."""
        found = []
        for subscript in tensor.subscripts:
            if len(subscript.terms) == 2:
                y, r = subscript.terms
                found.append(_windowed(move[y.dimension], y.coefficient, move[r.dimension], r.coefficient, grouping))
            else:
                event = move[subscript.dimensions[0]]
                forwards = grouping.forward_level in event.chain.spatial_levels
                found.append(_windowed(event, 1, None, 1, grouping) if forwards else _single(event))
        found += [_unused(move[name], grouping.shared) for name in self.chains if name not in tensor.dimensions]
        return found


@lru_cache(maxsize=1 << 16)
def _single(event: Event) -> Volumes:
    """A dimension that moves the tensor by itself: units hold disjoint chunks, so groups share nothing."""
    return Volumes(sums.needed(event), sums.kept(event), 0)


@lru_cache(maxsize=1 << 16)
def _unused(event: Event, shared: frozenset[int]) -> Volumes:
    """A dimension that does not move the tensor: every group of units at work needs it once.

    A unit at work was at work before, but for the first step: chunks never get longer.
    """
    need = sums.groups(event, shared)
    return Volumes(need, 0 if event.first else need, 0)


@lru_cache(maxsize=1 << 16)
def _windowed(outputs: Event, stride: int, taps: Event | None, dilation: int, grouping: Grouping) -> Volumes:
    """An axis of two dimensions, or of one whose neighbours forward."""
    need = keep = forwards = 0
    tap_sides = sides(taps, *grouping) if taps else ((POINT, 1),)
    for y, y_count in sides(outputs, *grouping):
        for r, r_count in tap_sides:
            found = window_volumes(y, stride, r, dilation)
            need += y_count * r_count * found.need
            keep += y_count * r_count * found.keep
            forwards += y_count * r_count * found.forwards
    return Volumes(need, keep, forwards)
