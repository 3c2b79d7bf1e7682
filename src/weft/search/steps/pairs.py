"""Pairs of neighbouring steps of a chunk, like ones once: what `backends/cost/neighbours` says, on arrays."""

from __future__ import annotations

from ..compiled import lean
from ..structure.flat import cell, item
from .chunks import AGAIN, LENGTH, RAGGED, TO_RAGGED, TO_WHOLE, WHOLE, WITHIN, link, restart, standard
from .layout import DIMENSIONS, S
from .states import PLAN, level_of, slot_of, state_of
from .work import (
    CHOICES,
    LOOPS,
    NEXT,
    OF_PLANS,
    PAIRS,
    PLANS,
    SCRATCH,
    START,
    WIDTH,
    Work,
    head,
    new,
    part,
)  # fmt: skip

STAND, RUN, ARRIVE, SETTLE, BEGIN, LEAVE, WRAP, FINISH = range(8)
"""What a loop does in the pairs of one class: stands in both steps; goes on, and on once more; goes on, and stands in
the next; has restarted, and stands; has restarted, and goes on; stands, and goes on; stands in its last step, and
restarts; goes on into its last step, and restarts."""

CHOICE_SIZE, CHOICE = 5, 3
"""Numbers of a part: how many pairs, its slots in both steps, whether its loop is in its first step in each; the most
parts of a dimension."""

ROLE, RESTARTED, CHOSEN, NUMBER, MOVING, LOOP = range(6)
"""What is noted while pairs are listed: of a dimension its role, its chunk, which part is chosen of how many; of a
place the moving loop there, the outermost first."""

PLAN_LEVEL, FIRST_PAIR, LAST_PAIR, KNOWN, SUMMED, PLAN_LENGTHS = range(6)
"""A plan: its level, its first and last pair, a mask of whether the inner ones were summed up, not fresh and fresh, and
the first vector of their sums; then the lengths of the chunk in every dimension."""

TIMES, STARTS, NEXT_STARTS, NOW, NEXT_STEP, PAIR_SIZE = range(6)
"""A pair of steps: how many are alike, whether the reduced loops are in their first step in each, and the two states.
The first one of the first pair and the second one of the last are the chunk's own and its next one's."""


@lean
def plan_of(w: Work, state: int) -> int:
    """The plan of a chunk, given by its first step."""
    if w.ints[state + PLAN] == 0:
        plan = w.ints[head(PLANS) + START]
        while plan < w.ints[head(PLANS) + NEXT] and not _fits(w, plan, state):
            plan += w.ints[head(PLANS) + WIDTH]
        w.ints[state + PLAN] = plan if plan < w.ints[head(PLANS) + NEXT] else _new_plan(w, state)
    found: int = w.ints[state + PLAN]
    return found


@lean
def _fits(w: Work, plan: int, state: int) -> bool:
    """Whether a plan is for chunks as long as a state's."""
    found = bool(w.ints[plan + PLAN_LEVEL] == level_of(w, state))
    for d in range(item(w, S.shape, DIMENSIONS)):
        found &= w.ints[slot_of(w, state, d) + WITHIN] == w.ints[plan + PLAN_LENGTHS + d]
    return found


@lean
def _new_plan(w: Work, state: int) -> int:
    """List the pairs of chunks as long as a state's."""
    plan, level = new(w, PLANS), level_of(w, state)
    w.ints[plan + PLAN_LEVEL], w.ints[plan + KNOWN], w.ints[plan + SUMMED] = level, 0, new(w, OF_PLANS)
    for d in range(item(w, S.shape, DIMENSIONS)):
        w.ints[plan + PLAN_LENGTHS + d] = w.ints[slot_of(w, state, d) + WITHIN]
    w.ints[plan + FIRST_PAIR] = w.ints[head(PAIRS) + NEXT]
    _list_pairs(w, level, plan + PLAN_LENGTHS)
    w.ints[plan + LAST_PAIR] = w.ints[head(PAIRS) + NEXT] - w.ints[head(PAIRS) + WIDTH]
    # No sum was begun in the first step, unless one was before the chunk.
    w.ints[w.ints[plan + FIRST_PAIR] + STARTS] = 1
    return plan


@lean
def _moves(w: Work, level: int, d: int, length: int) -> bool:
    """Whether the loop of a dimension takes more than one step."""
    own = link(w, level, d)
    size, units = w.ints[own], w.ints[own + 1]
    return bool(size > 0 and length > size * max(units, 1))


@lean
def _list_pairs(w: Work, level: int, lengths: int) -> None:
    """Add the pairs of steps of a chunk, the first one's and the last one's at the ends."""
    loops, dimensions = 0, item(w, S.shape, DIMENSIONS)
    for d in range(dimensions):
        own = part(w, LOOPS, d)
        w.ints[own + ROLE], w.ints[own + RESTARTED] = -1, restart(w, d, w.ints[lengths + d])
    for place in range(dimensions):
        d = cell(w, S.order, level, place)
        if d >= 0 and _moves(w, level, d, w.ints[lengths + d]):
            w.ints[part(w, LOOPS, loops) + MOVING] = d
            loops += 1
    if loops:
        _inside(w, loops, 0, SETTLE, BEGIN)
        _combine(w, level)
        for place in range(loops - 1):
            for late in range(2):
                _inside(w, loops, place + 1, WRAP if late else SETTLE, FINISH if late else BEGIN)
                _give(w, place, LEAVE if late else ARRIVE)
                _combine(w, level)
            _give(w, place, STAND)
        _give(w, loops - 1, RUN)
        _combine(w, level)
        _inside(w, loops, 0, WRAP, FINISH)
    _combine(w, level)


