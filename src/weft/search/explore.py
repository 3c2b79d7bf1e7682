"""The tasks of a search: go on with some structures for a while. Pure functions, for any process."""

from __future__ import annotations

import time as clock
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from math import inf
from typing import NamedTuple

import numpy as np

from ..backends.cost import evaluate_schedule
from ..backends.energy import EnergyTable, load_energy_table
from ..ir import InternalError, Mapping
from ..passes.pipeline import schedule
from .decode import decode
from .descent.best import Best, hopeless, improve
from .descent.descend import Stack, descend
from .descent.forest import NodeBlock
from .descent.tally import BOXES, SKIPPED
from .ground import Ground, skeleton_units
from .listing import Late, Remembered
from .objective import Goal, Metrics, is_beyond, power_product
from .spaces.point import Point, Structure
from .spaces.space import MapSpace
from .spaces.structures import Numbered
from .stacks import moved
from .structure.plan import Floats, Ints
from .timed import timer_of

SLICE, SECONDS = 20_000, 0.1
"""Boxes between two looks at the clock, at most, and the time between these, about."""

LISTED_MOST = 1 << 24
"""Numbers that the trees of a structure may have before those that nothing speaks of any more are dropped."""

WHOLE = 2.0**53
"""Floats from here on are not all whole numbers."""

FRONT = 4096
"""Points that a front can have."""

MOST_LISTED = 20_000
"""Structures that are listed, where they need not be."""

TIMED = 1 << 10
"""Listed programs that are timed together."""

LISTED = 1 << 16
"""Programs whose bounds are not hopeless, at most."""

MOST_WAITING = 1 << 12
"""Listed programs that wait for another task, at most."""


@dataclass(frozen=True)
class Question:
    """What tasks search: a space, what to minimise within which limits, and the time model."""

    space: MapSpace
    goal: Goal
    time: str


class Entry(NamedTuple):
    """A program with its energy in picojoules and its cycles."""

    metrics: Metrics
    point: Point


class Listed(NamedTuple):
    """A program of which only bounds are known: its least energy and cycles."""

    energy: float
    cycles: float
    point: Point


