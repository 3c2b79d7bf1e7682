"""Runs the searches of several layers: each distinct one once, within one budget, with what a store has."""

from __future__ import annotations

import signal
import sys
import time as clock
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import inf
from threading import current_thread, main_thread
from typing import Any

from ...ir import Diagnostic, Severity, WeftError
from ..certificate import RULES, Certificate, certify
from ..history import History, Moment
from ..layer import LayerSearch, count_structures
from ..request import Settings
from ..spaces.space import MapSpace
from ..stepwise import search_of
from ..store.answers import Answer, answer_key, keep, kept
from ..store.store import Store
from .crew import at_home
from .executors import Workers
from .kept import kept_open
from .turns import FIRST, lacking, rounds_time, turns
from .waves import Task, drive

Progress = Callable[[str, int, int, int, float | None, float | None], None]
"""Called with a layer in work, layers done and in all, programs evaluated, the layer's gap (None:
unknown) and its best value (None: there is none)."""

Keep = Callable[[str | None, Answer], None]
"""Keeps an answer under a key."""


@dataclass(eq=False, slots=True)
class Job:
    """One space to search, and what was found; `first` is the name of the first of `layers` layers that have it.

    `unfit` says what the smallest programs exceed that were tried first, if none of them fits. `history` is that of a
    search of this run for a single objective, else empty.
    """

    first: str
    space: MapSpace
    key: str | None
    layers: int = 0
    answer: Answer | None = None
    evaluated: int = 0
    searched: bool = False
    unfit: tuple[str, ...] = ()
    history: tuple[Moment, ...] = ()


class Run:
    """All searches of a call. `interrupted` says whether Ctrl-C or SIGTERM ended it.

    `notes` has what is wrong with the store: what a search has found is worth more than its being kept.
    """

    def __init__(self, jobs: Sequence[Job], settings: Settings, store: Store | None, progress: Progress | None) -> None:
        self.jobs, self.settings, self.store = jobs, settings, store
        self.interrupted = False
        self.notes: list[Diagnostic] = []
        self._progress = progress
        self._heard: list[int] = []
        self._end = inf if settings.budget is None else clock.time() + settings.budget

    def go(self, workers: Workers | None = None) -> None:
        """Search until every job has its answer, the time is up, or Ctrl-C."""
        works: list[_Searching] = []
        try:
            with hearing_interrupts() as self._heard:
                for job in self.jobs:
                    job.answer = empty(job.space) if job.space.size == 0 else self._kept(job)
                with kept_open(workers or at_home()) as crew:
                    drive(self._works(works), crew, self._show)
                    self._go_on(works, crew)
        except KeyboardInterrupt:
            self.interrupted = True
        for work in works:
            work.settle(self._keep)

    def _kept(self, job: Job) -> Answer | None:
        """What the store has, while it can be used."""
        try:
            return kept(self.store, job.key, job.space, self.settings)
        except WeftError as error:
            self._give_up_store(error)
            return None

    def _keep(self, key: str | None, answer: Answer) -> None:
        """Keep an answer, while the store can be used."""
        try:
            keep(self.store, key, answer)
        except WeftError as error:
            self._give_up_store(error)

    def _give_up_store(self, error: WeftError) -> None:
        self.store = None
        self.notes += [replace(item, severity=Severity.WARNING) for item in error.diagnostics]

    def _works(self, works: list[_Searching]) -> Iterator[_Searching]:
        """A search after the other, each with its share of the first part of the time; under a budget small ones first.

        What a quick one leaves over, those after it have.
        """
        waiting = [job for job in self.jobs if job.answer is None]
        first = inf
        if self._end < inf:
            waiting.sort(key=lambda job: job.space.size)
            begin = clock.time()
            first = begin + FIRST * (self._end - begin)
        for number, job in enumerate(waiting):
            left = first - clock.time()
            work = _Searching(job, self.settings, clock.time() + left / (len(waiting) - number), self._keep)
            works.append(work)
            yield work

    def _go_on(self, works: Sequence[_Searching], workers: Workers) -> None:
        """Rounds of turns for those that are not settled, until the time is up."""
        while rest := [work for work in works if not work.settled]:
            begin = clock.time()
            if (left := self._end - begin) <= 0:
                return
            order = turns([work.unproved for work in rest], begin, rounds_time(left))
            for number, end in order:
                rest[number].search.deadline = end
            drive([rest[number] for number, _ in order], workers, self._show)

    def _show(self, work: _Searching) -> None:
        if self._heard:
            # What was raised may have been lost, in a callback of compiled code or of the collector.
            raise KeyboardInterrupt
        if self._progress is not None:
            done = sum(job.answer is not None for job in self.jobs)
            evaluated = sum(job.evaluated for job in self.jobs)
            self._progress(work.job.first, done, len(self.jobs), evaluated, work.search.gap, work.best)


