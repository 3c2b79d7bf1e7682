"""One structure in one task: its open boxes, what was found, and the programs that are evaluated one by one."""

from __future__ import annotations

import time as clock
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from ..ir import InternalError
from .decode import decode
from .descent.best import Best, hopeless, improve
from .descent.descend import ENOUGH, Stack, descend
from .descent.forest import NodeBlock
from .descent.tally import BOXES, SKIPPED
from .ground import Ground
from .listing import Late
from .objective import Goal, Metrics, is_beyond, power_product
from .question import Entry, Question, look_at_clock, measure, structures_of
from .spaces.point import Point
from .stacks import moved
from .structure.plan import Floats, Ints
from .timed import timer_of

LISTED_MOST = 1 << 24
"""Numbers that the trees of a structure may have before those that nothing speaks of any more are dropped."""

WHOLE = 2.0**53
"""Floats from here on are not all whole numbers."""

FRONT = 4096
"""Points that a front can have."""

TIMED = 1 << 10
"""Listed programs that are timed together."""

LISTED = 1 << 16
"""Programs whose bounds are not hopeless, at most."""

MOST_WAITING = 1 << 12
"""Listed programs that wait for another task, at most."""


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


class StructureSearch:
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

    @property
    def open(self) -> bool:
        """Whether boxes are left: some, or the first one of all, which nobody has looked at."""
        return bool(self.stack.size[0] or not self.counts[BOXES])

    def know(self, known: Sequence[Metrics]) -> None:
        """Let what is no better than known programs be left out."""
        enter_known(self.question.goal, self.best, known)

    def descend(self, limit: int) -> None:
        """Take so many boxes further, or fewer if there is something to `answer` before."""
        self._descend(limit, self.ground.plan.exact)

    def _descend(self, limit: int, exact: bool) -> None:
        descend(
            self.ground.flat, self.question.goal, self.best, self.forest.trees, self.stack, self.rules, limit,
            self.counts, self.found, exact,
        )  # fmt: skip

    def sort(self) -> None:
        """Let the most promising open box be the next one."""
        stack, goal, size = self.stack, self.question.goal, int(self.stack.size[0])
        bounds = power_product(stack.energy[:size], stack.cycles[:size], goal.a, goal.b)
        order = np.argsort(bounds, kind="stable")[::-1]
        for table in stack[1:]:
            table[:size] = table[order]

    def answer(self, measure: bool) -> bool:
        """Do what the descent stopped for; evaluate listed programs if that is due. Gives whether it was."""
        if self.best.filled[0] >= FRONT:
            raise InternalError(f"a front of more than {FRONT} programs")
        measure |= bool(self.found.filled[0] >= ENOUGH)
        if measure:
            self._measure_found()
        with suppress(Late):  # then the search ends, and what was wanted is still open
            if self.forest.list_wanted() and self.forest.size > LISTED_MOST:
                self._measure_found()
                self._drop_unused()
                measure = True
        if self.stack.size[0] > self.stack.energy.size - 2:
            self.stack = enlarged(self.stack)
        return measure

    def outcome(self) -> Outcome:
        """What there is to tell after a task."""
        frontier = self.frontier()
        return Outcome(self.number, frontier, self.counts, self.entries(), bounds_of(frontier), self.forest.dropped)

    def frontier(self) -> Frontier | None:
        """The open boxes for another task."""
        if not (self.stack.size[0] or self._waiting):
            return None
        stack = _packed(self.stack)
        nodes, blocks = self.forest.portable(stack.nodes)
        return Frontier(stack._replace(nodes=nodes), blocks, tuple(self._waiting))

    def restore(self, frontier: Frontier) -> None:
        """Go on from the open boxes of another task."""
        nodes = self.forest.known(frontier.stack.nodes, frontier.blocks)
        self.stack = enlarged(frontier.stack._replace(nodes=nodes))
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
        return self._entry_of(self._point(self.best, k), float(self.best.energy[k]), float(self.best.cycles[k]))

    def _entry_of(self, point: Point, energy: float, cycles: float) -> Entry:
        """A program with whole cycles, also where floats are not."""
        if cycles >= WHOLE:
            return Entry(measure(self.question.space, point, self.question.time), point)
        return Entry(Metrics(energy, int(cycles)), point)

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
        if self._is_better(energy, cycles):
            self._take(k, float(energy), float(cycles))

    def _is_better(self, energy: float, cycles: float) -> bool:
        """Whether a program is within the limits and no known one says that it cannot be an answer."""
        goal = self.question.goal
        return not is_beyond(goal, energy, cycles) and not hopeless(goal, self.best, energy, cycles)

    def _take(self, k: int, energy: float, cycles: float) -> None:
        """Enter a listed program that is better."""
        found = self.found
        candidates, placement, orders = found.candidate[k], int(found.placement[k]), found.orders[k]
        improve(self.question.goal, self.best, energy, cycles, candidates, placement, orders)

    def _take_point(self, energy: float, cycles: float, point: Point) -> None:
        """The same of one that waited."""
        self._points.append(point)
        place = np.full(self.best.candidate.shape[1], -1 - len(self._points), np.int64)
        nothing = np.zeros(self.best.orders.shape[1], np.int64)
        improve(self.question.goal, self.best, energy, cycles, place, -1, nothing)

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
            if self._is_better(energy, cycles):
                self._take_point(energy, cycles, item.point)


def enter_known(goal: Goal, best: Best, known: Sequence[Metrics]) -> None:
    """Let what is no better than known programs be left out."""
    nothing, orders = np.full(best.candidate.shape[1], -1, np.int64), np.zeros(best.orders.shape[1], np.int64)
    for metrics in known:
        improve(goal, best, metrics.energy_pj, float(metrics.cycles), nothing, -1, orders)


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


def enlarged(stack: Stack) -> Stack:
    """The same boxes with more room."""
    return moved(stack, new_stack(stack.nodes.shape[1], stack.alive.shape[1], 2 * int(stack.size[0]) + 256))


def _packed(stack: Stack) -> Stack:
    """The open boxes without the room behind them."""
    size = int(stack.size[0])
    nodes, alive, kept = stack.nodes[:size].copy(), stack.alive[:size].copy(), stack.alive_count[:size].copy()
    return Stack(stack.size, nodes, alive, kept, stack.energy[:size].copy(), stack.cycles[:size].copy())


def bounds_of(frontier: Frontier | None) -> tuple[Floats, Floats]:
    """The least energy and cycles of every open box, and of every program that waits."""
    if frontier is None:
        return np.empty(0), np.empty(0)
    listed = np.array([item[:2] for item in frontier.listed], np.float64).reshape(-1, 2)
    stack = frontier.stack
    return np.concatenate([stack.energy, listed[:, 0]]), np.concatenate([stack.cycles, listed[:, 1]])
