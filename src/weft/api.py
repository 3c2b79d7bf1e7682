"""The Python interface: read, check, evaluate, explain and verify mappings."""

from __future__ import annotations

import time as clock
import warnings
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as Pairs
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from numpy import concatenate, empty

from .backends.cost import Cost, ProgramCounts, evaluate_schedule
from .backends.cost import price as price_rows
from .backends.simulate import Simulation
from .backends.simulate import simulate as run
from .backends.sparse import SparseCost
from .backends.sparse import evaluate_sparse as expect
from .frontends.accelerator import apply_overrides, load_accelerator
from .frontends.accelerator import machine_space as read_space
from .frontends.densities import read_density, with_densities
from .frontends.exploration import load_job, make_job
from .frontends.maestro import parse_dataflow, write_maestro
from .frontends.maestro import parse_workload as parse_workload_blocks
from .frontends.mapping_text import parse_mapping
from .frontends.registry import frontend_of, source_of
from .frontends.registry import read_nests as read_nest_file
from .frontends.sizes import Sizes
from .frontends.timeloop import read_timeloop as read_timeloop_files
from .frontends.workloads import is_workload_text, parse_single
from .ir import (
    Accelerator,
    Counts,
    Dataflow,
    Density,
    Diagnostic,
    Job,
    Layer,
    LoopNest,
    MachineSpace,
    Mapping,
    Network,
    Severity,
    WeftError,
    WeftWarning,
    Workload,
)
from .ir.arguments import checked
from .ir.nearest import did_you_mean
from .passes import (
    CanonicalizePass,
    OverCapacity,
    Program,
    Raised,
    RaisePass,
    analyse,
    raise_nest,
    run_passes,
)
from .passes import lower as lower_schedule
from .passes import reschedule as reschedule_nest
from .passes import schedule as schedule_of
from .verification import verify

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from .explanation import Explanation
    from .exploration.best_programs import BestPrograms
    from .exploration.explored import Exploration
    from .exploration.options import Chosen
    from .exploration.pipelined import Pipelined
    from .exploration.shared_job import How, SharedExploration
    from .exploration.sweep import Sweep, SweptLayer
    from .search.count_front import CountFront
    from .search.network import MapResult
    from .search.objective import Function
    from .search.workers.executors import Workers

__all__ = [
    "check",
    "count",
    "emit",
    "evaluate",
    "evaluate_sparse",
    "exact_counts",
    "explain",
    "explore",
    "explore_table",
    "load",
    "load_accelerator",
    "lower",
    "machine_space",
    "map",
    "map_layer",
    "parse_dataflow",
    "parse_mapping",
    "parse_workload",
    "price",
    "raise_function",
    "raise_nest",
    "read",
    "read_nests",
    "read_timeloop",
    "reschedule",
    "simulate",
    "sweep",
    "verify",
    "write_maestro",
    "write_timeloop",
]

DEFAULT_ACCELERATOR = "generic_256"
Densities = Pairs[str, str | Density]
"""Densities by tensor: values, or texts as in files."""


@checked
def read(path: str | Path, sizes: Pairs[str, int] | None = None, *, recognize: bool = True) -> tuple[Network, ...]:
    """Read a mapping file, or raise the loop nests of a Python, C or MLIR file (`FILE` or `FILE:FUNCTION`).

    A workload in a line, such as `gemm:M=64,N=64,K=64` (docs/python.md), is a network without dataflow.
    A layer that is wrong, or a statement that cannot be raised, carries its diagnostics; the others are whole. `sizes`
    are the values of a loop nest's symbolic extents; without `recognize` its dimensions keep the names of the loops.
    Raises WeftError when the file itself cannot be read, and for a size that nothing depends on.
    """
    asked = Sizes(sizes)
    networks = read_file(path, asked, RaisePass("yes" if recognize else "no"))
    if unused := tuple(asked.unused()):
        raise WeftError(unused)
    return networks


