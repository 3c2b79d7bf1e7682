"""All steps of a level in a chunk (A20): what `backends/cost/clock` says, for all machines at once.

A pair of steps waits for the chunks of the units below, which are pairs of steps again: `FRAMES` say where every level
stands. What a chunk takes is kept.
"""

from __future__ import annotations

from ..compiled import lean
from ..structure.flat import cell, item
from .arithmetic import work_in
from .chunks import AT_WORK
from .fills import filling
from .layout import LEVELS, QUEUES, TENSORS, S
from .loads import INTO, SHARED, ends, into, moved, out_of, waiting, waits
from .pairs import FIRST_PAIR, KNOWN, LAST_PAIR, NEXT_STARTS, NEXT_STEP, NOW, PAIR_SIZE, STARTS, SUMMED, TIMES, plan_of
from .states import below, first_unit, level_of, run_at, runs_of, slot_of, vector
from .work import (
    BY_IN,
    BY_OUT,
    BY_WORK,
    EXPOSED,
    FRAMES,
    OF_LEVELS,
    OF_VALUES,
    OTHER,
    PARTS,
    SPARE,
    SUMS,
    TABLE,
    WORK,
    Work,
    add,
    clear,
    copy,
    is_short,
    keep,
    known,
    lift,
    look_up,
    new,
    part,
)  # fmt: skip

CHUNK_STATE, NEXT_STATE, FRESH, NEXT_FRESH, PLAN, PAIR, UNIT, WAITS, VALUE, FRAME = range(10)
"""A frame: the first step of a chunk, and of the one that follows it or 0, whether each is fresh; the plan of the
chunk, the pair of steps that it is at and the unit that is next there, or -1; whether what the second step brings waits
for the work; the vector for the cycles of the chunk."""

VALUE_KEY = -1
"""The kind of key under which the cycles of chunks stand in the table."""


@lean
def all_steps(w: Work, state: int, found: int) -> None:
    """Add the cycles of the steps of level 0 in a chunk, of which the first one is given."""
    level, last = 0, item(w, S.shape, LEVELS) - 1
    _begin(w, 0, state, 0, True, False)
    while not is_short(w):
        frame = part(w, FRAMES, level)
        if w.ints[frame + UNIT] >= 0:
            value = _next_unit(w, level)
            if value >= 0:
                lift(w, value, part(w, OF_LEVELS, level) + WORK)
            else:
                level += 1
            continue
        _end_pair(w, level, level == last)
        if not _next_pair(w, level):
            own = w.ints[frame + VALUE]
            _sum_up(w, level, own)
            if level == 0:
                add(w, 1.0, own, found)
                return
            level -= 1
            lift(w, own, part(w, OF_LEVELS, level) + WORK)


@lean
def _begin(w: Work, level: int, state: int, following: int, fresh: bool, next_fresh: bool) -> None:
    """Start on a chunk."""
    frame, plan = part(w, FRAMES, level), plan_of(w, state)
    w.ints[frame + CHUNK_STATE], w.ints[frame + NEXT_STATE] = state, following
    w.ints[frame + FRESH], w.ints[frame + NEXT_FRESH] = int(fresh), int(next_fresh)
    w.ints[frame + PLAN], w.ints[frame + PAIR] = plan, w.ints[plan + FIRST_PAIR]
    w.ints[frame + VALUE] = new(w, OF_VALUES)
    for number in range(2 * _parts(w)):
        clear(w, part(w, OF_LEVELS, level) + SUMS + number)
    _start_pair(w, level)


@lean
def _parts(w: Work) -> int:
    """Parts of steps that are summed up by themselves: where no level has queues, one."""
    most = 1
    for level in range(item(w, S.shape, LEVELS)):
        if cell(w, S.network, level, QUEUES):
            most = max(most, PARTS + ends(w, level))
    return most


@lean
def _pair(w: Work, level: int) -> tuple[int, int, bool, bool]:
    """The states of the pair of steps that a level is at, 0 if there is no second one, and whether they are fresh."""
    frame = part(w, FRAMES, level)
    plan, row, fresh = w.ints[frame + PLAN], w.ints[frame + PAIR], w.ints[frame + FRESH]
    now, following, next_fresh = w.ints[row + NOW], w.ints[row + NEXT_STEP], w.ints[row + NEXT_STARTS] & fresh
    if row == w.ints[plan + FIRST_PAIR]:
        now = w.ints[frame + CHUNK_STATE]
    if row == w.ints[plan + LAST_PAIR]:
        following, next_fresh = w.ints[frame + NEXT_STATE], w.ints[frame + NEXT_FRESH]
    return now, following, w.ints[row + STARTS] & fresh > 0, next_fresh > 0


@lean
def _start_pair(w: Work, level: int) -> None:
    """Start on a pair of steps."""
    frame = part(w, FRAMES, level)
    _, following, _, next_fresh = _pair(w, level)
    w.ints[frame + WAITS] = int(following > 0 and waits(w, following, next_fresh))
    w.ints[frame + UNIT] = 0 if level < item(w, S.shape, LEVELS) - 1 else -1
    clear(w, part(w, OF_LEVELS, level) + WORK)


