"""What the reader asks of an operation, registered or not."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from xdsl.dialects.builtin import (
    ArrayAttr,
    BytesAttr,
    DenseArrayBase,
    DenseIntOrFPElementsAttr,
    IntegerAttr,
    MemRefType,
    StringAttr,
    SymbolRefAttr,
    TensorType,
    UnrankedMemRefType,
    UnrankedTensorType,
    UnregisteredOp,
)
from xdsl.ir import Attribute, Operation, SSAValue

_UNSEGMENTED = ("linalg.map", "linalg.reduce", "linalg.transpose", "linalg.broadcast")

MAX_NUMBERS = 1000
"""A splat can claim any number of elements."""


def name_of(operation: Operation) -> str:
    """The name, also of an operation that xDSL does not know."""
    return operation.op_name.data if isinstance(operation, UnregisteredOp) else operation.name


def attribute(operation: Operation, name: str) -> Attribute | None:
    """A property or an attribute."""
    # A number that is 0 is false.
    found = operation.properties.get(name)
    return operation.attributes.get(name) if found is None else found


def text(operation: Operation, name: str) -> str | None:
    """A string attribute."""
    return string(attribute(operation, name))


def string(found: Attribute | None) -> str | None:
    """The text of an attribute; xDSL reads one that is not ASCII as bytes."""
    if isinstance(found, BytesAttr):
        return found.data.decode(errors="replace")
    return found.data if isinstance(found, StringAttr) else None


def numbers(found: Attribute | None) -> tuple[int, ...] | None:
    """The integers of an attribute in any of the forms that lists of them have."""
    if isinstance(found, IntegerAttr):
        return (found.value.data,)
    values: Sequence[object] = ()
    if isinstance(found, DenseIntOrFPElementsAttr):
        values = found.get_values() if prod(found.get_shape()) <= MAX_NUMBERS else [None]
    elif isinstance(found, DenseArrayBase):
        values = found.get_values()
    elif isinstance(found, ArrayAttr):
        values = [item.value.data if isinstance(item, IntegerAttr) else item for item in found]
    else:
        return None
    integers = tuple(item for item in values if isinstance(item, int))
    return integers if len(integers) == len(values) else None


def is_shaped(value: SSAValue) -> bool:
    """Whether a value is a memref or a tensor."""
    return isinstance(value.type, MemRefType | TensorType | UnrankedMemRefType | UnrankedTensorType)


def inputs_and_outputs(operation: Operation) -> tuple[Sequence[SSAValue], Sequence[SSAValue]] | None:
    """The operands of a `linalg` operation; None if it does not say which are which."""
    operands = operation.operands
    segments = numbers(attribute(operation, "operandSegmentSizes"))
    if segments is None and name_of(operation) in _UNSEGMENTED:
        first = len(operands) - 1 if name_of(operation) == "linalg.map" else len(operands) // 2
        segments = (first, len(operands) - first)
    if segments is None or len(segments) != 2 or sum(segments) != len(operands) or min(segments) < 0:
        return None
    return operands[: segments[0]], operands[segments[0] :]


def symbol(operation: Operation, name: str) -> str:
    """The last name of a reference to a symbol; empty if it is none."""
    found = attribute(operation, name)
    if not isinstance(found, SymbolRefAttr):
        return ""
    return (found.nested_references.data or (found.root_reference,))[-1].data