def read_file(path: str | Path, sizes: Sizes, raising: RaisePass) -> tuple[Network, ...]:
    """The networks of any file that Weft reads, one per function where it holds loop nests, or of a workload's text."""
    found = frontend_of(path)
    if found.nests is not None:
        return tuple(raising.network(nest) for nest in read_nest_file(path, sizes))
    if found.networks is not None:
        return found.networks(source_of(path, sizes))
    hint = "weft.read_timeloop, and the commands on one layer, read all files of a design together"
    raise WeftError(Diagnostic("W008", f"'{path}' is part of a {found.name} design", hint=hint))


@checked
def parse_workload(text: str) -> Workload:
    """The workload of a line such as `gemm:M=64,N=64,K=64`, or of blocks such as `str(workload)`.

    Raises WeftError with all that is wrong, and for a line that describes several layers (`read` reads those).
    """
    return parse_single(text) if is_workload_text(text) else parse_workload_blocks(text)


@checked
def read_nests(path: str | Path, sizes: Pairs[str, int] | None = None) -> tuple[LoopNest, ...]:
    """The loop nests of a Python, C or MLIR file, one per function (`FILE` or `FILE:FUNCTION`), not yet raised.

    What cannot be read stands in them as `Unreadable`. Raises WeftError when the file cannot be read at all.
    """
    asked = Sizes(sizes)
    nests = read_nest_file(path, asked)
    if unused := tuple(asked.unused()):
        raise WeftError(unused)
    return nests


@checked
def read_timeloop(*paths: str | Path) -> Mapping:
    """The mapping that the files of a Timeloop design describe: problem, architecture and mapping (or printed map).

    Raises WeftError with everything that Weft does not read; `weft.frontends.timeloop.read_timeloop` also returns notes
    on what has no effect.
    """
    mapping, _ = read_timeloop_files(paths)
    return mapping


@checked
def write_timeloop(mapping: Mapping, over_capacity: OverCapacity = "error") -> str:
    """A mapping as Timeloop's YAML (v0.4). Raises WeftError (W505) where Timeloop would count something else."""
    from .backends.emit import emit_timeloop

    return emit_timeloop(schedule_of(mapping, over_capacity))


@checked
def raise_function(function: Callable[..., object], **arguments: Any) -> tuple[Raised, ...]:
    """Raise the loop nests of a Python function; its source is read, it does not run.

    `arguments` are integers for its sizes, and arrays or shapes for its arrays, by the names of its parameters.
    Raises WeftError when the source is not to be had or is no loop nest.
    """
    from .functions import nest_of

    return raise_nest(nest_of(function, arguments))


@checked
def lower(mapping: Mapping, over_capacity: OverCapacity = "error") -> LoopNest:
    """The loop nest that runs a mapping's points in the same order on the same units. WeftError if it is illegal."""
    return lower_schedule(schedule_of(mapping, over_capacity))


@checked
def reschedule(nest: LoopNest, mappings: Sequence[Mapping], over_capacity: OverCapacity = "error") -> LoopNest:
    """A loop nest with the loops of other programs around its raised statements, on its own arrays.

    `mappings` has one for every statement that raises, in order, on the workload that it raises to. Raises WeftError
    for an illegal mapping, one of another workload, and for a nest of which something is refused.
    """
    found, _ = reschedule_nest(nest, [schedule_of(mapping, over_capacity) for mapping in mappings])
    return found


@checked
def emit(nest: LoopNest, language: str) -> str:
    """A loop nest as source text: `python`, `c`, `mlir` (which needs the extra `mlir`), or `nest`, its own text."""
    languages = ("python", "c", "mlir", "nest")
    if language not in languages:
        raise ValueError(f"unknown language {language!r}; the languages are {', '.join(languages)}")
    if language == "nest":
        return str(nest)
    from .backends import emit as emitters

    text: str = getattr(emitters, f"emit_{language}")(nest)
    return text


