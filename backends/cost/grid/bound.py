"""A lower bound of energy and cycles over boxes of tilings, for every placement and the best order of every level.

A box gives, per dimension and windowed axis, the least value of each column of its candidates (`columns.py`). All
counts grow with these columns, so what they give together is a bound for every tiling in the box; for a box of one
tiling without ragged reuse it is the count itself.

An entry count is Π need over the tensor's axes times the steps of the dimensions that do not move it, of those loops
that have a moving loop inside them; what a windowed axis keeps when its own loop advances is taken off if that loop can
be the innermost moving one (docs/mapper.md).
"""

from __future__ import annotations

from math import ceil

import numpy as np

from .compiled import compiled
from .plan import Floats, Ints
from .problem import Problem

MAX_WAYS = 64
"""Classes of orders of a level that are told apart."""


@compiled
def moving_loops(p: Problem, x: Floats, sure: Ints, may: Ints) -> None:
    """Per level the dimensions whose loop takes several steps in every tiling of the box, and in some."""
    for level in range(p.layout.levels):
        sure[level] = may[level] = 0
        for d in range(p.extents.size):
            if x[p.base[d] + p.layout.multi + level] > 0:
                sure[level] |= 1 << d
            if x[p.base[d] + p.layout.may + level] < 0:
                may[level] |= 1 << d


@compiled
def _needs(p: Problem, x: Floats, tensor: int, view: int) -> float:
    """Π need of a tensor over its axes."""
    product = 1.0
    for d in range(p.extents.size):
        if p.moving[tensor] >> d & 1:
            axis = p.axis_of[tensor, d]
            if axis < 0:
                product *= p.extents[d]
            elif p.axis_dimensions[axis, 0] == d:
                product *= x[p.axis_base[axis] + p.layout.need + view]
    return product


@compiled
def _rest(p: Problem, x: Floats, tensor: int, view: int, level: int, outside: int) -> float:
    """Steps of the dimensions that do not move a tensor: all loops outside `level`, and those in `outside` of it."""
    product = 1.0
    for d in range(p.extents.size):
        if not p.moving[tensor] >> d & 1:
            depth = level + (outside >> d & 1)
            product *= x[p.base[d] + p.layout.steps[view] + depth]
    return product


@compiled
def _blocked(p: Problem, x: Floats, tensor: int, view: int, loops: int, d: int) -> bool:
    """Whether a loop of another axis that certainly restarts keeps nothing, so that outer loops keep nothing."""
    axis = p.axis_of[tensor, d]
    for other in range(p.extents.size):
        if loops >> other & 1 and p.moving[tensor] >> other & 1 and other != d:
            near = p.axis_of[tensor, other]
            if near < 0 and x[p.base[other] + p.layout.soft + view] >= p.extents[other]:
                return True
            if near >= 0 and near != axis and x[p.axis_base[near] + p.layout.wrap + view] >= 0:
                return True
    return False


@compiled
def _share(p: Problem, x: Floats, tensor: int, view: int, d: int, level: int, settled: bool) -> float:
    """What of the need is new at least, as a factor, if the loop of `d` is the innermost that moves the tensor."""
    axis = p.axis_of[tensor, d]
    if axis < 0:
        return x[p.base[d] + p.layout.soft + view] / p.extents[d]
    start = p.axis_base[axis]
    kept = p.layout.inner + view * p.layout.levels + level if settled else p.layout.all + view
    return x[start + kept] / x[start + p.layout.need + view]


@compiled
def _entries(p: Problem, x: Floats, sure: Ints, may: Ints, slot: int, values: Floats) -> int:
    """The bound of an entry count for every way to order a level; which level that is (-1: none)."""
    tensor, view = p.slot_tensor[slot], p.slot_view[slot]
    moving, boundary = p.moving[tensor], p.slot_boundary[slot]
    level = boundary - 1
    while level >= 0 and not sure[level] & moving:
        level -= 1
    open_loops = 0
    for deeper in range(max(level, 0), boundary):
        open_loops |= may[deeper] & ~sure[deeper] & moving
    needs = _needs(p, x, tensor, view)
    least = 1.0
    for d in range(p.extents.size):
        if open_loops >> d & 1:
            least = min(least, _share(p, x, tensor, view, d, 0, False))
    if level < 0:
        values[0] = needs * least * _rest(p, x, tensor, view, 0, 0)
        return -1
    start = p.way_start[level, sure[level]]
    for way in range(p.way_count[level, sure[level]]):
        share = least
        inner = p.way_inner[start + way, tensor]
        for d in range(p.extents.size):
            if inner >> d & 1:
                blocked = _blocked(p, x, tensor, view, sure[level], d)
                share = min(share, _share(p, x, tensor, view, d, level, blocked))
        values[way] = needs * share * _rest(p, x, tensor, view, level, p.way_outside[start + way, tensor])
    return level


