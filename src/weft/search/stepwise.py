"""A search by stepwise time: first one by throughput time, whose bound holds for both (model A21)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf

from .explore import Entry, measure
from .layer import LayerSearch, Result
from .request import Settings
from .spaces.point import Point
from .spaces.space import MapSpace
from .workers.waves import Task


class StepwiseSearch(LayerSearch):
    """The coordinator of a layer by stepwise time.

    What the search by throughput time finds is measured, and its lower bound is one of all programs here too: none
    takes fewer cycles stepwise, so none within the limits stepwise is beyond them by throughput. (It may be beyond one
    of power, which therefore the first search does not have.) The own search goes on from there, until that bound is
    met to the gap that was asked for, or everything is searched.
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

    def next_wave(self) -> Sequence[Task]:
        """The waves of the search by throughput time, then its own."""
        self.first.deadline = self.deadline
        tasks = self.first.next_wave()
        self._take()
        return tasks or (() if self.finished else super().next_wave())

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
        """Whether the first search's bound is met, or every box has been searched or left out with a proof."""
        return self.first.finished and (self._met or super().finished)

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
    return (StepwiseSearch if settings.time == "stepwise" else LayerSearch)(name, space, settings, deadline)
