"""Runs the searches of several layers: each distinct one once, within one budget, with what a store has."""

from __future__ import annotations

import signal
import time as clock
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import inf
from threading import current_thread, main_thread
from typing import Any

from .answers import Answer, answer_key, keep, kept
from .certificate import RULES, Certificate, certify
from .executors import Workers, this_process
from .layer import LayerSearch, Settings, count_structures
from .space import MapSpace
from .store import Store
from .workers import Task, drive

Progress = Callable[[str, int, int, int, float | None], None]
"""Called with a layer in work, layers done and in all, programs evaluated, and the layer's gap (None: unknown)."""


@dataclass(eq=False, slots=True)
class Job:
    """One space to search, and what was found; `first` is the name of the first layer that has it."""

    first: str
    space: MapSpace
    key: str | None
    answer: Answer | None = None
    evaluated: int = 0
    searched: bool = False


class Run:
    """All searches of a call. `interrupted` says whether Ctrl-C ended it."""

    def __init__(self, jobs: Sequence[Job], settings: Settings, store: Store | None, progress: Progress | None) -> None:
        self.jobs, self.settings, self.store = jobs, settings, store
        self.interrupted = False
        self._progress = progress
        self._end = inf if settings.budget is None else clock.time() + settings.budget

    def go(self, workers: Workers | None = None) -> None:
        """Search until every job has its answer, the time is up, or Ctrl-C."""
        works: list[_Work] = []
        try:
            with hearing_interrupts():
                for job in self.jobs:
                    job.answer = self._known(job)
                drive(self._works(works), workers or this_process(), self._show)
                self._go_on(works, workers or this_process())
        except KeyboardInterrupt:
            self.interrupted = True
        for work in works:
            work.settle(self.store)

    def _known(self, job: Job) -> Answer | None:
        """The answer of a space without programs, or one that is kept."""
        return empty(job.space) if job.space.size == 0 else kept(self.store, job.key, job.space, self.settings.time)

    def _works(self, works: list[_Work]) -> Iterator[_Work]:
        """A search after the other, each with its share of the time that is left."""
        waiting = [job for job in self.jobs if job.answer is None]
        for number, job in enumerate(waiting):
            left = self._end - clock.time()
            work = _Work(job, self.settings, clock.time() + left / (len(waiting) - number), self.store)
            works.append(work)
            yield work

    def _go_on(self, works: Sequence[_Work], workers: Workers) -> None:
        """Give the time that quick layers left over to the others."""
        while (left := self._end - clock.time()) > 0 and (rest := [work for work in works if not work.settled]):
            for number, work in enumerate(rest):
                work.search.deadline = self._end - left * (len(rest) - number - 1) / len(rest)
            drive(rest, workers, self._show)

    def _show(self, work: _Work) -> None:
        if self._progress is not None:
            done = sum(job.answer is not None for job in self.jobs)
            evaluated = sum(job.evaluated for job in self.jobs)
            self._progress(work.job.first, done, len(self.jobs), evaluated, work.search.gap)


@contextmanager
def hearing_interrupts() -> Iterator[None]:
    """Ctrl-C is a KeyboardInterrupt, also where it comes while compiled code is loaded, which then fails otherwise."""
    if current_thread() is not main_thread() or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    heard: list[int] = []

    def hear(number: int, frame: object) -> None:
        heard.append(number)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, hear)
    try:
        yield
    except Exception as error:
        if heard:
            raise KeyboardInterrupt from error
        raise
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


class _Work:
    """The search of a job; keeps its answer as soon as it is finished."""

    def __init__(self, job: Job, settings: Settings, deadline: float, store: Store | None) -> None:
        self.job, self.store = job, store
        self.search = LayerSearch(job.first, job.space, settings, deadline)
        job.searched = True
        self.seconds, self._since = 0.0, 0.0

    def next_wave(self) -> Sequence[Task]:
        """The next tasks of the search; the time to its first program is given in any case."""
        self._since = self._since or clock.monotonic()
        if not self.search.entries and not self.search.finished:
            given, self.search.deadline = self.search.deadline, inf
            tasks = [replace(task, arguments=(*task.arguments[:-1], given)) for task in self.search.next_wave()]
            self.search.deadline = given
        else:
            tasks = list(self.search.next_wave())
        if not tasks:
            self.seconds, self._since = self.seconds + clock.monotonic() - self._since, 0.0
            if self.search.finished:
                self.settle(self.store)
        return tasks

    def done(self, task: Task, result: Any) -> None:
        """Hand on a result."""
        self.search.done(task, result)
        self.job.evaluated = self.search.statistics["programs"]

    @property
    def settled(self) -> bool:
        """Whether there is nothing left to search."""
        return self.search.finished

    def settle(self, store: Store | None) -> None:
        """Make the job's answer of what was found, and keep it if it is final."""
        if self.job.answer is not None:
            return
        self.seconds += clock.monotonic() - self._since if self._since else 0.0
        answer = answer_of(self.search, self.seconds)
        keep(store, self.job.key, answer)
        self.job.answer = answer


def answer_of(search: LayerSearch, seconds: float) -> Answer:
    """What a search has found so far."""
    value = search.settings.objective.value
    entries = sorted(search.entries, key=lambda entry: (value(entry.metrics), entry.metrics.energy_pj))
    best = value(entries[0].metrics) if entries else 0.0
    return Answer(tuple((entry.metrics, entry.point) for entry in entries), certify(search, best), seconds)


def empty(space: MapSpace) -> Answer:
    """That of a space without programs: nothing to search."""
    nothing = (("tilings", 0), ("programs", 0))
    pruned = tuple((rule, 0) for rule in RULES)
    return Answer((), Certificate("optimal", 0.0, 0.0, 0, count_structures(space), nothing, 0, pruned), 0.0)


def jobs_of(layers: Sequence[tuple[str, MapSpace]], settings: Settings) -> list[Job]:
    """One job per layer; layers with equal spaces share theirs."""
    known: dict[str, Job] = {}
    found = []
    plain = replace(settings, objective=replace(settings.objective, function=None))
    for name, space in layers:
        content = answer_key(space, plain) or ""
        key = content if settings.objective.function is None else None
        found.append(known.setdefault(content, Job(name, space, key)))
    return found


class FirstOnly:
    """Whether a space has a program that fits: a search that ends with the first one."""

    def __init__(self, space: MapSpace) -> None:
        self.search = LayerSearch("conflict", space, Settings())

    def next_wave(self) -> Sequence[Task]:
        """The next tasks, until there is a program."""
        return () if self.search.entries else self.search.next_wave()

    def done(self, task: Task, result: Any) -> None:
        """Hand on a result."""
        self.search.done(task, result)


def has_program(space: MapSpace) -> bool:
    """Whether any program of a space fits its machine."""
    if space.size == 0:
        return False
    first = FirstOnly(space)
    drive([first], this_process())
    return bool(first.search.entries)