@checked
def load(
    path: str | Path,
    accelerator: str | Path | Accelerator = DEFAULT_ACCELERATOR,
    overrides: Sequence[str] = (),
    bindings: Pairs[str, int] | None = None,
    sizes: Pairs[str, int] | None = None,
    densities: Densities | None = None,
) -> tuple[Mapping, ...]:
    """All layers of a mapping file, or of the loop nests of a source file, on a machine.

    `accelerator` is a preset, a file or a machine; `overrides` are settings such as `"pes=64"`, `bindings` give values
    to free symbols, `sizes` to the sizes of loop nests; `densities` are those of tensors, as values or as texts such as
    `"2:4 along K"` (docs/sparsity.md), where a layer has such tensors. Raises WeftError when a layer is wrong, and
    warns (WeftWarning) of what may not be meant; `read` and `map_layer` take layers one at a time.
    """
    machine = _machine(accelerator, overrides)
    networks = read(path, sizes)
    found = [item for network in networks for item in network.diagnostics]
    found += [item for network in networks for layer in network.layers for item in layer.diagnostics]
    if any(item.is_error for item in found):
        raise WeftError(found)
    for item in found:
        if item.severity is Severity.WARNING:
            warnings.warn(str(item), WeftWarning, stacklevel=3)
    layers = [layer for network in networks for layer in network.layers]
    check_density_names(layers, densities or {})
    return tuple(map_layer(layer, machine, bindings, densities) for layer in layers)


@checked
def map(
    workload: Workload | Network | str | Path,
    accelerator: str | Path | Accelerator = DEFAULT_ACCELERATOR,
    objective: str | Sequence[str] | Function = "edp",
    *,
    template: str | Dataflow | None = None,
    constraints: Sequence[str] = (),
    shape: Sequence[int] | None = None,
    split: str = "even",
    flexibility: str | None = None,
    time: str = "throughput",
    budget: float | None = None,
    gap: float = 0.0,
    limits: Pairs[str, float] | None = None,
    workers: int | Executor | Workers = 1,
    store: str | Path | None = None,
    dataflow: str = "layer",
) -> MapResult:
    """Find the best program of every layer in a space, and prove how good it is.

    `workload` is a workload, a network, a file, or a line such as `gemm:M=64,N=64,K=64`. `objective` is `cycles`,
    `energy`, `edp` or `ed2p`, several of them (for the front of energy and cycles), or a function of `energy_pj` and
    `cycles` that never falls when one of them grows. The space is that of the machine, or that of a `template`, a
    program with open sizes; `constraints` are texts (docs/mapspace.md). `budget` is in seconds for all layers, `gap`
    the part that the answer may be above the best one. `limits` has the most that a program may have of `cycles`,
    `energy_pj`, `seconds` or `power_mw`: the answer is the best one within. Results that are final are kept in the file
    `store`. `dataflow` may be `class` or `one`: a dataflow for the layers of an operator, or for all.

    A layer without a program is in the result with its diagnostics. Raises WeftError for what is wrong with the whole.
    """
    from .search.network import map_layers
    from .search.objective import read_objective
    from .search.request import Request, Settings
    from .search.spaces.request import SpaceRequest
    from .search.workers.executors import crew

    settings = Settings(read_objective(objective, limits), time, gap, budget)
    program = parse_dataflow(template) if isinstance(template, str) else template
    units = None if shape is None else tuple(shape)
    space = SpaceRequest(program, tuple(constraints), units, split, flexibility)
    request = Request(_machine(accelerator), space, settings, dataflow)
    return map_layers(_layers(workload), request, crew(workers), store)


@checked
def explore(
    job: str | Path | Job | None = None,
    *,
    across: str = "sum",
    constraints: Sequence[str] = (),
    split: str = "even",
    budget: float | None = None,
    gap: float = 0.0,
    workers: int | Executor | Workers = 1,
    store: str | Path | None = None,
    **keys: Any,
) -> Exploration | Pipelined | SharedExploration:
    """Find the best machine of a space with its programs, and prove it (docs/explore.md).

    `job` is a job file, whose `keys` are changed by those given here, or a job; without one the keys are the job:
    `accelerator`, `set`, `vary`, `programs`, `networks`, `layers`, `tiles`, `limits`, `objective`, `front`, `time`,
    `pipelined`.

    With `programs` every design of every layer is accounted for; `pipelined`, each layer has a machine for itself. With
    `networks` alone, all their layers share the machine, each with its best program: what is minimised is the sum over
    the layers of each layer's value (`edp`: of its energy times its cycles), or with `across="worst"` the cycles of the
    layer that takes most. Then `constraints`, `split`, `budget`, `gap`, `workers` and `store` are as for `map`. Raises
    WeftError with all findings.
    """
    asked = _job(job, keys)
    if asked.networks and not asked.programs:
        from .exploration.shared_job import How
        from .search.spaces.request import SpaceRequest
        from .search.workers.executors import crew

        how = How(SpaceRequest(constraints=tuple(constraints), split=split), across, gap, budget)
        return explore_networks(asked, how, crew(workers), store)
    from .exploration.one_job import explore_programs
    from .exploration.pipelined import explore_pipelined

    written = written_layers(asked)
    return explore_programs(asked, written) if asked.pipelined == "no" else explore_pipelined(asked, written)


