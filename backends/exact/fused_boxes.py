"""Which points the stages of a fused program execute in which step, as isl relations (docs/model.md, A34)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import islpy as isl

from ...ir import Edge, FusedProgram, Subscript, Workload

FORWARD = isl.Map("{ [t] -> [s] : s >= t }")
"""From a position of a loop to this and all later ones."""
LATER = isl.Map("{ [t] -> [s] : s > t }")
UPWARD = isl.Map("{ [x] -> [y] : y >= x }")


@dataclass(frozen=True)
class Cover:
    """Where along an axis a stage executes: from the positions of `loop` to coordinates, the same in all if None."""

    loop: int | None
    places: isl.Map


@dataclass(frozen=True)
class StageBoxes:
    """A stage: a cover for each dimension, the outer loops of which it runs in the first position alone, and its runs.

    `runs` goes from (position of each outer loop, position of each own loop) to points; its order is that of time.
    """

    workload: Workload
    covers: dict[str, Cover]
    once: frozenset[int]
    runs: isl.Map


def stage_boxes(program: FusedProgram) -> tuple[StageBoxes, ...]:
    """The boxes of all stages, from the last one to the first found, in the order of the program."""
    found: dict[int, StageBoxes] = {}
    for number in reversed(range(len(program.stages))):
        workload = workload_of(program, number)
        covers = _covers(program, number, found)
        moving = {cover.loop for cover in covers.values()}
        again = program.stages[number].recomputed
        cached = {loop for loop, item in enumerate(program.loops) if item.dimension not in again}
        idle = [found[edge.consumer].once for edge in program.consumers(number)]
        once = frozenset(cached - moving).union(frozenset.intersection(*idle) if idle else ())
        found[number] = StageBoxes(workload, covers, once, _runs(program, number, covers, once))
    return tuple(found[number] for number in range(len(program.stages)))


def workload_of(program: FusedProgram, number: int) -> Workload:
    """The workload of a stage that can be read."""
    workload = program.stages[number].layer.workload
    assert workload is not None
    return workload


def _positions(program: FusedProgram, loop: int) -> int:
    item, last = program.loops[loop], workload_of(program, len(program.stages) - 1)
    return -(-last.extents[item.dimension] // int(item.size))


def _covers(program: FusedProgram, number: int, found: dict[int, StageBoxes]) -> dict[str, Cover]:
    workload = workload_of(program, number)
    covers = {name: Cover(None, _whole(extent)) for name, extent in workload.dimensions}
    for axis, subscript in enumerate(workload.output.subscripts):
        (name,) = subscript.dimensions
        if number == len(program.stages) - 1:
            covers[name] = _tile(program, name, workload.extents[name])
        else:
            covers[name] = _needed(program, number, axis, found)
    return covers


def _tile(program: FusedProgram, name: str, extent: int) -> Cover:
    for loop, item in enumerate(program.loops):
        if item.dimension == name and _positions(program, loop) > 1:
            chunk = isl.Map(f"{{ [t] -> [x] : {item.size}*t <= x < {item.size}*t + {item.size} }}")
            return Cover(loop, chunk.intersect(_whole(extent)).intersect_domain(_range(_positions(program, loop))))
    return Cover(None, _whole(extent))


def _needed(program: FusedProgram, number: int, axis: int, found: dict[int, StageBoxes]) -> Cover:
    """What is executed along an axis of what a stage makes for others."""
    workload = workload_of(program, number)
    extent = workload.extents[workload.output.subscripts[axis].dimensions[0]]
    touched = [_touched(program, edge, axis, found[edge.consumer]) for edge in program.consumers(number)]
    loops = {cover.loop for cover in touched} - {None}
    if not loops:
        return Cover(None, _whole(extent))
    (loop,) = loops
    assert loop is not None
    need = reduce(lambda one, other: one.union(other), (cover.places for cover in touched))
    positions = _range(_positions(program, loop))
    interval = _monotone(need.intersect_domain(positions))
    if interval.is_equal(isl.Map.from_domain_and_range(positions, interval.range())):
        return Cover(None, _whole(extent))
    interval = _without_gaps(interval, _whole(extent))
    if program.loops[loop].dimension not in program.stages[number].recomputed:
        interval = interval.subtract(_reached(interval, LATER))
    return Cover(loop, interval.coalesce())


def _touched(program: FusedProgram, edge: Edge, axis: int, consumer: StageBoxes) -> Cover:
    """Along an axis of what a producer makes: from the first coordinate that a consumer touches to the last."""
    axes = program.axes(edge)
    assert axes is not None
    if axes[axis] == -1:
        return Cover(None, _whole(1))
    subscript = consumer.workload.tensor(edge.tensor).subscripts[axes[axis]]
    covers = [consumer.covers[name] for name in subscript.dimensions]
    loops = {cover.loop for cover in covers} - {None}
    product = reduce(lambda one, other: one.flat_range_product(other), (cover.places for cover in covers))
    names = [f"x{number}" for number in range(len(covers))]
    value = " + ".join(f"{term.coefficient}*{name}" for term, name in zip(subscript.terms, names, strict=True))
    places = product.apply_range(isl.Map(f"{{ [{', '.join(names)}] -> [{value}] }}"))
    between = places.apply_range(UPWARD).intersect(places.apply_range(UPWARD.reverse()))
    return Cover(loops.pop() if loops else None, between.apply_range(_stored(consumer.workload, subscript)))


def _stored(workload: Workload, subscript: Subscript) -> isl.Map:
    """From the coordinates of an axis to its elements, padding apart."""
    for index, stored in workload.stored.items():
        if workload.index_by_name[index].subscript == subscript:
            return isl.Map(f"{{ [x] -> [x - {stored.start}] : {stored.start} <= x < {stored.stop} }}")
    return isl.Map("{ [x] -> [x] }")


def _monotone(need: isl.Map) -> isl.Map:
    """Intervals from the first element of this and all later positions to the last of this and all earlier ones."""
    begun = FORWARD.apply_range(need).apply_range(UPWARD)
    return begun.intersect(_reached(need, FORWARD)).intersect_domain(need.domain()).coalesce()


def _reached(cover: isl.Map, order: isl.Map) -> isl.Map:
    """For each position what ends no later than the cover of any position that it follows in `order`."""
    return order.reverse().apply_range(cover).apply_range(UPWARD.reverse())


def _without_gaps(interval: isl.Map, whole: isl.Map) -> isl.Map:
    """Intervals that begin where the one before ends, if not earlier; the first at 0, and the last goes to the end."""
    positions = interval.domain()
    ends = _reached(interval, FORWARD).union(whole.intersect_domain(positions.lexmax()))
    ahead = ends.subtract(_reached(interval, LATER))
    return interval.union(ahead).intersect(whole).intersect_domain(positions).coalesce()


def _runs(program: FusedProgram, number: int, covers: dict[str, Cover], once: frozenset[int]) -> isl.Map:
    """From the positions of the outer and own loops to the points."""
    own, outer = program.stages[number].loops, len(program.loops)
    steps = [f"t{axis}" for axis in range(outer + len(own))]
    dimensions = []
    for name, cover in covers.items():
        at = "0" if cover.loop is None else f"t{cover.loop}"
        places = isl.Map(f"{{ [{', '.join(steps)}] -> [{at}] }}").apply_range(cover.places)
        for position, item in enumerate(own, outer):
            if item.dimension == name:
                inside = f"{item.size}*t{position} <= x < {item.size}*t{position} + {item.size}"
                places = places.intersect(isl.Map(f"{{ [{', '.join(steps)}] -> [x] : {inside} }}"))
        dimensions.append(places)
    runs = reduce(lambda one, other: one.flat_range_product(other), dimensions)
    ends = [1 if loop in once else _positions(program, loop) for loop in range(outer)]
    inside = " and ".join(["true", *(f"0 <= t{loop} < {end}" for loop, end in enumerate(ends))])
    return runs.intersect_domain(isl.Set(f"{{ [{', '.join(steps)}] : {inside} }}")).coalesce()


def _whole(extent: int) -> isl.Map:
    return isl.Map(f"{{ [t] -> [x] : 0 <= x < {extent} }}")


def _range(count: int) -> isl.Set:
    return isl.Set(f"{{ [t] : 0 <= t < {count} }}")
