"""Scalar operations of `arith` and `math`, and calls, as the values of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from xdsl.dialects.builtin import FloatAttr, IndexType, IntegerAttr, IntegerType
from xdsl.ir import Operation, SSAValue

from ...ir import CONVERSION, Compute, Literal, Value, called
from .affine import Bound, Index, Reason
from .guards import guard_of
from .index import INDEX_OPS, extreme_of, index_of, no_index
from .names import identifier
from .operations import attribute, is_shaped, name_of, numbers, symbol
from .scope import Refusal, RefusedError, Scalar, Scope

MAX_SIZE = 2000
MAX_DEPTH = 100
"""Of an expression; a longer one cannot be printed."""

FUNCTIONS = {
    "arith.addf": "+",
    "arith.addi": "+",
    "arith.subf": "-",
    "arith.subi": "-",
    "arith.mulf": "*",
    "arith.muli": "*",
    "arith.divf": "/",
    "arith.remf": "fmod",
    "arith.negf": "-",
    "arith.maximumf": "max",
    "arith.maxnumf": "max",
    "arith.maxsi": "max",
    "arith.maxui": "max",
    "arith.minimumf": "min",
    "arith.minnumf": "min",
    "arith.minsi": "min",
    "arith.minui": "min",
    "math.absf": "abs",
    "math.absi": "abs",
    "math.powf": "pow",
    "math.ipowi": "pow",
    "math.fpowi": "pow",
}
"""The functions of operations; any other operation of these dialects is a call by its own name, such as `divsi`."""

_CASTS = frozenset(
    f"arith.{name}"
    for name in (
        *("index_cast", "index_castui", "extf", "truncf", "extsi", "extui", "trunci"),
        *("sitofp", "uitofp", "fptosi", "fptoui"),
    )
)
_UNSIGNED = frozenset(f"arith.{name}" for name in ("extui", "uitofp", "fptoui"))
"""Signed ones vanish: emitted operations convert operands and what they store as the element types say."""
_GREATER = {"arith.cmpi": {4, 5, 8, 9}, "arith.cmpf": {2, 3, 9, 10}}
_LESS = {"arith.cmpi": {2, 3, 6, 7}, "arith.cmpf": {4, 5, 11, 12}}
"""The numbers of the predicates; whether ordered, unordered or without signs makes no difference here."""
_CHOICE = "only the choice of the greater or the lesser of two values is read"


def is_scalar_operation(operation: Operation) -> bool:
    """Whether an operation only computes one scalar from scalars."""
    name = name_of(operation)
    ours = name.startswith(("arith.", "math.")) or name in INDEX_OPS or name == "func.call"
    flat = not any(is_shaped(value) for value in (*operation.operands, *operation.results))
    return ours and flat and len(operation.results) == 1 and not operation.regions


def define_scalar(scope: Scope, operation: Operation) -> None:
    """Note the value of a scalar operation."""
    try:
        scalar = _scalar(scope, operation)
    except RefusedError as error:
        scalar = Scalar(Refusal(error.diagnostics), Reason("is not read", error.diagnostics[0]))
    scope.scalars[operation.results[0]] = scalar


def data(scope: Scope, scalar: Scalar, operation: Operation) -> Value:
    """A scalar as a value that an operation uses; RefusedError if it is none."""
    if isinstance(scalar.value, Refusal):
        raise RefusedError(*scalar.value.diagnostics)
    if scalar.value is not None:
        return scalar.value
    if isinstance(scalar.index, Bound):
        raise scope.refuse("W411", f"the value '{scalar.index}' of iterators is used as data", operation)
    if scalar.index.diagnostic is not None:
        raise RefusedError(scalar.index.diagnostic)
    raise scope.refuse("W411", f"a value that '{name_of(operation)}' uses {scalar.index.why}", operation)


def _scalar(scope: Scope, operation: Operation) -> Scalar:
    name = name_of(operation)
    if name == "arith.constant":
        return _constant(operation)
    if name == "arith.select":
        return _select(scope, operation)
    operands = [scope.scalar(operand) for operand in operation.operands]
    if name in _GREATER:
        raise scope.refuse("W403", f"conditional: '{name}'", operation, _CHOICE)
    if name in _CASTS:
        return _cast(scope, operation, operands[0])
    index = index_of(operation, [item.index for item in operands], scope.ranges) if name in INDEX_OPS else None
    return _computed(scope, operation, _function(operation), operands, index or no_index(operation))


def _function(operation: Operation) -> str:
    name = name_of(operation)
    if name == "func.call":
        return identifier(symbol(operation, "callee"))
    return FUNCTIONS.get(name, name.partition(".")[2])


def _constant(operation: Operation) -> Scalar:
    found = attribute(operation, "value")
    if isinstance(found, IntegerAttr):
        return Scalar(Literal(found.value.data), Bound.of(found.value.data))
    if isinstance(found, FloatAttr):
        return Scalar(Literal(found.value.data), no_index(operation))
    return Scalar(None, no_index(operation))


def _cast(scope: Scope, operation: Operation, operand: Scalar) -> Scalar:
    whole = _is_integer(operation.results[0]) and _is_integer(operation.operands[0])
    if whole and (name_of(operation) not in _UNSIGNED or operand.value is None):
        return operand
    value = data(scope, operand, operation)
    if name_of(operation) in _UNSIGNED and not isinstance(value, Literal):
        value = Compute(CONVERSION, (value,))
    return replace(operand, value=value, index=no_index(operation))


def _select(scope: Scope, operation: Operation) -> Scalar:
    """A choice by iterators; `a > b ? a : b` and its like are the greater or the lesser of two; others are refused."""
    condition, *chosen = operation.operands
    guard = guard_of(scope, condition) if not _is_index(operation) else None
    if guard is not None:
        sides = [scope.scalar(item) for item in chosen]
        value = guard.choice(*(data(scope, side, operation) for side in sides))
        loads = frozenset(load for side in sides for load in side.loads)
        return Scalar(value, no_index(operation), loads, 1 + sum(side.size for side in sides), 1 + sides[0].depth)
    test = condition.owner
    if isinstance(test, Operation) and name_of(test) in _GREATER and set(chosen) == set(test.operands):
        (predicate,) = numbers(attribute(test, "predicate")) or (None,)
        swapped = list(test.operands) != chosen
        for names, function in ((_GREATER, "max"), (_LESS, "min")):
            if predicate in names[name_of(test)]:
                return _extreme(scope, operation, {"max": "min", "min": "max"}[function] if swapped else function)
    raise scope.refuse("W403", "conditional: 'arith.select'", operation, _CHOICE)


def _extreme(scope: Scope, operation: Operation, function: str) -> Scalar:
    operands = [scope.scalar(operand) for operand in operation.operands[1:]]
    index = extreme_of(function, [item.index for item in operands])
    return _computed(scope, operation, function, operands, index)


def _computed(scope: Scope, operation: Operation, function: str, operands: Sequence[Scalar], index: Index) -> Scalar:
    of_iterators = any(item.value is None for item in operands)
    if isinstance(index, Bound) and index.number is not None and (of_iterators or not operands or _is_index(operation)):
        return Scalar(Literal(index.number), index)
    if of_iterators and _is_integer(operation.results[0]):
        return Scalar(None, index)
    values = tuple(data(scope, item, operation) for item in operands)
    size, depth = 1 + sum(item.size for item in operands), 1 + max((item.depth for item in operands), default=0)
    if size > MAX_SIZE or depth > MAX_DEPTH:
        raise scope.refuse("W411", "an expression is too long", operation)
    loads = frozenset(load for item in operands for load in item.loads)
    if name_of(operation) == "arith.subi" and values[0] == Literal(0):
        values = values[1:]  # integers have no negation of their own
    return Scalar(called(function, values), index, loads, size, depth)


def _is_index(operation: Operation) -> bool:
    return isinstance(operation.results[0].type, IndexType)


def _is_integer(value: SSAValue) -> bool:
    return isinstance(value.type, IndexType | IntegerType)
