"""Pointers into arrays: `A + i * K`, `&A[i][0]`, `A[i]`, and what is set to one, as the element that it points to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...ir import Affine
from .context import Context, Data, View
from .declared import Declared, declared
from .expressions import Expressions, Purpose
from .syntax import c_ast


class Pointers:
    """Reads places in arrays; None, mostly without a finding, for what is none."""

    def __init__(self, context: Context, expressions: Expressions, named: Callable[[Any], Data | None]) -> None:
        self.context = context
        self.expressions = expressions
        self.named = named
        """The data that a name stands for, or None with a finding."""

    def place(self, node: Any) -> View | None:
        """The element, the row or the scalar that a node names."""
        match type(node):
            case c_ast.ID:
                symbol = self.named(node)
                if symbol is None or symbol.rank:
                    return None
                return View(symbol, ())
            case c_ast.ArrayRef:
                return self._moved(self.pointer(node.name), node.subscript)
            case c_ast.UnaryOp if node.op == "*":
                return self.pointer(node.expr)
        return None

    def pointer(self, node: Any) -> View | None:
        """What a pointer points to."""
        match type(node):
            case c_ast.ID:
                symbol = self.named(node)
                if symbol is None or not symbol.rank:
                    return None
                return symbol.view or View(symbol, (Affine.of(0),))
            case c_ast.UnaryOp if node.op == "&":
                found = self.place(node.expr)
                return found if found and found.subscripts else None
            case c_ast.Cast:
                return self._cast(node)
            case c_ast.BinaryOp if node.op in ("+", "-"):
                sign = -1 if node.op == "-" else 1
                if self.is_pointer(node.left):
                    return self._moved(self.pointer(node.left), node.right, sign)
                return self._moved(self.pointer(node.right), node.left) if sign > 0 else None
        # A row is the place of its first element.
        row = self.place(node)
        inner = row is not None and 0 < len(row.subscripts) < row.data.rank
        return View(row.data, (*row.subscripts, Affine.of(0))) if row and inner else None

    def is_pointer(self, node: Any) -> bool:
        """Whether a node is a place in an array and no number."""
        while isinstance(node, c_ast.ArrayRef | c_ast.UnaryOp | c_ast.Cast | c_ast.BinaryOp):
            match type(node):
                case c_ast.ArrayRef:
                    node = node.name
                case c_ast.BinaryOp if self.is_pointer(node.right):
                    return True
                case c_ast.BinaryOp:
                    node = node.left
                case _:
                    node = node.expr
        symbol = self.context.scope.find(node.name) if isinstance(node, c_ast.ID) else None
        return isinstance(symbol, Data) and symbol.rank > 0

    def follow(self, symbol: Data, node: Any) -> str:
        """Let a pointer point to where a node does; why it cannot be followed, or empty."""
        before = len(self.context.findings.items)
        view = self.pointer(node)
        if len(self.context.findings.items) > before:
            return "is set to what cannot be read"
        if view is None:
            return "is a pointer to what is no element of an array"
        if symbol.follows is None or not self._is_of(view, symbol.follows):
            return f"views '{view.data.array.name}' as of another type"
        symbol.view = view
        return ""

    def _moved(self, view: View | None, by: Any, sign: int = 1) -> View | None:
        if view is None:
            return None
        purpose = Purpose("W401", f"subscript of '{view.data.array.name}'")
        *outer, last = view.subscripts
        return View(view.data, (*outer, last + self.expressions.affine(by, purpose) * sign))

    def _cast(self, node: Any) -> View | None:
        """A pointer that is converted to one of the same type, as to a constant."""
        view = self.pointer(node.expr)
        kind = declared(node.to_type.type, self.context.typedefs)
        return view if view and self._is_of(view, kind) else None

    def _is_of(self, view: View, kind: Declared) -> bool:
        """Whether a type is that of pointers to a place: same elements, and rows of the same lengths."""
        array, depth = view.data.array, len(view.subscripts)
        rows = [None if node is None else self.expressions.constant(node) for node in kind.dims[1:]]
        lengths = array.shape[depth:] if array.shape else rows
        alike = all(None in pair or pair[0] == pair[1] for pair in zip(rows, lengths, strict=False))
        return kind.element == array.element and len(kind.dims) == view.data.rank - depth + 1 and alike
