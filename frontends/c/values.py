"""Values of statements: accesses, numbers, operators and functions of them."""

from __future__ import annotations

from math import inf
from typing import Any

from ...ir import CONVERSION, Access, Array, Compute, Literal, Value, called, negated
from ...ir.nearest import did_you_mean
from ..guards import BITWISE, TESTS, WHERE, chosen_by_data
from .arithmetic import float_of, fold, integer_of
from .context import Context, Data, Foreign, Integer
from .declared import declared
from .expressions import COMPARISONS, EXTREMES, Expressions
from .guards import Guards
from .pointers import Pointers
from .syntax import MAX_DEPTH, c_ast, depth, member

_RENAMED = {**EXTREMES, "fabs": "abs", "labs": "abs"}
_FUNCTIONS = (
    "exp exp2 expm1 log log2 log10 log1p sqrt cbrt sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh"
    " pow fabs floor ceil round trunc rint fmod hypot erf erfc tgamma lgamma fma"
)
_SINGLE = frozenset(_FUNCTIONS.split())
"""Functions that have a variant for floats, with an f."""
_INFINITE = frozenset(["INFINITY", "HUGE_VAL", "HUGE_VALF"])
_ZERO = Literal(0)
_UNDECLARED = "declare it in the text or in a header beside it; headers of the system are not read"


