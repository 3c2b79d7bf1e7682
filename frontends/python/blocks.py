"""The statements of a block: loops, assignments, and what is refused."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace

from ...ir import Node, Placement, Statement, Unreadable, leaves
from ..guards import Guard, after_skips
from .guards import read_guard
from .loops import read_headers
from .module import plain_text, stored_names
from .scope import Scope
from .source import MAX_DEPTH, MAX_NODES, is_outsized
from .statements import read_assignment, read_choice, read_update

_RANGE_HINT = "write it as for i in range(...)"
_REFUSED: dict[type[ast.stmt], tuple[str, str]] = {
    ast.While: ("a while loop", _RANGE_HINT),
    ast.AsyncFor: ("an asynchronous loop", _RANGE_HINT),
    ast.Break: ("break", "say the end of the loop as its bound"),
    ast.Continue: ("continue", "say what the loop leaves out as its bounds"),
    ast.Try: ("try", ""),
    ast.TryStar: ("try", ""),
    ast.With: ("with", ""),
    ast.AsyncWith: ("with", ""),
    ast.FunctionDef: ("a function in a function", "write it on its own"),
    ast.AsyncFunctionDef: ("a function in a function", "write it on its own"),
    ast.ClassDef: ("a class", ""),
    ast.Return: ("a return before the end, or of more than names,", "write results to arrays"),
    ast.Delete: ("del", ""),
    ast.Raise: ("raise", ""),
    ast.Global: ("global", "make the name a parameter"),
    ast.Nonlocal: ("nonlocal", "make the name a parameter"),
}
_IGNORED = (ast.Pass, ast.Assert, ast.Import, ast.ImportFrom)


def read_block(body: Iterable[ast.stmt], scope: Scope, is_body: bool = False) -> tuple[Node, ...]:
    """The nodes of a block; what cannot be read stands among them with its reasons.

    In the body of a loop, what stands after `if …: continue` runs where the condition does not hold.
    """
    parts, guards = [list[Node]()], list[Guard]()
    for node in body:
        if isinstance(node, ast.For):
            parts[-1] += _loop(node, scope)
            continue
        guard = read_guard(node.test, scope) if isinstance(node, ast.If) and not is_outsized(node.test) else None
        if guard is not None and isinstance(node, ast.If):
            if is_body and _skips(node):
                guards.append(guard)
                parts.append([])
            else:
                parts[-1] += _conditional(node, guard, scope)
            continue
        here = scope.fresh()
        statements = _statements(node, here)
        if here.findings.items:
            scope.forget(stored_names(node))
            parts[-1].append(here.unreadable())
        else:
            parts[-1] += statements
    return tuple(after_skips(parts, guards))


def _skips(node: ast.If) -> bool:
    return len(node.body) == 1 and isinstance(node.body[0], ast.Continue) and not node.orelse


def _conditional(node: ast.If, guard: Guard, scope: Scope) -> list[Node]:
    """What an `if` on iterators holds, each statement under its condition."""
    then = read_block(node.body, scope)
    for item in node.body:
        scope.forget(stored_names(item))
    other = read_block(node.orelse, scope)
    for item in node.orelse:
        scope.forget(stored_names(item))
    return guard.branches(then, other)


def _loop(loop: ast.For, scope: Scope) -> tuple[Node, ...]:
    """A loop; one with a bad header is unreadable with what is wrong in its body."""
    here = scope.fresh()
    headers = None
    if is_outsized(loop.target) or is_outsized(loop.iter):
        _refuse_outsized(loop.iter, here)
    else:
        headers = read_headers(loop, here)
    body: tuple[Node, ...] = ()
    if len(scope.iterators) < MAX_DEPTH:
        inside = scope.inside(sorted(stored_names(loop.target)), stored_names(loop))
        body = read_block(loop.body, inside, is_body=True)
    scope.forget(stored_names(loop))
    if headers is None:
        reasons = (item for _, node in leaves(body) if isinstance(node, Unreadable) for item in node.diagnostics)
        return (here.unreadable(reasons),)
    for header in reversed(headers):
        body = (replace(header, body=body),)
    return body


def _statements(node: ast.stmt, scope: Scope) -> list[Statement]:
    """The statements that one of Python's is, none where it only names something."""
    if isinstance(node, ast.If) and not is_outsized(node.test):
        found = read_choice(node, scope)
        if found is not None:
            scope.forget(stored_names(node))
            return found
    if isinstance(node, ast.If | ast.Match):
        condition = scope.source.excerpt(node.test if isinstance(node, ast.If) else node.subject)
        hint = "split the loop, or say the condition as its bounds with min and max"
        scope.refuse("W403", f"a statement depends on a condition: '{condition}'", node, hint)
    elif type(node) in _REFUSED:
        what, hint = _REFUSED[type(node)]
        scope.refuse("W411", f"{what} is no part of a loop nest", node, hint)
    elif is_outsized(node):
        _refuse_outsized(node, scope)
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        return read_assignment(node, scope)
    elif isinstance(node, ast.AugAssign):
        return read_update(node, scope)
    elif not isinstance(node, _IGNORED):
        _read_expression(node, scope)
    return []


def _refuse_outsized(node: ast.expr | ast.stmt, scope: Scope) -> None:
    limits = f"deeper than {MAX_DEPTH} or has more than {MAX_NODES} parts"
    scope.refuse("W411", f"an expression is {limits}", node, "split it into several statements")


def _read_expression(node: ast.stmt, scope: Scope) -> None:
    """A text, the marker `hold`, or a call or expression that is refused."""
    match node:
        case ast.Expr(ast.Constant(str())):
            return
        case ast.Expr(ast.Call() as call) if scope.called(call) == "hold":
            _hold(call, scope)
        case ast.Expr(ast.Call() as call):
            message = f"a call as a statement: '{scope.source.excerpt(call)}'"
            scope.refuse("W411", message, call, "write out what it does to elements of arrays")
        case _:
            scope.refuse("W411", f"no statement of a loop nest: '{scope.source.excerpt(node)}'", node)


def _hold(call: ast.Call, scope: Scope) -> None:
    """`hold("L1", "input", "weight")` is a placement."""
    names = [text for text in map(plain_text, call.args) if text is not None]
    if not names or len(names) < len(call.args) or call.keywords:
        hint = 'write it as hold("L1", "input", "weight")'
        scope.refuse("W411", "hold takes the name of a memory and the names of tensors", call, hint)
    elif scope.iterators:
        scope.refuse("W411", "hold stands in a loop", call, "write it at the top of the function")
    elif any(item.memory == names[0] for item in scope.placements):
        scope.refuse("W006", f"memory '{names[0]}' is held twice", call, "name all its tensors in one hold(...)")
    else:
        scope.placements.append(Placement(names[0], tuple(names[1:]), scope.source.span(call)))
