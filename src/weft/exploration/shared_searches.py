"""Searches of shared machines under several limits, or of fewer machines: each knows what the others found."""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import inf

from ..ir import Job, Metric, Setting
from .boxes import Boxes
from .limits import MachineLimits
from .optima import Means
from .part_of_boxes import PartOfBoxes
from .proof import status_of
from .shared import Question, SharedSearch
from .silicon import Silicon
from .together import Share

LimitsOf = Callable[[Job], tuple[MachineLimits, tuple[tuple[str, float], ...]]]
"""The limits of machines and those of a layer's program that a job has."""


@dataclass(eq=False)
class SharedSearches:
    """What is asked of layers, under the job's limits or others. Searches end together at `end`, a time of `time`."""

    job: Job
    layers: tuple[Share, ...]
    boxes: Boxes
    question: Question
    limits_of: LimitsOf
    means: Means
    end: float = inf
    silicon: Silicon = field(default_factory=Silicon, repr=False)
    _done: list[tuple[dict[Metric, float], SharedSearch]] = field(default_factory=list, repr=False)

    @property
    def late(self) -> bool:
        """Whether nothing more is to be asked."""
        return self.means.interrupted or clock.time() >= self.end

    def run(self, objective: str, limits: Mapping[Metric, float] | None = None, parts: int = 1) -> SharedSearch:
        """Search all machines, within a share of the time that is left."""
        most = dict(self.job.limits) if limits is None else dict(limits)
        search = self._search(objective, most, self.boxes)
        self._go(search, parts)
        self._done.append((most, search))
        return search

    def run_part(self, objective: str, key: str, value: Setting, parts: int = 1) -> SharedSearch:
        """Search the machines whose field has a value."""
        boxes = PartOfBoxes(self.boxes.space, self.boxes.most, key, value)
        search = self._search(objective, dict(self.job.limits), boxes)
        self._go(search, parts)
        return search

    def _go(self, search: SharedSearch, parts: int) -> None:
        now = clock.time()
        self.means.deadline = now + (self.end - now) / parts
        search.run()

    def _search(self, objective: str, most: Mapping[Metric, float], boxes: Boxes) -> SharedSearch:
        """A search that begins with what others of the objective found."""
        job = replace(self.job, limits=tuple(most.items()))
        limits, within = self.limits_of(job)
        limits = replace(limits, silicon=self.silicon)
        question = replace(self.question, objective=objective, limits=within)
        search = SharedSearch(boxes, self.layers, question, limits, self.means)
        for other_most, other in self._done:
            if other.question.objective != objective:
                continue
            if all(most.get(name, inf) <= value for name, value in other_most.items()):
                search.floor = max(search.floor, other.lower_bound)
            if other.question == question:
                search.follow(other)
                self._begin_with(search, other)
        return search

    def _begin_with(self, search: SharedSearch, other: SharedSearch) -> None:
        """Take the answer of another search where it is one of this."""
        best = other.best
        if best is None or isinstance(search.boxes, PartOfBoxes):
            return
        machine = search.boxes.machine(best.stem, best.numbers)
        if not search.limits.over(machine) and (search.best is None or best.key < search.best.key):
            search.best = best


def is_proved(search: SharedSearch) -> bool:
    """Whether the answer of a search, or that there is none, is as good as was asked."""
    return status_of(search) != "budget"
