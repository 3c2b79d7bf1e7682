"""Bounds of loops that cut a window at the edges of its input, as conditions, which may be padding.

Before:  for r in range(max(0, 1 - y), min(3, 9 - y)): O[y] += I[y + r - 1] * F[r]
After:   for r in range(3): O[y] += (I[y + r - 1] * F[r] if y + r - 1 >= 0 and 8 - y - r >= 0 else 0)
"""

from __future__ import annotations

from dataclasses import replace

from ...ir import NEUTRAL, Affine, Choice, NestLoop, Statement
from .isl_text import Loops


def whole_windows(statement: Statement, loops: Loops) -> tuple[Statement, Loops]:
    """A sum or another reduction in loops over whole windows, under conditions; ends of tiles stay bounds."""
    if not statement.reduction:
        return statement, loops
    conditions: list[Affine] = []
    found: list[NestLoop] = []
    for loop in loops:
        window = _window(loop, statement)
        if window is None:
            found.append(loop)
            continue
        first, end = window
        conditions += [Affine.of(loop.iterator) - item for item in loop.lower if item != first]
        conditions += [item - loop.iterator - 1 for item in loop.upper if item != end]
        found.append(replace(loop, lower=(first,), upper=(end,)))
    if not conditions:
        return statement, loops
    value = Choice(tuple(conditions), statement.value, NEUTRAL[statement.reduction])
    return replace(statement, value=value), tuple(found)


def _window(loop: NestLoop, statement: Statement) -> tuple[Affine, Affine] | None:
    """The bounds of a loop that are the fewest iterations apart, always as many; None if nothing cuts these."""
    pairs = [(one, two) for one in loop.lower for two in loop.upper if (two - one).is_constant]
    if loop.step != 1 or loop.units is not None or not pairs or max(len(loop.lower), len(loop.upper)) == 1:
        return None
    first, end = min(pairs, key=lambda pair: (pair[1] - pair[0]).constant)
    cut = {name for item in loop.upper for name in (item - first).names}
    return (first, end) if len(loop.lower) > 1 or _moves_apart(cut, loop.iterator, statement) else None


def _moves_apart(outer: set[str], inner: str, statement: Statement) -> bool:
    """Whether an element is named by an outer iterator alone: those of a tile only ever stand in a sum together."""
    axes = (axis for access in (statement.target, *statement.operands) for axis in access.subscripts)
    return any(outer & axis.names and inner not in axis.names for axis in axes)
