"""The arithmetic that Timeloop's front end allows in values."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Value: TypeAlias = int | float | bool | str | None

_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "ceil": math.ceil,
    "floor": math.floor,
    "round": round,
    "min": min,
    "max": max,
    "abs": abs,
    "log2": math.log2,
    "sqrt": math.sqrt,
    "int": int,
}
_WORDS: dict[str, Value] = {"true": True, "false": False, "null": None, "~": None, "": None}
_MAX_POWER = 64
_MAX_LENGTH = 500


class ExpressionError(Exception):
    """Why an expression has no value."""


def evaluate(text: str, names: Mapping[str, Value]) -> Value:
    """The value of an expression over `names`; a text that is no expression stands for itself."""
    if text.strip().lower() in _WORDS:
        return _WORDS[text.strip().lower()]
    if len(text) > _MAX_LENGTH:
        raise ExpressionError("the expression is too long")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return text
    if isinstance(tree, ast.Name) and tree.id not in names:
        return text
    try:
        found: Value = _value(tree, names)
    except (ArithmeticError, TypeError, ValueError, RecursionError) as error:
        raise ExpressionError(str(error)) from None
    return found


def _value(node: ast.expr, names: Mapping[str, Value]) -> Any:
    match node:
        case ast.Constant(int() | float() | str() as value):
            return value
        case ast.Name(name) if name in names:
            return names[name]
        case ast.Name(name):
            raise ExpressionError(f"'{name}' has no value here")
        case ast.BinOp(left, ast.Pow(), right):
            return _power(_value(left, names), _value(right, names))
        case ast.BinOp(left, kind, right) if type(kind) in _OPERATORS:
            return _OPERATORS[type(kind)](_value(left, names), _value(right, names))
        case ast.UnaryOp(kind, operand) if type(kind) in _OPERATORS:
            return _OPERATORS[type(kind)](_value(operand, names))
        case ast.Call(ast.Name("pow"), [base, exponent], []):
            return _power(_value(base, names), _value(exponent, names))
        case ast.Call(ast.Name(name), arguments, []) if name in _FUNCTIONS:
            return _FUNCTIONS[name](*(_value(argument, names) for argument in arguments))
    raise ExpressionError(f"'{ast.unparse(node)}' is not supported in an expression")


def _power(base: Any, exponent: Any) -> Any:
    if abs(exponent) > _MAX_POWER:
        raise ExpressionError(f"the exponent {exponent} is too large")
    return base**exponent
