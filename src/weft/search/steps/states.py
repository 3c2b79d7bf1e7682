"""Steps of a level, like ones once: a state is a slot for every dimension, with what moves in and out (A19)."""

from __future__ import annotations

from ..compiled import lean
from ..structure.flat import item
from .chunks import CHUNK, FIRST, HEAD, RUN, RUNS, entered
from .layout import DIMENSIONS, TENSORS, S
from .work import OF_STATES, SCRATCH, STATES, TABLE, Work, are_same, keep, known, look_up, new, part

LEVEL, DONE, PLAN, OUT_COUNT, BEGUN, VECTORS, BELOW, DETAILS = range(8)
"""A state: its level, a mask of what was found of it (see `loads`), the pairs of its chunk (0: not listed yet), the
output elements that leave, those that enter before any sum was begun, its first vector, where the states of its runs
one level below stand (each 0 if not known yet); then its slots, what enters of every tensor, and these states."""

STATE_KEY = 0
"""The kind of key under which states stand in the table."""


@lean
def counts_of(w: Work, state: int) -> int:
    """What enters in a state, per tensor, whatever was begun before."""
    return state + DETAILS + item(w, S.shape, DIMENSIONS)


@lean
def level_of(w: Work, state: int) -> int:
    """The level of a state."""
    level: int = w.ints[state + LEVEL]
    return level


@lean
def slot_of(w: Work, state: int, d: int) -> int:
    """The slot of a dimension in a state."""
    slot: int = w.ints[state + DETAILS + d]
    return slot


@lean
def vector(w: Work, state: int, which: int) -> int:
    """A vector of a state."""
    found: int = w.ints[state + VECTORS] + which
    return found


@lean
def state_of(w: Work, level: int, slots: int) -> int:
    """The state of the slots at some place, which the dimensions have at a level."""
    dimensions, key, again = item(w, S.shape, DIMENSIONS), level, 0
    for d in range(dimensions):
        key = key * 0x100000001B3 ^ w.ints[slots + d]
    while True:
        entry = look_up(w, TABLE, STATE_KEY, key, again)
        if not known(w, TABLE, entry):
            break
        state: int = w.ints[entry + 4]
        if are_same(w, state + DETAILS, slots, dimensions):
            return state
        again += 1
    state = new(w, STATES)
    keep(w, TABLE, entry, STATE_KEY, key, again, state, 0)
    w.ints[state + LEVEL], w.ints[state + DONE], w.ints[state + PLAN] = level, 0, 0
    w.ints[state + VECTORS] = new(w, OF_STATES)
    for d in range(dimensions):
        w.ints[state + DETAILS + d] = w.ints[slots + d]
    w.ints[state + BELOW] = state + DETAILS + dimensions + item(w, S.shape, TENSORS)
    for run in range(runs_of(w, state)):
        w.ints[w.ints[state + BELOW] + run] = 0
    return state


@lean
def runs_of(w: Work, state: int) -> int:
    """Runs of units at work in a state."""
    d = item(w, S.spread, level_of(w, state))
    runs: int = w.ints[slot_of(w, state, d) + RUNS] if d >= 0 else 1
    return runs


@lean
def first_unit(w: Work, state: int, run: int) -> int:
    """The first unit of a run."""
    d = item(w, S.spread, level_of(w, state))
    unit: int = w.ints[slot_of(w, state, d) + HEAD + RUN * run + FIRST] if d >= 0 else 0
    return unit


@lean
def run_at(w: Work, state: int, unit: int) -> int:
    """The run of a unit at work."""
    run, runs = 0, runs_of(w, state)
    while run + 1 < runs and first_unit(w, state, run + 1) <= unit:
        run += 1
    return run


@lean
def chunk_of(w: Work, state: int, d: int, run: int) -> int:
    """The chunk of a dimension in a run of units."""
    own = run if item(w, S.spread, level_of(w, state)) == d else 0
    chunk: int = w.ints[slot_of(w, state, d) + HEAD + RUN * own + CHUNK]
    return chunk


@lean
def below(w: Work, state: int, run: int) -> int:
    """The first step, one level below, of the units of a run."""
    place = w.ints[state + BELOW] + run
    if w.ints[place] == 0:
        level, slots = level_of(w, state), part(w, SCRATCH, 0)
        for d in range(item(w, S.shape, DIMENSIONS)):
            w.ints[slots + d] = entered(w, level + 1, chunk_of(w, state, d, run))
        w.ints[place] = state_of(w, level + 1, slots)
    found: int = w.ints[place]
    return found
