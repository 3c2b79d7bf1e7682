"""Loops to levels: numbers that put every loop at the level where a directive runs it.

Time is the order of the sequential loops, so their levels never fall; units are nested as the parallel loops are, so
their levels rise; and each dimension goes from wide steps to narrow ones. A sequential loop that advances by what all
units of a parallel loop take folds it, and shares its level. Of all such numbers the smallest are taken that follow the
reader's eye: what stands inside of a parallel loop happens inside of its units.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations, pairwise

import islpy as isl

from ...analysis.spacetime import Coordinate, Step, relation
from ...ir import Cluster, Dataflow, Directive, Findings, LoopKind, Placement, kind_of
from .counters import Counter, Point
from .shape import Dimension, Shape

_MOST_FOLDS = 8


@dataclass
class Level:
    """The loops of a level in order; `across` is its parallel loop, `fold` the sequential one that repeats it.

    `spread` is the dimension of the parallel loop, which stands in `loops` unless a fold stands there for both.
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


@dataclass(frozen=True, slots=True)
class _Fold:
    """A sequential loop that advances a dimension by what all units of a parallel loop take together."""

    loop: Counter
    across: Counter


@dataclass(frozen=True, slots=True)
class _AtLeast:
    """The level of `after` is that of `before` or higher, by `more`."""

    before: Counter
    after: Counter
    more: int = 0


def find_levels(shape: Shape, findings: Findings) -> tuple[Level, ...] | None:
    """The levels of a nest, or None with findings where its order is none of directives."""
    point = shape.point
    if not _chunks_innermost(point, findings):
        return None
    candidates = list(_folds(shape))[:_MOST_FOLDS]
    for by_eye in (True, False):
        for count in range(len(candidates), -1, -1):
            for folds in combinations(candidates, count):
                levels = _levels(shape, folds, by_eye)
                if levels is not None:
                    return levels
    loops = ", ".join(dict.fromkeys(f"'{counter.loop}'" for counter in point.counters))
    message = f"the loops {loops} run in an order that no levels have"
    hint = "let the loops of each dimension stand in the order of their steps"
    findings.add("W408", message, point.statement.span, hint=hint)
    return None


def _chunks_innermost(point: Point, findings: Findings) -> bool:
    inside = False
    for counter in point.counters:
        if inside and counter.kind is not LoopKind.CHUNK:
            message = f"loop '{counter.loop}' stands inside of a chunk, whose points run in one step"
            findings.add("W408", message, counter.span, hint="put all chunk loops innermost")
            return False
        inside = inside or counter.kind is LoopKind.CHUNK
    return True


def _folds(shape: Shape) -> Iterator[_Fold]:
    for dimension in shape.dimensions:
        for across in (item for item in dimension.counters if item.kind is LoopKind.PARALLEL):
            found = [_Fold(loop, across) for loop in dimension.counters if _advances_all(loop, across, dimension)]
            yield from (fold for fold in found if fold.loop.longest > 1)
            # A loop of one iteration only says where a map stands.
            yield from (fold for fold in found if fold.loop.longest == 1 < across.longest)


def _advances_all(loop: Counter, across: Counter, dimension: Dimension) -> bool:
    """Whether a sequential loop advances by what all units of a parallel loop take together."""
    units = across.units or across.longest
    full = units == across.longest or (loop.longest == 1 and units > across.longest)
    steps = dimension.stride(loop) == dimension.stride(across) * across.longest
    return loop.kind is LoopKind.SEQUENTIAL and full and steps


def _levels(shape: Shape, folds: tuple[_Fold, ...], by_eye: bool) -> tuple[Level, ...] | None:
    """The levels with some loops as folds, or None if there are none."""
    used = [part for fold in folds for part in (fold.loop, fold.across)]
    if len(set(used)) < len(used):
        return None
    loops = [item for item in shape.point.counters if _takes_part(item, shape) or item in used]
    rules = [*_order(loops), *_wide_outside(shape, loops, folds), *_together(folds)]
    if by_eye:
        rules += _inside_of_units(loops, folds)
    numbers = _smallest(loops, rules)
    return None if numbers is None else _built(shape, loops, numbers, folds)


def _takes_part(counter: Counter, shape: Shape) -> bool:
    """Parallel loops make levels, and sequential ones move; chunk loops belong to none."""
    return counter.kind is LoopKind.PARALLEL or (counter.kind is LoopKind.SEQUENTIAL and counter.longest > 1)


