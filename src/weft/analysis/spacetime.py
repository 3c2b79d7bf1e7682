"""The relation that defines a program, from time and units to iteration points, and legality (A2, A5)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import islpy as isl

from ..ir import Dataflow, Workload


class Step(NamedTuple):
    """A directive on one dimension, `width` units wide (0: temporal), in numbers alone."""

    level: int
    size: int
    offset: int
    width: int


Steps: TypeAlias = tuple[Step, ...]


class Coordinate(NamedTuple):
    """A coordinate of time or of space: the loop over a dimension, the fold or the unit of a level."""

    level: int
    kind: str
    dimension: int = -1


@dataclass(frozen=True, slots=True)
class Violation:
    """A point that is executed never (`gap`) or twice (`overlap`).

    `point` gives a value per dimension; `visits` are two different executions of the point, with coordinates
    such as `L0.K` (the step of K in level 0), `L0.fold` and `L0.unit`. `dimensions` are those that cause it.
    """

    kind: str
    point: dict[str, int]
    visits: tuple[dict[str, int], ...]
    dimensions: tuple[str, ...]


def coordinates(workload: Workload, canonical: Dataflow) -> tuple[Coordinate, ...]:
    """The coordinates of a program: time level by level in the program's order, then the units."""
    number = {name: position for position, name in enumerate(workload.extents)}
    found: list[Coordinate] = []
    for level, directives in enumerate(canonical.levels):
        for directive in directives:
            if not directive.spatial:
                found.append(Coordinate(level, "time", number[directive.dimension]))
            elif Coordinate(level, "fold") not in found:
                found.append(Coordinate(level, "fold"))
    return (*found, *(Coordinate(level, "unit") for level in range(len(canonical.levels))))


def chains(workload: Workload, canonical: Dataflow, units: tuple[int, ...]) -> tuple[Steps, ...]:
    """Per dimension the directives that divide it, from the outermost level."""
    found: dict[str, list[Step]] = {name: [] for name in workload.extents}
    for level, (directives, width) in enumerate(zip(canonical.levels, units, strict=True)):
        for directive in directives:
            spread = width if directive.spatial else 0
            found[directive.dimension].append(Step(level, int(directive.size), int(directive.offset), spread))
    return tuple(tuple(steps) for steps in found.values())


def relation(extents: tuple[int, ...], steps: tuple[Steps, ...], domain: tuple[Coordinate, ...]) -> isl.Map:
    """From (time, unit) to the points of dimensions divided by `steps` that are executed there.

    The domain's coordinates are those of `coordinates`; exact for illegal programs too.
    """
    name = _names(domain)
    conditions = _unit_conditions(steps, name)
    for number, (extent, chain) in enumerate(zip(extents, steps, strict=True)):
        conditions += _chunk_conditions(f"x{number}", number, extent, chain, name)
    points = ", ".join(f"x{number}" for number in range(len(extents)))
    return isl.Map(f"{{ [{', '.join(name.values())}] -> [{points}] : {' and '.join(conditions)} }}")


def _unit_conditions(steps: tuple[Steps, ...], name: dict[Coordinate, str]) -> list[str]:
    """Units lie within their level; a level without a spatial map works on unit 0 alone."""
    spatial = [step for chain in steps for step in chain if step.width]
    found = ["true"]
    for item, text in name.items():
        here = [step for step in spatial if step.level == item.level]
        if item.kind == "unit":
            found.append(f"0 <= {text} < {here[0].width if here else 1}")
        elif item.kind == "fold" and not any(step.offset for step in here):
            found.append(f"{text} = 0")
        else:
            found.append(f"0 <= {text}")
    return found


def _chunk_conditions(point: str, dimension: int, extent: int, chain: Steps, name: dict[Coordinate, str]) -> list[str]:
    """The point lies in the chunks of all levels, and each level's position exists in its parent's chunk."""
    found, start, ends = [f"0 <= {point} < {extent}"], "0", [str(extent)]
    for step in chain:
        position = _position(step, dimension, name)
        if step.offset == 0 and not step.width:
            found.append(f"{position} = 0")
        begin = f"{start} + {step.offset}*({position})"
        found.append(f"{begin} <= {point} < {begin} + {step.size}")
        if step.offset < step.size:
            # Position j > 0 exists only if the one before it ends inside the parent's chunk; with an offset
            # of at least the size that follows from the chunk not being empty.
            before = f"{begin} - {step.offset} + {step.size}"
            inside = " and ".join(f"{before} < {end}" for end in ends)
            found.append(f"({position} = 0 or ({inside}))")
        ends.append(f"{begin} + {step.size}")
        start = begin
    return found


def starts(steps: tuple[Steps, ...], domain: tuple[Coordinate, ...]) -> isl.Map:
    """From (time, unit) to where the chunk of every dimension starts."""
    name = _names(domain)
    begins = [
        " + ".join(["0", *(f"{step.offset}*({_position(step, number, name)})" for step in chain)])
        for number, chain in enumerate(steps)
    ]
    return isl.Map(f"{{ [{', '.join(name.values())}] -> [{', '.join(begins)}] }}")


