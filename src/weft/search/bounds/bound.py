"""A lower bound of energy and cycles over boxes of tilings, for every placement and the best order of every level.

A box gives, per dimension and windowed axis, the least value of each column of its candidates (`columns.py`). For a
box of one tiling without ragged reuse the bound is the cost itself.

Why no program of the box is below it, from the outside in:

* Energy and loads are sums of slots with weights of prices, which are not negative, and constants. Cycles are the most
  of loads over width times units at work. So less of any slot, and more units at work, never cost more.
* A slot of a tiling grows with every column: what lowers it, such as what is kept, stands in the columns with its sign
  changed. The least value of each column therefore gives no more than any tiling of the box has.
* Loops that take several steps in all tilings of the box (`sure`) are known; others may or may not (`may`), and each
  formula holds for both: it takes the least over what they could do.
* The sum over levels of the best class of orders of each is no more than that of any orders, for what a level adds
  depends on its own order alone (`ways.py`).

An entry count is Π need − Σ over loops Π keep (docs/counting.md). A loop that does not move the tensor, with none
inside that does, keeps everything it needs: it takes its own steps back out of the product. What is left is Π need over
the tensor's axes times the steps of the other dimensions, of those loops that have a moving loop inside them. From this
at most the rest of the keeps is taken: those of the innermost moving loop (`_least`), of the others at its level, and
of levels further out. Which loop is the innermost is not known, so the least over all that can be is taken.
"""

from __future__ import annotations

import numpy as np

from ..compiled import compiled
from ..structure.charges import busiest_cycles, elements_of, overfull, resource_boundary, resource_cycles
from ..structure.flat import AT, ENTRIES, OPERANDS, F, Flat, cell, column, item, real, real_cell, rows
from ..structure.plan import Flags, Floats, Ints
from .exposed import stepwise_cycles


@compiled
def moving_loops(p: Flat, x: Floats, sure: Ints, may: Ints) -> None:
    """Per level the dimensions whose loop takes several steps in every tiling of the box, and in some."""
    for level in range(column(p, AT.levels)):
        sure[level] = may[level] = 0
        for d in range(rows(p, F.extents)):
            if x[item(p, F.base, d) + column(p, AT.multi) + level] > 0:
                sure[level] |= 1 << d
            if x[item(p, F.base, d) + column(p, AT.may) + level] < 0:
                may[level] |= 1 << d


@compiled
def over_axes(p: Flat, x: Floats, tensor: int, kind: int) -> float:
    """Π over the axes of a tensor: the extent of a dimension by itself, the column `kind` of a windowed axis."""
    product = 1.0
    for d in range(rows(p, F.extents)):
        if item(p, F.moving, tensor) >> d & 1:
            axis = cell(p, F.axis_of, tensor, d)
            if axis < 0:
                product *= item(p, F.extents, d)
            elif cell(p, F.axis_dimensions, axis, 0) == d:
                product *= x[item(p, F.axis_base, axis) + kind]
    return product


@compiled
def needs_of(p: Flat, x: Floats, tensor: int, view: int) -> float:
    """Π need of a tensor over its axes."""
    return over_axes(p, x, tensor, column(p, AT.need) + view)


@compiled
def steps_of(p: Flat, x: Floats, tensor: int, view: int, level: int, outside: int) -> float:
    """Steps of the dimensions that do not move a tensor: all loops outside `level`, and those in `outside` of it."""
    product = 1.0
    for d in range(rows(p, F.extents)):
        if not item(p, F.moving, tensor) >> d & 1:
            depth = level + (outside >> d & 1)
            product *= x[item(p, F.base, d) + item(p, F.steps, view) + depth]
    return product


