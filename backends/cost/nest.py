"""The loops of a schedule as one nest over independent dimensions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ...ir import Schedule, Tensor
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
    """A loop that advances: its name, and per dimension how many of its own loops lie outside and whether it moves."""

    level: int
    dimension: str
    depths: tuple[tuple[str, int], ...]


class Nest:
    """Chains per dimension and the global order of their loops."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self.workload = schedule.mapping.workload
        links: dict[str, list[Link]] = {name: [] for name in self.workload.extents}
        self.advances: list[Advance] = []
        for number, level in enumerate(schedule.levels):
            for loop in level.loops:
                depths = tuple((name, len(found)) for name, found in links.items())
                self.advances.append(Advance(number, loop.dimension, depths))
                links[loop.dimension].append(Link(number, loop.size, level.units if loop.spatial else 0))
        self.chains = {name: Chain(self.workload.extents[name], tuple(found)) for name, found in links.items()}

    def active_above(self, boundary: int, names: Iterable[str]) -> int:
        """How many combinations of units above a boundary ever work, over the given dimensions."""
        total = 1
        for name in names:
            chain = self.chains[name].above(boundary)
            total *= int((first_leaf(root(chain.extent), chain.links).length > 0).sum())
        return total

    def moves(self, boundary: int) -> list[dict[str, tuple[Transition, ...]]]:
        """Per loop above a boundary (and for the first step) the transitions of every dimension."""
        chains = {name: chain.above(boundary) for name, chain in self.chains.items()}
        found = [{name: (start_transition(chain),) for name, chain in chains.items()}]
        for advance in self.advances:
            if advance.level < boundary:
                found.append(
                    {
                        name: transitions(chains[name], depth, name == advance.dimension)
                        for name, depth in advance.depths
                    }
                )
        return found

    def volumes(
        self, tensor: Tensor, boundary: int, move: dict[str, tuple[Transition, ...]], grouping: Grouping
    ) -> list[Volumes]:
        """One entry per dimension group: what all like steps of a move need and keep, and forward along the group."""
        found = []
        seen: set[str] = set()
        for subscript in tensor.subscripts:
            if len(subscript.terms) == 2:
                y, r = subscript.terms
                sides = [
                    [(t.count, self._side(term.dimension, boundary, t, grouping)) for t in move[term.dimension]]
                    for term in (y, r)
                ]
                found.append(_sum_windows(sides[0], y.coefficient, sides[1], r.coefficient))
            else:
                name = subscript.dimensions[0]
                found.append(self._single(name, boundary, move[name], grouping))
            seen |= set(subscript.dimensions)
        for name in self.chains:
            if name not in seen:
                found.append(self._unused(name, boundary, move[name], grouping))
        return found

    def _side(self, name: str, boundary: int, transition: Transition, grouping: Grouping) -> Side:
        axes, levels = self.unit_axes(name, boundary)
        groups = group_numbers(axes, levels, grouping.shared)
        neighbours: tuple[tuple[int, ...], ...] = ()
        if grouping.forward_level in levels:
            neighbours = _neighbours(axes, levels.index(grouping.forward_level))
        base = int(transition.current.start[0])
        held = zip(
            (transition.current.start - base).tolist(),
            transition.current.length.tolist(),
            (transition.previous.start - base).tolist(),
            transition.previous.length.tolist(),
            strict=True,
        )
        return Side(tuple(Held(*item) for item in held), groups, neighbours)

    def _single(
        self, name: str, boundary: int, moves: tuple[Transition, ...], grouping: Grouping
    ) -> Volumes:
        if grouping.forward_level in self.chains[name].spatial_levels:
            sides = [(t.count, self._side(name, boundary, t, grouping)) for t in moves]
            return _sum_windows(sides, 1, [(1, POINT)], 1)
        need = keep = 0
        for t in moves:
            # Units hold disjoint chunks of a dimension, so groups share nothing.
            low = np.maximum(t.current.start, t.previous.start)
            high = np.minimum(t.current.start + t.current.length, t.previous.start + t.previous.length)
            need += t.count * int(t.current.length.sum())
            keep += t.count * int(np.maximum(high - low, 0).sum())
        return Volumes(need, keep, 0)

    def _unused(
        self, name: str, boundary: int, moves: tuple[Transition, ...], grouping: Grouping
    ) -> Volumes:
        axes, levels = self.unit_axes(name, boundary)
        shared = tuple(i for i, level in enumerate(levels) if level in grouping.shared)
        need = keep = 0
        for t in moves:
            works = (t.current.length > 0).reshape(axes)
            lacks = works & (t.previous.length == 0).reshape(axes)
            groups = int(works.any(axis=shared).sum())
            need += t.count * groups
            keep += t.count * (groups - int(lacks.any(axis=shared).sum()))
        return Volumes(need, keep, 0)

    def unit_axes(self, name: str, boundary: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The unit axes of a dimension above a boundary: their sizes and their levels."""
        links = [link for link in self.chains[name].above(boundary).links if link.units]
        return tuple(link.units for link in links), tuple(link.level for link in links)


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


def _sum_windows(
    outputs: list[tuple[int, Side]], stride: int, taps: list[tuple[int, Side]], dilation: int
) -> Volumes:
    need = keep = forwards = 0
    for y_count, y in outputs:
        for r_count, r in taps:
            found = window_volumes(y, stride, r, dilation)
            need += y_count * r_count * found.need
            keep += y_count * r_count * found.keep
            forwards += y_count * r_count * found.forwards
    return Volumes(need, keep, forwards)
