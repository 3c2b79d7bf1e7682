"""While code is being compiled: every task goes to two processes, one that compiles it and one that runs it as Python.

To compile takes some minutes, once per installation; most small searches take seconds as Python. Tasks are pure
functions, so both have the same answer, and the first one counts.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import suppress
from threading import Condition, Thread
from typing import Any

from ..compiled import is_kept, note
from ..descent.descend import descend
from .runner import Reply, ask, read_reply


class Race(Executor):
    """Runs one task at a time, in both processes. The one that runs Python ends when all is `compiled`.

    `replied` says whether any process has answered. OSError where there are no processes.
    """

    def __init__(self, compiled: Callable[[], bool] = lambda: is_kept(descend)) -> None:
        self.replied = False
        self._compiled = compiled
        self._changed = Condition()
        self._number, self._task = 0, b""
        self._future: Future[Any] = Future()
        self._failed: Reply | None = None
        self._racers: list[_Racer] = []
        with self._changed:  # the threads of racers wait for it
            for as_python in (True, False):
                self._racers.append(_Racer(self, as_python))

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Send a task to both processes. Those that are still at an earlier one take it up after that."""
        with self._changed:
            self._number, self._future, self._failed = self._number + 1, Future(), None
            self._task = pickle.dumps((fn, args, kwargs))
            if not self._racers:
                self._future.set_exception(BrokenExecutor("no process runs tasks"))
            self._changed.notify_all()
            return self._future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End both processes; one that still compiles goes on with that, for the next search."""
        with self._changed:
            self._leave_out(self._racers)

    def next_task(self, racer: _Racer, done: int) -> tuple[int, bytes] | None:
        """The task after the one that a racer has done; None if it is not wanted any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._number > done or racer not in self._racers)
            return (self._number, self._task) if racer in self._racers else None

    def finish(self, racer: _Racer, number: int, reply: Reply) -> None:
        """Take the reply to a task, if it is the first one; an error counts from the last process alone."""
        for text in reply.notes:
            note(text)
        with self._changed:
            self.replied = True
            if number == self._number and not self._future.done():
                if reply.error is None or self._failed is not None or len(self._racers) == 1:
                    reply.settle(self._future)
                else:
                    self._failed = reply
            if not racer.as_python and self._compiled():
                self._leave_out([other for other in self._racers if other.as_python])

    def lose(self, racer: _Racer) -> None:
        """Go on without a process that has died."""
        with self._changed:
            self._leave_out([racer] if racer in self._racers else [])
            if not self._racers and not self._future.done():
                self._future.set_exception(BrokenExecutor("both processes have died"))

    def _leave_out(self, racers: Sequence[_Racer]) -> None:
        for racer in racers:
            racer.end(at_once=racer.as_python or self._compiled())
        self._racers = [racer for racer in self._racers if racer not in racers]
        if self._racers and self._failed is not None and not self._future.done():
            self._failed.settle(self._future)
        self._changed.notify_all()


class _Racer:
    """A process that runs tasks, and the thread that speaks with it."""

    def __init__(self, race: Race, as_python: bool) -> None:
        self.as_python = as_python
        as_it_is = {"NUMBA_DISABLE_JIT": "1"} if as_python else {}
        paths = os.pathsep.join(path for path in sys.path if isinstance(path, str))
        # A session of its own: Ctrl-C is for this process, and what is being compiled is for the next search.
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from weft.search.workers.runner import main; main()"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
            env=os.environ | {"PYTHONPATH": paths} | as_it_is,
        )  # fmt: skip
        Thread(target=self._run, args=(race,), daemon=True).start()

    def end(self, at_once: bool) -> None:
        """End the process, or let it end when what it calls is compiled."""
        if at_once:
            self._process.kill()
        elif self._process.stdin is not None:
            with suppress(OSError):  # it may have died
                self._process.stdin.close()

    def _run(self, race: Race) -> None:
        done = 0
        with self._process, suppress(OSError):
            try:
                while (task := race.next_task(self, done)) is not None:
                    done, pickled = task
                    ask(self._process, pickled)
                    race.finish(self, done, read_reply(self._process))
            except Exception:  # a process that is dying may say anything
                race.lose(self)
