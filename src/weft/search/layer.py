"""The search of one layer: waves of structures, the most promising first, until none has anything left."""

from __future__ import annotations

import time as clock
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from math import inf

import numpy as np

from ..ir import Diagnostic, WeftError
from .descent.tally import BOXES, BY_BOUND, BY_CAPACITY, BY_LIMIT, PROGRAMS, SKIPPED, TALLY, TILINGS
from .explore import explore
from .first import cycles_at_peak, first_program
from .ground import mac_energy
from .listing import Late
from .objective import Metrics
from .promising import Promises, Promising, promising
from .question import Entry, Question, structures_of
from .request import Settings
from .spaces.point import Point
from .spaces.space import MapSpace
from .spaces.structures import Numbered
from .spaces.symmetry import is_first, renamings
from .structure.plan import Flags, Floats, Ints
from .structure_search import Frontier, Outcome
from .survey import Surveyed, survey
from .workers.waves import Task

MOST_STRUCTURES = 200_000
"""Structures that are listed."""

_AT_ONCE = 8
_FIRST_LIMIT, _GROWTH = 300, 4

_PER_SURVEY = 64
"""Structures that a task bounds as a whole, at least."""

_TOGETHER = 256
"""The same of a wave, at most, where there are many."""

_TURNS = 3
"""What is done in turn where there are many: begin structures, bound others quickly, bound others as a whole."""

Result = Promising | Surveyed | Outcome
"""What a task gives."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What no program of a structure that is not begun is below, and its least energy and cycles."""

    bound: float
    energy: float = 0.0
    cycles: float = 0.0


@dataclass(slots=True)
class _Open:
    """A structure with open boxes."""

    frontier: Frontier | None
    counts: Ints
    limit: int
    bound: float


