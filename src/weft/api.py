"""The Python interface: read, check, evaluate, explain and verify mappings."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Pairs
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy import concatenate, empty

from .backends.cost import Cost, ProgramCounts, evaluate_schedule
from .backends.cost import price as price_rows
from .backends.simulate import Simulation
from .backends.simulate import simulate as run
from .backends.sparse import SparseCost
from .backends.sparse import evaluate_sparse as expect
from .designs import Design, close_design
from .frontends.accelerator import apply_overrides, load_accelerator
from .frontends.densities import Densities, check_density_names, workload_with
from .frontends.maestro import parse_dataflow, write_maestro
from .frontends.maestro import parse_workload as parse_workload_blocks
from .frontends.mapping_text import parse_mapping
from .frontends.registry import frontend_of, source_of
from .frontends.registry import read_nests as read_nest_file
from .frontends.sizes import Sizes
from .frontends.timeloop import read_open_timeloop
from .frontends.timeloop import read_timeloop as read_timeloop_files
from .frontends.workloads import is_workload_text, parse_single
from .ir import (
    Accelerator,
    Counts,
    Dataflow,
    Diagnostic,
    Layer,
    LoopNest,
    Mapping,
    Network,
    Severity,
    WeftError,
    WeftWarning,
    Workload,
)
from .ir.arguments import checked
from .passes import (
    OverCapacity,
    Raised,
    RaisePass,
    analyse,
    raise_nest,
)
from .passes import lower as lower_schedule
from .passes import reschedule as reschedule_nest
from .passes import schedule as schedule_of
from .search.named import dataflow_named
from .verification import verify

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from .explanation import Explanation
    from .search.network import MapResult
    from .search.objective import Function
    from .search.workers.executors import Workers

__all__ = [
    "check",
    "count",
    "einsum",
    "emit",
    "evaluate",
    "evaluate_sparse",
    "exact_counts",
    "explain",
    "load",
    "load_accelerator",
    "lower",
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
    "read_timeloop_design",
    "reschedule",
    "simulate",
    "verify",
    "write_maestro",
    "write_timeloop",
]

DEFAULT_ACCELERATOR = "generic_256"


@checked
def read(path: str | Path, sizes: Pairs[str, int] | None = None, *, recognize: bool = True) -> tuple[Network, ...]:
    """Read a mapping file or a model (ONNX, `.pt2`, StableHLO), or raise the loop nests of a Python, C or MLIR file.

    Of a file of loop nests `FILE:FUNCTION` names one.

    A workload in a line, such as `gemm:M=64,N=64,K=64` (docs/python.md), is a network without dataflow.
    A layer that is wrong, or a statement that cannot be raised, carries its diagnostics; the others are whole. `sizes`
    are the values of symbolic extents of loop nests and models; without `recognize` the dimensions of a loop nest keep
    the names of its loops.
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
def einsum(equation: str, **sizes: int) -> Workload:
    """The workload of an einsum over one or two tensors: `einsum("mk,kn->mn", m=64, k=64, n=64)`.

    Each letter is a dimension; two tensors are multiplied and summed over the letters that the output lacks, one is
    summed or transposed. Raises WeftError with all that is wrong, and for three and more operands, which are several
    layers: `read("einsum:ij,jk,kl->il:i=8,j=8,k=8,l=8")` multiplies them in pairs, from the left.
    """
    given = ",".join(f"{name}={size}" for name, size in sizes.items())
    return parse_single(f"einsum:{equation}:{given}")


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
def read_timeloop_design(*paths: str | Path) -> Design:
    """The problem, the machine and the constraints that the files of a Timeloop design describe, for `weft.map`.

    Raises WeftError with everything that Weft does not read, and for constraints that it cannot ask of its programs.
    """
    return close_design(read_open_timeloop(paths))


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
    dataflow: str | None = None,
) -> tuple[Mapping, ...]:
    """All layers of a mapping file, or of the loop nests of a source file, on a machine.

    `accelerator` is a preset, a file or a machine; `overrides` are settings such as `"pes=64"`, `bindings` give values
    to free symbols, `sizes` to the sizes of loop nests; `densities` are those of tensors, as values or as texts such as
    `"2:4 along K"` (docs/sparsity.md), where a layer has such tensors. Layers without a program get `dataflow`, as
    `map_layer` has it. Raises WeftError when a layer is wrong, and
    warns (WeftWarning) of what may not be meant; `read` and `map_layer` take layers one at a time.
    """
    machine = machine_of(accelerator, overrides)
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
    return tuple(map_layer(layer, machine, bindings, densities, dataflow) for layer in layers)


