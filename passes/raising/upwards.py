"""A loop that counts down what moves upwards counts upwards.

Before:  for n in range(6, 0, -1): C[0] += A[6 - n] * B[6 - n]
After:   for n in range(6): C[0] += A[n] * B[n]
"""

from __future__ import annotations

from dataclasses import replace

from ...ir import Access, Affine, LoopKind, LoopNest, NestLoop, Node, Statement, mapped


def with_upward_loops(nest: LoopNest) -> LoopNest:
    """The nest with such loops; it does the same in the same order."""
    return replace(nest, body=tuple(map(_upwards, nest.body)))


def _upwards(node: Node) -> Node:
    if not isinstance(node, NestLoop):
        return node
    node = replace(node, body=tuple(map(_upwards, node.body)))
    if node.step > 0 or node.kind is not LoopKind.SEQUENTIAL or len(node.lower) > 1 or len(node.upper) > 1:
        return node
    size = -node.step
    count = (node.lower[0] - node.upper[0] + (size - 1)) // size
    body = tuple(_at(item, node.iterator, node.lower[0] - Affine.of(node.iterator) * size) for item in node.body)
    if not all(_advances(item, node.iterator) for item in body):
        return node
    return replace(node, lower=(Affine.of(0),), upper=(count,), body=body, step=1)


def _at(node: Node, iterator: str, value: Affine) -> Node:
    """A node with an expression in the place of an iterator."""
    at = {iterator: value}
    if isinstance(node, NestLoop):
        lower, upper = (tuple(item.substitute(at) for item in side) for side in (node.lower, node.upper))
        return replace(node, lower=lower, upper=upper, body=tuple(_at(item, iterator, value) for item in node.body))
    if not isinstance(node, Statement):
        return node

    def moved(access: Access) -> Access:
        return replace(access, subscripts=tuple(axis.substitute(at) for axis in access.subscripts))

    found = mapped(node.value, moved, lambda condition: condition.substitute(at))
    return replace(node, target=moved(node.target), value=found)


def _advances(node: Node, iterator: str) -> bool:
    """Whether nothing moves back where an iterator advances."""
    if isinstance(node, NestLoop):
        bounds = all(iterator not in item.names for item in (*node.lower, *node.upper))
        return bounds and all(_advances(item, iterator) for item in node.body)
    if not isinstance(node, Statement):
        return False
    axes = [axis for access in (node.target, *node.reads) for axis in access.subscripts if iterator in axis.names]
    return all(axis.coefficient(iterator) > 0 for axis in axes)
