"""Maps layers: the best program of each, with its cost and its certificate."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from math import isclose
from pathlib import Path
from typing import Any

from ..backends.cost import TIMES, Cost, evaluate_schedule
from ..backends.report import Sheet, Tabular
from ..ir import Diagnostic, Edge, InternalError, Layer, Mapping, Memory, Network, WeftError, chain
from ..ir.html_table import html_table
from ..passes.pipeline import schedule
from .choice import DataflowChoice, choose
from .layer import count_structures
from .listing import check_lengths
from .objective import Metrics
from .report import map_data, map_sheet
from .request import Request, Settings
from .results import Candidate, LayerResult, MappedLayer, Total, UnmappedLayer
from .spaces.conflict import capacity_name, minimal_conflict, space_conflict
from .spaces.point import Point
from .spaces.space import MapSpace
from .store.answers import Answer
from .store.store import Store
from .workers.executors import Workers
from .workers.run import Job, Progress, Run, has_program, jobs_of


@dataclass(frozen=True)
class MapResult(Tabular):
    """The best program of every layer, in their order, with `choice` where one dataflow serves several layers.

    `interrupted` says that Ctrl-C or SIGTERM ended the search: layers then have what was found by then. `notes` has
    what is wrong with the store; the results are the same without it.
    """

    layers: tuple[LayerResult, ...]
    request: Request
    choice: DataflowChoice | None = None
    interrupted: bool = False
    notes: tuple[Diagnostic, ...] = ()

    @property
    def proved(self) -> bool:
        """Whether every layer has a program with a proof that it is as good as was asked."""
        return all(isinstance(item, MappedLayer) and item.certificate.final for item in self.layers)

    @property
    def mapped(self) -> tuple[MappedLayer, ...]:
        """The layers that have a program."""
        return tuple(layer for layer in self.layers if isinstance(layer, MappedLayer))

    @property
    def unmapped(self) -> tuple[UnmappedLayer, ...]:
        """The layers that have none; `share_of` of their layers is the part of the model that is left out."""
        return tuple(layer for layer in self.layers if isinstance(layer, UnmappedLayer))

    @property
    def total(self) -> Total:
        """The objective over all layers that have a program, and how far it is proved."""
        return Total.of(self.mapped)

    def to_dict(self) -> dict[str, Any]:
        """The result as JSON has it (docs/json.md)."""
        return map_data(self.layers, self.request, self.choice, self.interrupted)

    def sheet(self) -> Sheet:
        """A row per layer: what the best program costs, what is proved of it, and the program."""
        return map_sheet(self.layers)

    def _repr_html_(self) -> str:
        """The result in a notebook: a row per layer with its proof."""
        names = ("layer", "value", "stepwise cycles", "throughput cycles", "energy pJ", "proof", "gap")
        found = [(item, item.certificate) for item in self.mapped]
        rows = [
            (
                item.name,
                f"{item.value:,.6g}",
                *(f"{item.cost.cycles(time):,}" for time in TIMES),
                f"{item.cost.energy_pj:,.4g}",
                proof.status,
                "unknown" if proof.gap is None else f"{proof.gap:.2%}",
            )
            for item, proof in found
        ]
        rows += [(item.name, "", "", "", "", "no program", "") for item in self.unmapped]
        return html_table(f"Least {self.request.settings.objective} on {self.request.accelerator.name}", names, rows)

    def network(self, name: str = "mapped", edges: Sequence[Edge] | None = None) -> Network:
        """The layers with their programs: with a choice, the common ones.

        `edges` are between positions in `layers`; without them each layer feeds the next.
        """
        programs = (
            {id(f.layer): f.dataflow for group in self.choice.groups for f in group.layers} if self.choice else {}
        )
        found = tuple(
            Layer(
                item.name,
                item.workload,
                programs.get(id(item), item.dataflow),
                item.layer.operator,
                weights=item.layer.weights,
            )
            for item in self.mapped
        )
        if edges is None:
            return Network(name, found, chain(len(found)))
        mapped = [number for number, item in enumerate(self.layers) if isinstance(item, MappedLayer)]
        places = {number: place for place, number in enumerate(mapped)}
        own = (edge for edge in edges if {edge.producer, edge.consumer} <= places.keys())
        return Network(name, found, tuple(Edge(places[e.producer], places[e.consumer], e.tensor) for e in own))


def map_layers(
    layers: Sequence[tuple[str, Layer]],
    request: Request,
    workers: Workers | None = None,
    store: Store | str | Path | None = None,
    progress: Progress | None = None,
) -> MapResult:
    """Find the best program of every layer, given with the name of its network; equal layers are searched once.

    The budget is shared by all. Answers that are final are kept in `store` at once, and taken from it. A layer that has
    no program carries its diagnostics: those it came with, those of its constraints, W703, W704 (no program is valid)
    or W705 (none was found in time). Raises WeftError for the store (W721) and where no dataflow suits all (W706).
    """
    found: dict[int, LayerResult] = {}
    spaces: dict[int, MapSpace] = {}
    for number, (network, layer) in enumerate(layers):
        try:
            spaces[number] = _space(layer, request)
        except WeftError as error:
            found[number] = UnmappedLayer(network, layer, tuple(error.diagnostics))
    jobs = jobs_of([(layers[number][1].name, space) for number, space in spaces.items()], request.settings)
    with Store(store) if isinstance(store, str | Path) else nullcontext(store) as kept:
        run = Run(list(dict.fromkeys(jobs)), request.settings, kept, progress)
        run.go(workers)
    results: dict[Job, MappedLayer | tuple[Diagnostic, ...]] = {}
    for number, job in zip(spaces, jobs, strict=True):
        network, layer = layers[number]
        if job not in results:
            results[job] = _result(layer, job, request)
        result = results[job]
        found[number] = (
            UnmappedLayer(network, layer, result)
            if isinstance(result, tuple)
            else replace(result, network=network, layer=layer)
        )
    ordered = tuple(found[number] for number in range(len(layers)))
    mapped = [layer for layer in ordered if isinstance(layer, MappedLayer)]
    choice = choose(mapped, request.scope) if request.scope != "layer" and mapped else None
    return MapResult(ordered, request, choice, run.interrupted, tuple(run.notes))


def _space(layer: Layer, request: Request) -> MapSpace:
    """The space of a layer, if it can be searched; WeftError if not, or if the layer could not be read."""
    if layer.workload is None or layer.is_wrong:
        raise WeftError(layer.diagnostics)
    space = request.space.space(layer.workload, request.accelerator)
    count_structures(space)
    check_lengths(space)
    return space


def _result(layer: Layer, job: Job, request: Request) -> MappedLayer | tuple[Diagnostic, ...]:
    answer, settings, workload = job.answer, request.settings, layer.workload
    if answer is None or not answer.points or workload is None:
        return _nothing(layer, job, request)
    metrics, point = answer.points[0]
    dataflow = job.space.program(point)
    cost = evaluate_schedule(schedule(Mapping(workload, dataflow, job.space.accelerator, layer.name)))
    _check_equal(layer.name, metrics, cost, settings.time)
    front = answer.points if settings.objective.front else ()
    pareto = tuple(Candidate(m, job.space.program(p)) for m, p in sorted(front, key=lambda item: item[0].cycles))
    near = tuple(_near(layer.name, job.space, *item, settings.time) for item in answer.points if settings.near)
    value = settings.objective.value(metrics)
    return MappedLayer(
        "", layer, workload, job.space, settings, value, answer.seconds, dataflow, cost, pareto, near,
        answer.certificate, job.history,
    )  # fmt: skip


def _near(name: str, space: MapSpace, metrics: Metrics, point: Point, time: str) -> Candidate:
    """One of the programs with the least values, evaluated once more as the best one is."""
    dataflow = space.program(point)
    _check_equal(name, metrics, evaluate_schedule(schedule(Mapping(space.workload, dataflow, space.accelerator))), time)
    return Candidate(metrics, dataflow)


def _check_equal(name: str, metrics: Metrics, cost: Cost, time: str) -> None:
    """The search's numbers are those of single evaluation; energies are sums of floats in another order."""
    if metrics.cycles != cost.cycles(time) or not isclose(metrics.energy_pj, cost.energy_pj, rel_tol=1e-9):
        message = f"{name}: the search says {metrics}, evaluation {cost.energy_pj} pJ and {cost.cycles(time)} cycles"
        raise InternalError(message)