@checked
def map(
    workload: Workload | Network | Design | str | Path,
    accelerator: str | Path | Accelerator | None = None,
    objective: str | Sequence[str] | Function | None = None,
    *,
    template: str | Dataflow | None = None,
    constraints: Sequence[str] = (),
    shape: Sequence[int] | None = None,
    split: str = "even",
    flexibility: str | None = None,
    time: str = "throughput",
    budget: float | None = None,
    gap: float = 0.0,
    top: int | None = None,
    within: float | None = None,
    limits: Pairs[str, float] | None = None,
    workers: int | Executor | Workers = 1,
    store: str | Path | None = None,
    share: str = "layer",
) -> MapResult:
    """Find the best program of every layer in a space, and prove how good it is.

    `workload` is a workload, a network, a file, or a line such as `gemm:M=64,N=64,K=64`; or a design, which brings its
    machine, constraints and perhaps an objective. `objective` is `cycles`, `energy`, `edp` (the default) or `ed2p`,
    several of them (for the front of energy and cycles), or a function of `energy_pj` and `cycles` that never falls
    when one of them grows. The space is that of the machine, or that of a `template`, a
    program with open sizes; `constraints` are texts (docs/mapspace.md). `budget` is in seconds for all layers, `gap`
    the part that the answer may be above the best one. `top` asks for so many programs, of different energy or cycles,
    with the least values, `within` for those whose value is at most that part above the least one: `near` of a layer.
    `limits` has the most that a program may have of `cycles`, `energy_pj`, `seconds` or `power_mw`: the answer is the
    best one within. Results that are final are kept in the file `store`. `share` may be `class` or `one`: a dataflow
    for the layers of an operator class, or for all.

    A layer without a program is in the result with its diagnostics. Raises WeftError for what is wrong with the whole.
    """
    from .search.network import map_layers
    from .search.objective import read_objective
    from .search.request import Request, Settings
    from .search.spaces.request import SpaceRequest
    from .search.workers.crew import crew

    if isinstance(workload, Design):
        objective = objective if objective is not None else workload.objective
        if accelerator is not None:
            raise ValueError("a design has a machine of its own: leave out the accelerator")
    chosen = read_objective(objective if objective is not None else "edp", limits)
    settings = Settings(chosen, time, gap, budget, top, within)
    program = parse_dataflow(template) if isinstance(template, str) else template
    units = None if shape is None else tuple(shape)
    space = SpaceRequest(program, tuple(constraints), units, split, flexibility)
    if isinstance(workload, Design):
        space = workload.within(space)
        request = Request(workload.accelerator, space, settings, share)
        layers = [("", Layer(workload.name, workload.workload, span=workload.span))]
    else:
        request = Request(machine_of(accelerator or DEFAULT_ACCELERATOR), space, settings, share)
        layers = layers_of(workload)
    return map_layers(layers, request, crew(workers), store)


def layers_of(
    workload: Workload | Network | str | Path, sizes: Pairs[str, int] | None = None
) -> list[tuple[str, Layer]]:
    """The layers of a workload, a network or a file, with the names of their networks."""
    if isinstance(workload, Workload):
        return [("", Layer("layer", workload, operator=workload.operator))]
    return layers_in((workload,) if isinstance(workload, Network) else read(workload, sizes))


def layers_in(networks: Sequence[Network]) -> list[tuple[str, Layer]]:
    """The layers of networks, with the names of these. Raises WeftError for what is wrong with a network."""
    findings = [item for network in networks for item in network.diagnostics if item.is_error]
    if findings:
        raise WeftError(findings)
    return [(network.name, layer) for network in networks for layer in network.layers]


def machine_of(accelerator: str | Path | Accelerator, overrides: Sequence[str] = ()) -> Accelerator:
    if isinstance(accelerator, Accelerator):
        return apply_overrides(accelerator, overrides)
    return load_accelerator(str(accelerator), overrides)


@checked
def map_layer(
    layer: Layer,
    accelerator: Accelerator,
    bindings: Pairs[str, int] | None = None,
    densities: Densities | None = None,
    dataflow: str | None = None,
) -> Mapping:
    """A layer on a machine, with all sizes bound. Raises WeftError when the layer is wrong or has no dataflow.

    One that has none gets the `dataflow` of that name: one of the paper (`C-P`, `X-P`, `YX-P`, `YR-P`, `KC-P`), or
    `fit`, some program that fits the machine.
    """
    if layer.workload is None or layer.is_wrong:
        raise WeftError(layer.diagnostics)
    if layer.dataflow is not None:
        program = layer.dataflow.bind(layer.workload.extents, bindings or {})
    elif dataflow is not None:
        program = dataflow_named(dataflow, layer, layer.workload, accelerator)
    else:
        hint = "find a program with weft map, take one by name (--dataflow KC-P), or add a Dataflow block to the layer"
        raise WeftError(Diagnostic("W009", f"layer '{layer.name}' has no dataflow", span=layer.span, hint=hint))
    workload = workload_with(layer.workload, densities or {})
    return Mapping(workload, program, accelerator, layer.name, layer.span)


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
