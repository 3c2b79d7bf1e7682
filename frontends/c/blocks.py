"""Functions, blocks and loops: what stands in them in the order of the text."""

from __future__ import annotations

import keyword
from collections.abc import Iterable
from dataclasses import replace
from math import prod
from typing import Any

from ...ir import Diagnostic, LoopKind, LoopNest, NestLoop, Node, Statement, Unreadable
from ..guards import Guard, after_skips
from ..sizes import Sizes
from .blocks_of_memory import filled_or_copied, with_initial_values
from .context import CONDITIONAL, Context, Data, Integer, Scope
from .declared import declared
from .extremes import Extreme
from .idle import is_idle
from .loop_header import Header, iterations
from .loops import Headers
from .moving import count_steps, step_of
from .names import File, Names, enumerators
from .open_axes import with_first_extents
from .pragmas import Marked, Marks
from .statements import Statements
from .syntax import Syntax, c_ast, nodes
from .usage import (
    changed,
    changed_members,
    data_integers,
    has_effect,
    is_allocation,
    is_step,
    moved_pointers,
    parameters_of,
    stepped,
)
from .while_loops import as_for_loops

_MAX_DEPTH = 48
_REFUSED: dict[Any, tuple[str, str, str]] = {
    c_ast.If: ("W403", "conditional", "split the loop where the condition changes, or use a > b ? a : b"),
    c_ast.While: ("W411", "loop without an iterator", "write it as a for loop"),
    c_ast.DoWhile: ("W411", "loop without an iterator", "write it as a for loop"),
    c_ast.Switch: ("W411", "jump", "split the loop where the cases change"),
    c_ast.Goto: ("W411", "jump", ""),
    c_ast.Break: ("W411", "jump", "let the bounds of the loop say where it ends"),
    c_ast.Continue: ("W411", "jump", "let the bounds of the loop say what it runs"),
    c_ast.Return: ("W411", "jump", "return at the end of the function"),
}


def read_function(node: Any, syntax: Syntax, file: File, sizes: Sizes, marked: Marked) -> LoopNest:
    """The loop nest of a function."""
    return _Function(node, syntax, file, sizes, marked).nest()


