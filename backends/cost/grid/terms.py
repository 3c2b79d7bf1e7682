"""Every total of a structure with fixed orders as a sum of products: one factor per group of dimensions.

A count is Π need less Π keep for every loop, and energy, what resources carry and what rooms must hold are sums of
counts. So each is Σ weight · Π factor over a few terms, and a factor depends on the chains of one group alone: it is a
column over the candidates of the group. Equal columns are one, equal terms are added, terms with a factor that is zero
for all candidates are dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import numpy as np

from .candidates import Chains
from .columns import several, window_elements
from .compiled import compiled
from .linear import Kind
from .plan import Floats, Ints, Plan
from .problem import Problem
from .single import asked_slots, vector_width
from .volumes import (
    active,
    busiest,
    single_keep,
    unused_operands,
    unused_volumes,
    window_operands,
    window_pair_volumes,
)

SAFE = 2.0**53
"""Integers up to this are exact as floats."""


class Of(IntEnum):
    """What a factor of a dimension or of a windowed axis is."""

    UNUSED = 0
    SINGLE = 1
    OPERANDS = 2
    ACTIVE = 3
    WORK = 4
    LENGTH = 5
    STILL = 6
    NEED = 7
    KEEP = 8


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor of the dimension `first`, or of the windowed axis if `axis` is one.

    `outside` and `advances` say where the loop lies for the dimension and for the taps of the axis.
    """

    of: Of
    first: int
    axis: int = -1
    boundary: int = 0
    shared: int = 0
    outside: tuple[int, int] = (0, 0)
    advances: tuple[bool, bool] = (False, False)


Product = tuple[Factor, ...]
"""The factors of one tensor's term, of any dimensions; constants are in the weight."""


@compiled
def _dimension_column(
    of: int, extent: int, sizes: Ints, units: Ints, boundary: int, outside: int, advances: bool, shared: int
) -> Floats:
    """A factor for every chain of a dimension; of WORK `shared` is the vectors' width."""
    out = np.empty(len(sizes))
    for row in range(len(sizes)):
        chain = sizes[row]
        if of == 0:
            out[row] = unused_volumes(extent, chain, units, boundary, outside, advances, shared)[1]
        elif of == 1:
            out[row] = single_keep(extent, chain, units, boundary, outside, advances)
        elif of == 2:
            out[row] = unused_operands(extent, chain, units, boundary, shared)
        elif of == 3:
            out[row] = active(extent, chain, units, boundary)
        elif of == 4:
            out[row] = busiest(extent, chain, units, boundary, shared)
        else:
            length, still = extent, 1
            for level in range(boundary):
                if several(extent, chain, units, level):
                    still = 0
                if chain[level]:
                    length = min(length, chain[level])
            out[row] = length if of == 5 else still
    return out


@compiled
def _axis_column(
    of: int, stride: int, dilation: int, y_extent: int, y: Ints, y_units: Ints, r_extent: int, r: Ints, r_units: Ints,
    boundary: int, y_outside: int, y_advances: bool, r_outside: int, r_advances: bool, shared: int,
) -> Floats:  # fmt: skip
    """A factor for every pair of chains of a windowed axis, those of the taps next to each other."""
    out = np.empty(len(y) * len(r))
    for i in range(len(y)):
        for j in range(len(r)):
            if of == 2:
                found = window_operands(
                    y_extent, y[i], y_units, stride, r_extent, r[j], r_units, dilation, boundary, shared
                )
            elif of == 5:
                outputs, taps = y_extent, r_extent
                for level in range(boundary):
                    outputs = min(outputs, y[i, level]) if y[i, level] else outputs
                    taps = min(taps, r[j, level]) if r[j, level] else taps
                found = window_elements(outputs, stride, taps, dilation)
            else:
                need, kept = window_pair_volumes(
                    y_extent, y[i], y_units, y_outside, y_advances, stride,
                    r_extent, r[j], r_units, r_outside, r_advances, dilation, boundary, shared,
                )  # fmt: skip
                found = need if of == 7 else kept
            out[i * len(r) + j] = found
    return out


