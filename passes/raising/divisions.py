"""Subscripts that divide a counter: i with `i // 4` and `i % 4` becomes two counters, 4·i_o + i_i.

Arrays in a tiled layout, `x[i // 4, i % 4]`, have a single axis again where nothing uses one of the two alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from ...ir import Access, Affine, Findings, FloorDiv, NestLoop, Statement
from .counters import Counter, Point, Split, count_loops, ranges_of, simplified


def read_point(statement: Statement, loops: tuple[NestLoop, ...], findings: Findings) -> Point | None:
    """The statement over counters that no subscript divides, or None with findings."""
    point = count_loops(statement, loops, findings)
    while point is not None:
        point = _rewritten(point, partial(simplified, ranges=ranges_of(point.counters)))
        found = next(_divisions(point), None)
        if found is None:
            return point
        point = _without(point, *found, findings)
    return None


def _without(point: Point, access: Access, atom: FloorDiv, findings: Findings) -> Point | None:
    """The statement with the counter of a division as two, or None where it is no tiling."""
    counter = _divided(point, atom)
    if counter is None:
        message = f"subscript '{atom}' of '{access.array}' is no tiling of a loop"
        hint = f"divide one loop's counter, of a number of iterations that {atom.divisor} divides"
        findings.add("W401", message, access.span or point.statement.span, hint=hint)
        return None
    return _split(point, _halves(point, counter, atom.divisor))


def _divisions(point: Point) -> Iterator[tuple[Access, FloorDiv]]:
    for access in point.accesses:
        for axis in access.subscripts:
            for atom, _ in axis.terms:
                if isinstance(atom, FloorDiv):
                    inner = next((deep for deep, _ in atom.numerator.terms if isinstance(deep, FloorDiv)), atom)
                    yield access, inner


def _rewritten(point: Point, change: Callable[[Affine], Affine]) -> Point:
    """The point with every expression over counters changed."""
    counters = tuple(
        replace(item, trips=tuple(change(trip) for trip in item.trips), shown=change(item.shown))
        for item in point.counters
    )
    target, *operands = (
        replace(item, subscripts=tuple(change(axis) for axis in item.subscripts)) for item in point.accesses
    )
    guards = tuple(map(change, point.guards))
    return replace(point, counters=counters, target=target, operands=tuple(operands), guards=guards)


def _divided(point: Point, atom: FloorDiv) -> Counter | None:
    """The counter that a division splits into whole tiles, if that is what it does."""
    terms = atom.numerator.terms
    if len(terms) != 1 or terms[0][1] != 1 or atom.numerator.constant or not isinstance(terms[0][0], str):
        return None
    counter = point.counter(terms[0][0])
    whole = counter.is_fixed and counter.longest % atom.divisor == 0
    return counter if whole and counter.units is None else None


def _halves(point: Point, counter: Counter, divisor: int) -> Split:
    taken = {item.name for item in point.counters}
    stem = counter.name
    while {f"{stem}_o", f"{stem}_i"} & taken:
        stem += "_"
    return Split(counter, f"{stem}_o", f"{stem}_i", divisor)


def _split(point: Point, split: Split) -> Point:
    """The point with the two halves instead of the counter."""
    counter = split.counter
    # What stands inside of the unit stands inside of the inner loop.
    pair = (
        _of_length(replace(counter, name=split.outer, memory=None), counter.longest // split.divisor),
        _of_length(replace(counter, name=split.inner), split.divisor),
    )
    counters = (new for old in point.counters for new in (pair if old == counter else (old,)))
    changed = replace(point, counters=tuple(counters), splits=(*point.splits, split))
    return _rewritten(changed, lambda item: item.substitute({counter.name: split.value}))


def _of_length(counter: Counter, longest: int) -> Counter:
    return replace(counter, trips=(Affine.of(longest),), longest=longest)


def unpacked(point: Point) -> Point:
    """The point with pairs of axes as one, and one counter, for each split whose halves stand together everywhere."""
    for split in reversed(point.splits):
        target, *operands = (_together(access, split) for access in point.accesses)
        found = [item for item in operands if item is not None]
        if target is not None and len(found) == len(operands):
            point = _joined(replace(point, target=target, operands=tuple(found)), split)
    return point


def _together(access: Access, split: Split) -> Access | None:
    """The access with both halves in one axis, or None if they do not stand together."""
    outer, inner = Affine.of(split.outer), Affine.of(split.inner)
    using = [axis for axis in access.subscripts if axis.names & {split.outer, split.inner}]
    if len(using) == 2 and outer in using and inner in using:
        axes = [split.value if axis == outer else axis for axis in access.subscripts if axis != inner]
        return replace(access, subscripts=tuple(axes))
    return access if all(_steps_agree(axis, split) for axis in using) and len(using) < 2 else None


def _steps_agree(expression: Affine, split: Split) -> bool:
    return expression.coefficient(split.outer) == split.divisor * expression.coefficient(split.inner)


def _joined(point: Point, split: Split) -> Point:
    """The point with the counter again instead of its halves."""

    def join(expression: Affine) -> Affine:
        times = expression.coefficient(split.inner)
        return expression + (Affine.of(split.counter.name) - split.value) * times

    trips = (trip for counter in point.counters for trip in counter.trips)
    if not all(_steps_agree(item, split) for item in (*trips, *point.guards)):
        return point
    counters = tuple(
        split.counter if item.name == split.outer else item for item in point.counters if item.name != split.inner
    )
    return _rewritten(replace(point, counters=counters), join)
