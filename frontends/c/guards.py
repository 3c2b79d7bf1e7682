"""Conditions on iterators: those under which a statement or a value is one, as expressions that are not negative."""

from __future__ import annotations

from typing import Any

from ..guards import Guard
from .arithmetic import interval
from .context import Context, Integer
from .declared import declared
from .expressions import COMPARISONS, Expressions, Purpose
from .extremes import Extreme
from .syntax import MAX_DEPTH, c_ast, depth

_PURPOSE = Purpose("W403", "condition")
_WIDE = ("ui32", "ui64")


class Guards:
    """Reads conditions; None for one that depends on data, or that no list of affine conditions says."""

    def __init__(self, context: Context, expressions: Expressions) -> None:
        self.context = context
        self.expressions = expressions

    def read(self, node: Any) -> Guard | None:
        """The guard that a condition is."""
        return None if depth(node) > MAX_DEPTH else self._read(node)

    def _read(self, node: Any) -> Guard | None:
        if isinstance(node, c_ast.UnaryOp) and node.op == "!":
            inner = self._read(node.expr)
            return inner and inner.negated()
        if not isinstance(node, c_ast.BinaryOp):
            return None
        if node.op in ("&&", "||"):
            left, right = self._read(node.left), self._read(node.right)
            return Guard.both(left, right) if node.op == "&&" else Guard.either(left, right)
        return self._comparison(node)

    def _comparison(self, node: Any) -> Guard | None:
        sides = [self.expressions.quietly(item, _PURPOSE) for item in (node.left, node.right)]
        if any(findings for _, findings in sides):
            return None
        left, right = (value for value, _ in sides)
        if node.op in ("==", "!="):
            difference = _difference(left, right)
            if difference is None or difference.lone is None:
                return None
            equal = Guard((difference.lone, difference.lone * -1))
            return equal if node.op == "==" else equal.negated()
        if node.op not in COMPARISONS:
            return None
        less, more = (left, right) if node.op in ("<", "<=") else (right, left)
        distance = _difference(more, less)
        if distance is None:
            return None
        if "=" not in node.op:
            distance = Extreme(tuple(part - 1 for part in distance.parts), distance.function)
        if not any(self._is_unsigned(item) for item in (node.left, node.right)):
            return _not_negative(distance)
        return self._without_sign(less, more, distance)

    def _without_sign(self, less: Extreme, more: Extreme, distance: Extreme) -> Guard | None:
        """A comparison without signs, for which a negative number is larger than all others."""
        if less.lone is None or more.lone is None or distance.lone is None:
            return None
        low, high = (interval(item.parts[0], self.context.ranges)[0] for item in (less, more))
        if low >= 0 and high >= 0:
            return Guard(distance.parts)
        if high >= 0:
            return Guard((less.lone, distance.lone))
        return Guard((more.lone, distance.lone * -1 - 1), holds=False) if low >= 0 else None

    def _is_unsigned(self, node: Any) -> bool:
        """Whether C computes an expression without a sign."""
        match type(node):
            case c_ast.Cast:
                return declared(node.to_type.type, self.context.typedefs).element in _WIDE
            case c_ast.ID:
                symbol = self.context.scope.find(node.name)
                return isinstance(symbol, Integer) and symbol.element in _WIDE
            case c_ast.Constant:
                return "u" in node.value.lower() and not node.value.startswith("'")
            case c_ast.BinaryOp | c_ast.UnaryOp | c_ast.TernaryOp:
                return any(self._is_unsigned(item) for item in node)
        return False


def _difference(left: Extreme, right: Extreme) -> Extreme | None:
    return left.plus(right.times(-1))


def _not_negative(distance: Extreme) -> Guard:
    """That an expression, or the least or greatest of several, is not negative."""
    if distance.function == "max":
        return Guard(tuple(part * -1 - 1 for part in distance.parts), holds=False)
    return Guard(distance.parts)
