"""What a function returns, as one expression after the statements before it."""

from __future__ import annotations

from typing import Any

from ...ir import holds_integers
from .declared import declared
from .syntax import c_ast, nodes
from .usage import parameters_of, reads_data


def result_of(function: Any) -> tuple[list[Any], Any] | None:
    """The statements of a function and the value that it returns; None if it returns in any other way.

    `if (c) return a;` before `return b;` is the choice of a or b. What stands between the two must be declarations:
    they have no effect where the first value is returned.
    """
    items = list(function.body.block_items or ())
    value = _returned(items.pop()) if items else None
    if value is None:
        return None
    before: list[Any] = []
    for item in reversed(items):
        if not any(isinstance(node, c_ast.Return) for node in nodes(item)):
            before.insert(0, item)
            continue
        early = _returned(item.iftrue) if isinstance(item, c_ast.If) and item.iffalse is None else None
        if early is None or not all(isinstance(other, c_ast.Decl) for other in before):
            return None
        value = c_ast.TernaryOp(item.cond, early, value, item.coord)
    return before, _converted(function, value)


def _returned(item: Any) -> Any:
    """The value that a statement returns in any case; None if it does not."""
    while isinstance(item, c_ast.Compound) and len(item.block_items or ()) == 1:
        item = item.block_items[0]
    if isinstance(item, c_ast.If) and item.iffalse is not None:
        sides = _returned(item.iftrue), _returned(item.iffalse)
        return None if None in sides else c_ast.TernaryOp(item.cond, *sides, item.coord)
    return item.expr if isinstance(item, c_ast.Return) else None


def _converted(function: Any, value: Any) -> Any:
    """The value as of the function's type, where an integer is made of what may be none."""
    kind = function.decl.type.type
    if not _is_whole(kind):
        return value
    declarations = [*parameters_of(function), *nodes(function.body)]
    other = {item.name for item in declarations if isinstance(item, c_ast.Decl) and not _is_whole(item.type)}
    names = {item.name for item in nodes(value) if isinstance(item, c_ast.ID)}
    if not reads_data(value) and not names & other:
        return value
    return c_ast.Cast(c_ast.Typename(None, [], None, kind), value, value.coord)


def _is_whole(kind: Any) -> bool:
    """Whether a type is one of integers."""
    return holds_integers(declared(kind, {}).element)
