"""By how much a piece of a program changes an integer that it steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .expressions import Expressions
from .moving import step_of
from .syntax import JUMPS, c_ast, nodes
from .usage import changed


class Steps:
    """Reads changes of integers; None for one that is no constant. `known` are the numbers that names hold there."""

    def __init__(self, expressions: Expressions) -> None:
        self.expressions = expressions

    def of(self, node: Any, name: str, known: Mapping[str, int] | None = None) -> int | None:
        """The sum of all changes of a name in one run of a statement."""
        known = known or {}
        if name not in changed(node):
            return 0
        match type(node):
            case c_ast.Compound | c_ast.ExprList:
                items = node.block_items if isinstance(node, c_ast.Compound) else node.exprs
                return self._of_all(items or (), name, known)
            case c_ast.Label:
                return self.of(node.stmt, name, known)
            case c_ast.For if name not in changed(node.init):
                count, body = self._count(node, known), c_ast.Compound([node.stmt, node.next])
                by = self._of_all(body.block_items, name, {})
                return None if count is None or by is None else count * by
        step = step_of(node)
        if step is None or step[0] != name:
            return None
        by = self._number(step[2], {})
        return by if by is None or step[1] == "+=" else -by

    def _of_all(self, items: Iterable[Any], name: str, known: Mapping[str, int]) -> int | None:
        total, here = 0, dict(known)
        for item in items:
            by = self.of(item, name, here)
            if by is None:
                return None
            total += by
            here = {key: value for key, value in here.items() if key not in changed(item)}
            target, value = set_by(item)
            number = self._number(value, here) if target else None
            if number is not None:
                here[target] = number
        return total

    def _number(self, node: Any, known: Mapping[str, int]) -> int | None:
        """A number that an expression is, 1 for none."""
        if node is None:
            return 1
        if isinstance(node, c_ast.ID) and node.name in known:
            return known[node.name]
        return self.expressions.constant(node)

    def _count(self, node: Any, known: Mapping[str, int]) -> int | None:
        """The number of iterations of a loop that counts from one number to another."""
        condition = node.cond
        if not isinstance(condition, c_ast.BinaryOp) or not isinstance(condition.left, c_ast.ID):
            return None
        name = condition.left.name
        after = [step_of(item) for item in _parts(node.next)]
        before = [value for target, value in map(set_by, _parts(node.init)) if target == name]
        steps = [item for item in after if item is not None and item[0] == name]
        if len(steps) != 1 or name in changed(node.stmt):
            return None
        start = self._number(before[-1], known) if before else known.get(name)
        known = {key: value for key, value in known.items() if key not in changed(node.stmt)}
        by, end = self._number(steps[0][2], {}), self._number(condition.right, known)
        if start is None or by is None or end is None or by < 1:
            return None
        step = by if steps[0][1] == "+=" else -by
        return _iterations(start, condition.op, end, step)


def _parts(node: Any) -> list[Any]:
    """The expressions or declarations between commas."""
    return list(getattr(node, "exprs", None) or getattr(node, "decls", None) or ([] if node is None else [node]))


def set_by(node: Any) -> tuple[str, Any]:
    """The name that a declaration or an assignment sets, and to what; an empty name for anything else."""
    if isinstance(node, c_ast.Decl) and node.init is not None:
        return str(node.name), node.init
    if isinstance(node, c_ast.Assignment) and node.op == "=" and isinstance(node.lvalue, c_ast.ID):
        return str(node.lvalue.name), node.rvalue
    return "", None


def last_set(body: Any, name: str) -> Any:
    """To what a body sets a name after all its other changes of it, in every run; None if it does not."""
    items = list(body.block_items or ()) if isinstance(body, c_ast.Compound) else [body]
    last = next((item for item in reversed(items) if name in changed(item)), None)
    target, value = set_by(last)
    jumps = any(isinstance(item, JUMPS) for item in nodes(body))
    return value if target == name and not isinstance(last, c_ast.Decl) and not jumps else None


def _iterations(start: int, operator: str, end: int, step: int) -> int | None:
    """How often a loop runs while its iterator stands so to its end."""
    distance = end - start if step > 0 else start - end
    if operator == "!=":
        return distance // abs(step) if distance >= 0 and distance % step == 0 else None
    if operator not in (("<", "<=") if step > 0 else (">", ">=")):
        return None
    return max(0, -(-(distance + operator.endswith("=")) // abs(step)))