class Columns:
    """The different columns of a group; number 0 is all ones."""

    def __init__(self, p: Problem, group: Sequence[int], chains: Sequence[Chains]) -> None:
        self._p, self._chains = p, dict(zip(group, chains, strict=True))
        self.count = int(np.prod([len(item.sizes) for item in chains]))
        self.shape = [len(item.sizes) for item in chains]
        self._group = tuple(group)
        self.found = [np.ones(self.count)]
        self._factors: dict[Factor, Floats] = {}
        self._products: dict[Product, int] = {(): 0}
        self._by_content = {self.found[0].tobytes(): 0}

    def number(self, product: Product) -> int:
        """The column of a product of factors of this group; -1 if it is zero for all candidates."""
        if product not in self._products:
            self._products[product] = self._enter(product)
        return self._products[product]

    def _enter(self, product: Product) -> int:
        values = np.ones(self.count)
        # Windows take the longest: nothing is asked of them where the rest is zero.
        for factor in sorted(product, key=lambda item: item.axis >= 0):
            if not values.any():
                return -1
            values = values * self._factor(factor)
        if not values.any():
            return -1
        key = values.tobytes()
        if key not in self._by_content:
            self._by_content[key] = len(self.found)
            self.found.append(values)
        return self._by_content[key]

    def _factor(self, factor: Factor) -> Floats:
        if factor not in self._factors:
            self._factors[factor] = self._axis(factor) if factor.axis >= 0 else self._dimension(factor)
        return self._factors[factor]

    def _dimension(self, f: Factor) -> Floats:
        sizes, units = self._chains[f.first]
        found = _dimension_column(
            int(f.of), int(self._p.extents[f.first]), sizes, units, f.boundary, f.outside[0], f.advances[0], f.shared
        )
        if len(self._group) == 1:
            return found
        taps = self._group[1] == f.first
        return np.tile(found, self.shape[0]) if taps else np.repeat(found, self.shape[1])

    def _axis(self, f: Factor) -> Floats:
        y, r = (int(d) for d in self._p.axis_dimensions[f.axis])
        stride, dilation = (int(step) for step in self._p.axis_steps[f.axis])
        return _axis_column(
            int(f.of), stride, dilation, int(self._p.extents[y]), *self._chains[y], int(self._p.extents[r]),
            *self._chains[r], f.boundary, f.outside[0], f.advances[0], f.outside[1], f.advances[1], f.shared,
        )  # fmt: skip


@dataclass(frozen=True)
class Sums:
    """Totals as sums of products over groups.

    The metrics are energy (picojoules), what every resource carries (elements), the vectors of the busiest unit, and
    bits per room. `columns[g]` is [C, n] over the candidates of a group; `terms[t, g]` names a column and
    `weights[t, q]` says what a term adds to a metric. Resources, the arithmetic last, are divided by their `width` and
    by Π `working[k, g]` columns.
    """

    columns: tuple[Floats, ...]
    terms: Ints
    weights: Floats
    constants: Floats
    width: Floats
    working: Ints
    limits: Floats

    @cached_property
    def largest(self) -> float:
        """No partial sum of a metric other than the energy is beyond this."""
        factors = np.ones(len(self.terms))
        for g, columns in enumerate(self.columns):
            factors = factors * np.abs(columns).max(axis=1)[self.terms[:, g]]
        totals = np.abs(self.weights[:, 1:]).T @ factors + np.abs(self.constants[1:])
        return float(totals.max(initial=0.0))


def build_sums(plan: Plan, problem: Problem, chains: Sequence[Sequence[Chains]], order: Ints, placement: int) -> Sums:
    """The sums over all `chains` of the dimensions of each group of the plan.

    A candidate of a group of two is a pair of chains, those of the second dimension next to each other. `order[level]`
    lists all dimensions mapped there, outermost first, then -1. ValueError for a plan that is not exact.
    """
    if not plan.exact:
        raise ValueError("the counts of this machine are no linear forms: its tilings cannot be summed up")
    place = {name: number for number, name in enumerate(plan.dimensions)}
    groups = [[place[name] for name in group] for group in plan.groups]
    return _Builder(problem, groups, chains, order, placement, vector_width(plan)).build()