@compiled
def _operands(p: Problem, x: Floats, slot: int) -> float:
    tensor, place = p.slot_tensor[slot], p.slot_view[slot]
    product = 1.0
    for d in range(p.extents.size):
        axis = p.axis_of[tensor, d]
        if not p.moving[tensor] >> d & 1:
            product *= x[p.base[d] + p.layout.operands + place]
        elif axis < 0:
            product *= p.extents[d]
        elif p.axis_dimensions[axis, 0] == d:
            product *= x[p.axis_base[axis] + p.layout.axis_operands + place]
    return product


@compiled
def _distinct(p: Problem, x: Floats, slot: int) -> float:
    """Output elements times the parents that can work on parts of their sums, at most."""
    tensor, product = p.slot_tensor[slot], 1.0
    for d in range(p.extents.size):
        if p.moving[tensor] >> d & 1:
            product *= p.extents[d]
        else:
            product *= -x[p.base[d] + p.layout.active + p.slot_boundary[slot]]
    return product


@compiled
def metric_parts(
    p: Problem, x: Floats, sure: Ints, may: Ints, values: Floats, levels: Ints, base: Floats, parts: Floats
) -> None:
    """Energy and what resources carry, per holder set: `base[o, q]`, and what depends on orders `parts[o, q, level, way]`."""
    for slot in range(p.slot_kind.size):
        levels[slot] = -1
        if p.slot_kind[slot] == 0:
            levels[slot] = _entries(p, x, sure, may, slot, values[slot])
        elif p.slot_kind[slot] == 1:
            values[slot, 0] = _operands(p, x, slot)
        else:
            values[slot, 0] = _distinct(p, x, slot)
    base[:] = p.constant
    for o in range(base.shape[0]):
        for q in range(base.shape[1]):
            for level in range(p.layout.levels):
                for way in range(p.way_count[level, sure[level]]):
                    parts[o, q, level, way] = 0.0
        for term in range(p.term_start[o], p.term_start[o + 1]):
            slot, q, weight = p.term_slot[term], p.term_metric[term], p.term_weight[term]
            level = levels[slot]
            if level < 0:
                base[o, q] += weight * values[slot, 0]
            else:
                for way in range(p.way_count[level, sure[level]]):
                    parts[o, q, level, way] += weight * values[slot, way]


@compiled
def least_metric(p: Problem, sure: Ints, base: Floats, parts: Floats, placement: int, q: int) -> float:
    """The least that a metric can be for a placement, every level in the order that suits it best."""
    total = 0.0
    for t in range(p.moving.size):
        total += base[p.choices[placement, t], q]
    for level in range(p.layout.levels):
        best = np.inf
        for way in range(p.way_count[level, sure[level]]):
            part = 0.0
            for t in range(p.moving.size):
                part += parts[p.choices[placement, t], q, level, way]
            best = min(best, part)
        total += best
    return total


@compiled
def compute_cycles(p: Problem, x: Floats) -> float:
    """Cycles of the busiest processing element, at least."""
    product = 1.0
    for d in range(p.extents.size):
        product *= x[p.base[d] + p.layout.work]
    return np.ceil(product / p.lanes)


@compiled
def units_at_work(p: Problem, x: Floats, boundary: int) -> float:
    """Units above a boundary that ever work, at most."""
    product = 1.0
    for d in range(p.extents.size):
        product *= -x[p.base[d] + p.layout.active + boundary]
    return product


@compiled
def least_cycles(
    p: Problem, x: Floats, sure: Ints, base: Floats, parts: Floats, placement: int, compute: float
) -> float:
    """Cycles of the busiest resource, at least (A21)."""
    cycles = compute
    for r in range(p.width.size):
        carried = least_metric(p, sure, base, parts, placement, 1 + r)
        cycles = max(cycles, np.ceil(carried / (p.width[r] * units_at_work(p, x, p.resource_boundary[r])) - 1e-9))
    return cycles


@compiled
def room_needs(p: Problem, x: Floats, sure: Ints, needs: Floats) -> None:
    """Bits that every tensor takes of every room, at least: `needs[room, tensor]`."""
    for room in range(p.room_bits.size):
        boundary = p.room_boundary[room]
        copies = 1.0
        for level in range(boundary):
            if p.room_doubled[room] and sure[level]:
                copies = 2.0
        for t in range(p.moving.size):
            product = copies * p.word_bits[t]
            for d in range(p.extents.size):
                axis = p.axis_of[t, d]
                if p.moving[t] >> d & 1:
                    if axis < 0:
                        product *= x[p.base[d] + boundary]
                    elif p.axis_dimensions[axis, 0] == d:
                        product *= x[p.axis_base[axis] + boundary]
            needs[room, t] = product


@compiled
def fits(p: Problem, needs: Floats, placement: int) -> int:
    """The first room that a placement overfills, or -1."""
    for room in range(p.room_bits.size):
        total = 0.0
        for t in range(p.moving.size):
            if p.room_holds[placement, room] >> t & 1:
                total += needs[room, t]
        # Bits round up to whole bytes.
        if np.ceil(total / 8) * 8 > p.room_bits[room]:
            return room
    return -1
