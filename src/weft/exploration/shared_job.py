"""A job with networks and no programs: the best machine for all their layers, each with its best program."""

from __future__ import annotations

import time as clock
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from math import inf, log10, prod
from typing import Any

from ..backends.report import SCHEMA_VERSION, Sheet, Tabular
from ..ir import Accelerator, Diagnostic, Job, WeftError, Workload
from ..search.objective import read_objective
from ..search.request import SCOPES
from ..search.spaces.request import SpaceRequest
from .boxes import Boxes
from .candidates import Candidate
from .design_rows import Best, designs_sheet
from .explored import best_data, design_data, metrics_data, question_data, tally_data
from .limits import MachineLimits
from .loads import Load, loads_of
from .machine_tally import machine_tally
from .meant import Written, meant_layers
from .optima import Means, space_of
from .proof import gap_of, status_of
from .results import Design, Metrics, Program, Tally
from .several_searches import AnySearch, parts_of
from .shared import SharedSearch
from .shared_front import MACHINE_METRICS, SharedFront, shared_front
from .shared_question import Question
from .shared_searches import SharedSearches
from .shared_sensitivity import Sensitivity, sensitivity
from .silicon import Silicon, own_power
from .spreads import Choice, groups_of, requests_of, spreads_of
from .together import TOGETHER, WORST, Share, shares
from .useful import most_useful

ACROSS = ("sum", "worst")
"""What is minimised over the layers: the sum of their values, or the cycles of the layer that takes most."""

LAYER_LIMITS = ("cycles", "energy_pj", "seconds")
"""Limits that go to the search of every layer, of a single one or where the worst is minimised."""

SUMMED = {"cycles": "cycles", "energy_pj": "energy", "seconds": "cycles"}
"""Limits on sums over the layers, by the objective that is their sum: nothing else may be limited."""


@dataclass(frozen=True)
class How:
    """How a job with networks is searched: which programs, what over the layers, and how near to the best.

    With `sensitivity`, what is next to the answers is searched as well, in what is left of the budget. With a
    `dataflow` for a `class` of layers, or `one` for all, these spread the same dimensions.
    """

    request: SpaceRequest = field(default_factory=SpaceRequest)
    across: str = "sum"
    gap: float = 0.0
    budget: float | None = None
    sensitivity: bool = True
    dataflow: str = "layer"

    def __post_init__(self) -> None:
        if self.across not in ACROSS:
            raise ValueError(f"unknown way across layers {self.across!r}; it is one of {', '.join(ACROSS)}")
        if self.dataflow not in SCOPES:
            raise ValueError(f"unknown scope {self.dataflow!r}; it is one of {', '.join(SCOPES)}")


@dataclass(frozen=True)
class SharedAnswer:
    """The best design by an objective (None: no machine is within the limits and runs all layers), and its proof."""

    objective: str
    search: AnySearch
    seconds: float
    searches: int
    spread: Choice = ()

    @cached_property
    def design(self) -> Design | None:
        """The best design, as single evaluation has it."""
        best = self.search.best
        return None if best is None else _design(self.search, best)

    @property
    def status(self) -> str:
        """What is proved: optimal, within the gap that was asked for, or stopped by the budget."""
        return status_of(self.search)

    @property
    def gap(self) -> float | None:
        """By how much the answer may be above the best, as a part of the latter; None where nothing is known."""
        return gap_of(self.search)

    @property
    def certificate(self) -> dict[str, Any]:
        """What is proved, and what that rests on."""
        search, bound = self.search, self.search.lower_bound
        return {
            "status": self.status,
            "gap": self.gap,
            "lower_bound": bound if bound < inf else None,
            "value": None if search.best is None else search.best.value,
            "machines": search.boxes.space.size,
            "state_space_log10": log10(state_space(search)),
            "boxes": search.looked_at,
            "searches": self.searches,
            "ended": dict(search.ended),
            "binding": binding(search),
        }

    @cached_property
    def loads(self) -> tuple[Load, ...]:
        """What keeps every layer of the best design busy."""
        best = self.search.best
        return () if best is None else loads_of(self.search.layers, best.costs, self.search.question.time)

    @property
    def busiest(self) -> dict[str, int]:
        """How many layers of the best design keep each resource busiest."""
        found: dict[str, int] = {}
        for load in self.loads:
            found[load.busiest] = found.get(load.busiest, 0) + 1
        return found


