"""One dataflow for several layers: all of them, or those of an operator class.

A dataflow for several layers is a structure with its orders, placement and chunk sizes, which are clipped to each
layer. The candidates are the programs that the searches of the layers found. The choice among these is exact; a program
that is best for no layer is not considered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ..backends.cost import evaluate_schedule
from ..ir import Cluster, Dataflow, Diagnostic, Directive, Mapping, Placement, WeftError, Workload
from ..passes.pipeline import schedule
from .objective import Metrics, Objective
from .results import MappedLayer


@dataclass(frozen=True)
class Fitted:
    """A layer under a common dataflow."""

    layer: MappedLayer
    dataflow: Dataflow
    metrics: Metrics


@dataclass(frozen=True)
class SharedDataflow:
    """Layers with one dataflow; `name` is that of the operator class, or `all`."""

    name: str
    dataflow: Dataflow
    layers: tuple[Fitted, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over layers, run one after the other."""

    energy_pj: float
    cycles: int

    @property
    def edp(self) -> float:
        """Energy times cycles of the whole."""
        return Objective(("edp",)).value(Metrics(self.energy_pj, self.cycles))


@dataclass(frozen=True)
class DataflowChoice:
    """The dataflows of a machine: `common` is what they cost, `each` what the best program per layer costs."""

    scope: str
    groups: tuple[SharedDataflow, ...]
    each: Totals
    common: Totals


def choose(layers: Sequence[MappedLayer], scope: str) -> DataflowChoice:
    """The best dataflow per operator class (`class`) or for all layers (`one`), by the objective of the sums.

    Raises WeftError (W706) where no candidate is legal and fits on all layers of a group.
    """

    def names(layer: MappedLayer) -> str:
        return "all" if scope == "one" else layer.workload.operator

    groups = tuple(
        _best(name, [layer for layer in layers if names(layer) == name]) for name in dict.fromkeys(map(names, layers))
    )
    metrics = [fitted.metrics for group in groups for fitted in group.layers]
    each = totals(Metrics(layer.cost.energy_pj, layer.cost.cycles(layer.settings.time)) for layer in layers)
    return DataflowChoice(scope, groups, each, totals(metrics))


def totals(metrics: Iterable[Metrics]) -> Totals:
    """The sums."""
    found = list(metrics)
    return Totals(sum(item.energy_pj for item in found), sum(item.cycles for item in found))


def _best(name: str, layers: Sequence[MappedLayer]) -> SharedDataflow:
    programs = dict.fromkeys(
        p for layer in layers for p in (layer.dataflow, *(c.dataflow for c in (*layer.pareto, *layer.near)))
    )
    objective = layers[0].settings.objective
    known: dict[tuple[Dataflow, Workload], Fitted | None] = {}
    found = [(program, _on_all(program, layers, known)) for program in programs]
    groups = [SharedDataflow(name, program, fitted) for program, fitted in found if fitted is not None]
    if not groups:
        suits = "is legal, fits and keeps the limits" if objective.limits else "is legal and fits"
        message = f"none of {len(programs)} dataflows {suits} on all {len(layers)} layers ({name})"
        raise WeftError(Diagnostic("W706", message, hint="choose one per class or per layer"))
    return min(groups, key=lambda group: _value(group, objective))


def _value(group: SharedDataflow, objective: Objective) -> float:
    sums = totals(fitted.metrics for fitted in group.layers)
    return objective.value(Metrics(sums.energy_pj, sums.cycles))


def _on_all(
    program: Dataflow, layers: Sequence[MappedLayer], known: dict[tuple[Dataflow, Workload], Fitted | None]
) -> tuple[Fitted, ...] | None:
    """The layers under a program; None if it does not suit one of them."""
    found = []
    for layer in layers:
        key = program, layer.workload
        if key not in known:
            known[key] = _on(program, layer)
        fitted = known[key]
        if fitted is None:
            return None
        found.append(replace(fitted, layer=layer))
    return tuple(found)


def _on(program: Dataflow, layer: MappedLayer) -> Fitted | None:
    fitted = clip(program, layer.workload)
    try:
        plan = schedule(Mapping(layer.workload, fitted, layer.space.accelerator))
    except WeftError:
        return None
    cost = evaluate_schedule(plan)
    metrics = Metrics(cost.energy_pj, cost.cycles(layer.settings.time))
    within = layer.settings.objective.ceiling(layer.space.accelerator).keeps(metrics)
    return Fitted(layer, fitted, metrics) if within else None


def clip(program: Dataflow, workload: Workload) -> Dataflow:
    """A canonical program with its chunks cut to a workload's; maps of dimensions that it has not are left out."""
    chunks = {name: extent for name, extent in workload.dimensions if extent > 1}
    levels = []
    for level in program.levels:
        found: list[Directive] = []
        for item in level:
            if item.dimension in chunks:
                size = chunks[item.dimension] = min(int(item.size), chunks[item.dimension])
                found.append(replace(item, size=size, offset=size))
        levels.append(tuple(found))
    names = {tensor.name for tensor in workload.tensors}
    placements = tuple(Placement(p.memory, tuple(t for t in p.tensors if t in names)) for p in program.placements)
    return Dataflow(tuple(levels), tuple(Cluster(c.size, c.memory) for c in program.clusters), placements)
