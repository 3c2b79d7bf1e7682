"""Conditions on iterators: what always holds goes, what bounds one dimension becomes a bound of its loop.

Before:  for k1 in range(0, 20, 8): for k0 in range(8): C[i] += (A[i, k1 + k0] if 19 - k1 - k0 >= 0 else 0) * …
After:   for k1 in range(0, 20, 8): for k0 in range(min(8, 20 - k1)): C[i] += A[i, k1 + k0] * …

What bounds the sum of two dimensions stays: it may be the padding of a window.
"""

from __future__ import annotations

from dataclasses import replace

import islpy as isl

from ...ir import NEUTRAL, Affine, Choice, Compute, Findings, LoopKind, NestLoop, Statement, Value
from .dimensions import find_dimensions
from .divisions import read_point
from .isl_text import Loops, domain_text, isl_text
from .radix import apart
from .shape import Dimension, Shape

_HINT = "split the loop where the condition changes, or say it as a bound of a loop"


def narrowed(statement: Statement, loops: Loops, findings: Findings) -> tuple[Statement, Loops] | None:
    """The statement with the conditions that its loops cannot say, and its loops; None with a finding.

    What is left is a choice of the whole value or of the neutral number, of all conditions.
    """
    if not statement.choices:
        return statement, loops
    neutral = NEUTRAL.get(statement.reduction)
    if any(choice.otherwise != neutral for choice in statement.choices):
        _refuse(statement, "stands under conditions that do not all have to hold, or an opposite of such", findings)
        return None
    conditions = [item for item in dict.fromkeys(statement.conditions) if may_fail(item, loops)]
    if not _may_hold(conditions, loops):
        _refuse(statement, "never runs: its conditions exclude each other", findings)
        return None
    bare = _bare(statement.value)
    for condition in _of_one_dimension(_with(statement, bare, conditions), loops):
        bounded = _bounded(condition, loops)
        if bounded is None:
            refuse_condition(statement, condition, "is no bound of a loop", findings)
            return None
        loops = bounded
        conditions.remove(condition)
    return _with(statement, bare, conditions), loops


def refuse_condition(statement: Statement, condition: Affine, why: str, findings: Findings) -> None:
    """Record that a condition is none that a program can say."""
    message = f"'{statement.target}' is added to under a condition that {why}: '{condition} >= 0'"
    findings.add("W403", message, statement.span, hint=_HINT)


def _refuse(statement: Statement, why: str, findings: Findings) -> None:
    findings.add("W403", f"'{statement}' {why}", statement.span, hint=_HINT)


def _with(statement: Statement, bare: Value, conditions: list[Affine]) -> Statement:
    value = Choice(tuple(conditions), bare, NEUTRAL[statement.reduction]) if conditions else bare
    return replace(statement, value=value)


def _bare(value: Value) -> Value:
    """A value with what is chosen in the place of choices."""
    if isinstance(value, Choice):
        return _bare(value.value)
    if isinstance(value, Compute):
        return replace(value, operands=tuple(map(_bare, value.operands)))
    return value


def may_fail(condition: Affine, loops: Loops) -> bool:
    """Whether a condition is negative in an iteration of the loops."""
    return _may_hold([condition * -1 - 1], loops)


def _may_hold(conditions: list[Affine], loops: Loops) -> bool:
    """Whether there is an iteration in which none of the conditions is negative."""
    names = {loop.iterator: f"i{number}" for number, loop in enumerate(loops)}
    holds = " and ".join([domain_text(loops, names), *(f"{isl_text(item, names)} >= 0" for item in conditions)])
    return not isl.Set(f"{{ [{', '.join(names.values())}] : {holds} }}").is_empty()


def _of_one_dimension(statement: Statement, loops: Loops) -> list[Affine]:
    """The conditions that bound a single dimension; none if the statement has no dimensions that can be told."""
    point = read_point(statement, loops, Findings())
    if point is None or not statement.choices:
        return []
    shape = find_dimensions(point, Findings()) or find_dimensions(apart(point), Findings())
    if shape is None:
        return []
    pairs = zip(statement.conditions, shape.point.guards, strict=True)
    return [item for item, guard in pairs if len(moved_by(guard, shape)) == 1]


def moved_by(guard: Affine, shape: Shape) -> tuple[Dimension, ...]:
    """The dimensions whose counters occur in a condition."""
    return tuple(item for item in shape.dimensions if any(counter.name in guard.names for counter in item.counters))


def _bounded(condition: Affine, loops: Loops) -> Loops | None:
    """The loops with a condition as a bound of the innermost one that it names; None if it is none.

    The first unit of a parallel loop has its first iteration, so that only its end can move.
    """
    place = max(number for number, loop in enumerate(loops) if loop.iterator in condition.names)
    loop = loops[place]
    factor = condition.coefficient(loop.iterator)
    rest = condition - Affine.of(loop.iterator) * factor
    starts = factor > 0
    if not factor or loop.iterator in rest.names or loop.step < 0 or (starts and not _may_start_late(loop)):
        return None
    if starts:
        loop = replace(loop, lower=(*loop.lower, (rest // factor) * -1))
    else:
        loop = replace(loop, upper=(*loop.upper, rest // -factor + 1))
    return (*loops[:place], loop, *loops[place + 1 :])


def _may_start_late(loop: NestLoop) -> bool:
    return loop.step == 1 and loop.kind is not LoopKind.PARALLEL
