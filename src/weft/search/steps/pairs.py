"""Pairs of neighbouring steps of a chunk, like ones once: what `backends/cost/neighbours` says, on arrays."""

from __future__ import annotations

import numpy as np

from ...analysis.chains import Ints
from ..compiled import inner
from ..structure.flat import cell, item
from .chunks import AGAIN, RAGGED, TO_RAGGED, TO_WHOLE, WHOLE, WITHIN, link, restart, standard
from .layout import S
from .states import PLAN, level_of, slot_of, state_of
from .work import NUMBERS, PAIRS, PLANS, SCRATCH, STATES, Work, new, part

STAND, RUN, ARRIVE, SETTLE, BEGIN, LEAVE, WRAP, FINISH = range(8)
"""What a loop does in the pairs of one class: stands in both steps; goes on, and on once more; goes on, and stands in
the next; has restarted, and stands; has restarted, and goes on; stands, and goes on; stands in its last step, and
restarts; goes on into its last step, and restarts."""

PART = 5
"""Numbers of a part: how many pairs, its slots in both steps, whether its loop is in its first step in each."""


PLAN_LEVEL, FIRST_PAIR, PAIR_COUNT, KNOWN, PLAN_LENGTHS = range(5)
"""A plan: its level, where its pairs stand and how many they are, a mask of whether the inner ones were summed up, not
fresh and fresh; then the lengths of the chunk in every dimension."""

TIMES, STARTS, NEXT_STARTS, NOW, NEXT, PAIR_SIZE = range(6)
"""A pair of steps: how many are alike, whether the reduced loops are in their first step in each, and the two states.
The first one of the first pair and the second one of the last are the chunk's own and its next one's."""


@inner
def plan_of(w: Work, state: int) -> int:
    """The plan of a chunk, given by its first step."""
    own, level = part(w, STATES, state), level_of(w, state)
    if own[PLAN] == 0:
        for plan in range(1, part(w, NUMBERS, 0)[PLANS]):
            if part(w, PLANS, plan)[PLAN_LEVEL] == level and _fits(w, plan, state):
                own[PLAN] = plan
        if own[PLAN] == 0:
            own[PLAN] = _new_plan(w, level, state)
    found: int = own[PLAN]
    return found


@inner
def _fits(w: Work, plan: int, state: int) -> bool:
    """Whether a plan is for chunks as long as a state's."""
    lengths = part(w, PLANS, plan)[PLAN_LENGTHS:]
    found = True
    for d in range(lengths.size):
        found &= slot_of(w, state, d)[WITHIN] == lengths[d]
    return found


@inner
def _new_plan(w: Work, level: int, state: int) -> int:
    """List the pairs of chunks as long as a state's."""
    plan = new(w, PLANS)
    own = part(w, PLANS, plan)
    own[PLAN_LEVEL], own[KNOWN], lengths = level, 0, own[PLAN_LENGTHS:]
    for d in range(lengths.size):
        lengths[d] = slot_of(w, state, d)[WITHIN]
    own[FIRST_PAIR] = part(w, NUMBERS, 0)[PAIRS]
    own[PAIR_COUNT] = _list_pairs(w, level, lengths)
    return plan


@inner
def _moves(w: Work, level: int, d: int, length: int) -> bool:
    """Whether the loop of a dimension takes more than one step."""
    size, units = link(w, level, d)
    return bool(size > 0 and length > size * max(units, 1))


@inner
def _list_pairs(w: Work, level: int, lengths: Ints) -> int:
    """Add the pairs of steps of a chunk, the first one's and the last one's at the ends. Returns their number."""
    dimensions, loops, first = lengths.size, 0, part(w, NUMBERS, 0)[PAIRS]
    moving, roles = np.empty(dimensions, np.int64), np.full(dimensions, -1, np.int64)
    for place in range(dimensions):
        d = cell(w, S.order, level, place)
        if d >= 0 and _moves(w, level, d, lengths[d]):
            moving[loops], loops = d, loops + 1
    if loops:
        _inside(roles, moving[:loops], 0, SETTLE, BEGIN)
        _combine(w, level, lengths, roles)
        for place in range(loops - 1):
            for late in range(2):
                _inside(roles, moving[:loops], place + 1, WRAP if late else SETTLE, FINISH if late else BEGIN)
                roles[moving[place]] = LEAVE if late else ARRIVE
                _combine(w, level, lengths, roles)
            roles[moving[place]] = STAND
        roles[moving[loops - 1]] = RUN
        _combine(w, level, lengths, roles)
        _inside(roles, moving[:loops], 0, WRAP, FINISH)
    _combine(w, level, lengths, roles)
    # No sum was begun in the first step, unless one was before the chunk.
    part(w, PAIRS, first)[STARTS] = 1
    count: int = part(w, NUMBERS, 0)[PAIRS] - first
    return count


