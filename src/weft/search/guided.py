"""Searches of layers as far as they matter: below a value, or up to so many boxes."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any

from .descent.tally import BOXES
from .layer import LayerSearch
from .objective import Metrics
from .quick.values import QuickCache
from .request import Settings
from .spaces.space import MapSpace
from .workers.waves import Task


class GuidedSearch(LayerSearch):
    """A search for programs below a cutoff, with quick bounds that other searches have made.

    Programs whose value is `cutoff` or more are of no interest, also as it is divided by 1 + gap: `lower_bound` is no
    more than that, and the search is over when it is reached. With `most_boxes` it is over when it has looked at so
    many, proved or not.
    """

    def __init__(
        self, name: str, space: MapSpace, settings: Settings, deadline: float, quick: QuickCache, cutoff: float = inf,
        most_boxes: float = inf,
    ) -> None:  # fmt: skip
        super().__init__(name, space, settings, deadline)
        self.cutoff, self.most_boxes, self._quick = cutoff, most_boxes, quick

    def _begin(self) -> None:
        super()._begin()
        if self._begun:
            self._promises.look_at_all(self._quick)

    def next_wave(self) -> Sequence[Task]:
        """As of every search, while something is of interest."""
        if not self._begun:
            self._begin()
        return () if self.over else super().next_wave()

    @property
    def over(self) -> bool:
        """Whether nothing is left that could be of interest, or enough was looked at."""
        return self.counts[BOXES] >= self.most_boxes or self.lower_bound >= self.cutoff / self.question.goal.slack

    def _worth(self) -> Metrics:
        """What has the value of the cutoff."""
        a, b = self.objective.powers
        energy = self.cutoff ** (1 / a) if a else 1.0
        cycles: Any = 1 if a else self.cutoff ** (1 / b)  # no whole number, for nothing runs so
        return Metrics(energy, cycles)

    @property
    def _heard(self) -> list[Metrics]:
        return [*super()._heard, self._worth()] if self.cutoff < inf else super()._heard

    @property
    def lower_bound(self) -> float:
        """As of every search, but for the cutoff; inf where no program fits."""
        best = min((self.value(entry.metrics) for entry in self.entries), default=inf)
        return float(min(self.left, min(best, self.cutoff) / self.question.goal.slack))
