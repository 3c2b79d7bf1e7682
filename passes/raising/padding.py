"""Padding: conditions that keep a window inside of its input, as ranges of the index that are stored.

`0 <= y + r - 1 < 8` around products of `I[y + r - 1]` says that I has 8 elements and that zeros stand around them.
"""

from __future__ import annotations

from math import gcd

from ...ir import Affine, Array, Findings, Index, LoopNest, Workload
from .guards import moved_by, refuse_condition
from .shape import Dimension, Shape

Padding = tuple[tuple[str, int, int], ...]


def padding_of(shape: Shape, workload: Workload, nest: LoopNest, findings: Findings) -> Padding:
    """What is padding before and after the stored elements of each index; findings for conditions that are none."""
    found: dict[str, tuple[int, int]] = {}
    for guard in shape.point.guards:
        matched = _bound(guard, shape, workload)
        if matched is None:
            refuse_condition(shape.point.statement, guard, "is no padding of a window", findings)
            continue
        index, low, high = matched
        least, greatest = found.get(index.name, (0, _last(index, workload)))
        found[index.name] = max(low, least), min(high, greatest)
    for name, (low, high) in found.items():
        _check_stored(workload.index_by_name[name], low, high, shape, workload, nest, findings)
    last = {name: _last(workload.index_by_name[name], workload) for name in found}
    return tuple((name, low, last[name] - high) for name, (low, high) in found.items())


def _last(index: Index, workload: Workload) -> int:
    """The largest coordinate of an index."""
    return index.span(workload.extents[index.output], workload.extents[index.window]) - 1


def _bound(guard: Affine, shape: Shape, workload: Workload) -> tuple[Index, int, int] | None:
    """The index that a condition bounds, and its least and greatest coordinate."""
    moving = moved_by(guard, shape)
    factors = {item.name: _factor(guard, item) for item in moving}
    for index in workload.indices:
        if factors.keys() != {index.output, index.window} or not guard.is_linear:
            continue
        outputs, taps = factors[index.output], factors[index.window]
        if outputs is None or taps is None or outputs * index.dilation != taps * index.stride:
            continue
        # The condition is `times` / `parts` of the index, and a constant.
        common = gcd(outputs, index.stride)
        times, parts = outputs // common, index.stride // common
        edge = guard.constant * parts
        last = _last(index, workload)
        return (index, -(edge // times), last) if times > 0 else (index, 0, edge // -times)
    return None


def _factor(guard: Affine, dimension: Dimension) -> int | None:
    """How far a condition moves when a dimension does; None if it takes the dimension apart."""
    found = set()
    for counter in dimension.counters:
        if counter.longest > 1:
            times, rest = divmod(guard.coefficient(counter.name), dimension.stride(counter))
            found.add(None if rest else times)
    return found.pop() if len(found) == 1 else None


def _check_stored(
    index: Index, low: int, high: int, shape: Shape, workload: Workload, nest: LoopNest, findings: Findings
) -> None:
    """No element of an array may be left out: where extents are known, what is outside of them is padding."""
    last = _last(index, workload)
    statement = shape.point.statement
    if low > high:
        findings.add("W403", f"'{statement}' never runs: its conditions exclude each other", statement.span)
    for start, extent, name in _extents(index, shape, nest):
        if low > max(0, -start) or high < min(last, extent - 1 - start):
            kept = f"[{low + start}, {high + start + 1}) of the {extent} elements of an axis of '{name}'"
            message = f"'{statement.target}' is added to under a condition that leaves out elements: it keeps {kept}"
            hint = f"zeros that pad stand outside of an array: declare '{name}' with the extents that it has"
            findings.add("W403", message, statement.span, hint=hint)
            return


def _extents(index: Index, shape: Shape, nest: LoopNest) -> list[tuple[int, int, str]]:
    """Where axes over an index start, in arrays with known extents, with the extent and the array."""
    arrays: dict[str, Array] = {array.name: array for array in nest.arrays}
    found = []
    for access in shape.point.operands:
        extents = arrays[access.array].shape
        if extents is None or len(extents) != len(access.subscripts):
            continue
        for axis, extent in zip(access.subscripts, extents, strict=True):
            moving = {item.name: _factor(axis, item) for item in moved_by(axis, shape)}
            if moving == {index.output: index.stride, index.window: index.dilation}:
                found.append((axis.constant, extent, access.array))
    return found


def of_operator(padding: Padding, workload: Workload, known: Workload, names: dict[str, str]) -> Padding:
    """The padding of a general workload by the indices of the operator that it is."""
    found = []
    for name, before, after in padding:
        index = workload.index_by_name[name]
        pair = {names[index.output], names[index.window]}
        (own,) = (item.name for item in known.indices if {item.output, item.window} == pair)
        found.append((own, before, after))
    return tuple(found)
