"""Give each iteration its own copy of a local array that it fills before it uses it.

Before:  for i { acc = 0; for k acc += A[i][k] * x[k]; y[i] = acc; }
After:   for i { acc[i] = 0; for k acc[i] += A[i][k] * x[k]; y[i] = acc[i]; }
"""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile

import islpy as isl

from ...ir import Access, Affine, Compute, LoopNest, NestLoop, Node, Statement, Unreadable, Value
from .isl_text import Loops, domain_text, isl_text


def expand_locals(nest: LoopNest) -> LoopNest:
    """The nest with every local array of each outermost loop expanded over the loops that use it afresh."""
    locals_ = [array.name for array in nest.arrays if array.local]
    body = nest.body
    for name in locals_:
        body = tuple(_expanded(node, name) for node in body)
    return nest if body == nest.body else replace(nest, body=body)


def _expanded(node: Node, name: str) -> Node:
    uses = [(loops, statement) for loops, statement in _walk((), node) if _uses(statement, name)]
    if not uses or any(isinstance(statement, Unreadable) for _, statement in _walk((), node)):
        return node
    around = _common([loops for loops, _ in uses])
    if not around or not _filled_first(uses, around, name):
        return node
    return _rewrite(node, name, _copies(uses, around, name))


def _walk(around: Loops, node: Node) -> list[tuple[Loops, Statement | Unreadable]]:
    if not isinstance(node, NestLoop):
        return [(around, node)]
    return [pair for inner in node.body for pair in _walk((*around, node), inner)]


def _uses(statement: Statement | Unreadable, name: str) -> bool:
    return isinstance(statement, Statement) and name in {item.array for item in (statement.target, *statement.reads)}


def _common(paths: list[Loops]) -> Loops:
    """The loops around all."""
    columns = takewhile(lambda column: all(loop is column[0] for loop in column), zip(*paths, strict=False))
    return tuple(column[0] for column in columns)


def _filled_first(uses: list[tuple[Loops, Statement | Unreadable]], around: Loops, name: str) -> bool:
    """Whether the first use in every iteration of the common loops writes all that the iteration uses."""
    (loops, first), *others = uses
    assert isinstance(first, Statement)
    if first.reduction or first.target.array != name or name in {item.array for item in first.reads}:
        return False
    written = _elements(first.target, loops, around)
    return all(
        _elements(item, path, around).is_subset(written)
        for path, statement in others
        if isinstance(statement, Statement)
        for item in (statement.target, *statement.reads)
        if item.array == name
    )


def _copies(uses: list[tuple[Loops, Statement | Unreadable]], around: Loops, name: str) -> tuple[Affine, ...]:
    """Subscripts that tell the iterations of the loops around apart: those of an array that the local is copied to, or
    the iterators, without those that only say where a tile starts."""
    starts = {other for loop in around for bound in loop.lower for other in bound.names}
    finest = tuple(Affine.of(loop.iterator) for loop in around if loop.iterator not in starts)
    copied = [
        statement.target.subscripts
        for loops, statement in uses
        if isinstance(statement, Statement) and loops == around and name in {item.array for item in statement.reads}
    ]
    for subscripts in [*copied, finest]:
        if _elements(Access(name, subscripts), around, around).is_injective():
            return subscripts
    return tuple(Affine.of(loop.iterator) for loop in around)


def _elements(access: Access, loops: Loops, around: Loops) -> isl.Map:
    """From iterations of the loops around to the elements that an access touches in them."""
    names = {loop.iterator: f"i{number}" for number, loop in enumerate(loops)}
    outer = ", ".join(names[loop.iterator] for loop in around)
    inner = [names[loop.iterator] for loop in loops[len(around) :]]
    exists = f"exists {', '.join(inner)} : " if inner else ""
    axes = [f"e{number}" for number in range(len(access.subscripts))]
    equal = [f"{axis} = {isl_text(item, names)}" for axis, item in zip(axes, access.subscripts, strict=True)]
    conditions = " and ".join([domain_text(loops, names), *equal])
    return isl.Map(f"{{ [{outer}] -> [{', '.join(axes)}] : {exists}{conditions} }}")


def _rewrite(node: Node, name: str, copies: tuple[Affine, ...]) -> Node:
    if isinstance(node, NestLoop):
        return replace(node, body=tuple(_rewrite(inner, name, copies) for inner in node.body))
    if isinstance(node, Unreadable):
        return node
    target, value = _copied(node.target, name, copies), _copied(node.value, name, copies)
    assert isinstance(target, Access)
    return replace(node, target=target, value=value)


def _copied(value: Value, name: str, copies: tuple[Affine, ...]) -> Value:
    if isinstance(value, Access):
        return replace(value, subscripts=(*copies, *value.subscripts)) if value.array == name else value
    if isinstance(value, Compute):
        return replace(value, operands=tuple(_copied(item, name, copies) for item in value.operands))
    return value
