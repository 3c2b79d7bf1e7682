"""Loops and types of languages inside of Python, Allo and Exo, as plain Python: `grid`, `seq`, `float32[8, 6]`.

Only what a function computes is read; what is said to schedule it stands outside and is left out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from ...ir.free_names import free_name
from .module import FunctionNode

_MODULES = ("allo", "exo")
_LOOPS = {"grid": "range", "reduction": "range", "seq": "range", "par": "parallel"}
_WORDS = re.compile(r"(u?)(int|float|bfloat|index|i|ui|f|bf)(\d*)")
_FAMILIES = {"int": "i", "float": "f", "bfloat": "bf"}


def as_plain(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements of a file; changed, in place, if it imports one of these languages."""
    imports = (name for node in body for name in _imported(node))
    if any(name.split(".")[0] in _MODULES for name in imports):
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                _function(node)
    return body


def _imported(node: ast.stmt) -> Iterable[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def _function(node: FunctionNode) -> None:
    for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
        text = _specification(argument.annotation)
        if argument.annotation is not None and text:
            argument.annotation = ast.copy_location(ast.Constant(text), argument.annotation)
    taken = {getattr(inner, "id", "") or getattr(inner, "arg", "") for inner in ast.walk(node)}
    node.body = _block(node.body, taken) or [ast.copy_location(ast.Pass(), node)]


def _block(body: list[ast.stmt], taken: set[str]) -> list[ast.stmt]:
    return [new for node in body for new in _statement(node, taken)]


def _statement(node: ast.stmt, taken: set[str]) -> list[ast.stmt]:
    if isinstance(node, ast.For):
        node.body = _block(node.body, taken)
        return [_loop(node)]
    if isinstance(node, ast.If):
        node.body, node.orelse = _block(node.body, taken), _block(node.orelse, taken)
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return _declaration(node, node.target, taken)
    return [node]


def _loop(node: ast.For) -> ast.stmt:
    """`for i, j in grid(8, 7)` as two loops; `seq` and `reduction` are ranges."""
    call = node.iter
    function = call.func if isinstance(call, ast.Call) else None
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if not isinstance(call, ast.Call) or name not in _LOOPS:
        return node
    bounds = [item for item in call.args if not isinstance(item, ast.Starred)]
    targets = node.target.elts if isinstance(node.target, ast.Tuple) else [node.target]
    if name in ("seq", "par"):
        pairs = [(targets[0], bounds)] if len(targets) == 1 else []
    else:
        pairs = [(target, [bound]) for target, bound in zip(targets, bounds, strict=False)]
    if len(pairs) < len(targets) or (name in ("grid", "reduction") and len(bounds) != len(targets)):
        return node
    body = node.body
    for target, arguments in reversed(pairs):
        marker = ast.copy_location(ast.Name(_LOOPS[name], ast.Load()), call)
        ranged = ast.copy_location(ast.Call(marker, arguments, []), call)
        body = [ast.copy_location(ast.For(target, ranged, body, []), node)]
    return body[0]


def _declaration(node: ast.AnnAssign, target: ast.Name, taken: set[str]) -> list[ast.stmt]:
    """`C: float32[8, 7] = 0.0` makes an array and fills it; a scalar without a value needs no statement.

    `taken` are the names of the function, of which the iterators that fill it are none.
    """
    text = _specification(node.annotation)
    if not text:
        scalar = _element(node.annotation)
        return [] if scalar and node.value is None else [node]
    marker = ast.Call(ast.Name("local", ast.Load()), [ast.Constant(text)], [])
    made = ast.Assign([ast.Name(target.id, ast.Store())], marker)
    filled: list[ast.stmt] = []
    if node.value is not None:
        extents = text.partition("[")[2].rstrip("]").split(", ")
        names = [free_name(f"{target.id}_{number}", taken) for number in range(len(extents))]
        axes = ast.Tuple([ast.Name(name, ast.Load()) for name in names], ast.Load())
        place = ast.Subscript(ast.Name(target.id, ast.Load()), axes, ast.Store())
        filled = [ast.Assign([place], node.value)]
        for name, extent in zip(reversed(names), reversed(extents), strict=True):
            size = ast.Constant(int(extent)) if extent.isdecimal() else ast.Name(extent, ast.Load())
            ranged = ast.Call(ast.Name("range", ast.Load()), [size], [])
            filled = [ast.For(ast.Name(name, ast.Store()), ranged, filled, [])]
    found = [made, *filled]
    for item in found:
        for inner in ast.walk(item):
            if isinstance(inner, ast.expr | ast.stmt) and not hasattr(inner, "lineno"):
                ast.copy_location(inner, node)
    return found


def _specification(node: ast.expr | None) -> str:
    """`f32[8, 6]` of `float32[8, 6]`, and of Exo's `f32[M, K] @ DRAM` and `[f32][M, K]`; empty for anything else."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        node = node.left
    if not isinstance(node, ast.Subscript):
        return ""
    base = node.value.elts[0] if isinstance(node.value, ast.List) and len(node.value.elts) == 1 else node.value
    element = _element(base)
    axes = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    sizes = [
        item.id if isinstance(item, ast.Name) else str(item.value) if isinstance(item, ast.Constant) else ""
        for item in axes
    ]
    known = all(size.isidentifier() or size.isdecimal() for size in sizes)
    return f"{element}[{', '.join(sizes)}]" if element and known else ""


def _element(node: ast.expr) -> str:
    """The element that a type names; empty if it is none."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        node = node.left
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    found = _WORDS.fullmatch(str(name))
    if name == "R":
        return "f64"
    if found is None or (not found[3] and found[2] != "index"):
        return ""
    return f"{found[1]}{_FAMILIES.get(found[2], found[2])}{found[3]}"
