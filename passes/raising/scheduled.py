"""A loop nest whose raised statements run as programs say, on the nest's own arrays.

Before:  for i, for j { C[i,j] = 0; for k C[i,j] += A[i,k] * B[k,j] }     (SpatialMap(1,1) N; TemporalMap(1,1) K)
After:   for i, for j C[i,j] = 0;   for n in parallel, for k, for m in chunk: C[m,n] += A[m,k] * B[k,n]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from ...ir import (
    Access,
    Affine,
    Array,
    Compute,
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
    Value,
    WeftError,
    Workload,
    accesses,
)
from ..lower import lower
from .counters import Counter, Point, bounds_of, ranges_of
from .dependences import depends
from .dimensions import Dimension, Shape, find_dimensions
from .divisions import read_point
from .raised import raise_nest
from .roles import recognise
from .split import Placed, split_nest


def reschedule(nest: LoopNest, schedules: Sequence[Schedule]) -> tuple[LoopNest, tuple[int, ...]]:
    """The nest with its raised statements in the loops of `schedules`, in order; the others keep their loops.

    Also where the raised statements stand in the body.

    Raises WeftError where a statement was refused, where the order of the text does not allow to split the statements,
    and for a schedule of something else.
    """
    placed = split_nest(nest)
    _check_order(placed)
    general = [item.workload for item in raise_nest(nest, recognize=False)]
    raised = [item for item in placed if not item.is_left_out]
    if None in general or len(raised) != len(schedules):
        hint = "move what is refused to loops of its own"
        raise WeftError(Diagnostic("W410", "some of its statements have no program", span=nest.span, hint=hint))
    names = [array.name for array in nest.arrays]
    programs = iter(zip(general, schedules, strict=True))
    body: list[Node] = []
    for item in placed:
        assert isinstance(item.statement, Statement)
        if item.is_left_out:
            body.append(_around(item.loops, item.statement))
        else:
            workload, schedule = next(programs)
            assert workload is not None
            body.append(_in_loops(item, schedule, _own_names(workload, schedule), names))
    arrays = tuple(_with_copies(array, placed) for array in nest.arrays)
    positions = tuple(number for number, item in enumerate(placed) if not item.is_left_out)
    return replace(nest, arrays=arrays, body=tuple(body)), positions


def _check_order(placed: Sequence[Placed]) -> None:
    """Split statements run one after the other in the order of the text."""
    for first, second in combinations(placed, 2):
        shared = sum(mine is theirs for mine, theirs in zip(first.loops, second.loops, strict=False))
        pair = (second.statement, second.loops, first.statement, first.loops)
        readable = isinstance(first.statement, Statement) and isinstance(second.statement, Statement)
        if readable and shared and depends(*pair, shared, strictly=True):
            message = f"'{first.statement}' needs what '{second.statement}' computed in an earlier iteration"
            raise WeftError(Diagnostic("W405", message, span=first.span, hint="give each its own loops"))


def _own_names(general: Workload, schedule: Schedule) -> dict[str, str]:
    """The nest's names of the dimensions that a program names by their role."""
    found = schedule.mapping.workload
    if found == general:
        return {name: name for name in general.extents}
    known = recognise(general)
    if known is None or known.workload != found:
        name = schedule.mapping.name
        message = f"'{name}' computes something else than the statement that it is for"
        raise WeftError(Diagnostic("W411", message, span=schedule.mapping.span))
    return known.dimensions


def _around(loops: Sequence[NestLoop], node: Node) -> Node:
    for loop in reversed(loops):
        node = replace(loop, body=(node,))
    return node


def _in_loops(item: Placed, schedule: Schedule, names: Mapping[str, str], arrays: Sequence[str]) -> Node:
    """The statement in the loops of a schedule; `names` are those of the nest's dimensions in the program."""
    assert isinstance(item.statement, Statement)
    workload = schedule.mapping.workload
    point = tuple(Subscript((Term(name),)) for name in workload.extents)
    # A statement over all dimensions tells their places; inputs named like the arrays keep iterators from these names.
    inputs = tuple(Tensor(name, point) for name in arrays)
    probe = replace(workload, inputs=inputs, output=Tensor("point", point))
    nest = lower(replace(schedule, mapping=replace(schedule.mapping, workload=probe)))
    ((loops, innermost),) = nest.statements()
    assert isinstance(innermost, Statement)
    # A chunk of one point needs no loop.
    single = {loop.iterator: loop.lower[0] for loop in loops if _is_single(loop)}
    axes = [axis.substitute(single) for axis in innermost.target.subscripts]
    values = dict(zip(workload.extents, axes, strict=True))
    statement = _over_dimensions(item, {own: values[name] for own, name in names.items()})
    return _around([loop for loop in loops if not _is_single(loop)], statement)


