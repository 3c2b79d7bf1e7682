"""A lower bound of energy and cycles over boxes of tilings, for every placement and the best order of every level.

A box gives, per dimension and windowed axis, the least value of each column of its candidates (`columns.py`). All
counts grow with these columns, so what they give together is a bound for every tiling in the box; for a box of one
tiling without ragged reuse it is the count itself.

An entry count is Π need over the tensor's axes times the steps of the dimensions that do not move it, of those loops
that have a moving loop inside them; what a windowed axis keeps when its own loop advances is taken off if that loop can
be the innermost moving one (docs/mapper.md).
"""

from __future__ import annotations

import numpy as np

from ..compiled import compiled
from ..problem.flat import (
    AT_ACTIVE,
    AT_AXIS_OPERANDS,
    AT_BOTH,
    AT_CARRIED,
    AT_CARRY,
    AT_FRESH,
    AT_GROWN,
    AT_LEVELS,
    AT_LOW,
    AT_LOW_KEPT,
    AT_LOW_WRAP,
    AT_MAY,
    AT_MULTI,
    AT_NEED,
    AT_OPERANDS,
    AT_OUT,
    AT_WHOLE,
    AT_WORK,
    AT_WRAP,
    AXIS_BASE,
    AXIS_DIMENSIONS,
    AXIS_OF,
    BASE,
    CHOICES,
    CONSTANT,
    EXTENTS,
    LANES,
    MOVING,
    RESOURCE_BOUNDARY,
    ROOM_BITS,
    ROOM_BOUNDARY,
    ROOM_DOUBLED,
    ROOM_HOLDS,
    SLOT_BOUNDARY,
    SLOT_KIND,
    SLOT_TENSOR,
    SLOT_VIEW,
    STEPS,
    TERM_METRIC,
    TERM_SLOT,
    TERM_START,
    TERM_WEIGHT,
    WAY_COUNT,
    WAY_INNER,
    WAY_OUTSIDE,
    WAY_START,
    WIDTH,
    WORD_BITS,
    Flat,
    cell,
    column,
    item,
    real,
    real_cell,
    rows,
)
from ..problem.plan import Flags, Floats, Ints


@compiled
def moving_loops(p: Flat, x: Floats, sure: Ints, may: Ints) -> None:
    """Per level the dimensions whose loop takes several steps in every tiling of the box, and in some."""
    for level in range(column(p, AT_LEVELS)):
        sure[level] = may[level] = 0
        for d in range(rows(p, EXTENTS)):
            if x[item(p, BASE, d) + column(p, AT_MULTI) + level] > 0:
                sure[level] |= 1 << d
            if x[item(p, BASE, d) + column(p, AT_MAY) + level] < 0:
                may[level] |= 1 << d


@compiled
def over_axes(p: Flat, x: Floats, tensor: int, kind: int) -> float:
    """Π over the axes of a tensor: the extent of a dimension by itself, the column `kind` of a windowed axis."""
    product = 1.0
    for d in range(rows(p, EXTENTS)):
        if item(p, MOVING, tensor) >> d & 1:
            axis = cell(p, AXIS_OF, tensor, d)
            if axis < 0:
                product *= item(p, EXTENTS, d)
            elif cell(p, AXIS_DIMENSIONS, axis, 0) == d:
                product *= x[item(p, AXIS_BASE, axis) + kind]
    return product


@compiled
def needs_of(p: Flat, x: Floats, tensor: int, view: int) -> float:
    """Π need of a tensor over its axes."""
    return over_axes(p, x, tensor, column(p, AT_NEED) + view)


@compiled
def steps_of(p: Flat, x: Floats, tensor: int, view: int, level: int, outside: int) -> float:
    """Steps of the dimensions that do not move a tensor: all loops outside `level`, and those in `outside` of it."""
    product = 1.0
    for d in range(rows(p, EXTENTS)):
        if not item(p, MOVING, tensor) >> d & 1:
            depth = level + (outside >> d & 1)
            product *= x[item(p, BASE, d) + item(p, STEPS, view) + depth]
    return product


