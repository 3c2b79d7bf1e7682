"""A process that runs the tasks that come on its standard input."""

from __future__ import annotations

import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
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
    with suppress(EOFError, BrokenPipeError):  # nobody waits any more
        while True:
            pickle.dump(_one_at_a_time(_reply, pickle.load(asked)), said)
            said.flush()
    if not is_kept(descend):
        from ..warm import warm

        _one_at_a_time(warm)


def _reply(task: bytes) -> Reply:
    try:
        function, arguments, named = pickle.loads(task)
        # Machine code says nothing of such numbers either.
        with np.errstate(all="ignore"):
            return Reply(function(*arguments, **named), None, tuple(notes))
    except Exception as error:
        return Reply(None, error, tuple(notes))


def _one_at_a_time(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function; while it may compile, no other process of this kind does, and finds what this one makes."""
    if is_kept(descend):
        return function(*arguments)
    with _lock(cache_folder(descend)) or nullcontext():
        return function(*arguments)


def _lock(folder: Path | None) -> AbstractContextManager[object] | None:
    """Alone with a folder until this is closed, where files can be locked."""
    if folder is None:
        return None
    try:
        import fcntl

        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "compiling.lock").open("w")
        fcntl.flock(file, fcntl.LOCK_EX)
    except (ImportError, OSError):
        return None
    return file