@compiled
def _least(
    p: Flat, x: Floats, tensor: int, view: int, d: int, level: int, needs: float, steps: float, above: float
) -> float:
    """Entries at least, if the loop of `d` at a level (L: some level) is the innermost that moves the tensor.

    `steps` are those of the dimensions that do not move it, `above` those of levels further out. What is new is Π need
    less what is kept when the own loops of the axis advance, when others of the same level do, and when outer ones do.
    """
    axis, last = cell(p, F.axis_of, tensor, d), column(p, AT.levels)
    row = view * (last + 1) + level
    low, share, restarts = 1.0, 0.0, 0.0
    for other in range(rows(p, F.extents)):
        near = cell(p, F.axis_of, tensor, other)
        if not item(p, F.moving, tensor) >> other & 1:
            continue
        if near < 0:
            low *= -x[item(p, F.base, other) + column(p, AT.low) + row]
        elif cell(p, F.axis_dimensions, near, 0) == other:
            place = item(p, F.axis_base, near)
            low *= -x[place + column(p, AT.low_wrap) + row]
            if near != axis:
                share += _own_share(p, x, near, view, level)
                kept = max(-x[place + column(p, AT.wrap) + 2 * row], -x[place + column(p, AT.wrap) + 2 * row + 1])
                kept = max(kept, -x[place + column(p, AT.both) + row])
                restarts = max(restarts, kept / x[place + column(p, AT.need) + view])
    if axis < 0:
        need = float(item(p, F.extents, d))
        wrap = -x[item(p, F.base, d) + column(p, AT.low) + view * (last + 1) + last]
        least = steps * need - (steps - above) * wrap - steps * share * wrap
    else:
        start = item(p, F.axis_base, axis)
        place = 2 * row + (cell(p, F.axis_dimensions, axis, 1) == d)
        need = x[start + column(p, AT.need) + view]
        fresh, out = x[start + column(p, AT.fresh) + place], x[start + column(p, AT.out) + place]
        wrap, both = -x[start + column(p, AT.wrap) + place], -x[start + column(p, AT.both) + row]
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
    for other in range(rows(p, F.extents)):
        near = cell(p, F.axis_of, tensor, other)
        if near >= 0 and cell(p, F.axis_dimensions, near, 0) == other:
            least -= above * _low_own(p, x, tensor, view, near, level)
    return least


@compiled
def _own_share(p: Flat, x: Floats, axis: int, view: int, level: int) -> float:
    """The most that an axis keeps when its own loops of a level advance, as a part of its need."""
    start, place = item(p, F.axis_base, axis), 2 * (view * (column(p, AT.levels) + 1) + level)
    need = x[start + column(p, AT.need) + view]
    fresh = min(x[start + column(p, AT.fresh) + place], x[start + column(p, AT.fresh) + place + 1])
    return max(0.0, 1.0 - fresh / need)


@compiled
def _low_own(p: Flat, x: Floats, tensor: int, view: int, axis: int, level: int) -> float:
    """The most that is kept when loops of an axis above a level advance."""
    last, product = column(p, AT.levels), 1.0
    row = view * (last + 1) + level
    for d in range(rows(p, F.extents)):
        near = cell(p, F.axis_of, tensor, d)
        if not item(p, F.moving, tensor) >> d & 1:
            continue
        if near < 0:
            product *= -x[item(p, F.base, d) + column(p, AT.low) + row]
        elif cell(p, F.axis_dimensions, near, 0) == d:
            kind = column(p, AT.low_kept) if near == axis else column(p, AT.low_wrap)
            product *= -x[item(p, F.axis_base, near) + kind + row]
    return product


@compiled
def _footprint(p: Flat, x: Floats, tensor: int, view: int) -> float:
    """Elements of a tensor; each enters at least once."""
    return over_axes(p, x, tensor, column(p, AT.whole) + view)


