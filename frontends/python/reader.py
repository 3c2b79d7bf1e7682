"""Functions in Python as loop nests."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from ...ir import Diagnostic, LoopNest, Node, WeftError
from ...ir.nearest import did_you_mean
from ..sizes import Sizes
from .affine import MAX_NUMBER
from .blocks import read_block
from .foreign import as_plain
from .module import FunctionNode, definitions, imported_names
from .scope import Scope
from .signature import Shapes, function_scope
from .source import Source

_MARKERS = ("parallel", "chunk", "hold", "local")


def read_python(
    text: str,
    file: str = "<string>",
    sizes: Sizes | None = None,
    function: str | None = None,
    shapes: Shapes | None = None,
    first_line: int = 1,
) -> tuple[LoopNest, ...]:
    """The top-level functions of a text but definitions of markers, or the one of that name; nothing is executed.

    `shapes` are those of arrays, by the names of parameters. A text that is cut out of a file may be indented;
    `first_line` says at which line of its file it begins. WeftError if the text is no Python (W001) or has no such
    function (W002); what is no part of a loop nest is `Unreadable` in its place.
    """
    source = Source(text, file, first_line)
    body = as_plain(source.body)
    functions = [node for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    if function is not None:
        functions = [_named(function, functions, file)]
    else:
        functions = [node for node in functions if node.name not in _MARKERS]
    _check_shapes(shapes or {}, functions)
    outside = Scope(source, imported_names(body), sizes or Sizes())
    defined = definitions(body)
    return tuple(_read_function(node, function_scope(node, outside, defined, shapes or {})) for node in functions)


def _named(name: str, functions: list[FunctionNode], file: str) -> FunctionNode:
    """The function of that name; of several the last, as in Python."""
    known = {node.name: node for node in functions}
    if name in known:
        return known[name]
    hint = did_you_mean(name, known, "functions", "the file has no functions")
    raise WeftError(Diagnostic("W002", f"no function '{name}' in '{file}'", hint=hint))


def _check_shapes(shapes: Shapes, functions: Iterable[FunctionNode]) -> None:
    known = {item.arg for node in functions for item in ast.walk(node.args) if isinstance(item, ast.arg)}
    findings = []
    for name, shape in shapes.items():
        if name not in known:
            hint = did_you_mean(name, sorted(known), "parameters")
            findings.append(Diagnostic("W002", f"no parameter '{name}' that could have a shape", hint=hint))
        elif not all(0 <= size <= MAX_NUMBER for size in shape):
            findings.append(Diagnostic("W010", f"shape of '{name}' is out of range: {shape}"))
    if findings:
        raise WeftError(findings)


def _read_function(node: FunctionNode, scope: Scope) -> LoopNest:
    if isinstance(node, ast.AsyncFunctionDef):
        scope.refuse("W411", f"'{node.name}' is asynchronous", node, "write it as def")
    head: tuple[Node, ...] = (scope.unreadable(),) if scope.findings.items else ()
    try:
        body = head + read_block(_without_return(node.body), scope)
    except RecursionError:
        message = f"function '{node.name}' is nested too deeply"
        raise WeftError(Diagnostic("W001", message, span=scope.source.name_span(node))) from None
    arrays = sorted(scope.arrays.values(), key=lambda item: item.local)
    return LoopNest(node.name, tuple(arrays), body, tuple(scope.placements), scope.source.name_span(node))


def _without_return(body: list[ast.stmt]) -> list[ast.stmt]:
    """The body of a function without the names that it returns at its end."""
    match body[-1]:
        case ast.Return(None | ast.Constant() | ast.Name()):
            return body[:-1]
        case ast.Return(ast.Tuple(elements) | ast.List(elements)) if all(isinstance(x, ast.Name) for x in elements):
            return body[:-1]
    return body
