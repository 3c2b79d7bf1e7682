"""Headers of `for` loops: the iterator, where it begins and ends, and its step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...ir import Affine
from ...ir.nearest import did_you_mean
from .arithmetic import LIMIT
from .context import Context, Data, Integer, fresh
from .expressions import Expressions, Purpose
from .extremes import Extreme, extreme_of
from .syntax import c_ast, nodes
from .usage import changed

_SWAPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "!=": "!="}


@dataclass(frozen=True, slots=True)
class Header:
    """A loop without its body; `iterator` is its name in the nest."""

    symbol: Integer
    iterator: str
    lower: tuple[Affine, ...]
    upper: tuple[Affine, ...]
    step: int

    @property
    def count(self) -> int | None:
        """The number of iterations, if it is the same for all iterations around."""
        return iterations(self.lower, self.upper, self.step)

    def range(self, ranges: dict[str, tuple[int, int]]) -> tuple[int, int]:
        """The least and the greatest value of the iterator."""
        lower = [item.bounds(ranges) for item in self.lower]
        upper = [item.bounds(ranges) for item in self.upper]
        if self.step > 0:
            return max(low for low, _ in lower), min(high for _, high in upper) - 1
        return max(low for low, _ in upper) + 1, min(high for _, high in lower)


def iterations(lower: tuple[Affine, ...], upper: tuple[Affine, ...], step: int) -> int | None:
    """The number of iterations between bounds, if they are constants."""
    if not all(item.is_constant for item in (*lower, *upper)):
        return None
    first, last = (max, min) if step > 0 else (min, max)
    distance = last(item.constant for item in upper) - first(item.constant for item in lower)
    return max(0, -(-distance // step))


class Headers:
    """Reads headers of loops; None with findings for one that cannot be read."""

    def __init__(
        self,
        context: Context,
        expressions: Expressions,
        give: Callable[[Integer, Any], None],
        once: frozenset[int] = frozenset(),
    ) -> None:
        self.context = context
        self.expressions = expressions
        self.give = give
        self.once = once
        """The identities of the loops whose first iteration runs in any case."""

    def header(self, node: Any) -> Header | None:
        """The header of a loop; afterwards nothing is known of what its body changes."""
        steps = self._steps(node)
        name = _counting(node.cond, [target for target, _ in steps])
        start = self._start(node, name) if name else None
        symbol = self.context.scope.find(name)
        step = self._step(dict(steps)[name], name) if start is not None and isinstance(symbol, Integer) else None
        if not step or not isinstance(symbol, Integer):
            return None
        purpose = Purpose("W402", f"bound of '{name}'")
        lower = self.expressions.extreme(start, purpose)
        if lower.function == ("min" if step > 0 else "max"):
            self._refuse("W402", f"loop '{name}' begins at the {lower.function} of several expressions", start)
        for other in [target for target, _ in steps if target in changed(node.stmt)]:
            message = f"iterator '{other}' is changed in its loop"
            self._refuse("W411", message, node.next, "let the header alone step it")
        self.forget(changed(node.stmt))
        iterator = fresh(symbol.name, {*self.context.arrays, *self.context.ranges})
        for other, advance in steps:
            if other != name:
                self._follow(other, advance, lower, step, iterator)
        upper = self._uppers(node, symbol, iterator, lower, step, purpose)
        header = Header(symbol, iterator, lower.parts, upper, step)
        if id(node) in self.once and not self.context.findings.items and not header.count:
            message = f"the loop of '{name}' runs once even where '{self._text(node.cond)}' does not hold before"
            self._refuse("W402", message, node.cond, "write it as a for loop")
        return None if self.context.findings.items else header

    def _follow(self, name: str, advance: Any, lower: Extreme, step: int, iterator: str) -> None:
        """Let an integer that a loop steps beside its iterator have its value: where it begins and what is added."""
        symbol = self.context.scope.find(name)
        if not isinstance(symbol, Integer):
            self._refuse("W411", f"the loop also steps '{name}', which is no integer", advance)
            return
        size = self._step(advance, name)
        if not size:
            return
        target = advance.lvalue if _is_set(advance) else advance.expr
        first = self.expressions.extreme(target, Purpose("W402", f"start of '{name}'"))
        moved = None
        if lower.lone is not None:
            distance = (Affine.of(iterator) - lower.lone) * (1 if step > 0 else -1)
            moved = first.plus(Extreme.of(_advanced(distance, size, abs(step))))
        if moved is None:
            self._refuse("W411", f"where the loop begins is no single expression, and it also steps '{name}'", advance)
        symbol.forget()
        symbol.value = moved

    def forget(self, names: frozenset[str]) -> None:
        """Nothing is known any more of the values of these names."""
        for name in names:
            symbol = self.context.scope.find(name)
            if isinstance(symbol, Integer | Data):
                symbol.forget()

    def _refuse(self, code: str, message: str, node: Any, hint: str = "") -> None:
        self.context.refuse(code, message, node, hint)

    def _steps(self, node: Any) -> list[tuple[str, Any]]:
        """The names that a loop steps, and how; none with a finding if one is not like `i++`."""
        if node.next is None:
            self.context.findings.add("W411", "the loop has no step", self.context.syntax.header(node)[0])
            return []
        found: list[tuple[str, Any]] = []
        for step in node.next.exprs if isinstance(node.next, c_ast.ExprList) else [node.next]:
            target = step.lvalue if _is_set(step) else getattr(step, "expr", None)
            if not isinstance(target, c_ast.ID) or target.name in dict(found):
                self._refuse("W411", f"step that is not like i++ or i += 4: '{self._text(step)}'", step)
                return []
            found.append((str(target.name), step))
        return found

    def _step(self, step: Any, name: str) -> int | None:
        """The constant that every iteration adds to the iterator."""
        if isinstance(step, c_ast.UnaryOp) and step.op.strip("p") in ("++", "--"):
            return 1 if "+" in step.op else -1
        size = self._increment(step, name) if isinstance(step, c_ast.Assignment) else None
        if not size:
            self._refuse("W411", f"step of '{name}' is no constant: '{self._text(step)}'", step)
        return size

    def _increment(self, step: Any, name: str) -> int | None:
        if step.op in ("+=", "-="):
            size = self.expressions.constant(step.rvalue)
            return -size if size is not None and step.op == "-=" else size
        value = step.rvalue
        if step.op != "=" or not isinstance(value, c_ast.BinaryOp) or value.op not in ("+", "-"):
            return None
        if getattr(value.left, "name", "") == name:
            size = self.expressions.constant(value.right)
            return -size if size is not None and value.op == "-" else size
        if getattr(value.right, "name", "") == name and value.op == "+":
            return self.expressions.constant(value.left)
        return None

    def _text(self, node: Any) -> str:
        return self.context.syntax.text(node)

    def _start(self, node: Any, name: str) -> Any:
        """The expression at which an iterator begins; other integers of the header get their values."""
        start = self._before(name, node.coord)
        for target, value, place in self._beginnings(node):
            symbol = self.context.scope.find(target)
            if target == name:
                start = value
            elif isinstance(symbol, Integer) and value is not None:
                self.give(symbol, value)
            elif value is not None:
                self._refuse("W411", f"'{target}' is set in the header of the loop of '{name}'", place)
        self._check(node, name, start)
        return start

    def _before(self, name: str, coord: Any) -> Any:
        """An iterator with a value before the loop, where it begins if the header does not say anything else."""
        symbol = self.context.scope.find(name)
        known = isinstance(symbol, Integer) and symbol.value is not None
        return c_ast.ID(name, coord) if known else None

    def _check(self, node: Any, name: str, start: Any) -> None:
        symbol = self.context.scope.find(name)
        if symbol is None:
            known = self.context.scope.names
            hint = did_you_mean(name, known, otherwise=f"declare it: int {name};", fold=False)
            self._refuse("W002", f"unknown iterator '{name}'", node.next, hint)
        elif not isinstance(symbol, Integer):
            self._refuse("W411", f"iterator '{name}' is no integer", node.next)
        elif start is None:
            message = f"the loop does not say where '{name}' begins"
            span, _ = self.context.syntax.header(node)
            self.context.findings.add("W402", message, span, hint=f"write for ({name} = 0; …)")

    def _beginnings(self, node: Any) -> list[tuple[str, Any, Any]]:
        """The names that the header sets, the values, and where."""
        if isinstance(node.init, c_ast.DeclList):
            return [(item.name, item.init, item) for item in node.init.decls if isinstance(item, c_ast.Decl)]
        found = []
        for item in node.init.exprs if isinstance(node.init, c_ast.ExprList) else [node.init]:
            if isinstance(item, c_ast.Assignment) and item.op == "=" and isinstance(item.lvalue, c_ast.ID):
                found.append((item.lvalue.name, item.rvalue, item))
            elif item is not None:
                self._refuse("W411", f"the header of the loop begins with '{self._text(item)}'", item)
        return found

    def _uppers(
        self, node: Any, symbol: Integer, iterator: str, lower: Extreme, step: int, purpose: Purpose
    ) -> tuple[Affine, ...]:
        """The ends of a loop, exclusive: of a `for` that counts down what it stays above."""
        if node.cond is None:
            span, _ = self.context.syntax.header(node)
            self.context.findings.add("W402", f"the loop of '{symbol.name}' has no end", span)
            return ()
        ranges = self.context.ranges
        starts = [part.bounds(ranges) for part in lower.parts]
        least, greatest = min(low for low, _ in starts), max(high for _, high in starts)
        before = symbol.value
        symbol.value = Extreme.of(iterator)
        ranges[iterator] = (least, LIMIT) if step > 0 else (-LIMIT, greatest)
        parts = [part for item in _conjuncts(node.cond) for part in self._upper(item, iterator, step, purpose)]
        del ranges[iterator]
        symbol.value = before
        return extreme_of("min" if step > 0 else "max", tuple(parts)).parts

    def _upper(self, node: Any, iterator: str, step: int, purpose: Purpose) -> tuple[Affine, ...]:
        """The ends that one comparison says."""
        if not isinstance(node, c_ast.BinaryOp) or node.op not in _SWAPPED:
            self._refuse("W402", f"{purpose.subject} is no comparison: '{self._text(node)}'", node, purpose.hint)
            return ()
        before = len(self.context.findings.items)
        left, right = self.expressions.extreme(node.left, purpose), self.expressions.extreme(node.right, purpose)
        if len(self.context.findings.items) > before:
            return ()
        end = _solved(left, node.op, right, iterator) or _solved(right, _SWAPPED[node.op], left, iterator)
        if end is None:
            self._refuse("W402", f"{purpose.subject} is not one that '{self._text(node)}' says", node, purpose.hint)
            return ()
        operator, bound = end
        operator = operator if operator != "!=" or abs(step) != 1 else "<" if step > 0 else ">"
        if operator not in (("<", "<=") if step > 0 else (">", ">=")):
            direction = "up" if step > 0 else "down"
            message = f"'{self._text(node)}' does not end a loop that counts {direction} by {abs(step)}"
            self._refuse("W402", message, node)
        elif bound.function == ("max" if step > 0 else "min"):
            message = f"{purpose.subject} is the {bound.function} of several expressions: '{self._text(node)}'"
            self._refuse("W402", message, node, purpose.hint)
        return tuple(part + {"<=": 1, ">=": -1}.get(operator, 0) for part in bound.parts)


def _advanced(distance: Affine, size: int, step: int) -> Affine:
    """By how much what advances by `size` has moved where an iterator has gone a distance in steps of `step`."""
    return distance * (size // step) if size % step == 0 else (distance // step) * size


def _is_set(step: Any) -> bool:
    return isinstance(step, c_ast.Assignment)


def _counting(condition: Any, names: list[str]) -> str:
    """Which of the names that a loop steps its condition counts, else the first; empty if there is none."""
    used = [item.name for item in nodes(condition) if isinstance(item, c_ast.ID)] if condition else []
    return next((name for name in used if name in names), names[0] if names else "")


def _conjuncts(node: Any) -> list[Any]:
    """The comparisons that a condition joins by `&&`."""
    found, waiting = [], [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, c_ast.BinaryOp) and item.op == "&&":
            waiting += [item.right, item.left]
        else:
            found.append(item)
    return found


def _solved(left: Extreme, operator: str, right: Extreme, iterator: str) -> tuple[str, Extreme] | None:
    """`operator` and bound of the iterator that stands on the left; None if it does not, or not alone."""
    if left.lone is None:
        return None
    factor = left.lone.coefficient(iterator)
    rest = Extreme.of(left.lone - Affine.of(iterator) * factor)
    bound = right.plus(rest.times(-1))
    if not factor or bound is None or any(iterator in part.names for part in (*rest.parts, *right.parts)):
        return None
    if factor < 0:
        factor, bound, operator = -factor, bound.times(-1), _SWAPPED[operator]
    if factor == 1:
        return operator, bound
    if operator in ("<", ">="):
        return operator, bound.times(-1).over(factor).times(-1)
    return None if operator == "!=" else (operator, bound.over(factor))
