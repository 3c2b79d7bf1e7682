"""`while` and `do` loops that step an integer at their end, as `for` loops."""

from __future__ import annotations

from typing import Any

from .syntax import c_ast, nodes, replace_nodes
from .usage import is_step


def as_for_loops(function: Any) -> frozenset[int]:
    """Rewrite the loops of a function, in place; the identities of those `for` loops that run once in any case."""
    once: set[int] = set()

    def new(node: Any) -> Any:
        found = _as_for(node) if isinstance(node, c_ast.While | c_ast.DoWhile) else None
        if found is not None and isinstance(node, c_ast.DoWhile):
            once.add(id(found))
        return found

    replace_nodes(function, new)
    return frozenset(once)


def _as_for(loop: Any) -> Any:
    """The loop as a `for`, with its last statement in the header; None if that is no step of what it tests."""
    items = list(loop.stmt.block_items or ()) if isinstance(loop.stmt, c_ast.Compound) else []
    target = _stepped(items[-1]) if len(items) > 1 else ""
    tested = {node.name for node in nodes(loop.cond) if isinstance(node, c_ast.ID)}
    if target not in tested or _leaves(items) or any(map(is_step, nodes(loop.cond))):
        return None
    body = c_ast.Compound(items[:-1], loop.stmt.coord)
    return c_ast.For(None, loop.cond, items[-1], body, loop.coord)


def _stepped(node: Any) -> str:
    """The name that a statement steps, as `i++` or `i = i + 2`."""
    target = node.expr if is_step(node) else node.lvalue if isinstance(node, c_ast.Assignment) else None
    plain = isinstance(node, c_ast.Assignment) and node.op == "="
    if not isinstance(target, c_ast.ID):
        return ""
    again = not plain or any(isinstance(item, c_ast.ID) and item.name == target.name for item in nodes(node.rvalue))
    return str(target.name) if again else ""


def _leaves(items: list[Any]) -> bool:
    """Whether an iteration may go on to the next, past the step."""
    waiting = list(items)
    while waiting:
        node = waiting.pop()
        if isinstance(node, c_ast.Continue):
            return True
        # A `continue` further inside belongs to the loop there.
        if not isinstance(node, c_ast.For | c_ast.While | c_ast.DoWhile):
            waiting += list(node)
    return False