@dataclass(frozen=True)
class SharedExploration(Tabular):
    """What a job with networks found, by objective.

    `tally` counts the machines that are within the limits by themselves, `sensitivity` has what is next to the answers
    (nothing if it was not asked for), `front` the answers by what machines take.
    """

    job: Job
    how: How
    answers: tuple[SharedAnswer, ...]
    tally: Tally
    sensitivity: dict[str, Sensitivity]
    front: SharedFront | None
    interrupted: bool
    notes: tuple[Diagnostic, ...]
    seconds: float = field(compare=False)

    @property
    def proved(self) -> bool:
        """Whether every answer, and the front, is proved to be as good as was asked."""
        return all(answer.status != "budget" for answer in self.answers) and (self.front is None or self.front.complete)

    @property
    def best(self) -> dict[str, Design | None]:
        """The best design by every objective."""
        return {answer.objective: answer.design for answer in self.answers}

    @cached_property
    def front_designs(self) -> tuple[Design, ...]:
        """The designs of the front, in its order."""
        steps = () if self.front is None else self.front.steps
        return tuple(_design(step.search, step.search.best) for step in steps if step.search.best is not None)

    def sheet(self) -> Sheet:
        """A row for every layer of the best designs by objective, then of the designs of the front."""
        found = []
        for item in self.answers:
            if item.design is not None:
                proof = (item.status, item.gap, item.certificate["lower_bound"])
                metrics = metrics_data(item.design.metrics)
                found.append(Best(item.objective, (item.design,), metrics, workloads_of(item.search), proof))
        for design in self.front_designs:
            workloads = workloads_of(self.answers[0].search)
            found.append(Best("front", (design,), metrics_data(design.metrics), workloads))
        return designs_sheet(found, self.job.time)

    def to_dict(self) -> dict[str, Any]:
        """The whole document."""
        how, front, tally = self.how, self.front, tally_data(self.tally)
        asked = {"networks": list(self.job.networks), "across": how.across, "gap": how.gap, "budget": how.budget}
        asked["dataflow"] = how.dataflow
        return {
            "schema_version": SCHEMA_VERSION,
            "accelerator": self.job.space.base.name,
            "question": question_data(self.job) | asked,
            "interrupted": self.interrupted,
            "designs": state_space(self.answers[0].search),
            "machines": tally.pop("designs"),
            **tally,
            "best": {name: None if design is None else best_data(design) for name, design in self.best.items()},
            "dataflows": {item.objective: _spread_data(item.spread) for item in self.answers if item.spread},
            "layers": {item.objective: [load.to_dict() for load in item.loads] for item in self.answers},
            "front": None if front is None else front.to_dict(map(design_data, self.front_designs)),
            "sensitivity": {name: item.to_dict() for name, item in self.sensitivity.items()},
            "certificate": {item.objective: item.certificate for item in self.answers},
            "seconds": self.seconds,
        }


def workloads_of(search: AnySearch) -> dict[tuple[str, str], Workload]:
    """The layers of a search by network and name."""
    return {pair: layer.workload for layer in search.layers for pair in layer.names}


def _spread_data(choice: Choice) -> dict[str, dict[str, str]]:
    return {name: {str(level): dimension for level, dimension in spread} for name, spread in choice}


def binding(search: AnySearch) -> list[str]:
    """The limits that the best design cannot be enlarged within: of one more value of some field it is over them."""
    best = search.best
    if best is None:
        return []
    found: dict[str, None] = {}
    for grade, number in enumerate(best.numbers):
        if number + 1 < len(search.boxes.grades[grade].values):
            numbers = (*best.numbers[:grade], number + 1, *best.numbers[grade + 1 :])
            found |= dict.fromkeys(search.limits.over(search.boxes.machine(best.stem, numbers)))
    return list(found)


