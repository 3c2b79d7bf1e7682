"""What runs in the first or in the last iteration of a loop alone stands before or after the loop.

Before:  for k in range(6): C[i] = (0 if k == 0 else C[i]);  C[i] += A[i, k] * B[k]
After:   C[i] = 0;  for k in range(6): C[i] += A[i, k] * B[k]
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...ir import NEUTRAL, Affine, Choice, LoopKind, LoopNest, NestLoop, Node, Statement, mapped


def without_edges(nest: LoopNest) -> LoopNest:
    """The nest with such statements outside of their loops; it does the same in the same order."""
    return replace(nest, body=tuple(_nodes(nest.body)))


def _nodes(body: tuple[Node, ...]) -> Iterator[Node]:
    for node in body:
        if isinstance(node, NestLoop):
            yield from _peeled(replace(node, body=tuple(_nodes(node.body))))
        else:
            yield node


def _peeled(loop: NestLoop) -> Iterator[Node]:
    """A loop, with what its first iteration alone does before it, and the last one after it."""
    ends = _ends(loop)
    before: list[Node] = []
    after: list[Node] = []
    body = list(loop.body)
    while ends and body and (found := _at_end(body[0], loop, ends[0], loop.step)):
        before.append(found)
        body.pop(0)
    while ends and body and (found := _at_end(body[-1], loop, ends[1], -loop.step)):
        after.insert(0, found)
        body.pop()
    yield from before
    if body:
        yield replace(loop, body=tuple(body))
    yield from after


def _ends(loop: NestLoop) -> tuple[Affine, Affine] | None:
    """The first and the last value of the iterator, if the loop surely has more than one iteration."""
    if loop.kind is not LoopKind.SEQUENTIAL or len(loop.lower) > 1 or len(loop.upper) > 1:
        return None
    distance = loop.upper[0] - loop.lower[0]
    count = -(-distance.constant // loop.step) if distance.is_constant else 0
    return (loop.lower[0], loop.lower[0] + loop.step * (count - 1)) if count > 1 else None


def _at_end(node: Node, loop: NestLoop, end: Affine, step: int) -> Statement | None:
    """A statement as it is in the iteration at an end, if its conditions keep it from running in any other one."""
    choice = node.value if isinstance(node, Statement) else None
    if not isinstance(node, Statement) or not isinstance(choice, Choice):
        return None
    if choice.otherwise != (NEUTRAL[node.reduction] if node.reduction else node.target):
        return None
    own = [item for item in choice.conditions if loop.iterator in item.names]
    here, there = ([item.substitute({loop.iterator: value}) for item in own] for value in (end, end + step))
    holds = all(item.is_constant and item.constant >= 0 for item in here)
    # A condition that is linear in the iterator and fails next to the end fails from there on.
    fails = any(
        item.coefficient(loop.iterator) * step < 0 and next_to.is_constant and next_to.constant < 0
        for item, next_to in zip(own, there, strict=True)
        if loop.iterator not in (item - Affine.of(loop.iterator) * item.coefficient(loop.iterator)).names
    )
    if not holds or not fails:
        return None
    rest = tuple(item for item in choice.conditions if item not in own)
    value = Choice(rest, choice.value, choice.otherwise) if rest else choice.value
    at_end = {loop.iterator: end}

    def moved(axis: Affine) -> Affine:
        return axis.substitute(at_end)

    target = replace(node.target, subscripts=tuple(map(moved, node.target.subscripts)))
    return replace(
        node,
        target=target,
        value=mapped(value, lambda item: replace(item, subscripts=tuple(map(moved, item.subscripts))), moved),
    )
