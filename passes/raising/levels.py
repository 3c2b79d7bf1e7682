"""Loops to levels: a level ends inside of its parallel loop, and where a dimension would be mapped twice.

Sequential loops give temporal maps in their order. A parallel loop gives the spatial map of its level, at the place of
the sequential loop of the same dimension that folds it, if there is one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import islpy as isl

from ...backends.exact.spacetime import Coordinate, Step, relation
from ...ir import Cluster, Dataflow, Directive, Findings, LoopKind, Placement, SpatialMap, TemporalMap
from .counters import Counter, Point
from .dimensions import Dimension, Shape


@dataclass
class Level:
    """A level under construction: `loops` in order, one of which may be folded over the units of `across`.

    `across` is the parallel counter, `fold` the sequential one that repeats it; a fold stands in `loops` for both.
    """

    loops: list[tuple[Counter, Dimension]] = field(default_factory=list)
    across: Counter | None = None
    spread: Dimension | None = None
    fold: Counter | None = None

    @property
    def units(self) -> int:
        """The number of units."""
        return 1 if self.across is None else self.across.units or self.across.longest

    @property
    def mapped(self) -> set[str]:
        """The dimensions that the level maps."""
        return {dimension.name for _, dimension in self.loops}


def find_levels(shape: Shape, findings: Findings) -> tuple[Level, ...] | None:
    """The levels of a nest, or None with findings where its order is none of directives."""
    point = shape.point
    if not _chunks_innermost(point, findings):
        return None
    building = _Building(shape, _parallel_left(point))
    for position, counter in enumerate(point.counters):
        if counter.kind is LoopKind.PARALLEL:
            building.parallel(counter)
        elif counter.kind is LoopKind.SEQUENTIAL:
            building.sequential(counter, position)
    return building.close()


def _parallel_left(point: Point) -> list[bool]:
    """For each counter whether a parallel loop stands inside of it."""
    kinds = [counter.kind for counter in point.counters]
    return [LoopKind.PARALLEL in kinds[number + 1 :] for number in range(len(kinds))]


def _chunks_innermost(point: Point, findings: Findings) -> bool:
    inside = False
    for counter in point.counters:
        if inside and counter.kind is not LoopKind.CHUNK:
            message = f"loop '{counter.name}' stands inside of a chunk, whose points run in one step"
            findings.add("W408", message, counter.span, hint="put all chunk loops innermost")
            return False
        inside = inside or counter.kind is LoopKind.CHUNK
    return True


class _Building:
    def __init__(self, shape: Shape, parallel_inside: list[bool]) -> None:
        self.levels = [Level()]
        self._shape = shape
        self._parallel_inside = parallel_inside

    def sequential(self, counter: Counter, position: int) -> None:
        dimension, level = self._shape.dimension(counter), self.levels[-1]
        assert dimension is not None
        unfolded = level.across is not None and level.fold is None and level.spread is dimension
        if unfolded and level.across and _folds(counter, level.across, dimension):
            level.fold = counter
            level.loops = [*(item for item in level.loops if item[0] != level.across), (counter, dimension)]
            return
        if counter.longest == 1 and not self._is_fold(counter, dimension):
            return
        inside_unit = level.across is not None and self._parallel_inside[position]
        if inside_unit or dimension.name in level.mapped:
            level = self._open()
        level.loops.append((counter, dimension))

    def _is_fold(self, counter: Counter, dimension: Dimension) -> bool:
        """Whether a loop of one iteration says where a spatial map stands: its step is that of all units."""
        return any(item.kind is LoopKind.PARALLEL and _folds(counter, item, dimension) for item in dimension.counters)

    def parallel(self, counter: Counter) -> None:
        if self.levels[-1].across is not None:
            self._open()
        level, dimension = self.levels[-1], self._shape.dimension(counter)
        fold = next((item for item, own in level.loops if own is dimension), None)
        if dimension is None or (counter.marks_level and fold is None):
            level.across = counter
            return
        if fold is not None and not _folds(fold, counter, dimension):
            if counter.marks_level:
                level.across = counter
                return
            level, fold = self._open(), None
        level.across, level.spread, level.fold = counter, dimension, fold
        if fold is None:
            level.loops.append((counter, dimension))

    def _open(self) -> Level:
        self.levels.append(Level())
        return self.levels[-1]

    def close(self) -> tuple[Level, ...]:
        """The levels without loops of one iteration that turned out to fold nothing."""
        for level in self.levels:
            level.loops = [item for item in level.loops if item[0].longest > 1 or item[0] is level.fold]
        return tuple(self.levels)


def _folds(fold: Counter, across: Counter, dimension: Dimension) -> bool:
    """Whether a sequential loop advances its dimension by what all units of a parallel loop take together."""
    full = fold.longest == 1 or (across.units or across.longest) == across.longest
    return full and dimension.stride(fold) == dimension.stride(across) * across.longest


def dataflow_of(levels: tuple[Level, ...], shape: Shape, placements: tuple[Placement, ...]) -> Dataflow:
    """The directives of the levels: every chunk is as long as its step."""
    found = tuple(tuple(_directive(level, *loop) for loop in level.loops) for level in levels)
    clusters = tuple(
        Cluster(below.units, above.across.memory if above.across else None, below.across.span if below.across else None)
        for above, below in pairwise(levels)
    )
    return Dataflow(found, clusters, placements)


def _directive(level: Level, counter: Counter, dimension: Dimension) -> Directive:
    spatial = counter in (level.fold, level.across)
    moved = level.across if spatial and level.across else counter
    size = dimension.stride(moved)
    return (SpatialMap if spatial else TemporalMap)(size, size, dimension.name, moved.span)


def check_schedule(levels: tuple[Level, ...], shape: Shape, findings: Findings) -> None:
    """The directives run every dimension as its loops do: both relations from steps and units to points are equal."""
    for dimension in shape.dimensions:
        ours, theirs = _directive_relation(levels, dimension), _loop_relation(levels, dimension)
        if ours.is_equal(theirs):
            continue
        point = ours.subtract(theirs).union(theirs.subtract(ours)).range().lexmin().sample_point()
        value = point.get_coordinate_val(isl.dim_type.set, 0).to_python()
        loops = ", ".join(f"'{counter.name}'" for counter in dimension.counters)
        message = (
            f"the loops {loops} do not run '{dimension.name}' in chunks as a map does: see {dimension.name} = {value}"
        )
        hint = "let each loop start where its tile starts and end with it, or with the dimension"
        findings.add("W408", message, dimension.counters[-1].span, hint=hint)


def _coordinates(levels: tuple[Level, ...], dimension: Dimension) -> tuple[Coordinate, ...]:
    """The coordinates of a dimension's own relation: its time and folds level by level, then its units."""
    time, units = [], []
    for number, level in enumerate(levels):
        if level.spread is dimension:
            time.append(Coordinate(number, "fold"))
            units.append(Coordinate(number, "unit"))
        elif dimension.name in level.mapped:
            time.append(Coordinate(number, "time", 0))
    return (*time, *units)


