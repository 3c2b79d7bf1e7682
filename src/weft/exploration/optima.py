"""The best programs of layers on machines: the one place that explorations ask for them."""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import inf
from typing import Any

from ..analysis.resources import resources
from ..backends.energy import charges, leakage_mw, load_energy_table, picojoules
from ..ir import Accelerator, Dataflow, Diagnostic, Schedule, Severity, WeftError, Workload
from ..search.first import cycles_at_peak
from ..search.ground import skeleton
from ..search.guided import GuidedSearch
from ..search.layer import LayerSearch, count_listed
from ..search.listing import check_lengths
from ..search.objective import Metrics
from ..search.quick.values import QuickCache
from ..search.request import Settings
from ..search.spaces.point import Structure
from ..search.spaces.request import SpaceRequest
from ..search.spaces.space import MapSpace
from ..search.stepwise import search_of
from ..search.store.answers import CLOSE, Answer, answer_key, keep, kept
from ..search.store.store import Store
from ..search.workers.crew import at_home
from ..search.workers.executors import Workers
from ..search.workers.run import answer_of, hearing_interrupts
from ..search.workers.waves import Task, drive
from .scenario import Scenario

LOOSE = 2.0
"""How many times the limit on power a box of machines may need one. A search with a limit on power cannot leave out
what costs more in everything, so one that leaves out next to nothing is not worth it."""


@dataclass(frozen=True, slots=True)
class Optimum:
    """What is known of a layer on the machines of a scenario.

    No program on any of them has an objective below `bound` (inf: none fits or keeps the limits). `dataflow` is the
    best program on the roomy machine, where it costs `metrics`; None if there is none, or none was found. `proved`
    says whether the search came to its end: then what is better by more than the gap is not below the cutoff; `size`
    counts the programs of the space, `evaluated` those that were looked at one by one.
    """

    bound: float
    metrics: Metrics | None
    dataflow: Dataflow | None
    proved: bool
    size: int
    evaluated: int = 0


NOTHING = Optimum(inf, None, None, True, 0)
"""That of a machine on which the layer has no program."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A layer with the scenarios in which its best program is wanted. What is above a `cutoff` need not be known.

    `powers` are the most milliwatts, energy over time, that a program may take on any machine of a scenario. With
    `most_boxes` any good program will do: a search ends when it has looked at so many boxes.
    """

    name: str
    workload: Workload
    scenarios: tuple[Scenario, ...]
    cutoffs: tuple[float, ...] = ()
    powers: tuple[float, ...] = ()
    most_boxes: tuple[float, ...] = ()

    def questions(self) -> Iterator[tuple[Scenario, float, float, float]]:
        """Every scenario with its cutoff, its most milliwatts and its most boxes; inf where there is none."""
        without = (inf,) * len(self.scenarios)
        given = (items or without for items in (self.cutoffs, self.powers, self.most_boxes))
        return zip(self.scenarios, *given, strict=True)


@dataclass(eq=False)
class Means:
    """What searches run with, and what happened: `interrupted` by Ctrl-C, `notes` of the store, how many `searches`.

    `look` is called with the search of a space of machines after each of its waves.
    """

    workers: Workers | None = None
    store: Store | None = None
    deadline: float = inf
    interrupted: bool = False
    notes: list[Diagnostic] = field(default_factory=list)
    searches: int = 0
    look: Callable[[Any], None] = lambda search: None

    def give_up_store(self, error: WeftError) -> None:
        """Go on without the store: what a search finds is worth more than its being kept."""
        self.store = None
        self.notes += [replace(item, severity=Severity.WARNING) for item in error.diagnostics]


def best_programs(
    asked: Asked, request: SpaceRequest, settings: Settings, means: Means, quick: QuickCache
) -> list[Optimum]:
    """The optimum of a layer in every scenario, in their order; equal questions are searched once.

    Searches end with the deadline of `means`: what is not proved then has the bound of what is left.
    """
    works: list[_Work | None] = []
    different: dict[tuple[str, float, float, float], _Work] = {}
    for scenario, cutoff, power, most_boxes in asked.questions():
        powered = settings.with_power(power)
        work = _work(asked, scenario, request, powered, cutoff) if power > 0 else None
        if work is not None:
            work.most_boxes = most_boxes
        works.append(None if work is None else different.setdefault(work.key, work))
    try:
        with hearing_interrupts():
            drive((work for work in different.values() if work.begin(means, quick)), means.workers or at_home())
    except KeyboardInterrupt:
        means.interrupted = True
    return [NOTHING if work is None else work.optimum(means) for work in works]