def _order(loops: list[Counter]) -> Iterator[_AtLeast]:
    """Time passes in the order of the sequential loops, units nest in that of the parallel ones."""
    for kind, more in ((LoopKind.SEQUENTIAL, 0), (LoopKind.PARALLEL, 1)):
        for before, after in pairwise(item for item in loops if item.kind is kind):
            yield _AtLeast(before, after, more)


def _wide_outside(shape: Shape, loops: list[Counter], folds: tuple[_Fold, ...]) -> Iterator[_AtLeast]:
    pairs = [{fold.loop, fold.across} for fold in folds]
    for dimension in shape.dimensions:
        moving = [item for item in dimension.counters if item in loops and item.longest > 1]
        for wide, narrow in pairwise(moving):
            if {wide, narrow} not in pairs:
                yield _AtLeast(wide, narrow, 1)


def _together(folds: tuple[_Fold, ...]) -> Iterator[_AtLeast]:
    for fold in folds:
        yield _AtLeast(fold.loop, fold.across)
        yield _AtLeast(fold.across, fold.loop)


def _inside_of_units(loops: list[Counter], folds: tuple[_Fold, ...]) -> Iterator[_AtLeast]:
    """A sequential loop belongs to the level of the parallel loop inside of it, below all around it."""
    pairs = {(fold.loop, fold.across) for fold in folds}
    for place, loop in enumerate(loops):
        if loop.kind is not LoopKind.SEQUENTIAL:
            continue
        around = [item for item in loops[:place] if item.kind is LoopKind.PARALLEL]
        inside = [item for item in loops[place:] if item.kind is LoopKind.PARALLEL]
        if around and (loop, around[-1]) not in pairs:
            yield _AtLeast(around[-1], loop, 1 if inside else 0)
        if inside and (loop, inside[0]) not in pairs:
            yield _AtLeast(loop, inside[0])


def _smallest(loops: list[Counter], rules: Iterable[_AtLeast]) -> dict[Counter, int] | None:
    """The smallest levels from 0 that keep all rules, or None if there are none."""
    numbers, rules = dict.fromkeys(loops, 0), list(rules)
    for _ in range(len(loops) + 1):
        broken = [rule for rule in rules if numbers[rule.after] < numbers[rule.before] + rule.more]
        if not broken:
            return numbers
        for rule in broken:
            numbers[rule.after] = max(numbers[rule.after], numbers[rule.before] + rule.more)
    return None


def _built(
    shape: Shape, loops: list[Counter], numbers: dict[Counter, int], folds: tuple[_Fold, ...]
) -> tuple[Level, ...]:
    levels = [Level() for _ in range(max(numbers.values(), default=0) + 1)]
    folded = {fold.across: fold.loop for fold in folds}
    for loop in loops:
        level, dimension = levels[numbers[loop]], shape.dimension(loop)
        if loop.kind is LoopKind.PARALLEL:
            level.across, level.fold = loop, folded.get(loop)
            # A parallel loop of one iteration moves nothing.
            level.spread = dimension if loop in folded or loop.longest > 1 else None
        if dimension is not None and (loop.kind is LoopKind.SEQUENTIAL or (level.spread and loop not in folded)):
            level.loops.append((loop, dimension))
    return tuple(levels)


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
    return kind_of(spatial)(size, size, dimension.name, moved.span)


def check_schedule(levels: tuple[Level, ...], shape: Shape, findings: Findings) -> None:
    """The directives run every dimension as its loops do: both relations from steps and units to points are equal."""
    for dimension in shape.dimensions:
        ours, theirs = _directive_relation(levels, dimension), _loop_relation(levels, dimension)
        if ours.is_equal(theirs):
            continue
        point = ours.subtract(theirs).union(theirs.subtract(ours)).range().lexmin().sample_point()
        value = point.get_coordinate_val(isl.dim_type.set, 0).to_python()
        loops = ", ".join(dict.fromkeys(f"'{counter.loop}'" for counter in dimension.counters))
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
                conditions += [f"f{number} = 0", f"u{number} = {position}"]
            time.append(f"f{number}")
            units.append(f"u{number}")
        else:
            time += [names[counter.name] for counter, own in level.loops if own is dimension]
    bound = ", ".join(name for name in names.values() if name not in time)
    text = " and ".join([f"x = {dimension.value_text}", dimension.bounds_text, *conditions])
    body = f"exists {bound} : {text}" if bound else text
    return isl.Map(f"{{ [{', '.join([*time, *units])}] -> [x] : {body} }}")