def explore_shared(job: Job, written: Sequence[Written], how: How, means: Means) -> SharedExploration:
    """The best machine of a job for all its layers, by each of its objectives.

    WeftError for layers that cannot be read or are not there, and for what a job without programs cannot have.
    """
    _check_keys(job)
    chosen = shares(_chosen(job, written))
    limits, _, _ = _limits(job, chosen, how)
    names = [_objective(name, how) for name in job.objectives]
    workloads = [layer.workload for layer in chosen]
    most = tuple((name, most_useful(job.space, name, workloads)) for name in job.space.needed)
    begin = clock.time()
    end = inf if how.budget is None else begin + how.budget
    boxes, question_of = Boxes(job.space, most), partial(_question, layers=chosen, how=how)
    asked = _front(job, how, boxes)
    groups = {} if how.dataflow == "layer" else groups_of(chosen, how.dataflow)
    spreads = {name: spreads_of(layers, boxes, next(requests_of(how.request, [()]))) for name, layers in groups.items()}
    for name in (*names, *(asked or ())[:1]):
        question_of(job, name)  # what cannot be asked is said before anything is searched
    searches = SharedSearches(job, chosen, boxes, question_of, means, end, spreads)
    answers = []
    for number, (name, inside) in enumerate(zip(job.objectives, names, strict=True)):
        start, before = clock.time(), means.searches
        search = searches.run(inside, parts=len(names) - number)
        made, spread = means.searches - before, searches.choice(search.best)
        answers.append(SharedAnswer(name, search, clock.time() - start, made, spread))
    front = None if asked is None else shared_front(searches, *asked)
    near = {}
    for number, answer in enumerate(answers if how.sensitivity else ()):
        near[answer.objective] = sensitivity(searches, answer.search, len(answers) - number)
    tally, seconds = machine_tally(job.space, limits), clock.time() - begin
    return SharedExploration(
        job, how, tuple(answers), tally, near, front, means.interrupted, tuple(means.notes), seconds
    )


def _question(job: Job, objective: str, layers: Sequence[Share], how: How) -> tuple[MachineLimits, Question]:
    """What a job asks of machines, and of the programs of the layers by an objective of `TOGETHER`."""
    limits, within, sums = _limits(job, layers, how)
    return limits, Question(objective, within, how.request, job.time, how.gap, _most(job, objective, sums))


def _front(job: Job, how: How, boxes: Boxes) -> tuple[str, tuple[str, str]] | None:
    """What is minimised at every step of the front that is asked for, and the front's two names."""
    if not job.front:
        return None
    machine = [name for name in job.front if name in MACHINE_METRICS]
    others = [name for name in job.front if name not in MACHINE_METRICS]
    if len(machine) != 1 or len(others) != 1:
        message = f"without programs, there is no front of {', '.join(job.front)}"
        hint = "ask for one of area, power with one of cycles, energy, edp, ed2p"
        raise WeftError(Diagnostic("W731", message, hint=hint))
    if machine[0] == "power" and not own_power(stem.machine for stem in boxes.stems()):
        message = f"the power of {job.space.base.name} follows from what runs: there is no front of it"
        hint = "take an area table with a power of its own (maestro_2019, maestro_2021), or a front of area"
        raise WeftError(Diagnostic("W731", message, hint=hint))
    return _objective(others[0], how), (job.front[0], job.front[1])


def _check_keys(job: Job) -> None:
    """WeftError for keys that mean something for programs alone."""
    given = {"tiles": (*job.tiles, *job.ties), "pipelined": job.pipelined != "no"}
    if names := [name for name, value in given.items() if value]:
        message = f"without programs, {' and '.join(names)} {'has' if len(names) == 1 else 'have'} no effect"
        raise WeftError(Diagnostic("W731", message, hint="give programs, or leave it out"))


def refuse_search_options(names: Sequence[str]) -> None:
    """WeftError for options of a search where programs are given, and every design is gone through."""
    if names:
        message = f"with programs, {' and '.join(names)} {'has' if len(names) == 1 else 'have'} no effect"
        raise WeftError(Diagnostic("W731", message, hint="only jobs with networks and without programs are searched"))


