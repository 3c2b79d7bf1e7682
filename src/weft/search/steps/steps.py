"""All steps of a level in a chunk (A20): what `backends/cost/clock` says, for all machines at once.

A pair of steps waits for the chunks of the units below, which are pairs of steps again: `FRAMES` say where every level
stands. What a chunk takes is kept.
"""

from __future__ import annotations

import numpy as np

from ..compiled import inner
from ..structure.flat import cell, item
from .arithmetic import work_in
from .chunks import AT_WORK
from .fills import filling
from .layout import LEVELS, QUEUES, TENSORS, S
from .loads import INTO, SHARED, ends, into, moved, out_of, waiting, waits
from .pairs import FIRST_PAIR, KNOWN, NEXT, NEXT_STARTS, NOW, PAIR_COUNT, STARTS, TIMES, plan_of
from .states import below, first_unit, run_at, runs_of, slot_of
from .work import (
    BY_IN,
    BY_OUT,
    BY_WORK,
    EXPOSED,
    FRAMES,
    OF_LEVELS,
    OF_PLANS,
    OF_STATES,
    OF_VALUES,
    OTHER,
    PAIRS,
    PARTS,
    PLANS,
    SPARE,
    STATES,
    SUMS,
    TABLE,
    VALUES,
    WORK,
    Floats,
    Work,
    is_short,
    keep,
    known,
    look_up,
    new,
    part,
    vector,
)  # fmt: skip

CHUNK_STATE, NEXT_STATE, FRESH, NEXT_FRESH, PLAN, PAIR, UNIT, WAITS, VALUE, FRAME = range(10)
"""A frame: the first step of a chunk, and of the one that follows it or 0, whether each is fresh; the plan of the
chunk, the pair of steps that it is at and the unit that is next there, or -1; whether what the second step brings waits
for the work; where the cycles of the chunk go."""

VALUE_KEY = -1
"""The kind of key under which the cycles of chunks stand in the table."""


@inner
def all_steps(w: Work, state: int, found: Floats) -> None:
    """Add the cycles of the steps of level 0 in a chunk, of which the first one is given."""
    level, last = 0, item(w, S.shape, LEVELS) - 1
    _begin(w, 0, state, 0, True, False)
    while not is_short(w):
        work = vector(w, OF_LEVELS, level, WORK)
        if part(w, FRAMES, level)[UNIT] >= 0:
            value = _next_unit(w, level)
            if value >= 0:
                np.maximum(work, vector(w, OF_VALUES, value, 0), work)
            else:
                level += 1
            continue
        _end_pair(w, level, level == last)
        if not _next_pair(w, level):
            own = vector(w, OF_VALUES, part(w, FRAMES, level)[VALUE], 0)
            _sum_up(w, level, own)
            if level == 0:
                found += own
                return
            level -= 1
            work = vector(w, OF_LEVELS, level, WORK)
            np.maximum(work, own, work)


@inner
def _begin(w: Work, level: int, state: int, following: int, fresh: bool, next_fresh: bool) -> None:
    """Start on a chunk."""
    frame, plan = part(w, FRAMES, level), plan_of(w, state)
    frame[CHUNK_STATE], frame[NEXT_STATE], frame[FRESH], frame[NEXT_FRESH] = state, following, fresh, next_fresh
    frame[PLAN], frame[PAIR], frame[VALUE] = plan, 0, new(w, VALUES)
    for number in range(2 * _parts(w)):
        vector(w, OF_LEVELS, level, SUMS + number)[:] = 0
    _start_pair(w, level)


@inner
def _parts(w: Work) -> int:
    """Parts of steps that are summed up."""
    most = 0
    for level in range(item(w, S.shape, LEVELS)):
        most = max(most, ends(w, level))
    return PARTS + most


@inner
def _pair(w: Work, level: int) -> tuple[int, int, bool, bool]:
    """The states of the pair of steps that a level is at, 0 if there is no second one, and whether they are fresh."""
    frame = part(w, FRAMES, level)
    plan = part(w, PLANS, frame[PLAN])
    row = part(w, PAIRS, plan[FIRST_PAIR] + frame[PAIR])
    now, following, fresh, next_fresh = row[NOW], row[NEXT], row[STARTS], row[NEXT_STARTS] & frame[FRESH]
    if frame[PAIR] == 0:
        now = frame[CHUNK_STATE]
    if frame[PAIR] == plan[PAIR_COUNT] - 1:
        following, next_fresh = frame[NEXT_STATE], frame[NEXT_FRESH]
    return now, following, fresh & frame[FRESH] > 0, next_fresh > 0


@inner
def _start_pair(w: Work, level: int) -> None:
    """Start on a pair of steps."""
    frame = part(w, FRAMES, level)
    _, following, _, next_fresh = _pair(w, level)
    frame[WAITS] = following > 0 and waits(w, following, next_fresh)
    frame[UNIT] = 0 if level < item(w, S.shape, LEVELS) - 1 else -1
    vector(w, OF_LEVELS, level, WORK)[:] = 0


