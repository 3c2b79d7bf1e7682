"""Headers of `for` loops: the iterator, where it begins and ends, and its step."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from ...ir import Affine
from ...ir.nearest import did_you_mean
from .arithmetic import LIMIT
from .context import Context, Data, Integer, View, fresh
from .expressions import Purpose
from .extremes import Extreme, extreme_of
from .loop_header import Counted, Header
from .moving import step_of
from .statements import Statements
from .steps import Steps, last_set
from .syntax import c_ast, nodes
from .usage import changed

_SWAPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "!=": "!="}


class Headers:
    """Reads headers of loops; None with findings for one that cannot be read."""

    def __init__(
        self,
        context: Context,
        statements: Statements,
        once: frozenset[int],
        counting: Container[str],
    ) -> None:
        self.context = context
        self.expressions = statements.expressions
        self.statements = statements
        self.once = once
        """The identities of the loops whose first iteration runs in any case."""
        self.counting = counting
        """The integers that only steps change."""
        self.steps = Steps(self.expressions)

    def header(self, node: Any) -> Header | None:
        """The header of a loop; afterwards nothing is known of what its body changes."""
        steps, inside = self._steps(node), changed(node.stmt)
        self._check_amounts(steps, inside)
        name = _counting(node.cond, [target for target, _ in steps])
        start = self._start(node, name) if name else None
        symbol = self.context.scope.find(name)
        step = self._step(dict(steps)[name], name) if start is not None and isinstance(symbol, Integer) else None
        if not step or not isinstance(symbol, Integer):
            return None
        purpose = Purpose("W402", f"bound of '{symbol.name}'")
        lower = self.expressions.extreme(start, purpose)
        symbol.size = False
        if lower.function == ("min" if step > 0 else "max"):
            self._refuse("W402", f"loop '{symbol.name}' begins at the {lower.function} of several expressions", start)
        for other in [
            target for target, _ in steps if target in inside and (target == name or target not in self.counting)
        ]:
            message = f"iterator '{self._called(other)}' is changed in its loop"
            self._refuse("W411", message, node.next, "let the header alone step it")
        counted, placed = self._counted(node, inside, [target for target, _ in steps])
        iterator = fresh(symbol.name, {*self.context.arrays, *self.context.ranges})
        for other, advance in steps:
            if other != name and other not in inside:
                counted += self._follow(other, advance, lower, step, iterator)
            elif other == name and name in self.counting and lower.lone is not None:
                counted.append(Counted(symbol, lower, step, in_header=True))
        upper = self._uppers(node, symbol, iterator, lower, step, purpose)
        header = Header(symbol, iterator, lower.parts, upper, step, tuple(counted), tuple(placed))
        if id(node) in self.once and not self.context.findings.items and not header.count:
            message = f"the loop of '{symbol.name}' runs once even where '{self._text(node.cond)}' does not hold before"
            self._refuse("W402", message, node.cond, "write it as a for loop")
        return None if self.context.findings.items else header

    def _counted(
        self, node: Any, names: frozenset[str], stepped: list[str]
    ) -> tuple[list[Counted], list[tuple[Data, View]]]:
        """What a body that changes these names counts along or sets back; of the others nothing is known then.

        Integers that the header has `stepped` have other values in every iteration than before the loop.
        """
        found = [self.context.scope.find(name) for name in stepped if name not in names]
        before = [(item, item.value) for item in found if isinstance(item, Integer)]
        for item, _ in before:
            item.value = None
        counted = self._counted_along(node, names)
        for item, value in before:
            item.value = value
        return counted

    def _counted_along(self, node: Any, names: frozenset[str]) -> tuple[list[Counted], list[tuple[Data, View]]]:
        symbols = {name: self.context.scope.find(name) for name in sorted(names)}
        first = {
            name: item.value for name, item in symbols.items() if isinstance(item, Integer) and name in self.counting
        }
        views = {name: item.view for name, item in symbols.items() if isinstance(item, Data) and item.follows}
        self.forget(names)
        counted: list[Counted] = []
        placed: list[tuple[Data, View]] = []
        for name, symbol in symbols.items():
            back = last_set(node.stmt, name)
            value, view = first.get(name), views.get(name)
            if isinstance(symbol, Data) and view is not None and back is not None and self._points(back) == view:
                placed.append((symbol, view))
            elif isinstance(symbol, Integer) and value is not None and not symbol.size:
                by = self.steps.of(c_ast.Compound([node.stmt, node.next]), name)
                if back is not None and self.expressions.quietly(back, Purpose("W401", "value")) == (value, []):
                    by = 0
                counted += [Counted(symbol, value, by, in_header=False)] if by is not None else []
        return counted, placed

    def _points(self, node: Any) -> View | None:
        """What a pointer points to in every iteration; None, without a finding, if that is not known."""
        items = self.context.findings.items
        before = len(items)
        found = self.statements.values.pointers.pointer(node)
        wrong = len(items) > before
        del items[before:]
        return None if wrong else found

    def enter(self, header: Header) -> None:
        """In the body of a loop what its iterations count along has the value of the iteration."""
        for pointer, view in header.placed:
            pointer.view = view
        for item in header.counted:
            if not item.in_header and len(header.lower) == 1:
                distance = (Affine.of(header.iterator) - header.lower[0]) * (1 if header.step > 0 else -1)
                item.symbol.value = item.first.plus(Extreme.of(_advanced(distance, item.by, abs(header.step))))

    def leave(self, header: Header) -> None:
        """Behind a loop what it counts along has the value after all iterations, where their number is known."""
        for pointer, view in header.placed:
            pointer.view = view
        for item in header.counted:
            if header.count is not None or not item.by:
                item.symbol.value = item.first.plus(Extreme.of(item.by * (header.count or 0)))

    def _follow(self, name: str, advance: Any, lower: Extreme, step: int, iterator: str) -> list[Counted]:
        """Let an integer that a loop steps beside its iterator have its value: where it begins and what is added."""
        symbol = self.context.scope.find(name)
        if not isinstance(symbol, Integer):
            self._refuse("W411", f"the loop also steps '{self._called(name)}', which is no integer", advance)
            return []
        size = self._step(advance, name)
        if not size:
            return []
        target = advance.lvalue if _is_set(advance) else advance.expr
        first = self.expressions.extreme(target, Purpose("W402", f"start of '{symbol.name}'"))
        moved = None
        if lower.lone is not None:
            distance = (Affine.of(iterator) - lower.lone) * (1 if step > 0 else -1)
            moved = first.plus(Extreme.of(_advanced(distance, size, abs(step))))
        if moved is None:
            self._refuse(
                "W411", f"where the loop begins is no single expression, and it also steps '{symbol.name}'", advance
            )
        symbol.forget()
        symbol.value = moved
        return [Counted(symbol, first, size, in_header=True)] if name in self.counting else []

    def _called(self, name: str) -> str:
        """What the text calls an integer."""
        symbol = self.context.scope.find(name)
        return symbol.name if isinstance(symbol, Integer) else name

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

    def _check_amounts(self, steps: list[tuple[str, Any]], inside: frozenset[str]) -> None:
        """Refuse steps by what the loop itself changes, in its body or its header."""
        moving = inside | {target for target, _ in steps}
        for target, step in steps:
            used = {item.name for item in nodes(step) if isinstance(item, c_ast.ID)}
            if (used - {target}) & moving:
                self._refuse("W411", f"step of '{self._called(target)}' is no constant: '{self._text(step)}'", step)

    def _step(self, step: Any, name: str) -> int | None:
        """The constant that every iteration adds to the iterator."""
        _, operator, by = step_of(step) or (name, "", None)
        size = 1 if by is None else self.expressions.constant(by)
        if not size or not operator:
            self._refuse("W411", f"step of '{self._called(name)}' is no constant: '{self._text(step)}'", step)
            return None
        return size if operator == "+=" else -size

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
                self.statements.give(symbol, value)
            elif value is not None:
                self._refuse("W411", f"'{target}' is set in the header of the loop of '{name}'", place)
        self._check(node, name, start)
        return start

    def _before(self, name: str, coord: Any) -> Any:
        """An iterator with a value before the loop, where it begins if the header does not say anything else."""
        symbol = self.context.scope.find(name)
        known = isinstance(symbol, Integer) and (symbol.value is not None or symbol.size)
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
        parts = [part for item in _conjuncts(node.cond) for part in self._upper(item, iterator, lower, step, purpose)]
        del ranges[iterator]
        symbol.value = before
        return extreme_of("min" if step > 0 else "max", tuple(parts)).parts

    def _upper(self, node: Any, iterator: str, lower: Extreme, step: int, purpose: Purpose) -> tuple[Affine, ...]:
        """The ends that one comparison says."""
        if not isinstance(node, c_ast.BinaryOp) or node.op not in _SWAPPED:
            self._refuse("W402", f"{purpose.subject} is no comparison: '{self._text(node)}'", node, purpose.hint)
            return ()
        before = len(self.context.findings.items)
        sides = self._between_pointers(node) or (node.left, node.right)
        left, right = (item if isinstance(item, Extreme) else self.expressions.extreme(item, purpose) for item in sides)
        if len(self.context.findings.items) > before:
            return ()
        end = _solved(left, node.op, right, iterator) or _solved(right, _SWAPPED[node.op], left, iterator)
        if end is None:
            self._refuse("W402", f"{purpose.subject} is not one that '{self._text(node)}' says", node, purpose.hint)
            return ()
        operator, bound = end
        if operator == "!=" and (abs(step) == 1 or _meets(lower, bound, step)):
            operator = "<" if step > 0 else ">"
        if operator not in (("<", "<=") if step > 0 else (">", ">=")):
            direction = "up" if step > 0 else "down"
            message = f"'{self._text(node)}' does not end a loop that counts {direction} by {abs(step)}"
            self._refuse("W402", message, node)
        elif bound.function == ("max" if step > 0 else "min"):
            message = f"{purpose.subject} is the {bound.function} of several expressions: '{self._text(node)}'"
            self._refuse("W402", message, node, purpose.hint)
        return tuple(part + {"<=": 1, ">=": -1}.get(operator, 0) for part in bound.parts)

    def _between_pointers(self, node: Any) -> tuple[Extreme, Extreme] | None:
        """Where two pointers into one row stand in it; None if they are none."""
        pointers = self.statements.values.pointers
        if not pointers.is_pointer(node.left) or not pointers.is_pointer(node.right):
            return None
        one, other = pointers.pointer(node.left), pointers.pointer(node.right)
        if one is None or other is None or one.data is not other.data or one.subscripts[:-1] != other.subscripts[:-1]:
            return None
        return Extreme.of(one.subscripts[-1]), Extreme.of(other.subscripts[-1])


def _meets(lower: Extreme, bound: Extreme, step: int) -> bool:
    """Whether steps from where a loop begins come to its bound."""
    distance = bound.plus(lower.times(-1))
    number = None if distance is None else distance.constant
    return number is not None and number % step == 0 and number // step >= 0


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
