"""Extents that a model leaves open: their names, and the sizes that a user gives for them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from onnx import GraphProto, TypeProto, ValueInfoProto

from ...ir import MAX_EXTENT, Diagnostic
from ..sizes import Sizes


def bind_inputs(graph: GraphProto, weights: set[str], sizes: Sizes) -> list[Diagnostic]:
    """Gives every extent of the graph's inputs its number; findings (W005) for those without, one for each name."""
    missing: dict[str, Diagnostic] = {}
    for item in graph.input:
        if item.name in weights or not item.type.HasField("tensor_type"):
            continue
        for axis, dim in enumerate(item.type.tensor_type.shape.dim):
            if dim.HasField("dim_value") and dim.dim_value >= 0:
                continue
            name = dim.dim_param or f"{item.name}.{axis}"
            value, unknown = _value(name, sizes)
            if value is None:
                missing |= {own: sizes.missing(own, None) for own in unknown}
            else:
                dim.dim_value = value
    return list(missing.values())


def bind_declared(items: Iterable[ValueInfoProto], sizes: Sizes) -> dict[str, TypeProto]:
    """The types that the file declares of other tensors, with the given sizes."""
    found: dict[str, TypeProto] = {}
    for item in items:
        if item.type.HasField("tensor_type"):
            for dim in item.type.tensor_type.shape.dim:
                value = _value(dim.dim_param, sizes)[0] if dim.dim_param else None
                if value is not None:
                    dim.dim_value = value
            found[item.name] = item.type
    return found


def _value(name: str, sizes: Sizes) -> tuple[int | None, list[str]]:
    """The number of an extent, which may be a sum or a product of names; or the names that have none."""
    parsed = _parsed(name)
    names = list(dict.fromkeys(node.id for node in ast.walk(parsed) if isinstance(node, ast.Name))) if parsed else []
    if parsed is None or names == [name]:
        value = sizes.get(name)
        return value, [] if value is not None else [name]
    values = {own: sizes.get(own) for own in names}
    known = {own: value for own, value in values.items() if value is not None}
    if len(known) < len(values):
        return None, [own for own, value in values.items() if value is None]
    value = _computed(parsed, known)
    return (value, []) if value is not None and 0 < value <= MAX_EXTENT else (None, [name])


_OPERATORS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.FloorDiv: lambda left, right: left // right,
    ast.Div: lambda left, right: left // right,
}
_LONGEST = 200


def _parsed(name: str) -> ast.expr | None:
    """A name as an expression of names and numbers; None if it is none."""
    if len(name) > _LONGEST:
        return None
    try:
        found = ast.parse(name.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    known = (ast.BinOp, ast.Name, ast.Load, *_OPERATORS)
    plain = all(isinstance(n, known) or (isinstance(n, ast.Constant) and type(n.value) is int) for n in ast.walk(found))
    return found if plain else None


def _computed(node: ast.expr, values: dict[str, int]) -> int | None:
    match node:
        case ast.Name(name):
            return values[name]
        case ast.Constant(int() as value):
            return value
        case ast.BinOp(left, operator, right):
            first, second = _computed(left, values), _computed(right, values)
            if first is None or second is None or (isinstance(operator, ast.Div | ast.FloorDiv) and not second):
                return None
            return _OPERATORS[type(operator)](first, second)
    return None
