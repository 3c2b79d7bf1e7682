"""Conditions on iterators: those under which a statement or a value is one, as expressions that are not negative."""

from __future__ import annotations

from typing import Any

from ...ir import Affine
from ..guards import Guard
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
        if not isinstance(node, c_ast.BinaryOp) or node.op not in ("&&", "||", "==", "!=", *COMPARISONS):
            return self._truth(node)
        if node.op in ("&&", "||"):
            left, right = self._read(node.left), self._read(node.right)
            return Guard.both(left, right) if node.op == "&&" else Guard.either(left, right)
        return self._of_test(node) or self._comparison(node)

    def _of_test(self, node: Any) -> Guard | None:
        """A test that is compared with 0 or 1, as `(a < b) != 0`."""
        for test, other in ((node.left, node.right), (node.right, node.left)):
            number = self.expressions.constant(other) if node.op in ("==", "!=") and _is_test(test) else None
            if number in (0, 1):
                found = self._read(test)
                return found if (node.op == "!=") == (number == 0) else found and found.negated()
        return None

    def _truth(self, node: Any) -> Guard | None:
        """An integer that is tested alone: whether it is not 0."""
        value, findings = self.expressions.quietly(node, _PURPOSE)
        return None if findings or value.lone is None else Guard.compared(value.lone, "!=", Affine.of(0))

    def _comparison(self, node: Any) -> Guard | None:
        sides = [self.expressions.quietly(item, _PURPOSE) for item in (node.left, node.right)]
        if any(findings for _, findings in sides):
            return None
        left, right = (value for value, _ in sides)
        unsigned = node.op in COMPARISONS and any(self._is_unsigned(item) for item in (node.left, node.right))
        if unsigned or node.op in ("==", "!="):
            if left.lone is None or right.lone is None:
                return None
            return Guard.without_signs(left.lone, node.op, right.lone, self.context.ranges)
        return _ordered(left, node.op, right) if node.op in COMPARISONS else None

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


def _is_test(node: Any) -> bool:
    """Whether C computes a node as 0 or 1."""
    return getattr(node, "op", "") in ("!", "&&", "||", "==", "!=", *COMPARISONS)


def _ordered(left: Extreme, operator: str, right: Extreme) -> Guard | None:
    """A comparison of sums, or of the least or the greatest of several."""
    less, more = (left, right) if operator[0] == "<" else (right, left)
    distance = more.plus(less.times(-1))
    if distance is None:
        return None
    parts = tuple(part - (operator in ("<", ">")) for part in distance.parts)
    if distance.function == "max":
        return Guard(tuple(part * -1 - 1 for part in parts), holds=False)
    return Guard(parts)
