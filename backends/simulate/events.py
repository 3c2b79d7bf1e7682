"""Events in the order of their cycles, engines that meet, and gates that open once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import NamedTuple, TypeAlias

Action: TypeAlias = Callable[[], None]


class Doing(NamedTuple):
    """What an engine does: `fill`, `fetch`, `drain`, `expose` or `work`, for a step of a level under a unit; `work`
    names the element itself."""

    engine: str
    level: int
    unit: tuple[int, ...]
    time: tuple[int, ...]


class Span(NamedTuple):
    """Cycles [begin, end) in which an engine does something."""

    begin: int
    end: int
    doing: Doing


@dataclass
class Clock:
    """Runs actions at their cycles; those of one cycle in the order in which they were asked for.

    `journal` takes down what is done meanwhile, if it is to be known.
    """

    now: int = 0
    journal: list[Span] | None = None
    _events: list[tuple[int, int, Action]] = field(default_factory=list)
    _asked: int = 0

    def after(self, cycles: int, action: Action, doing: Doing | None = None) -> None:
        """Run `action` so many cycles from now, which `doing` takes."""
        if doing and cycles and self.journal is not None:
            self.journal.append(Span(self.now, self.now + cycles, doing))
        self._asked += 1
        heappush(self._events, (self.now + cycles, self._asked, action))

    def run(self) -> int:
        """Run everything; the cycle of the last event."""
        while self._events:
            self.now, _, action = heappop(self._events)
            action()
        return self.now


class Meeting:
    """Runs `then` when so many engines have come."""

    def __init__(self, engines: int, then: Action) -> None:
        self._missing, self._then = engines, then
        if not engines:
            then()

    def come(self) -> None:
        """One engine is done."""
        self._missing -= 1
        if not self._missing:
            self._then()


class Gate:
    """Lets actions pass from the moment that it opens."""

    def __init__(self, is_open: bool = False) -> None:
        self._open = is_open
        self._waiting: list[Action] = []

    def when(self, action: Action) -> None:
        """Run `action` now if the gate is open, else when it opens."""
        if self._open:
            action()
        else:
            self._waiting.append(action)

    def open(self) -> None:
        """Let everything pass that waits."""
        self._open = True
        waiting, self._waiting = self._waiting, []
        for action in waiting:
            action()
