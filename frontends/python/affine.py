"""Affine expressions: subscripts, bounds and sizes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from itertools import islice

from ...ir import Affine, FloorDiv
from .module import axes_of, axis_of, shape_of
from .scope import Role, Scope

MAX_NUMBER = 2**31 - 1
_MAX_NUMBERS = 200
_REASONS: dict[type[ast.AST], str] = {
    ast.Subscript: "reads data",
    ast.Call: "calls a function",
    ast.IfExp: "is conditional",
    ast.Attribute: "is an attribute",
    ast.Constant: "is no integer",
    ast.Slice: "is a slice",
}


def affine(node: ast.expr, scope: Scope, role: Role) -> Affine | None:
    """The value of an expression, or None with findings."""
    if axis_of(node):
        return _axis(node, scope, role)
    match node:
        case ast.Constant(value) if type(value) is int:
            return _checked(Affine.of(value), node, scope, role)
        case ast.Name(name):
            return _name(name, node, scope, role)
        case ast.UnaryOp(ast.UAdd(), operand):
            return affine(operand, scope, role)
        case ast.UnaryOp(ast.USub(), operand):
            inner = affine(operand, scope, role)
            return None if inner is None else inner * -1
        case ast.BinOp(left, operator, right) if type(operator) in _OPERATORS:
            operands = affine(left, scope, role), affine(right, scope, role)
            if operands[0] is None or operands[1] is None:
                return None
            return _operation(operands[0], operands[1], node, scope, role)
    reason = _REASONS.get(type(node), "is not affine")
    scope.refuse_in(role, reason, node)
    return None


def constant(node: ast.expr, scope: Scope, role: Role) -> int | None:
    """The value of an expression that must be an integer known at reading."""
    value = affine(node, scope, role)
    if value is None or value.is_constant:
        return value.constant if value else None
    scope.refuse_in(role, "must be a number", node)
    return None


def extents(shape: ast.expr, scope: Scope, role: Role) -> tuple[int, ...] | None:
    """The sizes that `n`, `(n, m)` or `A.shape` stand for."""
    nodes = extent_nodes(shape, scope, role)
    sizes = [_extent(node, scope, role) for node in nodes or ()]
    known = tuple(size for size in sizes if size is not None)
    return None if nodes is None or len(known) < len(sizes) else known


def extent_nodes(shape: ast.expr, scope: Scope, role: Role) -> list[ast.expr] | None:
    """An expression for each size that `n`, `(n, m)` or `A.shape` stands for."""
    if isinstance(shape, ast.Tuple | ast.List):
        return shape.elts
    name = shape_of(shape)
    if name is None:
        return [shape]
    array = scope.arrays.get(name)
    if array is None or array.shape is None:
        scope.refuse_in(role, "is not known", shape, f"say the shape of '{name}' in its annotation: \"f64[64, 64]\"")
        return None
    return axes_of(shape, len(array.shape))


def _extent(node: ast.expr, scope: Scope, role: Role) -> int | None:
    size = constant(node, scope, role)
    if size is not None and size < 0:
        scope.refuse("W010", f"{role.subject} is negative: {size}", node)
        return None
    return size


def _name(name: str, node: ast.expr, scope: Scope, role: Role) -> Affine | None:
    value = scope.value_of(name)
    if value is None:
        scope.refuse_name(name, node, role)
        return None
    return _checked(value, node, scope, role)


def _axis(node: ast.expr, scope: Scope, role: Role) -> Affine | None:
    """`A.shape[1]` and `len(A)`: known from the array, or a size of that name."""
    name, axis = axis_of(node) or ("", 0)
    array = scope.arrays.get(name)
    if array is None:
        scope.refuse_name(name, node, role)
        return None
    if array.shape is None:
        called = scope.names.axes.get((name, axis))
        size = scope.sizes.get(f"{name}.shape[{axis}]")
        size = scope.sizes.get(called) if size is None and called else size
        if size is None:
            scope.findings.items.append(scope.sizes.missing(f"{name}.shape[{axis}]", scope.source.span(node)))
            return None
        return _checked(Affine.of(size), node, scope, role)
    if not -len(array.shape) <= axis < len(array.shape):
        scope.refuse_in(role, f"asks for an axis that '{name}' has not", node, f"it has {len(array.shape)}")
        return None
    return Affine.of(array.shape[axis])


def _operation(left: Affine, right: Affine, node: ast.BinOp, scope: Scope, role: Role) -> Affine | None:
    result = _OPERATORS[type(node.op)](left, right)
    if isinstance(result, str):
        scope.refuse_in(role, result, node)
        return None
    return _checked(result, node, scope, role)


def _product(left: Affine, right: Affine) -> Affine | str:
    if right.is_constant:
        return left * right.constant
    return right * left.constant if left.is_constant else "multiplies iterators"


def _quotient(left: Affine, right: Affine) -> Affine | str:
    if right.is_constant and right.constant > 0:
        return left // right.constant
    return "divides by what is no positive integer"


def _rest(left: Affine, right: Affine) -> Affine | str:
    if right.is_constant and right.constant > 0:
        return left % right.constant
    return "divides by what is no positive integer"


def _power(left: Affine, right: Affine) -> Affine | str:
    if not left.is_constant or not right.is_constant:
        return "is not affine"
    if not 0 <= right.constant < 32:
        return "has an exponent that is not from 0 to 31"
    return Affine.of(left.constant**right.constant)


def _shifted(left: Affine, right: Affine) -> Affine | str:
    factor = _power(Affine.of(2), right)
    return factor if isinstance(factor, str) else left * factor.constant


_OPERATORS: dict[type[ast.operator], Callable[[Affine, Affine], Affine | str]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: _product,
    ast.FloorDiv: _quotient,
    ast.Mod: _rest,
    ast.Pow: _power,
    ast.LShift: _shifted,
}


def _checked(value: Affine, node: ast.expr, scope: Scope, role: Role) -> Affine | None:
    """The value, unless it is too large to be worked with."""
    numbers = tuple(islice(_numbers(value), _MAX_NUMBERS + 1))
    if any(abs(number) > MAX_NUMBER for number in numbers):
        scope.refuse("W010", f"{role.subject} has a number beyond 2**31-1", node)
        return None
    if len(numbers) > _MAX_NUMBERS:
        scope.refuse_in(role, "has too many terms", node)
        return None
    return value


def _numbers(value: Affine) -> Iterator[int]:
    """Every number in an expression."""
    yield value.constant
    for atom, coefficient in value.terms:
        yield coefficient
        if isinstance(atom, FloorDiv):
            yield atom.divisor
            yield from _numbers(atom.numerator)
