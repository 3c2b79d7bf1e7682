"""Assignments that combine a target's old value with another one: `x = x + e` adds e."""

from __future__ import annotations

from dataclasses import replace

from .affine import Affine
from .loop_nest import NEUTRAL, Choice, Compute, Literal, Statement, Value

REDUCTIONS = ("+", "*", "max", "min")
"""The functions of reductions."""


def as_reduction(statement: Statement) -> Statement:
    """`x = x + e`, `x = e + x`, `x = max(x, e)` and so on as reductions; any other statement as it is."""
    for function in () if statement.reduction else REDUCTIONS:
        rest = without_part(statement.value, statement.target, function)
        if rest is not None:
            return replace(statement, value=rest, reduction=function)
    return statement


def without_part(value: Value, part: Value, function: str) -> Value | None:
    """What is left of a sum, product, maximum or minimum without a part, as the target; None if that is no operand."""
    if not isinstance(value, Compute):
        return None
    if function in ("max", "min"):
        return _without_operand(value, part) if value.function == function else None
    if len(value.operands) != 2 or value.function not in (("+", "-") if function == "+" else (function,)):
        return None
    left, right = value.operands
    if left == part:
        return negated(right) if value.function == "-" else right
    if right == part and value.function == function:
        return left
    rest = without_part(left, part, function)
    return None if rest is None else Compute(value.function, (rest, right))


def _without_operand(value: Compute, part: Value) -> Value | None:
    operands = list(value.operands)
    if part not in operands or len(operands) < 2:
        return None
    operands.remove(part)
    return operands[0] if len(operands) == 1 else Compute(value.function, tuple(operands))


def negated(value: Value) -> Value:
    """The value with the other sign; a number takes the sign, unless it has one already."""
    is_plain = isinstance(value, Literal) and not str(value.value).startswith("-")
    return Literal(-value.value) if isinstance(value, Literal) and is_plain else Compute("-", (value,))


def guarded(statement: Statement, conditions: tuple[Affine, ...], holds: bool = True) -> Statement:
    """The statement where no condition is negative (`holds`), or where one is; elsewhere it changes nothing."""
    neutral = NEUTRAL[statement.reduction] if statement.reduction else statement.target
    sides = (statement.value, neutral) if holds else (neutral, statement.value)
    return replace(statement, value=Choice(conditions, *sides))


def called(function: str, operands: tuple[Value, ...]) -> Compute:
    """A function of values; `fma(a, b, c)` is the sum of a product and c."""
    if function == "fma" and len(operands) == 3:
        return Compute("+", (Compute("*", operands[:2]), operands[2]))
    return Compute(function, operands)