@inner
def _next_unit(w: Work, level: int) -> int:
    """Where the cycles of the next unit's chunk are, or -1 if the level below has to find them first."""
    now, following, fresh, next_fresh = _pair(w, level)
    frame, d = part(w, FRAMES, level), item(w, S.spread, level)
    unit = frame[UNIT]
    run = run_at(w, now, unit)
    after, own, other = _run_end(w, now, run), below(w, now, run), 0
    end = slot_of(w, now, d)[AT_WORK] if d >= 0 else 1
    if following and not frame[WAITS] and (d < 0 or unit < slot_of(w, following, d)[AT_WORK]):
        run = run_at(w, following, unit)
        after, other = min(after, _run_end(w, following, run)), below(w, following, run)
    frame[UNIT] = after if after < end else -1
    next_fresh &= other > 0
    place = look_up(w, VALUE_KEY, 4 * own + 2 * fresh + next_fresh, other)
    if known(w, place):
        value: int = part(w, TABLE, place)[4]
        return value
    _begin(w, level + 1, own, other, fresh, next_fresh)
    value = part(w, FRAMES, level + 1)[VALUE]
    # Below, nothing is kept under this key; but other things are, perhaps here.
    place = look_up(w, VALUE_KEY, 4 * own + 2 * fresh + next_fresh, other)
    keep(w, place, VALUE_KEY, 4 * own + 2 * fresh + next_fresh, other, value, 0)
    return -1


@inner
def _run_end(w: Work, state: int, run: int) -> int:
    """The first unit behind a run."""
    if run + 1 < runs_of(w, state):
        return first_unit(w, state, run + 1)
    d = item(w, S.spread, part(w, STATES, state)[0])
    units: int = slot_of(w, state, d)[AT_WORK] if d >= 0 else 1
    return units


@inner
def _end_pair(w: Work, level: int, is_last: bool) -> None:
    """Add the time of a pair of steps to its sum."""
    now, following, fresh, next_fresh = _pair(w, level)
    frame = part(w, FRAMES, level)
    plan, pair = part(w, PLANS, frame[PLAN]), frame[PAIR]
    at_end = pair == plan[PAIR_COUNT] - 1
    first = SUMS if pair == 0 or at_end else SUMS + _parts(w)
    times = float(part(w, PAIRS, plan[FIRST_PAIR] + pair)[TIMES])
    work = work_in(w, now, fresh) if is_last else vector(w, OF_LEVELS, level, WORK)
    left, exposed = out_of(w, now), vector(w, OF_LEVELS, level, first + EXPOSED)
    if following == 0:
        came = vector(w, OF_LEVELS, level, SPARE)
        came[:] = 0
    else:
        came = _came(w, level, following, next_fresh, left, at_end, times, exposed)
    queues = cell(w, S.network, level, QUEUES) > 0
    if queues:
        _add(times, work, vector(w, OF_LEVELS, level, first + BY_WORK))
        _add(times, came, vector(w, OF_LEVELS, level, first + BY_IN))
        _add(times, left, vector(w, OF_LEVELS, level, first + BY_OUT))
    for end in range(ends(w, level)):
        both = vector(w, OF_STATES, now, SHARED + 3 * end)
        if following:
            both = vector(w, OF_LEVELS, level, OTHER)
            shared = vector(w, OF_STATES, following, SHARED + 3 * end + INTO + int(next_fresh))
            both[:] = vector(w, OF_STATES, now, SHARED + 3 * end) + shared
        if queues:
            _add(times, both, vector(w, OF_LEVELS, level, first + PARTS + end))
        else:
            np.maximum(came, both, came)
    if not queues:
        _add_longest(times, work, came, left, exposed)


@inner
def _came(
    w: Work, level: int, state: int, fresh: bool, left: Floats, at_end: bool, times: float, exposed: Floats
) -> Floats:
    """The transfer beside the work of what comes for a step, and what starts only then; what waits is exposed."""
    came, fill = vector(w, OF_LEVELS, level, SPARE), filling(w, state, fresh, False)
    if part(w, FRAMES, level)[WAITS]:
        _add(times, waiting(w, state, fresh), exposed)
        _add(times, fill, exposed)
        came[:] = into(w, state, fresh)
        return came
    came[:] = into(w, state, fresh)
    if cell(w, S.network, level, QUEUES):
        if at_end:
            came += fill
        return came
    if moved(w, state, item(w, S.shape, TENSORS) - 1, True, fresh) > 0:
        np.maximum(came, left, came)
    came += fill
    return came


@inner
def _add(times: float, cycles: Floats, found: Floats) -> None:
    for machine in range(found.size):
        found[machine] += times * cycles[machine]


@inner
def _add_longest(times: float, work: Floats, came: Floats, left: Floats, found: Floats) -> None:
    for machine in range(found.size):
        found[machine] += times * max(work[machine], came[machine], left[machine])


@inner
def _next_pair(w: Work, level: int) -> bool:
    """Go on to the next pair of steps, past the inner ones if they are known; whether there is one."""
    frame = part(w, FRAMES, level)
    plan = part(w, PLANS, frame[PLAN])
    last, mask = plan[PAIR_COUNT] - 1, 1 << frame[FRESH]
    if frame[PAIR] == last:
        return False
    frame[PAIR] += 1
    if frame[PAIR] == 1 and plan[KNOWN] & mask:
        frame[PAIR] = last
    if frame[PAIR] == last and not plan[KNOWN] & mask:
        plan[KNOWN] |= mask
        for number in range(_parts(w)):
            inner_steps = vector(w, OF_PLANS, frame[PLAN], frame[FRESH] * _parts(w) + number)
            inner_steps[:] = vector(w, OF_LEVELS, level, SUMS + _parts(w) + number)
    _start_pair(w, level)
    return True


@inner
def _sum_up(w: Work, level: int, found: Floats) -> None:
    """Sum up the steps of a chunk."""
    frame, parts = part(w, FRAMES, level), _parts(w)
    several = part(w, PLANS, frame[PLAN])[PAIR_COUNT] > 1
    found[:] = 0
    for number in range(parts - 1, -1, -1):
        own = vector(w, OF_LEVELS, level, SUMS + number)
        if several:
            own += vector(w, OF_PLANS, frame[PLAN], frame[FRESH] * parts + number)
        if number == EXPOSED:
            found += own
        else:
            np.maximum(found, own, found)
