"""The workers that a caller asks for."""

from __future__ import annotations

import sys
from concurrent.futures import Executor
from contextlib import AbstractContextManager

from ..compiled import is_kept, note
from ..descent.descend import descend
from .executors import Workers, given, processes, this_process
from .race import Race

IN_FLIGHT = 16
"""Tasks that are out at a time on an executor of the caller."""


NOTE = (
    "this search ran partly as Python, which is slow: its functions are compiled meanwhile, once per installation, for "
    "some minutes"
)


def crew(workers: int | Executor | Workers) -> Workers:
    """The workers of a number of processes (1: this one), or an executor of the caller; ValueError for no number."""
    if isinstance(workers, Workers):
        return workers
    if isinstance(workers, Executor):
        return given(workers, IN_FLIGHT)
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise ValueError(f"workers is {workers!r:.60}; it is a number of processes from 1 on, or an executor")
    return at_home() if workers == 1 else processes(workers)


def at_home() -> Workers:
    """Tasks run in this process, one after the other; in two others while their code is not compiled."""
    return this_process() if is_kept(descend) else Workers(_Home().start, 1)


class _Home:
    """Starts a race, but none where no process can run tasks."""

    def __init__(self) -> None:
        self._race: Race | None = None

    def start(self) -> AbstractContextManager[Executor]:
        """A race, or this process if the one before had no answer."""
        if not sys.executable or hasattr(sys, "frozen") or (self._race is not None and not self._race.replied):
            return this_process().start()
        try:
            self._race = Race()
        except OSError:
            return this_process().start()
        note(NOTE)
        return self._race
