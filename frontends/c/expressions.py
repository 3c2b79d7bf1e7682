"""Integer expressions in subscripts and bounds: affine in the iterators, or refused with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...ir import Affine, Diagnostic
from .arithmetic import LIMIT, fold, integer_of, weight
from .context import Context, Data, Foreign, Integer
from .extremes import Extreme, join
from .size_of import bytes_of
from .syntax import MAX_DEPTH, c_ast, depth, member

EXTREMES = {
    **dict.fromkeys(["min", "MIN", "fmin", "fminf", "imin", "__min"], "min"),
    **dict.fromkeys(["max", "MAX", "fmax", "fmaxf", "imax", "__max"], "max"),
}
INTEGER_FUNCTIONS = frozenset([*EXTREMES, "floord", "ceild"])
COMPARISONS = {"<": "min", "<=": "min", ">": "max", ">=": "max"}
"""What `a < b ? a : b` is for each comparison."""
NAMED = {"true": 1, "false": 0}
_MAX_WEIGHT = 64
_ZERO = Extreme.of(0)


@dataclass(frozen=True, slots=True)
class Purpose:
    """What an expression is for: the code and the subject of what is said about it."""

    code: str
    subject: str

    @property
    def hint(self) -> str:
        """What could be read instead."""
        if self.code == "W402":
            return "a bound is a sum of outer iterators with constant factors, or the min or max of such sums"
        return "a subscript is a sum of iterators with constant factors, also of i / 4 and i % 4"


class Expressions:
    """Reads integer expressions. What cannot be read is recorded among the context's findings and counts as 0."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def affine(self, node: Any, purpose: Purpose) -> Affine:
        """The affine expression that a node is."""
        value = self.extreme(node, purpose)
        if value.lone is None:
            self._refuse(node, purpose, f"is the {value.function} of several expressions")
        return value.parts[0]

    def constant(self, node: Any) -> int | None:
        """The number that a node is, without a finding if it is none."""
        value, found = self.quietly(node, Purpose("W401", "value"))
        return None if found else value.constant

    def decided(self, node: Any) -> int | None:
        """What a condition is in every iteration; None if that depends. A pointer is taken to point to something."""
        number = self.constant(node)
        if number is not None or not isinstance(node, c_ast.ID | c_ast.UnaryOp | c_ast.BinaryOp):
            return number
        if isinstance(node, c_ast.ID):
            symbol = self.context.scope.find(node.name)
            return 1 if isinstance(symbol, Data) and symbol.rank else None
        if isinstance(node, c_ast.UnaryOp):
            inner = self.decided(node.expr) if node.op == "!" else None
            return None if inner is None else int(not inner)
        sides = node.left, node.right
        if node.op in ("==", "!=") and any(map(_is_null, sides)):
            found = [self.decided(side) for side in sides if not _is_null(side)]
            return int(node.op == "!=") if found == [1] else None
        if node.op in ("&&", "||"):
            known = [self.decided(side) for side in sides]
            wanted = int(node.op == "||")
            return wanted if wanted in known else 1 - wanted if None not in known else None
        return None

    def quietly(self, node: Any, purpose: Purpose) -> tuple[Extreme, list[Diagnostic]]:
        """The value of a node, and the findings about it, which are not recorded."""
        items = self.context.findings.items
        before = len(items)
        value = self.extreme(node, purpose)
        found = items[before:]
        del items[before:]
        return value, found

    def extreme(self, node: Any, purpose: Purpose) -> Extreme:
        """The affine expression, or the min or max of several, that a node is."""
        if depth(node) > MAX_DEPTH:
            return self._refuse(node, purpose, "is nested too deeply", show=False)
        return self._read(node, purpose)

    def _read(self, node: Any, purpose: Purpose) -> Extreme:
        match type(node):
            case c_ast.Constant:
                return self._literal(node, purpose)
            case c_ast.ID:
                return self._name(node, purpose)
            case c_ast.Cast:
                return self._read(node.expr, purpose)
            case c_ast.UnaryOp:
                return self._unary(node, purpose)
            case c_ast.BinaryOp:
                left, right = self._read(node.left, purpose), self._read(node.right, purpose)
                return self._binary(node, left, right, purpose)
            case c_ast.TernaryOp:
                return self._conditional(node, purpose)
            case c_ast.FuncCall:
                return self._call(node, purpose)
            case c_ast.StructRef if (name := member(node)) and name not in self.context.written:
                return self._size(node, self.context.sizes.get(name), purpose, name)
            case c_ast.ArrayRef | c_ast.StructRef:
                return self._refuse(node, purpose, "reads data")
        return self._refuse(node, purpose, "is no sum of iterators")

    def _refuse(self, node: Any, purpose: Purpose, why: str, hint: str = "", show: bool = True) -> Extreme:
        text = f": '{self.context.syntax.text(node)}'" if show else ""
        self.context.refuse(purpose.code, f"{purpose.subject} {why}{text}", node, hint or purpose.hint)
        return _ZERO

    def _checked(self, node: Any, value: Extreme, purpose: Purpose) -> Extreme:
        """The value, if no number in it is out of range."""
        numbers = [part.constant for part in value.parts]
        numbers += [coefficient for part in value.parts for _, coefficient in part.terms]
        if any(abs(number) >= LIMIT for number in numbers):
            return self._refuse(node, purpose, "is out of range", "integers have 64 bits")
        if sum(weight(part) for part in value.parts) > _MAX_WEIGHT:
            return self._refuse(node, purpose, f"names more than {_MAX_WEIGHT} iterators", show=False)
        return value

    def _literal(self, node: Any, purpose: Purpose) -> Extreme:
        value = integer_of(node.value)
        if value is None and node.type == "char" and len(node.value) == 3:
            value = ord(node.value[1])
        if value is None:
            return self._refuse(node, purpose, "is no integer of 64 bits")
        return self._checked(node, Extreme.of(value), purpose)

    def _name(self, node: Any, purpose: Purpose) -> Extreme:
        symbol = self.context.scope.find(node.name)
        if isinstance(symbol, Integer):
            return self._integer(node, symbol, purpose)
        if isinstance(symbol, Data):
            return self._refuse(node, purpose, "reads data")
        if isinstance(symbol, Foreign):
            return self._refuse(node, purpose, f"uses {symbol.what}")
        given = self.context.sizes.get(node.name)
        if given is None and node.name in NAMED:
            given = NAMED[node.name]
        return self._size(node, given, purpose)

    def _size(self, node: Any, value: int | None, purpose: Purpose, name: str = "") -> Extreme:
        if value is None:
            missing = self.context.sizes.missing(name or node.name, self.context.syntax.span(node))
            self.context.findings.items.append(missing)
            return _ZERO
        return self._checked(node, Extreme.of(value), purpose)

    def _integer(self, node: Any, symbol: Integer, purpose: Purpose) -> Extreme:
        given = self.context.sizes.get(symbol.name) if symbol.size else None
        if given is not None or (symbol.size and symbol.value is None):
            return self._size(node, given, purpose)
        if symbol.value is not None:
            return symbol.value
        problem = symbol.problem
        if problem is None:
            return self._refuse(node, purpose, "uses a value that is not known here")
        if problem.code == "W005":
            self.context.findings.items.append(problem)
            return _ZERO
        line = f"line {problem.span.line}: " if problem.span else ""
        message = f"{purpose.subject} uses '{symbol.name}', which is not affine"
        self.context.refuse(purpose.code, message, node, purpose.hint, notes=(f"{line}{problem.message}",))
        return _ZERO

    def _unary(self, node: Any, purpose: Purpose) -> Extreme:
        if node.op in ("-", "+"):
            value = self._read(node.expr, purpose)
            return value.times(-1) if node.op == "-" else value
        if node.op in ("!", "~"):
            number = self.constant(node.expr)
            if number is not None:
                return Extreme.of(~number if node.op == "~" else int(not number))
        size = bytes_of(node.expr, self.context) if node.op == "sizeof" else None
        if size is not None:
            return Extreme.of(size)
        if node.op == "*":
            return self._refuse(node, purpose, "reads data")
        return self._refuse(node, purpose, f"uses operator '{node.op.removeprefix('p')}'")

    def _binary(self, node: Any, left: Extreme, right: Extreme, purpose: Purpose) -> Extreme:
        a, b = left.constant, right.constant
        if a is not None and b is not None:
            value = fold(node.op, a, b)
            return self._refuse(node, purpose, "has no value") if value is None else Extreme.of(value)
        found: Extreme | None
        match node.op:
            case "+" | "-":
                found = left.plus(right.times(-1) if node.op == "-" else right)
            case "*" if a is not None or b is not None:
                found = left.times(b) if b is not None else right.times(a or 0)
            case "*":
                return self._refuse(node, purpose, "multiplies iterators")
            case "<<" if b is not None and 0 <= b < 63:
                found = left.times(2**b)
            case ">>" if b is not None and 0 <= b < 63:
                found = left.over(2**b)
            case "/" | "%":
                return self._quotient(node, left, b, purpose)
            case _:
                return self._refuse(node, purpose, f"uses operator '{node.op}'")
        if found is None:
            return self._refuse(node, purpose, "adds a min or max to another")
        return self._checked(node, found, purpose)

    def _quotient(self, node: Any, left: Extreme, divisor: int | None, purpose: Purpose) -> Extreme:
        """C rounds towards zero, the nest rounds down: equal where nothing is negative or nothing is rounded."""
        if divisor is None or divisor < 1:
            return self._refuse(node, purpose, "divides by what is no positive constant")
        if node.op == "%" and left.lone is None:
            return self._refuse(node, purpose, "is the remainder of a min or max")
        for part in left.parts:
            exact = all(not number % divisor for number in (part.constant, *dict(part.terms).values()))
            least, _ = part.bounds(self.context.ranges)
            if least < 0 and not exact:
                hint = f"the dividend can be {least}, and C rounds towards zero; add a multiple of {divisor} to it"
                return self._refuse(node, purpose, "divides what can be negative", hint)
        if node.op == "%":
            return self._checked(node, Extreme.of(left.parts[0] % divisor), purpose)
        return self._checked(node, left.over(divisor), purpose)

    def _conditional(self, node: Any, purpose: Purpose) -> Extreme:
        """`a < b ? a + c : b + c` is a min, as its relatives; a condition that always or never holds is resolved."""
        comparison = node.cond
        if not isinstance(comparison, c_ast.BinaryOp) or comparison.op not in COMPARISONS:
            number = self.constant(comparison)
            if number is None:
                return self._refuse(node, purpose, "is a conditional")
            return self._read(node.iftrue if number else node.iffalse, purpose)
        left, right = self._read(comparison.left, purpose), self._read(comparison.right, purpose)
        holds = self._holds(comparison.op, left, right)
        if holds is not None:
            return self._read(node.iftrue if holds else node.iffalse, purpose)
        chosen = self._read(node.iftrue, purpose), self._read(node.iffalse, purpose)
        same, turned = (_moved(chosen, pair) for pair in ((left, right), (right, left)))
        if not same and not turned:
            return self._refuse(node, purpose, "is a conditional")
        function = COMPARISONS[comparison.op]
        if not same:
            function = "max" if function == "min" else "min"
        pair = (left, right) if {*chosen} == {left, right} else chosen
        return self._joined(node, function, *pair, purpose)

    def _joined(self, node: Any, function: str, left: Extreme, right: Extreme, purpose: Purpose) -> Extreme:
        found = join(function, left, right)
        return found or self._refuse(node, purpose, "mixes min and max")

    def _holds(self, comparison: str, left: Extreme, right: Extreme) -> bool | None:
        """Whether a comparison holds for all iterations, for none (False), or that it depends (None)."""
        if left.lone is None or right.lone is None:
            return None
        least, greatest = (left.lone - right.lone).bounds(self.context.ranges)
        always, never = {
            "<": (greatest < 0, least >= 0),
            "<=": (greatest <= 0, least > 0),
            ">": (least > 0, greatest <= 0),
            ">=": (least >= 0, greatest < 0),
        }[comparison]
        return True if always else False if never else None

    def _call(self, node: Any, purpose: Purpose) -> Extreme:
        name = node.name.name if isinstance(node.name, c_ast.ID) else ""
        arguments = list(node.args.exprs) if node.args else []
        if name not in INTEGER_FUNCTIONS or len(arguments) != 2:
            return self._refuse(node, purpose, "calls a function")
        left, right = (self._read(item, purpose) for item in arguments)
        if name in EXTREMES:
            return self._joined(node, EXTREMES[name], left, right, purpose)
        divisor = right.constant
        if divisor is None or divisor < 1:
            return self._refuse(node, purpose, "divides by what is no positive constant")
        found = left.over(divisor) if name == "floord" else left.times(-1).over(divisor).times(-1)
        return self._checked(node, found, purpose)


def _is_null(node: Any) -> bool:
    while isinstance(node, c_ast.Cast):
        node = node.expr
    return isinstance(node, c_ast.ID) and node.name == "NULL"


def _moved(pair: tuple[Extreme, Extreme], other: tuple[Extreme, Extreme]) -> bool:
    """Whether the two of one pair are as far from each other as those of another one."""
    distance = pair[0].plus(pair[1].times(-1))
    return pair == other or (distance is not None and distance == other[0].plus(other[1].times(-1)))
