"""Maps layers: the best program of each, with its cost and its certificate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import isclose

from ..backends.cost import Cost, evaluate_schedule
from ..backends.sparse import SparseCost, evaluate_sparse
from ..ir import Accelerator, Dataflow, Diagnostic, InternalError, Mapping, Severity, WeftError, Workload
from ..passes.pipeline import schedule
from .certificate import Certificate
from .layer import Settings, count_structures
from .listing import check_lengths
from .objective import Metrics
from .spaces.conflict import space_conflict
from .spaces.request import SpaceRequest
from .spaces.space import MapSpace
from .store.answers import Answer
from .store.store import Store
from .workers.executors import Workers
from .workers.run import Job, Progress, Run, has_program, jobs_of


@dataclass(frozen=True, slots=True)
class LayerQuestion:
    """A layer to map; `network` and `operator` are as in its file, `diagnostics` what was found in reading it."""

    name: str
    workload: Workload
    network: str = ""
    operator: str = ""
    diagnostics: tuple[Diagnostic, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Candidate:
    """A program with its energy and cycles."""

    metrics: Metrics
    dataflow: Dataflow


@dataclass(frozen=True)
class MappedLayer:
    """The best program of a layer: `value` in the objective, `cost` by single evaluation.

    `pareto` is the front of energy and cycles where several objectives, or a function, were asked for, else empty.
    `seconds` is the time of its search (of an equal layer, or in an earlier run, if that was kept).
    """

    question: LayerQuestion
    space: MapSpace
    settings: Settings
    value: float
    seconds: float
    dataflow: Dataflow
    cost: Cost
    pareto: tuple[Candidate, ...]
    certificate: Certificate

    @property
    def name(self) -> str:
        """The layer's name."""
        return self.question.name

    @property
    def mapping(self) -> Mapping:
        """The layer with its best program."""
        return Mapping(self.question.workload, self.dataflow, self.space.accelerator, self.name)

    @cached_property
    def sparse(self) -> SparseCost | None:
        """What is expected of the program with the layer's zeros; None if it has none."""
        return evaluate_sparse(self.cost)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What was found in reading the layer, what the search leaves out, and what the program makes of zeros."""
        zeros = (_dense_search(self.question.workload), *self.sparse.diagnostics) if self.sparse else ()
        return (*self.question.diagnostics, *zeros)


def _dense_search(workload: Workload) -> Diagnostic:
    names = " and ".join(name for name, _ in workload.densities)
    message = f"the search counts every element of {names}, zero or not: another program may be better with zeros"
    hint = "weft evaluate gives what is expected of a program with zeros"
    return Diagnostic("W604", message, Severity.WARNING, hint=hint)


@dataclass(frozen=True)
class UnmappedLayer:
    """A layer without a program, and why."""

    name: str
    network: str
    operator: str
    diagnostics: tuple[Diagnostic, ...]


LayerResult = MappedLayer | UnmappedLayer


@dataclass(frozen=True)
class Mapped:
    """The layers in their order; `interrupted` by Ctrl-C or SIGTERM: then with what was found by then.

    `notes` has what is wrong with the store; the results are the same without it.
    """

    layers: tuple[LayerResult, ...]
    interrupted: bool = False
    notes: tuple[Diagnostic, ...] = ()

    @property
    def mapped(self) -> tuple[MappedLayer, ...]:
        """The layers that have a program."""
        return tuple(layer for layer in self.layers if isinstance(layer, MappedLayer))


def map_layers(
    questions: Sequence[LayerQuestion],
    accelerator: Accelerator,
    request: SpaceRequest,
    settings: Settings,
    workers: Workers | None = None,
    store: Store | None = None,
    progress: Progress | None = None,
) -> Mapped:
    """Find the best program of every layer; equal layers are searched once.

    The budget of `settings` is shared by all. Answers that are final are kept in `store` at once, and taken from it.
    A layer that has no program carries its diagnostics: those of its constraints, W703, W704 (no program is valid) or
    W705 (none was found in time).
    """
    found: dict[int, LayerResult] = {}
    spaces: dict[int, MapSpace] = {}
    for number, question in enumerate(questions):
        try:
            spaces[number] = request.space(question.workload, accelerator)
            count_structures(spaces[number])
            check_lengths(spaces[number])
        except WeftError as error:
            spaces.pop(number, None)
            found[number] = _unmapped(question, error.diagnostics)
    jobs = jobs_of([(questions[number].name, space) for number, space in spaces.items()], settings)
    run = Run(list(dict.fromkeys(jobs)), settings, store, progress)
    run.go(workers)
    results: dict[Job, MappedLayer | tuple[Diagnostic, ...]] = {}
    for number, job in zip(spaces, jobs, strict=True):
        if job not in results:
            results[job] = _result(questions[number], job, request, settings)
        found[number] = _named(questions[number], results[job])
    return Mapped(tuple(found[number] for number in range(len(questions))), run.interrupted, tuple(run.notes))


def _named(question: LayerQuestion, result: MappedLayer | tuple[Diagnostic, ...]) -> LayerResult:
    return _unmapped(question, result) if isinstance(result, tuple) else replace(result, question=question)


def _unmapped(question: LayerQuestion, diagnostics: tuple[Diagnostic, ...]) -> UnmappedLayer:
    return UnmappedLayer(question.name, question.network, question.operator, diagnostics)


def _result(
    question: LayerQuestion, job: Job, request: SpaceRequest, settings: Settings
) -> MappedLayer | tuple[Diagnostic, ...]:
    answer = job.answer
    if answer is None or not answer.points:
        return _nothing(question, job, request)
    objective = settings.objective
    metrics, point = answer.points[0]
    dataflow = job.space.program(point)
    cost = evaluate_schedule(schedule(Mapping(question.workload, dataflow, job.space.accelerator, question.name)))
    _check_equal(question.name, metrics, cost, settings.time)
    value = objective.value(metrics)
    front = answer.points if objective.exponents is None else ()
    pareto = tuple(Candidate(m, job.space.program(p)) for m, p in sorted(front, key=lambda item: item[0].cycles))
    return MappedLayer(question, job.space, settings, value, answer.seconds, dataflow, cost, pareto, answer.certificate)


def _check_equal(name: str, metrics: Metrics, cost: Cost, time: str) -> None:
    """The search's numbers are those of single evaluation; energies are sums of floats in another order."""
    if metrics.cycles != cost.cycles(time) or not isclose(metrics.energy_pj, cost.energy_pj, rel_tol=1e-9):
        message = f"{name}: the search says {metrics}, evaluation {cost.energy_pj} pJ and {cost.cycles(time)} cycles"
        raise InternalError(message)


def _nothing(question: LayerQuestion, job: Job, request: SpaceRequest) -> tuple[Diagnostic, ...]:
    """Why there is no program."""
    answer = job.answer
    if answer is None or answer.certificate.status == "budget":
        hint = "give it more time"
        notes = tuple(f"the smallest chunks that were tried do not fit: {message}" for message in job.unfit)
        return (Diagnostic("W705", f"no program of '{question.name}' was found in time", notes=notes, hint=hint),)
    base = request.base(question.workload, job.space.accelerator)
    names = space_conflict(base, request.constraints, has_program)
    return (Diagnostic("W704", _empty(question, names), notes=_reasons(answer)),)


def _empty(question: LayerQuestion, names: Sequence[str]) -> str:
    because = f"cannot hold together: {', '.join(names)}" if names else "there is none even without constraints"
    return f"no program of the space of '{question.name}' is valid; {because}"


def _reasons(answer: Answer) -> tuple[str, ...]:
    pruned = dict(answer.certificate.pruned)
    return (
        f"the space has {answer.certificate.size_text()}",
        f"{pruned['boxes by capacity']:,} boxes of programs were left out because they exceed a memory",
    )
