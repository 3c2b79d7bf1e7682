"""Workers on a Dask cluster; Dask is an extra, loaded when it is asked for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import Any, TypeVar

from ...ir import Diagnostic, WeftError
from .executors import Workers

Result = TypeVar("Result")

_SECONDS = 4.0


def dask(address: str) -> Workers:
    """Tasks run on the Dask cluster whose scheduler listens at `address`.

    `WeftError` (W723), within a few seconds, if Dask is not installed, no scheduler answers, or it has no workers with
    Weft; also later, if the cluster loses its scheduler or all its workers.
    """
    threads = _threads(address)
    _check_weft(address)
    return Workers(lambda: _executor(address), 2 * threads, lambda: _threads(address))


@contextmanager
def _executor(address: str) -> Iterator[Executor]:
    _threads(address)
    with _client(address) as client:
        yield _DaskExecutor(client)


def _client(address: str) -> Any:
    try:
        return _distributed().Client(address, timeout=_SECONDS, set_as_default=False)
    except OSError as error:
        raise _no_workers(f"the Dask scheduler at '{address}' has gone: {error}", "start it again") from error


class _DaskExecutor(Executor):
    """Dask's own executor never ends a future whose result is lost on its way here."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        future: Future[Result] = Future()
        self._client.submit(fn, *args, **kwargs, pure=False).add_done_callback(partial(_hand_over, future))
        return future


def _hand_over(future: Future[Any], remote: Any) -> None:
    """The outcome of a future of Dask to one of Python; runs in a thread of its own."""
    try:
        future.set_result(remote.result())
    except BaseException as error:  # a cancelled future too: who waits for the other one must not wait for ever
        future.set_exception(error)


def _check_weft(address: str) -> None:
    """WeftError if a worker cannot load Weft; Dask itself would say nothing and never answer."""
    with _client(address) as client:
        found = client.run(import_module, __name__, on_error="return")
    for where, error in found.items():
        if isinstance(error, ImportError):
            hint = "install this version of Weft where they run"
            raise _no_workers(f"the one at '{where}' cannot load Weft: {error}", hint) from error


def _threads(address: str) -> int:
    """The threads of all workers, which may have to start first; WeftError if there are none."""
    end = time.monotonic() + _SECONDS
    while not (workers := _scheduler(address)["workers"]):
        if time.monotonic() > end:
            raise _no_workers(f"the Dask scheduler at '{address}' has none", f"start some with dask worker {address}")
        time.sleep(0.1)
    return sum(int(worker["nthreads"]) for worker in workers.values())


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
        raise _no_workers("Dask is not installed", "pip install 'weft-ir[dask]'") from error


def _no_workers(what: str, hint: str) -> WeftError:
    return WeftError(Diagnostic("W723", f"no workers: {what}", hint=hint))
