"""A sum that its first iteration begins is an initial value and a sum over all iterations.

Before:  for k in range(6): C[i] = (A[i, k] * B[k] if k == 0 else C[i] + A[i, k] * B[k])
After:   for k in range(6): C[i] = (0 if k == 0 else C[i]);  C[i] += A[i, k] * B[k]

So are two statements of which one runs in the first iteration and the other in all others, as `if` and `else` set them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import islpy as isl

from ...ir import (
    NEUTRAL,
    Affine,
    Choice,
    Compute,
    LoopKind,
    LoopNest,
    NestLoop,
    Node,
    Statement,
    Value,
    accesses,
    as_reduction,
    guarded,
    holds_integers,
    without_part,
)
from .isl_text import Loops, domain_text, isl_text
from .known import over
from .sides import Side, are_apart, in_plain_words, layers, sides_of

_MOST = 64
"""Statements of a body among which those that stand under opposite conditions are looked for."""


def with_begun_sums(nest: LoopNest) -> LoopNest:
    """The nest with such sums as initial values under a condition, and sums; it does the same in the same order."""
    whole = frozenset(array.name for array in nest.arrays if holds_integers(array.element))
    return replace(nest, body=_nodes(nest.body, (), whole))


def _nodes(body: tuple[Node, ...], loops: Loops, whole: frozenset[str]) -> tuple[Node, ...]:
    """The nodes of a body; `whole` are the arrays of integers."""
    waiting = list(body)
    if loops and len(waiting) <= _MOST:
        _join(waiting, loops, whole)
    found: list[Node] = []
    for node in waiting:
        if isinstance(node, NestLoop):
            found.append(replace(node, body=_nodes(node.body, (*loops, node), whole)))
        elif isinstance(node, Statement) and loops:
            found += begun(node, loops, whole) or (in_plain_words(node, loops),)
        else:
            found.append(node)
    return tuple(found)


def _join(body: list[Node], loops: Loops, whole: frozenset[str]) -> None:
    """Put together, in place, what stands under opposite conditions: loops with one header, and what begins a sum."""
    place = 0
    while place < len(body):
        mine = sides_of(body[place], loops)
        for other in range(place + 1, len(body)) if mine else ():
            theirs = sides_of(body[other], loops)
            # What it would be moved over never runs in an iteration in which it does.
            if all(are_apart(sides_of(item, loops), theirs) for item in body[place:other]):
                joined = _joined((body[place], mine), (body[other], theirs), loops, whole)
                if joined:
                    del body[other]
                    body[place : place + 1] = joined
                    break
        place += 1


_Sided = tuple[Node, frozenset[Side]]


def _joined(one: _Sided, other: _Sided, loops: Loops, whole: frozenset[str]) -> tuple[Node, ...]:
    """Two nodes on opposite sides as one loop, or as a sum with its beginning; nothing if they are neither."""
    (first, mine), (second, theirs) = one, other
    if isinstance(first, NestLoop) and isinstance(second, NestLoop):
        same = replace(first, body=()) == replace(second, body=())
        return (replace(first, body=(*first.body, *second.body)),) if same else ()
    if isinstance(first, Statement) and isinstance(second, Statement) and first.target == second.target:
        for begin, rest, sides in ((first, second, (mine, theirs)), (second, first, (theirs, mine))):
            found = _of_two(begin, rest, *sides, loops, whole)
            if found:
                return found
    return ()


def _of_two(
    begin: Statement,
    rest: Statement,
    mine: frozenset[Side],
    theirs: frozenset[Side],
    loops: Loops,
    whole: frozenset[str],
) -> tuple[Node, ...]:
    """A sum of two statements, of which one runs in the first iteration."""
    for side in mine:
        if begin.reduction or mine - {side} != theirs - {side.opposite} or side.opposite not in theirs:
            continue
        start = _start(side, loops)
        later = as_reduction(replace(rest, value=layers(rest, loops)[1]))
        if start is not None:
            return _begun(begin, layers(begin, loops)[1], later, start, mine - {side}, whole)
    return ()


def begun(statement: Statement, loops: Loops, whole: frozenset[str] = frozenset()) -> tuple[Node, ...]:
    """A sum of one statement, which chooses what to add to, with its beginning before it; nothing if it is none."""
    if statement.reduction or not statement.choices:
        return ()
    around, value = layers(statement, loops)
    choices = {Side.of(item, loops) for item in _choices(value)}
    sides = choices | {item.opposite for item in choices}
    for side in sides if len(sides) == 2 else ():
        start = _start(side, loops)
        if start is not None:
            later = as_reduction(replace(statement, value=_resolved(value, side.opposite, loops)))
            return _begun(statement, _resolved(value, side, loops), later, start, frozenset(around), whole)
    return ()


def _choices(value: Value) -> list[Choice]:
    if isinstance(value, Choice):
        return [value, *_choices(value.value), *_choices(value.otherwise)]
    return [found for item in value.operands for found in _choices(item)] if isinstance(value, Compute) else []


def _resolved(value: Value, side: Side, loops: Loops) -> Value:
    """A value on one of the two sides of all of its choices."""
    if isinstance(value, Choice):
        return _resolved(value.value if Side.of(value, loops) == side else value.otherwise, side, loops)
    if isinstance(value, Compute):
        return replace(value, operands=tuple(_resolved(item, side, loops) for item in value.operands))
    return value


@dataclass(frozen=True, slots=True)
class _Start:
    """The loops, outermost first, in whose first iterations alone something runs."""

    loops: Loops

    @property
    def conditions(self) -> tuple[Affine, ...]:
        """Negative in all other iterations."""
        return tuple((item.lower[0] - item.iterator) * (1 if item.step > 0 else -1) for item in self.loops)

    def at(self, value: Value) -> Value:
        """A value there."""
        for loop in reversed(self.loops):
            value = over(value, {loop.iterator: loop.lower[0]})
        return value


def _start(side: Side, loops: Loops) -> _Start | None:
    """The loops in whose first iterations a side is, and in no others; None if there are none."""
    names, found = set(side.names), list[NestLoop]()
    for loop in reversed(loops):
        if loop.iterator in names:
            found.insert(0, loop)
            names |= {name for item in loop.lower for name in item.names}
    if not found or any(len(loop.lower) > 1 or loop.kind is not LoopKind.SEQUENTIAL for loop in found):
        return None
    called = {loop.iterator: f"i{number}" for number, loop in enumerate(loops)}
    axes, domain = ", ".join(called.values()), domain_text(loops, called)
    holds = " and ".join(["true", *(f"{isl_text(item, called)} >= 0" for item in side.conditions)])
    first = " and ".join(f"{called[item.iterator]} = {isl_text(item.lower[0], called)}" for item in found)
    here = isl.Set(f"{{ [{axes}] : {domain} and {'' if side.holds else 'not'} ({holds}) }}")
    return _Start(tuple(found)) if here.is_equal(isl.Set(f"{{ [{axes}] : {domain} and {first} }}")) else None


def _begun(
    statement: Statement,
    first: Value,
    later: Statement,
    start: _Start,
    around: frozenset[Side],
    whole: frozenset[str],
) -> tuple[Node, ...]:
    """The beginning of a sum, and the sum over all iterations; nothing if the first iteration does not add to it too.

    What is added reads no element of the same array, which another order might change.
    `around` are the sides on which both stand.
    """
    reads = [item.array for item in accesses(later.value)]
    if not later.reduction or not all(item.holds for item in around) or statement.target.array in reads:
        return ()
    begins, adds = start.at(first), start.at(later.value)
    if begins == adds:
        # No integer is the neutral one of a maximum, which may begin with its first element too.
        element = later.reduction in ("max", "min") and statement.target.array in whole
        initial: Value | None = begins if element else NEUTRAL[later.reduction]
    else:
        initial = without_part(begins, adds, later.reduction)
    if initial is None:
        return ()
    outside = tuple(dict.fromkeys(condition for item in around for condition in sorted(item.conditions, key=str)))
    set_first = Choice((*outside, *start.conditions), initial, statement.target)
    return (
        replace(statement, value=set_first),
        guarded(later, outside) if outside else later,
    )