class _Function:
    """Reads one function.

    `shared` is set inside of a region that each of its threads runs as a whole, to how many they are or None.
    """

    def __init__(self, node: Any, syntax: Syntax, file: File, sizes: Sizes, marked: Marked) -> None:
        self.node = node
        self.syntax = syntax
        self.marked = marked
        scope = Scope(lambda name: self.names.of_file(file, name), (*file.declarations, *file.enumerators))
        self.context = Context(syntax, sizes, dict(file.typedefs), scope, written=changed_members(node))
        own = {item.name: item for item in nodes(node) if isinstance(item, c_ast.Decl) and item.name}
        self.context.element = lambda path: file.records.element(path, file.declarations | own, file.typedefs)
        self.statements = Statements(self.context)
        once = as_for_loops(node)
        steppings = count_steps(node, file.typedefs)
        self.headers = Headers(self.context, self.statements, once, steppings.counting)
        roles = data_integers(node, steppings.counting), moved_pointers(node), stepped(node), steppings
        self.names = Names(self.context, self.statements.expressions, *roles)
        self.depth = 0
        self.shared: tuple[int | None] | None = None

    def nest(self) -> LoopNest:
        """The nest of the function."""
        parameters = self.names.parameters(parameters_of(self.node))
        items = list(self.node.body.block_items or ())
        body = tuple(found for item in items[:-1] for found in self._read(item))
        body += tuple(self._last(items[-1])) if items else ()
        first = [item.scalar if isinstance(item, Integer) else item for item in parameters]
        data = dict.fromkeys(item for item in (*first, *self.context.arrays.values()) if isinstance(item, Data))
        arrays = sorted((item.array for item in data if item.used), key=lambda item: item.local)
        name, span = self.node.decl.name, self.syntax.word(self.node.decl)
        name += "_" * keyword.iskeyword(name)
        rows = {item.array.name: item.rows for item in data if item.rows}
        return with_first_extents(LoopNest(name, tuple(arrays), body, tuple(self.marked.placements), span), rows)

    def _last(self, node: Any) -> list[Node]:
        """The last statement of a function, which may return a scalar or nothing that was computed."""
        if not isinstance(node, c_ast.Return):
            return self._read(node)
        value = node.expr
        symbol = self.context.scope.find(value.name) if isinstance(value, c_ast.ID) else None
        if isinstance(symbol, Data) and not symbol.rank:
            symbol.array, symbol.used = replace(symbol.array, local=False), True
            return []
        if value is None or self.statements.expressions.constant(value) is not None:
            return []
        hint = "give the value a name and return that"
        self.context.refuse("W411", f"a computed value is returned: '{self.syntax.text(value)}'", value, hint)
        return [Unreadable(self.context.take())]

    def _block(self, node: Any, is_body: bool = False) -> tuple[Node, ...]:
        """The statements of the body of a loop (`is_body`), or of a block, with names of their own."""
        items = node.block_items or () if isinstance(node, c_ast.Compound) else [node]
        self.context.scope.blocks.append({})
        found = tuple(self._items(items, is_body))
        self.context.scope.blocks.pop()
        return found

    def _items(self, items: Iterable[Any], is_body: bool) -> list[Node]:
        """The statements of a block; of a body, what stands after `if (…) continue;` runs where that does not hold."""
        parts, guards, declared_before = [list[Node]()], list[Guard](), [len(self.context.arrays)]
        for item in items:
            guard = self.statements.values.guards.read(item.cond) if is_body and _skips(item) else None
            if guard is None:
                parts[-1] += self._read(item)
            else:
                guards.append(guard)
                parts.append([])
                declared_before.append(len(self.context.arrays))
        ends = [*declared_before[1:], len(self.context.arrays)]
        own = [self._declared(*pair) for pair in zip(declared_before, ends, strict=True)]
        return after_skips(parts, guards, own)

    def _declared(self, first: int, end: int) -> list[str]:
        """The scalars of the function's own that came up in between."""
        items = list(self.context.arrays.values())[first:end]
        return [item.array.name for item in items if item.array.local and not item.rank]

    def _conditional(self, node: Any, guard: Guard) -> list[Node]:
        """What an `if` on iterators holds, each statement under its condition."""
        before = len(self.context.arrays)
        then = self._block(node.iftrue) if node.iftrue is not None else ()
        self.headers.forget(changed(node.iftrue))
        other = self._block(node.iffalse) if node.iffalse is not None else ()
        self.headers.forget(changed(node.iffalse))
        return guard.branches(then, other, self._declared(before, len(self.context.arrays)))

    def _read(self, node: Any) -> list[Node]:
        """What a statement is in the nest; nothing if it only names something."""
        if self.depth == _MAX_DEPTH:
            self.context.refuse("W411", f"statements nested deeper than {_MAX_DEPTH}", node)
            return [Unreadable(self.context.take())]
        self.depth += 1
        found = self._region(node) if self.syntax.place(node) in self.marked.regions else self._statement(node)
        self.depth -= 1
        return found

    def _region(self, node: Any) -> list[Node]:
        """A block or loop that all threads run; only what stands in a loop that they share is run once."""
        if not isinstance(node, c_ast.Compound | c_ast.For):
            return self._statement(node)
        around, self.shared = self.shared, (self.marked.regions[self.syntax.place(node)],)
        found = self._statement(node)
        self.shared = around
        return found

    def _statement(self, node: Any) -> list[Node]:
        match type(node):
            case c_ast.Compound:
                return list(self._block(node))
            case c_ast.For:
                return self._loop(node, self.marked.loops.get(self.syntax.place(node)))
            case c_ast.Assignment:
                return self._assignment(node)
            case c_ast.UnaryOp if is_step(node) and self._is_number(node.expr):
                one = c_ast.Constant("int", "1", node.coord)
                return self._assignment(c_ast.Assignment(f"{node.op[-1]}=", node.expr, one, node.coord))
            case c_ast.Decl:
                return self._declaration(node)
            case c_ast.Typedef:
                self.context.typedefs[node.name] = declared(node.type, self.context.typedefs)
                return []
            case c_ast.If if (number := self.statements.expressions.decided(node.cond)) is not None:
                chosen = node.iftrue if number else node.iffalse
                return [] if chosen is None else list(self._block(chosen))
            case c_ast.If if (guard := self.statements.values.guards.read(node.cond)) is not None:
                return self._conditional(node, guard)
            case c_ast.If:
                return self._chosen(node)
            case c_ast.Label:
                return self._read(node.stmt)
            case c_ast.ExprList:
                return [found for item in node.exprs for found in self._read(item)]
            case c_ast.EmptyStatement | c_ast.StaticAssert | c_ast.Pragma:
                return []
        return self._refused(node)

    def _is_number(self, node: Any) -> bool:
        """Whether a node is an element of an array, or a scalar that holds data."""
        symbol = self.context.scope.find(node.name) if isinstance(node, c_ast.ID) else None
        return isinstance(node, c_ast.ArrayRef) or (isinstance(symbol, Data) and not symbol.rank)

    def _chosen(self, node: Any) -> list[Node]:
        """What an `if` on data sets, if that is all it does."""
        found = self.statements.chosen(node)
        if found is None:
            return self._refused(node)
        self.headers.forget(changed(node))
        return [item for statement in found for item in self._once(statement)]

    def _refused(self, node: Any) -> list[Node]:
        """What is no part of a nest; afterwards nothing is known of what it changes."""
        code, what, hint = _REFUSED.get(type(node), ("W411", "", ""))
        if is_idle(node):
            return []
        if isinstance(node, c_ast.FuncCall):
            found = filled_or_copied(node, self.context, self.statements.values)
            if found is not None:
                return [found] if isinstance(found, NestLoop) else []
        if what:
            span, text = self.syntax.header(node)
            self.context.findings.add(code, f"{what}: '{text}'", span, hint=hint)
        elif call := next((item for item in nodes(node) if isinstance(item, c_ast.FuncCall)), None):
            message = f"a call may have side effects: '{self.syntax.text(call)}'"
            self.context.refuse("W411", message, node, "write out what the function does")
        elif name := self._stepped(node):
            self.context.refuse("W411", f"'{name}' {CONDITIONAL}", node, "step it in every iteration, or write A[i]")
        elif has_effect(node):
            message = f"statement that is no assignment: '{self.syntax.text(node)}'"
            self.context.refuse("W411", message, node, "write it as x = …, x += … or x = max(x, …)")
        self.headers.forget(changed(node))
        problems = self.context.take()
        return [Unreadable(problems)] if problems else []

    def _stepped(self, node: Any) -> str:
        """The pointer that a statement steps under a condition, or empty."""
        step = step_of(node)
        symbol = self.context.scope.find(step[0]) if step else None
        return step[0] if step and isinstance(symbol, Data) and symbol.obstacle == CONDITIONAL else ""

    def _assignment(self, node: Any) -> list[Node]:
        found = self.statements.assignment(node)
        self.headers.forget(changed(node.rvalue) | changed(node.lvalue))
        return self._once(found)

    def _once(self, found: Statement | Unreadable | None) -> list[Node]:
        """A statement, unless every thread of a region would run it."""
        if isinstance(found, Statement) and self.shared is not None:
            message = f"every thread runs '{found}'"
            hint = "put it into a loop under '#pragma omp for', or outside of the parallel region"
            return [Unreadable((Diagnostic("W411", message, span=found.span, hint=hint),))]
        return [] if found is None else [found]

    def _declaration(self, node: Any) -> list[Node]:
        for name, (value, added) in enumerators(node).items():
            self.context.scope.declare(name, self.names.enumerator(name, value, added))
        if not node.name:
            return []
        symbol = self.names.symbol(node, local="extern" not in node.storage)
        self.context.scope.declare(node.name, symbol)
        found: Node | None = None
        if isinstance(symbol, Integer) and node.init is not None:
            self.statements.give(symbol, node.init)
        elif isinstance(symbol, Data) and symbol.rank:
            found = self._array(node, symbol)
        elif isinstance(symbol, Data) and node.init is not None:
            found = self.statements.initial(node, symbol)
        return [] if found is None else [found]

    def _array(self, node: Any, symbol: Data) -> Node | None:
        """What the declaration of an array sets, or why it cannot be read."""
        if node.init is not None and is_allocation(node.init):
            return self.statements.allocation(node, symbol, node.init)
        if isinstance(node.init, c_ast.InitList):
            found = with_initial_values(node, symbol, self.context, self.statements.values)
            if found is not None:
                return found
            hint = "set its elements in a loop, or pass it to the function"
            self.context.refuse("W411", f"array '{node.name}' has initial values", node, hint)
        elif node.init is not None:
            return self.statements.point(symbol, node, node.init)
        elif symbol.array.local:
            self.names.check_extents(node)
        problems = self.context.take()
        return Unreadable(problems) if problems else None

    def _loop(self, node: Any, marks: Marks | None) -> list[Node]:
        """A loop with its body; nothing if that is empty."""
        self.context.scope.blocks.append({})
        if isinstance(node.init, c_ast.DeclList):
            for item in node.init.decls:
                if isinstance(item, c_ast.Decl) and item.name:
                    self.context.scope.declare(item.name, self.names.symbol(item, local=True))
        header = self.headers.header(node)
        found = self._nested(node, header, marks) if header else None
        problems = self.context.take()
        self.context.scope.blocks.pop()
        self.headers.forget(changed(node))
        if header is not None:
            self.headers.leave(header)
        if found is None or problems:
            return [Unreadable(problems)]
        return [found] if found.body else []

    def _nested(self, node: Any, header: Header, marks: Marks | None) -> NestLoop:
        """The loop of a header, with its body."""
        header.symbol.value = Extreme.of(header.iterator)
        self.headers.enter(header)
        self.context.ranges[header.iterator] = header.range(self.context.ranges)
        self.context.iterators.add(header.iterator)
        around = self.shared
        if marks and marks.parallel:
            for item in header.counted:
                message = f"the iterations of a parallel loop share '{item.symbol.name}', which they all change"
                self.context.findings.add("W411", message, marks.span, hint="write its value as a sum of the iterators")
            self.shared = None
            marks = replace(marks, threads=marks.threads or (around[0] if around else None))
        collapsed = marks is not None and marks.collapse > 1
        body = tuple(self._collapsed(node, marks)) if marks and collapsed else self._block(node.stmt, is_body=True)
        self.shared = around
        del self.context.ranges[header.iterator]
        kind, units, memory = LoopKind.SEQUENTIAL, None, None
        if marks:
            kind = LoopKind.PARALLEL if marks.parallel else LoopKind.CHUNK
            units, memory = self._units(header, marks, body), marks.memory
        span, _ = self.syntax.header(node)
        return NestLoop(header.iterator, header.lower, header.upper, body, header.step, kind, units, memory, span)

    def _collapsed(self, node: Any, marks: Marks) -> list[Node]:
        """The next loop of several that share their iterations among the units."""
        inner = node.stmt
        while isinstance(inner, c_ast.Compound) and len(inner.block_items or ()) == 1:
            inner = inner.block_items[0]
        if isinstance(inner, c_ast.For):
            return self._loop(inner, Marks(marks.span, parallel=True, collapse=marks.collapse - 1))
        message = "'collapse' asks for more loops than stand directly inside of one another"
        return [Unreadable((Diagnostic("W411", message, span=marks.span, hint="ask for fewer"),))]

    def _units(self, header: Header, marks: Marks, body: tuple[Node, ...]) -> int | None:
        """The number of units of a parallel loop, if it is not that of the iterations."""
        units = marks.units
        if marks.threads and units is None:
            inner = _iterations(body, marks.collapse - 1)
            if inner is None:
                return None
            if not inner or marks.threads % inner:
                message = f"{marks.threads} threads do not divide among the loops of 'collapse'"
                hint = "take a multiple of the iterations of the inner loops"
                self.context.findings.add("W411", message, marks.span, hint=hint)
                return None
            units = marks.threads // inner
        return units if units != header.count else None


def _iterations(body: tuple[Node, ...], depth: int) -> int | None:
    """The number of iterations of so many loops inside of one another, 0 if it varies; None if one is not readable."""
    counts: list[int] = []
    while len(counts) < depth:
        if not body or not isinstance(loop := body[0], NestLoop):
            return None
        counts.append(iterations(loop.lower, loop.upper, loop.step) or 0)
        body = loop.body
    return prod(counts)


def _skips(node: Any) -> bool:
    """Whether a statement is `if (…) continue;`."""
    if not isinstance(node, c_ast.If) or node.iffalse is not None:
        return False
    inner = node.iftrue
    while isinstance(inner, c_ast.Compound) and len(inner.block_items or ()) == 1:
        inner = inner.block_items[0]
    return isinstance(inner, c_ast.Continue)
