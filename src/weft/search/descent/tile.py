"""One tiling: what every order of the loops of a level keeps, exactly.

An entry count is Π need over all steps less, for every loop, Π of what the axes keep when that loop advances
(docs/counting.md). What a loop keeps depends on which loops of its own level lie outside it, so levels add up, and the
orders of each can be tried alone.

Only loops that take several steps are ordered: one of a single step never advances. So programs that differ in where
such loops stand cost the same, and one of them stands for all. Of orders that keep the same sums one stays as well.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..axes.pieces import single_keep, unused_volumes
from ..axes.windowed import window_pair_volumes
from ..bounds.bound import needs_of, operands_or_distinct, steps_of
from ..compiled import compiled
from ..structure.flat import AT, ENTRIES, F, Flat, cell, column, item, real, real_cell, rows
from ..structure.plan import Floats, Ints
from .tally import SKIPPED

INSIDE, OUTSIDE, ADVANCES = 0, 1, 2
"""Where a dimension's loop of a level lies when a loop of that level advances."""


class Rules(NamedTuple):
    """Which orders the levels allow."""

    inside: Ints
    """[L, D] bit mask of the dimensions that must stand inside one."""
    given: Ints
    """[L] how many orders are listed; 0: all that `inside` allows."""
    listed: Ints
    """[L, most, D] listed orders, outermost first, -1 behind the last."""
    ordered: bool
    """Whether fewer entries are never worse, so that an order that another one beats can be dropped."""
    counted: bool
    """Whether a program costs what its counts say, so that of orders with equal counts one can stand for all."""


MAX_KEPT = 128
"""Different sums of a level of which none exceeds another in every slot, at most."""

MAX_ORDERS = 5040
"""Orders of a level, where one that another exceeds is kept as well: all those of seven loops."""


@compiled
def _factor(
    p: Flat, sizes: Ints, units: Ints, level: int, tensor: int, view: int, d: int, states: Ints, memo: Floats,
    rows_of: Ints,
) -> float:  # fmt: skip
    """What the axis of a dimension keeps (1 for the taps of an axis: its outputs stand for both).

    It stands in row `rows_of[d]` of the memo once it is known: equal chunks of the axis have one row.
    """
    boundary, shared = cell(p, F.views, view, 0), cell(p, F.views, view, 1)
    axis = cell(p, F.axis_of, tensor, d)
    state, near = states[d], 0
    if axis >= 0:
        if cell(p, F.axis_dimensions, axis, 0) != d:
            return 1.0
        near = states[cell(p, F.axis_dimensions, axis, 1)]
    kind = 1 if not item(p, F.moving, tensor) >> d & 1 else (0 if axis < 0 else 2 + axis)
    known = memo[kind, view, rows_of[d], state, near]
    if known >= 0:
        return known
    depth = level + (state == OUTSIDE)
    if kind == 0:
        kept = single_keep(item(p, F.extents, d), sizes[d], units[d], boundary, depth, state == ADVANCES)
    elif kind == 1:
        _, kept = unused_volumes(item(p, F.extents, d), sizes[d], units[d], boundary, depth, state == ADVANCES, shared)
    else:
        r = cell(p, F.axis_dimensions, axis, 1)
        _, kept = window_pair_volumes(
            item(p, F.extents, d), sizes[d], units[d], depth, state == ADVANCES, cell(p, F.axis_steps, axis, 0),
            item(p, F.extents, r), sizes[r], units[r], level + (near == OUTSIDE), near == ADVANCES,
            cell(p, F.axis_steps, axis, 1), boundary, shared,
        )  # fmt: skip
    memo[kind, view, rows_of[d], state, near] = kept
    return float(kept)


@compiled
def kept_product(
    p: Flat, sizes: Ints, units: Ints, level: int, slot: int, states: Ints, memo: Floats, rows_of: Ints
) -> float:
    """Π of what the axes keep when a loop advances; the cheap factors first. `rows_of[d]` are rows of the memo."""
    tensor, view = item(p, F.slot_tensor, slot), item(p, F.slot_view, slot)
    product = 1.0
    for windowed in range(2):
        for d in range(rows(p, F.extents)):
            if (cell(p, F.axis_of, tensor, d) >= 0) == (windowed == 1):
                product *= _factor(p, sizes, units, level, tensor, view, d, states, memo, rows_of)
                if product == 0.0:
                    return 0.0
    return product


