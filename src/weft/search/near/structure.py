"""One structure in one task of a search for more programs than the best.

No row and no order stands for another one, as each may be the second best. The compiled descent knows one number, the
value that is not worth anything more, and lists what is below.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from ..descent.best import hopeless, improve
from ..descent.tally import SKIPPED
from ..objective import Metrics, is_beyond, power_product
from ..question import Entry
from ..spaces.point import Point
from ..structure_search import LISTED, WHOLE, Frontier, StructureSearch, enlarged
from .kept import Kept


class NearStructureSearch(StructureSearch):
    """Keeps the programs that the question asks for; of those that it was told of, the metrics alone."""

    @property
    def _listed(self) -> int:
        return LISTED

    def know(self, known: Sequence[Metrics]) -> None:
        """Keep known programs."""
        assert self.question.near is not None
        self._kept: Kept[Point | None] = Kept(self.question.near, self.question.goal)
        for metrics in known:
            if self._kept.takes(metrics):
                self._kept.enter(metrics, None)
        self._cut()
        self._before = enlarged(self.stack), self.counts.copy()

    def restore(self, frontier: Frontier) -> None:
        """Go on from open boxes."""
        super().restore(frontier)
        self._before = enlarged(self.stack), self.counts.copy()

    def _cut(self) -> None:
        """Leave out what is not worth anything more."""
        cutoff = self._kept.cutoff
        if cutoff is not None:
            nothing, orders = np.full(self.best.candidate.shape[1], -1), np.zeros(self.best.orders.shape[1], np.int64)
            improve(self.question.goal, self.best, cutoff.energy_pj, float(cutoff.cycles), nothing, -1, orders)

    def descend(self, limit: int) -> None:
        """Take boxes further. Where a tiling has more programs than are listed, go back with what these teach."""
        stack, counts = self._before
        self._descend(limit, exact=False)
        if self.counts[SKIPPED] == counts[SKIPPED] or self.found.filled[0] < LISTED:
            return
        cutoff = self._kept.cutoff
        self._measure_found()
        if self._kept.cutoff != cutoff:
            self.stack, self.counts = enlarged(stack), counts.copy()

    def answer(self, measure: bool) -> bool:
        """As of every search; where to go back to is where listed programs were evaluated."""
        measured = super().answer(measure)
        if measured:
            self._before = enlarged(self.stack), self.counts.copy()
        return measured

    def _measure_found(self) -> None:
        """Enter listed programs; where their numbers are exact, the best first and one of those with equal numbers."""
        if not self.ground.plan.exact:
            super()._measure_found()
            return
        goal, found = self.question.goal, self.found
        count = int(found.filled[0])
        if not count:
            return
        found.filled[0] = 0
        energy, cycles = found.energy[:count], found.cycles[:count]
        ranked = np.lexsort((energy, cycles, power_product(energy, cycles, goal.a, goal.b)))
        again = (np.diff(energy[ranked]) == 0) & (np.diff(cycles[ranked]) == 0)
        for k in ranked[np.append(True, ~again)].tolist():
            if hopeless(goal, self.best, energy[k], cycles[k]):
                return
            if not is_beyond(goal, energy[k], cycles[k]):
                self._take(k, float(energy[k]), float(cycles[k]))

    def _take(self, k: int, energy: float, cycles: float) -> None:
        self._enter(energy, cycles, partial(self._point, self.found, k))

    def _take_point(self, energy: float, cycles: float, point: Point) -> None:
        self._enter(energy, cycles, lambda: point)

    def _enter(self, energy: float, cycles: float, program: Callable[[], Point]) -> None:
        """Enter a program unless one with its energy and cycles is there."""
        if cycles < WHOLE and not self._kept.takes(Metrics(energy, int(cycles))):
            return
        entry = self._entry_of(program(), energy, cycles)
        if self._kept.takes(entry.metrics):
            self._kept.enter(entry.metrics, entry.point)
            self._cut()

    def entries(self) -> tuple[Entry, ...]:
        """The programs that were found here."""
        return tuple(Entry(metrics, point) for metrics, point in self._kept.items if point is not None)
