"""Which points the stages of a fused program execute in which step, as isl relations (docs/model.md, A34)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import islpy as isl

from ...ir import Edge, FusedProgram, Subscript, Workload
from .relations import SET

FORWARD = isl.Map("{ [t] -> [s] : s >= t }")
"""From a position of a loop to this and all later ones."""
LATER = isl.Map("{ [t] -> [s] : s > t }")
UPWARD = isl.Map("{ [x] -> [y] : y >= x }")


@dataclass(frozen=True)
class Cover:
    """Where along an axis a stage executes: from the positions of `loop` to coordinates, everywhere the same if None."""

    loop: int | None
    places: isl.Map


@dataclass(frozen=True)
class StageBoxes:
    """A stage: a cover for each dimension, the outer steps in which it may run, and what it executes in its runs.

    `runs` goes from (position of each outer loop, position of each own loop) to points; its order is that of time.
    """

    workload: Workload
    covers: dict[str, Cover]
    allowed: isl.Set
    runs: isl.Map


def stage_boxes(program: FusedProgram) -> tuple[StageBoxes, ...]:
    """The boxes of all stages, from the last one to the first found, in the order of the program."""
    found: dict[int, StageBoxes] = {}
    for number in reversed(range(len(program.stages))):
        workload = workload_of(program, number)
        covers, allowed = _covers(program, number, found), _allowed(program, number, found)
        still = set(range(len(program.loops))) - {cover.loop for cover in covers.values()}
        for loop in still:
            if program.loops[loop].dimension not in program.stages[number].recomputed:
                allowed = allowed.intersect(_set(len(program.loops), [f"t{loop} = 0"], "t"))
        found[number] = StageBoxes(workload, covers, allowed, _runs(program, number, covers, allowed))
    return tuple(found[number] for number in range(len(program.stages)))


def workload_of(program: FusedProgram, number: int) -> Workload:
    """The workload of a stage that can be read."""
    workload = program.stages[number].layer.workload
    assert workload is not None
    return workload


def _positions(program: FusedProgram, loop: int) -> int:
    item, last = program.loops[loop], workload_of(program, len(program.stages) - 1)
    return -(-last.extents[item.dimension] // int(item.size))


def _allowed(program: FusedProgram, number: int, found: dict[int, StageBoxes]) -> isl.Set:
    """The steps in which a consumer may run; for the last stage all."""
    if number < len(program.stages) - 1:
        sets = [found[edge.consumer].allowed for edge in program.consumers(number)]
        return reduce(lambda one, other: one.union(other), sets).coalesce()
    inside = [f"0 <= t{loop} < {_positions(program, loop)}" for loop in range(len(program.loops))]
    return _set(len(program.loops), inside, "t")


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
    interval = _monotone(need.intersect_domain(_range(_positions(program, loop))))
    if interval.is_equal(isl.Map.from_domain_and_range(interval.domain(), interval.range())):
        return Cover(None, _whole(extent))
    interval = _without_gaps(interval, _whole(extent))
    if program.loops[loop].dimension not in program.stages[number].recomputed:
        interval = interval.subtract(_reached(interval, LATER))
    return Cover(loop, interval.coalesce())


def _touched(program: FusedProgram, edge: Edge, axis: int, consumer: StageBoxes) -> Cover:
    """The elements along an axis of what the producer makes that a consumer touches."""
    axes = program.axes(edge)
    assert axes is not None
    if axes[axis] == -1:
        return Cover(None, _whole(1))
    subscript = consumer.workload.tensor(edge.tensor).subscripts[axes[axis]]
    covers = [consumer.covers[name] for name in subscript.dimensions]
    loops = {cover.loop for cover in covers} - {None}
    product = reduce(lambda one, other: one.flat_range_product(other), (cover.places for cover in covers))
    places = product.apply_range(_stored(consumer.workload, subscript))
    return Cover(loops.pop() if loops else None, places)


def _stored(workload: Workload, subscript: Subscript) -> isl.Map:
    """From the dimensions of an axis to its elements, padding apart."""
    names = [f"x{number}" for number in range(len(subscript.terms))]
    value = " + ".join(f"{term.coefficient}*{name}" for term, name in zip(subscript.terms, names, strict=True))
    access = f"{{ [{', '.join(names)}] -> [{value} - %d] : 0 <= {value} - %d < %d }}"
    for index, stored in workload.stored.items():
        if workload.index_by_name[index].subscript == subscript:
            return isl.Map(access % (stored.start, stored.start, len(stored)))
    return isl.Map(f"{{ [{', '.join(names)}] -> [{value}] }}")


def _monotone(need: isl.Map) -> isl.Map:
    """Intervals from the first element of this and all later positions to the last of this and all earlier ones."""
    begun = FORWARD.apply_range(need).apply_range(UPWARD)
    return begun.intersect(_reached(need, FORWARD)).intersect_domain(need.domain()).coalesce()


def _reached(cover: isl.Map, order: isl.Map) -> isl.Map:
    """For each position what lies before the last element of any position of which it is one that follows in `order`."""
    return order.reverse().apply_range(cover).apply_range(UPWARD.reverse())


def _without_gaps(interval: isl.Map, whole: isl.Map) -> isl.Map:
    """Intervals that begin where the one before ends, if not earlier; the first at 0, and the last goes to the end."""
    positions = interval.domain()
    ends = _reached(interval, FORWARD).union(whole.intersect_domain(positions.lexmax()))
    ahead = ends.subtract(_reached(interval, LATER))
    return interval.union(ahead).intersect(whole).intersect_domain(positions).coalesce()


def _runs(program: FusedProgram, number: int, covers: dict[str, Cover], allowed: isl.Set) -> isl.Map:
    """From the positions of the outer and own loops to the points."""
    own, outer = program.stages[number].loops, len(program.loops)
    steps = [f"t{axis}" for axis in range(outer + len(own))]
    dimensions = []
    for name, cover in covers.items():
        at = "0" if cover.loop is None else f"t{cover.loop}"
        places = isl.Map(f"{{ [{', '.join(steps)}] -> [{at}] }}").apply_range(cover.places)
        for position, item in enumerate(own, outer):
            if item.dimension == name:
                low = f"{item.size}*t{position}"
                places = places.intersect(isl.Map(f"{{ [{', '.join(steps)}] -> [x] : {low} <= x < {low} + {item.size} }}"))
        dimensions.append(places)
    runs = reduce(lambda one, other: one.flat_range_product(other), dimensions)
    return runs.intersect_domain(allowed.add_dims(SET, len(own))).coalesce()


def _whole(extent: int) -> isl.Map:
    return isl.Map(f"{{ [t] -> [x] : 0 <= x < {extent} }}")


def _range(count: int) -> isl.Set:
    return _set(1, [f"0 <= t0 < {count}"], "t")


def _set(axes: int, conditions: Sequence[str], letter: str) -> isl.Set:
    names = ", ".join(f"{letter}{axis}" for axis in range(axes))
    return isl.Set(f"{{ [{names}] : {' and '.join(['true', *conditions])} }}")
