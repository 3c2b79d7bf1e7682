"""The elements of arrays that accesses touch in the iterations of the loops around, as relations of isl."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

import islpy as isl

from ...ir import Access
from .isl_text import Loops, domain_text, isl_text


def elements(access: Access, loops: Loops, around: Loops) -> isl.Map:
    """From iterations of the loops around to the elements that an access touches in them."""
    names = {loop.iterator: f"i{number}" for number, loop in enumerate(loops)}
    outer = ", ".join(names[loop.iterator] for loop in around)
    inner = [names[loop.iterator] for loop in loops[len(around) :]]
    exists = f"exists {', '.join(inner)} : " if inner else ""
    axes = [f"e{number}" for number in range(len(access.subscripts))]
    equal = [f"{axis} = {isl_text(item, names)}" for axis, item in zip(axes, access.subscripts, strict=True)]
    conditions = " and ".join([domain_text(loops, names), *equal])
    return isl.Map(f"{{ [{outer}] -> [{', '.join(axes)}] : {exists}{conditions} }}")


def common(paths: Sequence[Loops]) -> Loops:
    """The loops around all."""
    columns = takewhile(lambda column: all(loop is column[0] for loop in column), zip(*paths, strict=False))
    return tuple(column[0] for column in columns)


def may_meet(first: Access, first_loops: Loops, second: Access, second_loops: Loops) -> bool:
    """Whether two accesses may touch the same element in one iteration of the loops around both."""
    if first.array != second.array:
        return False
    if first.subscripts == second.subscripts or len(first.subscripts) != len(second.subscripts):
        return True
    around = common([first_loops, second_loops])
    mine, theirs = elements(first, first_loops, around), elements(second, second_loops, around)
    return not mine.intersect(theirs).is_empty()
