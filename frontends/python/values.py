"""Values of statements: accesses, numbers, and functions of them."""

from __future__ import annotations

import ast
import math

from ...ir import CONVERSION, Access, Affine, Choice, Compute, Literal, Value, called, negated
from ..guards import BITWISE, TESTS, chosen_by_data
from .affine import affine
from .guards import COMPARISONS, read_guard
from .module import axis_of, root_name
from .names import CONSTRUCTORS
from .scope import VALUE, Role, Scope, subscript_of
from .source import MAX_NODES

OPERATORS: dict[type[ast.operator], str] = {
    **{ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.RShift: BITWISE[">>"]},
    **{ast.BitAnd: BITWISE["&"], ast.BitOr: BITWISE["|"], ast.BitXor: BITWISE["^"]},
}
"""The functions of operators; `<<`, `//` and `%` are those of sizes alone."""
_SAME = {"maximum": "max", "fmax": "max", "minimum": "min", "fmin": "min"}
_CASTS = {"int", "float", *(f"{kind}{bits}" for kind in ("int", "uint", "float") for bits in (8, 16, 32, 64))}
_EXACT = {"float", "float64"}
_MARKERS = {"range", "parallel", "chunk", "hold"}
_NO_VALUES = CONSTRUCTORS | _MARKERS | {"print", "input", "open", "eval", "exec", "next", "len"}
_WHOLE = {"sum", "prod", "mean", "dot", "vdot", "inner", "outer", "matmul", "tensordot", "einsum"}
_NUMBERS = {"inf": math.inf, "nan": math.nan, "pi": math.pi, "e": math.e}
_MAX_INTEGER = 2**63
_MAX_POWER = 8
_OPERATOR_HINT = "the operators of a value are +, -, *, /, **, >>, &, | and ^"
_CONDITION_HINT = "max(...) and min(...) can be read; say other conditions as the bounds of loops"


def value(node: ast.expr, scope: Scope) -> Value | None:
    """What an expression computes, or None with findings."""
    if axis_of(node):
        return _folded(node, scope)
    match node:
        case ast.Constant(number) if isinstance(number, int | float):
            return _number(number, node, scope)
        case ast.Name() | ast.Subscript():
            return _operand(node, scope)
        case ast.Attribute(_, name) if name in _NUMBERS and root_name(node) not in scope.names.local:
            return Literal(_NUMBERS[name])
        case ast.UnaryOp(ast.USub() | ast.UAdd() as sign, operand):
            inner = value(operand, scope)
            return negated(inner) if inner and isinstance(sign, ast.USub) else inner
        case ast.BinOp():
            return _operation(node, scope)
        case ast.Call():
            return _call(node, scope)
        case ast.IfExp(test, body, orelse) if (guard := read_guard(test, scope)) is not None:
            sides = value(body, scope), value(orelse, scope)
            return None if sides[0] is None or sides[1] is None else guard.choice(sides[0], sides[1])
        case ast.IfExp() | ast.BoolOp():
            message = f"a value depends on a condition: '{scope.source.excerpt(node)}'"
            scope.refuse("W403", message, node, _CONDITION_HINT)
            return None
    scope.refuse_in(VALUE, "cannot be of this form", node)
    return None


def choice(test: ast.expr, body: ast.expr, orelse: ast.expr, scope: Scope) -> Value | None:
    """One value or another, as data decides: the larger or the smaller of two, or numpy's `where`."""
    found = _tested(test, scope)
    one, other = value(body, scope), value(orelse, scope)
    if found is None or one is None or other is None:
        return None
    return chosen_by_data(found, one, other)


def _tested(node: ast.expr, scope: Scope) -> Value | None:
    """A condition on data as a value that is true or false."""
    match node:
        case ast.UnaryOp(ast.Not(), operand):
            inner = _tested(operand, scope)
            return inner and Compute("logical_not", (inner,))
        case ast.BoolOp(operator, [first, *others]):
            found = _tested(first, scope)
            for other in others:
                right = _tested(other, scope)
                name = "&&" if isinstance(operator, ast.And) else "||"
                found = Compute(TESTS[name], (found, right)) if found and right else None
            return found
        case ast.Compare(left, [operator], [right]) if type(operator) in COMPARISONS:
            sides = value(left, scope), value(right, scope)
            name = TESTS[COMPARISONS[type(operator)]]
            return Compute(name, (sides[0], sides[1])) if sides[0] and sides[1] else None
    found = value(node, scope)
    return found and Compute("not_equal", (found, Literal(0)))


def access(node: ast.expr, scope: Scope) -> Access | None:
    """The element that `A[i, j]`, `A[i][j]` or the scalar `x` is, or None with findings."""
    base, written = _subscripts(node)
    if not isinstance(base, ast.Name):
        scope.refuse_in(VALUE, "is an element of something else than an array with a name", node)
        return None
    if base.id not in scope.arrays:
        if base.id in scope.bindings:
            scope.refuse("W411", f"'{base.id}' is no array", base, "arrays are parameters, or made in the function")
        else:
            scope.refuse_name(base.id, base, VALUE)
        return None
    role = subscript_of(base.id)
    subscripts = [_subscript(item, base.id, axis, scope, role) for axis, item in enumerate(written)]
    known = tuple(item for item in subscripts if item is not None)
    if not _has_rank(base.id, len(written), node, scope) or len(known) < len(written):
        return None
    return Access(base.id, known, scope.source.span(node))


