"""The best programs of layers on machines: the one place that explorations ask for them."""

from __future__ import annotations

import time as clock
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import inf

from ..backends.energy import charges, leakage_mw, load_energy_table, picojoules
from ..ir import Accelerator, Dataflow, Diagnostic, WeftError, Workload
from ..search.ground import skeleton
from ..search.layer import count_structures
from ..search.listing import check_lengths
from ..search.objective import Metrics
from ..search.request import Settings
from ..search.spaces.point import Structure
from ..search.spaces.request import SpaceRequest
from ..search.spaces.space import MapSpace
from ..search.store.answers import Answer
from ..search.store.store import Store
from ..search.workers.executors import Workers
from ..search.workers.run import Run, jobs_of


@dataclass(frozen=True, slots=True)
class Scenario:
    """Machines of one structure that are asked about together.

    `roomy` has the largest widths and capacities of all, `cheap` the least energies. Of one machine both are it.
    """

    roomy: Accelerator
    cheap: Accelerator


@dataclass(frozen=True, slots=True)
class Optimum:
    """What is known of a layer on the machines of a scenario.

    No program on any of them has an objective below `bound` (inf: none fits or keeps the limits). `dataflow` is the
    best program on the roomy machine, where it costs `metrics`; None if there is none, or none was found. `proved`
    says whether nothing on the roomy machine is better by more than the gap that was asked for; `size` counts the
    programs of the space, `evaluated` those that were looked at one by one.
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
    """A layer with the scenarios in which its best program is wanted. What is above a `cutoff` need not be known."""

    name: str
    workload: Workload
    scenarios: tuple[Scenario, ...]
    cutoffs: tuple[float, ...] = ()


@dataclass(eq=False)
class Means:
    """What searches run with, and what happened: `interrupted` by Ctrl-C, and `notes` of the store."""

    workers: Workers | None = None
    store: Store | None = None
    deadline: float = inf
    interrupted: bool = False
    notes: list[Diagnostic] = field(default_factory=list)
    searches: int = 0

    def take(self, run: Run) -> None:
        """Note what happened in a run."""
        self.interrupted |= run.interrupted
        self.notes += run.notes
        self.searches += sum(job.searched for job in run.jobs)


def best_programs(
    asked: Sequence[Asked], request: SpaceRequest, settings: Settings, means: Means
) -> list[list[Optimum]]:
    """The optimum of every layer in every scenario, in their order; equal questions are searched once.

    Searches end with the deadline of `means`: what is not proved then has the bound of what is left.
    """
    wanted = [_wanted(item, scenario, request, settings) for item in asked for scenario in item.scenarios]
    answers: dict[int, Answer | None] = {}
    for chosen in dict.fromkeys(item.settings for item in wanted if item is not None):
        places = [n for n, item in enumerate(wanted) if item is not None and item.settings == chosen]
        jobs = jobs_of([(item.name, item.space) for n in places if (item := wanted[n]) is not None], chosen)
        left = None if means.deadline == inf else max(means.deadline - clock.time(), 0.0)
        run = Run(list(dict.fromkeys(jobs)), replace(chosen, budget=left), means.store, None)
        run.go(means.workers)
        means.take(run)
        answers |= {n: job.answer for n, job in zip(places, jobs, strict=True)}
    found = iter([NOTHING if item is None else _optimum(item, answers[n]) for n, item in enumerate(wanted)])
    return [[next(found) for _ in item.scenarios] for item in asked]


@dataclass(frozen=True)
class _Wanted:
    """A search: the programs of the roomy machine, and the least part of their energy on a cheap one."""

    name: str
    space: MapSpace
    settings: Settings
    part: float


def _wanted(item: Asked, scenario: Scenario, request: SpaceRequest, settings: Settings) -> _Wanted | None:
    """The search of a layer in a scenario; None if the machine has no programs."""
    space = space_of(item.workload, scenario.roomy, request)
    if space is None or space.size == 0:
        return None
    if scenario.roomy == scenario.cheap:
        return _Wanted(item.name, space, settings, 1.0)
    part = _part(space, replace(space, accelerator=scenario.cheap))
    # A program that is beyond a limit of energy here may be within on a cheaper machine; and one of power, on a slower.
    objective = settings.objective.without_power()
    limits = tuple((name, most / part if name == "energy_pj" else most) for name, most in objective.limits)
    return _Wanted(item.name, space, replace(settings, objective=replace(objective, limits=limits)), part)


def _part(roomy: MapSpace, cheap: MapSpace) -> float:
    """The least part of a program's energy on a machine that is left on another of the same structure."""
    structure = roomy.structures()[0]
    pairs = list(zip(_prices(roomy, structure), _prices(cheap, structure), strict=True))
    return min((less / more for more, less in pairs if more > 0), default=1.0) if any(a != b for a, b in pairs) else 1.0


def _prices(space: MapSpace, structure: Structure) -> list[float]:
    """What a machine charges for everything."""
    machine = space.accelerator
    plan, table = skeleton(space, structure), load_energy_table(machine.energy_table)
    return [*(picojoules(table, charge) for charge in charges(plan)), leakage_mw(machine), machine.pe_idle_pj]


def _optimum(item: _Wanted, answer: Answer | None) -> Optimum:
    """What a search has found, for all machines of its scenario."""
    objective, size = item.settings.objective, item.space.size
    if answer is None:
        return Optimum(0.0, None, None, False, size)
    proved = answer.certificate.status != "budget"
    if not answer.points:
        return replace(NOTHING, size=size) if proved else Optimum(0.0, None, None, False, size)
    metrics, point = answer.points[0]
    exponents = objective.exponents or (1, 1)
    bound = (answer.certificate.lower_bound or 0.0) * item.part ** exponents[0]
    evaluated = dict(answer.certificate.evaluated)["programs"]
    return Optimum(bound, metrics, item.space.program(point), proved, size, evaluated)


def space_of(workload: Workload, machine: Accelerator, request: SpaceRequest) -> MapSpace | None:
    """The programs of a machine; None if it has none, for its instances or its shape make up no levels."""
    try:
        space = request.space(workload, machine)
    except WeftError as error:
        if all(item.code == "W203" for item in error.diagnostics):
            return None
        raise
    count_structures(space)
    check_lengths(space)
    return space


def same_energies(workload: Workload, one: Accelerator, other: Accelerator, request: SpaceRequest) -> bool:
    """Whether two machines of a structure charge the same for everything."""
    space = space_of(workload, one, request)
    return space is None or space.size == 0 or _part(space, replace(space, accelerator=other)) == 1.0