class _Builder:
    """Collects the terms of a structure with one order per level and one placement."""

    def __init__(
        self, p: Problem, groups: Sequence[Sequence[int]], chains: Sequence[Sequence[Chains]], order: Ints,
        placement: int, width: int,
    ) -> None:  # fmt: skip
        self.p, self.order, self.placement, self.width = p, order, placement, width
        self.columns = [Columns(p, group, item) for group, item in zip(groups, chains, strict=True)]
        self._group_of = {d: g for g, group in enumerate(groups) for d in group}
        self._terms: dict[tuple[int, ...], Floats] = {}
        self.levels = len(order)
        self.metrics = 2 + len(p.width) + len(p.room_bits)

    def build(self) -> Sums:
        """All terms."""
        p = self.p
        constants = np.zeros(self.metrics)
        constants[0] = p.mac_energy
        for o in p.choices[self.placement]:
            constants[: len(p.width) + 1] += p.constant[o]
        for slot in np.flatnonzero(asked_slots(p)[self.placement]):
            self._add_slot(int(slot))
        work = tuple(self._work(d) for d in range(len(p.extents)))
        self._add(work, 1.0, self._one(len(p.width) + 1))
        for room in range(len(p.room_bits)):
            self._add_room(room)
        terms = np.array(list(self._terms), np.int64).reshape(len(self._terms), len(self.columns))
        weights = np.array(list(self._terms.values())).reshape(len(self._terms), self.metrics)
        working = [self._numbers(self._working(int(boundary))) for boundary in p.resource_boundary]
        working.append((0,) * len(self.columns))
        return Sums(
            tuple(np.array(item.found) for item in self.columns), terms, weights, constants,
            np.append(p.width, p.lanes), np.array(working, np.int64), np.floor(p.room_bits / 8) * 8,
        )  # fmt: skip

    def _one(self, metric: int) -> Floats:
        found = np.zeros(self.metrics)
        found[metric] = 1.0
        return found

    def _work(self, d: int) -> Factor:
        width = self.width if d == len(self.p.extents) - 1 else 1
        return Factor(Of.WORK, d, boundary=self.levels, shared=width)

    def _working(self, boundary: int) -> Product:
        return tuple(Factor(Of.ACTIVE, d, boundary=boundary) for d in range(len(self.p.extents)) if boundary)

    def _numbers(self, product: Product) -> tuple[int, ...]:
        parts: list[list[Factor]] = [[] for _ in self.columns]
        for factor in product:
            parts[self._group_of[factor.first]].append(factor)
        found = []
        for columns, part in zip(self.columns, parts, strict=True):
            found.append(columns.number(tuple(part)))
            if found[-1] < 0:
                break
        return tuple(found)

    def _add(self, product: Product, factor: float, weights: Floats) -> None:
        numbers = self._numbers(product)
        if factor and len(numbers) == len(self.columns) and numbers[-1] >= 0:
            self._terms[numbers] = self._terms.get(numbers, np.zeros(self.metrics)) + factor * weights

    def _weights(self, slot: int) -> Floats:
        p, found = self.p, np.zeros(self.metrics)
        for o in p.choices[self.placement]:
            for term in range(p.term_start[o], p.term_start[o + 1]):
                if p.term_slot[term] == slot:
                    found[p.term_metric[term]] += p.term_weight[term]
        return found

    def _add_slot(self, slot: int) -> None:
        p, weights = self.p, self._weights(slot)
        tensor, place, boundary = int(p.slot_tensor[slot]), int(p.slot_view[slot]), int(p.slot_boundary[slot])
        if p.slot_kind[slot] == Kind.DISTINCT:
            self._add(*self._product(tensor, Of.ACTIVE, Of.ACTIVE, boundary, 0), weights)
        elif p.slot_kind[slot] == Kind.OPERANDS:
            self._add(*self._product(tensor, Of.OPERANDS, Of.OPERANDS, self.levels, int(p.masks[place])), weights)
        else:
            shared = int(p.views[place, 1])
            self._add(*self._product(tensor, Of.UNUSED, Of.NEED, boundary, shared), weights)
            for level in range(boundary):
                for position, loop in enumerate(self.order[level]):
                    if loop >= 0:
                        self._add(self._kept(tensor, level, position, boundary, shared), -1.0, weights)

    def _product(self, tensor: int, unused: Of, window: Of, boundary: int, shared: int) -> tuple[Product, float]:
        """What is counted if nothing is kept: factors, and the extents that are always needed."""
        p, found, extents = self.p, [], 1.0
        for d in range(len(p.extents)):
            axis = int(p.axis_of[tensor, d])
            if not p.moving[tensor] >> d & 1:
                found.append(Factor(unused, d, -1, boundary, shared, (boundary, 0)))
            elif axis < 0 or window == Of.ACTIVE:
                extents *= float(p.extents[d])
            elif p.axis_dimensions[axis, 0] == d:
                found.append(Factor(window, d, axis, boundary, shared, (boundary, boundary)))
        return tuple(found), extents

    def _kept(self, tensor: int, level: int, position: int, boundary: int, shared: int) -> Product:
        """What is kept when the loop at a position of a level's order advances."""
        p, order, found = self.p, list(self.order[level]), []
        outside = [level + (d in order[:position]) for d in range(len(p.extents))]
        advances = [d == order[position] for d in range(len(p.extents))]
        for d in range(len(p.extents)):
            axis = int(p.axis_of[tensor, d])
            one = Factor(Of.UNUSED, d, -1, boundary, shared, (outside[d], 0), (advances[d], False))
            if not p.moving[tensor] >> d & 1:
                found.append(one)
            elif axis < 0:
                found.append(Factor(Of.SINGLE, d, -1, boundary, 0, one.outside, one.advances))
            elif p.axis_dimensions[axis, 0] == d:
                r = int(p.axis_dimensions[axis, 1])
                where, moves = (outside[d], outside[r]), (advances[d], advances[r])
                found.append(Factor(Of.KEEP, d, axis, boundary, shared, where, moves))
        return tuple(found)

    def _add_room(self, room: int) -> None:
        """Bits of the tensors' chunks, and as many again unless all loops above stand still."""
        p, boundary = self.p, int(self.p.room_boundary[room])
        weights, doubled = self._one(2 + len(p.width) + room), bool(p.room_doubled[room])
        for tensor in range(len(p.moving)):
            if not p.room_holds[self.placement, room] >> tensor & 1:
                continue
            chunk = self._chunk(tensor, boundary)
            self._add(chunk, p.word_bits[tensor] * (1 + doubled), weights)
            if doubled:
                still = tuple(Factor(Of.STILL, d, boundary=boundary) for d in range(len(p.extents)))
                self._add(chunk + still, -p.word_bits[tensor], weights)

    def _chunk(self, tensor: int, boundary: int) -> Product:
        p, found = self.p, []
        for d in range(len(p.extents)):
            axis = int(p.axis_of[tensor, d])
            if p.moving[tensor] >> d & 1 and (axis < 0 or p.axis_dimensions[axis, 0] == d):
                found.append(Factor(Of.LENGTH, d, axis, boundary))
        return tuple(found)