@lean
def _give(w: Work, place: int, role: int) -> None:
    """Give a role to a moving loop."""
    w.ints[part(w, LOOPS, w.ints[part(w, LOOPS, place) + MOVING]) + ROLE] = role


@lean
def _inside(w: Work, loops: int, first: int, others: int, innermost: int) -> None:
    """Give roles to the moving loops from one on: the innermost has another than the others."""
    for place in range(first, loops):
        _give(w, place, others if place < loops - 1 else innermost)


@lean
def _combine(w: Work, level: int) -> None:
    """Add the pairs of a class, one for every choice of a part per dimension, in a chunk that restarts."""
    dimensions = item(w, S.shape, DIMENSIONS)
    for d in range(dimensions):
        own, sizes = part(w, LOOPS, d), link(w, level, d)
        chunk, width = w.ints[own + RESTARTED], max(w.ints[sizes] * max(w.ints[sizes + 1], 1), 1)
        number = _parts(w, d, w.ints[own + ROLE], w.ints[chunk + LENGTH], width)
        w.ints[own + CHOSEN], w.ints[own + NUMBER] = 0, number
        if number == 0:
            return
        for at in range(number):
            choice = part(w, CHOICES, d * CHOICE + at)
            for which in range(1, 3):
                w.ints[choice + which] = standard(w, level, chunk, w.ints[choice + which])
    d = 0
    while d >= 0:
        _add_pair(w, level)
        d = dimensions - 1
        while d >= 0 and w.ints[part(w, LOOPS, d) + CHOSEN] == w.ints[part(w, LOOPS, d) + NUMBER] - 1:
            w.ints[part(w, LOOPS, d) + CHOSEN] = 0
            d -= 1
        if d >= 0:
            w.ints[part(w, LOOPS, d) + CHOSEN] += 1


@lean
def _add_pair(w: Work, level: int) -> None:
    """Add the pair of a choice of parts."""
    row, now, dimensions = new(w, PAIRS), part(w, SCRATCH, 0), item(w, S.shape, DIMENSIONS)
    following = now + dimensions
    times = starts = next_starts = 1
    for d in range(dimensions):
        choice = part(w, CHOICES, d * CHOICE + w.ints[part(w, LOOPS, d) + CHOSEN])
        times *= w.ints[choice]
        w.ints[now + d], w.ints[following + d] = w.ints[choice + 1], w.ints[choice + 2]
        if item(w, S.reduces, d):
            starts &= w.ints[choice + 3]
            next_starts &= w.ints[choice + 4]
    w.ints[row + TIMES], w.ints[row + STARTS], w.ints[row + NEXT_STARTS] = times, starts, next_starts
    w.ints[row + NOW] = state_of(w, level, now)
    w.ints[row + NEXT_STEP] = state_of(w, level, following)


@lean
def _parts(w: Work, d: int, role: int, length: int, width: int) -> int:
    """What the loop of a dimension does in the pairs of a class. Returns the number of parts."""
    full, ragged, reduces = length // width, length % width > 0, item(w, S.reduces, d) > 0
    end, to_end = (RAGGED, TO_RAGGED) if ragged else (WHOLE, TO_WHOLE)
    if role == STAND:
        number = _part(w, d, 0, 1 if reduces else full, WHOLE, WHOLE, 1, 1)
        if reduces:
            number = _part(w, d, number, full - 1, WHOLE, WHOLE, 0, 0)
        return _part(w, d, number, ragged, RAGGED, RAGGED, 0, 0)
    if role == RUN:
        number = _part(w, d, 0, full - 2, TO_WHOLE, TO_WHOLE, 0, 0)
        return _part(w, d, number, min(1, full - 1) if ragged else 0, TO_WHOLE, TO_RAGGED, 0, 0)
    if role == ARRIVE:
        number = _part(w, d, 0, full - 1, TO_WHOLE, WHOLE, 0, 0)
        return _part(w, d, number, ragged, TO_RAGGED, RAGGED, 0, 0)
    if role == LEAVE:
        # Only for a reduced dimension it matters which step is the first.
        number = _part(w, d, 0, min(1, full - 1) if reduces else full - 1, WHOLE, TO_WHOLE, 1, 0)
        number = _part(w, d, number, full - 2 if reduces else 0, WHOLE, TO_WHOLE, 0, 0)
        return _part(w, d, number, ragged, WHOLE, TO_RAGGED, full == 1, 0)
    if role == SETTLE:
        return _part(w, d, 0, 1, AGAIN, WHOLE, 1, 1)
    if role == BEGIN:
        return _part(w, d, 0, 1, AGAIN, TO_WHOLE if full > 1 else to_end, 1, 0)
    if role == WRAP:
        return _part(w, d, 0, 1, end, AGAIN, 0, 1)
    if role == FINISH:
        return _part(w, d, 0, 1, to_end, AGAIN, 0, 1)
    return _part(w, d, 0, 1, AGAIN, AGAIN, 1, 1)


@lean
def _part(w: Work, d: int, number: int, times: int, now: int, following: int, starts: int, next_starts: int) -> int:
    """Add a part if there are such pairs. Returns how many parts there are then."""
    if times <= 0:
        return number
    choice = part(w, CHOICES, d * CHOICE + number)
    w.ints[choice], w.ints[choice + 1], w.ints[choice + 2] = times, now, following
    w.ints[choice + 3], w.ints[choice + 4] = starts, next_starts
    return number + 1