@dataclass(eq=False)
class _Work:
    """A search: the programs of the roomy machine, of whose energy at least a `part` is left on a cheap one."""

    name: str
    space: MapSpace
    settings: Settings
    part: float
    cutoff: float
    most_boxes: float = inf
    search: LayerSearch | None = None
    answer: Answer | None = None

    @cached_property
    def key(self) -> tuple[str, float, float, float]:
        """Equal questions have equal keys."""
        return answer_key(self.space, self.settings) or "", self.cutoff, self.most_boxes, self.part

    def begin(self, means: Means, quick: QuickCache) -> bool:
        """Whether there is anything to search: the store may have the answer, and the time may be over."""
        try:
            self.answer = kept(means.store, self.key[0], self.space, self.settings)
        except WeftError as error:
            means.give_up_store(error)
        if self.answer is not None or clock.time() > means.deadline:
            return False
        means.searches += 1
        arguments = self.name, self.space, self.settings, means.deadline
        stepwise = self.settings.time == "stepwise"
        until = self.cutoff, self.most_boxes
        self.search = search_of(*arguments) if stepwise else GuidedSearch(*arguments, quick, *until)
        return True

    def next_wave(self) -> Sequence[Task]:
        """The next tasks of the search."""
        assert self.search is not None
        return self.search.next_wave()

    def done(self, task: Task, result: Any) -> None:
        """Hand on a result."""
        assert self.search is not None
        self.search.done(task, result)

    def optimum(self, means: Means) -> Optimum:
        """What was found, for all machines of the scenario; an answer that is final is kept."""
        search = self.search
        if search is not None and self.answer is None and self._is_final(search):
            self.answer = answer_of(search, 0.0)
            try:
                keep(means.store, self.key[0], self.answer)
            except WeftError as error:
                means.give_up_store(error)
        if self.answer is not None:
            return self._final(self.answer)
        if search is None:
            return Optimum(0.0, None, None, False, self.space.size)
        best = min(search.entries, key=lambda item: search.value(item.metrics), default=None)
        metrics, dataflow = (None, None) if best is None else (best.metrics, self.space.program(best.point))
        bound = self._scaled(search.lower_bound)
        return Optimum(bound, metrics, dataflow, search.proved, self.space.size, search.statistics["programs"])

    def _is_final(self, search: LayerSearch) -> bool:
        """Whether nothing is better by more than the gap; what ended at a cutoff says nothing of the best program."""
        if not search.finished or not search.entries:
            return search.proved and self.cutoff == inf
        return search.gap <= self.settings.gap + CLOSE

    def _final(self, answer: Answer) -> Optimum:
        if not answer.points:
            return replace(NOTHING, size=self.space.size)
        metrics, point = answer.points[0]
        evaluated = dict(answer.certificate.evaluated)["programs"]
        bound = self._scaled(answer.certificate.lower_bound or 0.0)
        return Optimum(bound, metrics, self.space.program(point), True, self.space.size, evaluated)

    def _scaled(self, bound: float) -> float:
        """The bound with the least energies."""
        return float(bound * self.part ** self.settings.objective.powers[0])


def _work(item: Asked, scenario: Scenario, request: SpaceRequest, settings: Settings, cutoff: float) -> _Work | None:
    """The search of a layer in a scenario; None if the machine has no programs."""
    space = space_of(item.workload, scenario.roomy, request)
    if space is None or space.size == 0:
        return None
    if scenario.roomy == scenario.cheap:
        return _Work(item.name, space, settings, 1.0, cutoff)
    cheap = replace(space, accelerator=scenario.cheap)
    part, slower = _part(space, cheap), _slower(space, cheap, settings.time)
    # A program that is beyond a limit of energy here may be within on a cheaper machine; and one of power, on a slower.
    objective = settings.objective
    times = 1 / part if part else inf
    factors = {"energy_pj": times, "power_mw": slower * times}
    if factors["power_mw"] > LOOSE:
        objective = objective.without_power()
    limits = ((name, most * factors.get(name, 1.0)) for name, most in objective.limits)
    objective = replace(objective, limits=tuple(item for item in limits if item[1] < inf))
    chosen = replace(settings, objective=objective)
    exponent = objective.powers[0]
    return _Work(item.name, space, chosen, part, cutoff * times**exponent)


def _part(roomy: MapSpace, cheap: MapSpace) -> float:
    """The least part of a program's energy on a machine that is left on another of the same structure."""
    structure = roomy.structures()[0]
    pairs = list(zip(_prices(roomy, structure), _prices(cheap, structure), strict=True))
    return min((less / more for more, less in pairs if more > 0), default=1.0) if any(a != b for a, b in pairs) else 1.0


def _slower(roomy: MapSpace, slow: MapSpace, time: str) -> float:
    """How many times its cycles a program takes at most on a slower machine of the same structure; inf: any number.

    What is the busiest takes as many times longer as its width is less, and is rounded up: of `least` cycles by no more
    than one of them.
    """
    structure = roomy.structures()[0]
    more, less = (_widths(skeleton(space, structure)) for space in (roomy, slow))
    if more == less:
        return 1.0
    if time != "throughput" or set(more) != set(less):
        return inf
    return max(more[name] / less[name] for name in more) + 1 / cycles_at_peak(roomy.workload, roomy.accelerator)


def _widths(plan: Schedule) -> dict[str, int]:
    return {item.name: item.width for item in resources(plan, ()) if item.width}


def _prices(space: MapSpace, structure: Structure) -> list[float]:
    """What a machine charges for everything."""
    machine = space.accelerator
    plan, table = skeleton(space, structure), load_energy_table(machine.energy_table)
    return [*(picojoules(table, charge) for charge in charges(plan)), leakage_mw(machine), machine.pe_idle_pj]


def space_of(workload: Workload, machine: Accelerator, request: SpaceRequest) -> MapSpace | None:
    """The programs of a machine; None if it has none, for its instances or its shape make up no levels."""
    try:
        space = request.space(workload, machine)
    except WeftError as error:
        if all(item.code == "W203" for item in error.diagnostics):
            return None
        raise
    count_listed(space)
    check_lengths(space)
    return space


def same_energies(workload: Workload, one: Accelerator, other: Accelerator, request: SpaceRequest) -> bool:
    """Whether two machines of a structure charge the same for everything."""
    space = space_of(workload, one, request)
    return space is None or space.size == 0 or _part(space, replace(space, accelerator=other)) == 1.0
