"""What every stage of a fused program computes in a step of the outer loops: a box of its points (docs/fusion.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import product
from math import prod

from ...ir import Edge, Findings, FusedProgram, Index, Span, Tensor, Workload
from ...ir.fused import stored_extent
from .tracks import NO_LOOP, Axis, Track, active, clipped, hull, made, points_of


@dataclass(frozen=True)
class Boxes:
    """The boxes of one stage.

    `outer` says of every dimension what is computed of it while the outer loops advance, `tracks` the same with the
    stage's own loops inside of them; loops have numbers, from the outermost. `needed` says of every axis of its output
    what later stages need of it. In the steps of the loops `once` after the first one nothing is computed.
    """

    workload: Workload
    outer: dict[str, Track]
    tracks: dict[str, Track]
    needed: tuple[Track, ...]
    once: frozenset[int]
    positions: tuple[int, ...]

    @cached_property
    def active(self) -> tuple[tuple[int, ...], ...]:
        """The positions of every loop at which the stage is at work."""
        return tuple(
            (0,) if loop in self.once else active(self._moved(loop), count) for loop, count in enumerate(self.positions)
        )

    def at_work(self, loop: int) -> tuple[int, ...]:
        """The positions of a loop at which the stage is at work; one where no loop is meant."""
        return (0,) if loop == NO_LOOP else self.active[loop]

    def _moved(self, loop: int) -> tuple[Track, ...]:
        return tuple(track for track in self.tracks.values() if track.loop == loop)

    @cached_property
    def runs(self) -> int:
        """How often the stage runs."""
        return prod(map(len, self.active))

    def cut(self, dimension: str, size: int) -> Boxes:
        """The boxes with one more loop of the stage's own, the innermost."""
        track = Track.tiles(len(self.positions), self.workload.extents[dimension], size)
        positions = (*self.positions, len(track.intervals))
        return Boxes(self.workload, self.outer, self.tracks | {dimension: track}, self.needed, self.once, positions)

    def inside(self, outer: Boxes) -> Boxes | None:
        """The boxes when the loops of another program of the same stages stand around these; neither has loops of the
        stage's own. None if loops of both move one axis."""
        shift = len(outer.positions)
        names = self.outer
        if any(names[name].loop != NO_LOOP and outer.outer[name].loop != NO_LOOP for name in names):
            return None
        tracks = {name: _beside(outer.outer[name], own, shift) for name, own in names.items()}
        needed = tuple(_beside(one, other, shift) for one, other in zip(outer.needed, self.needed, strict=True))
        once = outer.once | {loop + shift for loop in self.once}
        return Boxes(self.workload, tracks, tracks, needed, once, (*outer.positions, *self.positions))

    @cached_property
    def points(self) -> int:
        """The points that it executes in all steps together."""
        return prod(points_of(self._moved(loop), self.at_work(loop)) for loop in (NO_LOOP, *range(len(self.positions))))

    def axes(self, tensor: Tensor) -> tuple[Axis, ...]:
        """What the stage touches of a tensor, axis by axis."""
        return tuple(Axis.of(subscript, self.tracks) for subscript in tensor.subscripts)

    def part(self, position: dict[int, int]) -> Workload:
        """The box of the points at a position of the loops, as a workload of its own."""
        extents = {name: _length(track, position.get(track.loop, 0)) for name, track in self.tracks.items()}
        padding = []
        for name, before, after in self.workload.padding:
            index = self.workload.index_by_name[name]
            start, _ = self.tracks[index.output].at(position.get(self.tracks[index.output].loop, 0))
            padding.append((name, *self._padding(index, start, extents, before, after)))
        dimensions = tuple((name, extents[name]) for name, _ in self.workload.dimensions)
        return replace(self.workload, dimensions=dimensions, padding=tuple(item for item in padding if any(item[1:])))

    def _padding(self, index: Index, start: int, extents: dict[str, int], before: int, after: int) -> tuple[int, int]:
        """The padding in front of the stored elements of a box and behind them."""
        whole = self.workload.extents
        first, span = index.stride * start, index.span(extents[index.output], extents[index.window])
        stored = index.span(whole[index.output], whole[index.window]) - after
        front = min(max(before - first, 0), span)
        return front, min(max(first + span - stored, 0), span - front)

    @cached_property
    def parts(self) -> tuple[tuple[int, Workload], ...]:
        """The workloads of all steps, like ones once, with their number."""
        found: dict[Workload, int] = {}
        for part, places in self.places:
            found[part] = found.get(part, 0) + prod(map(len, places))
        return tuple((times, part) for part, times in found.items())

    @cached_property
    def places(self) -> tuple[tuple[Workload, tuple[tuple[int, ...], ...]], ...]:
        """What is computed, with the positions of every loop at which it is: it is in all their combinations."""
        kinds = [self._kinds(loop) for loop in range(len(self.positions))]
        return tuple(
            (self.part({loop: positions[0] for loop, positions in enumerate(chosen)}), chosen)
            for chosen in product(*kinds)
        )

    def _kinds(self, loop: int) -> list[tuple[int, ...]]:
        """The positions of a loop at which the stage is at work, those with like boxes together."""
        alike: dict[tuple[tuple[object, ...], ...], list[int]] = {}
        moved = [name for name, track in self.tracks.items() if track.loop == loop]
        for position in self.active[loop]:
            alike.setdefault(tuple(self._look(name, position) for name in moved), []).append(position)
        return [tuple(positions) for positions in alike.values()]

    def _look(self, name: str, position: int) -> tuple[object, ...]:
        """What of a position matters for the box: the length, and the padding along it."""
        start, end = self.tracks[name].at(position)
        extents = self.workload.extents | {name: end - start}
        padded = [
            self._padding(self.workload.index_by_name[index], start, extents, before, after)
            for index, before, after in self.workload.padding
            if self.workload.index_by_name[index].output == name
        ]
        return name, end - start, *padded


