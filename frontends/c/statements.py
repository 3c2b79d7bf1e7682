"""Assignments: statements of a nest, its reductions among them, and the integers that only name expressions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...ir import INITIAL, Access, Compute, Statement, Unreadable, Value, accesses, as_reduction, negated
from ..guards import BY_DATA, sums_by_data
from .arithmetic import float_of, integer_of, weight
from .context import Context, Data, Integer
from .expressions import Expressions, Purpose
from .syntax import c_ast, nodes
from .usage import allocated, counts_elements, is_allocation, sizes_of
from .values import Values

_MAX_WEIGHT = 16
_CHANCE = frozenset(["rand", "random", "drand48", "lrand48"])
_NUMBERS = (
    *(c_ast.ID, c_ast.Constant, c_ast.Cast, c_ast.BinaryOp, c_ast.TernaryOp, c_ast.FuncCall, c_ast.ExprList),
    *(c_ast.Typename, c_ast.TypeDecl, c_ast.IdentifierType),
)
"""The nodes of expressions that read no element."""


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
        chooses = node.op == "="
        target, value = self.values.access(node.lvalue), self.values.value(node.rvalue, by_data=chooses)
        statement = self._statement(node, target, value) if target else None
        if statement:
            self._check(statement, node)
        problems = self.context.take()
        if target and node.op == "=" and {item.code for item in problems} & {"W403", "W411"} and self._is_start(node):
            return Statement(target, Compute(INITIAL, ()), "", self.context.syntax.span(node))
        return Unreadable(problems) if problems else statement

    def _check(self, statement: Statement, node: Any) -> None:
        if sums_by_data(statement):
            self.context.refuse("W403", f"a product under a condition on data: '{statement}'", node, BY_DATA)

    def _is_start(self, node: Any) -> bool:
        """Whether an assignment makes a value of iterators, sizes and chance alone, that nothing is computed from."""
        for item in nodes(node.rvalue):
            known = not isinstance(item, c_ast.ID) or isinstance(self.context.scope.find(item.name), Integer)
            called = isinstance(item, c_ast.ID) and item.name in _CHANCE
            if not (known or called) or not isinstance(item, _NUMBERS):
                return False
            if isinstance(item, c_ast.Constant) and not _is_number(item):
                return False
        return True

    def chosen(self, node: Any) -> list[Statement] | None:
        """What an `if` on data sets to one value or another; None if it does anything else."""
        then, other = _assignments(node.iftrue), _assignments(_as_choice(node.iffalse))
        if then is None or other is None:
            return None
        choices = [(item, item.rvalue, item.lvalue) for item in then]
        choices += [(item, item.lvalue, item.rvalue) for item in other]
        if len(then) == len(other) == 1 and self._same_place(then[0].lvalue, other[0].lvalue):
            choices = [(then[0], then[0].rvalue, other[0].rvalue)]
        found = []
        for item, value, otherwise in choices:
            choice = c_ast.TernaryOp(node.cond, value, otherwise, node.coord)
            found.append(self.assignment(c_ast.Assignment("=", item.lvalue, choice, item.coord)))
        statements = [item for item in found if isinstance(item, Statement)]
        # What is set first must not be what the condition reads afterwards.
        tested = self._read_by(node.cond)
        again = any(item.target.array in tested for item in statements[:-1])
        return None if len(statements) < len(choices) or not choices or again else statements

    def _read_by(self, condition: Any) -> set[str]:
        """The arrays that a condition reads."""
        before = len(self.context.findings.items)
        found = {item.array for item in accesses(self.values.test(condition))}
        del self.context.findings.items[before:]
        return found

    def _same_place(self, one: Any, other: Any) -> bool:
        before = len(self.context.findings.items)
        pair = self.values.access(one), self.values.access(other)
        del self.context.findings.items[before:]
        return pair[0] is not None and pair[0] == pair[1]

    def initial(self, node: Any, symbol: Data) -> Statement | Unreadable | None:
        """The value that a declaration gives a scalar."""
        target = Access(symbol.array.name, (), self.context.syntax.word(node))
        value = self.values.value(node.init, by_data=True)
        statement = Statement(target, value, "", self.context.syntax.span(node))
        self._check(statement, node)
        problems = self.context.take()
        if problems:
            return Unreadable(problems)
        symbol.used = True
        return statement

    def allocation(self, node: Any, symbol: Data, value: Any) -> Unreadable | None:
        """New memory for an array, whose extent it says."""
        sizes, extent = sizes_of(value), None
        count = allocated(sizes) if counts_elements(sizes, symbol.array.element, self.context, known=False) else None
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
        if node.op in ("+=", "-=") and symbol.value is not None and not symbol.size:
            by = self.expressions.extreme(node.rvalue, Purpose("W401", f"value of '{symbol.name}'"))
            problems = self.context.take()
            symbol.value = None if problems else symbol.value.plus(by if node.op == "+=" else by.times(-1))
            return Unreadable(problems) if problems else None
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


def _is_number(node: Any) -> bool:
    """Whether a constant is a number that its type holds."""
    return (integer_of(node.value) if "int" in node.type else float_of(node.value)) is not None


def _as_choice(node: Any) -> Any:
    """`if (c) x = v;` as x = c ? v : x, also with an `else`; anything else as it is."""
    while isinstance(node, c_ast.Compound) and len(node.block_items or ()) == 1:
        node = node.block_items[0]
    if not isinstance(node, c_ast.If):
        return node
    then, other = _assignments(node.iftrue), _assignments(_as_choice(node.iffalse))
    if then is None or len(then) != 1 or other is None or len(other) > 1:
        return node
    target = then[0].lvalue
    if other and not _is_same_name(target, other[0].lvalue):
        return node
    otherwise = other[0].rvalue if other else target
    choice = c_ast.TernaryOp(node.cond, then[0].rvalue, otherwise, node.coord)
    return c_ast.Assignment("=", target, choice, then[0].coord)


def _is_same_name(one: Any, other: Any) -> bool:
    return isinstance(one, c_ast.ID) and isinstance(other, c_ast.ID) and one.name == other.name


def _assignments(node: Any) -> list[Any] | None:
    """The assignments that a branch is made of; None if it holds anything else."""
    items = [] if node is None else node.block_items or () if isinstance(node, c_ast.Compound) else [node]
    plain = all(isinstance(item, c_ast.Assignment) and item.op == "=" for item in items)
    return list(items) if plain else None
