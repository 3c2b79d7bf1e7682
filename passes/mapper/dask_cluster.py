"""Workers on a Dask cluster; Dask is an extra, loaded when it is asked for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from ...ir import Diagnostic, WeftError
from .executors import Workers

_SECONDS = 4.0


def dask(address: str) -> Workers:
    """Tasks run on the Dask cluster whose scheduler listens at `address`.

    `WeftError` (W723), within a few seconds, if Dask is not installed, no scheduler answers, or it has no workers;
    also later, if the cluster loses its scheduler or all its workers.
    """
    threads = _threads(address)
    return Workers(lambda: _executor(address), 2 * threads, lambda: _check(address))


@contextmanager
def _executor(address: str) -> Iterator[Executor]:
    _check(address)
    with _distributed().Client(address, timeout=_SECONDS, set_as_default=False) as client:
        executor: Executor = client.get_executor()
        try:
            yield executor
        finally:
            executor.shutdown(wait=False)


def _check(address: str) -> None:
    _threads(address)


def _threads(address: str) -> int:
    """The threads of all workers, which may have to start first; WeftError if there are none."""
    end = time.monotonic() + _SECONDS
    while not (threads := sum(worker["nthreads"] for worker in _scheduler(address)["workers"].values())):
        if time.monotonic() > end:
            raise _no_workers(f"the Dask scheduler at '{address}' has none", f"start some with dask worker {address}")
        time.sleep(0.1)
    return threads


def _scheduler(address: str) -> dict[str, Any]:
    """What the scheduler says about itself; asked here, for a client that fails to connect leaves much behind."""
    distributed = _distributed()
    try:
        with ThreadPoolExecutor(1) as thread:  # of its own: this one may have an event loop that runs
            found = thread.submit(asyncio.run, _identity(distributed, address)).result()
    except Exception as error:  # Who is no scheduler may answer anything.
        reason = "no answer in time" if isinstance(error, TimeoutError) else str(error)
        hint = "start one with dask scheduler, and give the address that it prints"
        raise _no_workers(f"no Dask scheduler at '{address}': {reason}", hint) from error
    if found.get("type") != "Scheduler":
        raise _no_workers(f"at '{address}' is a Dask {found.get('type')}, no scheduler", "give the scheduler's address")
    return found


async def _identity(distributed: Any, address: str) -> dict[str, Any]:
    async with distributed.rpc(address, timeout=_SECONDS) as server, asyncio.timeout(_SECONDS):
        found: dict[str, Any] = await server.identity()
        return found


def _distributed() -> Any:
    try:
        return import_module("distributed")
    except ModuleNotFoundError as error:
        if error.name != "distributed":
            raise
        raise _no_workers("Dask is not installed", "pip install 'weft[dask]'") from error


def _no_workers(what: str, hint: str) -> WeftError:
    return WeftError(Diagnostic("W723", f"no workers: {what}", hint=hint))