def _beside(outer: Track, inner: Track, shift: int) -> Track:
    """The track that a loop moves, with the number that the inner loop has below `shift` outer ones."""
    return outer if inner.loop == NO_LOOP else replace(inner, loop=inner.loop + shift)


def _length(track: Track, position: int) -> int:
    start, end = track.at(position)
    return end - start


@lru_cache(maxsize=1 << 8)
def stage_boxes(program: FusedProgram) -> tuple[Boxes, ...]:
    """The boxes of all stages. WeftError W741 with everything that is no such program."""
    findings = Findings()
    found: dict[int, Boxes] = {}
    for number in reversed(range(len(program.stages))):
        built = _boxes(program, number, found, findings)
        findings.raise_errors()
        assert built is not None
        found[number] = built
    return tuple(found[number] for number in range(len(program.stages)))


def _boxes(program: FusedProgram, number: int, later: dict[int, Boxes], findings: Findings) -> Boxes | None:
    workload = program.stages[number].layer.workload
    assert workload is not None
    tracks = {name: Track.whole(extent) for name, extent in workload.extents.items()}
    positions = [len(_track(program, loop).intervals) for loop in range(len(program.loops))]
    needed: tuple[Track, ...] = ()
    once: frozenset[int] = frozenset()
    if edges := program.consumers(number):
        demand = _needed(program, workload, edges, later, findings)
        if demand is None:
            return None
        needed, once = demand
        kept = {
            loop: item.dimension not in program.stages[number].recomputed for loop, item in enumerate(program.loops)
        }
        moving = {track.loop for track in needed}
        once |= {loop for loop, stays in kept.items() if stays and loop not in moving}
        for subscript, track in zip(workload.output.subscripts, needed, strict=True):
            name = subscript.dimensions[0]
            tracks[name] = made(track, workload.extents[name], kept.get(track.loop, True))
    else:
        for loop, item in enumerate(program.loops):
            tracks[item.dimension] = _track(program, loop)
        needed = tuple(tracks[subscript.dimensions[0]] for subscript in workload.output.subscripts)
    found = Boxes(workload, tracks, tracks, needed, once, tuple(positions))
    for item in program.stages[number].loops:
        if tracks[item.dimension].loop != NO_LOOP:
            message = (
                f"stage '{program.stages[number].name}' is already cut along '{item.dimension}' by the outer loops"
            )
            findings.add(
                "W741", message, item.span, hint="a loop of a stage is over a dimension that no outer one moves"
            )
        else:
            found = found.cut(item.dimension, int(item.size))
    return found


def _track(program: FusedProgram, loop: int) -> Track:
    item, last = program.loops[loop], program.stages[-1].layer.workload
    assert last is not None
    return Track.tiles(loop, last.extents[item.dimension], int(item.size))


def _needed(
    program: FusedProgram, workload: Workload, edges: tuple[Edge, ...], later: dict[int, Boxes], findings: Findings
) -> tuple[tuple[Track, ...], frozenset[int]] | None:
    """What all consumers need of each axis of an output, and the loops after whose first step none needs anything."""
    demands: list[list[Track]] = [[] for _ in workload.output.subscripts]
    for edge in edges:
        read = _read(later[edge.consumer], edge.tensor)
        for axis, place in enumerate(program.axes(edge) or ()):
            demands[axis].append(read[place] if place >= 0 else Track.whole(1))
    for subscript, tracks in zip(workload.output.subscripts, demands, strict=True):
        if len({track.loop for track in tracks} - {NO_LOOP}) > 1:
            producer = program.stages[edges[0].producer].name
            message = f"axis '{subscript}' of what '{producer}' makes is moved by several outer loops at once"
            findings.add("W741", message, _span(program, edges[0].producer))
            return None
    once = frozenset.intersection(*(later[edge.consumer].once for edge in edges))
    return tuple(hull(tracks) for tracks in demands), once


def _read(boxes: Boxes, name: str) -> list[Track]:
    """What a stage reads of each axis of an input in the steps of the outer loops, padding apart."""
    workload = boxes.workload
    padded = {workload.index_by_name[index].subscript: (index, before) for index, before, _ in workload.padding}
    found = []
    for subscript in workload.tensor(name).subscripts:
        axis = Axis.of(subscript, boxes.outer)
        before = padded.get(subscript, ("", 0))[1]
        found.append(clipped(axis.image, before, stored_extent(workload, subscript)))
    return found


def _span(program: FusedProgram, number: int) -> Span | None:
    return program.stages[number].layer.span or program.span