@compiled
def _outer_steps(p: Flat, x: Floats, tensor: int, view: int, level: int) -> float:
    """What every step of the loops above a level needs in all, less what is held at its start, at most.

    Within such a step each element that is needed and not yet held enters at least once, whatever the levels below do.
    What is held is a product over the axes as what is needed is, and so at most the least part that any axis holds.
    """
    row = view * (column(p, AT.levels) + 1) + level
    product, carried = steps_of(p, x, tensor, view, level, 0), 1.0
    for d in range(rows(p, F.extents)):
        axis = cell(p, F.axis_of, tensor, d)
        if not item(p, F.moving, tensor) >> d & 1:
            continue
        if axis < 0:
            product *= item(p, F.extents, d)
            carried = min(carried, -x[item(p, F.base, d) + column(p, AT.carry) + row] / item(p, F.extents, d))
        elif cell(p, F.axis_dimensions, axis, 0) == d:
            grown = x[item(p, F.axis_base, axis) + column(p, AT.grown) + row]
            product *= grown
            carried = min(carried, -x[item(p, F.axis_base, axis) + column(p, AT.carried) + row] / grown)
    return product * (1.0 - carried)


@compiled
def _entries(p: Flat, x: Floats, sure: Ints, may: Ints, slot: int, values: Floats) -> int:
    """The bound of an entry count for every way to order a level; which level that is (-1: none)."""
    tensor, view = item(p, F.slot_tensor, slot), item(p, F.slot_view, slot)
    moving, boundary = item(p, F.moving, tensor), item(p, F.slot_boundary, slot)
    level, last = boundary - 1, column(p, AT.levels)
    while level >= 0 and not sure[level] & moving:
        level -= 1
    open_loops = 0
    for deeper in range(max(level, 0), boundary):
        open_loops |= may[deeper] & ~sure[deeper] & moving
    needs, footprint = needs_of(p, x, tensor, view), _footprint(p, x, tensor, view)
    if level < 0:
        steps = steps_of(p, x, tensor, view, 0, 0)
        least = needs * steps
        for d in range(rows(p, F.extents)):
            if open_loops >> d & 1:
                least = min(least, _least(p, x, tensor, view, d, last, needs, steps, 0.0))
        values[0] = max(least, footprint)
        return -1
    start = cell(p, F.way_start, level, sure[level])
    footprint = max(footprint, _outer_steps(p, x, tensor, view, level))
    above = steps_of(p, x, tensor, view, level, 0)
    for way in range(cell(p, F.way_count, level, sure[level])):
        steps = steps_of(p, x, tensor, view, level, cell(p, F.way_outside, start + way, tensor))
        least = needs * steps
        inner = cell(p, F.way_inner, start + way, tensor)
        for d in range(rows(p, F.extents)):
            if inner >> d & 1:
                least = min(least, _least(p, x, tensor, view, d, level, needs, steps, above))
            # Also with a loop further in, which is innermost where it moves.
            if open_loops >> d & 1:
                least = min(least, _least(p, x, tensor, view, d, last, needs, steps, 0.0))
        values[way] = max(least, footprint)
    return level


@compiled
def _operands(p: Flat, x: Floats, slot: int) -> float:
    tensor, place = item(p, F.slot_tensor, slot), item(p, F.slot_view, slot)
    product = over_axes(p, x, tensor, column(p, AT.axis_operands) + place)
    for d in range(rows(p, F.extents)):
        if not item(p, F.moving, tensor) >> d & 1:
            product *= x[item(p, F.base, d) + column(p, AT.operands) + place]
    return product


@compiled
def _distinct(p: Flat, x: Floats, slot: int) -> float:
    """Output elements times the parents that can work on parts of their sums, at most."""
    tensor, product = item(p, F.slot_tensor, slot), 1.0
    for d in range(rows(p, F.extents)):
        if item(p, F.moving, tensor) >> d & 1:
            product *= item(p, F.extents, d)
        else:
            product *= -x[item(p, F.base, d) + column(p, AT.active) + item(p, F.slot_boundary, slot)]
    return product


@compiled
def operands_or_distinct(p: Flat, x: Floats, slot: int) -> float:
    """A slot that is no entry count: it does not depend on orders."""
    return _operands(p, x, slot) if item(p, F.slot_kind, slot) == OPERANDS else _distinct(p, x, slot)


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
            base[o, q] = real_cell(p, F.constant, o, q)
        parts[o] = 0.0
        for term in range(item(p, F.term_start, o), item(p, F.term_start, o + 1)):
            slot, q, weight = item(p, F.term_slot, term), item(p, F.term_metric, term), real(p, F.term_weight, term)
            if levels[slot] == -2:
                levels[slot] = _slot(p, x, sure, may, slot, values[slot])
            level = levels[slot]
            if level < 0:
                base[o, q] += weight * values[slot, 0]
            else:
                for way in range(cell(p, F.way_count, level, sure[level])):
                    parts[o, q, level, way] += weight * values[slot, way]