def is_large(found: Value) -> bool:
    """Whether a value has more parts than what is read."""
    waiting, parts = [found], 0
    while waiting and parts <= MAX_NODES:
        item = waiting.pop()
        parts += 1
        if isinstance(item, Compute):
            waiting += item.operands
        elif isinstance(item, Choice):
            waiting += [item.value, item.otherwise]
    return parts > MAX_NODES


def _subscripts(node: ast.expr) -> tuple[ast.expr, list[ast.expr]]:
    """The array and what stands in brackets behind it."""
    groups: list[list[ast.expr]] = []
    while isinstance(node, ast.Subscript):
        groups.append(node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice])
        node = node.value
    return node, [item for group in reversed(groups) for item in group]


def _subscript(node: ast.expr, array: str, axis: int, scope: Scope, role: Role) -> Affine | None:
    if isinstance(node, ast.Slice) or (isinstance(node, ast.Constant) and not isinstance(node.value, int | float)):
        message = f"{role.subject} takes more than one element: '{scope.source.excerpt(node)}'"
        scope.refuse("W411", message, node, "write the loop over this axis")
        return None
    found = affine(node, scope, role)
    if found is None or not found.is_constant or found.constant >= 0:
        return found
    shape = scope.arrays[array].shape
    if shape is None or axis >= len(shape):
        scope.refuse_in(role, "counts from the end of an axis of unknown size", node)
        return None
    return found + shape[axis]


def _has_rank(array: str, rank: int, node: ast.expr, scope: Scope) -> bool:
    """Whether an array has as many axes as subscripts stand here."""
    shape = scope.arrays[array].shape
    expected = scope.ranks.setdefault(array, rank if shape is None else len(shape))
    if expected == rank:
        return True
    message = f"'{array}' has {expected} axes and {rank} subscripts here: '{scope.source.excerpt(node)}'"
    scope.refuse("W411", message, node, "write one subscript per axis, and a loop for each")
    return False


def _number(number: int | float, node: ast.expr, scope: Scope) -> Literal | None:
    if isinstance(number, int) and abs(number) >= _MAX_INTEGER:
        scope.refuse("W010", "a value has an integer beyond 64 bits", node)
        return None
    return Literal(int(number) if isinstance(number, bool) else number)


def _operand(node: ast.Name | ast.Subscript, scope: Scope) -> Value | None:
    """An element of an array, or a number that has a name."""
    if isinstance(node, ast.Subscript) or node.id in scope.arrays:
        return access(node, scope)
    if node.id in scope.numbers:
        return Literal(scope.numbers[node.id])
    if node.id not in scope.names.local | scope.bindings.keys():
        imported = scope.imports.get(node.id, "" if node.id in ("pi", "e") else node.id)
        if imported in _NUMBERS:
            return Literal(_NUMBERS[imported])
    bound = scope.value_of(node.id)
    if bound is None:
        scope.refuse_name(node.id, node, VALUE)
    elif not bound.is_constant:
        hint = "a value is made of elements of arrays, scalars and numbers"
        scope.refuse_in(VALUE, "uses an iterator", node, hint)
    return Literal(bound.constant) if bound and bound.is_constant else None


def _folded(node: ast.expr, scope: Scope) -> Value | None:
    """The number that an expression of sizes is."""
    trial = scope.fresh()
    found = affine(node, trial, VALUE)
    if found is not None and found.is_constant:
        return Literal(found.constant)
    others = [item for item in trial.findings.items if item.code != VALUE.code]
    scope.findings.items += others
    if not others:
        scope.refuse_in(VALUE, "has an operator that only sizes can have", node, _OPERATOR_HINT)
    return None


def _operation(node: ast.BinOp, scope: Scope) -> Value | None:
    if isinstance(node.op, ast.FloorDiv | ast.Mod | ast.LShift):
        return _folded(node, scope)
    function = OPERATORS.get(type(node.op))
    if function is None and not isinstance(node.op, ast.Pow):
        hint = "write the loops of the product" if isinstance(node.op, ast.MatMult) else _OPERATOR_HINT
        scope.refuse_in(VALUE, "has an operator that cannot be read", node, hint)
        return None
    left, right = value(node.left, scope), value(node.right, scope)
    if left is None or right is None:
        return None
    return Compute(function, (left, right)) if function else _power(left, right, node, scope)


def _power(base: Value, exponent: Value, node: ast.BinOp, scope: Scope) -> Value | None:
    """`base ** exponent`; a small whole power is a product."""
    if not isinstance(exponent, Literal) or exponent.value not in range(1, _MAX_POWER + 1):
        return Compute("pow", (base, exponent))
    product = base
    for _ in range(int(exponent.value) - 1):
        product = Compute("*", (product, base))
    if is_large(product):
        scope.refuse("W411", f"a value has more than {MAX_NODES} parts", node)
        return None
    return product


def _call(node: ast.Call, scope: Scope) -> Value | None:
    name = scope.called(node)
    name = _SAME.get(name or "", name)
    if name is None or name in _NO_VALUES or not node.args or node.keywords:
        reason = "calls what is no function of values"
        scope.refuse_in(VALUE, reason, node, "a function takes elements and gives a number, like exp(A[i])")
        return None
    if name in _WHOLE:
        scope.refuse_in(VALUE, "calls a function of whole arrays", node, "write its loops")
        return None
    operands = [value(item, scope) for item in node.args]
    known = tuple(item for item in operands if item is not None)
    if len(known) < len(operands):
        return None
    if name in _CASTS and len(known) == 1:
        return known[0] if isinstance(known[0], Literal) or name in _EXACT else Compute(CONVERSION, known)
    return called(name, known)
