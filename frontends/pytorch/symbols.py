"""Sizes of exported programs that depend on symbols, such as `2*s77`."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from dataclasses import replace
from math import prod

from ...ir import Diagnostic
from ..sizes import Sizes

_MAX_LENGTH = 2000
_LARGEST = 2**63

_BINARY: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Div: operator.floordiv,
    ast.Mod: operator.mod,
}
_CALLS: dict[str, Callable[..., int]] = {
    **{"Max": max, "Min": min, "Mod": operator.mod, "PythonMod": operator.mod, "Pow": pow},
    **{"FloorDiv": operator.floordiv, "CleanDiv": operator.floordiv, "IntTrueDiv": operator.floordiv},
    "CeilDiv": lambda left, right: -(-left // right),
    "Mul": lambda *factors: prod(factors),
    "Add": lambda *terms: sum(terms),
}
_MOST_BITS = 64


class Symbols:
    """The values of symbols; those that are not given are noted in `missing`, in the order in which they are met."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes
        self.missing: dict[str, Diagnostic] = {}

    def value(self, text: str, where: str = "") -> int | None:
        """The value of an expression as Python or sympy's `srepr` writes it, None if it has none; `where` it stands."""
        try:
            tree = ast.parse(text, mode="eval").body if len(text) <= _MAX_LENGTH else None
            return None if tree is None else self._of(tree, where)
        except (SyntaxError, ValueError, ZeroDivisionError, TypeError, RecursionError, MemoryError):
            return None

    def _symbol(self, name: str, where: str) -> int | None:
        found = self.sizes.get(name)
        if found is None and name not in self.missing:
            self.missing[name] = replace(self.sizes.missing(name, None), notes=(where,) if where else ())
        return found

    def _of(self, node: ast.expr, where: str) -> int | None:
        match node:
            case ast.Constant(int() as number) if not isinstance(number, bool):
                return number
            case ast.Call(ast.Name("Integer"), [ast.Constant(int() as number)], []):
                return number
            case ast.Name(name) | ast.Call(ast.Name("Symbol"), [ast.Constant(str(name)), *_], _):
                return self._symbol(name, where)
            case ast.UnaryOp(ast.USub(), operand):
                value = self._of(operand, where)
                return None if value is None else -value
            case ast.BinOp(left, operation, right) if type(operation) in _BINARY:
                return self._applied(_BINARY[type(operation)], [left, right], where)
            case ast.Call(ast.Name(function), operands, []) if function in _CALLS:
                return self._applied(_CALLS[function], operands, where)
        return None

    def _applied(self, function: Callable[..., int], operands: list[ast.expr], where: str) -> int | None:
        values = [value for item in operands if (value := self._of(item, where)) is not None]
        if len(values) < len(operands) or any(abs(value) > _LARGEST for value in values):
            return None
        if function is pow and (len(values) != 2 or not 0 <= values[1] <= _MOST_BITS):
            return None
        return function(*values)
