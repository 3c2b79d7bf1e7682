"""Searches of layers that begin structures in the order of what these can be at best, as far as it matters."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any

from ..search.descent.tally import BOXES, SKIPPED
from ..search.explore import Outcome, structures_of
from ..search.layer import LayerSearch, Work
from ..search.objective import Metrics
from ..search.request import Settings
from ..search.spaces.space import MapSpace
from ..search.workers.waves import Task
from .quick import QuickCache
from .structures import structures_as_given

AT_ONCE = 8
"""Structures that are begun together."""


class GuidedSearch(LayerSearch):
    """A search that begins structures the best first, by bounds that need no search, and leaves the rest out.

    Programs whose value is `cutoff` or more are of no interest, also as it is divided by 1 + gap: `lower_bound` is no
    more than that, and the search is over when it is reached. With `most_boxes` it is over when it has looked at so
    many, proved or not.
    """

    def __init__(
        self, name: str, space: MapSpace, settings: Settings, deadline: float, quick: QuickCache, cutoff: float = inf,
        most_boxes: float = inf,
    ) -> None:  # fmt: skip
        super().__init__(name, space, settings, deadline)
        self.cutoff, self.most_boxes = cutoff, most_boxes
        given = structures_as_given(space, structures_of(space))
        self._promised = quick.values(space, given, self.ceiling.power, space.accelerator, True).tolist()
        self._left_out = inf

    def next_wave(self) -> Sequence[Task]:
        """The structures that promise most, a few at a time, while they promise more than open boxes; then these."""
        if not self._begun:
            self._begin()
        waiting = sorted(self._new, key=lambda number: (self._promised[number], number))
        kept = [number for number in waiting if self._promised[number] < self._most]
        self._left_out = min([self._left_out, *(self._promised[number] for number in waiting[len(kept) :])])
        open_bound = min((item.bound for item in self._open.values()), default=inf)
        first = kept[:AT_ONCE] if kept and self._promised[kept[0]] <= open_bound else []
        self._new = first
        try:
            return () if self.over else super().next_wave()
        finally:  # also after an interrupt none may be lost
            self._new = [*self._new, *kept[len(first) :]]

    def done(self, task: Task, result: list[Outcome]) -> None:
        """Take what a task found; structures that do not promise enough any more are left out."""
        super().done(task, result)
        for number, item in list(self._open.items()):
            item.bound = max(item.bound, self._promised[number])
            if item.bound >= self._most:
                self._left_out = min(self._left_out, item.bound)
                del self._open[number]

    @property
    def over(self) -> bool:
        """Whether nothing is left that could be of interest, or enough was looked at."""
        return self.counts[BOXES] >= self.most_boxes or self.lower_bound >= self.cutoff / self.question.goal.slack

    def _task(self, work: list[Work], known: list[Metrics], limit: int) -> Task:
        return super()._task(work, [*known, self._worth()] if self.cutoff < inf else known, limit)

    def _worth(self) -> Metrics:
        """What has the value of the cutoff."""
        a, b = self.objective.powers
        energy = self.cutoff ** (1 / a) if a else 1.0
        cycles: Any = 1 if a else self.cutoff ** (1 / b)  # no whole number, for nothing runs so
        return Metrics(energy, cycles)

    @property
    def _most(self) -> float:
        """What a structure must promise to be below."""
        best = min((self.value(entry.metrics) for entry in self.entries), default=inf)
        return float(min(best, self.cutoff) / self.question.goal.slack)

    @property
    def lower_bound(self) -> float:
        """As of every search; of structures that are not begun, what they promise."""
        found = [self._promised[number] for number in (*self._new, *self._out)]
        found += [item.bound for item in self._open.values()]
        found += [self._left_out, self.cutoff / self.question.goal.slack]
        if self.counts[SKIPPED]:
            found.append(min(self._promised))
        if self.entries:
            found.append(min(self.value(entry.metrics) for entry in self.entries) / self.question.goal.slack)
        return float(min(found))
