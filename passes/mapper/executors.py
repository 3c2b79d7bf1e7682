"""Where tasks may run: in this process, in processes of this machine, on a given executor, or on a Dask cluster."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import Thread
from typing import Any, TypeVar

from ...ir import Diagnostic, WeftError

Result = TypeVar("Result")

_CONNECT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Workers:
    """How to start an executor, and how many tasks to have on it at a time.

    `start` is called again when workers have died. `check` raises when nothing can come back any more.
    """

    start: Callable[[], AbstractContextManager[Executor]]
    in_flight: int
    check: Callable[[Executor], None] = lambda executor: None


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


def dask(address: str) -> Workers:
    """Tasks run on the Dask cluster whose scheduler listens at `address`.

    `WeftError` (W723) if Dask is not installed, no scheduler answers, or it has no workers.
    """
    with _dask_client(address) as client:
        threads = sum(client.nthreads().values())
    return Workers(lambda: _dask_executor(address), 2 * threads, _check_dask)


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
        except Exception as error:
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
        yield pool
    except BaseException:
        grip.close()  # What runs is not wanted any more.
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        grip.close()
        leash.close()


def _hold_leash(leash: Connection) -> None:
    """In a worker: leave Ctrl-C to the parent, and end when the parent lets go of the pipe or dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with, args=(leash,), daemon=True).start()


def _end_with(leash: Connection) -> None:
    leash.poll(None)
    os._exit(1)


@contextmanager
def _dask_client(address: str) -> Iterator[Any]:
    """A client of a cluster that has workers."""
    try:
        distributed: Any = import_module("distributed")
    except ModuleNotFoundError as error:
        raise _no_workers("Dask is not installed", "pip install 'weft[dask]'") from error
    try:
        client = distributed.Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        reason = f"no scheduler answers at '{address}': {error}"
        raise _no_workers(reason, "start one with dask scheduler, and give the address that it prints") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
        except TimeoutError as error:
            raise _no_workers(f"the scheduler at '{address}' has none", "start some with dask worker") from error
        yield client


@contextmanager
def _dask_executor(address: str) -> Iterator[Executor]:
    with _dask_client(address) as client:
        executor: Executor = client.get_executor()
        try:
            yield executor
        finally:
            executor.shutdown(wait=False)


def _check_dask(executor: Any) -> None:
    """WeftError if the cluster of a Dask executor has lost all workers or its scheduler."""
    client = executor._client
    if not client.scheduler_info()["workers"]:
        raise _no_workers(f"those of '{client.scheduler.address}' have all gone", "start some with dask worker")


def _no_workers(what: str, hint: str) -> WeftError:
    return WeftError(Diagnostic("W723", f"no workers: {what}", hint=hint))