@inner
def _inside(roles: Ints, moving: Ints, first: int, others: int, innermost: int) -> None:
    """Give roles to the moving loops from one on: the innermost has another than the others."""
    for d in moving[first:-1]:
        roles[d] = others
    roles[moving[-1]] = innermost


@inner
def _combine(w: Work, level: int, lengths: Ints, roles: Ints) -> None:
    """Add the pairs of a class, one for every choice of a part per dimension."""
    dimensions = lengths.size
    parts, choices = np.empty((dimensions, 3, PART), np.int64), np.zeros(dimensions, np.int64)
    numbers = np.empty(dimensions, np.int64)
    for d in range(dimensions):
        size, units = link(w, level, d)
        width = max(size * max(units, 1), 1)
        numbers[d] = _parts(roles[d], lengths[d], width, item(w, S.reduces, d) > 0, parts[d])
        if numbers[d] == 0:
            return
        chunk = restart(w, d, lengths[d])
        for number in range(numbers[d]):
            for which in range(1, 3):
                parts[d, number, which] = standard(w, level, chunk, parts[d, number, which])
    d = 0
    while d >= 0:
        _add_pair(w, level, parts, choices)
        d = dimensions - 1
        while d >= 0 and choices[d] == numbers[d] - 1:
            choices[d], d = 0, d - 1
        choices[max(d, 0)] += 1


@inner
def _add_pair(w: Work, level: int, parts: Ints, choices: Ints) -> None:
    """Add the pair of a choice of parts."""
    row, slots = part(w, PAIRS, new(w, PAIRS)), part(w, SCRATCH, 0)
    dimensions = choices.size
    row[TIMES], row[STARTS], row[NEXT_STARTS] = 1, 1, 1
    for d in range(dimensions):
        times, now, following, starts, next_starts = parts[d, choices[d]]
        row[TIMES] *= times
        slots[d], slots[dimensions + d] = now, following
        if item(w, S.reduces, d):
            row[STARTS] &= starts
            row[NEXT_STARTS] &= next_starts
    row[NOW] = state_of(w, level, slots[:dimensions])
    row[NEXT] = state_of(w, level, slots[dimensions : 2 * dimensions])


@inner
def _parts(role: int, length: int, width: int, reduces: bool, out: Ints) -> int:
    """What the loop of a dimension does in the pairs of a class. Returns the number of parts."""
    full, ragged = length // width, length % width > 0
    end, to_end = (RAGGED, TO_RAGGED) if ragged else (WHOLE, TO_WHOLE)
    if role == STAND:
        number = _part(out, 0, 1 if reduces else full, WHOLE, WHOLE, 1, 1)
        if reduces:
            number = _part(out, number, full - 1, WHOLE, WHOLE, 0, 0)
        return _part(out, number, ragged, RAGGED, RAGGED, 0, 0)
    if role == RUN:
        number = _part(out, 0, full - 2, TO_WHOLE, TO_WHOLE, 0, 0)
        return _part(out, number, min(1, full - 1) if ragged else 0, TO_WHOLE, TO_RAGGED, 0, 0)
    if role == ARRIVE:
        number = _part(out, 0, full - 1, TO_WHOLE, WHOLE, 0, 0)
        return _part(out, number, ragged, TO_RAGGED, RAGGED, 0, 0)
    if role == LEAVE:
        # Only for a reduced dimension it matters which step is the first.
        number = _part(out, 0, min(1, full - 1) if reduces else full - 1, WHOLE, TO_WHOLE, 1, 0)
        number = _part(out, number, full - 2 if reduces else 0, WHOLE, TO_WHOLE, 0, 0)
        return _part(out, number, ragged, WHOLE, TO_RAGGED, full == 1, 0)
    if role == SETTLE:
        return _part(out, 0, 1, AGAIN, WHOLE, 1, 1)
    if role == BEGIN:
        return _part(out, 0, 1, AGAIN, TO_WHOLE if full > 1 else to_end, 1, 0)
    if role == WRAP:
        return _part(out, 0, 1, end, AGAIN, 0, 1)
    if role == FINISH:
        return _part(out, 0, 1, to_end, AGAIN, 0, 1)
    return _part(out, 0, 1, AGAIN, AGAIN, 1, 1)


@inner
def _part(out: Ints, number: int, times: int, now: int, following: int, starts: int, next_starts: int) -> int:
    """Add a part if there are such pairs. Returns how many parts there are then."""
    if times <= 0:
        return number
    out[number, 0], out[number, 1], out[number, 2] = times, now, following
    out[number, 3], out[number, 4] = starts, next_starts
    return number + 1
