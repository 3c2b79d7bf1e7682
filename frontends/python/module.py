"""What a file says around its functions: imported names and constants; and the patterns that readers share."""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Iterable, Mapping
from typing import TypeAlias

FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
AssignmentNode: TypeAlias = ast.Assign | ast.AnnAssign
_SPEC = re.compile(r"\s*((?:bf|tf|f|i|si|ui)\d\w*|index)\s*\[([^\[\]]*)\]\s*")
Pair: TypeAlias = tuple[ast.expr, ast.expr]


def imported_names(body: Iterable[ast.stmt]) -> dict[str, str]:
    """What `from … import … as …` calls things, by their own names."""
    imports = (node for item in body for node in ast.walk(item) if isinstance(node, ast.ImportFrom))
    return {alias.asname or alias.name: alias.name for node in imports for alias in node.names}


def called_name(call: ast.expr, imports: Mapping[str, str], local: Container[str] = ()) -> str | None:
    """The plain name of a function that is called: `exp` for `math.exp(x)`; None for a method of a `local` name."""
    function = call.func if isinstance(call, ast.Call) else None
    if isinstance(function, ast.Name):
        return None if function.id in local else imports.get(function.id, function.id)
    if isinstance(function, ast.Attribute):
        root = root_name(function)
        return None if root is None or root in local else function.attr
    return None


def root_name(node: ast.expr) -> str | None:
    """`a` of `a.b.c` and `a[i][j]`; None where no name begins it."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def shape_of(node: ast.expr) -> str | None:
    """`A` of `A.shape`."""
    if isinstance(node, ast.Attribute) and node.attr == "shape" and isinstance(node.value, ast.Name):
        return node.value.id
    return None


def axis_of(node: ast.expr) -> tuple[str, int] | None:
    """`A` and 1 of `A.shape[1]` and `len(A[0])`, `A` and 0 of `len(A)`."""
    if isinstance(node, ast.Subscript):
        name, axis = shape_of(node.value), _integer(node.slice)
        return None if name is None or axis is None else (name, axis)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len":
        array, axis = node.args[0] if len(node.args) == 1 else None, 0
        while isinstance(array, ast.Subscript) and not isinstance(array.slice, ast.Slice | ast.Tuple):
            array, axis = array.value, axis + 1
        return (array.id, axis) if isinstance(array, ast.Name) else None
    return None


def _integer(node: ast.expr) -> int | None:
    match node:
        case ast.Constant(int(value)):
            return value
        case ast.UnaryOp(ast.USub(), ast.Constant(int(value))):
            return -value
    return None


def axes_of(shape: ast.expr, count: int) -> list[ast.expr]:
    """`A.shape[0]`, `A.shape[1]`, … for `A.shape`."""
    axes = (ast.Subscript(shape, ast.copy_location(ast.Constant(axis), shape)) for axis in range(count))
    return [ast.copy_location(axis, shape) for axis in axes]


def assigned_pairs(node: AssignmentNode) -> list[Pair] | None:
    """What an assignment sets to what, one by one; None if that is not the same as all at once."""
    if isinstance(node, ast.AnnAssign):
        return [(node.target, node.value)] if node.value else []
    pairs = [pair for target in node.targets for pair in _unpacked(target, node.value)]
    if len(pairs) > 1:
        set_here = {root_name(target) for target, _ in pairs}
        if None in set_here or set_here & {name for _, value in pairs for name in names_in(value)}:
            return None
    return pairs


def _unpacked(target: ast.expr, value: ast.expr) -> list[Pair]:
    if not isinstance(target, ast.Tuple | ast.List):
        return [(target, value)]
    if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts):
        return list(zip(target.elts, value.elts, strict=True))
    if shape_of(value) is not None:
        return list(zip(target.elts, axes_of(value, len(target.elts)), strict=True))
    return [(target, value)]


def names_in(node: ast.AST) -> set[str]:
    """Every name in a tree."""
    return {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}


def stored_names(node: ast.AST) -> set[str]:
    """Every name that a tree sets."""
    return {item.id for item in ast.walk(node) if isinstance(item, ast.Name) and not isinstance(item.ctx, ast.Load)}


def definitions(body: Iterable[ast.stmt]) -> list[tuple[str, ast.expr]]:
    """What the file's own assignments set names to, in order."""
    assignments = (node for node in body if isinstance(node, ast.Assign | ast.AnnAssign))
    pairs = (pair for node in assignments for pair in assigned_pairs(node) or ())
    return [(target.id, value) for target, value in pairs if isinstance(target, ast.Name)]


def needed(names: Iterable[str], defined: list[tuple[str, ast.expr]]) -> list[tuple[str, ast.expr]]:
    """The definitions of names, and of the names in these."""
    edges: dict[str, set[str]] = {}
    for name, value in defined:
        edges.setdefault(name, set()).update(names_in(value))
    reached = reach(names, edges)
    return [item for item in defined if item[0] in reached]


def reach(start: Iterable[str], edges: Mapping[str, Iterable[str]]) -> set[str]:
    """The names that edges lead to, with those at the start."""
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += edges.get(name, ())
    return found


def spec_of(node: ast.expr | None) -> tuple[str, list[str]] | None:
    """The element type and the sizes of a text such as "f64[64, K]"."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return None
    match = _SPEC.fullmatch(node.value)
    if match is None:
        return None
    return match[1], [size.strip() for size in match[2].split(",")] if match[2].strip() else []


def sizes_in(node: ast.expr | None) -> set[str]:
    """The names of sizes in a text such as "f64[64, K]"."""
    spec = spec_of(node)
    return {text for text in spec[1] if text.isidentifier()} if spec else set()


def plain_text(node: ast.expr) -> str | None:
    """The text of a literal that is written as it is."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return None
    return node.value if node.value.isprintable() and not {'"', "\\"} & set(node.value) else None