@contextmanager
def hearing_interrupts() -> Iterator[list[int]]:
    """Ctrl-C and SIGTERM are a KeyboardInterrupt, also while compiled code is loaded, which then fails otherwise.

    Gives the list of the signals that were heard so far.

    Handlers that somebody else has set stay as they are.
    """
    heard: list[int] = []

    def hear(number: int, frame: object) -> None:
        heard.append(number)
        raise KeyboardInterrupt

    with handling_interrupts(hear) as ours:
        if not ours:
            yield heard
            return
        told, sys.unraisablehook = sys.unraisablehook, _without_interrupts(sys.unraisablehook)
        try:
            yield heard
        except Exception as error:  # what an interrupt broke may raise anything
            if heard:
                raise KeyboardInterrupt from error
            raise
        finally:
            sys.unraisablehook = told


@contextmanager
def handling_interrupts(hear: Callable[[int, object], None]) -> Iterator[bool]:
    """Ctrl-C and SIGTERM go to `hear`, where nobody else has set a handler. Gives whether any does."""
    handlers = (signal.SIGINT, signal.default_int_handler), (signal.SIGTERM, signal.SIG_DFL)
    before = [(number, handler) for number, handler in handlers if signal.getsignal(number) is handler]
    if current_thread() is not main_thread() or not before:
        yield False
        return
    for number, _ in before:
        signal.signal(number, hear)
    try:
        yield True
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def _without_interrupts(hook: Callable[[Any], object]) -> Callable[[Any], object]:
    """What tells of exceptions that are lost in callbacks, but not of interrupts, which are heard all the same."""

    def tell(lost: Any) -> None:
        if not isinstance(lost.exc_value, KeyboardInterrupt):
            hook(lost)

    return tell


class _Searching:
    """The search of a job; keeps its answer as soon as it is finished."""

    def __init__(self, job: Job, settings: Settings, deadline: float, keep_answer: Keep) -> None:
        self.job, self.keep_answer = job, keep_answer
        self.search = search_of(job.first, job.space, settings, deadline)
        job.searched = True
        self.seconds, self._since = 0.0, 0.0
        self._history = History()

    def next_wave(self) -> Sequence[Task]:
        """The next tasks of the search."""
        self._since = self._since or clock.monotonic()
        tasks = self.search.next_wave()
        self._note()
        if not tasks:
            self.seconds, self._since = self.seconds + clock.monotonic() - self._since, 0.0
            if self.search.finished:
                self.settle(self.keep_answer)
        return tasks

    def done(self, task: Task, result: Any) -> None:
        """Hand on a result."""
        self.search.done(task, result)
        self.job.evaluated = self.search.statistics["programs"]

    def _note(self, proved: float | None = None) -> None:
        """Note what is known after a wave, or in the end with what is proved then."""
        if self.search.objective.front:
            return  # A front has no value of its own.
        found, best = self.search.statistics, self._least
        seconds = self.seconds + (clock.monotonic() - self._since if self._since else 0.0)
        bound = self.search.lower_bound if proved is None else proved
        # A bound above the best program says that nothing is below that one.
        self._history.note(found["boxes"], found["programs"], seconds, best if best < inf else None, min(bound, best))

    @property
    def best(self) -> float | None:
        """The least value found so far; None if there is none, or not one alone."""
        return None if self.search.objective.front or self._least == inf else self._least

    @property
    def _least(self) -> float:
        return min((self.search.value(entry.metrics) for entry in self.search.entries), default=inf)

    @property
    def unproved(self) -> float:
        """What of the sum over all layers is still open here."""
        return lacking(self._least, self.search.lower_bound, self.job.layers)

    @property
    def settled(self) -> bool:
        """Whether there is nothing left to search."""
        return self.search.finished

    def settle(self, keep_answer: Keep) -> None:
        """Make the job's answer of what was found, and keep it if it is final."""
        if self.job.answer is not None:
            return
        self.seconds += clock.monotonic() - self._since if self._since else 0.0
        self._since = 0.0
        answer = answer_of(self.search, self.seconds)
        self._note(answer.certificate.lower_bound)
        self.job.unfit, self.job.history = self.search.unfit, self._history.moments
        self.job.answer = answer
        keep_answer(self.job.key, answer)


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
        job = known.setdefault(content, Job(name, space, key))
        job.layers += 1
        found.append(job)
    return found


class FirstOnly:
    """Whether a space has a program that fits and is within the limits: a search that ends with the first one."""

    def __init__(self, space: MapSpace, settings: Settings) -> None:
        self.search = search_of("conflict", space, settings)

    def next_wave(self) -> Sequence[Task]:
        """The next tasks, until there is a program."""
        return () if self.search.entries else self.search.next_wave()

    def done(self, task: Task, result: Any) -> None:
        """Hand on a result."""
        self.search.done(task, result)


def has_program(space: MapSpace, settings: Settings | None = None) -> bool:
    """Whether any program of a space fits its machine and is within the limits of some settings."""
    if space.size == 0:
        return False
    first = FirstOnly(space, settings or Settings())
    drive([first], at_home())
    return bool(first.search.entries)