def _directive_relation(levels: tuple[Level, ...], dimension: Dimension) -> isl.Map:
    steps = []
    for number, level in enumerate(levels):
        for counter, own in level.loops:
            if own is dimension:
                directive = _directive(level, counter, dimension)
                width = level.units if level.spread is dimension else 0
                steps.append(Step(number, int(directive.size), int(directive.offset), width))
    return relation((dimension.extent,), (tuple(steps),), _coordinates(levels, dimension))


def _loop_relation(levels: tuple[Level, ...], dimension: Dimension) -> isl.Map:
    names = {counter.name: f"i{number}" for number, counter in enumerate(dimension.counters)}
    time, units, conditions = [], [], []
    for number, level in enumerate(levels):
        if level.spread is dimension and level.across is not None:
            position = names[level.across.name]
            if level.fold is not None:
                conditions += [f"f{number} = {names[level.fold.name]}", f"u{number} = {position}"]
            else:
                # More iterations than units: unit p runs iterations p, p + units, …
                conditions += [f"{position} = {level.units}*f{number} + u{number}", f"0 <= u{number} < {level.units}"]
            time.append(f"f{number}")
            units.append(f"u{number}")
        else:
            time += [names[counter.name] for counter, own in level.loops if own is dimension]
    bound = ", ".join(name for name in names.values() if name not in time)
    text = " and ".join([f"x = {dimension.value_text}", dimension.bounds_text, *conditions])
    body = f"exists {bound} : {text}" if bound else text
    return isl.Map(f"{{ [{', '.join([*time, *units])}] -> [x] : {body} }}")