@compiled
def _least(
    p: Flat, x: Floats, tensor: int, view: int, d: int, level: int, needs: float, steps: float, above: float
) -> float:
    """Entries at least, if the loop of `d` at a level (L: some level) is the innermost that moves the tensor.

    `steps` are those of the dimensions that do not move it, `above` those of levels further out. What is new is Π need
    less what is kept when the own loops of the axis advance, when others of the same level do, and when outer ones do.
    """
    axis, last = cell(p, AXIS_OF, tensor, d), column(p, AT_LEVELS)
    row = view * (last + 1) + level
    low, share, restarts = 1.0, 0.0, 0.0
    for other in range(rows(p, EXTENTS)):
        near = cell(p, AXIS_OF, tensor, other)
        if not item(p, MOVING, tensor) >> other & 1:
            continue
        if near < 0:
            low *= -x[item(p, BASE, other) + column(p, AT_LOW) + row]
        elif cell(p, AXIS_DIMENSIONS, near, 0) == other:
            place = item(p, AXIS_BASE, near)
            low *= -x[place + column(p, AT_LOW_WRAP) + row]
            if near != axis:
                share += _own_share(p, x, near, view, level)
                kept = max(-x[place + column(p, AT_WRAP) + 2 * row], -x[place + column(p, AT_WRAP) + 2 * row + 1])
                kept = max(kept, -x[place + column(p, AT_BOTH) + row])
                restarts = max(restarts, kept / x[place + column(p, AT_NEED) + view])
    if axis < 0:
        need = float(item(p, EXTENTS, d))
        wrap = -x[item(p, BASE, d) + column(p, AT_LOW) + view * (last + 1) + last]
        least = steps * need - (steps - above) * wrap - steps * share * wrap
    else:
        start = item(p, AXIS_BASE, axis)
        place = 2 * row + (cell(p, AXIS_DIMENSIONS, axis, 1) == d)
        need = x[start + column(p, AT_NEED) + view]
        fresh, out = x[start + column(p, AT_FRESH) + place], x[start + column(p, AT_OUT) + place]
        wrap, both = -x[start + column(p, AT_WRAP) + place], -x[start + column(p, AT_BOTH) + row]
        # All other loops outside both of the axis; those that do not move the tensor between; another axis between.
        least = steps * fresh - (steps - above) * both - steps * share * both
        least = min(least, (steps - above) * (out - wrap) + above * fresh - steps * share * both)
        if share > 0.0:
            most = max(wrap, both)
            between = steps * (out - share * most) - (steps - above) * most
            least = min(least, between - steps * max(out - fresh, 0.0) * restarts)
    least *= needs / need
    if level == last:
        return least
    least -= max(above - 1.0, 0.0) * low
    for other in range(rows(p, EXTENTS)):
        near = cell(p, AXIS_OF, tensor, other)
        if near >= 0 and cell(p, AXIS_DIMENSIONS, near, 0) == other:
            least -= above * _low_own(p, x, tensor, view, near, level)
    return least


@compiled
def _own_share(p: Flat, x: Floats, axis: int, view: int, level: int) -> float:
    """The most that an axis keeps when its own loops of a level advance, as a part of its need."""
    start, place = item(p, AXIS_BASE, axis), 2 * (view * (column(p, AT_LEVELS) + 1) + level)
    need = x[start + column(p, AT_NEED) + view]
    fresh = min(x[start + column(p, AT_FRESH) + place], x[start + column(p, AT_FRESH) + place + 1])
    return max(0.0, 1.0 - fresh / need)


@compiled
def _low_own(p: Flat, x: Floats, tensor: int, view: int, axis: int, level: int) -> float:
    """The most that is kept when loops of an axis above a level advance."""
    last, product = column(p, AT_LEVELS), 1.0
    row = view * (last + 1) + level
    for d in range(rows(p, EXTENTS)):
        near = cell(p, AXIS_OF, tensor, d)
        if not item(p, MOVING, tensor) >> d & 1:
            continue
        if near < 0:
            product *= -x[item(p, BASE, d) + column(p, AT_LOW) + row]
        elif cell(p, AXIS_DIMENSIONS, near, 0) == d:
            kind = column(p, AT_LOW_KEPT) if near == axis else column(p, AT_LOW_WRAP)
            product *= -x[item(p, AXIS_BASE, near) + kind + row]
    return product


@compiled
def _footprint(p: Flat, x: Floats, tensor: int, view: int) -> float:
    """Elements of a tensor; each enters at least once."""
    return over_axes(p, x, tensor, column(p, AT_WHOLE) + view)


