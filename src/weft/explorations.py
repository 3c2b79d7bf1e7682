"""The Python interface to machines as unknowns: explorations, sweeps and fronts."""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as Pairs
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from .api import DEFAULT_ACCELERATOR, layers_in, layers_of, machine_of, map_layer, read_file
from .frontends.accelerator import machine_space as read_space
from .frontends.exploration import load_job, make_job
from .frontends.sizes import Sizes
from .ir import (
    Accelerator,
    Dataflow,
    Diagnostic,
    Job,
    Layer,
    MachineSpace,
    Mapping,
    Network,
    WeftError,
    Workload,
)
from .ir.arguments import checked
from .passes import CanonicalizePass, Program, RaisePass, run_passes

__all__ = ["count_front", "explore", "explore_table", "machine_space", "sweep"]

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from typing import TypeAlias

    from .exploration.clouds import Run
    from .exploration.explored import Exploration
    from .exploration.meant import Written
    from .exploration.optima import Means
    from .exploration.options import Chosen
    from .exploration.pipelined import Pipelined
    from .exploration.shared_job import How, SharedExploration
    from .exploration.sweep import Sweep, SweptLayer
    from .search.count_front import CountFront
    from .search.workers.executors import Workers

    Found: TypeAlias = Exploration | Pipelined | SharedExploration


@checked
def explore(
    job: str | Path | Job | None = None,
    *,
    across: str = "sum",
    constraints: Sequence[str] = (),
    split: str = "even",
    budget: float | None = None,
    gap: float = 0.0,
    sensitivity: bool = True,
    share: str = "layer",
    workers: int | Executor | Workers = 1,
    store: str | Path | None = None,
    **keys: Any,
) -> Found:
    """Find the best machine of a space with its programs, and prove it (docs/explore.md).

    `job` is a job file, whose `keys` are changed by those given here, or a job; without one the keys are the job:
    `accelerator`, `set`, `vary`, `programs`, `networks`, `sizes`, `layers`, `tiles`, `limits`, `objective`, `front`,
    `time`, `pipelined`. Programs none of whose layers has a dataflow are networks.

    With `programs` every design of every layer is accounted for; `pipelined`, each layer has a machine for itself, and
    `budget` ends the choice among these. With `networks` alone, all their layers share the machine, each with its best
    program: what is minimised is the sum over the layers of each layer's value (`edp`: of its energy times its cycles),
    or with `across="worst"` the cycles of the layer that takes most. Then `constraints`, `split`, `budget`, `gap`,
    `workers` and `store` are as for `map`, and with `sensitivity` what is next to the best machine is searched too.
    With `share="class"` or `"one"` all layers of an operator class, or all, spread the same dimensions.
    Raises WeftError with all findings.
    """
    from .exploration.optima import Means
    from .exploration.shared_job import How
    from .search.spaces.request import SpaceRequest
    from .search.workers.crew import crew

    asked = _job(job, keys)
    how = How(SpaceRequest(constraints=tuple(constraints), split=split), across, gap, budget, sensitivity, share)
    options = {
        "across": across != "sum", "constraints": constraints, "split": split != "even", "gap": gap,
        "budget": budget is not None, "sensitivity": not sensitivity,
        "share": share != "layer", "workers": workers != 1,
        "store": store is not None,
    }  # fmt: skip
    given = [name for name, value in options.items() if value]
    return explore_job(asked, how, Means(crew(workers)), store, given)


def explore_job(
    job: Job,
    how: How,
    means: Means,
    store: str | Path | None,
    given: Sequence[str] = (),
    go: Callable[[Sequence[Run]], None] | None = None,
) -> Found:
    """Explore a job of any kind; `given` names the options of searches that were given, and `go` runs programs."""
    from .exploration.one_job import explore_programs, run_all
    from .exploration.pipelined import explore_pipelined
    from .exploration.shared_job import refuse_search_options

    written = written_layers(job)
    if job.programs and not job.networks and all(item.layer.dataflow is None for item in written):
        # What a model is without programs, files such as ONNX always, asks for the best of them.
        job = replace(job, programs=(), networks=job.programs)
    if job.networks and not job.programs:
        if go is not None:
            message = "of free programs only the best are known: there is no cloud of all designs"
            raise WeftError(Diagnostic("W731", message, hint="give programs, or leave out the cloud"))
        return _explore_networks(job, written, how, means, store)
    pipelined = job.pipelined != "no"
    refuse_search_options([name for name in given if not (pipelined and name.strip("-") in ("budget", "gap"))])
    if pipelined:
        return explore_pipelined(job, written, inf if how.budget is None else how.budget, how.gap)
    return explore_programs(job, written, go or run_all)


def _explore_networks(
    job: Job, written: Sequence[Written], how: How, means: Means, store: str | Path | None
) -> SharedExploration:
    """A job's networks on a machine that all their layers share."""
    from contextlib import nullcontext

    from .exploration.shared_job import explore_shared
    from .search.store.store import Store
    from .search.workers.crew import at_home
    from .search.workers.kept import kept_open

    opened = nullcontext(None) if store is None else Store(store)
    with opened as kept, kept_open(means.workers or at_home()) as workers:
        means.store, means.workers = kept, workers
        return explore_shared(job, written, how, means)


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
    from .search.spaces.request import OneASide

    request = OneASide(constraints=tuple(constraints), split=split)
    deadline = inf if budget is None else clock.time() + budget
    return search_front(request.space(workload, machine_of(accelerator)), any_room, deadline)


def written_layers(job: Job) -> list[Written]:
    """The layers of a job's programs, or without any of its networks, each behind its file and its network."""
    from .exploration.meant import Written

    sizes = Sizes(dict(job.sizes))
    networks = [(path, read_file(path, sizes, RaisePass())) for path in job.programs or job.networks]
    if unused := tuple(sizes.unused()):
        raise WeftError(unused)
    return [Written(path, *item) for path, found in networks for item in layers_in(found)]


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


@checked
def machine_space(accelerator: str | Path | Accelerator, vary: Pairs[str, Any] | Sequence[str]) -> MachineSpace:
    """All machines that a machine becomes by the values of `vary` (docs/explore.md): `{"pes": "8..240:8"}`.

    `accelerator` is a preset, a file or a machine; `vary` has texts `key=values`, or pairs whose values are texts or
    lists. Raises WeftError with all findings.
    """
    return read_space(machine_of(accelerator), vary)


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

    unused = [name for name, given in (("budget", budget is not None), ("gap", gap), ("store", store)) if given]
    if objective is None and unused:
        message = f"without an objective no programs are searched: {' and '.join(unused)} would have no effect"
        raise WeftError(Diagnostic("W731", message, hint="give an objective"))
    layers = swept_layers(_layers_of(programs, sizes), space.base, bindings, objective is not None)
    if objective is None:
        return Sweep(space, layers, time, total)
    from .exploration.best_programs import BestPrograms

    return Sweep(space, layers, time, total, BestPrograms.of(space, objective, time, budget, gap, store))


def _layers_of(
    programs: Mapping | Sequence[Mapping] | Workload | Network | str | Path, sizes: Pairs[str, int] | None
) -> list[tuple[str, Layer]]:
    if isinstance(programs, Mapping):
        programs = (programs,)
    if isinstance(programs, str | Path | Workload | Network):
        return layers_of(programs, sizes)
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
