"""The program unrolled by the definitions of chunks, index maps and time (docs/model.md, A2 to A4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby, product
from typing import TypeAlias

from ...ir import Directive, Index, InternalError, Schedule, Workload

Interval: TypeAlias = tuple[int, int]
Chunk: TypeAlias = tuple[Interval, ...]
Unit: TypeAlias = tuple[int, ...]
Time: TypeAlias = tuple[int, ...]
Children: TypeAlias = dict[int, Chunk]
Step: TypeAlias = tuple[Time, dict[Unit, Chunk]]


@dataclass(frozen=True)
class RunProgram:
    """The directives of every level with its units; a chunk holds [low, high) of every dimension."""

    workload: Workload
    levels: tuple[tuple[Directive, ...], ...]
    units: tuple[int, ...]
    _below: dict[tuple[int, Chunk], list[tuple[Time, Children]]] = field(default_factory=dict, compare=False)
    _unrolled: dict[int, list[Step]] = field(default_factory=dict, compare=False)

    @staticmethod
    def of(schedule: Schedule) -> RunProgram:
        """The original program of a schedule, index maps included."""
        mapping = schedule.mapping
        units = tuple(level.units for level in schedule.levels)
        return RunProgram(mapping.workload, mapping.dataflow.levels, units)

    @property
    def whole(self) -> Chunk:
        """The whole iteration space."""
        return tuple((0, extent) for _, extent in self.workload.dimensions)

    def steps(self, boundary: int) -> list[Step]:
        """The global steps of the levels above `boundary` in order, with the chunks of the busy units."""
        if boundary not in self._unrolled:
            start: list[Step] = [((), {(): self.whole})]
            self._unrolled[boundary] = self._unroll(boundary - 1) if boundary else start
        return self._unrolled[boundary]

    def _unroll(self, level: int) -> list[Step]:
        busy: dict[Time, dict[Unit, Chunk]] = {}
        for before, parents in self.steps(level):
            for parent, chunk in parents.items():
                for time, children in self.inside(level, chunk):
                    row = busy.setdefault(before + time, {})
                    for unit, piece in children.items():
                        row[(*parent, unit)] = piece
        return sorted(busy.items(), key=lambda step: step[0])

    def walk(self, boundary: int) -> Iterator[Step]:
        """The same steps one by one, as far as they are asked for."""
        if not boundary:
            yield (), {(): self.whole}
            return
        for before, parents in self.walk(boundary - 1):
            ways = (self._below_parent(boundary - 1, parent, chunk) for parent, chunk in parents.items())
            for time, found in groupby(merge(*ways, key=_first), key=_first):
                yield before + time, {unit: piece for _, row in found for unit, piece in row.items()}

    def _below_parent(self, level: int, parent: Unit, chunk: Chunk) -> Iterator[Step]:
        for time, children in self._distribute(level, chunk):
            yield time, {(*parent, unit): piece for unit, piece in children.items()}

    def inside(self, level: int, chunk: Chunk) -> list[tuple[Time, Children]]:
        """The steps of `level` inside one chunk of the level above, with the chunks of the busy units."""
        key = (level, chunk)
        if key not in self._below:
            self._below[key] = list(self._distribute(level, chunk))
        return self._below[key]

    def _distribute(self, level: int, chunk: Chunk) -> Iterator[tuple[Time, Children]]:
        directives, width = self.levels[level], self.units[level]
        counts = [self._positions(directive, chunk) for directive in directives]
        spatial = [number for number, directive in enumerate(directives) if directive.spatial]
        folds = max((-(-counts[number] // width) for number in spatial), default=1)
        # One coordinate per temporal map and one fold at the place of the first spatial map.
        loops = [number for number in range(len(directives)) if number not in spatial[1:]]
        trips = [range(folds if number in spatial else counts[number]) for number in loops]
        for time in product(*trips):
            place = dict(zip(loops, time, strict=True))
            children = {}
            first = width * place[spatial[0]] if spatial else 0
            for unit in range(min([width, *(counts[number] - first for number in spatial)]) if spatial else 1):
                place.update((number, first + unit) for number in spatial)
                piece = self._piece(directives, place, chunk)
                if all(low < high for low, high in piece):
                    children[unit] = piece
            if children:
                yield time, children

    def _positions(self, directive: Directive, chunk: Chunk) -> int:
        size, offset = _integers(directive)
        low, high = self._interval(directive.dimension, chunk)
        return 1 if size >= high - low else -(-(high - low - size) // offset) + 1

    def _interval(self, name: str, chunk: Chunk) -> Interval:
        """What a chunk holds of a dimension or of an index."""
        held = dict(zip(self.workload.extents, chunk, strict=True))
        index = self.workload.index_by_name.get(name)
        if index is None:
            return held[name]
        (output, output_end), (tap, tap_end) = held[index.output], held[index.window]
        start = index.stride * output + index.dilation * tap
        reach = (output_end - output - 1) * index.stride + (tap_end - tap - 1) * index.dilation + 1
        return start, start + reach

    def _piece(self, directives: tuple[Directive, ...], place: dict[int, int], chunk: Chunk) -> Chunk:
        """The chunk of one unit in one step; empty intervals mean that the unit is idle."""
        held = dict(zip(self.workload.extents, chunk, strict=True))
        indexed = {}
        for number, directive in enumerate(directives):
            size, offset = _integers(directive)
            low, high = self._interval(directive.dimension, chunk)
            start = low + offset * place[number]
            taken = (min(start, high), min(start + size, high))
            if directive.dimension in held:
                held[directive.dimension] = taken
            else:
                indexed[directive.dimension] = taken
        for name, taken in indexed.items():
            index = self.workload.index_by_name[name]
            held[index.output] = _whole_windows(index, held[index.output], held[index.window], taken)
        return tuple(held.values())


def _first(step: Step) -> Time:
    return step[0]


def _whole_windows(index: Index, outputs: Interval, taps: Interval, taken: Interval) -> Interval:
    """The outputs whose taps over the whole chunk `taps` lie inside `taken`."""
    inside = [
        output
        for output in range(*outputs)
        if all(taken[0] <= index.stride * output + index.dilation * tap < taken[1] for tap in (taps[0], taps[1] - 1))
    ]
    return (inside[0], inside[-1] + 1) if inside and taps[0] < taps[1] else (outputs[0], outputs[0])


def _integers(directive: Directive) -> tuple[int, int]:
    size, offset = directive.size, directive.offset
    if not isinstance(size, int) or not isinstance(offset, int):
        raise InternalError(f"{directive} has free sizes")
    return size, offset
