"""Places with their loops as a directive program on a machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from re import fullmatch

from ...ir import (
    Accelerator,
    Cluster,
    Dataflow,
    Directive,
    Memory,
    Placement,
    Severity,
    Span,
    Workload,
    kind_of,
    reserved_for,
)
from ...ir import Mapping as Program
from .factors import REST
from .items import Notes
from .structure import Machine, Part, Place, Steps, Storage


@dataclass(frozen=True, slots=True)
class _Segment:
    """A memory, the loops between it and the next one, and how many units it has below it.

    The loops after the first `counted` are what a processing element without a memory does by itself.
    """

    place: Place
    loops: tuple[Steps, ...]
    fan: int
    tensors: tuple[str, ...]
    counted: int


@dataclass
class _Builder:
    """Levels under construction; `marks[i]` is the memory that stands above level i."""

    sizes: dict[str, int]
    levels: list[list[Directive]] = field(default_factory=lambda: [[]])
    widths: list[int] = field(default_factory=lambda: [1])
    marks: list[str | None] = field(default_factory=lambda: [None])

    def open(self, memory: str | None) -> None:
        """Start a level below a cluster, where `memory` stands."""
        self.levels.append([])
        self.widths.append(1)
        self.marks.append(memory)

    def add(self, loop: Steps, width: int) -> None:
        """A loop, in the current level if nothing in it is spatial yet or maps the same dimension."""
        if any(item.spatial or item.dimension == loop.dimension for item in self.levels[-1]):
            self.open(None)
        self.sizes[loop.dimension] = -(-self.sizes[loop.dimension] // loop.bound)
        size = self.sizes[loop.dimension]
        kind = kind_of(loop.spatial)
        self.levels[-1].append(kind(size, size, loop.dimension, loop.span))
        if loop.spatial:
            self.widths[-1] = width


def build(
    layer: tuple[str, Span], workload: Workload, machine: Machine, parts: Mapping[str, Part], notes: Notes
) -> Program | None:
    """The program of a mapping on a machine, with the name and place of its `layer`.

    None, with errors, if its loops do not make up the problem.
    """
    check_names(machine, notes)
    loops = _bounds(workload, machine, parts, notes)
    if notes.findings.has_errors:
        return None
    segments = list(_segments(workload, machine, parts, loops))
    _check_fans(segments, machine, loops, notes)
    if segments[0].tensors != tuple(tensor.name for tensor in workload.tensors):
        message = f"the outermost memory {segments[0].place.name} must keep every data space"
        notes.refuse(message, segments[0].place.span, "", "W502")
    if notes.findings.has_errors:
        return None
    builder = _Builder(_whole(workload, machine, loops))
    at_pe = len(segments) > 1 and segments[-1].fan == 1
    for number, segment in enumerate(segments):
        if at_pe and segment is segments[-1]:
            # The memory at the processing elements needs no level: below it every point is worked off alike.
            break
        if number:
            builder.open(segment.place.name)
        widths = iter(_widths(segment))
        for loop in segment.loops[: segment.counted]:
            builder.add(loop, next(widths) if loop.spatial else 1)
        _idle_units(segment, builder)
    clusters = tuple(Cluster(width, mark) for width, mark in zip(builder.widths[1:], builder.marks[1:], strict=True))
    placements = tuple(
        Placement(segment.place.name, segment.tensors)
        for segment in segments[1:]
        if len(segment.tensors) < len(workload.tensors)
    )
    dataflow = Dataflow(tuple(tuple(level) for level in builder.levels), clusters, placements)
    name, span = layer
    return Program(workload, dataflow, _accelerator(machine, segments, builder, at_pe, notes), name, span)


def _segments(
    workload: Workload, machine: Machine, parts: Mapping[str, Part], loops: Mapping[str, Sequence[Steps]]
) -> Iterator[_Segment]:
    places = machine.places
    starts = [number for number, place in enumerate(places) if place.storage is not None]
    for start, end in zip(starts, [*starts[1:], len(places)], strict=True):
        below = places[end].instances if end < len(places) else machine.units
        # What stands above the outermost memory is below it as well: that memory holds everything.
        first = 0 if start == starts[0] else start
        steps = tuple(loop for place in places[first:end] for loop in loops[place.name])
        held = tuple(tensor.name for tensor in workload.tensors if parts[places[start].name].holds(tensor.name))
        alone = len(loops[places[-1].name]) if end == len(places) and places[-1].storage is None else 0
        alone = 0 if any(loop.spatial for loop in steps[len(steps) - alone :]) else alone
        yield _Segment(places[start], steps, below // places[start].instances, held, len(steps) - alone)


def _bounds(workload: Workload, machine: Machine, parts: Mapping[str, Part], notes: Notes) -> dict[str, list[Steps]]:
    """The loops of every place, with factors of 0 resolved and loops of one step left out."""
    everything = [loop for place in machine.places for loop in _loops(parts[place.name])]
    rest = {}
    for name, extent in workload.dimensions:
        own = [loop for loop in everything if loop.dimension == name]
        known = prod(loop.bound for loop in own if loop.bound != REST)
        if sum(loop.bound == REST for loop in own) > 1:
            notes.refuse(f"more than one factor of '{name}' is 0, the rest of it", own[0].span, "", "W503")
        rest[name] = max(1, -(-extent // known))
        _check_factors(name, extent, own, rest[name], notes)
    resolved: dict[str, list[Steps]] = {}
    for place in machine.places:
        found = [
            Steps(loop.dimension, rest[loop.dimension], rest[loop.dimension], loop.spatial, loop.span)
            if loop.bound == REST
            else loop
            for loop in _loops(parts[place.name])
        ]
        resolved[place.name] = [loop for loop in found if loop.bound > 1]
    return resolved


def _loops(part: Part) -> list[Steps]:
    return [*part.temporal, *part.spatial]


def _check_factors(name: str, extent: int, own: list[Steps], rest: int, notes: Notes) -> None:
    """The last step of a dimension's loops must be its last point: 1 + Σ (last − 1)·(steps inside) = extent."""
    inside, last_point = 1, 1
    for loop in reversed(own):
        bound, last = (rest, rest) if loop.bound == REST else (loop.bound, loop.last)
        last_point += (last - 1) * inside
        inside *= bound
    if last_point != extent:
        factors = " · ".join(
            str(loop.bound) if loop.bound == loop.last else f"{loop.bound},{loop.last}" for loop in own
        )
        message = f"the factors of '{name}' are {factors or 'missing'}: they cover {last_point} of {extent} points"
        hint = f"write {name}=0 at one level for what the others leave, or a last bound: {name}=4,3"
        notes.refuse(message, own[0].span if own else None, hint, "W503")