@dataclass(frozen=True)
class Frontier:
    """The open boxes of a structure, in numbers that any process understands, and the blocks that these speak of.

    `listed` are programs for whose evaluation there was no time.
    """

    stack: Stack
    blocks: tuple[NodeBlock, ...]
    listed: tuple[Listed, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """A structure after a task: its open boxes (None: none), what was counted, what was found, and candidates dropped.

    `bound` gives the least energy and cycles of all open boxes. Not `begun`: the time was over before there was a box.
    """

    structure: int
    frontier: Frontier | None
    counts: Ints
    entries: tuple[Entry, ...]
    bound: tuple[Floats, Floats]
    dropped: int
    begun: bool = True


@lru_cache(maxsize=4)
def structures_of(space: MapSpace) -> Sequence[Structure]:
    """The structures of a space, listed once per process, or by number where they are many."""
    if Numbered.are_free(space) and sum(family.count for family in space.families) > MOST_LISTED:
        return Numbered(space)
    return space.structures()


def _structure_with(space: MapSpace, units: tuple[int, ...]) -> Structure:
    """The first structure whose skeleton has these units."""
    every = structures_of(space)
    if isinstance(every, Numbered):
        return every.with_units(units)
    return next(item for item in every if skeleton_units(space, item) == units)


@lru_cache(maxsize=2)
def _remembered_of(space: MapSpace, time: str, monotone: bool, energies: EnergyTable) -> Remembered:
    """What all grounds of a space remember."""
    return Remembered()


@lru_cache(maxsize=64)
def ground_of(space: MapSpace, units: tuple[int, ...], time: str, monotone: bool, energies: EnergyTable) -> Ground:
    """The ground of all structures whose skeletons have the same units, made once per process and content of the table
    of energies."""
    return Ground(space, _structure_with(space, units), time, monotone, _remembered_of(space, time, monotone, energies))


def measure(space: MapSpace, point: Point, time: str) -> Metrics:
    """Energy and cycles of a program by single evaluation."""
    cost = evaluate_schedule(schedule(Mapping(space.workload, space.program(point), space.accelerator)))
    return Metrics(cost.energy_pj, cost.cycles(time))


def explore(
    question: Question,
    number: int,
    frontier: Frontier | None,
    counts: Ints,
    known: Sequence[Metrics],
    limit: int,
    deadline: float,
) -> Outcome:
    """Go on with the structure of a number, from its open boxes or from its beginning, with its counts.

    It ends after `limit` boxes, or at the deadline (seconds since the epoch). What is no better than `known` is left
    out.
    """
    try:
        search = _begin(question, number, frontier, counts, known, deadline)
    except Late:
        return Outcome(number, frontier, counts, (), _bounds(frontier), 0, begun=False)
    if search is None:
        return Outcome(number, None, counts, (), _bounds(frontier), 0)
    until, some, more = search.counts[BOXES] + limit, 8, True
    while more:
        begin, before = clock.time(), int(search.counts[BOXES])
        descend(
            search.ground.flat, question.goal, search.best, search.forest.trees, search.stack, search.rules,
            min(some, int(until - before)), search.counts, search.found, search.ground.plan.exact,
        )  # fmt: skip
        search.answer()
        now, boxes = clock.time(), int(search.counts[BOXES])
        some = _next_slice(boxes - before, now - begin)
        more = search.stack.size[0] > 0 and boxes < until and now <= deadline
    return search.outcome()


def _begin(
    question: Question,
    number: int,
    frontier: Frontier | None,
    counts: Ints,
    known: Sequence[Metrics],
    deadline: float,
) -> _Search | None:
    """A structure ready to go on from its open boxes; None if it has no program. Late if the time is over before."""
    structure = structures_of(question.space)[number]
    look_at_clock(deadline)
    ground = ground_for(question, structure)
    if not ground.has_chains(structure):
        return None
    search = _Search(question, ground, number, counts.copy(), deadline)
    enter_known(question.goal, search.best, known)
    if frontier is not None:
        search.restore(frontier)
        search.measure_waiting()
    return search


def ground_for(question: Question, structure: Structure) -> Ground:
    """The ground of a structure for a search."""
    energies = load_energy_table(question.space.accelerator.energy_table)
    units = skeleton_units(question.space, structure)
    return ground_of(question.space, units, question.time, question.goal.most_power == inf, energies)


def look_at_clock(deadline: float) -> None:
    """Late if the time is over."""
    if clock.time() > deadline:
        raise Late


class _Search:
    """One structure in one task."""

    def __init__(self, question: Question, ground: Ground, number: int, counts: Ints, deadline: float) -> None:
        self.question, self.ground, self.number = question, ground, number
        self.structure = structures_of(question.space)[number]
        self.counts, self.deadline = counts, deadline
        groups, levels = len(ground.groups), len(ground.levels)
        self.rules = ground.rules(self.structure)
        self.forest = ground.forest(self.structure, partial(look_at_clock, deadline))
        self.stack = new_stack(groups, len(ground.plan.placements), 256)
        self.best, self.found = new_best(groups, levels, FRONT), new_best(groups, levels, self._listed)
        self._points: list[Point] = []
        self._waiting: list[Listed] = []

    @property
    def _listed(self) -> int:
        return 1 if self.ground.plan.exact else LISTED

    def answer(self) -> None:
        """Do what the descent stopped for."""
        if self.best.filled[0] >= FRONT:
            raise InternalError(f"a front of more than {FRONT} programs")
        if self.found.filled[0]:
            self._measure_found()
        with suppress(Late):  # then the search ends, and what was wanted is still open
            if self.forest.list_wanted() and self.forest.size > LISTED_MOST:
                self._drop_unused()
        if self.stack.size[0] > self.stack.energy.size - 2:
            self.stack = _enlarged(self.stack)

    def outcome(self) -> Outcome:
        """What there is to tell after a task."""
        frontier = self.frontier()
        return Outcome(self.number, frontier, self.counts, self.entries(), _bounds(frontier), self.forest.dropped)

    def frontier(self) -> Frontier | None:
        """The open boxes for another task."""
        if not (self.stack.size[0] or self._waiting):
            return None
        stack = _packed(self.stack)
        nodes, blocks = self.forest.portable(stack.nodes)
        return Frontier(stack._replace(nodes=nodes), blocks, tuple(self._waiting))

    def restore(self, frontier: Frontier) -> None:
        nodes = self.forest.known(frontier.stack.nodes, frontier.blocks)
        self.stack = _enlarged(frontier.stack._replace(nodes=nodes))
        self._waiting = list(frontier.listed)

    def _drop_unused(self) -> None:
        """Begin again with the blocks that open boxes are in."""
        for k in range(int(self.best.filled[0])):
            if self.best.candidate[k, 0] >= 0:
                self._points.append(self._point(self.best, k))
                self.best.candidate[k] = -1 - len(self._points)
        frontier, before = self.frontier(), (self.forest, self.stack)
        self.forest = self.ground.forest(self.structure, partial(look_at_clock, self.deadline))
        try:
            if frontier is not None:
                self.restore(frontier)
        except Late:
            self.forest, self.stack = before

    def _point(self, best: Best, k: int) -> Point:
        """The program in a place."""
        if best.candidate[k, 0] < -1:
            return self._points[-2 - int(best.candidate[k, 0])]
        return decode(
            self.ground, self.structure, self.forest, best.candidate[k], int(best.placement[k]), best.orders[k]
        )

    def entries(self) -> tuple[Entry, ...]:
        """The programs that were found here."""
        places = range(int(self.best.filled[0]))
        return tuple(self._entry(k) for k in places if self.best.candidate[k, 0] != -1)

    def _entry(self, k: int) -> Entry:
        point, cycles = self._point(self.best, k), float(self.best.cycles[k])
        if cycles >= WHOLE:
            return Entry(measure(self.question.space, point, self.question.time), point)
        return Entry(Metrics(float(self.best.energy[k]), int(cycles)), point)

    def _measure_found(self) -> None:
        """Evaluate programs of which only bounds are known, the most promising first."""
        goal, best, found = self.question.goal, self.best, self.found
        count = int(found.filled[0])
        found.filled[0] = 0
        bounds = power_product(found.energy[:count], found.cycles[:count], goal.a, goal.b)
        ranked = np.argsort(bounds, kind="stable")
        for first in range(0, count, TIMED):
            some = [int(k) for k in ranked[first : first + TIMED]]
            some = [k for k in some if not hopeless(goal, best, found.energy[k], found.cycles[k])]
            late = clock.time() > self.deadline
            for k, cycles in zip(some, np.full(len(some), np.nan) if late else self._timed(some), strict=True):
                self._measure(k, cycles)

    def _timed(self, places: Sequence[int]) -> Floats:
        """The exact cycles of listed programs, if time is what their bounds lack; nan if not known so."""
        if self.question.time != "stepwise" or not places:
            return np.full(len(places), np.nan)
        return timer_of(self.ground, self.structure).cycles(self.forest, self.found, places)

    def _measure(self, k: int, cycles: float) -> None:
        """Enter a listed program if it is any better; its `cycles` are nan if not known."""
        goal, best, found = self.question.goal, self.best, self.found
        energy, least = found.energy[k], found.cycles[k] if np.isnan(cycles) else cycles
        if hopeless(goal, best, energy, least):
            return
        if np.isnan(cycles) or not self.ground.plan.exact_energy:
            if clock.time() > self.deadline:
                self._let_wait(k, least)
                return
            metrics = measure(self.question.space, self._point(found, k), self.question.time)
            energy, cycles = metrics.energy_pj, float(metrics.cycles)
        if not is_beyond(goal, energy, cycles) and not hopeless(goal, best, energy, cycles):
            improve(goal, best, energy, cycles, found.candidate[k], int(found.placement[k]), found.orders[k])

    def _let_wait(self, k: int, cycles: float) -> None:
        """Leave a listed program to another task."""
        if len(self._waiting) == MOST_WAITING:
            self.counts[SKIPPED] += 1
            return
        self._waiting.append(Listed(float(self.found.energy[k]), float(cycles), self._point(self.found, k)))

    def measure_waiting(self) -> None:
        """Evaluate what another task left, as far as there is time."""
        goal, best, waiting = self.question.goal, self.best, self._waiting
        self._waiting = []
        for item in waiting:
            if hopeless(goal, best, item.energy, item.cycles):
                continue
            if clock.time() > self.deadline:
                self._waiting.append(item)
                continue
            metrics = measure(self.question.space, item.point, self.question.time)
            energy, cycles = metrics.energy_pj, float(metrics.cycles)
            if not is_beyond(goal, energy, cycles) and not hopeless(goal, best, energy, cycles):
                self._points.append(item.point)
                place = np.full(best.candidate.shape[1], -1 - len(self._points), np.int64)
                improve(goal, best, energy, cycles, place, -1, np.zeros(best.orders.shape[1], np.int64))


def enter_known(goal: Goal, best: Best, known: Sequence[Metrics]) -> None:
    """Let what is no better than known programs be left out."""
    nothing, orders = np.full(best.candidate.shape[1], -1, np.int64), np.zeros(best.orders.shape[1], np.int64)
    for metrics in known:
        improve(goal, best, metrics.energy_pj, float(metrics.cycles), nothing, -1, orders)


def _next_slice(boxes: int, seconds: float) -> int:
    """So many boxes that the clock is looked at again in time, by how long the last ones took."""
    rate = boxes / max(seconds, 1e-6)
    return max(8, min(SLICE, 4 * max(boxes, 8), int(rate * SECONDS)))


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
    return moved(stack, new_stack(stack.nodes.shape[1], stack.alive.shape[1], 2 * int(stack.size[0]) + 256))


def _packed(stack: Stack) -> Stack:
    """The open boxes without the room behind them."""
    size = int(stack.size[0])
    nodes, alive, kept = stack.nodes[:size].copy(), stack.alive[:size].copy(), stack.alive_count[:size].copy()
    return Stack(stack.size, nodes, alive, kept, stack.energy[:size].copy(), stack.cycles[:size].copy())


def _bounds(frontier: Frontier | None) -> tuple[Floats, Floats]:
    """The least energy and cycles of every open box, and of every program that waits."""
    if frontier is None:
        return np.empty(0), np.empty(0)
    listed = np.array([item[:2] for item in frontier.listed], np.float64).reshape(-1, 2)
    stack = frontier.stack
    return np.concatenate([stack.energy, listed[:, 0]]), np.concatenate([stack.cycles, listed[:, 1]])
