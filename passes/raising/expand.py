"""Give each iteration its own copy of a local array that it fills before it uses it.

Before:  for i { acc = 0; for k acc += A[i][k] * x[k]; y[i] = acc; }
After:   for i { acc[i] = 0; for k acc[i] += A[i][k] * x[k]; y[i] = acc[i]; }
"""

from __future__ import annotations

from dataclasses import replace

from ...ir import Access, Affine, Array, LoopNest, NestLoop, Node, Statement, Unreadable, leaves, mapped
from ...ir.free_names import free_name
from .elements import common, elements
from .isl_text import Loops


def expand_locals(nest: LoopNest) -> LoopNest:
    """The nest with the local arrays of each outermost loop expanded over the loops that use them afresh.

    A local that several outermost loops use becomes an array for each of them.
    """
    for array in [item for item in nest.arrays if item.local]:
        users = [number for number, node in enumerate(nest.body) if _uses_of(node, array.name)]
        for number in users:
            rest = [nest.body[later] for later in users if later > number]
            # What a later loop reads must stay where it is.
            if all(_filled_first(_uses_of(node, array.name), (), array.name) for node in rest):
                nest = _expanded(nest, number, array, alone=len(users) == 1)
    return nest


def _expanded(nest: LoopNest, number: int, array: Array, alone: bool) -> LoopNest:
    """The nest with the uses of an array in one node of its body expanded, if each iteration fills it first."""
    node, name = nest.body[number], array.name
    uses = _uses_of(node, name)
    if any(isinstance(statement, Unreadable) for _, statement in leaves((node,))):
        return nest
    around = common([loops for loops, _ in uses])
    if not around or not _filled_first(uses, around, name) or _is_apart(uses[0], around):
        return nest
    copies = _copies(uses, around, name)
    extents = _extents(copies, around)
    own = replace(array, shape=None if array.shape is None or extents is None else (*extents, *array.shape))
    if not alone:
        own = replace(own, name=free_name(f"{name}_{number + 1}", {array.name for array in nest.arrays}))
    body = (*nest.body[:number], _rewrite(node, name, own.name, copies), *nest.body[number + 1 :])
    arrays = tuple(own if alone and item is array else item for item in nest.arrays)
    return replace(nest, arrays=arrays if alone else (*arrays, own), body=body)


def _is_apart(use: tuple[Loops, Statement | Unreadable], around: Loops) -> bool:
    """Whether iterations of the loops around already have elements of their own."""
    loops, statement = use
    assert isinstance(statement, Statement)
    return bool(elements(statement.target, loops, around).reverse().is_single_valued())


def _extents(copies: tuple[Affine, ...], around: Loops) -> tuple[int, ...] | None:
    """One more than the largest value of each subscript; None if one can be negative."""
    touched = elements(Access("", copies), around, around).range()
    axes = range(len(copies))
    if any(touched.dim_min_val(axis).to_python() < 0 for axis in axes):
        return None
    return tuple(int(touched.dim_max_val(axis).to_python()) + 1 for axis in axes)


def _uses_of(node: Node, name: str) -> list[tuple[Loops, Statement | Unreadable]]:
    return [(loops, statement) for loops, statement in leaves((node,)) if _uses(statement, name)]


def _uses(statement: Statement | Unreadable, name: str) -> bool:
    return isinstance(statement, Statement) and name in {item.array for item in (statement.target, *statement.reads)}


def _filled_first(uses: list[tuple[Loops, Statement | Unreadable]], around: Loops, name: str) -> bool:
    """Whether the first use in every iteration of the common loops writes all that the iteration uses."""
    (loops, first), *others = uses
    assert isinstance(first, Statement)
    if first.reduction or first.target.array != name or name in {item.array for item in first.reads}:
        return False
    written = elements(first.target, loops, around)
    return all(
        elements(item, path, around).is_subset(written)
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
        if elements(Access(name, subscripts), around, around).is_injective():
            return subscripts
    return tuple(Affine.of(loop.iterator) for loop in around)


def _rewrite(node: Node, name: str, new: str, copies: tuple[Affine, ...]) -> Node:
    if isinstance(node, NestLoop):
        return replace(node, body=tuple(_rewrite(inner, name, new, copies) for inner in node.body))
    if isinstance(node, Unreadable):
        return node

    def copied(access: Access) -> Access:
        copy = replace(access, array=new, subscripts=(*copies, *access.subscripts))
        return copy if access.array == name else access

    return replace(node, target=copied(node.target), value=mapped(node.value, copied))
