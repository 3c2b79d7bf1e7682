"""The operations of a statement: what an element of a machine executes at every iteration point."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from .loop_nest import CONVERSION, Choice, Compute, Statement, Value

MAC = "mac"
"""A product that is added to a sum."""
COPY = "copy"
"""An element that is moved as it is."""

_NAMES = {"+": "add", "-": "sub", "*": "mul", "/": "div", "where": "select"}

_ONE = (
    *("abs", "fabs", "sign", "floor", "ceil", "round", "rint", "trunc", "logical_not"),
    *("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "rsqrt", "cbrt", "erf", "erfc", "sigmoid"),
    *("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "lgamma"),
)
_TWO = (
    *("pow", "fmod", "hypot", "atan2", "copysign", "divsi", "remsi"),
    *("less", "less_equal", "greater", "greater_equal", "equal", "not_equal", "logical_and", "logical_or"),
    *("bitwise_and", "bitwise_or", "bitwise_xor", "left_shift", "right_shift"),
)

FUNCTIONS: dict[str, tuple[int, ...]] = {
    **{"+": (2,), "-": (1, 2), "*": (2,), "/": (2,), "where": (3,), CONVERSION: (1,)},
    **dict.fromkeys(("max", "min"), tuple(range(2, 9))),
    **dict.fromkeys(_ONE, (1,)),
    **dict.fromkeys(_TWO, (2,)),
}
"""The functions of statements, with how many operands each takes."""

OPERATIONS: tuple[str, ...] = (
    *(MAC, COPY, "neg"),
    *(_NAMES.get(name, name) for name in FUNCTIONS if name != CONVERSION),
)
"""The operations that machines and energy tables may name."""


def operations_of(statement: Statement | None) -> tuple[tuple[str, int], ...]:
    """How often each operation is executed at a point, by name; None is a multiply-accumulate of all inputs.

    A product that is added to a sum is one `mac` with one of its multiplications, whatever its sign, and with what
    shifts its factors: the zero points of a quantised product. Conversions cost nothing, and what only moves an element
    is a `copy`. What has no subscripts is a scalar (`Workload.point_statement`).
    """
    if statement is None:
        return ((MAC, 1),)
    found = Counter(_operations(statement.value))
    if statement.reduction:
        found[_NAMES.get(statement.reduction, statement.reduction)] += 1
    if statement.reduction == "+" and _is_product(statement.value):
        found -= Counter(("add", "mul", *(("neg",) if _is_negative(statement.value) else ())))
        found -= Counter(operation_name(shift.function) for shift in statement.shifts)
        found[MAC] += 1
    return tuple(sorted(found.items())) or ((COPY, 1),)


def _operations(value: Value) -> Iterator[str]:
    if isinstance(value, Choice):
        yield from (*_operations(value.value), *_operations(value.otherwise))
    elif isinstance(value, Compute):
        for operand in value.operands:
            yield from _operations(operand)
        if value.function != CONVERSION:
            yield "neg" if value.function == "-" and len(value.operands) == 1 else operation_name(value.function)


def operation_name(function: str) -> str:
    """The operation of a function of values, such as `add` of `+`."""
    return _NAMES.get(function, function)


def _is_product(value: Value) -> bool:
    if isinstance(value, Compute) and (value.function == CONVERSION or _is_negative(value)):
        return _is_product(value.operands[0])
    return isinstance(value, Compute) and value.function == "*"


def _is_negative(value: Value) -> bool:
    if isinstance(value, Compute) and value.function == CONVERSION:
        return _is_negative(value.operands[0])
    return isinstance(value, Compute) and value.function == "-" and len(value.operands) == 1
