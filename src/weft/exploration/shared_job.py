"""A job with networks and no programs: the best machine for all their layers, each with its best program."""

from __future__ import annotations

import time as clock
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import inf, log10
from typing import Any

from ..backends.report import SCHEMA_VERSION
from ..ir import Diagnostic, Job, WeftError, Workload, setting_text
from ..search.objective import read_objective
from ..search.spaces.request import SpaceRequest
from ..search.store.answers import CLOSE
from .boxes import Boxes
from .candidates import Candidate
from .explored import design_data
from .limits import MachineLimits
from .meant import Written, meant_layers
from .optima import Means, space_of
from .results import Design, Metrics, Program
from .shared import Question, SharedSearch
from .silicon import Silicon
from .together import TOGETHER, WORST, Share, shares
from .useful import useful_bytes

ACROSS = ("sum", "worst")
"""What is minimised over the layers: the sum of their values, or the cycles of the layer that takes most."""

LAYER_LIMITS = ("cycles", "energy_pj", "seconds")
"""Limits that go to the search of every layer, of a single one or where the worst is minimised."""

SUMMED = {"cycles": "cycles", "energy_pj": "energy", "seconds": "cycles"}
"""Limits on sums over the layers, by the objective that is their sum: nothing else may be limited."""


@dataclass(frozen=True)
class How:
    """How a job with networks is searched: which programs, what over the layers, and how near to the best."""

    request: SpaceRequest = field(default_factory=SpaceRequest)
    across: str = "sum"
    gap: float = 0.0
    budget: float | None = None

    def __post_init__(self) -> None:
        if self.across not in ACROSS:
            raise ValueError(f"unknown way across layers {self.across!r}; it is one of {', '.join(ACROSS)}")


@dataclass(frozen=True)
class SharedAnswer:
    """The best design by an objective (None: no machine is within the limits and runs all layers), and its proof."""

    objective: str
    search: SharedSearch
    seconds: float
    searches: int

    @cached_property
    def design(self) -> Design | None:
        """The best design, as single evaluation has it."""
        best = self.search.best
        return None if best is None else _design(self.search, best)

    @property
    def status(self) -> str:
        """As of `map`: optimal, within the gap that was asked for, or stopped by the budget."""
        search = self.search
        if search.best is None:
            return "optimal" if search.finished else "budget"
        gap = inf if self.gap is None else self.gap
        if gap <= CLOSE:
            return "optimal"
        return "within" if gap <= search.question.gap + CLOSE else "budget"

    @property
    def gap(self) -> float | None:
        """By how much the answer may be above the best, as a part of the latter; None where nothing is known."""
        best, bound = self.search.best, self.search.lower_bound
        if best is None:
            return 0.0 if self.search.finished else None
        return max(best.value / bound - 1, 0.0) if bound > 0 else None

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
            "state_space_log10": state_space(search),
            "boxes": search.looked_at,
            "searches": self.searches,
            "ended": dict(search.ended),
            "binding": binding(search),
        }

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain data."""
        design = self.design
        machine = {} if design is None else {"machine": design.accelerator.to_dict()}
        return {
            "best": None if design is None else design_data(design) | machine,
            "busiest": self.busiest,
            "certificate": self.certificate,
            "seconds": self.seconds,
        }

    @property
    def busiest(self) -> dict[str, int]:
        """How many layers of the best design keep each resource busiest."""
        found: dict[str, int] = {}
        for layer, cost in zip(self.search.layers, self.search.best.costs if self.search.best else (), strict=False):
            name = max(cost.bottlenecks, key=lambda item: item[1])[0]
            found[name] = found.get(name, 0) + layer.count
        return found


@dataclass(frozen=True)
class SharedExploration:
    """What a job with networks found, by objective."""

    job: Job
    how: How
    answers: tuple[SharedAnswer, ...]
    interrupted: bool
    notes: tuple[Diagnostic, ...]

    @property
    def proved(self) -> bool:
        """Whether every answer is proved to be as good as was asked."""
        return all(answer.status != "budget" for answer in self.answers)

    @property
    def best(self) -> dict[str, Design | None]:
        """The best design by every objective."""
        return {answer.objective: answer.design for answer in self.answers}

    def to_dict(self) -> dict[str, Any]:
        """The whole document."""
        job = self.job
        varied = {item.key: [setting_text(value) for value in item.values] for item in job.space.variables}
        return {
            "schema_version": SCHEMA_VERSION,
            "accelerator": job.space.base.name,
            "question": {
                "vary": varied | {f"{name}.capacity_bytes": ["needed"] for name in job.space.needed},
                "networks": list(job.networks),
                "limits": dict(job.limits),
                "objectives": list(job.objectives),
                "across": self.how.across,
                "time": job.time,
                "gap": self.how.gap,
                "budget": self.how.budget,
            },
            "interrupted": self.interrupted,
            "machines": job.space.size,
            "answers": {answer.objective: answer.to_dict() for answer in self.answers},
        }


def binding(search: SharedSearch) -> list[str]:
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
    limits, within, sums = _limits(job, chosen, how)
    names = [_objective(name, how) for name in job.objectives]
    workloads = [layer.workload for layer in chosen]
    most = tuple((name, useful_bytes(job.space.base, name, workloads)) for name in job.space.needed)
    answers = []
    end = inf if how.budget is None else clock.time() + how.budget
    for number, (name, inside) in enumerate(zip(job.objectives, names, strict=True)):
        begin = clock.time()
        means.deadline = begin + (end - begin) / (len(names) - number)
        question = Question(inside, within, how.request, job.time, how.gap, _most(job, name, sums))
        before = means.searches
        search = SharedSearch(Boxes(job.space, most), chosen, question, limits, means)
        search.run()
        answers.append(SharedAnswer(name, search, clock.time() - begin, means.searches - before))
    return SharedExploration(job, how, tuple(answers), means.interrupted, tuple(means.notes))


def _check_keys(job: Job) -> None:
    """WeftError for keys that mean something for programs alone."""
    given = {"front": job.front, "tiles": (*job.tiles, *job.ties), "pipelined": job.pipelined != "no"}
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


def _design(search: SharedSearch, best: Candidate) -> Design:
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


def state_space(search: SharedSearch) -> float:
    """The decimal logarithm of machines times programs, as the machine of the answer, or the first, has these."""
    best = search.best
    stem = next(search.boxes.stems()) if best is None else best.stem
    numbers = search.boxes.whole(stem).high if best is None else best.numbers
    machine = search.boxes.machine(stem, numbers)
    spaces = (space_of(layer.workload, machine, search.question.request) for layer in search.layers)
    return log10(search.boxes.space.size) + sum(
        log10(space.size) for space in spaces if space is not None and space.size
    )
