"""Assignments: statements of a nest, its reductions among them, and the integers that only name expressions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...ir import Access, Statement, Unreadable, Value, as_reduction, negated
from .arithmetic import weight
from .context import Context, Data, Integer
from .expressions import Expressions, Purpose
from .syntax import c_ast
from .usage import allocated, is_allocation
from .values import Values

_MAX_WEIGHT = 16


class Statements:
    """Reads assignments: to data as statements, to integers as new values of their names."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.expressions = Expressions(context)
        self.values = Values(context, self.expressions)

    def assignment(self, node: Any) -> Statement | Unreadable | None:
        """What an assignment is; None if it only gives an integer a value, or a pointer new memory."""
        symbol = self.context.scope.find(node.lvalue.name) if isinstance(node.lvalue, c_ast.ID) else None
        if isinstance(symbol, Integer):
            return self._integer(node, symbol)
        if isinstance(symbol, Data) and symbol.rank and is_allocation(node.rvalue):
            return self.allocation(node, symbol, node.rvalue)
        if isinstance(symbol, Data) and symbol.rank:
            return self._pointer(node, symbol)
        target, value = self.values.access(node.lvalue), self.values.value(node.rvalue)
        statement = self._statement(node, target, value) if target else None
        problems = self.context.take()
        return Unreadable(problems) if problems else statement

    def initial(self, node: Any, symbol: Data) -> Statement | Unreadable | None:
        """The value that a declaration gives a scalar."""
        value = self.values.value(node.init)
        problems = self.context.take()
        if problems:
            return Unreadable(problems)
        symbol.used = True
        span = self.context.syntax.word(node)
        return Statement(Access(symbol.array.name, (), span), value, "", self.context.syntax.span(node))

    def allocation(self, node: Any, symbol: Data, value: Any) -> Unreadable | None:
        """New memory for an array, whose extent it says."""
        count, extent = allocated(value), None
        if symbol.follows:
            symbol.obstacle = "is a pointer that does not stay at one array"
            self.context.refuse("W411", f"'{symbol.array.name}' {symbol.obstacle}", node, "name the array itself")
        elif symbol.rank == 1 and count is not None:
            found = self.expressions.extreme(count, Purpose("W402", f"extent of '{symbol.array.name}'"))
            extent = found.constant
        if extent:
            symbol.array = replace(symbol.array, shape=(extent,))
        elif not self.context.findings.items:
            message = f"the memory of '{symbol.array.name}' has no extents that can be read"
            self.context.refuse("W411", message, node, f"declare it as an array: {symbol.array.name}[N]")
        problems = self.context.take()
        return Unreadable(problems) if problems else None

    def point(self, symbol: Data, node: Any, value: Any) -> Unreadable | None:
        """Let a pointer point to a place from here on, where it can be followed."""
        symbol.forget()
        why = symbol.obstacle or self.values.pointers.follow(symbol, value)
        if why and not self.context.findings.items:
            self.context.refuse("W411", f"'{symbol.array.name}' {why}", node, "name the array itself")
        problems = self.context.take()
        return Unreadable(problems) if problems else None

    def give(self, symbol: Integer, node: Any) -> None:
        """Let an integer have the value of an expression from here on."""
        purpose = Purpose("W401", f"value of '{symbol.name}'")
        value, problems = self.expressions.quietly(node, purpose)
        if not problems and sum(weight(part) for part in value.parts) > _MAX_WEIGHT:
            self.context.refuse("W401", f"{purpose.subject} names more than {_MAX_WEIGHT} iterators", node)
            problems = list(self.context.take())
        symbol.forget()
        symbol.value, symbol.problem = (None, problems[0]) if problems else (value, None)

    def _pointer(self, node: Any, symbol: Data) -> Unreadable | None:
        """A pointer that is set; one that is stepped, or that a caller gave, is not followed."""
        if node.op == "=" and symbol.follows and not symbol.obstacle:
            return self.point(symbol, node, node.rvalue)
        self.context.refuse("W411", f"pointer '{node.lvalue.name}' is moved", node, "name the array itself")
        return Unreadable(self.context.take())

    def _integer(self, node: Any, symbol: Integer) -> Unreadable | None:
        if node.op == "=":
            self.give(symbol, node.rvalue)
            return None
        symbol.forget()
        message = f"'{symbol.name}' is changed outside of the header of its loop"
        self.context.refuse("W411", message, node, "write its value as an expression of the iterators")
        return Unreadable(self.context.take())

    def _statement(self, node: Any, target: Access, value: Value) -> Statement:
        span = self.context.syntax.span(node)
        function = node.op[:-1]
        if function in ("+", "*"):
            return Statement(target, value, function, span)
        if function == "-":
            return Statement(target, negated(value), "+", span)
        if function:
            whole = self.values.combined(node, function, target, value)
            return Statement(target, whole, "", span)
        return as_reduction(Statement(target, value, "", span))