def explore_networks(job: Job, how: How, workers: Workers, store: str | Path | None) -> SharedExploration:
    """A job's networks on a machine that all their layers share."""
    from contextlib import nullcontext

    from .exploration.optima import Means
    from .exploration.shared_job import explore_shared
    from .search.store.store import Store

    layers = [item for path in job.networks for item in _layers(path)]
    with nullcontext(None) if store is None else Store(store) as kept:
        return explore_shared(job, layers, how, Means(workers, kept))


@checked
def count_front(
    workload: Workload,
    accelerator: str | Path | Accelerator = DEFAULT_ACCELERATOR,
    *,
    constraints: Sequence[str] = (),
    split: str = "even",
    any_room: bool = False,
    budget: float | None = None,
) -> CountFront:
    """The programs of a workload that can be best on some machine of the accelerator's structure.

    Energies and bandwidths are free; with `any_room` capacities too, else programs fit the accelerator. Not `complete`
    after `budget` seconds. ValueError if the costs of the machine are no linear forms; WeftError for its constraints.
    """
    from .search.count_front import count_front as search_front
    from .search.spaces.request import SpaceRequest

    request = SpaceRequest(constraints=tuple(constraints), split=split)
    deadline = inf if budget is None else clock.time() + budget
    return search_front(request.space(workload, _machine(accelerator)), any_room, deadline)


def written_layers(job: Job) -> list[tuple[str, str, Layer]]:
    """The layers of a job's programs, each behind its file and its network."""
    return [(path, network.name, layer) for path in job.programs for network in read(path) for layer in network.layers]


@checked
def explore_table(
    table: str | Path,
    objective: str,
    limits: Pairs[str, Any] | None = None,
    *,
    layers: str | Path | None = None,
    columns: Pairs[str, str] | None = None,
    budget: float | None = None,
) -> Chosen | None:
    """Choose an option for every layer from a table of another tool (docs/explore.md), and prove that it is the best.

    `table` is a CSV file, `layers` one with a row for every layer unless the table has a column `layer`; `columns` are
    formulas of further columns. `objective` is a column, `max(column)`, or a product of two such as `energy*cycles`;
    `limits` has the most that the sum of a column may be, a number or its text. None if nothing was found within
    `budget` seconds. Raises WeftError.
    """
    from .exploration.options import choose_options
    from .frontends.tables import read_options

    known = read_options(table, layers, columns)
    return choose_options(known, objective, limits or {}, inf if budget is None else budget)


def _job(job: str | Path | Job | None, keys: dict[str, Any]) -> Job:
    if isinstance(job, Job):
        if keys:
            raise TypeError("explore: a job has its keys; give changes with a file")
        return job
    return make_job(keys) if job is None else load_job(job, keys)


def _layers(workload: Workload | Network | str | Path, sizes: Pairs[str, int] | None = None) -> list[tuple[str, Layer]]:
    """The layers of a workload, a network or a file, with the names of their networks."""
    if isinstance(workload, Workload):
        return [("", Layer("layer", workload, operator=workload.operator))]
    networks = (workload,) if isinstance(workload, Network) else read(workload, sizes)
    findings = [item for network in networks for item in network.diagnostics if item.is_error]
    if findings:
        raise WeftError(findings)
    return [(network.name, layer) for network in networks for layer in network.layers]