class Values:
    """Reads values. What cannot be read is recorded among the context's findings and counts as 0."""

    def __init__(self, context: Context, expressions: Expressions) -> None:
        self.context = context
        self.expressions = expressions
        self.pointers = Pointers(context, expressions, self.data)
        self.guards = Guards(context, expressions)

    def value(self, node: Any, by_data: bool = False) -> Value:
        """The value that a node is; `by_data`, it may be chosen by data."""
        if depth(node) > MAX_DEPTH:
            return self._refuse("W411", "expression nested too deeply", node)
        return self._any(node, by_data)

    def _any(self, node: Any, by_data: bool) -> Value:
        """A value that may, `by_data`, be chosen by data, converted or not."""
        if by_data and isinstance(node, c_ast.Cast) and isinstance(node.expr, c_ast.TernaryOp):
            return Compute(CONVERSION, (self._conditional(node.expr, by_data),))
        return self._conditional(node, by_data) if isinstance(node, c_ast.TernaryOp) else self._read(node)

    def access(self, node: Any) -> Access | None:
        """The element of an array, or the scalar, that a node is; None with a finding for anything else."""
        before = len(self.context.findings.items)
        place = self.pointers.place(node)
        if place is None or len(place.subscripts) != place.data.rank:
            if len(self.context.findings.items) == before:
                self._refuse_place(node)
            return None
        place.data.used = True
        return Access(place.data.array.name, place.subscripts, self.context.syntax.span(node))

    def data(self, node: Any) -> Data | None:
        """The array or scalar that a name stands for; None with a finding if it is none."""
        symbol = self.context.scope.find(node.name)
        if isinstance(symbol, Data) and not symbol.obstacle and (symbol.view or not symbol.follows):
            return symbol
        if symbol is None:
            known = self.context.scope.names
            hint = did_you_mean(node.name, known, otherwise=_UNDECLARED, fold=False)
            self._refuse("W002", f"unknown name '{node.name}'", node, hint)
        elif isinstance(symbol, Data):
            obstacle = symbol.obstacle or "points to what is not known here"
            self._refuse("W411", f"'{node.name}' {obstacle}", node, "name the array itself")
        elif isinstance(symbol, Foreign):
            self._refuse("W411", f"'{node.name}' is {symbol.what}", node)
        else:
            self._refuse("W411", f"'{node.name}' is an integer that is used like data", node)
        return None

    def combined(self, node: Any, operator: str, left: Value, right: Value) -> Value:
        """The value of an operator; of two whole numbers it is the one that C computes."""
        if isinstance(left, Literal) and isinstance(right, Literal):
            whole = [item.value for item in (left, right) if isinstance(item.value, int)]
            number = fold(operator, *whole) if len(whole) == 2 else None
            if number is not None:
                return Literal(number)
        if operator in ("+", "-", "*", "/"):
            return Compute(operator, (left, right))
        if operator in BITWISE:
            return Compute(BITWISE[operator], (left, right))
        return self._refuse("W411", f"operator '{operator}' of data", node)

    def _refuse(self, code: str, message: str, node: Any, hint: str = "") -> Literal:
        self.context.refuse(code, message, node, hint)
        return _ZERO

    def _refuse_place(self, node: Any) -> None:
        """Say why a node is no element: its base is none, or it names too few axes or too many."""
        text = self.context.syntax.text(node)
        base, named = node, 0
        while isinstance(base, c_ast.ArrayRef) or (isinstance(base, c_ast.UnaryOp) and base.op == "*"):
            base, named = base.name if isinstance(base, c_ast.ArrayRef) else base.expr, named + 1
        symbol = self.context.scope.find(base.name) if isinstance(base, c_ast.ID) else None
        if isinstance(symbol, Data):
            message = f"'{base.name}' has {symbol.rank} axes, and {named} are named"
            self._refuse("W411", message, node, "name one element, a subscript for each axis")
        elif isinstance(base, c_ast.StructRef):
            self._refuse("W411", f"'{text}' is a member of a structure", node, "pass the array itself")
        else:
            self._refuse("W411", f"pointer arithmetic: '{text}'", node, "write A[i] instead of *(A + i)")

    def _read(self, node: Any) -> Value:
        match type(node):
            case c_ast.Constant:
                return self._literal(node)
            case c_ast.ID:
                return self._name(node)
            case c_ast.StructRef if (name := member(node)) and name not in self.context.written:
                return self._member(node, name)
            case c_ast.ArrayRef | c_ast.StructRef:
                return self.access(node) or _ZERO
            case c_ast.Cast:
                return self._cast(node)
            case c_ast.UnaryOp:
                return self._unary(node)
            case c_ast.BinaryOp:
                return self._binary(node)
            case c_ast.TernaryOp:
                return self._conditional(node)
            case c_ast.FuncCall:
                return self._call(node)
            case c_ast.Assignment:
                return self._refuse("W411", "an assignment inside of an expression", node, "give it its own statement")
        return self._refuse("W411", f"no value that can be read: '{self.context.syntax.text(node)}'", node)

    def _literal(self, node: Any) -> Value:
        whole = integer_of(node.value)
        if whole is None and node.type == "char" and len(node.value) == 3:
            whole = ord(node.value[1])
        number = float_of(node.value) if whole is None and "int" not in node.type else whole
        if number is not None:
            return Literal(number)
        what = "number out of range" if node.value[:1].isdigit() else "no number"
        return self._refuse("W411", f"{what}: '{self.context.syntax.text(node)}'", node)

    def _name(self, node: Any) -> Value:
        symbol = self.context.scope.find(node.name)
        if isinstance(symbol, Integer):
            return self._integer(node, symbol)
        if symbol is None:
            number = self.expressions.constant(node)
            if number is not None or node.name in _INFINITE:
                return Literal(inf if number is None else number)
        return self.access(node) or _ZERO

    def _integer(self, node: Any, symbol: Integer) -> Value:
        """A constant, or a parameter; the iterators themselves are no data."""
        number = self.expressions.constant(node)
        if number is not None:
            return Literal(number)
        if symbol.size and symbol.value is None:
            symbol.scalar = symbol.scalar or self.context.add(Array(symbol.name, (), symbol.element), 0, used=True)
            return Access(symbol.scalar.array.name, (), self.context.syntax.span(node))
        message = f"'{symbol.name}' depends on iterators and is used as data"
        return self._refuse("W411", message, node, "only elements of arrays, scalars and numbers are data")

    def _member(self, node: Any, name: str) -> Value:
        """A member of a structure: a number that is given as a size, or a scalar of its own."""
        given = self.context.sizes.get(name)
        if given is not None:
            return Literal(given)
        scalar = self.context.members.get(name)
        if scalar is None:
            array = Array(name.replace(".", "_"), (), self.context.element(name))
            scalar = self.context.members[name] = self.context.add(array, 0, used=True)
        return Access(scalar.array.name, (), self.context.syntax.span(node))

    def _cast(self, node: Any) -> Value:
        """A conversion; a number becomes what the cast makes of it."""
        value = self._read(node.expr)
        if not isinstance(value, Literal):
            return Compute(CONVERSION, (value,))
        is_float = declared(node.to_type.type, self.context.typedefs).element.startswith("f")
        return Literal(float(value.value)) if is_float else value

    def _unary(self, node: Any) -> Value:
        if node.op == "+":
            return self._read(node.expr)
        if node.op == "-":
            value = self._read(node.expr)
            return Literal(-value.value) if isinstance(value, Literal) else negated(value)
        if node.op == "*":
            return self.access(node) or _ZERO
        if node.op in ("!", "~"):
            return self._refuse("W411", f"operator '{node.op}' of data", node)
        what = {"&": "an address", "sizeof": "a size of memory"}.get(node.op, f"'{node.op[-2:]}' of data")
        return self._refuse("W411", f"{what}: '{self.context.syntax.text(node)}'", node)

    def _binary(self, node: Any) -> Value:
        if node.op in COMPARISONS or node.op in ("==", "!=", "&&", "||"):
            return self._refuse("W403", f"a comparison of data: '{self.context.syntax.text(node)}'", node)
        return self.combined(node, node.op, self._read(node.left), self._read(node.right))

    def _conditional(self, node: Any, by_data: bool = False) -> Value:
        """`a < b ? a : b` is a min, as its three relatives; a condition on iterators chooses."""
        hint = "only the larger or smaller of two values can be chosen, as in a > b ? a : b"
        number = self.expressions.decided(node.cond)
        if number is not None:
            return self._any(node.iftrue if number else node.iffalse, by_data)
        guard = self.guards.read(node.cond)
        if guard is not None:
            return guard.choice(self._any(node.iftrue, by_data), self._any(node.iffalse, by_data))
        compares = isinstance(node.cond, c_ast.BinaryOp) and node.cond.op in COMPARISONS
        if not by_data and not compares:
            return self._refuse("W403", f"conditional value: '{self.context.syntax.text(node)}'", node, hint)
        before = len(self.context.findings.items)
        test = self.test(node.cond)
        after = len(self.context.findings.items)
        chosen = chosen_by_data(test, self._any(node.iftrue, by_data), self._any(node.iffalse, by_data))
        if by_data or chosen.function != WHERE:
            return chosen
        del self.context.findings.items[before:after]
        return self._refuse("W403", f"conditional value: '{self.context.syntax.text(node)}'", node, hint)

    def test(self, node: Any) -> Value:
        """A condition on data as a value that is true or false."""
        if isinstance(node, c_ast.UnaryOp) and node.op == "!":
            return Compute("logical_not", (self.test(node.expr),))
        if isinstance(node, c_ast.BinaryOp) and node.op in ("&&", "||"):
            return Compute(TESTS[node.op], (self.test(node.left), self.test(node.right)))
        if isinstance(node, c_ast.BinaryOp) and node.op in TESTS:
            return Compute(TESTS[node.op], (self._read(node.left), self._read(node.right)))
        return Compute("not_equal", (self._read(node), _ZERO))

    def _call(self, node: Any) -> Value:
        arguments = list(node.args.exprs) if node.args else []
        if not isinstance(node.name, c_ast.ID) or not arguments:
            return self._refuse("W411", f"call without values: '{self.context.syntax.text(node)}'", node)
        name = node.name.name
        base = name[:-1] if name[:-1] in _SINGLE and name.endswith(("f", "l")) else name
        return called(_RENAMED.get(base, base), tuple(self._read(item) for item in arguments))