@compiled
def next_order(order: Ints, n: int) -> bool:
    """The next permutation of the first `n` entries in lexicographic order; False after the last one."""
    i = n - 2
    while i >= 0 and order[i] >= order[i + 1]:
        i -= 1
    if i < 0:
        return False
    j = n - 1
    while order[j] <= order[i]:
        j -= 1
    order[i], order[j] = order[j], order[i]
    low, high = i + 1, n - 1
    while low < high:
        order[low], order[high] = order[high], order[low]
        low, high = low + 1, high - 1
    return True


@compiled
def _allowed(order: Ints, n: int, inside: Ints) -> bool:
    for i in range(n):
        for j in range(i + 1, n):
            if inside[order[j]] >> order[i] & 1:
                return False
    return True


@compiled
def level_orders(
    p: Flat, sizes: Ints, units: Ints, level: int, loops: int, rules: Rules, sums: Floats, codes: Ints, counts: Ints
) -> int:
    """All different sums that the orders of a level keep, per slot, that no other order's exceed; how many.

    `sums[k, slot]`; `codes[k]` is the first such order, four bits per loop, the outermost lowest, from 1 on.

    Under `rules.ordered` an order whose sums another one reaches in every slot can go: fewer entries never cost more,
    whatever the other levels do. Under `rules.counted` one whose sums another one has can. Otherwise each is kept.
    """
    slots, dimensions = rows(p, F.slot_kind), rows(p, F.extents)
    order = np.empty(dimensions, np.int64)
    n = 0
    for d in range(dimensions):
        if loops >> d & 1:
            order[n] = d
            n += 1
    memo, rows_of = (
        np.full((2 + rows(p, F.axis_steps), rows(p, F.views), dimensions, 3, 3), -1.0),
        np.arange(dimensions),
    )
    known = np.full((dimensions, 1 << dimensions, slots), -1.0) if n > 1 else np.full((dimensions, 1, slots), -1.0)
    total = np.empty(slots)
    found = listed = 0
    while True:
        if rules.given[level] > 0:
            n = 0
            for place in range(dimensions):
                d = rules.listed[level, listed, place]
                if d >= 0 and loops >> d & 1:
                    order[n] = d
                    n += 1
        if rules.given[level] > 0 or _allowed(order, n, rules.inside[level]):
            # Listed orders may differ in loops of one step alone.
            code = _code(order, n)
            if rules.given[level] == 0 or not np.any(codes[:found] == code):
                _order_sums(p, sizes, units, level, order, n, known, memo, rows_of, total)
                found = _keep_best(total, code, rules, sums, codes, found, counts)
        listed += 1
        if listed == rules.given[level] or (rules.given[level] == 0 and not next_order(order, n)):
            return found


@compiled
def _order_sums(
    p: Flat, sizes: Ints, units: Ints, level: int, order: Ints, n: int, known: Floats, memo: Floats, rows_of: Ints,
    total: Floats,
) -> None:  # fmt: skip
    """What all loops of a level keep together in an order, per slot."""
    states = np.empty(rows(p, F.extents), np.int64)
    total[:] = 0.0
    outside = 0
    for place in range(n):
        loop = order[place]
        key = outside if n > 1 else 0
        for slot in range(total.size):
            if item(p, F.slot_kind, slot) == ENTRIES and item(p, F.slot_boundary, slot) > level:
                if known[loop, key, slot] < 0:
                    for d in range(states.size):
                        states[d] = OUTSIDE if outside >> d & 1 else INSIDE
                    states[loop] = ADVANCES
                    known[loop, key, slot] = kept_product(p, sizes, units, level, slot, states, memo, rows_of)
                total[slot] += known[loop, key, slot]
        outside |= 1 << loop


@compiled
def _code(order: Ints, n: int) -> int:
    """The first loops of an order, four bits each, the outermost lowest."""
    code = 0
    for place in range(n):
        code |= (order[place] + 1) << (4 * place)
    return code


