"""Runs the tasks of several searches at once, wave by wave, on any executor.

A search hands out a wave of independent tasks, gets all their results in the order in which it handed them out, and
then hands out the next wave. So what it finds depends neither on the number of workers nor on their speed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any, Protocol, TypeVar

from ...ir import Diagnostic, WeftError
from .executors import Workers, lost_errors

_RETRIES = 2
_CHECK_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Task:
    """A call of a pure function, which other processes can import, and a name for messages."""

    name: str
    function: Callable[..., Any]
    arguments: tuple[Any, ...] = ()


class Coordinator(Protocol):
    """A search as seen by `drive`."""

    def next_wave(self) -> Sequence[Task]:
        """The next independent tasks, once all earlier ones are done; none when the search is finished."""

    def done(self, task: Task, result: Any) -> None:
        """Take the result of a task; called in the order of the wave."""


C = TypeVar("C", bound=Coordinator)


def drive(coordinators: Iterable[C], workers: Workers, on_progress: Callable[[C], None] | None = None) -> None:
    """Run all searches to their end.

    The first ones have precedence; later ones fill idle workers. `on_progress` is called with a search after each of
    its results and once when it is finished.

    A task whose worker died is tried twice more, on new workers and alone, so that it is known to be the cause; then
    `WeftError` (W722). That, what a task raises, and Ctrl-C (KeyboardInterrupt) end everything at once; every result
    that was there by then has been handed to its search.
    """
    with ExitStack() as stack:
        _Drive(coordinators, _Crew(workers, stack), on_progress or (lambda coordinator: None)).run()


@dataclass(eq=False, slots=True)
class _Wave:
    """Tasks of one search that are out, and results that wait for those before them."""

    number: int
    coordinator: Any
    tasks: Sequence[Task]
    results: dict[int, Any] = field(default_factory=dict)
    next: int = 0

    def deliver(self) -> bool:
        """Hand on the next result, if it is there."""
        if self.next not in self.results:
            return False
        result = self.results.pop(self.next)
        self.next += 1  # before it is handed on: never twice, even if interrupted
        self.coordinator.done(self.tasks[self.next - 1], result)
        return True

    def deliver_rest(self) -> None:
        """Hand on what is there, in spite of gaps."""
        for index in sorted(self.results):
            self.coordinator.done(self.tasks[index], self.results[index])


@dataclass(eq=False, slots=True)
class _Job:
    """One task of a wave, and how many times workers died while it was out."""

    wave: _Wave
    index: int
    deaths: int = 0

    @property
    def task(self) -> Task:
        return self.wave.tasks[self.index]

    def __lt__(self, other: _Job) -> bool:
        return (self.wave.number, self.index) < (other.wave.number, other.index)


class _Crew:
    """The executor in use, what is out on it, and what was out when a worker died."""

    def __init__(self, workers: Workers, stack: ExitStack) -> None:
        self._workers = workers
        self._stack = stack
        self._executor: Executor | None = None
        self._suspects: deque[_Job] = deque()
        self.out: dict[Future[Any], _Job] = {}

    def has_room(self) -> bool:
        """Whether one more task may go out; a suspect goes alone."""
        alone = self._suspects or any(job.deaths for job in self.out.values())
        return len(self.out) < (1 if alone else self._workers.in_flight)

    def suspect(self) -> _Job | None:
        """A task to repeat before all others."""
        return self._suspects.popleft() if self._suspects else None

    def submit(self, job: _Job) -> None:
        """Send a task out, with new workers if there are none."""
        if self._executor is None:
            self._executor = self._stack.enter_context(self._workers.start())
        try:
            future = self._executor.submit(job.task.function, *job.task.arguments)
        except lost_errors() as error:
            future = Future()
            future.set_exception(error)
        self.out[future] = job

    def collect(self) -> Iterator[tuple[_Job, Any]]:
        """Wait for results. If a worker died, everything that is out is suspect."""
        while not (finished := wait(self.out, _CHECK_SECONDS, FIRST_COMPLETED).done):
            self._workers.check()
        lost = False
        for future in [future for future in self.out if future in finished]:
            try:
                result = future.result()
            except lost_errors():
                lost = True
            else:
                yield self.out.pop(future), result
        if lost:
            self._replace()

    def _replace(self) -> None:
        """Give up the executor; who was out on it too often is the cause."""
        for job in self.out.values():
            job.deaths += 1
            if job.deaths > _RETRIES:
                raise _dead(job.task)
        self._suspects.extend(self.out.values())
        self.out.clear()
        self._executor = None
        self._stack.close()


class _Drive:
    """What `drive` knows: searches that have not begun, tasks to send out, waves that are under way."""

    def __init__(self, coordinators: Iterable[C], crew: _Crew, on_progress: Callable[[C], None]) -> None:
        self._waiting = enumerate(coordinators)
        self._ready: list[_Job] = []
        self._waves: dict[int, _Wave] = {}
        self._crew = crew
        self._on_progress: Callable[[Any], None] = on_progress

    def run(self) -> None:
        try:
            while self._send():
                for job, result in self._crew.collect():
                    self._take(job, result)
        finally:
            self._hand_on_the_rest()

    def _send(self) -> bool:
        """Send tasks out while there is room; whether any is out."""
        while self._crew.has_room() and (job := self._crew.suspect() or self._next_job()):
            self._crew.submit(job)
        return bool(self._crew.out)

    def _next_job(self) -> _Job | None:
        """The next task of the first search that has one."""
        while not self._ready:
            number, coordinator = next(self._waiting, (-1, None))
            if coordinator is None:
                return None
            self._open_wave(number, coordinator)
        return heappop(self._ready)

    def _open_wave(self, number: int, coordinator: Any) -> None:
        if tasks := coordinator.next_wave():
            wave = self._waves[number] = _Wave(number, coordinator, tasks)
            for index in range(len(tasks)):
                heappush(self._ready, _Job(wave, index))
        else:
            self._on_progress(coordinator)

    def _take(self, job: _Job, result: Any) -> None:
        wave = job.wave
        wave.results[job.index] = result
        while wave.deliver():
            self._on_progress(wave.coordinator)
        if wave.next == len(wave.tasks):
            del self._waves[wave.number]
            self._open_wave(wave.number, wave.coordinator)

    def _hand_on_the_rest(self) -> None:
        """When it ended early: every result that is there."""
        for future, job in self._crew.out.items():
            if future.done() and not future.cancelled() and future.exception() is None:
                job.wave.results[job.index] = future.result()
        for wave in self._waves.values():
            wave.deliver_rest()


def _dead(task: Task) -> WeftError:
    hint = (
        "most often the system ends a process that takes too much memory: use fewer workers; "
        "a script of your own has to start its work under if __name__ == '__main__'"
    )
    return WeftError(Diagnostic("W722", f"the worker died {_RETRIES + 1} times while it ran '{task.name}'", hint=hint))
