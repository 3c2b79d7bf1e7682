"""The tasks of a search: go on with some structures for a while. Pure functions, for any process."""

from __future__ import annotations

import time as clock
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ...backends.cost import evaluate_schedule
from ...backends.cost.grid.boxes import Boxes
from ...backends.cost.grid.descend import Best, Goal, Stack, descend, hopeless, improve
from ...backends.cost.grid.plan import Floats, Ints
from ...backends.cost.grid.tally import BOXES, SKIPPED
from ...ir import InternalError, Mapping
from ..pipeline import schedule
from .decode import decode
from .ground import Ground
from .objective import Metrics
from .space import MapSpace, Point, Structure

SLICE = 20_000
"""Boxes between two looks at the clock."""

FRONT = 4096
"""Points that a front can have."""

LISTED = 1 << 16
"""Programs of one tiling whose bounds are not hopeless, at most."""


@dataclass(frozen=True)
class Question:
    """What is searched: a space, what to minimise, and the time model."""

    space: MapSpace
    goal: Goal
    time: str


class Entry(NamedTuple):
    """A program with its energy in picojoules and its cycles."""

    metrics: Metrics
    point: Point


@dataclass(frozen=True)
class Outcome:
    """A structure after a task: its open boxes (None: none), what was counted, what was found, and candidates dropped.

    `bound` gives the least energy and cycles of all open boxes.
    """

    structure: int
    stack: Stack | None
    counts: Ints
    entries: tuple[Entry, ...]
    bound: tuple[Floats, Floats]
    dropped: int


@lru_cache(maxsize=4)
def structures_of(space: MapSpace) -> tuple[Structure, ...]:
    """The structures of a space, listed once per process."""
    return space.structures()


@lru_cache(maxsize=16)
def ground_of(space: MapSpace, units: tuple[int, ...], time: str) -> Ground:
    """The ground of all structures with the same units, made once per process."""
    first = next(item for item in structures_of(space) if item.units == units)
    return Ground(space, first, time)


def measure(space: MapSpace, point: Point, time: str) -> Metrics:
    """Energy and cycles of a program by single evaluation."""
    cost = evaluate_schedule(schedule(Mapping(space.workload, space.program(point), space.accelerator)))
    return Metrics(cost.energy_pj, cost.cycles(time))


def explore(
    question: Question,
    work: Sequence[tuple[int, Stack | None, Ints]],
    known: Sequence[Metrics],
    limit: int,
    deadline: float,
) -> list[Outcome]:
    """Go on with structures, `limit` boxes each, until `deadline` (seconds since the epoch).

    `work` has (number of the structure, its open boxes, its counts); without boxes it is at its beginning. What is no
    better than `known` is left out.
    """
    return [_explore_one(question, *item, known, limit, deadline) for item in work]


def _explore_one(
    question: Question,
    number: int,
    stack: Stack | None,
    counts: Ints,
    known: Sequence[Metrics],
    limit: int,
    deadline: float,
) -> Outcome:
    structure = structures_of(question.space)[number]
    ground = ground_of(question.space, structure.units, question.time)
    boxes = ground.candidates(structure)
    counts = counts.copy()
    if boxes is None:
        return Outcome(number, None, counts, (), (np.empty(0), np.empty(0)), 0)
    groups, levels, placements = len(ground.groups), len(question.space.levels), len(ground.plan.placements)
    stack = _enlarged(stack) if stack is not None else new_stack(groups, placements, 256)
    best, found = new_best(groups, levels, FRONT), new_best(groups, levels, 1 if ground.plan.exact else LISTED)
    _enter(question.goal, best, known)
    trees, rules = ground.trees(structure, boxes), ground.rules(structure)
    until = counts[BOXES] + limit
    while True:
        some = min(SLICE, int(until - counts[BOXES]))
        descend(ground.flat, question.goal, best, trees, stack, rules, some, counts, found, ground.plan.exact)
        if found.filled[0]:
            _measure_found(question, ground, structure, boxes, best, found, counts, deadline)
        if stack.size[0] > stack.energy.size - 2:
            stack = _enlarged(stack)
        elif stack.size[0] == 0 or counts[BOXES] >= until or clock.time() > deadline:
            break
    if best.filled[0] >= FRONT:
        raise InternalError(f"a front of more than {FRONT} programs")
    entries = tuple(_entries(ground, structure, boxes, best))
    return Outcome(number, _packed(stack), counts, entries, _bounds(stack), sum(item.dropped for item in boxes))


