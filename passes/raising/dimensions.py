"""The logical dimensions of a statement, and its tensors over them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from math import gcd

from ...ir import Access, Affine, Findings, LoopKind, Subscript, Tensor, Term
from .counters import Point, may_not_run
from .divisions import unpacked
from .scatter import report_axis
from .shape import Dimension, Shape
from .tiled_counters import Row, StridedCounters, group_counters


def find_dimensions(point: Point, findings: Findings) -> Shape | None:
    """The dimensions and tensors of a statement, or None with the subscript that cannot be said."""
    point = unpacked(point)
    # An element that a statement reads twice is one operand.
    read = list(zip(point.statement.operands, point.operands, strict=True))
    point = replace(point, operands=tuple(dict.fromkeys(point.operands)))
    accesses = point.accesses
    # The output's elements are numbered without the holes that a common factor leaves.
    rows = [[_row(axis, access is point.target) for axis in access.subscripts] for access in accesses]
    turned = _turned(point, rows)
    if turned is None:
        _report_direction(point, rows, findings)
        return None
    point, rows = turned
    dimensions = _named(point, group_counters(point, [row for axes in rows for row in axes]))
    if not _is_box(dimensions, point, findings):
        return None
    names = _tensor_names(accesses)
    tensors = [_tensor(name, axes, dimensions) for name, axes in zip(names, rows, strict=True)]
    _check_axes(point, rows, [row for axes in rows for row in axes], dimensions, findings)
    if findings.has_errors:
        return None
    output = tensors[0]
    inputs = tuple(_output_first(tensor, output.dimensions) for tensor in tensors[1:])
    known = dict(zip(point.operands, names[1:], strict=True))
    return Shape(point, dimensions, inputs, output, tuple((written, known[own]) for written, own in read))


def _row(axis: Affine, dense: bool) -> Row:
    """The coefficients of an axis, without its start; `dense` leaves out their common factor."""
    terms = {str(atom): coefficient for atom, coefficient in axis.terms}
    common = gcd(*terms.values()) if terms and dense else 1
    # An axis that only runs backwards numbers the same elements from its other end.
    sign = -1 if terms and all(coefficient < 0 for coefficient in terms.values()) else 1
    return {name: sign * coefficient // common for name, coefficient in terms.items()}


def _turned(point: Point, rows: list[list[Row]]) -> tuple[Point, list[list[Row]]] | None:
    """Rows with positive coefficients: chunk loops have no order, so their counters may be turned round."""
    against = {name for axes in rows for row in axes for name, c in row.items() if c < 0}
    alike = {name for axes in rows for row in axes for name, c in row.items() if c > 0 and len(row) > 1}
    for name in sorted(against):
        counter = point.counter(name)
        if counter.kind is not LoopKind.CHUNK or not counter.is_fixed or name in alike:
            return None
    signs = dict.fromkeys(against, -1)
    found = [[{n: abs(c) if n in signs else c for n, c in row.items()} for row in axes] for axes in rows]
    return point, found


def _report_direction(point: Point, rows: list[list[Row]], findings: Findings) -> None:
    """A subscript that runs against a loop, unless an axis of the output is over several dimensions anyway."""
    forward = [[{name: abs(step) for name, step in row.items()} for row in axes] for axes in rows]
    dimensions = _named(point, group_counters(point, [row for axes in forward for row in axes]))
    if not _is_box(dimensions, point, findings):
        return
    _check_axes(point, forward[:1], [row for axes in rows for row in axes], dimensions, findings)
    if findings.has_errors:
        return
    for access, axes in zip((point.target, *point.operands), rows, strict=True):
        for axis, row in zip(access.subscripts, axes, strict=True):
            against = [name for name, coefficient in row.items() if coefficient < 0]
            if against:
                loop = point.counter(against[0])
                message = f"subscript '{axis}' of '{access.array}' runs against loop '{loop.loop}'"
                hint = f"let '{loop.loop}' run the other way, or mark it as a chunk, whose points have no order"
                findings.add("W408", message, access.span or loop.span, hint=hint)
                return


def _named(point: Point, groups: list[StridedCounters]) -> tuple[Dimension, ...]:
    """The groups as dimensions in the order of their innermost loops, named after their finest loop."""
    order = {counter.name: number for number, counter in enumerate(point.counters)}
    ordered = sorted(groups, key=lambda chain: max(order[counter.name] for counter, _ in chain))
    found, taken = [], set[str]()
    for chain in ordered:
        name = _stem(chain[-1][0].loop)
        while name in taken:
            name += "_"
        taken.add(name)
        found.append(Dimension(name, tuple(c for c, _ in chain), tuple(stride for _, stride in chain)))
    return tuple(found)


def _stem(iterator: str) -> str:
    """`k_0f`, `k0` and `k` are loops over `K`."""
    return (re.sub(r"(_\d+f?|\d+)$", "", iterator).rstrip("_") or iterator).upper()


def _is_box(dimensions: tuple[Dimension, ...], point: Point, findings: Findings) -> bool:
    """Whether the bounds of every counter depend on counters of its own dimension alone.

    A loop of at most one iteration that moves nothing is of no dimension, and must run wherever those around it do.
    """
    own = {counter.name: {item.name for item in found.counters} for found in dimensions for counter in found.counters}
    for counter in point.counters:
        if counter.name not in own and not may_not_run(counter, point.counters):
            continue
        bounding = {name for trip in counter.trips for name in trip.names} - own.get(counter.name, set())
        if bounding:
            other = point.counter(min(bounding)).loop
            message = f"the iterations of loop '{counter.loop}' depend on loop '{other}'"
            notes = ["both move different dimensions, so the iteration space is no box"]
            hint = "directives run boxes: pad the loop to its largest bound, or split the nest"
            findings.add("W407", message, counter.span, notes=notes, hint=hint)
            return False
    return True


# Tensors


def _tensor_names(accesses: Iterable[Access]) -> list[str]:
    """One name per access: the array's, and numbered where an array is read in several places."""
    found: list[str] = []
    for access in accesses:
        name, number = access.array, 2
        while name in found:
            name, number = f"{access.array}{number}", number + 1
        found.append(name)
    return found


