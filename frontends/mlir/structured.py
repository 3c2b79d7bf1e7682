"""An operation that computes elements of its outputs in a box of iterations, as a loop nest.

A tensor is a value: an operation takes its output's array over only if nobody else needs what it held before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from xdsl.dialects.builtin import TensorType, UnrankedTensorType
from xdsl.ir import Operation, SSAValue

from ...ir import Access, Affine, Diagnostic, NestLoop, Statement, as_reduction
from .affine import Bound, Index, interval
from .lent import outside
from .memory import access, current
from .operations import is_shaped, name_of
from .scope import ArrayInfo, Nodes, RefusedError, Scalar, Scope

Body = Callable[[Sequence[Scalar]], Sequence[Scalar]]
"""What the elements of the outputs become, for the elements of all operands."""


@dataclass(frozen=True, slots=True)
class Operand:
    """An operand and the subscripts of its element in an iteration; a scalar has none."""

    value: SSAValue
    subscripts: tuple[Index, ...]


@dataclass(frozen=True, slots=True)
class Structured:
    """The meaning of an operation; its loops have the names that they get in the nest."""

    loops: tuple[str, ...]
    inputs: tuple[Operand, ...]
    outputs: tuple[Operand, ...]
    body: Body


@dataclass(frozen=True, slots=True)
class _Target:
    """The element that an output stands for, and the array whose contents it must have first."""

    array: ArrayInfo
    element: Access
    old: ArrayInfo | None


def read_structured(scope: Scope, operation: Operation, form: Structured) -> Nodes:
    """The loop nest of an operation; the arrays of its results are noted."""
    elements = {item: access(scope, item.value, item.subscripts, operation) for item in _shaped(form)}
    extents = _extents(scope, operation, form.loops, elements)
    scope.ranges |= {name: (0, max(0, extent - 1)) for name, extent in extents.items()}
    results = [*operation.results, *[None] * len(form.outputs)]
    targets = [
        _target(scope, operation, item.value, elements[item], result)
        for item, result in zip(form.outputs, results, strict=False)
    ]
    statements = _statements(scope, operation, form, elements, targets)
    for result, target in zip(operation.results, targets, strict=False):
        scope.add_array(result, target.array)
    copies = [_copy(scope, target) for target in targets if _needs_copy(target, statements)]
    return (*(node for nodes in copies for node in nodes), *_loops(extents, statements, elements.values()))


def _statements(
    scope: Scope, operation: Operation, form: Structured, elements: Mapping[Operand, Access], targets: Sequence[_Target]
) -> list[Statement]:
    """What happens in an iteration, one statement per output."""
    for target in targets:
        # A scalar that was loaded from an output before cannot stand for its value in every iteration.
        scope.touch(target.array.name)
    scalars = [scope.load(elements[item]) if item in elements else scope.scalar(item.value) for item in form.inputs]
    scalars += [scope.load(target.element) for target in targets]
    values = [outside(current(scope, scalar, operation)) for scalar in form.body(scalars)]
    if len(values) != len(targets):
        message = f"'{name_of(operation)}' has {len(targets)} outputs, but computes {len(values)}"
        raise scope.refuse("W001", message, operation)
    pairs = zip((scope.resolved(target.element) for target in targets), values, strict=True)
    return [as_reduction(Statement(element, value, span=element.span)) for element, value in pairs]


def _shaped(form: Structured) -> list[Operand]:
    return [item for item in (*form.inputs, *form.outputs) if is_shaped(item.value)]


def _loops(extents: Mapping[str, int], statements: Iterable[Statement], elements: Iterable[Access]) -> Nodes:
    span = next((element.span for element in elements), None)
    nodes: Nodes = tuple(statements)
    for name, extent in reversed(list(extents.items())):
        nodes = (NestLoop(name, (Affine.of(0),), (Affine.of(extent),), nodes, span=span),)
    return nodes


def _extents(
    scope: Scope, operation: Operation, loops: Sequence[str], elements: Mapping[Operand, Access]
) -> dict[str, int]:
    """The extent of every loop, by the axes that it alone subscripts; RefusedError where shapes contradict."""
    found: dict[str, tuple[int, str]] = {}
    unknown: dict[str, Diagnostic] = {}
    for element in elements.values():
        for number, (subscript, size) in enumerate(_axes(scope, element)):
            name, where = str(subscript), f"axis {number} of '{element.array}'"
            if name not in loops:
                continue
            if isinstance(size, Diagnostic):
                unknown.setdefault(name, size)
            elif found.setdefault(name, (size, where))[0] != size:
                first, there = found[name]
                message = f"extent of '{name}' is {first} by {there}, but {size} by {where}"
                raise scope.refuse("W001", message, operation)
    for name in loops:
        if name not in found:
            message = f"extent of '{name}' follows from no operand's shape"
            raise RefusedError(unknown[name]) if name in unknown else scope.refuse("W402", message, operation)
    extents = {name: found[name][0] for name in loops}
    if all(extents.values()):
        _check_windows(scope, operation, extents, elements.values())
    return extents


def _check_windows(scope: Scope, operation: Operation, extents: Mapping[str, int], elements: Iterable[Access]) -> None:
    ranges = {name: (0, extent - 1) for name, extent in extents.items()}
    for element in elements:
        for number, (subscript, size) in enumerate(_axes(scope, element)):
            low, high = interval(subscript, ranges) or (0, 0)
            if isinstance(size, int) and (low < 0 or high >= size):
                reach = low if low < 0 else high
                message = f"axis {number} of '{element.array}' has {size} elements, but '{subscript}' reaches {reach}"
                raise scope.refuse("W001", message, operation)


def _axes(scope: Scope, element: Access) -> list[tuple[Affine, int | Diagnostic]]:
    return list(zip(element.subscripts, scope.arrays[element.array].sizes or (), strict=False))


def _target(scope: Scope, operation: Operation, value: SSAValue, element: Access, result: SSAValue | None) -> _Target:
    info = scope.array(value)
    if not isinstance(value.type, TensorType | UnrankedTensorType) or _is_free(scope, operation, value):
        return _Target(info, element, None)
    wanted = scope.label(result, info.name) if result is not None else info.name
    fresh = replace(info, name=scope.names.fresh(wanted), local=True)
    scope.arrays[fresh.name] = fresh
    return _Target(fresh, replace(element, array=fresh.name), info)


def _is_free(scope: Scope, operation: Operation, value: SSAValue) -> bool:
    """Whether nothing but this operation, and that once, still needs a tensor."""
    owner = value.owner
    if operation.parent is not (owner.parent if isinstance(owner, Operation) else owner):
        return False
    info = scope.array_of[value]
    uses = [use.operation for other, found in scope.array_of.items() if found is info for use in other.uses]
    return uses.count(operation) == 1 and all(use is operation or use in scope.done for use in uses)


def _needs_copy(target: _Target, statements: Sequence[Statement]) -> bool:
    names = [statement.target.array for statement in statements if statement.reduction]
    names += [read.array for statement in statements for read in statement.reads]
    return target.old is not None and target.array.name in names


def _copy(scope: Scope, target: _Target) -> Nodes:
    """The nest that gives an array the contents of another."""
    extents: dict[str, int] = {}
    for number, size in enumerate(target.array.sizes or ()):
        if isinstance(size, Diagnostic):
            raise RefusedError(size)
        extents[scope.names.fresh(f"d{number}")] = size
    subscripts = tuple(Affine.of(name) for name in extents)
    new = replace(target.element, subscripts=subscripts)
    old = replace(new, array=target.old.name if target.old else "")
    return _loops(extents, (Statement(new, old, span=new.span),), (new,))


def loops_of(scope: Scope, wanted: Iterable[str]) -> tuple[str, ...]:
    """Names for the loops of an operation."""
    return tuple(scope.names.fresh(name) for name in wanted)


def plain(names: Iterable[str]) -> tuple[Index, ...]:
    """Each iterator by itself as a subscript."""
    return tuple(Bound.of(name) for name in names)


def rank(scope: Scope, value: SSAValue) -> int:
    """The number of axes of an array."""
    return len(scope.array(value).sizes or ())