@compiled
def _slot(p: Flat, x: Floats, sure: Ints, may: Ints, slot: int, values: Floats) -> int:
    """The bound of a slot, for every way to order a level; which level that is (-1: none)."""
    if item(p, F.slot_kind, slot) == ENTRIES:
        return _entries(p, x, sure, may, slot, values)
    values[0] = operands_or_distinct(p, x, slot)
    return -1


@compiled
def least_metric(p: Flat, sure: Ints, base: Floats, parts: Floats, placement: int, q: int) -> float:
    """The least that a metric can be for a placement, every level in the order that suits it best.

    The order that is best for one metric need not be so for another: together the least of each are still a bound.
    """
    total = 0.0
    for t in range(rows(p, F.moving)):
        total += base[cell(p, F.choices, placement, t), q]
    for level in range(column(p, AT.levels)):
        if not sure[level]:
            continue
        best = np.inf
        for way in range(cell(p, F.way_count, level, sure[level])):
            part = 0.0
            for t in range(rows(p, F.moving)):
                part += parts[cell(p, F.choices, placement, t), q, level, way]
            best = min(best, part)
        total += best
    return total


@compiled
def compute_cycles(p: Flat, x: Floats) -> float:
    """Cycles of the busiest processing element, at least."""
    return busiest_cycles(p, x, column(p, AT.work))


@compiled
def units_at_work(p: Flat, x: Floats, boundary: int) -> float:
    """Units above a boundary that ever work, at most."""
    product = 1.0
    for d in range(rows(p, F.extents)):
        product *= -x[item(p, F.base, d) + column(p, AT.active) + boundary]
    return product


@compiled
def least_cycles(p: Flat, x: Floats, sure: Ints, base: Floats, parts: Floats, placement: int, compute: float) -> float:
    """Cycles of the busiest resource, at least (A21); by stepwise time no less than work and what is exposed (A20).

    Sums of floats may be above the whole number they stand for: 1e-9 of a cycle less is taken before rounding up.
    """
    first = 1 + rows(p, F.width)
    moved = np.empty(base.shape[1] - first)
    for wait in range(moved.size):
        moved[wait] = least_metric(p, sure, base, parts, placement, first + wait)
    cycles = stepwise_cycles(p, x, placement, compute, moved)
    for r in range(rows(p, F.width)):
        carried = least_metric(p, sure, base, parts, placement, 1 + r)
        least = resource_cycles(p, r, carried, units_at_work(p, x, resource_boundary(p, r)))
        cycles = max(cycles, np.ceil(least - 1e-9))
    return cycles


@compiled
def room_needs(p: Flat, x: Floats, sure: Ints, needs: Floats) -> None:
    """Bits that every tensor takes of every room, at least: `needs[room, tensor]`.

    From the least chunk lengths of the box, and twice only if a loop above takes several steps in all of its tilings.
    """
    for room in range(rows(p, F.room_bits)):
        boundary = item(p, F.room_boundary, room)
        copies = 1.0
        for level in range(boundary):
            if item(p, F.room_doubled, room) and sure[level]:
                copies = 2.0
        for t in range(rows(p, F.moving)):
            elements = elements_of(p, x, t, boundary, boundary)
            needs[room, t] = copies * real(p, F.word_bits, t) * elements


@compiled
def fits(p: Flat, needs: Floats, placement: int) -> int:
    """The first room that a placement overfills, or -1."""
    for room in range(rows(p, F.room_bits)):
        total = 0.0
        for t in range(rows(p, F.moving)):
            if cell(p, F.room_holds, placement, room) >> t & 1:
                total += needs[room, t]
        if overfull(p, room, total):
            return room
    return -1
