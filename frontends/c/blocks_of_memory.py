"""`memset` to zero, `memcpy` and initial values of arrays, as loops."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Any

from ...ir import INITIAL, Access, Affine, Compute, Literal, NestLoop, Node, Statement, Value
from .context import Context, Data, View, fresh
from .syntax import c_ast
from .usage import counted, counts_elements
from .values import Values


def filled_or_copied(node: Any, context: Context, values: Values) -> Node | None:
    """The loops of a call; None for one that sets no whole array, no begin of one and no part of a row."""
    name = node.name.name if isinstance(node.name, c_ast.ID) else ""
    arguments = list(node.args.exprs) if node.args else []
    if name not in ("memset", "memcpy", "bzero") or len(arguments) != (2 if name == "bzero" else 3):
        return None
    target = _place(arguments[0], context, values)
    source = _place(arguments[1], context, values) if name == "memcpy" else None
    zeroed = name == "bzero" or (name == "memset" and values.expressions.constant(arguments[1]) == 0)
    if target is None or (source is None and not zeroed):
        return None
    shape = _extents(arguments[-1], arguments[0], target, context, values)
    if shape is None or (source is not None and not _alike(target, source, shape)):
        return None
    return _loops(node, context, target, shape, Literal(0) if source is None else source)


def with_initial_values(node: Any, symbol: Data, context: Context, values: Values) -> Node | None:
    """The loops that give an array what its declaration says: zeros, or numbers that are not kept; None for others."""
    leaves, waiting = [], [node.init]
    while waiting:
        item = waiting.pop()
        waiting += (item.exprs or ()) if isinstance(item, c_ast.InitList) else ()
        leaves += [] if isinstance(item, c_ast.InitList) else [values.value(item)]
    numbers = [item.value for item in leaves if isinstance(item, Literal)]
    if context.take() or len(numbers) < len(leaves) or ("static" in node.storage and "const" not in node.quals):
        return None
    if symbol.rank == 1 and symbol.array.shape is None and node.type.dim is None:
        symbol.array = replace(symbol.array, shape=(len(leaves),))
    if symbol.array.shape is None:
        return None
    value = Compute(INITIAL, ()) if any(numbers) else Literal(0)
    return _loops(node, context, View(symbol, ()), symbol.array.shape, value)


def _loops(node: Any, context: Context, target: View, shape: tuple[int, ...], value: Value | View) -> Node:
    """Loops that set elements, to a value or to those of another place."""
    taken = {*context.arrays, *context.ranges}
    iterators = [fresh(f"{target.data.array.name}_{number}", taken) for number in range(len(shape))]
    span = context.syntax.span(node)

    def element(view: View) -> Access:
        axes = tuple(map(Affine.of, iterators))
        view.data.used = True
        *outer, last = view.subscripts or (Affine.of(0),)
        return Access(view.data.array.name, (*outer, last + axes[0]) if view.subscripts else axes, span)

    what = element(value) if isinstance(value, View) else value
    found: Node = Statement(element(target), what, "", span)
    for iterator, extent in zip(reversed(iterators), reversed(shape), strict=True):
        found = NestLoop(iterator, (Affine.of(0),), (Affine.of(extent),), (found,), span=span)
    context.iterators.update(iterators)
    return found


def _place(node: Any, context: Context, values: Values) -> View | None:
    """A whole array, without subscripts, or an element at which a part of a row begins."""
    symbol = context.scope.find(node.name) if isinstance(node, c_ast.ID) else None
    if isinstance(symbol, Data) and symbol.rank and not symbol.obstacle and not symbol.follows:
        return View(symbol, ())
    before = len(context.findings.items)
    view = values.pointers.pointer(node)
    wrong = len(context.findings.items) > before
    del context.findings.items[before:]
    return None if wrong or view is None or len(view.subscripts) != view.data.rank else view


def _alike(target: View, source: View, shape: tuple[int, ...]) -> bool:
    """Whether the elements of two places stand in the same order."""
    one, two = target.data, source.data
    if one.array.element != two.array.element:
        return False
    if not target.subscripts and not source.subscripts:
        return (one.rank, one.array.shape) == (two.rank, two.array.shape)
    return all(item.subscripts or item.data.rank == 1 for item in (target, source)) and len(shape) == 1


def _extents(size: Any, target: Any, view: View, context: Context, values: Values) -> tuple[int, ...] | None:
    """The extents that so many bytes are: `sizeof A` of an array, or `n * sizeof(float)`."""
    shape, rank = view.data.array.shape, view.data.rank
    if not view.subscripts and view.data.whole and _is_size_of(size, target.name):
        return shape
    if not counts_elements((size,), view.data.array.element, context, known=True):
        return None
    found = [values.expressions.constant(item) or 0 for item in counted(size)]
    count = prod(found) if min(found, default=0) > 0 else None
    if count is None:
        return None
    if view.subscripts:
        begin = view.subscripts[-1]
        inside = shape is not None and not begin.terms and 0 <= begin.constant <= shape[-1] - count
        return (count,) if rank == 1 or inside else None
    if shape is None:
        return (count,) if rank == 1 else None
    return shape if prod(shape) == count else (count,) if rank == 1 else None


def _is_size_of(size: Any, name: str) -> bool:
    return isinstance(size, c_ast.UnaryOp) and size.op == "sizeof" and getattr(size.expr, "name", "") == name
