"""MAESTRO's way to time steps, with what else it simplifies put in, one after the other, on Weft's transfers.

Its steps overlap their transfers with their own work: a step takes the longest of in, out and work, and only the very
first fill, level by level, waits. Weft's own clock overlaps a transfer with the step before (model A20).
"""

from __future__ import annotations

from functools import cache

from ...analysis.nest import Nest
from ...backends.cost.moves import Chunk, ChunkChange, State, units_at_work
from ...backends.cost.neighbours import inner_neighbours, second
from ...backends.cost.transfers import TransferTimes, stacked_cycles


class SameStep:
    """Steps overlap with themselves, and what is left at the end leaves at once."""

    def __init__(self, nest: Nest) -> None:
        self.times = TransferTimes(nest)
        self.volumes, self.levels = self.times.volumes, self.times.levels
        self.chunk = cache(self._chunk)
        self.inside = cache(self._inside)
        self.step = cache(self._step)

    def cycles(self) -> int:
        """All cycles, those of stacked memories and of the last waves too."""
        around = sum(cycles for _, cycles in stacked_cycles(self.times.schedule)) + sum(self.times.skews)
        return around + self.chunk(0, self.volumes.whole, True, True)

    def moved(self, level: int, state: State, fresh: bool) -> tuple[int, int]:
        """Cycles of a step's transfers in and out."""
        found = self.times.of(level, state, fresh)
        return found.all_in, max(found.out.cycles, found.late_out.cycles)

    def below(self, level: int, chunk: Chunk, fresh: bool, start: bool) -> int:
        """Work of a unit in a step: the steps of the next level inside its chunk."""
        return self.chunk(level + 1, chunk, fresh, start)

    def _chunk(self, level: int, chunk: Chunk, fresh: bool, start: bool) -> int:
        lengths = tuple(move.length for move in chunk)
        return self.step(level, self.volumes.enter(level, chunk), fresh, start) + self.inside(level, lengths, fresh)

    def _inside(self, level: int, lengths: tuple[int, ...], fresh: bool) -> int:
        """All steps of a level in a chunk but the first: the later one of every pair of neighbours."""
        dimensions = self.volumes.dimensions(level, lengths)
        then = second(dimensions, self.volumes.orders[level])
        if then is None:
            return 0
        total = self.step(level, then.state, fresh and then.starts, False)
        for times, _, following in inner_neighbours(dimensions, self.volumes.orders[level]):
            total += times * self.step(level, following.state, fresh and following.starts, False)
        return total

    def _step(self, level: int, state: State, fresh: bool, start: bool) -> int:
        into, out = self.moved(level, state, fresh)
        if level + 1 == self.levels:
            work = max(self.times.work(unit, fresh) for unit in units_at_work(state))
        else:
            work = max(self.below(level, unit, fresh, start) for unit in units_at_work(state))
        return into + max(out, work) if start else max(into, out, work)


class OneWay(SameStep):
    """Besides, partial sums are never read back."""

    def moved(self, level: int, state: State, fresh: bool) -> tuple[int, int]:
        """Cycles of a step's transfers in and out, as if no sum had been begun."""
        return super().moved(level, state, True)


class Restarting(OneWay):
    """Besides, every chunk of an outer level starts the levels below it with empty buffers and waits for their fill."""

    def below(self, level: int, chunk: Chunk, fresh: bool, start: bool) -> int:
        """Work of a unit that holds nothing at first."""
        return self.chunk(level + 1, tuple(ChunkChange(move.length) for move in chunk), True, True)