def _whole(workload: Workload, machine: Machine, loops: Mapping[str, Sequence[Steps]]) -> dict[str, int]:
    """The points that the loops of each dimension could cover: its extent, rounded up to whole inner steps."""
    found = dict.fromkeys(workload.extents, 1)
    for place in machine.places:
        for loop in loops[place.name]:
            found[loop.dimension] *= loop.bound
    return found


def _check_fans(
    segments: Sequence[_Segment], machine: Machine, loops: Mapping[str, Sequence[Steps]], notes: Notes
) -> None:
    """Spatial loops fit the units below their memory, and those at a fan-out its own units."""
    for segment in segments:
        _check_fan(f"below {segment.place.name}", segment.loops, segment.fan, notes)
    if notes.findings.has_errors:
        return
    below = (*(place.instances for place in machine.places[1:]), machine.units)
    for place, instances in zip(machine.places, below, strict=True):
        fan = instances // place.instances
        if place.storage is None and fan > 1:
            _check_fan(f"at {place.name}", loops[place.name], fan, notes)


def _check_fan(where: str, loops: Sequence[Steps], fan: int, notes: Notes) -> None:
    spatial = [loop for loop in loops if loop.spatial]
    needed = prod(loop.bound for loop in spatial)
    if needed > fan:
        factors = ", ".join(f"{loop.dimension}={loop.bound}" for loop in spatial)
        notes.refuse(
            f"the spatial factors {where} ({factors}) need {needed} units of {fan}", spatial[0].span, "", "W503"
        )


def _widths(segment: _Segment) -> list[int]:
    """Units for each spatial loop, together all of the machine's: idle ones join the last loop that they fit."""
    bounds = [loop.bound for loop in segment.loops if loop.spatial]
    used = prod(bounds)
    for number in reversed(range(len(bounds))):
        width, rest = divmod(segment.fan, used // bounds[number])
        if rest == 0:
            return [*bounds[:number], width, *bounds[number + 1 :]]
    return bounds


def _idle_units(segment: _Segment, builder: _Builder) -> None:
    """A fan-out without spatial loops: one unit of it works."""
    if segment.fan > 1 and not any(loop.spatial for loop in segment.loops):
        builder.widths[-1] = segment.fan


def _accelerator(
    machine: Machine, segments: Sequence[_Segment], builder: _Builder, at_pe: bool, notes: Notes
) -> Accelerator:
    bits = segments[0].place.storage.word_bits if segments[0].place.storage else None
    bits = bits or machine.word_bits or 8
    groups: dict[str | None, int] = {}
    for number, mark in enumerate(builder.marks):
        groups[mark] = prod(builder.widths[:number])
    memories = []
    for number, segment in enumerate(segments):
        last = at_pe and number == len(segments) - 1
        instances = None if last else (groups[segment.place.name] if number else 1)
        if instances is not None and instances != segment.place.instances:
            message = f"{segment.place.instances - instances} idle instances of {segment.place.name} are left out"
            notes.findings.add("W504", message, segment.place.span, severity=Severity.NOTE)
        memories.append(memory_of(segment.place, instances, bits))
    used = prod(builder.widths)
    # Units beyond the last whole group stay idle, unless a group more would have room for them.
    pes = machine.units if machine.units - used < prod(builder.widths[1:]) else used
    if pes != machine.units:
        message = f"{machine.units - pes} idle units of the arithmetic are left out"
        notes.findings.add("W504", message, severity=Severity.NOTE)
    return Accelerator(
        machine.name, pes, tuple(memories), default_word_bits=bits, clock_mhz=machine.clock_mhz, source="Timeloop"
    )


def memory_of(place: Place, instances: int | None, bits: int) -> Memory:
    """A memory of a machine whose words have so many bits; `instances` as the machine has them."""
    storage = place.storage or Storage()
    return Memory(
        place.name,
        instances,
        None if storage.words is None else -(-storage.words * bits // 8),
        storage.buffering,
        shared_bandwidth=storage.bandwidth,
        read_bandwidth=storage.read_bandwidth,
        write_bandwidth=storage.write_bandwidth,
        block_size=storage.block_size,
    )


def check_names(machine: Machine, notes: Notes) -> None:
    """Refuse names that no memory of Weft can have."""
    names = [place.name for place in machine.places if place.storage is not None]
    for place in machine.places:
        if place.storage is None:
            continue
        if not fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", place.name):
            notes.refuse(f"'{place.name}' cannot name a memory: it is no identifier", place.span, "", "W502")
        elif reason := reserved_for(place.name):
            notes.refuse(f"a memory cannot be called {place.name}: that is {reason}", place.span, "", "W502")
        elif names.count(place.name) > 1:
            notes.refuse(f"two memories are called {place.name}", place.span, "", "W006")
