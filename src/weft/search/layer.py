"""The search of one layer: waves of structures, the most promising first, until none has anything left."""

from __future__ import annotations

import time as clock
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from heapq import nsmallest
from math import inf

import numpy as np

from ..ir import Diagnostic, WeftError
from .descent.tally import BOXES, BY_BOUND, BY_CAPACITY, BY_LIMIT, PROGRAMS, SKIPPED, TALLY, TILINGS
from .explore import explore
from .first import cycles_at_peak, first_program
from .ground import mac_energy
from .listing import Late
from .objective import Metrics
from .promising import Promise, Promises, Promising, promising
from .question import Entry, Question, structures_of
from .request import Settings
from .spaces.point import Point
from .spaces.space import MapSpace
from .spaces.structures import Numbered
from .spaces.symmetry import renamings
from .structure.plan import Flags, Floats, Ints
from .structure_search import Frontier, Outcome
from .workers.waves import Task

MOST_STRUCTURES = 200_000
"""Structures that are listed."""

_AT_ONCE = 8
_FIRST_LIMIT, _GROWTH = 300, 4

Result = Promising | Outcome
"""What a task gives."""


@dataclass(slots=True)
class _Open:
    """A structure with open boxes; None: all of it is one."""

    promise: Promise
    bound: float
    frontier: Frontier | None = None
    counts: Ints = field(default_factory=lambda: np.zeros(TALLY, np.int64))
    limit: int = _FIRST_LIMIT