def _is_single(loop: NestLoop) -> bool:
    return loop.kind is LoopKind.CHUNK and len(loop.upper) == 1 and loop.upper[0] - loop.lower[0] == Affine.of(1)


def _over_dimensions(item: Placed, values: Mapping[str, Affine]) -> Statement:
    """The statement with its subscripts over the dimensions, and these replaced by their values."""
    assert isinstance(item.statement, Statement)
    point, shape = _understood(item)
    turned = _turned(point)
    places = {
        counter.name: _position(dimension, counter, values[dimension.name])
        for dimension in shape.dimensions
        for counter in dimension.counters
    }
    for split in point.splits:
        # Halves that stand together are one counter of a dimension.
        if split.counter.name in places:
            whole = places[split.counter.name]
            places |= {split.outer: whole // split.divisor, split.inner: whole % split.divisor}
    found = {
        before: replace(
            after, subscripts=tuple(axis.substitute(turned).substitute(places) for axis in after.subscripts)
        )
        for before, after in _pairs(item.statement, point)
    }
    target = found[item.statement.target]
    value = _replaced(item.statement.value, found)
    return replace(item.statement, target=target, value=value)


def _understood(item: Placed) -> tuple[Point, Shape]:
    """A statement that was raised, over its counters and its dimensions."""
    assert isinstance(item.statement, Statement)
    findings = Findings()
    point = read_point(item.statement, item.loops, findings)
    shape = None if point is None else find_dimensions(point, findings)
    findings.raise_errors()
    assert point is not None
    assert shape is not None
    return point, shape


def _position(dimension: Dimension, counter: Counter, value: Affine) -> Affine:
    """Where a counter stands when its dimension has a value: the tile of its step inside of the next wider one."""
    if counter.longest == 1:
        return Affine.of(0)
    step = dimension.stride(counter)
    strides = zip(dimension.counters, dimension.strides, strict=True)
    wider = min((stride for other, stride in strides if other.longest > 1 and stride > step), default=0)
    return (value // step) % (wider // step) if wider else value // step


def _pairs(statement: Statement, point: Point) -> Iterator[tuple[Access, Access]]:
    yield statement.target, point.target
    yield from zip((item for item in statement.reads if item.subscripts), point.operands, strict=True)


def _turned(point: Point) -> dict[str, Affine]:
    """The counters that their dimension counts from the end, since a subscript runs against others in them."""
    axes = [axis for access in (point.target, *point.operands) for axis in access.subscripts]
    mixed = [axis for axis in axes if not all(coefficient < 0 for _, coefficient in axis.terms)]
    names = {str(atom) for axis in mixed for atom, coefficient in axis.terms if coefficient < 0}
    return {name: Affine.of(point.counter(name).longest - 1) - name for name in names}


def _replaced(value: Value, found: Mapping[Access, Access]) -> Value:
    if isinstance(value, Access):
        return found.get(value, value)
    if isinstance(value, Compute):
        return replace(value, operands=tuple(_replaced(item, found) for item in value.operands))
    return value


def _with_copies(array: Array, placed: Sequence[Placed]) -> Array:
    """A local array with an element for every iteration that now needs its own."""
    rank = len(array.shape or ())
    for item in placed:
        extra = [access.subscripts[: len(access.subscripts) - rank] for access in _accesses(item, array)]
        if array.shape is not None and extra and extra[0]:
            return replace(array, shape=(*(_length(axis, item) for axis in extra[0]), *array.shape))
    return array


def _accesses(item: Placed, array: Array) -> list[Access]:
    if not isinstance(item.statement, Statement):
        return []
    found = (item.statement.target, *accesses(item.statement.value))
    return [access for access in found if access.array == array.name]


def _length(axis: Affine, item: Placed) -> int:
    """One more than the largest value of an iterator."""
    assert isinstance(item.statement, Statement)
    findings = Findings()
    point = read_point(item.statement, item.loops, findings)
    findings.raise_errors()
    assert point is not None
    shown = axis.substitute({counter.name: counter.shown for counter in point.counters})
    return bounds_of(shown, ranges_of(point.counters))[1] + 1
