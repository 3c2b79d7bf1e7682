"""Which statements are raised: sums, maxima and minima, and products."""

from __future__ import annotations

from ...ir import Compute, Statement, StatementKind, Value, factors


def conforms(statement: Statement) -> bool:
    """Whether a statement accumulates, or is a product."""
    if statement.kind in (StatementKind.MULTIPLY_ACCUMULATE, StatementKind.MAX, StatementKind.MIN):
        return True
    return not statement.reduction and len(statement.operands) > 1 and not statement.choices


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
