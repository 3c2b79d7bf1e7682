"""`while` and `do` loops that step an integer at their end, as `for` loops."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from .moving import step_of
from .syntax import c_ast, nodes, replace_child, replace_nodes
from .usage import changed, is_step


def as_for_loops(function: Any) -> frozenset[int]:
    """Rewrite the loops of a function, in place; the identities of those `for` loops that run once in any case."""
    once: set[int] = set()

    def new(node: Any) -> Any:
        if isinstance(node, c_ast.For):
            return _counting_down(node, [node.stmt], node.init) if node.next is None and node.cond is not None else None
        found = _as_for(node) if isinstance(node, c_ast.While | c_ast.DoWhile) else None
        if found is not None and isinstance(node, c_ast.DoWhile):
            once.add(id(found))
        return found

    replace_nodes(function, new)
    return frozenset(once)


def _as_for(loop: Any) -> Any:
    """The loop as a `for`, with its last statement in the header; None if that is no step of what it tests."""
    items = list(loop.stmt.block_items or ()) if isinstance(loop.stmt, c_ast.Compound) else [loop.stmt]
    if isinstance(loop, c_ast.While) and (counted := _counting_down(loop, items)) is not None:
        return counted
    tested = {node.name for node in nodes(loop.cond) if isinstance(node, c_ast.ID)}
    if any(map(is_step, nodes(loop.cond))) or _leaves(items):
        return None
    items = _step_last(items[:-1] + _apart(items[-1], tested), tested) if items else []
    if len(items) < 2 or _stepped(items[-1]) not in tested:
        return None
    body = c_ast.Compound(items[:-1], loop.stmt.coord)
    return c_ast.For(None, loop.cond, items[-1], body, loop.coord)


def _counting_down(loop: Any, items: list[Any], first: Any = None) -> Any:
    """`while (n--)` or `for (n = 6; n--; )`, also with `> 0`, as a loop that counts n down.

    None if the body uses n, or for another loop.
    """
    test = loop.cond
    if isinstance(test, c_ast.BinaryOp) and test.op in (">", "!=") and getattr(test.right, "value", "") == "0":
        test = test.left
    if not isinstance(test, c_ast.UnaryOp) or test.op != "p--" or not isinstance(test.expr, c_ast.ID):
        return None
    name = test.expr.name
    if any(isinstance(node, c_ast.ID) and node.name == name for item in items for node in nodes(item)):
        return None
    counter, zero = c_ast.ID(name, test.coord), c_ast.Constant("int", "0", test.coord)
    more = c_ast.BinaryOp(">", counter, zero, test.coord)
    step = c_ast.UnaryOp("p--", c_ast.ID(name, test.coord), test.coord)
    return c_ast.For(first, more, step, loop.stmt, loop.coord)


def _step_last(items: list[Any], tested: set[str]) -> list[Any]:
    """A body with the step of what is tested at its end; what stood behind it uses the value before."""
    places = [number for number, item in enumerate(items) if _stepped(item) in tested]
    step = step_of(items[places[0]]) if len(places) == 1 else None
    if step is None or any(step[0] in changed(item) for item in items if item is not items[places[0]]):
        return items
    name, operator, by = step

    def after(node: Any) -> Any:
        if not isinstance(node, c_ast.ID) or node.name != name:
            return None
        amount = c_ast.Constant("int", "1", node.coord) if by is None else deepcopy(by)
        return c_ast.BinaryOp(operator[0], c_ast.ID(name, node.coord), amount, node.coord)

    for item in items[places[0] + 1 :]:
        replace_nodes(item, after)
    return [*items[: places[0]], *items[places[0] + 1 :], items[places[0]]]


def _apart(node: Any, tested: set[str]) -> list[Any]:
    """`sum += *p++` of a pointer or integer that is tested as `sum += *p` and `p++`; anything else as it is."""
    names = [item.name for item in nodes(node) if isinstance(item, c_ast.ID)]
    for parent in nodes(node) if isinstance(node, c_ast.Assignment) else ():
        for name, child in parent.children():
            step = is_step(child) and child.op in ("p++", "p--") and isinstance(child.expr, c_ast.ID)
            if step and child.expr.name in tested and names.count(child.expr.name) == 1:
                replace_child(parent, name, c_ast.ID(child.expr.name, child.coord))
                return [node, child]
    return [node]


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