def new_best(groups: int, levels: int, size: int) -> Best:
    """Nothing yet, with room for so many programs."""
    return Best(
        np.zeros(1, np.int64), np.zeros(size), np.zeros(size), np.full((size, groups), -1, np.int64),
        np.zeros(size, np.int64), np.zeros((size, levels), np.int64),
    )  # fmt: skip


def new_stack(groups: int, placements: int, size: int) -> Stack:
    """No open boxes, with room for so many."""
    return Stack(
        np.zeros(1, np.int64), np.zeros((size, groups), np.int64), np.zeros((size, placements), np.int64),
        np.zeros(size, np.int64), np.zeros(size), np.zeros(size),
    )  # fmt: skip


def _enlarged(stack: Stack) -> Stack:
    """The same boxes with more room."""
    size = int(stack.size[0])
    larger = new_stack(stack.nodes.shape[1], stack.alive.shape[1], 2 * size + 256)
    for new, old in zip(larger[1:], stack[1:], strict=True):
        new[:size] = old[:size]
    larger.size[0] = size
    return larger


def _packed(stack: Stack) -> Stack | None:
    """The open boxes without the room behind them."""
    size = int(stack.size[0])
    if not size:
        return None
    nodes, alive, kept = stack.nodes[:size].copy(), stack.alive[:size].copy(), stack.alive_count[:size].copy()
    return Stack(stack.size, nodes, alive, kept, stack.energy[:size].copy(), stack.cycles[:size].copy())


def _bounds(stack: Stack) -> tuple[Floats, Floats]:
    size = int(stack.size[0])
    return stack.energy[:size].copy(), stack.cycles[:size].copy()


def _enter(goal: Goal, best: Best, known: Sequence[Metrics]) -> None:
    nothing, orders = np.full(best.candidate.shape[1], -1, np.int64), np.zeros(best.orders.shape[1], np.int64)
    for metrics in known:
        improve(goal, best, metrics.energy_pj, float(metrics.cycles), nothing, -1, orders)


def _entries(ground: Ground, structure: Structure, boxes: Sequence[Boxes], best: Best) -> Iterator[Entry]:
    """The programs of `best` that were found here."""
    for k in range(int(best.filled[0])):
        if best.candidate[k, 0] >= 0:
            point = decode(ground, structure, boxes, best.candidate[k], int(best.placement[k]), best.orders[k])
            yield Entry(Metrics(float(best.energy[k]), int(best.cycles[k])), point)


def _measure_found(
    question: Question,
    ground: Ground,
    structure: Structure,
    boxes: Sequence[Boxes],
    best: Best,
    found: Best,
    counts: Ints,
    deadline: float,
) -> None:
    """Evaluate programs of which only bounds are known, the most promising first."""
    count = int(found.filled[0])
    found.filled[0] = 0
    goal = question.goal
    promise = (
        found.energy[:count] * found.cycles[:count]
        if goal.front
        else (found.energy[:count] ** goal.a * found.cycles[:count] ** goal.b)
    )
    for k in np.argsort(promise, kind="stable"):
        if hopeless(goal, best, found.energy[k], found.cycles[k]):
            continue
        if clock.time() > deadline:
            counts[SKIPPED] += 1
            return
        point = decode(ground, structure, boxes, found.candidate[k], int(found.placement[k]), found.orders[k])
        metrics = measure(question.space, point, question.time)
        if not hopeless(goal, best, metrics.energy_pj, float(metrics.cycles)):
            improve(
                goal, best, metrics.energy_pj, float(metrics.cycles), found.candidate[k], int(found.placement[k]),
                found.orders[k],
            )  # fmt: skip
