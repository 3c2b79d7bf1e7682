"""The workers that a caller asks for."""

from __future__ import annotations

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
    "about a minute"
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
    if is_kept(descend):
        return this_process()
    note(NOTE)
    return Workers(_start, 1)


def _start() -> AbstractContextManager[Executor]:
    try:
        return Race()
    except OSError:  # no processes here
        return this_process().start()
