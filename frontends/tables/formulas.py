"""Columns that are computed of others: sums, differences and products of decimal numbers, which are exact."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from decimal import Context, Decimal, DecimalException, Inexact
from operator import add, mul, neg, pos, sub
from typing import Any

from ...ir import Diagnostic, WeftError
from ...ir.nearest import did_you_mean

Row = Mapping[str, Decimal | str]
Formula = Callable[[Row], Decimal]

_EXACT = Context(prec=400, traps=[Inexact])
_BINARY: dict[type[ast.AST], Callable[[Any, Any], Any]] = {ast.Add: add, ast.Sub: sub, ast.Mult: mul}
_UNARY: dict[type[ast.AST], Callable[[Any], Any]] = {ast.USub: neg, ast.UAdd: pos}
_DEEPEST = 100


def formula(name: str, text: str, columns: tuple[str, ...]) -> Formula:
    """The formula of a column over others. WeftError (W732) for anything but names, numbers, `+`, `-`, `*` and `()`."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
        return _Compiler(name, text, columns).compiled(tree, 0)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise _wrong(name, f"'{text}' is no formula") from error


def _wrong(name: str, message: str, hint: str = "") -> WeftError:
    return WeftError(Diagnostic("W732", f"column '{name}': {message}", hint=hint))


class _Compiler:
    def __init__(self, name: str, text: str, columns: tuple[str, ...]) -> None:
        self.name, self.text, self.columns = name, text, columns

    def compiled(self, tree: ast.AST, depth: int) -> Formula:
        """A function of a row."""
        if depth > _DEEPEST:
            raise _wrong(self.name, f"parts stand more than {_DEEPEST} deep in each other")
        match tree:
            case ast.Constant(value=int() | float()) if not isinstance(tree.value, bool):
                number = Decimal(ast.get_source_segment(self.text.strip(), tree) or "")
                return lambda row: number
            case ast.Name(id=column):
                return self._column(column)
            case ast.UnaryOp(op=operator, operand=operand) if type(operator) in _UNARY:
                one, inner = _UNARY[type(operator)], self.compiled(operand, depth + 1)
                return lambda row: _exactly(self.name, one, inner(row))
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _BINARY:
                two = _BINARY[type(operator)]
                first, second = self.compiled(left, depth + 1), self.compiled(right, depth + 1)
                return lambda row: _exactly(self.name, two, first(row), second(row))
        raise _wrong(self.name, f"'{ast.unparse(tree)}' is no name, number, sum, difference or product")

    def _column(self, column: str) -> Formula:
        if column not in self.columns:
            raise _wrong(self.name, f"no column '{column}'", did_you_mean(column, self.columns, "columns"))

        def value(row: Row) -> Decimal:
            found = row[column]
            if isinstance(found, Decimal):
                return found
            raise _wrong(self.name, f"'{found}' in column '{column}' is no number")

        return value


def _exactly(name: str, operation: Callable[..., Decimal], *values: Decimal) -> Decimal:
    from decimal import localcontext

    try:
        with localcontext(_EXACT):
            return operation(*values)
    except DecimalException as error:
        raise _wrong(name, "its numbers have too many digits") from error