@compiled
def _keep_best(total: Floats, code: int, rules: Rules, sums: Floats, codes: Ints, found: int, counts: Ints) -> int:
    """Enter an order, unless another one keeps as much, and drop those that keep no more; how many are left."""
    kept = found
    if rules.counted and not rules.ordered:
        for k in range(found):
            if np.all(sums[k] == total):
                return found
    if rules.ordered:
        for k in range(found):
            if np.all(sums[k] >= total):
                return found
        kept = 0
        for k in range(found):
            if not np.all(sums[k] <= total):
                sums[kept] = sums[k]
                codes[kept] = codes[k]
                kept += 1
    if kept == len(sums):
        counts[SKIPPED] += 1
        return kept
    sums[kept] = total
    codes[kept] = code
    return kept + 1


class LevelOrders(NamedTuple):
    """Per level the orders that are worth a try: what each keeps per slot, its code, and how many there are."""

    sums: Floats
    codes: Ints
    found: Ints


@compiled
def _orders_at_most(loops: int, ordered: bool) -> int:
    """Orders of some loops that are told apart, at most."""
    found, number = 1, 0
    while loops >> number:
        number += 1
    several = 0
    for loop in range(number):
        several += loops >> loop & 1
    for loop in range(several):
        found *= loop + 1
    return min(found, MAX_KEPT if ordered else MAX_ORDERS)


@compiled
def all_orders(p: Flat, sizes: Ints, units: Ints, sure: Ints, rules: Rules, counts: Ints) -> LevelOrders:
    """Those of a tiling; `sure` marks per level the loops that take several steps. None at a level: none at all."""
    levels, slots = column(p, AT.levels), rows(p, F.slot_kind)
    most = 1
    for level in range(levels):
        most = max(most, _orders_at_most(sure[level], rules.ordered))
    orders = LevelOrders(np.zeros((levels, most, slots)), np.zeros((levels, most), np.int64), np.ones(levels, np.int64))
    for level in range(levels):
        if sure[level]:
            orders.found[level] = level_orders(
                p, sizes, units, level, sure[level], rules, orders.sums[level], orders.codes[level], counts
            )
    return orders


@compiled
def chosen_slots(whole: Floats, orders: LevelOrders, pick: Ints, values: Floats, codes: Ints) -> None:
    """The slots of a tiling with one order for every level, and the codes of these."""
    values[:] = whole
    for level in range(pick.size):
        values -= orders.sums[level, pick[level]]
        codes[level] = orders.codes[level, pick[level]]


@compiled
def next_pick(orders: LevelOrders, pick: Ints) -> bool:
    """The next choice of an order for every level; False after the last one."""
    level = 0
    while level < pick.size and pick[level] + 1 == orders.found[level]:
        pick[level] = 0
        level += 1
    if level < pick.size:
        pick[level] += 1
    return level < pick.size


@compiled
def total_slots(p: Flat, x: Floats, values: Floats) -> None:
    """Every slot of a tiling with nothing kept: Π need of all steps, operands, distinct outputs."""
    for slot in range(rows(p, F.slot_kind)):
        tensor, view = item(p, F.slot_tensor, slot), item(p, F.slot_view, slot)
        if item(p, F.slot_kind, slot) == ENTRIES:
            boundary = item(p, F.slot_boundary, slot)
            values[slot] = needs_of(p, x, tensor, view) * steps_of(p, x, tensor, view, boundary, 0)
        else:
            values[slot] = operands_or_distinct(p, x, slot)


@compiled
def metrics(p: Flat, values: Floats, placement: int, out: Floats) -> None:
    """Energy and what every resource carries, from the slots."""
    for q in range(out.size):
        out[q] = 0.0
    for t in range(rows(p, F.moving)):
        o = cell(p, F.choices, placement, t)
        for q in range(out.size):
            out[q] += real_cell(p, F.constant, o, q)
        for term in range(item(p, F.term_start, o), item(p, F.term_start, o + 1)):
            out[item(p, F.term_metric, term)] += real(p, F.term_weight, term) * values[item(p, F.term_slot, term)]
    out[0] += real(p, F.mac_energy, 0)
