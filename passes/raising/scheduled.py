"""A loop nest whose raised statements run as programs say, on the nest's own arrays.

Before:  for i, for j { C[i,j] = 0; for k C[i,j] += A[i,k] * B[k,j] }     (SpatialMap(1,1) N; TemporalMap(1,1) K)
After:   for i, for j C[i,j] = 0;   for n in parallel, for k, for m in chunk: C[m,n] += A[m,k] * B[k,n]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from ...ir import (
    Access,
    Affine,
    Diagnostic,
    Findings,
    LoopKind,
    LoopNest,
    NestLoop,
    Node,
    Schedule,
    Statement,
    Subscript,
    Tensor,
    Term,
    WeftError,
    mapped,
)
from ..lower import lower
from .counters import Point
from .divisions import read_point
from .raised import Raised, raise_prepared
from .shape import Dimension, Shape
from .split import Placed, needs_later, prepare, split_nest


def reschedule(nest: LoopNest, schedules: Sequence[Schedule]) -> tuple[LoopNest, tuple[int, ...]]:
    """The nest with its raised statements in the loops of `schedules`, in order; the others keep their loops.

    The second result are the positions of the raised statements in the new body. Raises WeftError where a statement was
    refused, where the order of the text does not allow to split the statements, and for a schedule of something else.
    """
    nest, found = _scheduled(nest, schedules)
    body = tuple(
        _around(item.loops, item.statement) if new is None else _around(new.loops, new.statement())
        for item, new in found
    )
    return replace(nest, body=body), tuple(number for number, (_, new) in enumerate(found) if new is not None)


def schedule_iterators(nest: LoopNest, schedule: Schedule) -> tuple[tuple[NestLoop, ...], dict[str, Affine]]:
    """The loops of a schedule for the only statement of a nest that is raised, and what the iterators of its own loops
    are in them, but for those that subscripts take apart. Raises WeftError as `reschedule` does.
    """
    _, found = _scheduled(nest, [schedule])
    ((item, new),) = [(item, new) for item, new in found if new is not None]
    return new.loops, new.iterators(loop.iterator for loop in item.loops)


def _scheduled(
    nest: LoopNest, schedules: Sequence[Schedule]
) -> tuple[LoopNest, list[tuple[Placed, _Scheduled | None]]]:
    """The prepared nest and its statements, those that are raised in the loops of their schedules."""
    source, nest = nest, prepare(nest)
    placed = split_nest(nest)
    _check_order(placed)
    results = list(zip(raise_prepared(nest, source), raise_prepared(nest, source, recognize=False), strict=True))
    if any(item.workload is None for item, _ in results) or len(results) != len(schedules):
        hint = "move what is refused to loops of its own"
        raise WeftError(Diagnostic("W410", "some of its statements have no program", span=nest.span, hint=hint))
    names = [array.name for array in nest.arrays]
    programs = iter(zip(results, schedules, strict=True))
    found: list[tuple[Placed, _Scheduled | None]] = []
    for item in placed:
        assert isinstance(item.statement, Statement)
        if item.is_left_out:
            found.append((item, None))
        else:
            known, schedule = next(programs)
            found.append((item, _in_loops(schedule, _same(known, schedule), names)))
    return nest, found


@dataclass(frozen=True, slots=True)
class _Scheduled:
    """A statement in other loops; `values` are its dimensions as expressions over them."""

    loops: tuple[NestLoop, ...]
    own: Statement
    """The statement over its own counters."""
    point: Point
    shape: Shape
    values: Mapping[str, Affine]

    def statement(self) -> Statement:
        """The statement with its subscripts over the dimensions, and these replaced by their values."""
        over = self.over()
        found = {
            before: replace(after, subscripts=tuple(map(over, after.subscripts)))
            for before, after in _pairs(self.own, self.point)
        }
        guards = dict(zip(self.own.conditions, map(over, self.point.guards), strict=True))
        value = mapped(self.own.value, lambda access: found.get(access, access), lambda item: guards.get(item, item))
        return replace(self.own, target=found[self.own.target], value=value)

    def iterators(self, names: Iterable[str]) -> dict[str, Affine]:
        """What counters are in the loops, but for those that subscripts take apart."""
        over, known = self.over(), _places(self.point, self.shape, self.values)
        return {name: over(Affine.of(name)) for name in names if name in known}

    def over(self) -> Callable[[Affine], Affine]:
        """Makes expressions over the loops of those over the statement's own counters."""
        turned, places = _turned(self.point), _places(self.point, self.shape, self.values)

        def over(axis: Affine) -> Affine:
            # New iterators may be called like counters, so nothing is substituted twice.
            parts, whole = axis.substitute(turned), Affine.of(0)
            for dimension in self.shape.dimensions:
                times = _times(parts, dimension)
                value = self.values[dimension.name] * times
                parts, whole = parts - _counters(dimension) * times, whole + value
            return whole + parts.substitute(places)

        return over


