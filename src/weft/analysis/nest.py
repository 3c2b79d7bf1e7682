"""The loops of a schedule as one nest over independent dimensions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from ..ir import Schedule, Tensor
from .chains import Chain, Ints, Link, Transition, first_leaf, root, start_transition, transitions
from .windows import POINT, Held, Side, Volumes, window_volumes


@dataclass(frozen=True, slots=True)
class Grouping:
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


class Event(NamedTuple):
    """What a move does to one chain: its loop number `depth` advances, or its loops from there on restart.

    A negative depth is the first step of all.
    """

    chain: Chain
    depth: int
    advances: bool

    @property
    def transitions(self) -> tuple[Transition, ...]:
        """The like steps of the event."""
        if self.depth < 0:
            return (start_transition(self.chain),)
        return transitions(self.chain, self.depth, self.advances)


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
            chain = self.chains[name].above(boundary)
            total *= int((first_leaf(root(chain.extent), chain.links).length > 0).sum())
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
    need = keep = 0
    for t in event.transitions:
        low = np.maximum(t.current.start, t.previous.start)
        high = np.minimum(t.current.start + t.current.length, t.previous.start + t.previous.length)
        need += t.count * int(t.current.length.sum())
        keep += t.count * int(np.maximum(high - low, 0).sum())
    return Volumes(need, keep, 0)


@lru_cache(maxsize=1 << 16)
def _unused(event: Event, shared: frozenset[int]) -> Volumes:
    """A dimension that does not move the tensor: every group of units at work needs it once."""
    axes, levels = event.chain.unit_axes
    together = tuple(axis for axis, level in enumerate(levels) if level in shared)
    need = keep = 0
    for t in event.transitions:
        works = (t.current.length > 0).reshape(axes)
        lacks = works & (t.previous.length == 0).reshape(axes)
        groups = int(works.any(axis=together).sum())
        need += t.count * groups
        keep += t.count * (groups - int(lacks.any(axis=together).sum()))
    return Volumes(need, keep, 0)


@lru_cache(maxsize=1 << 16)
def _windowed(outputs: Event, stride: int, taps: Event | None, dilation: int, grouping: Grouping) -> Volumes:
    """An axis of two dimensions, or of one whose neighbours forward."""
    need = keep = forwards = 0
    tap_sides = [(1, POINT)] if taps is None else _sides(taps, grouping)
    for y_count, y in _sides(outputs, grouping):
        for r_count, r in tap_sides:
            found = window_volumes(y, stride, r, dilation)
            need += y_count * r_count * found.need
            keep += y_count * r_count * found.keep
            forwards += y_count * r_count * found.forwards
    return Volumes(need, keep, forwards)


def _sides(event: Event, grouping: Grouping) -> list[tuple[int, Side]]:
    """What the units at work hold in every kind of like steps."""
    axes, levels = event.chain.unit_axes
    groups = np.array(group_numbers(axes, levels, grouping.shared))
    forwards = grouping.forward_level in levels
    neighbours = _neighbours(axes, levels.index(grouping.forward_level)) if forwards else ()
    found = []
    for t in event.transitions:
        at_work = np.flatnonzero(t.current.length)
        base = int(t.current.start[0])
        columns = (t.current.start - base, t.current.length, t.previous.start - base, t.previous.length)
        held = zip(*(column[at_work].tolist() for column in columns), strict=True)
        near: tuple[tuple[int, ...], ...] = ()
        if forwards:
            place = {int(unit): position for position, unit in enumerate(at_work)}
            near = tuple(tuple(place[k] for k in neighbours[unit] if k in place) for unit in at_work)
        side = Side(tuple(Held(*item) for item in held), tuple(groups[at_work].tolist()), near)
        found.append((t.count, side))
    return found


def group_numbers(axes: tuple[int, ...], levels: tuple[int, ...], shared: frozenset[int]) -> tuple[int, ...]:
    """The group of every unit: units that differ only along shared levels are in one."""
    numbers: Ints = np.arange(int(np.prod(axes)), dtype=np.int64).reshape(axes)
    for axis, level in enumerate(levels):
        if level in shared:
            numbers = np.broadcast_to(numbers.take([0], axis), axes)
    return tuple(int(number) for number in numbers.ravel())


def _neighbours(axes: tuple[int, ...], axis: int) -> tuple[tuple[int, ...], ...]:
    numbers = np.arange(int(np.prod(axes))).reshape(axes)
    found: list[list[int]] = [[] for _ in range(numbers.size)]
    along = np.moveaxis(numbers, axis, 0)
    for one, two in zip(along[:-1].ravel().tolist(), along[1:].ravel().tolist(), strict=True):
        found[one].append(two)
        found[two].append(one)
    return tuple(tuple(items) for items in found)