@compiled
def _outer_steps(p: Flat, x: Floats, tensor: int, view: int, level: int) -> float:
    """What every step of the loops above a level needs in all, less what is held at its start, at most."""
    row = view * (column(p, AT_LEVELS) + 1) + level
    product, carried = steps_of(p, x, tensor, view, level, 0), 1.0
    for d in range(rows(p, EXTENTS)):
        axis = cell(p, AXIS_OF, tensor, d)
        if not item(p, MOVING, tensor) >> d & 1:
            continue
        if axis < 0:
            product *= item(p, EXTENTS, d)
            carried = min(carried, -x[item(p, BASE, d) + column(p, AT_CARRY) + row] / item(p, EXTENTS, d))
        elif cell(p, AXIS_DIMENSIONS, axis, 0) == d:
            grown = x[item(p, AXIS_BASE, axis) + column(p, AT_GROWN) + row]
            product *= grown
            carried = min(carried, -x[item(p, AXIS_BASE, axis) + column(p, AT_CARRIED) + row] / grown)
    return product * (1.0 - carried)


@compiled
def _entries(p: Flat, x: Floats, sure: Ints, may: Ints, slot: int, values: Floats) -> int:
    """The bound of an entry count for every way to order a level; which level that is (-1: none)."""
    tensor, view = item(p, SLOT_TENSOR, slot), item(p, SLOT_VIEW, slot)
    moving, boundary = item(p, MOVING, tensor), item(p, SLOT_BOUNDARY, slot)
    level, last = boundary - 1, column(p, AT_LEVELS)
    while level >= 0 and not sure[level] & moving:
        level -= 1
    open_loops = 0
    for deeper in range(max(level, 0), boundary):
        open_loops |= may[deeper] & ~sure[deeper] & moving
    needs, footprint = needs_of(p, x, tensor, view), _footprint(p, x, tensor, view)
    if level < 0:
        steps = steps_of(p, x, tensor, view, 0, 0)
        least = needs * steps
        for d in range(rows(p, EXTENTS)):
            if open_loops >> d & 1:
                least = min(least, _least(p, x, tensor, view, d, last, needs, steps, 0.0))
        values[0] = max(least, footprint)
        return -1
    start = cell(p, WAY_START, level, sure[level])
    footprint = max(footprint, _outer_steps(p, x, tensor, view, level))
    above = steps_of(p, x, tensor, view, level, 0)
    for way in range(cell(p, WAY_COUNT, level, sure[level])):
        steps = steps_of(p, x, tensor, view, level, cell(p, WAY_OUTSIDE, start + way, tensor))
        least = needs * steps
        inner = cell(p, WAY_INNER, start + way, tensor)
        for d in range(rows(p, EXTENTS)):
            if inner >> d & 1:
                least = min(least, _least(p, x, tensor, view, d, level, needs, steps, above))
            # Also with a loop further in, which is innermost where it moves.
            if open_loops >> d & 1:
                least = min(least, _least(p, x, tensor, view, d, last, needs, steps, 0.0))
        values[way] = max(least, footprint)
    return level


@compiled
def _operands(p: Flat, x: Floats, slot: int) -> float:
    tensor, place = item(p, SLOT_TENSOR, slot), item(p, SLOT_VIEW, slot)
    product = over_axes(p, x, tensor, column(p, AT_AXIS_OPERANDS) + place)
    for d in range(rows(p, EXTENTS)):
        if not item(p, MOVING, tensor) >> d & 1:
            product *= x[item(p, BASE, d) + column(p, AT_OPERANDS) + place]
    return product


@compiled
def _distinct(p: Flat, x: Floats, slot: int) -> float:
    """Output elements times the parents that can work on parts of their sums, at most."""
    tensor, product = item(p, SLOT_TENSOR, slot), 1.0
    for d in range(rows(p, EXTENTS)):
        if item(p, MOVING, tensor) >> d & 1:
            product *= item(p, EXTENTS, d)
        else:
            product *= -x[item(p, BASE, d) + column(p, AT_ACTIVE) + item(p, SLOT_BOUNDARY, slot)]
    return product


@compiled
def operands_or_distinct(p: Flat, x: Floats, slot: int) -> float:
    """A slot that is no entry count: it does not depend on orders."""
    return _operands(p, x, slot) if item(p, SLOT_KIND, slot) == 1 else _distinct(p, x, slot)


