"""A machine that plays the steps of a program: engines fetch, drain and work, and meet at swaps (A20).

Every unit swaps to a chunk that is there while the next one comes into its other half, and what was displaced goes out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .events import Action, Clock, Doing, Gate, Meeting
from .program import Children, Chunk, RunProgram, Time, Unit
from .transfers import StepTransfers, Transfers


@dataclass(frozen=True)
class Step:
    """One step of a level under a parent."""

    level: int
    parent: Unit
    time: Time
    children: Children

    def doing(self, engine: str) -> Doing:
        """What an engine does for the step."""
        return Doing(engine, self.level, self.parent, self.time)


@dataclass(frozen=True)
class Ahead:
    """The step that comes after the last one of a chunk, in a next chunk, which is there once `there` opens."""

    step: Step
    there: Gate


@dataclass(frozen=True)
class Machine:
    """The engines of all levels; `work` are the cycles of every processing element in every step."""

    clock: Clock
    program: RunProgram
    transfers: list[Transfers]
    queues: list[bool]
    work: dict[tuple[Unit, Time], int]

    def start(self, done: Action) -> None:
        """Fill everything for the first step, then play the whole program."""
        steps = self.steps(0, (), (), self.program.whole)
        self._fill(steps[0], lambda: self.play(steps, None, done))

    def steps(self, level: int, before: Time, parent: Unit, chunk: Chunk) -> list[Step]:
        """The steps of a level inside one chunk of the level above."""
        inside = self.program.inside(level, chunk)
        return [Step(level, parent, before + time, children) for time, children in inside]

    def play(self, steps: list[Step], ahead: Ahead | None, done: Action) -> None:
        """Play a chunk whose first step is there: `done` after it, with the step ahead brought in."""
        if self.queues[steps[0].level]:
            _Queue(self, steps, ahead, done).expose(1)
            return

        def swap(number: int) -> None:
            if number == len(steps):
                done()
            else:
                coming = Ahead(steps[number + 1], Gate(True)) if number + 1 < len(steps) else ahead
                _Overlap(self, steps[number], coming, lambda: swap(number + 1)).swap()

        swap(0)

    def moves(self, step: Step) -> StepTransfers:
        """The transfers for a step."""
        return self.transfers[step.level].moves(step.parent, step.time)

    def last(self, step: Step) -> bool:
        """Whether the units of a step are processing elements."""
        return step.level + 1 == len(self.transfers)

    def below(self, step: Step, unit: int) -> list[Step]:
        """The steps of a unit inside its chunk of a step."""
        return self.steps(step.level + 1, step.time, (*step.parent, unit), step.children[unit])

    def run(self, step: Step, unit: int, coming: Ahead | None, done: Action) -> None:
        """Let a unit work on its chunk; if it has one in the coming step too, until the first part of that is in."""
        if self.last(step):
            place = (*step.parent, unit)
            self.clock.after(self.work[place, step.time], done, Doing("work", step.level, place, step.time))
            return
        ahead = None
        if coming and unit in coming.step.children:
            ahead = Ahead(self.below(coming.step, unit)[0], coming.there)
        self.play(self.below(step, unit), ahead, done)

    def bring_first(self, step: Step, units: Iterable[int], done: Action) -> None:
        """A step is there: bring what the first steps inside it need to these units, down to the elements."""
        chosen = [] if self.last(step) else list(units)
        meeting = Meeting(len(chosen), done)
        for unit in chosen:
            self._bring(self.below(step, unit)[0], meeting.come)

    def _bring(self, step: Step, done: Action) -> None:
        moves = self.moves(step)
        cycles = moves.fetch.cycles + moves.exposed
        self.clock.after(cycles, lambda: self.bring_first(step, step.children, done), step.doing("fetch"))

    def _fill(self, step: Step, done: Action) -> None:
        """The very first fetch: nothing has to leave before."""

        def inner() -> None:
            units = [] if self.last(step) else list(step.children)
            meeting = Meeting(len(units), done)
            for unit in units:
                self._fill(self.below(step, unit)[0], meeting.come)

        self.clock.after(self.moves(step).fill, inner, step.doing("fill"))


class _Port:
    """A port that serves both directions: what goes out gives way to what comes in."""

    def __init__(self, clock: Clock, out: int, into: int, done: Action) -> None:
        self._clock, self._into, self._done = clock, into, done
        self._free = clock.now + out

    def let_in(self) -> None:
        rest = max(0, self._free - self._clock.now)
        self._clock.after(rest + self._into, self._done)


class _Overlap:
    """One step between two swaps."""

    def __init__(self, machine: Machine, step: Step, coming: Ahead | None, done: Action) -> None:
        self._machine, self._step, self._coming, self._done = machine, step, coming, done
        self._clock = machine.clock

    def swap(self) -> None:
        """All engines start."""
        machine, step, coming = self._machine, self._step, self._coming
        drain, units = machine.moves(step).drain, list(step.children)
        if coming is None:
            meeting = Meeting(len(units) + 1, self._done)
            self._clock.after(drain.cycles, meeting.come, step.doing("drain"))
            self._work(None, meeting)
            return
        moves = machine.moves(coming.step)
        ports = sorted({*drain.shared, *moves.fetch.shared})
        engines = len(units) + 2 + len(ports)
        served = [(drain.shared.get(port, 0), moves.fetch.shared.get(port, 0)) for port in ports]
        if moves.waits:
            meeting = Meeting(engines, self._expose)
            self._clock.after(drain.cycles, meeting.come, step.doing("drain"))
            fetch = moves.fetch.cycles, meeting.come, coming.step.doing("fetch")
            coming.there.when(lambda: self._clock.after(*fetch))
            self._work(None, meeting)
        else:
            meeting = Meeting(engines, self._done)
            there = Gate()
            self._fetch(coming, moves, drain.cycles, there, meeting)
            self._work(Ahead(coming.step, there), meeting)
        for out, into in served:
            coming.there.when(_Port(self._clock, out, into, meeting.come).let_in)

    def _work(self, coming: Ahead | None, meeting: Meeting) -> None:
        for unit in self._step.children:
            self._machine.run(self._step, unit, coming, meeting.come)

    def _fetch(self, coming: Ahead, moves: StepTransfers, drain: int, there: Gate, meeting: Meeting) -> None:
        """Drain, and fetch beside it: sums that come back follow those that leave."""
        idle = [unit for unit in coming.step.children if unit not in self._step.children]

        def arrived() -> None:
            there.open()
            self._machine.bring_first(coming.step, idle, meeting.come)

        both = Meeting(2 if moves.returns else 1, arrived)

        def drained() -> None:
            meeting.come()
            if moves.returns:
                both.come()

        self._clock.after(drain, drained, self._step.doing("drain"))
        coming.there.when(lambda: self._clock.after(moves.fetch.cycles, both.come, coming.step.doing("fetch")))

    def _expose(self) -> None:
        """Work is done: move what could not move beside it."""
        assert self._coming
        step = self._coming.step
        exposed = self._machine.moves(step).exposed
        first = step, step.children, self._done
        self._clock.after(exposed, lambda: self._machine.bring_first(*first), step.doing("expose"))


class _Queue:
    """The steps of a chunk whose transfers run ahead: each engine goes through all of them at its own pace."""

    def __init__(self, machine: Machine, steps: list[Step], ahead: Ahead | None, done: Action) -> None:
        self._machine, self._steps, self._ahead, self._done = machine, steps, ahead, done
        self._clock = machine.clock
        self._moves = [machine.moves(step) for step in steps]

    def expose(self, number: int) -> None:
        """What cannot move beside work stops all engines, first of all."""
        while number < len(self._steps) and not self._moves[number].waits:
            number += 1
        if number == len(self._steps):
            self._run()
            return
        step = self._steps[number]
        self._clock.after(
            self._moves[number].exposed,
            lambda: self._machine.bring_first(step, step.children, lambda: self.expose(number + 1)),
            step.doing("expose"),
        )

    def _run(self) -> None:
        ahead = self._ahead
        final = self._machine.moves(ahead.step) if ahead else None
        drains, fetches = [moves.drain for moves in self._moves], [moves.fetch for moves in self._moves[1:]]
        into = final.fetch.shared if final else {}
        ports = sorted({name for item in (*drains, *fetches) for name in item.shared} | {*into})
        meeting = Meeting(3 + len(ports), self._finish)
        there = Gate()
        first = self._steps[0]
        self._clock.after(sum(item.cycles for item in drains), meeting.come, first.doing("drain"))
        fetched = sum(item.cycles for item in fetches)
        self._clock.after(fetched, lambda: self._fetch_ahead(there, meeting), first.doing("fetch"))
        for name in ports:
            busy = sum(item.shared.get(name, 0) for item in (*drains, *fetches))
            port = _Port(self._clock, busy, into.get(name, 0), meeting.come)
            (ahead.there if ahead else Gate(True)).when(port.let_in)
        self._work(0, there, meeting)

    def _fetch_ahead(self, there: Gate, meeting: Meeting) -> None:
        """The fetch engine's last transfer: for the step ahead, if there is one, when its chunk is there."""
        ahead = self._ahead
        if ahead is None:
            meeting.come()
            return
        moves, busy = self._machine.moves(ahead.step), self._steps[-1].children
        idle = [unit for unit in ahead.step.children if unit not in busy]

        def arrived() -> None:
            there.open()
            self._machine.bring_first(ahead.step, [] if moves.waits else idle, meeting.come)

        fetch = moves.fetch.cycles, arrived, ahead.step.doing("fetch")
        ahead.there.when(lambda: self._clock.after(*fetch))

    def _work(self, number: int, there: Gate, meeting: Meeting) -> None:
        if number == len(self._steps):
            meeting.come()
            return
        step, coming = self._steps[number], None
        if number + 1 < len(self._steps):
            if not self._moves[number + 1].waits:
                coming = Ahead(self._steps[number + 1], Gate(True))
        elif self._ahead and not self._machine.moves(self._ahead.step).waits:
            coming = Ahead(self._ahead.step, there)
        together = Meeting(len(step.children), lambda: self._work(number + 1, there, meeting))
        for unit in step.children:
            self._machine.run(step, unit, coming, together.come)

    def _finish(self) -> None:
        step = self._ahead.step if self._ahead else None
        if step and (moves := self._machine.moves(step)).waits:
            first = step, step.children, self._done
            self._clock.after(moves.exposed, lambda: self._machine.bring_first(*first), step.doing("expose"))
        else:
            self._done()
