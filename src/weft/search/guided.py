"""Searches of layers that begin structures in the order of what these can be at best, as far as it matters."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any

from .descent.tally import BOXES, SKIPPED
from .layer import LayerSearch, Promise
from .objective import Metrics
from .question import structures_of
from .quick.values import QuickCache
from .request import Settings
from .spaces.space import MapSpace
from .spaces.structures import structures_as_given
from .workers.waves import Task


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
        super().__init__(name, space, settings, deadline, listed=True)
        self.cutoff, self.most_boxes = cutoff, most_boxes
        given = structures_as_given(space, structures_of(space))
        values = quick.values(space, given, self.ceiling.power, space.accelerator, True).tolist()
        self._quick = {number: values[number] for number in self._new}
        self._promised = {number: Promise(value) for number, value in self._quick.items()}
        self._root = min((item.bound for item in self._promised.values()), default=inf)
        self._new = []
        self._left_out = inf

    def next_wave(self) -> Sequence[Task]:
        """As of every search, while something is of interest."""
        if not self._begun:
            self._begin()
        return () if self.over else super().next_wave()

    def _leave_out(self) -> None:
        """Structures that do not promise enough any more."""
        for number, bound in self._bounds.items():
            if bound >= self._most:
                self._left_out = min(self._left_out, bound)
                self._promised.pop(number, None)
                self._open.pop(number, None)

    @property
    def over(self) -> bool:
        """Whether nothing is left that could be of interest, or enough was looked at."""
        return self.counts[BOXES] >= self.most_boxes or self.lower_bound >= self.cutoff / self.question.goal.slack

    def _task(self, number: int, known: list[Metrics]) -> Task:
        return super()._task(number, [*known, self._worth()] if self.cutoff < inf else known)

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
        found = list(self._bounds.values())
        found += [self._left_out, self.cutoff / self.question.goal.slack]
        if self.counts[SKIPPED]:
            found.append(self._root)
        if self.entries:
            found.append(min(self.value(entry.metrics) for entry in self.entries) / self.question.goal.slack)
        return float(min(found))
