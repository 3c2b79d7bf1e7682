"""`affine.for`, `affine.parallel` and their likes of `scf` as loops of the nest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from xdsl.dialects import affine, scf
from xdsl.dialects.builtin import IntegerAttr
from xdsl.ir import Block, Operation, SSAValue

from ...ir import Affine, Diagnostic, LoopKind, NestLoop
from .affine import Bound, Index, NotAffineError, apply_map, extreme, interval, known, refuse
from .carried import begin, end
from .memory import touch_all
from .operations import attribute, numbers, text
from .scope import Nodes, RefusedError, Scope

LOOPS = ("affine.for", "affine.parallel", "scf.for", "scf.parallel")

ReadBlock = Callable[[Scope, Block], Nodes]


@dataclass(frozen=True, slots=True)
class _Range:
    """The values of an iterator as the operation gives them."""

    argument: SSAValue
    lower: Sequence[Index]
    upper: Sequence[Index]
    step: Index


@dataclass(frozen=True, slots=True)
class _Loop:
    """The same, read."""

    lower: tuple[Affine, ...]
    upper: tuple[Affine, ...]
    step: int


def read_loop(scope: Scope, operation: Operation, read_block: ReadBlock) -> Nodes:
    """The loops of an operation around what is in its body; none if that is nothing."""
    touch_all(scope, operation)
    carried, first = begin(scope, operation)
    scope.verify(operation)
    if len(operation.regions[0].blocks) != 1:
        raise scope.refuse("W001", f"'{operation.name}' needs a body of one block", operation)
    ranges = list(_ranges(scope, operation))
    loops = _read_ranges(scope, operation, ranges)
    kind, units, memory = _marks(scope, operation, len(ranges))
    names = [
        scope.iterator(item.argument, scope.label(item.argument, "i"), operation, _values(scope, loop))
        for item, loop in zip(ranges, loops, strict=True)
    ]
    nodes = read_block(scope, operation.regions[0].block) + end(scope, operation, carried)
    span = scope.places.span(operation)
    for name, loop in reversed(list(zip(names, loops, strict=True))):
        scope.names.end(name)
        if nodes:
            nodes = (NestLoop(name, loop.lower, loop.upper, nodes, loop.step, kind, units, memory, span),)
    return first + nodes


def _ranges(scope: Scope, operation: Operation) -> Iterator[_Range]:
    if isinstance(operation, affine.ForOp):
        lower = apply_map(operation.lowerBoundMap.data, [scope.index(item) for item in operation.lowerBoundOperands])
        upper = apply_map(operation.upperBoundMap.data, [scope.index(item) for item in operation.upperBoundOperands])
        yield _Range(operation.body.block.args[0], lower, upper, Bound.of(operation.step.value.data))
    elif isinstance(operation, affine.ParallelOp):
        yield from _affine_parallel(scope, operation)
    elif isinstance(operation, scf.ForOp):
        low, high, step = (scope.index(item) for item in (operation.lb, operation.ub, operation.step))
        yield _Range(operation.body.block.args[0], (low,), (high,), step)
    elif isinstance(operation, scf.ParallelOp):
        columns = (operation.lowerBound, operation.upperBound, operation.step)
        for argument, *bounds in zip(operation.body.block.args, *columns, strict=True):
            low, high, step = (scope.index(item) for item in bounds)
            yield _Range(argument, (low,), (high,), step)


def _affine_parallel(scope: Scope, operation: affine.ParallelOp) -> Iterator[_Range]:
    operands = [scope.index(item) for item in operation.map_operands]
    lower_map, upper_map = operation.lowerBoundsMap.data, operation.upperBoundsMap.data
    split = lower_map.num_dims + lower_map.num_symbols
    lower, upper = apply_map(lower_map, operands[:split]), apply_map(upper_map, operands[split:])
    lower_groups = numbers(operation.lowerBoundsGroups) or ()
    upper_groups = numbers(operation.upperBoundsGroups) or ()
    steps = numbers(operation.steps) or ()
    arguments = operation.body.block.args
    if not len(arguments) == len(lower_groups) == len(upper_groups) == len(steps):
        raise scope.refuse("W001", "'affine.parallel' needs a bound and a step for every iterator", operation)
    for argument, low, high, step in zip(arguments, lower_groups, upper_groups, steps, strict=True):
        yield _Range(argument, lower[:low], upper[:high], Bound.of(step))
        lower, upper = lower[low:], upper[high:]


def _read_ranges(scope: Scope, operation: Operation, ranges: Sequence[_Range]) -> list[_Loop]:
    """All bounds; RefusedError with every one that is not affine."""
    problems: list[Diagnostic] = []
    loops = []
    for item in ranges:
        name = scope.label(item.argument, "i")
        lower = _bounds(scope, operation, f"bound of '{name}'", "max", item.lower, problems)
        upper = _bounds(scope, operation, f"bound of '{name}'", "min", item.upper, problems)
        loops.append(_Loop(lower, upper, _step(scope, operation, name, item.step, problems)))
    if problems:
        raise RefusedError(*dict.fromkeys(problems))
    return loops


def _bounds(
    scope: Scope, operation: Operation, what: str, kind: str, found: Sequence[Index], problems: list[Diagnostic]
) -> tuple[Affine, ...]:
    """The bounds whose `min` or `max` counts; what is wrong goes to `problems`."""
    try:
        if not found:
            refuse("is missing")
        return extreme(kind, [known(item) for item in found]).parts
    except NotAffineError as error:
        hint = "a bound is a sum of outer iterators and sizes times numbers"
        told = Diagnostic("W402", f"{what} {error.reason.why}", span=scope.places.span(operation), hint=hint)
        problems.append(error.reason.diagnostic or told)
        return ()


def _step(scope: Scope, operation: Operation, name: str, found: Index, problems: list[Diagnostic]) -> int:
    parts = _bounds(scope, operation, f"step of '{name}'", "min", (found,), problems)
    step = parts[0].constant if len(parts) == 1 and parts[0].is_constant else 0
    if parts and step <= 0:
        message = f"step of '{name}' is no positive number: '{found}'"
        problems.append(Diagnostic("W402", message, span=scope.places.span(operation)))
    return step


def _values(scope: Scope, loop: _Loop) -> tuple[int, int] | None:
    """Between which values an iterator stays, as far as its bounds tell."""
    lows = [found[0] for part in loop.lower if (found := interval(part, scope.ranges))]
    highs = [found[1] for part in loop.upper if (found := interval(part, scope.ranges))]
    return (max(lows), max(*lows, min(highs) - 1)) if lows and highs else None


def _marks(scope: Scope, operation: Operation, count: int) -> tuple[LoopKind, int | None, str | None]:
    """What attributes of Weft say about a loop."""
    if operation.name.endswith(".for") and attribute(operation, "weft.parallel") is None:
        chunk = attribute(operation, "weft.chunk") is not None
        return (LoopKind.CHUNK if chunk else LoopKind.SEQUENTIAL), None, None
    units, memory = attribute(operation, "weft.units"), text(operation, "weft.memory")
    if count != 1 and (units or memory):
        hint = "nest loops of one iterator each"
        raise scope.refuse("W411", "'weft.units' and 'weft.memory' need a loop of one iterator", operation, hint)
    if units is None:
        return LoopKind.PARALLEL, None, memory
    if not isinstance(units, IntegerAttr) or units.value.data < 1:
        raise scope.refuse("W411", f"'weft.units' is no positive number: '{units}'", operation)
    return LoopKind.PARALLEL, units.value.data, memory