def _names(domain: tuple[Coordinate, ...]) -> dict[Coordinate, str]:
    return {item: f"{item.kind}{number}" for number, item in enumerate(domain)}


def _position(step: Step, dimension: int, name: dict[Coordinate, str]) -> str:
    if not step.width:
        return name[Coordinate(step.level, "time", dimension)]
    fold, unit = name[Coordinate(step.level, "fold")], name[Coordinate(step.level, "unit")]
    return f"{step.width}*{fold} + {unit}"


def partitions(canonical: Dataflow) -> bool:
    """Whether a program is legal by construction; of others isl has to tell.

    Where offsets are sizes, the chunks of a level cut the parent's chunk of a dimension into pieces, each at one
    position. Where at most one map of a level is spatial, that position is the step of one loop, or one fold and unit,
    of its own. Positions of different dimensions are then independent, so level by level every point is at one place.
    """
    return all(
        all(directive.size == directive.offset for directive in level)
        and sum(directive.spatial for directive in level) <= 1
        for level in canonical.levels
    )


def legality(workload: Workload, canonical: Dataflow, units: tuple[int, ...]) -> list[Violation]:
    """Whether every point is executed exactly once (A5): one gap and one overlap at most per group.

    Dimensions that no spatial map couples are independent: the program is legal when each group of them is.
    """
    if partitions(canonical):
        return []
    names, extents = tuple(workload.extents), tuple(workload.extents.values())
    steps, domain = chains(workload, canonical, units), coordinates(workload, canonical)
    spread = {step.level for chain in steps for step in chain if step.width}
    shown = [item for item in domain if item.kind != "unit" or item.level in spread]
    found = []
    for group in _groups(steps):
        own = _own_coordinates(domain, group, steps)
        renumbered = tuple(
            item._replace(dimension=group.index(item.dimension)) if item.kind == "time" else item for item in own
        )
        key = tuple(extents[number] for number in group), tuple(steps[number] for number in group)
        for kind, point, visits in _decide(*key, renumbered):
            # The point 0 of every other group is executed by the first unit in the first step.
            values = dict.fromkeys(names, 0) | {names[n]: value for n, value in zip(group, point, strict=True)}
            times = [
                {_readable(item, names): dict(zip(own, visit, strict=True)).get(item, 0) for item in shown}
                for visit in visits
            ]
            found.append(Violation(kind, values, tuple(times), tuple(names[n] for n in group)))
    return found


def _groups(steps: tuple[Steps, ...]) -> list[tuple[int, ...]]:
    """Dimensions connected by levels that spread them together."""
    groups: list[tuple[set[int], set[int]]] = []
    for number, chain in enumerate(steps):
        levels, members = {step.level for step in chain if step.width}, {number}
        for other in [group for group in groups if group[0] & levels]:
            groups.remove(other)
            levels, members = levels | other[0], members | other[1]
        groups.append((levels, members))
    return [tuple(sorted(members)) for _, members in groups]


def _own_coordinates(
    domain: tuple[Coordinate, ...], group: tuple[int, ...], steps: tuple[Steps, ...]
) -> tuple[Coordinate, ...]:
    levels = {step.level for number in group for step in steps[number] if step.width}
    return tuple(item for item in domain if (item.dimension in group if item.kind == "time" else item.level in levels))


def _readable(item: Coordinate, names: tuple[str, ...]) -> str:
    return f"L{item.level}.{names[item.dimension] if item.kind == 'time' else item.kind}"


Witness: TypeAlias = tuple[str, tuple[int, ...], tuple[tuple[int, ...], ...]]


@lru_cache(maxsize=1 << 16)
def _decide(extents: tuple[int, ...], steps: tuple[Steps, ...], domain: tuple[Coordinate, ...]) -> tuple[Witness, ...]:
    """The first gap and the first overlap of one group: (kind, point, the two visits)."""
    executed = relation(extents, steps, domain)
    bounds = [f"0 <= x{number} < {extent}" for number, extent in enumerate(extents)]
    points = ", ".join(f"x{number}" for number in range(len(extents)))
    missed = isl.Set(f"{{ [{points}] : {' and '.join(bounds)} }}").subtract(executed.range())
    found: list[Witness] = []
    if not missed.is_empty():
        found.append(("gap", _numbers(missed.lexmin()), ()))
    if not executed.is_injective():
        visits = executed.reverse()
        twice = visits.subtract(visits.lexmin()).domain().lexmin()
        here = visits.intersect_domain(twice).range()
        found.append(("overlap", _numbers(twice), (_numbers(here.lexmin()), _numbers(here.lexmax()))))
    return tuple(found)


def _numbers(single: isl.Set) -> tuple[int, ...]:
    """The coordinates of a set's only point."""
    point = single.sample_point()
    return tuple(
        int(point.get_coordinate_val(isl.dim_type.set, axis).to_python())
        for axis in range(single.dim(isl.dim_type.set))
    )
