"""Dependences between statements, decided with isl on their iteration domains."""

from __future__ import annotations

import islpy as isl

from ...ir import Access, Statement, Unreadable
from .isl_text import Loops, domain_text, isl_text


def depends(
    first: Statement | Unreadable,
    first_loops: Loops,
    second: Statement | Unreadable,
    second_loops: Loops,
    shared: int,
    strictly: bool = False,
    fixed: int = 0,
) -> bool:
    """Whether an iteration of `second` uses an element after one of `first` did, one of them writing it.

    After means later in the `shared` outermost loops, or (unless `strictly`) in the same iteration of them; only one
    iteration of the `fixed` outermost ones of these is looked at. Two sums
    (or maxima …) into one element do not depend on each other: their order does not matter.
    """
    assert isinstance(first, Statement)
    assert isinstance(second, Statement)
    commute = first.reduction != "" and first.reduction == second.reduction
    pairs = [
        (mine, theirs)
        for mine in _used(first)
        for theirs in _used(second)
        if mine.array == theirs.array and (mine is first.target or theirs is second.target)
        if not (commute and mine is first.target and theirs is second.target)
    ]
    return any(_meet(mine, first_loops, theirs, second_loops, shared, strictly, fixed) for mine, theirs in pairs)


def depends_on_itself(statement: Statement, loops: Loops) -> str:
    """The array through which iterations of one statement depend on each other, other than by its reduction; or ''."""
    target = statement.target
    pairs = [(target, item) for item in statement.reads if item.array == target.array]
    pairs += [(item, target) for _, item in pairs]
    if not statement.reduction and len(statement.reads) > 1:
        pairs.append((target, target))
    for first, second in pairs:
        if _meet(first, loops, second, loops, len(loops), strictly=True):
            return target.array
    return ""


def _used(statement: Statement) -> list[Access]:
    return [statement.target, *statement.reads]


def _meet(
    first: Access,
    first_loops: Loops,
    second: Access,
    second_loops: Loops,
    shared: int,
    strictly: bool,
    fixed: int = 0,
) -> bool:
    """Whether the same element is meant by `first` and later by `second`."""
    if len(first.subscripts) != len(second.subscripts):
        return True
    before = {loop.iterator: f"a{number}" for number, loop in enumerate(first_loops)}
    after = {loop.iterator: f"b{number}" for number, loop in enumerate(second_loops)}
    same = [
        f"{isl_text(mine, before)} = {isl_text(theirs, after)}"
        for mine, theirs in zip(first.subscripts, second.subscripts, strict=True)
    ]
    both = " and ".join([domain_text(first_loops, before), domain_text(second_loops, after), *same])
    axes = ", ".join([*before.values(), *after.values()])
    orders = [_later(first_loops, depth) for depth in range(fixed, shared)]
    if not strictly:
        orders.append(" and ".join(["true", *(f"a{number} = b{number}" for number in range(shared))]))
    return any(not isl.Set(f"{{ [{axes}] : {both} and {order} }}").is_empty() for order in orders)


def _later(loops: Loops, depth: int) -> str:
    """The second iteration is later at `depth`, and equal outside."""
    sign = "<" if loops[depth].step > 0 else ">"
    return " and ".join([*(f"a{number} = b{number}" for number in range(depth)), f"a{depth} {sign} b{depth}"])
