"""Elements that arrays do not have: subscripts that leave the extents of their axes."""

from __future__ import annotations

from collections.abc import Iterator

import islpy as isl

from ...ir import Affine, Diagnostic, LoopNest, Severity, Statement
from .isl_text import Loops, domain_text, isl_text

_HINT = "declare it with the extents that it has, or say under which condition there is an element"


def bounds_remarks(statement: Statement, loops: Loops, nest: LoopNest) -> Iterator[Diagnostic]:
    """Axes of the target and of operands that are left, in iterations in which a narrowed statement runs."""
    shapes = {array.name: array.shape for array in nest.arrays}
    for access in dict.fromkeys((statement.target, *statement.operands)):
        for axis, extent in zip(access.subscripts, shapes[access.array] or (), strict=False):
            low, high = _reached(axis, statement.conditions, loops)
            if low < 0 or high >= extent:
                far = low if low < 0 else high
                message = f"'{access}' goes to {far} along an axis of '{access.array}' with {extent} elements"
                yield Diagnostic("W415", message, Severity.WARNING, access.span or statement.span, hint=_HINT)
                break


def _reached(axis: Affine, conditions: tuple[Affine, ...], loops: Loops) -> tuple[int, int]:
    """The least and the greatest value of a subscript."""
    names = {loop.iterator: f"i{number}" for number, loop in enumerate(loops)}
    holds = [domain_text(loops, names), *(f"{isl_text(item, names)} >= 0" for item in conditions)]
    exists = f"exists {', '.join(names.values())} : " if names else ""
    values = isl.Set(f"{{ [e] : {exists}{' and '.join(holds)} and e = {isl_text(axis, names)} }}")
    return values.dim_min_val(0).to_python(), values.dim_max_val(0).to_python()
