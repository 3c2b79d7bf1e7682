"""`memset` to zero and `memcpy` of whole arrays, as loops."""

from __future__ import annotations

from math import prod
from typing import Any

from ...ir import Access, Affine, Literal, NestLoop, Node, Statement, Value
from .context import Context, Data, fresh
from .expressions import Expressions
from .syntax import c_ast


def filled_or_copied(node: Any, context: Context, expressions: Expressions) -> Node | None:
    """The loops of a call; None for one that does not set a whole array, or an array from its begin on."""
    name = node.name.name if isinstance(node.name, c_ast.ID) else ""
    arguments = list(node.args.exprs) if node.args else []
    if name not in ("memset", "memcpy", "bzero") or len(arguments) != (2 if name == "bzero" else 3):
        return None
    target = _array(arguments[0], context)
    source = _array(arguments[1], context) if name == "memcpy" else None
    zeroed = name == "bzero" or (name == "memset" and expressions.constant(arguments[1]) == 0)
    if target is None or (source is None and not zeroed):
        return None
    shape = _extents(arguments[-1], arguments[0], target, expressions)
    if shape is None or (source is not None and (source.rank, source.array.shape) != (target.rank, target.array.shape)):
        return None
    taken = {*context.arrays, *context.ranges}
    iterators = [fresh(f"{target.array.name}_{number}", taken) for number in range(len(shape))]
    axes = tuple(Affine.of(item) for item in iterators)
    span = context.syntax.span(node)
    value: Value = Literal(0) if source is None else Access(source.array.name, axes, span)
    found: Node = Statement(Access(target.array.name, axes, span), value, "", span)
    for iterator, extent in zip(reversed(iterators), reversed(shape), strict=True):
        found = NestLoop(iterator, (Affine.of(0),), (Affine.of(extent),), (found,), span=span)
    context.iterators.update(iterators)
    for item in (target, source):
        if item is not None:
            item.used = True
    return found


def _array(node: Any, context: Context) -> Data | None:
    symbol = context.scope.find(node.name) if isinstance(node, c_ast.ID) else None
    plain = isinstance(symbol, Data) and symbol.rank > 0 and not symbol.obstacle and not symbol.follows
    return symbol if isinstance(symbol, Data) and plain else None


def _extents(size: Any, target: Any, data: Data, expressions: Expressions) -> tuple[int, ...] | None:
    """The extents that so many bytes are: `sizeof A` of an array, or `n * sizeof(float)`."""
    if _is_size_of(size, target.name):
        return data.array.shape
    count = _count(size, expressions)
    if count is None:
        return None
    if data.array.shape is None:
        return (count,) if data.rank == 1 else None
    return data.array.shape if prod(data.array.shape) == count else (count,) if data.rank == 1 else None


def _is_size_of(size: Any, name: str) -> bool:
    return isinstance(size, c_ast.UnaryOp) and size.op == "sizeof" and getattr(size.expr, "name", "") == name


def _count(size: Any, expressions: Expressions) -> int | None:
    """The number of elements of a product that has one `sizeof`; None for anything else."""
    factors, waiting = [], [size]
    while waiting:
        item = waiting.pop()
        if isinstance(item, c_ast.BinaryOp) and item.op == "*":
            waiting += [item.left, item.right]
        else:
            factors.append(item)
    numbers = [item for item in factors if not (isinstance(item, c_ast.UnaryOp) and item.op == "sizeof")]
    if len(numbers) != len(factors) - 1:
        return None
    found = [expressions.constant(item) or 0 for item in numbers]
    return prod(found) if min(found, default=0) > 0 else None