@compiled
def metric_parts(
    p: Flat, x: Floats, sure: Ints, may: Ints, asked: Flags, values: Floats, levels: Ints, base: Floats, parts: Floats
) -> None:
    """Energy and what resources carry, for the holder sets that are asked for.

    `base[o, q]` is what does not depend on orders, `parts[o, q, level, way]` what does.
    """
    levels[:] = -2
    for o in range(base.shape[0]):
        if not asked[o]:
            continue
        for q in range(base.shape[1]):
            base[o, q] = real_cell(p, CONSTANT, o, q)
        parts[o] = 0.0
        for term in range(item(p, TERM_START, o), item(p, TERM_START, o + 1)):
            slot, q, weight = item(p, TERM_SLOT, term), item(p, TERM_METRIC, term), real(p, TERM_WEIGHT, term)
            if levels[slot] == -2:
                levels[slot] = _slot(p, x, sure, may, slot, values[slot])
            level = levels[slot]
            if level < 0:
                base[o, q] += weight * values[slot, 0]
            else:
                for way in range(cell(p, WAY_COUNT, level, sure[level])):
                    parts[o, q, level, way] += weight * values[slot, way]


@compiled
def _slot(p: Flat, x: Floats, sure: Ints, may: Ints, slot: int, values: Floats) -> int:
    """The bound of a slot, for every way to order a level; which level that is (-1: none)."""
    if item(p, SLOT_KIND, slot) == 0:
        return _entries(p, x, sure, may, slot, values)
    values[0] = operands_or_distinct(p, x, slot)
    return -1


@compiled
def least_metric(p: Flat, sure: Ints, base: Floats, parts: Floats, placement: int, q: int) -> float:
    """The least that a metric can be for a placement, every level in the order that suits it best."""
    total = 0.0
    for t in range(rows(p, MOVING)):
        total += base[cell(p, CHOICES, placement, t), q]
    for level in range(column(p, AT_LEVELS)):
        if not sure[level]:
            continue
        best = np.inf
        for way in range(cell(p, WAY_COUNT, level, sure[level])):
            part = 0.0
            for t in range(rows(p, MOVING)):
                part += parts[cell(p, CHOICES, placement, t), q, level, way]
            best = min(best, part)
        total += best
    return total


@compiled
def compute_cycles(p: Flat, x: Floats) -> float:
    """Cycles of the busiest processing element, at least."""
    product = 1.0
    for d in range(rows(p, EXTENTS)):
        product *= x[item(p, BASE, d) + column(p, AT_WORK)]
    return np.ceil(product / real(p, LANES, 0))


@compiled
def units_at_work(p: Flat, x: Floats, boundary: int) -> float:
    """Units above a boundary that ever work, at most."""
    product = 1.0
    for d in range(rows(p, EXTENTS)):
        product *= -x[item(p, BASE, d) + column(p, AT_ACTIVE) + boundary]
    return product


@compiled
def least_cycles(p: Flat, x: Floats, sure: Ints, base: Floats, parts: Floats, placement: int, compute: float) -> float:
    """Cycles of the busiest resource, at least (A21)."""
    cycles = compute
    for r in range(rows(p, WIDTH)):
        carried = least_metric(p, sure, base, parts, placement, 1 + r)
        cycles = max(
            cycles, np.ceil(carried / (real(p, WIDTH, r) * units_at_work(p, x, item(p, RESOURCE_BOUNDARY, r))) - 1e-9)
        )
    return cycles


@compiled
def room_needs(p: Flat, x: Floats, sure: Ints, needs: Floats) -> None:
    """Bits that every tensor takes of every room, at least: `needs[room, tensor]`."""
    for room in range(rows(p, ROOM_BITS)):
        boundary = item(p, ROOM_BOUNDARY, room)
        copies = 1.0
        for level in range(boundary):
            if item(p, ROOM_DOUBLED, room) and sure[level]:
                copies = 2.0
        for t in range(rows(p, MOVING)):
            product = copies * real(p, WORD_BITS, t)
            for d in range(rows(p, EXTENTS)):
                axis = cell(p, AXIS_OF, t, d)
                if item(p, MOVING, t) >> d & 1:
                    if axis < 0:
                        product *= x[item(p, BASE, d) + boundary]
                    elif cell(p, AXIS_DIMENSIONS, axis, 0) == d:
                        product *= x[item(p, AXIS_BASE, axis) + boundary]
            needs[room, t] = product


@compiled
def fits(p: Flat, needs: Floats, placement: int) -> int:
    """The first room that a placement overfills, or -1."""
    for room in range(rows(p, ROOM_BITS)):
        total = 0.0
        for t in range(rows(p, MOVING)):
            if cell(p, ROOM_HOLDS, placement, room) >> t & 1:
                total += needs[room, t]
        # Bits round up to whole bytes.
        if np.ceil(total / 8) * 8 > real(p, ROOM_BITS, room):
            return room
    return -1
