"""Weft's clock with what MAESTRO simplifies put in, one after the other."""

from __future__ import annotations

from ...backends.cost.clock import Clock, State
from ...backends.cost.moves import Move
from ...backends.cost.nest import Nest


class OneWay(Clock):
    """Partial sums are never read back, and what is left at the end leaves at once."""

    def _moved(self, level: int, state: State, fresh: bool) -> tuple[dict[str, int], dict[str, int]]:
        return super()._moved(level, state, True)

    def _drain(self, level: int) -> int:
        return 0


class Restarting(OneWay):
    """Besides, every chunk of an outer level starts the levels below it with empty buffers and waits for their fill."""

    def _unit_cycles(self, level: int, moves: tuple[Move, ...], fresh: bool, start: bool) -> int:
        below, lengths = level + 1, tuple(move.length for move in moves)
        if below == self.levels:
            return super()._unit_cycles(level, moves, fresh, start)
        anew = self._enter(below, tuple(Move(length) for length in lengths))
        return (self.step(below, anew, True, True) + self.inside(below, lengths, True)).cycles


def one_way_cycles(nest: Nest) -> int:
    """Stepwise cycles without partial sums that come back."""
    return _cycles(OneWay(nest))


def restarting_cycles(nest: Nest) -> int:
    """Stepwise cycles if also every chunk of an outer level starts anew."""
    return _cycles(Restarting(nest))


def _cycles(clock: Clock) -> int:
    return sum(cycles for _, cycles in clock.terms())
