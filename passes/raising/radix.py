"""Axes that are several in one, as in flattened arrays: `A[i*K + k]` with k below K is `A[i, k]`.

An axis splits where what stands right of the split stays below the common step of what stands left of it, so every
element keeps a place of its own. Windows stay whole: the taps of `(y + r)*W + x + s` advance by the same step.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil, floor, gcd

from ...ir import Affine
from .counters import Point
from .divisions import unpacked
from .tiled_counters import StridedCounters, group_counters, reach

_Part = tuple[Affine, int, int]
"""What one dimension adds to an axis: a sum of counters, its step and its largest value."""


def apart(point: Point) -> Point:
    """The statement with every axis split as far as it goes; the same point if none does."""
    point = _moving(unpacked(point))
    rows = [dict(_linear(axis)) for access in point.accesses for axis in access.subscripts]
    # What a condition tells apart is not one dimension.
    rows += [dict(_linear(guard)) for guard in point.guards]
    chains = group_counters(point, rows)
    target, *operands = (
        replace(access, subscripts=tuple(new for axis in access.subscripts for new in _split(axis, chains, point)))
        for access in point.accesses
    )
    return replace(point, target=target, operands=tuple(operands))


def _moving(point: Point) -> Point:
    """The statement without the counters of one iteration in axes that others move."""
    still = {counter.name: Affine.of(0) for counter in point.counters if counter.longest == 1}

    def change(axis: Affine) -> Affine:
        moving = axis.substitute(still)
        return moving if moving.terms else axis

    target, *operands = (
        replace(access, subscripts=tuple(change(axis) for axis in access.subscripts)) for access in point.accesses
    )
    guards = tuple(guard.substitute(still) for guard in point.guards)
    return replace(point, target=target, operands=tuple(operands), guards=guards)


def _linear(axis: Affine) -> list[tuple[str, int]]:
    return [(str(atom), coefficient) for atom, coefficient in axis.terms]


def _split(axis: Affine, chains: list[StridedCounters], point: Point) -> list[Affine]:
    """The axes that one is made of, the widest first; itself if a counter runs backwards."""
    if any(coefficient < 0 for _, coefficient in axis.terms) or len(axis.terms) < 2:
        return [axis]
    parts: list[_Part] = []
    for chain in chains:
        terms = {counter.name: axis.coefficient(counter.name) for counter, _ in chain}
        moved = Affine.total({name: step for name, step in terms.items() if step})
        if moved.terms:
            finest = min(step for step in terms.values() if step)
            weighted = [(counter, terms[counter.name]) for counter, _ in chain]
            parts.append((moved, finest, reach(weighted, point.counters)))
    parts.sort(key=lambda part: -part[1])
    return _cut(parts, _reaches(parts, point.guards))


def _reaches(parts: list[_Part], guards: tuple[Affine, ...]) -> list[int]:
    """How far the parts from each one on move an axis, in the iterations in which the statement runs."""
    found = [0]
    for first in reversed(range(len(parts))):
        ends = range(first + 1, len(parts) + 1)
        found.insert(0, min(_reach(parts[first:end], guards) + found[end - first - 1] for end in ends))
    return found


def _reach(group: list[_Part], guards: tuple[Affine, ...]) -> int:
    """How far some parts move an axis together; conditions on their sum can make that less."""
    total = Affine.of(0)
    for moved, _, _ in group:
        total = total + moved
    low, high = 0, sum(largest for _, _, largest in group)
    for guard in (item for item in guards if item.terms):
        times, step = guard.terms[0][1], total.coefficient(str(guard.terms[0][0]))
        if step and guard * step - total * times == Affine.of(guard.constant * step):
            # The condition is `times` / `step` of the sum, and a constant.
            edge = Fraction(-guard.constant * step, times)
            low, high = (max(low, ceil(edge)), high) if times * step > 0 else (low, min(high, floor(edge)))
    return max(0, high - low)


def _cut(parts: list[_Part], reaches: list[int]) -> list[Affine]:
    found: list[Affine] = []
    group: list[_Part] = []
    for position, part in enumerate(parts):
        if group and reaches[position] < gcd(*(step for _, step, _ in group)):
            found.append(_joined(group))
            group = []
        group.append(part)
    return [*found, _joined(group)]


def _joined(group: list[_Part]) -> Affine:
    """The parts of one axis, in units of their common step."""
    step = gcd(*(step for _, step, _ in group))
    total = Affine.of(0)
    for moved, _, _ in group:
        total = total + Affine.total({str(name): coefficient // step for name, coefficient in moved.terms})
    return total