@checked
def machine_space(accelerator: str | Path | Accelerator, vary: Pairs[str, Any] | Sequence[str]) -> MachineSpace:
    """All machines that a machine becomes by the values of `vary` (docs/explore.md): `{"pes": "8..240:8"}`.

    `accelerator` is a preset, a file or a machine; `vary` has texts `key=values`, or pairs whose values are texts or
    lists. Raises WeftError with all findings.
    """
    return read_space(_machine(accelerator), vary)


@checked
def sweep(
    programs: Mapping | Sequence[Mapping] | Workload | Network | str | Path,
    space: MachineSpace,
    *,
    time: Literal["throughput", "stepwise"] = "throughput",
    total: bool = False,
    bindings: Pairs[str, int] | None = None,
    sizes: Pairs[str, int] | None = None,
    objective: str | None = None,
    budget: float | None = None,
    gap: float = 0.0,
    store: str | Path | None = None,
) -> Sweep:
    """Programs over a space of machines: a table with a row per machine and layer, made when it is asked for.

    `programs` are mappings (whose machines are not used), a network, or a file with `bindings` and `sizes` as `load`
    has them. With an `objective` programs are searched for instead: the best one for every machine, as `map` finds it
    with `budget` seconds for each, `gap` and `store`. With `total` rows of all layers together follow each machine's.
    Raises WeftError when a layer is wrong.
    """
    from .exploration.sweep import Sweep

    layers = swept_layers(_layers_of(programs, sizes), space.base, bindings, objective is not None)
    return Sweep(space, layers, time, total, _finder(space, objective, time, budget, gap, store))


def _finder(
    space: MachineSpace, objective: str | None, time: str, budget: float | None, gap: float, store: str | Path | None
) -> BestPrograms | None:
    from .exploration.best_programs import BestPrograms
    from .search.objective import read_objective
    from .search.request import Settings

    if objective is None:
        return None
    return BestPrograms(Settings(read_objective(objective), time, gap, budget), store, space.variables)


def _layers_of(
    programs: Mapping | Sequence[Mapping] | Workload | Network | str | Path, sizes: Pairs[str, int] | None
) -> list[tuple[str, Layer]]:
    if isinstance(programs, Mapping):
        programs = (programs,)
    if isinstance(programs, str | Path | Workload | Network):
        return _layers(programs, sizes)
    return [("", Layer(item.name, item.workload, item.dataflow, span=item.span)) for item in programs]


def swept_layers(
    layers: Iterable[tuple[str, Layer]], machine: Accelerator, bindings: Pairs[str, int] | None, searched: bool
) -> tuple[SweptLayer, ...]:
    """Layers with their programs, or, if programs are `searched` for, with none.

    Raises WeftError when a layer is wrong, whatever the machine.
    """
    from .exploration.sweep import SweptLayer

    found = []
    for network, layer in layers:
        plain = replace(layer, dataflow=Dataflow(((),))) if searched else layer
        mapping = map_layer(plain, machine, bindings)
        run_passes(Program(mapping), [CanonicalizePass()]).raise_errors()
        found.append(SweptLayer(network, mapping))
    return tuple(found)


def _machine(accelerator: str | Path | Accelerator, overrides: Sequence[str] = ()) -> Accelerator:
    if isinstance(accelerator, Accelerator):
        return apply_overrides(accelerator, overrides)
    return load_accelerator(str(accelerator), overrides)


@checked
def map_layer(
    layer: Layer,
    accelerator: Accelerator,
    bindings: Pairs[str, int] | None = None,
    densities: Densities | None = None,
) -> Mapping:
    """A layer on a machine, with all sizes bound. Raises WeftError when the layer is wrong or has no dataflow."""
    if layer.workload is None or any(item.is_error for item in layer.diagnostics):
        raise WeftError(layer.diagnostics)
    if layer.dataflow is None:
        hint = "add a Dataflow block to this layer or to one before it, or find a program with weft map"
        raise WeftError(Diagnostic("W009", f"layer '{layer.name}' has no dataflow", span=layer.span, hint=hint))
    dataflow = layer.dataflow.bind(layer.workload.extents, bindings or {})
    workload = _with_densities(layer.workload, densities or {})
    return Mapping(workload, dataflow, accelerator, layer.name, layer.span)