def _check_order(placed: Sequence[Placed]) -> None:
    """Split statements run one after the other in the order of the text."""
    for first, second in combinations(placed, 2):
        readable = isinstance(first.statement, Statement) and isinstance(second.statement, Statement)
        if readable and needs_later(first, second):
            message = f"'{first.statement}' needs what '{second.statement}' computed in an earlier iteration"
            raise WeftError(Diagnostic("W405", message, span=first.span, hint="give each its own loops"))


def _same(known: tuple[Raised, Raised], schedule: Schedule) -> Raised:
    """The result that a schedule is for: under the operator's names, or under the nest's own."""
    for item in known:
        if item.workload == schedule.mapping.workload:
            return item
    message = f"'{schedule.mapping.name}' computes something else than the statement that it is for"
    raise WeftError(Diagnostic("W411", message, span=schedule.mapping.span))


def _around(loops: Sequence[NestLoop], node: Node) -> Node:
    for loop in reversed(loops):
        node = replace(loop, body=(node,))
    return node


def _in_loops(schedule: Schedule, raised: Raised, arrays: Sequence[str]) -> _Scheduled:
    """The statement in the loops of a schedule."""
    workload = schedule.mapping.workload
    point = tuple(Subscript((Term(name),)) for name in workload.extents)
    # A statement over all dimensions tells their places; inputs named like the arrays keep iterators from these names.
    inputs = tuple(Tensor(name, point) for name in arrays)
    probe = replace(workload, inputs=inputs, output=Tensor("point", point), statement=None)
    nest = lower(replace(schedule, mapping=replace(schedule.mapping, workload=probe)))
    ((loops, innermost),) = nest.statements()
    assert isinstance(innermost, Statement)
    # A chunk of one point needs no loop.
    single = {loop.iterator: loop.lower[0] for loop in loops if _is_single(loop)}
    axes = [axis.substitute(single) for axis in innermost.target.subscripts]
    values = dict(zip(workload.extents, axes, strict=True))
    assert raised.shape is not None
    assert raised.inside is not None
    called = dict(raised.own)
    own = {dimension.name: values[called.get(dimension.name, dimension.name)] for dimension in raised.shape.dimensions}
    counted = read_point(*raised.inside, Findings())
    assert counted is not None
    kept = tuple(loop for loop in loops if not _is_single(loop))
    return _Scheduled(kept, raised.inside[0], counted, raised.shape, own)


def _is_single(loop: NestLoop) -> bool:
    return loop.kind is LoopKind.CHUNK and len(loop.upper) == 1 and loop.upper[0] - loop.lower[0] == Affine.of(1)


def _counters(dimension: Dimension) -> Affine:
    """The value of a dimension as the sum of its counters that move."""
    moving = [item for item in dimension.counters if item.longest > 1]
    return Affine.total({item.name: dimension.stride(item) for item in moving})


def _times(axis: Affine, dimension: Dimension) -> int:
    """How often an axis has the value of a dimension as a whole; 0 where it takes the counters apart."""
    pairs = [(axis.coefficient(str(name)), stride) for name, stride in _counters(dimension).terms]
    times = {coefficient // stride if coefficient % stride == 0 else 0 for coefficient, stride in pairs}
    return times.pop() if len(times) == 1 else 0


def _places(point: Point, shape: Shape, values: Mapping[str, Affine]) -> dict[str, Affine]:
    """Where every counter stands when the dimensions have values: tiles inside of tiles, from the widest."""
    places = {counter.name: Affine.of(0) for counter in point.counters if counter.longest == 1}
    for dimension in shape.dimensions:
        rest = values[dimension.name]
        for counter, step in zip(dimension.counters, dimension.strides, strict=True):
            still = counter.longest == 1
            places[counter.name] = Affine.of(0) if still else rest // step
            rest = rest if still else rest % step
    for split in point.splits:
        # Halves that stand together are one counter of a dimension.
        if split.counter.name in places:
            whole = places[split.counter.name]
            places |= {split.outer: whole // split.divisor, split.inner: whole % split.divisor}
    return places


def _pairs(statement: Statement, point: Point) -> Iterator[tuple[Access, Access]]:
    yield statement.target, point.target
    yield from zip(statement.operands, point.operands, strict=True)


def _turned(point: Point) -> dict[str, Affine]:
    """The counters that their dimension counts from the end, since a subscript runs against others in them."""
    axes = [axis for access in (point.target, *point.operands) for axis in access.subscripts]
    mixed = [axis for axis in axes if not all(coefficient < 0 for _, coefficient in axis.terms)]
    names = {str(atom) for axis in mixed for atom, coefficient in axis.terms if coefficient < 0}
    return {name: Affine.of(point.counter(name).longest - 1) - name for name in names}
