"""Which statements are raised: sums, maxima and minima, products, and other operations on elements of arrays."""

from __future__ import annotations

from collections.abc import Container

from ...ir import (
    CONVERSION,
    COPY,
    FUNCTIONS,
    Choice,
    Compute,
    Literal,
    Statement,
    StatementKind,
    Unreadable,
    Value,
    factors,
    operations_of,
)


def conforms(statement: Statement) -> bool:
    """Whether a statement accumulates, or is a product."""
    if statement.kind in (StatementKind.MULTIPLY_ACCUMULATE, StatementKind.MAX, StatementKind.MIN):
        return True
    return not statement.reduction and len(statement.factors or ()) > 1 and not statement.choices


def operates(statement: Statement) -> bool:
    """Whether a statement takes elements of arrays to others by operations that are known; a fill does not."""
    return bool(statement.operands or statement.reduction) and not statement.choices and _is_known(statement.value)


def moves(node: Statement | Unreadable, local: Container[str]) -> bool:
    """Whether a statement copies into or out of a `local` array: it only brings near, or away, what others count."""
    if isinstance(node, Unreadable) or operations_of(node) != ((COPY, 1),):
        return False
    return any(item.array in local for item in (node.target, *node.reads))


def _is_known(value: Value) -> bool:
    if isinstance(value, Choice):
        return False
    if not isinstance(value, Compute):
        return True
    return len(value.operands) in FUNCTIONS.get(value.function, ()) and all(map(_is_known, value.operands))


def works(value: Value) -> bool:
    """Whether a value is computed by operations: no element as it is, of another type or not."""
    while isinstance(value, Compute) and value.function == CONVERSION:
        (value,) = value.operands
    return isinstance(value, Compute)


def is_factor(value: Value) -> bool:
    """Whether a value is a product of elements that scalars shift or not: a sum of products takes it as a factor."""
    return factors(Compute("*", (value, Literal(1)))) is not None


def summands(statement: Statement) -> list[Value]:
    """The products whose sum is accumulated; the whole value if it is no such sum."""
    parts = _sum(statement.value) if statement.reduction == "+" else []
    products = all(any(item.subscripts for item in factors(part) or ()) for part in parts)
    return parts if parts and products else [statement.value]


def _sum(value: Value) -> list[Value]:
    if not (isinstance(value, Compute) and value.function in ("+", "-") and len(value.operands) == 2):
        return [value]
    first, second = (_sum(operand) for operand in value.operands)
    return first + ([Compute("-", (item,)) for item in second] if value.function == "-" else second)
