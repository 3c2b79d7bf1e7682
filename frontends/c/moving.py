"""Pointers that step, and integers that count along, as places and numbers of steps.

Before:  for (k = 0; k < K; k++) sum += *a++;
After:   long a_steps = 0;  for (k = 0; k < K; k++) { sum += *(a + a_steps);  a_steps += 1; }

What is moved under conditions, or more than once between two sequence points, stays as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .context import fresh
from .declared import Declared, declared
from .syntax import JUMPS, c_ast, nodes, replace_child
from .usage import is_step, parameters_of, reads_data

_WIDE = frozenset(["index", "i32", "ui32", "i64", "ui64"])


@dataclass(frozen=True, slots=True)
class Steppings:
    """What the text calls the integers of a function that change by steps alone, and the names that are stepped where
    not every run comes by."""

    counting: dict[str, str]
    conditional: frozenset[str]


def count_steps(function: Any, typedefs: Mapping[str, Declared]) -> Steppings:
    """Rewrite a function, in place, so that steps change integers alone where that can be."""
    declarations = [*parameters_of(function), *(item for item in nodes(function.body) if isinstance(item, c_ast.Decl))]
    times = Counter(item.name for item in declarations if item.name)
    moves = _Moves()
    moves.statement(function.body, sure=True)
    known = {item.name: item for item in declarations if times[item.name] == 1 and item.name not in moves.loose}
    taken = {item.name for item in nodes(function) if isinstance(item, c_ast.ID | c_ast.Decl)}
    pointers = {
        name: fresh(f"{name}_steps", taken)
        for name, item in known.items()
        if isinstance(item.type, c_ast.PtrDecl | c_ast.ArrayDecl) and name in moves.stepped | moves.in_headers
    }
    used = _subscripts(function.body)
    integers = {
        name: name
        for name, item in known.items()
        if name in (moves.stepped & used) - moves.in_headers - moves.from_data and _is_integer(item, typedefs)
    }
    if pointers or integers:
        _Rewriter(pointers, pointers | integers).function(function)
    return Steppings({count: name for name, count in (pointers | integers).items()}, frozenset(moves.conditional))


def _is_integer(declaration: Any, typedefs: Mapping[str, Declared]) -> bool:
    """Whether a declaration is of an integer that is wide enough to count without coming around."""
    kind = declared(declaration.type, typedefs)
    return kind.element in _WIDE and not kind.dims


def _subscripts(body: Any) -> set[str]:
    """The names that occur in subscripts, or in what is pointed to."""
    places = [item.subscript for item in nodes(body) if isinstance(item, c_ast.ArrayRef)]
    places += [item.expr for item in nodes(body) if isinstance(item, c_ast.UnaryOp) and item.op == "*"]
    return {item.name for place in places for item in nodes(place) if isinstance(item, c_ast.ID)}


def step_of(node: Any) -> tuple[str, str, Any] | None:
    """The name that an expression steps, `+=` or `-=`, and by what (None for 1); None if it steps nothing."""
    if is_step(node) and isinstance(node.expr, c_ast.ID):
        return node.expr.name, "+=" if "+" in node.op else "-=", None
    if not isinstance(node, c_ast.Assignment) or not isinstance(node.lvalue, c_ast.ID):
        return None
    name, value = str(node.lvalue.name), node.rvalue
    if node.op in ("+=", "-="):
        return None if _names(value)[name] else (name, node.op, value)
    if node.op != "=" or not isinstance(value, c_ast.BinaryOp) or value.op not in ("+", "-"):
        return None
    sides = [(value.left, value.right)] + ([(value.right, value.left)] if value.op == "+" else [])
    for side, by in sides:
        if isinstance(side, c_ast.ID) and side.name == name and not _names(by)[name]:
            return name, f"{value.op}=", by
    return None


def _names(root: Any) -> Counter[str]:
    return Counter(item.name for item in nodes(root) if isinstance(item, c_ast.ID)) if root is not None else Counter()


class _Moves:
    """Which names are stepped, and which are changed otherwise than at places that every run comes by once."""

    def __init__(self) -> None:
        self.loose: set[str] = set()
        self.conditional: set[str] = set()
        self.stepped: set[str] = set()
        self.in_headers: set[str] = set()
        self.from_data: set[str] = set()

    def statement(self, node: Any, sure: bool) -> None:
        """Note what a statement changes; `sure` if it runs whenever what stands around it does."""
        match type(node):
            case c_ast.Compound:
                for item in node.block_items or ():
                    self.statement(item, sure)
            case c_ast.Label:
                self.statement(node.stmt, sure)
            case c_ast.ExprList:
                for item in node.exprs:
                    self.statement(item, sure)
            case c_ast.DeclList:
                for item in node.decls:
                    self.statement(item, sure)
            case c_ast.For:
                self._loop(node, sure)
            case c_ast.Decl if node.init is not None:
                self._set(node.name, node.init)
                self._expression(node.init, sure)
            case _ if isinstance(node, c_ast.Assignment) or is_step(node):
                self._change(node, sure)
            case _ if node is not None:
                # In other expressions steps may count; under conditions and in other loops none does.
                plain = not isinstance(node, c_ast.If | c_ast.While | c_ast.DoWhile | c_ast.Switch | c_ast.Return)
                self._expression(node, sure and plain, reached=sure)

    def _loop(self, node: Any, sure: bool) -> None:
        inside = list(nodes(node.stmt))
        jumps = [item for item in inside if isinstance(item, JUMPS)]
        leaves = any(not isinstance(item, c_ast.Continue) for item in jumps)
        self.statement(node.init, sure)
        self._expression(node.cond, sure=False, reached=sure)
        before = set(self.stepped)
        self.stepped = set()
        self.statement(node.next, sure and not leaves)
        self.in_headers |= self.stepped
        self.stepped = before
        self.statement(node.stmt, sure and not jumps)

    def _change(self, node: Any, sure: bool) -> None:
        """A change that is a statement of its own."""
        found = step_of(node)
        target = node.lvalue if isinstance(node, c_ast.Assignment) else node.expr
        if found is not None:
            self.stepped.add(found[0])
            self.loose |= set() if sure else {found[0]}
            self.conditional |= set() if sure else {found[0]}
            self._expression(found[2], sure)
            return
        if isinstance(target, c_ast.ID) and isinstance(node, c_ast.Assignment):
            self._set(target.name, node.rvalue)
            again = node.op != "=" or _names(node.rvalue)[target.name]
            self.loose |= {target.name} if again or not sure else set()
            self._expression(node.rvalue, sure)
        else:
            self._expression(node, sure, but=node)

    def _set(self, name: str, value: Any) -> None:
        if reads_data(value):
            self.from_data.add(name)

    def _expression(self, root: Any, sure: bool, but: Any = None, reached: bool | None = None) -> None:
        """Note the changes inside of an expression, of which one, `but`, is looked at elsewhere.

        Every run that comes by what stands around it comes to it if it is `reached`, by default if it is `sure`.
        """
        if root is None:
            return
        conditional = {id(item) for part in _conditional_parts(root) for item in nodes(part)}
        used = _names(root)
        for item in nodes(root):
            steps = is_step(item)
            target = item.expr if steps or (isinstance(item, c_ast.UnaryOp) and item.op == "&") else None
            target = item.lvalue if isinstance(item, c_ast.Assignment) and item is not but else target
            if not isinstance(target, c_ast.ID):
                continue
            if steps:
                self.stepped.add(target.name)
            if (steps or step_of(item) is not None) and (id(item) in conditional or not (sure or reached)):
                self.conditional.add(target.name)
            if not steps or not sure or id(item) in conditional or used[target.name] > 1:
                self.loose.add(target.name)


def _conditional_parts(root: Any) -> Iterable[Any]:
    """The parts of an expression, or of a statement, that are not always computed."""
    for item in nodes(root):
        if isinstance(item, c_ast.TernaryOp | c_ast.If):
            yield from (part for part in (item.iftrue, item.iffalse) if part is not None)
        elif isinstance(item, c_ast.BinaryOp) and item.op in ("&&", "||"):
            yield item.right


class _Rewriter:
    """Puts numbers of steps in the place of steps: `counts` has one for each pointer, an integer counts itself."""

    def __init__(self, pointers: Mapping[str, str], counts: Mapping[str, str]) -> None:
        self.pointers = pointers
        self.counts = counts

    def function(self, node: Any) -> None:
        """Rewrite a function."""
        given = [item for item in parameters_of(node) if item.name in self.pointers]
        starts = [self._start(item.name, item.coord, declares=True) for item in given]
        node.body.block_items = [*starts, *self._items(node.body.block_items or ())]

    def _items(self, items: Iterable[Any]) -> list[Any]:
        return [new for item in items for new in self._statement(item)]

    def _statement(self, node: Any) -> list[Any]:
        """What a statement becomes."""
        match type(node):
            case c_ast.Compound:
                node.block_items = self._items(node.block_items or ())
                return [node]
            case c_ast.Label:
                node.stmt = self._one(node.stmt)
                return [node]
            case c_ast.ExprList:
                return [new for item in node.exprs for new in self._statement(item)]
            case c_ast.For:
                return self._loop(node)
            case c_ast.If:
                node.cond = self._places(node.cond)
                node.iftrue, node.iffalse = self._one(node.iftrue), self._one(node.iffalse)
                return [node]
            case c_ast.While | c_ast.DoWhile | c_ast.Switch:
                node.cond, node.stmt = self._places(node.cond), self._one(node.stmt)
                return [node]
        found = self._step(node)
        return [found] if found is not None else self._plain(node)

    def _one(self, node: Any) -> Any:
        """A statement as one: in a block if it becomes several."""
        found = [] if node is None else self._statement(node)
        return found[0] if len(found) == 1 else c_ast.Compound(found, node.coord) if found else node

    def _loop(self, node: Any) -> list[Any]:
        """A loop; where its header sets a pointer, that stands before it, in a block of both."""
        steps = node.next.exprs if isinstance(node.next, c_ast.ExprList) else [node.next] if node.next else []
        steps = [self._step(item) or self._places(item) for item in steps]
        node.next = steps[0] if len(steps) == 1 else c_ast.ExprList(steps, node.next.coord) if steps else None
        node.cond = self._places(node.cond)
        node.stmt = self._one(node.stmt)
        first = node.init.decls if isinstance(node.init, c_ast.DeclList) else []
        first = first or (node.init.exprs if isinstance(node.init, c_ast.ExprList) else [node.init])
        if not any(_target(item) in self.pointers or self._counts(item) for item in first):
            for name, child in node.init.children() if isinstance(node.init, c_ast.DeclList | c_ast.ExprList) else ():
                replace_child(node.init, name, self._places(child))
            if node.init is not None and not isinstance(node.init, c_ast.DeclList | c_ast.ExprList):
                node.init = self._places(node.init)
            return [node]
        before, node.init = [item for item in first if item is not None], None
        return [c_ast.Compound([*self._items(before), node], node.coord)]

    def _counts(self, root: Any) -> bool:
        return any(
            is_step(item) and getattr(item.expr, "name", "") in self.counts
            for item in nodes(root or c_ast.EmptyStatement())
        )

    def _start(self, name: str, coord: Any, declares: bool) -> Any:
        """That no step has been made."""
        zero, count = c_ast.Constant("int", "0", coord), self.pointers[name]
        if not declares:
            return c_ast.Assignment("=", c_ast.ID(count, coord), zero, coord)
        kind = c_ast.TypeDecl(count, [], None, c_ast.IdentifierType(["long"], coord), coord)
        return c_ast.Decl(count, [], [], [], [], kind, zero, None, coord)

    def _step(self, node: Any) -> Any:
        """A statement that steps a name, as one that adds to its number; None if it is none."""
        found = step_of(node)
        if found is None or found[0] not in self.counts:
            return None
        name, op, by = found
        amount = c_ast.Constant("int", "1", node.coord) if by is None else self._places(by)
        return c_ast.Assignment(op, c_ast.ID(self.counts[name], node.coord), amount, node.coord)

    def _plain(self, node: Any) -> list[Any]:
        """A statement with the steps inside of it before and after it."""
        before: list[Any] = []
        after: list[Any] = []
        target = _target(node)
        for item in list(nodes(node)):
            for name, child in item.children():
                stepped = self._step(child) if is_step(child) else None
                if stepped is not None:
                    (after if child.op.startswith("p") else before).append(stepped)
                    replace_child(item, name, c_ast.ID(child.expr.name, child.coord))
        if isinstance(node, c_ast.Decl):
            node.init = None if node.init is None else self._places(node.init)
        elif target in self.pointers:
            node.rvalue = self._places(node.rvalue)
        else:
            node = self._places(node)
        starts = [self._start(target, node.coord, isinstance(node, c_ast.Decl))] if target in self.pointers else []
        return [*before, node, *starts, *after]

    def _places(self, root: Any) -> Any:
        """An expression with the places of pointers that have stepped."""
        if root is None:
            return None
        if isinstance(root, c_ast.ID):
            return self._place(root)
        for item in reversed(list(nodes(root))):
            for name, child in item.children():
                if isinstance(child, c_ast.ID) and not (isinstance(item, c_ast.StructRef) and name == "field"):
                    replace_child(item, name, self._place(child))
        return root

    def _place(self, node: Any) -> Any:
        count = self.pointers.get(node.name)
        return node if count is None else c_ast.BinaryOp("+", node, c_ast.ID(count, node.coord), node.coord)


def _target(node: Any) -> str:
    """The name that a declaration or an assignment sets, or empty."""
    if isinstance(node, c_ast.Assignment):
        return str(node.lvalue.name) if node.op == "=" and isinstance(node.lvalue, c_ast.ID) else ""
    return str(node.name or "") if isinstance(node, c_ast.Decl) else ""
