"""What runs in the first or in the last iteration of a loop alone stands before or after the loop.

Before:  for k in range(6): for i in range(8): { C[i] = (0 if k == 0 else C[i]);  C[i] += A[i, k] * B[k] }
After:   for i in range(8): C[i] = 0;  for k in range(6): for i in range(8): C[i] += A[i, k] * B[k]
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import islpy as isl

from ...ir import (
    NEUTRAL,
    Affine,
    Choice,
    LoopKind,
    LoopNest,
    NestLoop,
    Node,
    Statement,
    Unreadable,
    leaves,
    mapped,
)
from .dependences import depends
from .elements import common
from .isl_text import Loops, domain_text, isl_text


def without_edges(nest: LoopNest) -> LoopNest:
    """The nest with such statements outside of their loops, where the order of what meets stays as it is."""
    return replace(nest, body=tuple(_nodes(nest.body, ())))


def _nodes(body: tuple[Node, ...], around: Loops) -> Iterator[Node]:
    for node in body:
        if isinstance(node, NestLoop):
            yield from _peeled(replace(node, body=tuple(_nodes(node.body, (*around, node)))), around)
        else:
            yield node


def _peeled(loop: NestLoop, around: Loops) -> Iterator[Node]:
    """A loop, with what its first iteration alone does before it, and the last one after it."""
    before: list[Node] = []
    after: list[Node] = []
    if loop.kind is LoopKind.SEQUENTIAL and all(isinstance(leaf, Statement) for _, leaf in leaves(loop.body)):
        for last, found in ((False, before), (True, after)):
            for _, leaf in list(leaves(loop.body))[:: -1 if last else 1]:
                outside = _outside(leaf, loop, around, last)
                if outside is not None:
                    found.append(outside)
                    loop = replace(loop, body=_without(loop.body, leaf))
    yield from before
    if loop.body:
        yield loop
    yield from after[::-1]


def _outside(leaf: Statement | Unreadable, loop: NestLoop, around: Loops, last: bool) -> Node | None:
    """A statement in its inner loops as the iteration at an end of a loop runs it, if no other one does so; else None.

    Outside of the loop it comes before all that the iteration does (`last`: after it), so nothing that comes before
    (after) it there may touch the same elements.
    """
    end = _end(loop, last)
    found = _at_end(leaf, loop, end, -loop.step if last else loop.step) if end is not None else None
    if end is None or found is None or not (last or _surely_runs(loop, around, found)):
        return None
    once = replace(loop, lower=(end,), upper=(end + (1 if loop.step > 0 else -1),))
    inside = list(leaves(loop.body, (*around, once)))
    place = next(number for number, (_, item) in enumerate(inside) if item is leaf)
    path = inside[place][0]
    for number, (loops, other) in enumerate(inside):
        one, two = ((leaf, path), (other, loops)) if last else ((other, loops), (leaf, path))
        strictly = number < place if last else number > place
        shared = len(common([path, loops]))
        if number != place and depends(*one, *two, shared, strictly, fixed=len(around)):
            return None
    result: Node = found
    for item in reversed(path[len(around) + 1 :]):
        at_end = {loop.iterator: end}
        lower, upper = (tuple(bound.substitute(at_end) for bound in side) for side in (item.lower, item.upper))
        result = replace(item, lower=lower, upper=upper, body=(result,))
    return result


def _without(body: tuple[Node, ...], leaf: Node) -> tuple[Node, ...]:
    """A body without a statement, and without loops that are empty then."""
    inner = (replace(node, body=_without(node.body, leaf)) if isinstance(node, NestLoop) else node for node in body)
    return tuple(node for node in inner if node is not leaf and (not isinstance(node, NestLoop) or node.body))


def _end(loop: NestLoop, last: bool) -> Affine | None:
    """The first or the last value of the iterator; None if it is no single expression."""
    if len(loop.lower) > 1 or not last:
        return loop.lower[0] if len(loop.lower) == 1 else None
    distance = loop.upper[0] - loop.lower[0]
    count = -(-distance.constant // loop.step) if len(loop.upper) == 1 and distance.is_constant else 0
    return loop.lower[0] + loop.step * (count - 1) if count > 0 else None


def _surely_runs(loop: NestLoop, around: Loops, statement: Statement) -> bool:
    """Whether a loop has an iteration wherever a statement that is to stand before it runs."""
    names = {item.iterator: f"i{number}" for number, item in enumerate(around)}
    conditions = statement.value.conditions if isinstance(statement.value, Choice) else ()
    known = [f"{isl_text(item, names)} >= 0" for item in conditions if item.names <= names.keys()]
    start, sign = isl_text(loop.lower[0], names), ">=" if loop.step > 0 else "<="
    outer = " and ".join([domain_text(around, names), *known])
    axes = ", ".join(names.values())
    return all(
        isl.Set(f"{{ [{axes}] : {outer} and {start} {sign} {isl_text(upper, names)} }}").is_empty()
        for upper in loop.upper
    )


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