class LayerSearch:
    """The coordinator of a layer: forms waves of tasks by what earlier waves found, never by timing.

    With `listed` all structures are listed, also where they are many.
    """

    def __init__(
        self, name: str, space: MapSpace, settings: Settings, deadline: float = inf, listed: bool = False
    ) -> None:
        self.name, self.space, self.settings, self.deadline = name, space, settings, deadline
        self.objective = settings.objective
        goal = self.objective.goal(space.accelerator, settings.gap)
        self.question = Question(space, goal, settings.time, settings.near)
        self.ceiling = self.objective.ceiling(space.accelerator)
        self.entries: list[Entry] = []
        self.counts = np.zeros(TALLY, np.int64)
        self._dropped: int = 0
        self.structures = count_structures(space)
        self._exchanges = renamings(space) if settings.time == "throughput" and space.accelerator.lanes == 1 else []
        every = structures_of(space)
        by_number = isinstance(every, Numbered) and not listed
        items = [] if by_number else list(enumerate(every))
        self._new = [number for number, item in items if is_first(space, item, self._exchanges)]
        self._symmetric = len(items) - len(self._new)
        self._promises = Promises(self.question, self.objective, self._exchanges) if by_number else None
        self._turn = 0
        self.unfit: tuple[str, ...] = ()
        """What the candidates for a first program exceed, if none of them fits."""
        self._tried = self._begun = False
        self._open: dict[int, _Open] = {}
        self._promised: dict[int, Promise] = {}
        self._surveyed: set[int] = set()
        self._root = inf
        self._quick: dict[int, float] = {}
        """What no program of some structures is below, by quick bounds."""

    @property
    def finished(self) -> bool:
        """Whether every box has been searched or left out with a proof."""
        return self._begun and not (self._new or self._surveyed or self._promises or self._promised or self._open)

    @property
    def proved(self) -> bool:
        """Whether, beside that, nothing was skipped: for the time, or because there was too much of it."""
        return self.finished and not self.counts[SKIPPED]

    @property
    def symmetric(self) -> int:
        """Structures that were left out as another one with its dimensions exchanged."""
        return self._symmetric + (self._promises.symmetric if self._promises is not None else 0)

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
        """A first program; bounds of all structures, of many of the most promising ones; then those with the best."""
        if not self._begun:
            self._begin()
        if self.finished or clock.time() > self.deadline:
            return ()
        if self._new:
            return self._surveys()
        self._leave_out()
        if tasks := self._further():
            return tasks
        first = sorted((bound, number) for number, bound in self._bounds.items())
        known = [entry.metrics for entry in self.entries]
        return [self._task(number, known) for _, number in first[:_AT_ONCE]]

    @property
    def _known(self) -> list[Metrics]:
        """What is worth nothing more: nothing that costs as much as one of these is looked for."""
        return [entry.metrics for entry in self.entries]

    def _further(self) -> list[Task]:
        """In turn, tasks that bound quickly what nothing is known of, and tasks that bound the best of these."""
        for _ in range(_TURNS):
            self._turn = (self._turn + 1) % _TURNS
            least = min(self._bounds.values(), default=inf)
            if (self._turn == 0 and least < inf) or not self._promises:
                return []
            if self._turn == 1:
                looks = self._promises.looks(_AT_ONCE, self._known, self._settled, self.deadline)
                if looks:
                    return [Task(self.name, promising, arguments) for arguments in looks]
            elif self._turn == 2 and self._promises.least_known < least:
                best = self._promises.best(_TOGETHER, self._settled)
                self._quick |= best
                self._new = sorted(best)
                if self._new:
                    return self._surveys()
        return []

    def _surveys(self) -> list[Task]:
        """Tasks that bound all structures that nobody has looked at."""
        waiting, self._new = self._new, []
        self._surveyed.update(waiting)
        size = max(-(-len(waiting) // _AT_ONCE), _PER_SURVEY)
        parts = [waiting[first : first + size] for first in range(0, len(waiting), size)]
        return [Task(self.name, survey, (self.question, part, self._known, self.deadline)) for part in parts]

    def _task(self, number: int, known: list[Metrics]) -> Task:
        """Going on with a structure, or its beginning."""
        item = self._open.get(number) or _Open(None, np.zeros(TALLY, np.int64), _FIRST_LIMIT, 0.0)
        arguments = self.question, number, item.frontier, item.counts, known, item.limit, self.deadline
        return Task(self.name, explore, arguments)

    def done(self, task: Task, result: Result) -> None:
        """Take what a task found."""
        if isinstance(result, Promising):
            assert self._promises is not None
            self._promises.take(task.arguments[1], result)
        elif isinstance(result, Surveyed):
            self._promise(task.arguments[1], result)
        elif result.begun:
            self._take_outcome(result)

    def _take_outcome(self, outcome: Outcome) -> None:
        self._promised.pop(outcome.structure, None)
        before = self._open.pop(outcome.structure, None)
        self.counts += outcome.counts - (before.counts if before else 0)
        self._dropped += 0 if before else outcome.dropped
        if outcome.frontier is not None:
            limit = (before.limit if before else _FIRST_LIMIT) * _GROWTH
            bound = max(self._bound(outcome), self._quick.get(outcome.structure, 0.0))
            self._open[outcome.structure] = _Open(outcome.frontier, outcome.counts, limit, bound)
        for entry in outcome.entries:
            self._enter(entry)

    def _promise(self, asked: Sequence[int], result: Surveyed) -> None:
        """Take the bounds of structures; those that were late go back to be asked again."""
        self.counts += result.counts
        bounds = self.objective.bound(result.energy, result.cycles)
        for number, bound, energy, cycles in zip(result.structures, bounds, result.energy, result.cycles, strict=True):
            if bound < inf:
                least = max(float(bound), self._quick.get(int(number), 0.0))
                self._promised[int(number)] = Promise(least, float(energy), float(cycles))
                self._root = min(self._root, least)
        self._surveyed.difference_update(asked)
        self._new += sorted(set(asked) - set(result.structures.tolist()))

    def _leave_out(self) -> None:
        """Leave out structures that are not begun and no better than what was found since their bounds were made."""
        numbers, items = list(self._promised), self._promised.values()
        energy, cycles = np.array([item.energy for item in items]), np.array([item.cycles for item in items])
        for place in np.flatnonzero(self._settled(energy, cycles)).tolist():
            self.counts[[BOXES, BY_BOUND]] += 1
            del self._promised[numbers[place]]

    def _settled(self, energy: Floats, cycles: Floats) -> Flags:
        """[N] whether nothing with at least so much energy and time is better than what was found."""
        return self.objective.settled(self._known, energy, cycles, self.question.goal.slack)

    @property
    def _bounds(self) -> dict[int, float]:
        """What no program of a structure that is not done is below."""
        found = {number: item.bound for number, item in self._open.items()}
        return found | {number: item.bound for number, item in self._promised.items()}

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
            if self._promises is not None:
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
        found = list(self._bounds.values())
        if not self._begun:
            found.append(self._least)
        elif self._new or self._surveyed:
            found.append(self._least if self._promises is None else self._promises.handed)
        found += [self._promises.least] if self._promises else []
        if self.counts[SKIPPED]:
            found.append(self._root)
        return min(found, default=inf)

    @cached_property
    def _least(self) -> float:
        """What holds of structures that nobody has looked at: all elements work all the time, and nothing moves."""
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
        if self._promises is not None:
            hopeless, unfit = self._promises.hopeless, self._promises.unfit
            for name, more in (("boxes", hopeless + unfit), ("bound", hopeless), ("capacity", unfit)):
                found[name] += more
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