def _nothing(layer: Layer, job: Job, request: Request) -> tuple[Diagnostic, ...]:
    """Why there is no program."""
    answer, settings = job.answer, request.settings
    notes = tuple(f"the smallest chunks that were tried do not fit: {message}" for message in job.unfit)
    if answer is None or answer.certificate.status == "budget":
        hint = "give it more time"
        return (Diagnostic("W705", f"no program of '{layer.name}' was found in time", notes=notes, hint=hint),)
    if settings.objective.limits and has_program(job.space, Settings()):
        return (_beyond(layer, job.space, settings, answer),)
    base = request.space.base(job.space.workload, job.space.accelerator)
    names = space_conflict(base, request.space.constraints, has_program)
    full = [memory for memory in job.space.accelerator.memories if capacity_name(memory) in names]
    more = f"more room: {' '.join(map(_more_room, full))}" if full else ""
    notes = (*request.space.places_of(names), *notes, *_reasons(answer))
    return (Diagnostic("W704", _empty(layer, names), notes=notes, hint=more),)


def _more_room(memory: Memory) -> str:
    """The options that give a memory more room, in all and of each tensor that has a room of its own."""
    fields = ("capacity_bytes", *(f"capacities.{tensor}" for tensor, _ in memory.capacities))
    return " ".join(f"--set {memory.name}.{field}=…" for field in fields)


def _beyond(layer: Layer, space: MapSpace, settings: Settings, answer: Answer) -> Diagnostic:
    """Programs fit, but none is within the limits: those of which none can be spared."""
    objective = settings.objective

    def feasible(limits: Sequence[tuple[str, float]]) -> bool:
        return has_program(space, Settings(replace(objective, limits=tuple(limits)), settings.time))

    left = replace(objective, limits=minimal_conflict(objective.limits, feasible))
    names = " and ".join(left.limit_texts())
    hint = "; ".join(f"weft map --objective {name} finds the least there is" for name in left.limited_objectives())
    message = f"no program of the space of '{layer.name}' keeps {names}"
    return Diagnostic("W704", message, notes=_reasons(answer), hint=hint)


def _empty(layer: Layer, names: Sequence[str]) -> str:
    because = f"cannot hold together: {', '.join(names)}" if names else "there is none even without constraints"
    return f"no program of the space of '{layer.name}' is valid; {because}"


def _reasons(answer: Answer) -> tuple[str, ...]:
    pruned = dict(answer.certificate.pruned)
    over = pruned["boxes by limit"]
    return (
        f"the space has {answer.certificate.size_text()}",
        f"{pruned['boxes by capacity']:,} boxes of programs were left out because they exceed a memory",
        *((f"{over:,} boxes of programs were left out because all of them are beyond a limit",) if over else ()),
    )
