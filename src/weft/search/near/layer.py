"""The search of a layer for more programs than the best: first for that one, then for the others below a value."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from ..descent.tally import SKIPPED
from ..layer import LayerSearch, Result
from ..objective import TINY, Metrics
from ..question import Entry
from ..request import Settings
from ..spaces.point import Point
from ..workers.waves import Task
from .kept import Kept

_EVERY = 4
"""Of so many waves one is of the own search while the first one goes on."""


class NearSearch(LayerSearch):
    """The coordinator of a layer whose answer is a list.

    `first` is the search for the best program, which knows what one program says of others, and is soon over. The own
    search looks at every program whose bound is below what is worth nothing more. It has a few turns from the
    beginning, so that there is a list if the time ends early. Each of both is proved by itself.
    """

    def __init__(self, first: LayerSearch, settings: Settings) -> None:
        super().__init__(first.name, first.space, settings, first.deadline)
        assert settings.near is not None
        self.first, self._near = first, settings.near
        self._kept: Kept[Point] = Kept(self._near, self.question.goal)
        self._tried = True
        self._waves = 0

    def next_wave(self) -> Sequence[Task]:
        """Waves of the first search, with some of the own one between them, then those of the own one."""
        self.first.deadline = self.deadline
        self._waves += 1
        if not self.first.finished and (self._waves % _EVERY or not self.entries or super().finished):
            tasks = self.first.next_wave()
            self._take()
            if tasks:
                return tasks
        return super().next_wave()

    def done(self, task: Task, result: Result) -> None:
        """Take what a task of either search found."""
        if task.arguments[0].near is None:
            self.first.done(task, result)
            self._take()
        else:
            super().done(task, result)

    def _take(self) -> None:
        self.unfit = self.first.unfit
        for entry in self.first.entries:
            self._enter(entry)

    def _enter(self, entry: Entry) -> None:
        if self.ceiling.keeps(entry.metrics) and self._kept.takes(entry.metrics):
            self._kept.enter(*entry)
            self.entries = [Entry(metrics, point) for metrics, point in self._kept.items]

    @property
    def _known(self) -> list[Metrics]:
        cutoff = self._kept.cutoff
        return [] if cutoff is None else [cutoff]

    @property
    def finished(self) -> bool:
        """Whether the list is complete, or as far as it can be with the best one proved; or nothing is to be listed."""
        if self.first.finished:
            return not self.first.entries or super().finished
        return super().finished and not self.counts[SKIPPED]

    @property
    def proved(self) -> bool:
        """Whether the best program is proved by either search."""
        return self.first.proved or super().proved

    @property
    def lower_bound(self) -> float:
        """What no program of the space is below: the better bound of both searches."""
        return max(self.first.lower_bound, super().lower_bound)

    @property
    def completeness(self) -> tuple[bool, float | None]:
        """Whether all programs that are asked for are listed, and the value below which all programs are."""
        if not self.first.entries and self.first.proved:
            return True, None
        reach, left = self._kept.reach, max(self.left, self.first.lower_bound)
        complete = left >= reach * (1 - TINY) and not (self._kept.full and self.settings.top is None)
        below = min(reach, left)
        return complete, below if below < inf else None

    @property
    def dropped(self) -> int:
        """Candidates that both searches dropped."""
        return self.first.dropped + super().dropped

    @property
    def statistics(self) -> dict[str, int]:
        """What both searches counted, by name."""
        first = self.first.statistics
        return {name: count + first[name] for name, count in super().statistics.items()}
