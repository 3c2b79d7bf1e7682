"""Stepwise time (model A20): the recursion over levels, pairs of like neighbours computed once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product, zip_longest
from typing import NamedTuple

from ...analysis.nest import Nest
from .moves import Chunk, State, units_at_work, units_of
from .neighbours import Step, inner_neighbours, last, second
from .transfers import TransferTimes, stacked_cycles


class Busy(NamedTuple):
    """Cycles of steps: `exposed` ones, and those of parts that go on side by side.

    Where a level has queues, its steps add up part by part; elsewhere each step is all `exposed`.
    """

    exposed: int = 0
    parts: tuple[int, ...] = ()

    @property
    def cycles(self) -> int:
        """All cycles."""
        return self.exposed + max(self.parts, default=0)

    def plus(self, other: Busy, times: int = 1) -> Busy:
        """Further steps, so many times."""
        parts = zip_longest(self.parts, other.parts, fillvalue=0)
        return Busy(self.exposed + times * other.exposed, tuple(one + times * two for one, two in parts))


class Clock:
    """Times one schedule."""

    def __init__(self, nest: Nest) -> None:
        self.times = TransferTimes(nest)
        self.volumes, self.levels = self.times.volumes, self.times.levels
        self.queues = [level.network.queues for level in nest.schedule.levels]
        # Like steps recur across chunks: the recursions are memoised for the life of this clock.
        self.chunk = cache(self._chunk)
        self.inside = cache(self._inside)
        self.step = cache(self._step)
        self.fill = cache(self._fill)

    def terms(self) -> tuple[tuple[str, int], ...]:
        """The parts of the stepwise time, one after the other: they add up to all of it (A20)."""
        return (
            *((name, cycles) for name, cycles in stacked_cycles(self.times.schedule) if cycles),
            *((f"first fill of level {level}", cycles) for level, cycles in enumerate(self._first_fills())),
            ("steps of level 0", self.chunk(0, self.volumes.whole, True, None, False)),
            *((f"last drain of level {level}", self.times.drain(level)) for level in range(self.levels)),
            *((f"last wave of level {level}", skew) for level, skew in enumerate(self.times.skews) if skew),
        )

    def _first_fills(self) -> Iterator[int]:
        """The fills of the very first step per level, along the units that wait longest."""
        chunk = self.volumes.whole
        for level in range(self.levels):
            state = self.volumes.enter(level, chunk)
            yield self.times.of(level, state, True).all_in
            if level + 1 < self.levels:
                waits = {unit: self.fill(level + 1, unit, True, True) for unit in units_at_work(state)}
                chunk = max(waits, key=lambda unit: waits[unit])

    def _chunk(self, level: int, chunk: Chunk, fresh: bool, following: Chunk | None, following_fresh: bool) -> int:
        """All steps of a level in a unit's chunk; the last of them with the transfer of the unit's `following` chunk.

        `fresh` if no sum was begun before the chunk, `following_fresh` before the following one.
        """
        first = self.volumes.enter(level, chunk)
        entered = None if following is None else self.volumes.enter(level, following)
        dimensions = self.volumes.dimensions(level, tuple(move.length for move in chunk))
        then = second(dimensions, self.volumes.orders[level])
        if then is None:
            return self.step(level, first, fresh, entered, following_fresh, True).cycles
        end = last(dimensions, self.volumes.orders[level])
        busy = self.step(level, first, fresh, then.state, fresh and then.starts, False)
        busy = busy.plus(self.inside(level, tuple(move.length for move in chunk), fresh))
        return busy.plus(self.step(level, end.state, fresh and end.starts, entered, following_fresh, True)).cycles

    def _inside(self, level: int, lengths: tuple[int, ...], fresh: bool) -> Busy:
        """All steps of a level in a chunk but the first and the last."""
        total = Busy()
        for times, step, following in inner_neighbours(
            self.volumes.dimensions(level, lengths), self.volumes.orders[level]
        ):
            total = total.plus(self._pair(level, step, following, fresh), times)
        return total

    def _pair(self, level: int, step: Step, following: Step, fresh: bool) -> Busy:
        return self.step(level, step.state, fresh and step.starts, following.state, fresh and following.starts, False)

    def _step(
        self, level: int, state: State, fresh: bool, following: State | None, following_fresh: bool, ends: bool
    ) -> Busy:
        """One step of a level under one parent unit, with the transfer of the one that follows; `ends` a chunk."""
        now = self.times.of(level, state, fresh)
        if following is None:
            work = self._slowest(level, state, fresh, None, False)
            return self._busy(level, 0, (work, 0, now.out.cycles, *now.out.shared))
        new = self.times.of(level, following, following_fresh)
        wait = self._late(level, following, following_fresh)
        fill = self._deepest(level, following, following_fresh, False)
        # What replaces the contents of single buffers is there only after the work: nothing below can run ahead.
        next_below, then = (None, wait + fill) if new.waits else (following, 0)
        work = self._slowest(level, state, fresh, next_below, following_fresh)
        into, out = new.into.cycles, now.out.cycles
        if self.queues[level]:
            into += fill if ends and not new.waits else 0
        elif not new.waits:
            into = max(into, out if new.returns else 0) + fill
        return self._busy(level, then, (work, into, out, *new.into.both(now.out)))

    def _busy(self, level: int, exposed: int, parts: tuple[int, ...]) -> Busy:
        return Busy(exposed, parts) if self.queues[level] else Busy(exposed + max(parts))

    def _late(self, level: int, state: State, fresh: bool) -> int:
        """Cycles apart from the work for what a step brings into single buffers, and displaces there."""
        found = self.times.of(level, state, fresh)
        return found.late_into.beside(found.late_out) + self.times.skews[level] if found.waits else 0

    def _fill(self, level: int, chunk: Chunk, fresh: bool, start: bool) -> int:
        """The first transfers into a chunk, level below level; `start` if nothing ran before."""
        state = self.volumes.enter(level, chunk)
        found = self.times.of(level, state, fresh)
        own = found.all_in if start else found.into.cycles + self._late(level, state, fresh)
        return own + self._deepest(level, state, fresh, start)

    def _deepest(self, level: int, state: State, fresh: bool, start: bool) -> int:
        """The first transfers below a step, of the unit that waits longest."""
        if level + 1 == self.levels:
            return 0
        return max(self.fill(level + 1, unit, fresh, start) for unit in units_at_work(state))

    def _slowest(self, level: int, state: State, fresh: bool, following: State | None, following_fresh: bool) -> int:
        """Work of the slowest unit in a step, with the first transfer of its chunk in the following step."""
        if level + 1 == self.levels:
            return max(self.times.work(unit, fresh) for unit in units_at_work(state))
        return max(
            self.chunk(level + 1, unit, fresh, then, following_fresh) for unit, then in _paired(state, following)
        )


def _paired(state: State, following: State | None) -> Iterator[tuple[Chunk, Chunk | None]]:
    """What each unit at work sees in a step and, if it is at work, in the following one; like units once."""
    if following is None:
        yield from ((unit, None) for unit in units_at_work(state))
        return
    pairs = []
    for moves, then in zip(state, following, strict=True):
        nexts = units_of(then)
        padded = (nexts[number] if number < len(nexts) else None for number in range(len(units_of(moves))))
        pairs.append(dict.fromkeys(zip(units_of(moves), padded, strict=True)))
    for unit in product(*pairs):
        thens = tuple(then for _, then in unit if then is not None)
        yield tuple(move for move, _ in unit), thens if len(thens) == len(unit) else None