class LayerSearch:
    """The coordinator of a layer: forms waves of tasks by what earlier waves found, never by timing."""

    def __init__(self, name: str, space: MapSpace, settings: Settings, deadline: float = inf) -> None:
        self.name, self.space, self.settings, self.deadline = name, space, settings, deadline
        self.objective = settings.objective
        goal = self.objective.goal(space.accelerator, settings.gap)
        self.question = Question(space, goal, settings.time, settings.near)
        self.ceiling = self.objective.ceiling(space.accelerator)
        self.entries: list[Entry] = []
        self.counts = np.zeros(TALLY, np.int64)
        self._dropped: int = 0
        self.structures = count_structures(space)
        alike = settings.time == "throughput" and space.accelerator.lanes == 1
        self._promises = Promises(self.question, self.objective, renamings(space) if alike else [])
        self.unfit: tuple[str, ...] = ()
        """What the candidates for a first program exceed, if none of them fits."""
        self._tried = self._begun = False
        self._open: dict[int, _Open] = {}
        self._root = inf
        """What no structure that was begun promised to be below."""
        self._looked = False

    @property
    def finished(self) -> bool:
        """Whether every box has been searched or left out with a proof."""
        return self._begun and not (self._promises or self._open)

    @property
    def proved(self) -> bool:
        """Whether, beside that, nothing was skipped: for the time, or because there was too much of it."""
        return self.finished and not self.counts[SKIPPED]

    @property
    def symmetric(self) -> int:
        """Structures that were left out as another one with its dimensions exchanged."""
        return self._promises.symmetric

    @property
    def dropped(self) -> int:
        """Candidates of a dimension that another one is never worse than."""
        return self._dropped

    @property
    def completeness(self) -> tuple[bool | None, float | None]:
        """Whether all programs that were asked for beside the best are known, and the value below which all programs
        are; None: none were asked for."""
        return None, None

    def next_wave(self) -> Sequence[Task]:
        """A first program; then, in turn, a look at structures and those that are the most promising."""
        if not self._begun:
            self._begin()
        if self.finished or clock.time() > self.deadline:
            return ()
        self._leave_out()
        self._looked = not self._looked
        first = [] if self._looked else self._most_promising()
        if not first and (looks := self._promises.looks(_AT_ONCE, self._known, self._settled, self.deadline)):
            return [Task(self.name, promising, arguments) for arguments in looks]
        return [self._task(number) for number in first or self._most_promising()]

    def _most_promising(self) -> list[int]:
        """The structures with the least bounds: open ones, and those that are begun now."""
        first = nsmallest(_AT_ONCE, ((item.bound, number) for number, item in self._open.items()))
        for number, promise in self._promises.best(_AT_ONCE, first, self._settled):
            self._root = min(self._root, promise.bound)
            self._open[number] = _Open(promise, promise.bound)
            first.append((promise.bound, number))
        return [number for _, number in nsmallest(_AT_ONCE, first)]

    @property
    def _heard(self) -> list[Metrics]:
        """What tasks know."""
        return [entry.metrics for entry in self.entries]

    @property
    def _known(self) -> list[Metrics]:
        """What is worth nothing more: nothing that costs as much as one of these is looked for."""
        return self._heard

    def _task(self, number: int) -> Task:
        """Going on with a structure, or its beginning."""
        item = self._open[number]
        arguments = self.question, number, item.frontier, item.counts, self._heard, item.limit, self.deadline
        return Task(self.name, explore, arguments)

    def done(self, task: Task, result: Result) -> None:
        """Take what a task found."""
        if isinstance(result, Promising):
            self._promises.take(task.arguments[1], result)
        elif result.begun:
            self._take_outcome(result)

    def _take_outcome(self, outcome: Outcome) -> None:
        item = self._open.pop(outcome.structure)
        self._dropped += 0 if item.counts.any() else outcome.dropped
        self.counts += outcome.counts - item.counts
        if outcome.frontier is not None:
            bound = max(self._bound(outcome), item.promise.bound)
            limit = item.limit * _GROWTH
            self._open[outcome.structure] = _Open(item.promise, bound, outcome.frontier, outcome.counts, limit)
        for entry in outcome.entries:
            self._enter(entry)

    def _leave_out(self) -> None:
        """Leave out structures that are begun and promise no more than what was found since."""
        numbers, items = list(self._open), [item.promise for item in self._open.values()]
        energy, cycles = np.array([item.energy for item in items]), np.array([item.cycles for item in items])
        for place in np.flatnonzero(self._settled(energy, cycles)).tolist():
            self.counts[[BOXES, BY_BOUND]] += 1
            del self._open[numbers[place]]

    def _settled(self, energy: Floats, cycles: Floats) -> Flags:
        """[N] whether nothing with at least so much energy and time is better than what was found."""
        return self.objective.settled(self._known, energy, cycles, self.question.goal.slack)

    def _bound(self, outcome: Outcome) -> float:
        """What no program of the open boxes is below, as `Objective.bound` has it."""
        return float(self.objective.bound(*outcome.bound).min())

    def _enter(self, entry: Entry) -> None:
        """Keep an entry if it is within the limits and none that is there is at least as good."""
        objective = self.objective
        if not self.ceiling.keeps(entry.metrics) or any(
            objective.beats(kept.metrics, entry.metrics) for kept in self.entries
        ):
            return
        self.entries = [
            kept for kept in self.entries if objective.front and not objective.beats(entry.metrics, kept.metrics)
        ]
        self.entries.append(entry)
        self.entries.sort(key=lambda kept: (kept.metrics.energy_pj, kept.metrics.cycles))

    def _begin(self) -> None:
        """Have a program in any case, if one of a few fits; if there is time, have many structures in order."""
        if not self._tried:
            self._tried = True
            structures = structures_of(self.space)
            first = first_program(self.space, structures, self.settings.time, self._rank, self.deadline)
            match first:
                case (Metrics(), Point()):
                    self._enter(Entry(*first))
                case _:
                    self.unfit = first
        with suppress(Late):
            self._promises.order(self.deadline)
            self._begun = True

    def _rank(self, metrics: Metrics) -> tuple[float, float]:
        """How far beyond the limits, then how good."""
        return self.ceiling.excess(metrics), self.value(metrics)

    @property
    def lower_bound(self) -> float:
        """What no program of the space within the limits is below, as `Objective.bound` has it.

        Every program was evaluated, or is in an open box or a structure that nobody has looked at, which have bounds
        of their own; or it was left out: for room or a limit, and then is no answer, or as no better than a program
        known then by more than the slack, and the best one of now is no worse than that. Where an order or a program
        was skipped, the least bound that a structure has as a whole holds.
        """
        left = self.left
        if self.entries:
            left = min(left, *(self.value(entry.metrics) / self.question.goal.slack for entry in self.entries))
        return left if left < inf else 0.0

    @property
    def left(self) -> float:
        """What no program is below that is in an open box or a structure that nobody has looked at, or was skipped."""
        found = [item.bound for item in self._open.values()]
        if not self._begun:
            found.append(self._least)
        found += [self._promises.least] if self._promises else []
        if self.counts[SKIPPED]:
            found.append(self._root)
        return min(found, default=inf)

    @cached_property
    def _least(self) -> float:
        """What holds of structures that nobody has looked at: all elements work all the time, and nothing moves."""
        if not len(structures_of(self.space)):
            return inf
        energy = mac_energy(self.space, structures_of(self.space)[0])
        return float(self.objective.bound(energy, float(cycles_at_peak(self.space.workload, self.space.accelerator))))

    def value(self, metrics: Metrics) -> float:
        """The objective that the search goes by."""
        return float(self.objective.bound(metrics.energy_pj, metrics.cycles))

    @property
    def gap(self) -> float:
        """By how much the best program may be above the best possible one, as a part of the latter; inf if unknown.

        The best possible one is not below the bound, so best / bound - 1 is no less than its distance to the best one.
        """
        if not self.entries or not self.lower_bound:
            return 0.0 if self.finished else inf
        best = min(self.value(entry.metrics) for entry in self.entries)
        return max(best / self.lower_bound - 1, 0.0)

    @property
    def statistics(self) -> dict[str, int]:
        """What was counted, by name."""
        names = {
            "boxes": BOXES, "bound": BY_BOUND, "capacity": BY_CAPACITY, "limit": BY_LIMIT,
            "tilings": TILINGS, "programs": PROGRAMS,
        }  # fmt: skip
        found = {name: int(self.counts[place]) for name, place in names.items()}
        left_out = self._promises
        more = {"bound": left_out.hopeless, "capacity": left_out.unfit, "limit": left_out.beyond}
        for name, count in (*more.items(), ("boxes", sum(more.values()))):
            found[name] += count
        return found


def count_structures(space: MapSpace) -> int:
    """How many structures a space has; WeftError W703 if they are too many to list, and are no plain product."""
    return len(structures_of(space)) if Numbered.are_free(space) else count_listed(space)


def count_listed(space: MapSpace) -> int:
    """The same where they have to be listed."""
    count = sum(family.count for family in space.families)
    if count > MOST_STRUCTURES:
        message = f"the space has {count} structures that have to be listed; the search lists up to {MOST_STRUCTURES}"
        hint = "fix the units of some levels (shape: …) or what they spread (spatial: …)"
        raise WeftError(Diagnostic("W703", message, hint=hint))
    return len(structures_of(space))