def _with_densities(workload: Workload, densities: Densities) -> Workload:
    names = [tensor.name for tensor in workload.tensors]
    return with_densities(
        workload,
        {
            name: read_density(density, workload, name) if isinstance(density, str) else density
            for name, density in densities.items()
            if name in names
        },
    )


def check_density_names(layers: Iterable[Layer], densities: Densities) -> None:
    """Raise WeftError for every density of a tensor that none of the layers has."""
    names = {tensor.name: None for layer in layers if layer.workload for tensor in layer.workload.tensors}
    found = []
    for name in (name for name in densities if names and name not in names):
        hint = did_you_mean(name, names, "tensors")
        found.append(Diagnostic("W002", f"no layer has a tensor '{name}'", hint=hint))
    if found:
        raise WeftError(found)


@checked
def check(mapping: Mapping, over_capacity: OverCapacity = "error") -> tuple[Diagnostic, ...]:
    """All findings about a mapping: legality first, then the machine's limits. Empty when there is nothing to say."""
    return analyse(mapping, over_capacity).diagnostics


@checked
def evaluate(mapping: Mapping, over_capacity: OverCapacity = "error") -> Cost:
    """Exact counts, cycles, energy and area of a mapping. Raises WeftError when it is illegal or does not fit."""
    return evaluate_schedule(schedule_of(mapping, over_capacity))


@checked
def count(mapping: Mapping, over_capacity: OverCapacity = "error") -> ProgramCounts:
    """What a mapping counts, whatever its machine charges for it. Raises WeftError as `evaluate` does."""
    return ProgramCounts(schedule_of(mapping, over_capacity))


@checked
def price(counts: ProgramCounts, machines: Accelerator | Sequence[Accelerator] | Any) -> Any:
    """One program on many machines: an array with `energy_pj`, `cycles` and `seconds` by throughput, and `fits`.

    `machines` are machines, or an array of rows as `counts.prices()` gives them, one number per field. ValueError for
    a machine on which the program counts something else: it differs in more than prices.
    """
    if isinstance(machines, Accelerator):
        machines = (machines,)
    if isinstance(machines, Sequence):
        machines = concatenate([empty(0, counts.row), *(_prices(counts, machine) for machine in machines)])
    return price_rows(counts, machines)


def _prices(counts: ProgramCounts, machine: object) -> Any:
    if not isinstance(machine, Accelerator):
        raise TypeError(f"price: machines must be machines or an array of rows, not {machine!r:.60}")
    mapping = counts.schedule.mapping
    other = count(Mapping(mapping.workload, mapping.dataflow, machine, mapping.name), "warning")
    if not counts.same_structure(other):
        raise ValueError(f"the program counts something else on {machine.name}: it differs in more than prices")
    return other.prices()


@checked
def evaluate_sparse(mapping: Mapping, over_capacity: OverCapacity = "error") -> SparseCost | None:
    """The expected cost of a mapping whose tensors have zeros; None if its workload gives no densities.

    Raises WeftError as `evaluate` does.
    """
    return expect(evaluate(mapping, over_capacity))


@checked
def explain(mapping: Mapping, over_capacity: OverCapacity = "error") -> Explanation:
    """Where each number comes from: formulas with symbols and values, per tensor and interface."""
    from .explanation import explain_program

    return explain_program(analyse(mapping, over_capacity))


@checked
def simulate(mapping: Mapping, *, seed: int = 0, over_capacity: OverCapacity = "error") -> Simulation:
    """Run the program step by step on random data drawn with `seed` (oracle 2). For small programs."""
    return run(schedule_of(mapping, over_capacity), seed=seed)


@checked
def exact_counts(mapping: Mapping) -> Counts:
    """Count with isl from the spacetime relation (oracle 1). For small programs."""
    from .backends.exact.counts import exact_counts as count_exactly

    return count_exactly(schedule_of(mapping))
