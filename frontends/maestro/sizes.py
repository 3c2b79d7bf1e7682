"""Evaluates sizes: to an int where everything is known, else to a sympy expression."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ...ir import (
    MAX_EXTENT,
    Size,
    size_of,
)
from ...ir.nearest import LIKENESS, did_you_mean
from .nodes import Expression, Extent, Literal, Operations, Power, Rounded, Symbol

_MAX_NUMBER = 2**60
_MAX_EXPONENT = 16


class SizeError(Exception):
    """A size that has no value; `node` is the part of it that is to blame."""

    def __init__(self, code: str, message: str, node: Expression, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.node, self.hint = code, message, node, hint


@dataclass(frozen=True)
class Scope:
    """What names mean: constants, the extents for `Sz` (None: unknown), and whether other names are free."""

    constants: Mapping[str, int] = field(default_factory=dict)
    extents: Mapping[str, int] | None = None
    free: bool = True


def evaluate(node: Expression, scope: Scope) -> Size:
    """The value of a size; SizeError if it has none."""
    value = _value(node, scope, exact=False)
    if isinstance(value, int):
        return value
    size: Size = int(value) if isinstance(value, Fraction) or value.is_Integer else value
    return size


def guess(name: str, names: Iterable[str], likeness: float = LIKENESS) -> str:
    """The end of a message about an unknown name."""
    near = did_you_mean(name, names, likeness=likeness)
    return f", {near}" if near else ""


def _value(node: Expression, scope: Scope, exact: bool) -> Any:
    if isinstance(node, Literal):
        return _checked(node.value, node)
    if isinstance(node, Symbol):
        return _symbol(node, scope)
    if isinstance(node, Extent):
        return _extent(node, scope)
    if isinstance(node, Operations):
        value = _value(node.first, scope, exact)
        for operator, operand in node.rest:
            value = _checked(_apply(operator, value, _value(operand, scope, exact), operand, exact), node)
        return value
    if isinstance(node, Rounded):
        return _rounded(node, scope)
    return _power(node, scope, exact)


def _checked(value: Any, node: Expression) -> Any:
    known = isinstance(value, (int, Fraction))
    if known and (abs(value) > _MAX_NUMBER or value.denominator > _MAX_NUMBER):
        raise SizeError("W010", f"number out of range: the limit is {MAX_EXTENT} (2**31-1)", node)
    return value


def _symbol(node: Symbol, scope: Scope) -> Any:
    if node.name in scope.constants:
        return scope.constants[node.name]
    if node.name.startswith("?") and not scope.free:
        raise SizeError("W004", "'?' is an open size of a program; here a number must stand", node)
    if node.name == "?":
        raise SizeError("W004", "number open sizes here, such as ?1: equal ones are one size", node)
    if ending := guess(node.name, scope.constants, 0.75 if scope.free else LIKENESS):
        raise SizeError("W002", f"unknown constant '{node.name}'{ending}", node)
    if not scope.free:
        raise SizeError("W002", f"unknown constant '{node.name}'", node, "declare it: Constant NAME 64;")
    import sympy

    symbol: Any = sympy.Symbol
    return symbol(node.name, integer=True, positive=True)


def _extent(node: Extent, scope: Scope) -> Any:
    if scope.extents is None:
        return size_of(node.dimension)
    if node.dimension not in scope.extents:
        ending = guess(node.dimension, scope.extents)
        raise SizeError("W002", f"Sz of unknown dimension '{node.dimension}'{ending}", node)
    return scope.extents[node.dimension]


def _apply(operator: str, left: Any, right: Any, node: Expression, exact: bool) -> Any:
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    if operator == "*":
        return left * right
    if right == 0:
        raise SizeError("W004", "division by zero", node)
    if isinstance(left, (int, Fraction)) and isinstance(right, (int, Fraction)):
        return Fraction(left) / right if exact else left // right
    import sympy

    return sympy.sympify(left) / right if exact else sympy.floor(sympy.sympify(left) / right)


def _rounded(node: Rounded, scope: Scope) -> Any:
    value = _value(node.inner, scope, exact=True)
    if isinstance(value, (int, Fraction)):
        return value.__floor__() if node.function == "floor" else value.__ceil__()
    import sympy

    return getattr(sympy, node.function)(value)


def _power(node: Power, scope: Scope, exact: bool) -> Any:
    if node.exponent > _MAX_EXPONENT:
        raise SizeError("W010", f"exponent out of range: {_MAX_EXPONENT} at most", node)
    value = _value(node.base, scope, exact)
    return _checked(value**node.exponent, node)
