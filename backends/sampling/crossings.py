"""Which elements cross an interface, and in which samples they are needed there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from ...ir import Schedule
from ..simulate.elements import Elements, Integers
from ..simulate.program import Chunk, RunProgram, Unit
from .masks import Bools

Met: TypeAlias = Callable[[Chunk], Bools]
"""Which points of a chunk meet only nonzero leaders, in every sample."""


@dataclass
class Crossings:
    """Elements, one per crossing, and whether each is needed: a row per sample."""

    elements: Integers
    needed: Bools

    @staticmethod
    def of(items: Iterable[tuple[int, Bools]], samples: int) -> Crossings:
        """From pairs of an element and where it is needed."""
        found = list(items)
        needed = np.stack([needed for _, needed in found], 1) if found else np.zeros((samples, 0), np.bool_)
        return Crossings(np.array([element for element, _ in found], np.int64), needed)


@dataclass(slots=True)
class Stay:
    """An element in a unit's memory from step `start` on until it leaves; `near`: a neighbour held it before."""

    start: int
    parent: Unit
    group: Unit
    element: int
    near: bool
    needed: Bools


@dataclass(frozen=True)
class Ways:
    """The crossings of one tensor between boundaries of a schedule."""

    schedule: Schedule
    program: RunProgram
    elements: Elements
    met: Met
    samples: int

    @property
    def _output(self) -> bool:
        return self.elements.tensor == self.schedule.mapping.workload.output

    def between(self, above: int, below: int) -> dict[str, Crossings]:
        """Between memories: `fills` of each child, `once` per group that shares, `first` per parent, `forwards`."""
        stays = list(self._stays(above, below))
        once: dict[tuple[Any, ...], Bools] = {}
        first: dict[tuple[Any, ...], Bools] = {}
        for stay in stays:
            if not stay.near:
                _add(once, (stay.start, stay.parent, stay.group, stay.element), stay.needed)
            _add(first, (stay.parent, stay.element), stay.needed)
        return {
            "fills": Crossings.of(((stay.element, stay.needed) for stay in stays), self.samples),
            "forwards": Crossings.of(((stay.element, stay.needed) for stay in stays if stay.near), self.samples),
            "once": self._crossings(once),
            "first": self._crossings(first),
        }

    def operands(self, above: int) -> dict[str, Crossings]:
        """To and from the arithmetic."""
        last = len(self.schedule.levels)
        fills: list[tuple[int, Bools]] = []
        once: list[tuple[int, Bools]] = []
        first: dict[tuple[Any, ...], Bools] = {}
        for _, busy in self.program.steps(last):
            groups: dict[tuple[Any, ...], Bools] = {}
            for unit, chunk in busy.items():
                numbers, met = self.elements.numbers(chunk), self.met(chunk)
                fills += zip(numbers.tolist(), met.T, strict=True)
                for element, needed in any_by(numbers, met):
                    _add(first, (unit[:above], element), needed)
                if above == last:
                    once += self._runs(chunk, numbers, met)
                    continue
                apart = tuple(unit[level] for level in range(last) if level < above or self._apart(level))
                for place, element, needed in zip(_places(chunk, busy), numbers.tolist(), met.T, strict=True):
                    _add(groups, (apart, place, element), needed)
            once += [(element, needed) for (*_, element), needed in groups.items()]
        return {
            "fills": Crossings.of(fills, self.samples),
            "forwards": Crossings.of((), self.samples),
            "once": Crossings.of(once, self.samples),
            "first": self._crossings(first),
        }

    def _crossings(self, found: dict[tuple[Any, ...], Bools]) -> Crossings:
        return Crossings.of(((key[-1], needed) for key, needed in found.items()), self.samples)

    def _apart(self, level: int) -> bool:
        network = self.schedule.levels[level].network
        return not (network.reduction if self._output else network.multicast)

    def _stays(self, above: int, below: int) -> Iterator[Stay]:
        apart = [level for level in range(above, below) if self._apart(level)]
        forwarding = [level for level in range(above, below) if self.schedule.levels[level].network.forwarding]
        along = forwarding[-1] if forwarding and not self._output else None
        inner = self._inner(below)
        held: dict[Unit, dict[int, Stay]] = defaultdict(dict)
        for start, (time, busy) in enumerate(self.program.steps(below)):
            before = {unit: set(held[unit]) for unit in busy}
            for unit, chunk in busy.items():
                near = _beside(unit, along, before)
                now = set(self.elements.numbers(chunk).tolist())
                stays = {element: stay for element, stay in held[unit].items() if element in now}
                for element in sorted(now - before[unit]):
                    group = tuple(unit[level] for level in apart)
                    none = np.zeros(self.samples, np.bool_)
                    stays[element] = Stay(start, unit[:above], group, element, element in near, none)
                    yield stays[element]
                held[unit] = stays
                for piece in inner[time, unit]:
                    for element, needed in any_by(self.elements.numbers(piece), self.met(piece)):
                        stays[element].needed |= needed

    def _inner(self, below: int) -> dict[tuple[object, ...], list[Chunk]]:
        """The chunks of all PEs inside a unit at a boundary, by the step of that boundary."""
        depth = len(self.program.steps(below)[0][0])
        found: dict[tuple[object, ...], list[Chunk]] = defaultdict(list)
        for time, busy in self.program.steps(len(self.schedule.levels)):
            for unit, chunk in busy.items():
                found[time[:depth], unit[:below]].append(chunk)
        return found

    def _runs(self, chunk: Chunk, numbers: Integers, met: Bools) -> Iterator[tuple[int, Bools]]:
        """Neighbouring points on the lanes of a PE that differ only along dimensions that do not move the tensor."""
        workload, lanes = self.schedule.mapping.workload, self.schedule.mapping.accelerator.lanes
        places = np.zeros(1, np.int64)
        for name, (low, high) in zip(workload.extents, chunk, strict=True):
            moves = name in self.elements.tensor.dimensions
            own = np.arange(high - low) if moves else np.zeros(high - low, np.int64)
            places = (places[:, None] * (high - low) + own).ravel()
        starts = np.arange(len(places)) % lanes == 0
        starts[1:] |= places[1:] != places[:-1]
        needed = np.logical_or.reduceat(met, np.flatnonzero(starts), axis=1)
        return zip(numbers[starts].tolist(), needed.T, strict=True)


def any_by(numbers: Integers, met: Bools) -> Iterator[tuple[int, Bools]]:
    """Per element whether any of its points is met, in every sample."""
    order = np.argsort(numbers, kind="stable")
    unique, starts = np.unique(numbers[order], return_index=True)
    found = np.logical_or.reduceat(met[:, order], starts, axis=1)
    return zip(unique.tolist(), found.T, strict=True)


def _add(found: dict[tuple[Any, ...], Bools], key: tuple[object, ...], needed: Bools) -> None:
    found[key] = found[key] | needed if key in found else needed


def _beside(unit: Unit, along: int | None, before: dict[Unit, set[int]]) -> set[int]:
    if along is None:
        return set()
    around = [(*unit[:along], unit[along] + side, *unit[along + 1 :]) for side in (-1, 1)]
    return before.get(around[0], set()) | before.get(around[1], set())


def _places(chunk: Chunk, busy: dict[Unit, Chunk]) -> list[int]:
    """The positions of points in their chunk, numbered alike in all units."""
    box = [max(high - low for low, high in axis) for axis in zip(*busy.values(), strict=True)]
    grid = np.arange(int(np.prod(box))).reshape(box)
    places: list[int] = grid[tuple(slice(high - low) for low, high in chunk)].ravel().tolist()
    return places
