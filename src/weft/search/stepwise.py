"""A search by stepwise time, beside one by throughput time, whose bound holds for both (model A21)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf

from .layer import LayerSearch, Result
from .near.layer import NearSearch
from .question import Entry, measure
from .request import Settings
from .spaces.point import Point
from .spaces.space import MapSpace
from .workers.waves import Task


class StepwiseSearch(LayerSearch):
    """The coordinator of a layer by stepwise time.

    A search by throughput time goes on beside it, wave by wave: what it finds is measured, and its lower bound is one
    of all programs here too, for none takes fewer cycles stepwise, so none within the limits stepwise is beyond them by
    throughput. (It may be beyond one of power, which therefore that search does not have.) It leaves out what cannot
    win by counts alone; the own search knows what is exposed. Either may be the first to prove an answer.
    """

    def __init__(self, name: str, space: MapSpace, settings: Settings, deadline: float = inf) -> None:
        super().__init__(name, space, settings, deadline)
        self.first = LayerSearch(
            name,
            space,
            replace(settings, objective=settings.objective.without_power(), time="throughput", gap=0.0),
            deadline,
        )
        self._measured: set[Point] = set()
        self._own = True

    def next_wave(self) -> Sequence[Task]:
        """A wave of each search in turn, until nothing is left of one."""
        if self.finished:
            return ()
        self.first.deadline = self.deadline
        self._own = not self._own
        if not self._own:
            tasks = self.first.next_wave()
            self._take()
            if tasks or self.finished:
                return tasks
        return super().next_wave()

    def done(self, task: Task, result: Result) -> None:
        """Take what a task of either search found."""
        question = task.arguments[0]
        if question.time == self.settings.time:
            super().done(task, result)
        else:
            self.first.done(task, result)
            self._take()

    def _take(self) -> None:
        """Measure what the search by throughput time has found."""
        for point in [entry.point for entry in self.first.entries if entry.point not in self._measured]:
            self._measured.add(point)
            self._enter(Entry(measure(self.space, point, self.settings.time), point))

    @property
    def finished(self) -> bool:
        """Whether the bound of either search is met, or every box has been searched or left out with a proof."""
        return super().finished or self._met

    @property
    def proved(self) -> bool:
        """Whether the answer is proved by either search."""
        return self._met or super().proved

    @property
    def _met(self) -> bool:
        return bool(self.entries) and not self.objective.front and self.gap <= self.settings.gap

    @property
    def lower_bound(self) -> float:
        """What no program of the space is below: the better bound of both searches."""
        return max(super().lower_bound, self.first.lower_bound)

    @property
    def statistics(self) -> dict[str, int]:
        """What both searches counted, by name."""
        first = self.first.statistics
        return {name: count + first[name] for name, count in super().statistics.items()}


def search_of(name: str, space: MapSpace, settings: Settings, deadline: float = inf) -> LayerSearch:
    """The search that settings ask for."""
    kind = StepwiseSearch if settings.time == "stepwise" else LayerSearch
    first = kind(name, space, settings.only_best(), deadline)
    return first if settings.near is None else NearSearch(first, settings)
