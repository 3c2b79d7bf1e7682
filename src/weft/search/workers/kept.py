"""An executor that serves several drives one after the other: to start processes takes longer than many searches."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from .executors import Workers, lost_errors


@contextmanager
def kept_open(workers: Workers) -> Iterator[Workers]:
    """Workers whose executor is started when it is first needed, and ends with this context.

    It is started anew after workers died, and after an error or an interrupt: what runs then is not wanted any more.
    """
    keeper = _Keeper(workers)
    try:
        yield replace(workers, start=keeper.start)
    finally:
        keeper.close()


class _Keeper:
    """The executor, if there is one."""

    def __init__(self, workers: Workers) -> None:
        self._workers, self._stack = workers, ExitStack()
        self._executor: Executor | None = None

    @contextmanager
    def start(self) -> Iterator[Executor]:
        """The executor that is there, or a new one."""
        if self._executor is not None and not _lives(self._executor):
            self.close()
        if self._executor is None:
            self._executor = self._stack.enter_context(self._workers.start())
        try:
            yield self._executor
        except BaseException as error:  # an interrupt too: what still runs is not wanted any more
            self._executor = None
            self._stack.__exit__(type(error), error, error.__traceback__)
            raise

    def close(self) -> None:
        """End the executor."""
        self._executor = None
        self._stack.close()


def _lives(executor: Executor) -> bool:
    try:
        executor.submit(int).result()
    except lost_errors():
        return False
    return True
