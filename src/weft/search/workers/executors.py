"""Where tasks may run: in this process, in processes of this machine, or on a given executor."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import Thread, current_thread, main_thread
from typing import Any, TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Workers:
    """How to start an executor, and how many tasks to have on it at a time.

    `start` is called again when workers have died. `check` is called when nothing comes back for a while; it raises
    if nothing can come back any more.
    """

    start: Callable[[], AbstractContextManager[Executor]]
    in_flight: int
    check: Callable[[], object] = lambda: None


def this_process() -> Workers:
    """Tasks run one after the other in this process."""
    return Workers(_Inline, 1)


def processes(count: int | None = None) -> Workers:
    """Tasks run in `count` new processes of this machine, by default one per core that this process may use."""
    number = count or available_cores()
    # One task per process waits, so that none is idle while this process thinks.
    return Workers(lambda: _process_pool(number), 2 * number)


def given(executor: Executor, in_flight: int) -> Workers:
    """Tasks run on an executor of the caller, who shuts it down."""
    return Workers(lambda: nullcontext(executor), in_flight)


def available_cores() -> int:
    """The cores that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def lost_errors() -> tuple[type[BaseException], ...]:
    """The errors which say that a worker died, whatever the task; Dask has its own."""
    distributed = sys.modules.get("distributed")
    return (BrokenExecutor, CancelledError, *([distributed.KilledWorker] if distributed else []))


class _Inline(Executor):
    """Runs a task when it is submitted."""

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        future: Future[Result] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # as every executor does: who asks for the result gets it
            future.set_exception(error)
        return future


@contextmanager
def _process_pool(count: int) -> Iterator[Executor]:
    """A pool whose processes end with this one, whatever it dies of.

    New interpreters, for a fork of a process with threads may hang.
    """
    context = get_context("spawn")
    leash, grip = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(count, context, _hold_leash, (leash,))
    try:
        with _deaf_to_interrupts():
            for _ in range(count):
                pool.submit(os.getpid)  # starts one process each
        yield pool
    except BaseException:  # an interrupt too: what runs is not wanted any more
        grip.close()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        grip.close()
        leash.close()


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Programs that start meanwhile do not hear Ctrl-C, not even while they load."""
    if current_thread() is not main_thread():  # Only that one may change what signals do.
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _hold_leash(leash: Connection) -> None:
    """In a worker: leave Ctrl-C to the parent, and end when the parent lets go of the pipe or dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with, args=(leash,), daemon=True).start()


def _end_with(leash: Connection) -> None:
    leash.poll(None)
    os._exit(1)
