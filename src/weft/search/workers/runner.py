"""A process that runs the tasks that come on its standard input."""

from __future__ import annotations

import os
import pickle
import select
import signal
import subprocess
import sys
import time as clock
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import numpy as np

from ..compiled import cache_folder, is_kept, notes
from ..descent.descend import descend


class Reply(NamedTuple):
    """What a task gave, or what it raised, and what there is to say of its compiled code."""

    result: Any
    error: Exception | None
    notes: tuple[str, ...]

    def settle(self, future: Future[Any]) -> None:
        """Hand it on."""
        if self.error is None:
            future.set_result(self.result)
        else:
            future.set_exception(self.error)


def ask(process: subprocess.Popen[bytes], task: bytes) -> None:
    """Give a task to a runner."""
    assert process.stdin is not None
    pickle.dump(task, process.stdin)
    process.stdin.flush()


def read_reply(process: subprocess.Popen[bytes]) -> Reply:
    """Wait for what the task gave."""
    assert process.stdout is not None
    reply = pickle.load(process.stdout)
    assert isinstance(reply, Reply)
    return reply


def main() -> None:
    """Run tasks until the input ends, then compile what these have not needed. What they print goes nowhere."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asked, said = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    runner = _Runner()
    if hasattr(select, "poll"):
        Thread(target=runner.end_with_input, daemon=True).start()
    with suppress(EOFError, BrokenPipeError):  # nobody waits any more
        while True:
            pickle.dump(runner.reply(pickle.load(asked)), said)
            said.flush()
    runner.warm()


class _Runner:
    """What runs the tasks. While it may compile, no other process of this kind does, and finds what this one makes."""

    def __init__(self) -> None:
        self._state = "idle"

    def reply(self, task: bytes) -> Reply:
        """What a task gives."""
        self._state = "waiting"
        with nullcontext() if is_kept(descend) else _lock(cache_folder(descend)) or nullcontext():
            self._state = "running"
            found = _call(task)
            self._state = "idle"
        return found

    def warm(self) -> None:
        """Compile all, if nobody does."""
        self._state = "warm"
        lock = None if is_kept(descend) else _lock(cache_folder(descend), wait=False)
        if lock is not None:
            from ..warm import warm

            with lock:
                warm()

    def end_with_input(self) -> None:
        """Once nobody waits any more, end a task that is not begun, and one that is as soon as all is compiled."""
        poll = select.poll()
        poll.register(sys.stdin.fileno(), 0)
        poll.poll()
        while self._state == "running" and not is_kept(descend):
            clock.sleep(0.5)
        if self._state in ("waiting", "running"):
            os._exit(0)


def _call(task: bytes) -> Reply:
    try:
        function, arguments, named = pickle.loads(task)
        # Machine code says nothing of such numbers either.
        with np.errstate(all="ignore"):
            return Reply(function(*arguments, **named), None, tuple(notes))
    except Exception as error:
        return Reply(None, error, tuple(notes))


def _lock(folder: Path | None, wait: bool = True) -> AbstractContextManager[object] | None:
    """Alone with a folder until this is closed; None where files cannot be locked, or another process has it."""
    if folder is None:
        return None
    try:
        import fcntl

        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "compiling.lock").open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return None
    except (ImportError, OSError):
        return None
    return file
