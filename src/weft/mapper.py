"""The mapper as Python and the command line use it: from texts and files to results."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .api import read
from .backends.cost import TIMES
from .frontends.maestro import parse_dataflow, read_maestro
from .ir import Accelerator, Dataflow, Diagnostic, Layer, Network, WeftError, Workload
from .ir.files import read_text
from .search.choice import SCOPES, Choice, choose
from .search.layer import Settings
from .search.network import LayerQuestion, LayerResult, Mapped, MappedLayer, UnmappedLayer, map_layers
from .search.objective import Function, read_objective
from .search.report import map_data
from .search.spaces.chains import SPLITS
from .search.spaces.request import SpaceRequest
from .search.store.store import Store
from .search.workers.executors import Workers, given, processes, this_process
from .search.workers.run import Progress

IN_FLIGHT = 16
"""Tasks that are out at a time on an executor of the caller."""


@dataclass(frozen=True)
class MapResult:
    """The best program of every layer, with `choice` where one dataflow serves several layers.

    `interrupted` says that Ctrl-C or SIGTERM ended the search: layers then have what was found by then. `notes` has
    what is wrong with the store.
    """

    layers: tuple[LayerResult, ...]
    accelerator: Accelerator
    request: SpaceRequest
    settings: Settings
    choice: Choice | None = None
    interrupted: bool = False
    notes: tuple[Diagnostic, ...] = ()

    @property
    def proved(self) -> bool:
        """Whether every layer has a program with a proof that it is as good as was asked."""
        return all(isinstance(item, MappedLayer) and item.certificate.status != "budget" for item in self.layers)

    @property
    def mapped(self) -> tuple[MappedLayer, ...]:
        """The layers that have a program."""
        return tuple(layer for layer in self.layers if isinstance(layer, MappedLayer))

    def to_dict(self) -> dict[str, Any]:
        """The result as JSON has it (docs/json.md)."""
        mapped = Mapped(self.layers, self.interrupted)
        return map_data(mapped, self.accelerator, self.request, self.settings, self.choice)

    def network(self, name: str = "mapped") -> Network:
        """The layers with their programs: with a choice, the common ones."""
        programs = (
            {id(f.layer): f.dataflow for group in self.choice.groups for f in group.layers} if self.choice else {}
        )
        layers = (
            Layer(item.name, item.question.workload, programs.get(id(item), item.dataflow)) for item in self.mapped
        )
        found = tuple(layers)
        return Network(name, found, tuple((n, n + 1) for n in range(len(found) - 1)))


def run_map(
    layers: Sequence[tuple[str, Layer]],
    accelerator: Accelerator,
    request: SpaceRequest,
    settings: Settings,
    workers: int | Executor | Workers = 1,
    store: str | Path | None = None,
    scope: str = "layer",
    progress: Progress | None = None,
) -> MapResult:
    """Map layers, given with the names of their networks; a wrong one carries its diagnostics."""
    if scope not in SCOPES:
        raise ValueError(f"unknown scope {scope!r}; it is one of {', '.join(SCOPES)}")
    questions: list[tuple[int, LayerQuestion]] = []
    results: dict[int, MappedLayer | UnmappedLayer] = {}
    for number, (network, layer) in enumerate(layers):
        question = _question(network, layer)
        if question is None:
            results[number] = _failed(network, layer)
        else:
            questions.append((number, question))
    with Store(store) if store is not None else nullcontext() as kept:
        mapped = map_layers(
            [question for _, question in questions], accelerator, request, settings, crew(workers), kept, progress
        )
    for (number, _), result in zip(questions, mapped.layers, strict=True):
        results[number] = result
    ordered = tuple(results[number] for number in range(len(layers)))
    choice = choose(mapped.mapped, scope) if scope != "layer" and mapped.mapped else None
    return MapResult(ordered, accelerator, request, settings, choice, mapped.interrupted, mapped.notes)


def map_python(
    workload: Workload | Network | str | Path,
    accelerator: Accelerator,
    objective: str | Sequence[str] | Function,
    template: str | Dataflow | None,
    constraints: tuple[str, ...],
    shape: Sequence[int] | None,
    split: str,
    flexibility: str | None,
    time: str,
    budget: float | None,
    gap: float,
    workers: int | Executor | Workers,
    store: str | Path | None,
    scope: str,
) -> MapResult:
    """See `weft.map`."""
    if time not in TIMES:
        raise ValueError(f"unknown time model {time!r}; it is one of {', '.join(TIMES)}")
    if split not in SPLITS:
        raise ValueError(f"unknown split {split!r}; it is one of {', '.join(SPLITS)}")
    program = parse_dataflow(template) if isinstance(template, str) else template
    request = SpaceRequest(program, constraints, None if shape is None else tuple(shape), split, flexibility)
    settings = Settings(read_objective(objective), time, gap, budget)
    return run_map(_layers(workload), accelerator, request, settings, workers, store, scope)


def _layers(workload: Workload | Network | str | Path) -> list[tuple[str, Layer]]:
    if isinstance(workload, Workload):
        return [("", Layer("layer", workload, operator=workload.operator))]
    networks = (workload,) if isinstance(workload, Network) else read(workload)
    findings = [item for network in networks for item in network.diagnostics if item.is_error]
    if findings:
        raise WeftError(findings)
    return [(network.name, layer) for network in networks for layer in network.layers]


def crew(workers: int | Executor | Workers) -> Workers:
    """The workers of a number of processes (1: this one), or an executor of the caller; ValueError for no number."""
    if isinstance(workers, Workers):
        return workers
    if isinstance(workers, Executor):
        return given(workers, IN_FLIGHT)
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise ValueError(f"workers is {workers!r:.60}; it is a number of processes from 1 on, or an executor")
    return this_process() if workers == 1 else processes(workers)


def read_template(path: str | Path) -> Dataflow:
    """The program of a file: directives alone, or the one layer with a dataflow of a mapping file.

    Raises WeftError (W008, W009, and what is wrong with its text).
    """
    text = read_text(path)
    if "Network" not in text:
        return parse_dataflow(text)
    found = [layer for network in read_maestro(path) for layer in network.layers]
    wrong = [item for layer in found for item in layer.diagnostics if item.is_error]
    if wrong:
        raise WeftError(wrong)
    programs = dict.fromkeys(layer.dataflow for layer in found if layer.dataflow is not None)
    if len(programs) != 1:
        raise WeftError(Diagnostic("W009", f"the template '{path}' has {len(programs)} dataflows; it needs one"))
    return next(iter(programs))


def _question(network: str, layer: Layer) -> LayerQuestion | None:
    if layer.workload is None or any(item.is_error for item in layer.diagnostics):
        return None
    operator = layer.operator or layer.workload.operator
    return LayerQuestion(layer.name, layer.workload, network, operator, layer.diagnostics)


def _failed(network: str, layer: Layer) -> UnmappedLayer:
    return UnmappedLayer(layer.name, network, layer.operator, layer.diagnostics)