def _chosen(job: Job, written: Sequence[Written]) -> list[tuple[str, str, Workload]]:
    """The layers that are meant, all of which can be read."""
    found = [
        (item.written.network, item.label, item.written.layer.workload)
        for item in meant_layers(job, written)
        if item.written.layer.workload is not None
    ]
    if not found:
        raise WeftError(Diagnostic("W009", "the job has neither programs nor networks"))
    return [(network, label, workload) for network, label, workload in found if workload is not None]


def _objective(name: str, how: How) -> str:
    """What is minimised over the layers."""
    if name not in TOGETHER:
        hint = "give a limit on it instead, and minimise cycles, energy, edp or ed2p"
        raise WeftError(Diagnostic("W731", f"without programs, '{name}' is no objective", hint=hint))
    if how.across == WORST and name != "cycles":
        raise WeftError(Diagnostic("W731", f"the worst layer has cycles, not {name}", hint="take the objective cycles"))
    return WORST if how.across == WORST else name


Limits = tuple[tuple[str, float], ...]


def _limits(job: Job, layers: Sequence[Share], how: How) -> tuple[MachineLimits, Limits, Limits]:
    """The limits of machines, those of every layer's program, and those of the sums over all layers."""
    given = dict(job.limits)
    area, power = given.pop("area_mm2", inf), given.pop("power_mw", inf)
    for name in given:
        if name not in LAYER_LIMITS:
            hint = f"limit {', '.join(LAYER_LIMITS)}, area_mm2 or power_mw"
            raise WeftError(Diagnostic("W731", f"without programs, '{name}' of layers cannot be limited", hint=hint))
    each = sum(layer.count for layer in layers) == 1 or how.across == WORST
    found = tuple(given.items())
    return MachineLimits(Silicon(), area, power), found if each else (), () if each else found


def _most(job: Job, objective: str, sums: Limits) -> float:
    """The most that the sum of all layers may be; WeftError for a limit on the sum of something else."""
    found = inf
    for name, most in sums:
        varies = name == "seconds" and any(("clock_mhz",) in item.places for item in job.space.variables)
        if SUMMED[name] != objective or varies:
            message = f"the sum of '{name}' over the layers cannot be limited while {objective} is minimised"
            hint = f"minimise {SUMMED[name]}, whose sum it is, or limit it for every layer (--across worst)"
            if varies:
                hint = "limit cycles, or give one clock"
            raise WeftError(Diagnostic("W731", message, hint=hint))
        ceiling = read_objective(objective, {name: most}).ceiling(job.space.base)
        found = min(found, ceiling.energy_pj, ceiling.cycles)
    return found


def _design(search: AnySearch, best: Candidate) -> Design:
    machine, time = search.boxes.machine(best.stem, best.numbers), search.question.time
    programs = tuple(
        Program(network, name, cost.schedule.mapping.dataflow, cost.cycles(time), cost.energy_pj)
        for layer, cost in zip(search.layers, best.costs, strict=True)
        for network, name in layer.names
    )
    cycles, energy = sum(item.cycles for item in programs), sum(item.energy_pj for item in programs)
    seconds = cycles / (machine.clock_mhz * 1e6)
    silicon = search.limits.silicon
    own = silicon.power_mw(machine)
    power = energy * 1e-9 / seconds + silicon.leakage_mw(machine) if own is None else own
    metrics = Metrics(cycles, energy, silicon.area_mm2(machine), power, seconds)
    return Design(machine, search.boxes.settings(best.stem, best.numbers), programs, metrics)


def state_space(search: AnySearch) -> int:
    """Machines times programs, of which each layer has as many as on the machine of the answer, or of the first.

    With one dataflow for several layers, those of all dataflows that were searched.
    """
    best = search.best
    stem = next(search.boxes.stems()) if best is None else best.stem
    numbers = search.boxes.whole(stem).high if best is None else best.numbers
    machine = search.boxes.machine(stem, numbers)
    return search.boxes.space.size * sum(_programs(part, machine) for part in parts_of(search))


def _programs(search: SharedSearch, machine: Accelerator) -> int:
    spaces = (space_of(layer.workload, machine, search.question.request) for layer in search.layers)
    return prod(space.size for space in spaces if space is not None and space.size)