def _tensor(name: str, rows: list[Row], dimensions: tuple[Dimension, ...]) -> Tensor:
    axes = [
        tuple(Term(item.name, _coefficient(item, row)) for item in dimensions if _coefficient(item, row))
        for row in rows
    ]
    return Tensor(name, tuple(Subscript(terms) for terms in axes if terms))


def _check_axes(
    point: Point, rows: list[list[Row]], told: list[Row], dimensions: tuple[Dimension, ...], findings: Findings
) -> None:
    """An axis of the output is one dimension, any other one at most two.

    `rows` are those of the first accesses; `told` are the coefficients, with their signs, that tell dimensions apart.
    """
    for access, axes in zip(point.accesses, rows, strict=False):
        for axis, row in zip(access.subscripts, axes, strict=True):
            moving = [item for item in dimensions if _coefficient(item, row)]
            if len(moving) > (1 if access is point.target else 2):
                report_axis(point, access, axis, moving, told, findings)


def _output_first(tensor: Tensor, output: frozenset[str]) -> Tensor:
    """The axes with an output's term before that of its window, as an index has them."""
    axes = [sorted(axis.terms, key=lambda term: term.dimension not in output) for axis in tensor.subscripts]
    return Tensor(tensor.name, tuple(Subscript(tuple(terms)) for terms in axes))


def _coefficient(dimension: Dimension, row: Row) -> int:
    """How far an axis moves when the dimension moves by one."""
    finest, stride = dimension.counters[-1], dimension.strides[-1]
    return row.get(finest.name, 0) // stride
