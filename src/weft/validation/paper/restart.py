"""Time as the public MAESTRO counts it: every chunk of an outer level is a program of its own."""

from __future__ import annotations

from ...backends.cost import Cost
from ...backends.cost.clock import Clock, State
from ...backends.cost.moves import Move
from ...backends.cost.nest import Nest


class RestartingClock(Clock):
    """MAESTRO's recursion: nothing is kept between chunks of an outer level, no partial sums are read back."""

    def _unit_cycles(self, level: int, moves: tuple[Move, ...], fresh: bool, start: bool) -> int:
        below, lengths = level + 1, tuple(move.length for move in moves)
        if below == self.levels:
            return super()._unit_cycles(level, moves, fresh, start)
        anew = self._enter(below, tuple(Move(length) for length in lengths))
        return (self.step(below, anew, True, True) + self.inside(below, lengths, True)).cycles

    def _moved(self, level: int, state: State, fresh: bool) -> tuple[dict[str, int], dict[str, int]]:
        return super()._moved(level, state, True)

    def _drain(self, level: int) -> int:
        return 0


def restarting_cycles(cost: Cost) -> int:
    """The stepwise cycles of a program if each chunk of an outer level starts with empty buffers below."""
    return sum(cycles for _, cycles in RestartingClock(Nest(cost.schedule)).terms())
