"""Arrays and what is done with their elements: memrefs and tensors, loads and stores."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xdsl.dialects.builtin import (
    DYNAMIC_INDEX,
    AffineMapAttr,
    MemRefType,
    NoneAttr,
    TensorType,
    UnrankedMemRefType,
    UnrankedTensorType,
)
from xdsl.ir import Operation, SSAValue

from ...ir import Access, Affine, Diagnostic, Statement, Unreadable, Value, as_reduction
from .affine import Bound, Index, NotAffineError, Reason, apply_map, single
from .calls import called
from .names import identifier
from .operations import attribute, name_of, symbol, text
from .scope import ArrayInfo, Nodes, Refusal, RefusedError, Scalar, Scope
from .values import data

ALLOCATIONS = ("memref.alloc", "memref.alloca", "tensor.empty")
_BARRIERS = (
    "util.optimization_barrier",
    "hal.tensor.barrier",
    "hal.tensor.alias",
    "hal.tensor.transfer",
    "flow.tensor.transfer",
)
ALIASES = ("memref.cast", "memref.memory_space_cast", "memref.assume_alignment", "tensor.cast", *_BARRIERS)
LOADS = ("affine.load", "memref.load", "tensor.extract")
STORES = ("affine.store", "memref.store")
DIMS = ("memref.dim", "tensor.dim")
_READERS = frozenset((*LOADS, *DIMS, *ALLOCATIONS, "memref.dealloc", "memref.rank", "func.return"))


def add_array(scope: Scope, value: SSAValue, name: str, sizes: Iterable[int | Diagnostic], local: bool) -> None:
    """A memref or tensor is an array of its own; `sizes` are those of its dynamic axes."""
    dynamic, element, axes = iter(sizes), "f64", None
    unknown = Diagnostic("W005", f"a size of '{name}' is not known")
    if isinstance(value.type, MemRefType | TensorType):
        axes = tuple(next(dynamic, unknown) if size == DYNAMIC_INDEX else size for size in value.type.get_shape())
    if isinstance(value.type, MemRefType | TensorType | UnrankedMemRefType | UnrankedTensorType):
        element = str(value.type.element_type)
    if isinstance(value.type, MemRefType) and not isinstance(value.type.layout, NoneAttr):
        scope.strided.add(name)
    scope.add_array(value, ArrayInfo(name, axes, element, local))


def allocate(scope: Scope, operation: Operation) -> None:
    """A new array that only the function sees."""
    value = operation.results[0]
    wanted = scope.label(value, name_of(operation).partition(".")[2])
    name = scope.names.fresh(wanted, text(operation, "weft.name"))
    add_array(scope, value, name, [_size(scope, item, operation) for item in operation.operands], local=True)
    if name_of(operation) == "tensor.empty":
        scope.empty.add(name)


def _size(scope: Scope, value: SSAValue, operation: Operation) -> int | Diagnostic:
    index = scope.index(value)
    if isinstance(index, Bound) and index.number is not None and index.number >= 0:
        return index.number
    if isinstance(index, Reason) and index.diagnostic is not None:
        return index.diagnostic
    return Diagnostic("W005", "the size of an array is no number", span=scope.places.span(operation))


def get_global(scope: Scope, operation: Operation) -> None:
    """An array of the module."""
    key = symbol(operation, "name")
    value = operation.results[0]
    if key in scope.globals:
        scope.add_array(value, scope.globals[key])
    else:
        add_array(scope, value, scope.names.fresh(identifier(key)), (), local=False)
        scope.globals[key] = scope.array_of[value]


def constant_array(scope: Scope, operation: Operation) -> None:
    """A tensor that is written into the program."""
    value = operation.results[0]
    add_array(scope, value, scope.names.fresh(scope.label(value, "constant")), (), local=False)


def alias(scope: Scope, operation: Operation) -> None:
    """Another name of an array."""
    found = scope.array_of.get(operation.operands[0])
    if found is not None:
        scope.add_array(operation.results[0], found)


def dim(scope: Scope, operation: Operation) -> None:
    """The size of an axis of an array."""
    scope.scalars[operation.results[0]] = _dim(scope, *operation.operands[:2])


def _dim(scope: Scope, array: SSAValue, axis: SSAValue) -> Scalar:
    try:
        sizes = scope.array(array).sizes or ()
    except RefusedError as error:
        return Scalar(Refusal(error.diagnostics), Reason("is not read", error.diagnostics[0]))
    index = scope.index(axis)
    number = None if isinstance(index, Reason) else index.number
    if number is None or not 0 <= number < len(sizes):
        return Scalar(None, Reason("is the size of an axis that is not known"))
    return size_scalar(sizes[number])


def size_scalar(size: int | Diagnostic) -> Scalar:
    """A size as a value."""
    return Scalar(None, Reason("is not bound", size)) if isinstance(size, Diagnostic) else Scalar.number(size)


def load(scope: Scope, operation: Operation) -> None:
    """An element of an array."""
    array, *indices = operation.operands
    try:
        scalar = scope.load(access(scope, array, subscripts(scope, operation, indices), operation))
    except RefusedError as error:
        scalar = Scalar(Refusal(error.diagnostics), Reason("is not read", error.diagnostics[0]))
    scope.scalars[operation.results[0]] = scalar


def store(scope: Scope, operation: Operation) -> Nodes:
    """The statement of a store."""
    value, array, *indices = operation.operands
    problems: list[Diagnostic] = []
    target = found = None
    try:
        target = access(scope, array, subscripts(scope, operation, indices), operation)
    except RefusedError as error:
        problems += error.diagnostics
    try:
        found = current(scope, scope.scalar(value), operation)
    except RefusedError as error:
        problems += error.diagnostics
    touch(scope, (array,))
    if target is None or found is None:
        return (Unreadable(tuple(dict.fromkeys(problems))),)
    return (as_reduction(Statement(scope.resolved(target), found, span=target.span)),)


def subscripts(scope: Scope, operation: Operation, operands: Sequence[SSAValue]) -> Sequence[Index]:
    """The subscripts of a load or a store."""
    indices = [scope.index(operand) for operand in operands]
    found = attribute(operation, "map")
    return apply_map(found.data, indices) if isinstance(found, AffineMapAttr) else indices


def access(scope: Scope, array: SSAValue, indices: Sequence[Index], operation: Operation) -> Access:
    """An element of an array; RefusedError with all subscripts that are not affine."""
    info = scope.array(array)
    problems: list[Diagnostic] = []
    found: list[Affine] = []
    for index in indices:
        try:
            found.append(single(index))
        except NotAffineError as error:
            message = f"subscript of '{info.name}' {error.reason.why}"
            hint = "a subscript is a sum of iterators times numbers"
            span = scope.places.span(operation)
            problems.append(error.reason.diagnostic or Diagnostic("W401", message, span=span, hint=hint))
    if problems:
        raise RefusedError(*problems)
    if info.sizes is not None and len(found) != len(info.sizes):
        message = f"{len(found)} subscripts for the {len(info.sizes)} axes of '{info.name}'"
        raise scope.refuse("W001", message, operation)
    return Access(info.name, tuple(found), scope.places.span(operation))


def current(scope: Scope, scalar: Scalar, operation: Operation) -> Value:
    """A value that an operation stores; what it was loaded from must not have been written since."""
    value = data(scope, scalar, operation)
    for name in scope.stale(scalar.loads):
        message = f"'{name}' is written between the load of an element and its use"
        raise scope.refuse("W411", message, operation, "load the element again where it is used")
    return value


def touch(scope: Scope, values: Iterable[SSAValue]) -> None:
    """Arrays are written."""
    for value in values:
        if value in scope.array_of:
            scope.touch(scope.array_of[value].name)


def touch_all(scope: Scope, operation: Operation) -> None:
    """Everything that an operation or what is inside of it may write is written."""
    for inner in operation.walk():
        if name_of(inner) not in _READERS:
            touch(scope, inner.operands)
        if name_of(inner) == "func.call" and called(inner) is not None:
            # The function may write arrays of the module too.
            for info in scope.globals.values():
                scope.touch(info.name)
