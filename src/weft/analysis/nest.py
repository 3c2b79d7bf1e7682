"""The loops of a schedule as one nest over independent dimensions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import prod

from ..ir import Schedule, Tensor
from .chains import Chain, Link
from .events import ALONE, Event, Events, Grouping, events
from .windows import POINT, Volumes, axis_volumes

__all__ = ["ALONE", "Advance", "Grouping", "Move", "Nest"]


@dataclass(frozen=True, slots=True)
class Advance:
    """A loop of the nest: its level and dimension, and how many loops of every dimension lie outside it."""

    level: int
    dimension: str
    depths: tuple[tuple[str, int], ...]


Move = dict[str, Event]
"""One event per dimension: a loop of the nest advances, or the first step happens."""


class Nest:
    """Chains per dimension, the global order of their loops, and the levels that spread a dimension.

    `entries` are the new elements that were already counted, by tensor, boundary and grouping.
    """

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
        self.spread = frozenset(link.level for found in links.values() for link in found if link.units > 1)
        self.entries: dict[tuple[str, int, Grouping], int] = {}

    def active_above(self, boundary: int, names: Iterable[str]) -> int:
        """How many combinations of units above a boundary ever work, over the given dimensions."""
        return prod(self._events[boundary][name].first.unused(ALONE.shared).need for name in names)

    def moves(self, boundary: int) -> list[Move]:
        """The first step, then every loop above a boundary in the order of the nest."""
        return self._moves[boundary]

    @cached_property
    def _events(self) -> list[dict[str, Events]]:
        """The events of every dimension, of the loops above each boundary."""
        boundaries = range(len(self.schedule.levels) + 1)
        return [{name: events(chain.above(boundary)) for name, chain in self.chains.items()} for boundary in boundaries]

    @cached_property
    def _moves(self) -> list[list[Move]]:
        found = []
        for boundary, own in enumerate(self._events):
            moves = [{name: one.first for name, one in own.items()}]
            for advance in self.advances:
                if advance.level < boundary:
                    move = {name: own[name].restarts[depth] for name, depth in advance.depths}
                    move[advance.dimension] = own[advance.dimension].advances[move[advance.dimension].depth]
                    moves.append(move)
            found.append(moves)
        return found

    def volumes(self, tensor: Tensor, move: Move, grouping: Grouping) -> list[Volumes]:
        """One entry per dimension group: what all like steps of a move need and keep, and forward along the group."""
        found = []
        shared, forward_level = grouping
        for subscript in tensor.subscripts:
            if len(subscript.terms) == 2:
                y, r = subscript.terms
                found.append(_windowed(move[y.dimension], y.coefficient, move[r.dimension], r.coefficient, grouping))
            else:
                event = move[subscript.terms[0].dimension]
                forwards = forward_level >= 0 and forward_level in event.chain.spatial_levels
                found.append(_windowed(event, 1, None, 1, grouping) if forwards else event.alone)
        return found + [move[name].unused(shared) for name in self._unused[tensor.name]]

    @cached_property
    def _unused(self) -> dict[str, list[str]]:
        """The dimensions that do not move each tensor."""
        tensors = self.workload.tensors
        return {tensor.name: [name for name in self.chains if name not in tensor.dimensions] for tensor in tensors}


@lru_cache(maxsize=1 << 16)
def _windowed(outputs: Event, stride: int, taps: Event | None, dilation: int, grouping: Grouping) -> Volumes:
    """An axis of two dimensions, or of one whose neighbours forward."""
    tap_sides = taps.sides(grouping) if taps else ((POINT, 1),)
    return axis_volumes(outputs.sides(grouping), stride, tap_sides, dilation)
