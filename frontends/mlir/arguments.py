"""The arguments and attributes of a function: arrays, scalars, sizes that the user gives, placements."""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import (
    DYNAMIC_INDEX,
    AnyFloat,
    ArrayAttr,
    ComplexType,
    IndexType,
    IntegerType,
    MemRefType,
    TensorType,
)
from xdsl.dialects.func import FuncOp
from xdsl.ir import BlockArgument, SSAValue

from ...ir import Access, Diagnostic, Placement
from .memory import add_array, size_scalar
from .names import identifier
from .operations import attribute, is_shaped, name_of, string
from .scope import ArrayInfo, Scope

_SIZE_USERS = ("arith.index_cast", "arith.index_castui", "scf.for")


def add_arguments(scope: Scope, function: FuncOp) -> None:
    """Note what the arguments of a function are."""
    for number, argument in enumerate(function.args):
        wanted = scope.places.name(argument) or f"arg{number}"
        if is_shaped(argument):
            name = scope.names.fresh(identifier(wanted, "arg"), _exact(function, number))
            add_array(scope, argument, name, _sizes(scope, argument, name, function), local=False)
        elif _is_size(argument):
            scope.scalars[argument] = size_scalar(_size(scope, wanted, argument, function))
        elif isinstance(argument.type, AnyFloat | IntegerType | ComplexType):
            name = scope.names.fresh(identifier(wanted, "arg"), _exact(function, number))
            scope.arrays[name] = ArrayInfo(name, (), str(argument.type), local=False)
            scope.scalars[argument] = scope.load(Access(name, (), scope.places.argument(argument, function)))


def _exact(function: FuncOp, number: int) -> str | None:
    """The name that an attribute of an argument asks for."""
    dictionaries = function.arg_attrs.data if function.arg_attrs else ()
    return string(dictionaries[number].data.get("weft.name")) if number < len(dictionaries) else None


def _is_size(argument: SSAValue) -> bool:
    """An index, or an integer that is used as one."""
    if isinstance(argument.type, IntegerType):
        return any(name_of(use.operation) in _SIZE_USERS for use in argument.uses)
    return isinstance(argument.type, IndexType)


def _sizes(scope: Scope, argument: BlockArgument, name: str, function: FuncOp) -> Sequence[int | Diagnostic]:
    """The dynamic sizes of an array, which the user calls `A.0`, `A.1`, …"""
    shape = argument.type.get_shape() if isinstance(argument.type, MemRefType | TensorType) else ()
    axes = [axis for axis, size in enumerate(shape) if size == DYNAMIC_INDEX]
    return [_size(scope, f"{name}.{axis}", argument, function) for axis in axes]


def _size(scope: Scope, name: str, argument: BlockArgument, function: FuncOp) -> int | Diagnostic:
    found = scope.sizes.get(name)
    return scope.sizes.missing(name, scope.places.argument(argument, function)) if found is None else found


def placements(function: FuncOp) -> tuple[Placement, ...]:
    """What `weft.hold = [["L1", "A", "B"]]` says of the memories; anything else says nothing."""
    found = attribute(function, "weft.hold")
    rows = found.data if isinstance(found, ArrayAttr) else ()
    lists = [[word for item in row if (word := string(item))] for row in rows if isinstance(row, ArrayAttr)]
    return tuple(Placement(names[0], tuple(names[1:])) for names in lists if names)