@lean
def _next_unit(w: Work, level: int) -> int:
    """The cycles of the next unit's chunk, or -1 if the level below has to find them first."""
    now, following, fresh, next_fresh = _pair(w, level)
    frame, d = part(w, FRAMES, level), item(w, S.spread, level)
    unit = w.ints[frame + UNIT]
    run = run_at(w, now, unit)
    after, own, other = _run_end(w, now, run), below(w, now, run), 0
    end = w.ints[slot_of(w, now, d) + AT_WORK] if d >= 0 else 1
    if following and not w.ints[frame + WAITS] and (d < 0 or unit < w.ints[slot_of(w, following, d) + AT_WORK]):
        run = run_at(w, following, unit)
        after, other = min(after, _run_end(w, following, run)), below(w, following, run)
    w.ints[frame + UNIT] = after if after < end else -1
    next_fresh &= other > 0
    key = 4 * own + 2 * int(fresh) + int(next_fresh)
    entry = look_up(w, TABLE, VALUE_KEY, key, other)
    if known(w, TABLE, entry):
        value: int = w.ints[entry + 4]
        return value
    _begin(w, level + 1, own, other, fresh, next_fresh)
    # Below, nothing is kept under this key; but other things are, perhaps here.
    entry = look_up(w, TABLE, VALUE_KEY, key, other)
    keep(w, TABLE, entry, VALUE_KEY, key, other, w.ints[part(w, FRAMES, level + 1) + VALUE], 0)
    return -1


@lean
def _run_end(w: Work, state: int, run: int) -> int:
    """The first unit behind a run."""
    if run + 1 < runs_of(w, state):
        return first_unit(w, state, run + 1)
    d = item(w, S.spread, level_of(w, state))
    units: int = w.ints[slot_of(w, state, d) + AT_WORK] if d >= 0 else 1
    return units


@lean
def _end_pair(w: Work, level: int, is_last: bool) -> None:
    """Add the time of a pair of steps to its sum."""
    now, following, fresh, next_fresh = _pair(w, level)
    frame, own = part(w, FRAMES, level), part(w, OF_LEVELS, level)
    plan, pair = w.ints[frame + PLAN], w.ints[frame + PAIR]
    at_end = pair == w.ints[plan + LAST_PAIR]
    first = own + (SUMS if pair == w.ints[plan + FIRST_PAIR] or at_end else SUMS + _parts(w))
    times = float(w.ints[pair + TIMES])
    work = work_in(w, now, fresh) if is_last else own + WORK
    left, came = out_of(w, now), own + SPARE
    if following == 0:
        clear(w, came)
    else:
        _came(w, level, following, next_fresh, left, at_end, times, first + EXPOSED)
    queues = cell(w, S.network, level, QUEUES) > 0
    if queues:
        add(w, times, work, first + BY_WORK)
        add(w, times, came, first + BY_IN)
        add(w, times, left, first + BY_OUT)
    for end in range(ends(w, level)):
        both = vector(w, now, SHARED + 3 * end)
        if following:
            both = own + OTHER
            copy(w, vector(w, now, SHARED + 3 * end), both)
            add(w, 1.0, vector(w, following, SHARED + 3 * end + INTO + int(next_fresh)), both)
        if queues:
            add(w, times, both, first + PARTS + end)
        else:
            lift(w, both, came)
    if not queues:
        _add_longest(w, times, work, came, left, first + EXPOSED)


@lean
def _came(w: Work, level: int, state: int, fresh: bool, left: int, at_end: bool, times: float, exposed: int) -> None:
    """Set what comes for a step beside the work, and what starts only then; what waits is exposed."""
    came, fill = part(w, OF_LEVELS, level) + SPARE, filling(w, state, fresh, False)
    if w.ints[part(w, FRAMES, level) + WAITS]:
        add(w, times, waiting(w, state, fresh), exposed)
        add(w, times, fill, exposed)
        copy(w, into(w, state, fresh), came)
        return
    copy(w, into(w, state, fresh), came)
    if cell(w, S.network, level, QUEUES):
        if at_end:
            add(w, 1.0, fill, came)
        return
    if moved(w, state, item(w, S.shape, TENSORS) - 1, True, fresh) > 0:
        lift(w, left, came)
    add(w, 1.0, fill, came)


@lean
def _add_longest(w: Work, times: float, work: int, came: int, left: int, found: int) -> None:
    for machine in range(w.vectors.shape[1]):
        longest = max(w.vectors[work, machine], w.vectors[came, machine], w.vectors[left, machine])
        w.vectors[found, machine] += times * longest


@lean
def _next_pair(w: Work, level: int) -> bool:
    """Go on to the next pair of steps, past the inner ones if they are known; whether there is one."""
    frame = part(w, FRAMES, level)
    plan, fresh = w.ints[frame + PLAN], w.ints[frame + FRESH]
    last, mask = w.ints[plan + LAST_PAIR], 1 << fresh
    if w.ints[frame + PAIR] == last:
        return False
    is_first = w.ints[frame + PAIR] == w.ints[plan + FIRST_PAIR]
    w.ints[frame + PAIR] += PAIR_SIZE
    if is_first and w.ints[plan + KNOWN] & mask:
        w.ints[frame + PAIR] = last
    if w.ints[frame + PAIR] == last and not w.ints[plan + KNOWN] & mask:
        w.ints[plan + KNOWN] |= mask
        for number in range(_parts(w)):
            own = part(w, OF_LEVELS, level) + SUMS + _parts(w) + number
            copy(w, own, w.ints[plan + SUMMED] + fresh * _parts(w) + number)
    _start_pair(w, level)
    return True


@lean
def _sum_up(w: Work, level: int, found: int) -> None:
    """Sum up the steps of a chunk."""
    frame, parts = part(w, FRAMES, level), _parts(w)
    plan = w.ints[frame + PLAN]
    several = w.ints[plan + LAST_PAIR] > w.ints[plan + FIRST_PAIR]
    clear(w, found)
    for number in range(parts - 1, -1, -1):
        own = part(w, OF_LEVELS, level) + SUMS + number
        if several:
            add(w, 1.0, w.ints[plan + SUMMED] + w.ints[frame + FRESH] * parts + number, own)
        if number == EXPOSED:
            add(w, 1.0, own, found)
        else:
            lift(w, own, found)
