"""Steps of a level, like ones once: a state is a slot for every dimension, with what moves in and out (A19)."""

from __future__ import annotations

from ...analysis.chains import Ints
from ..compiled import inner
from ..structure.flat import item
from .chunks import CHUNK, FIRST, HEAD, RUN, RUNS, entered
from .layout import DIMENSIONS, TENSORS, S
from .work import SCRATCH, SLOTS, STATES, TABLE, Work, keep, known, look_up, new, part

LEVEL, DONE, PLAN, OUT_COUNT, BEGUN, DETAILS = range(6)
"""A state: its level, a mask of what was found of it (see `loads`), the pairs of its chunk (0: not listed yet), the
output elements that leave, those that enter before any sum was begun, and what enters of every tensor; then its slots,
and the states of its runs one level below (0: not known yet)."""

STATE_KEY = 0
"""The kind of key under which states stand in the table."""


@inner
def slots_of(w: Work, state: int) -> Ints:
    """The slots of a state."""
    first = DETAILS + item(w, S.shape, TENSORS)
    return part(w, STATES, state)[first : first + item(w, S.shape, DIMENSIONS)]


@inner
def counts_of(w: Work, state: int) -> Ints:
    """What enters in a state, per tensor, whatever was begun before."""
    return part(w, STATES, state)[DETAILS : DETAILS + item(w, S.shape, TENSORS)]


@inner
def level_of(w: Work, state: int) -> int:
    """The level of a state."""
    level: int = part(w, STATES, state)[LEVEL]
    return level


@inner
def slot_of(w: Work, state: int, d: int) -> Ints:
    """The slot of a dimension in a state."""
    return part(w, SLOTS, slots_of(w, state)[d])


@inner
def state_of(w: Work, level: int, slots: Ints) -> int:
    """The state of some slots, which its dimensions have at a level."""
    key = level
    for d in range(slots.size):
        key = key * 0x100000001B3 ^ slots[d]
    again = 0
    while True:
        place = look_up(w, STATE_KEY, key, again)
        if not known(w, place):
            break
        state: int = part(w, TABLE, place)[4]
        if (slots_of(w, state) == slots).all():
            return state
        again += 1
    state = new(w, STATES)
    keep(w, place, STATE_KEY, key, again, state, 0)
    part(w, STATES, state)[:] = 0
    part(w, STATES, state)[LEVEL] = level
    slots_of(w, state)[:] = slots
    return state


@inner
def runs_of(w: Work, state: int) -> int:
    """Runs of units at work in a state."""
    d = item(w, S.spread, level_of(w, state))
    runs: int = slot_of(w, state, d)[RUNS] if d >= 0 else 1
    return runs


@inner
def first_unit(w: Work, state: int, run: int) -> int:
    """The first unit of a run."""
    d = item(w, S.spread, level_of(w, state))
    unit: int = slot_of(w, state, d)[HEAD + RUN * run + FIRST] if d >= 0 else 0
    return unit


@inner
def run_at(w: Work, state: int, unit: int) -> int:
    """The run of a unit at work."""
    run, runs = 0, runs_of(w, state)
    while run + 1 < runs and first_unit(w, state, run + 1) <= unit:
        run += 1
    return run


@inner
def chunk_of(w: Work, state: int, d: int, run: int) -> int:
    """The chunk of a dimension in a run of units."""
    own = run if item(w, S.spread, level_of(w, state)) == d else 0
    chunk: int = slot_of(w, state, d)[HEAD + RUN * own + CHUNK]
    return chunk


@inner
def below(w: Work, state: int, run: int) -> int:
    """The first step, one level below, of the units of a run."""
    dimensions, level = item(w, S.shape, DIMENSIONS), level_of(w, state)
    place = DETAILS + item(w, S.shape, TENSORS) + dimensions + run
    found: int = part(w, STATES, state)[place]
    if found == 0:
        slots = part(w, SCRATCH, 0)[:dimensions]
        for d in range(dimensions):
            slots[d] = entered(w, level + 1, chunk_of(w, state, d, run))
        found = state_of(w, level + 1, slots)
        part(w, STATES, state)[place] = found
    return found
