"""The operations of a statement: what an element of a machine executes at every iteration point."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from .loop_nest import CONVERSION, Access, Choice, Compute, Statement, Value

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


def operations_of(statement: Statement | None, tensors: Collection[str] = ()) -> tuple[tuple[str, int], ...]:
    """How often each operation is executed at a point, by name; None is a multiply-accumulate of all inputs.

    A product that is added to a sum is one `mac` with one of its multiplications, whatever its sign, and with what
    shifts its factors: the zero points of a quantised product. Conversions cost nothing, and what only moves an element
    is a `copy`. `tensors` are those of a workload, whose statement has no subscripts; all else in it are scalars.
    """
    if statement is None:
        return ((MAC, 1),)
    found = Counter(_operations(statement.value))
    if statement.reduction:
        found[_NAMES.get(statement.reduction, statement.reduction)] += 1
    if statement.reduction == "+" and _is_product(statement.value):
        found -= Counter(("add", "mul", *(("neg",) if _is_negative(statement.value) else ())))
        found -= Counter(_shifts(statement.value, tensors)[1])
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


def _shifts(value: Value, tensors: Collection[str]) -> tuple[int, list[str]]:
    """How many elements a factor has (what is no product of them counts as two), and what scalars shift them by."""
    if isinstance(value, Access):
        return int(_is_element(value, tensors)), []
    if not isinstance(value, Compute):
        return 2 * isinstance(value, Choice), []
    parts = [_shifts(operand, tensors) for operand in value.operands]
    elements, inside = [count for count, _ in parts], [name for _, names in parts for name in names]
    if value.function in (CONVERSION, "*") or _is_negative(value):
        return sum(elements), inside
    if value.function in ("+", "-") and sorted(elements) == [0, 1]:
        return 1, [*inside, operation_name(value.function)]
    return 2 * any(elements), []


def _is_element(access: Access, tensors: Collection[str]) -> bool:
    return access.array in tensors or not all(axis.is_constant for axis in access.subscripts)


def operation_name(function: str) -> str:
    """The operation of a function of values, such as `add` of `+`."""
    return _NAMES.get(function, function)


def _is_product(value: Value) -> bool:
    if isinstance(value, Compute) and (value.function == CONVERSION or _is_negative(value)):
        return _is_product(value.operands[0])
    return isinstance(value, Compute) and value.function == "*"


def _is_negative(value: Value) -> bool:
    return isinstance(value, Compute) and value.function == "-" and len(value.operands) == 1
