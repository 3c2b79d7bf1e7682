"""A pipelined design: every layer has a machine for itself, all within limits on the sums.

Layers are independent but for the limits, so the best design is a multiple-choice knapsack over the best machines and
programs of every layer: it is solved exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf, prod
from time import monotonic, perf_counter
from typing import Any

from ..backends.report import SCHEMA_VERSION, Sheet, Tabular
from ..ir import Diagnostic, Job, Metric, WeftError, Workload
from .design_rows import Best, designs_sheet
from .explored import best_data, metrics_data, question_data
from .meant import Meant, Written, not_alike
from .one_job import chosen_layers
from .open_programs import check_tiles
from .pipeline_search import Name, PipelinedDesign, PipelineSearch, metrics_of
from .shares import Alternative, Share, open_programs, share

Layer = tuple[Name, Workload, tuple[Alternative, ...]]
"""A layer with its programs, which are alternatives."""


@dataclass(frozen=True)
class Pipelined(Tabular):
    """What a job found: the best design by every objective, of so many designs; None if none was found in time."""

    job: Job
    names: tuple[Name, ...]
    shares: tuple[Share, ...]
    best: dict[str, PipelinedDesign | None]
    seconds: dict[str, float] = field(compare=False)
    """Of finding the layers' designs, and of choosing among them."""

    @property
    def designs(self) -> int:
        """How many designs there are: every layer's design with every one of the others."""
        return prod(item.tally.designs for item in self.shares)

    @property
    def valid(self) -> int:
        """How many of them have a machine and a legal program for every layer, whatever the limits."""
        return prod(item.tally.valid for item in self.shares)

    @property
    def proved(self) -> bool:
        """Whether every objective has a design that is proved to be as good as was asked."""
        return all(found is not None and found.certificate.status != "budget" for found in self.best.values())

    @property
    def workloads(self) -> dict[Name, Workload]:
        """The layers by network and name."""
        return {name: item.workload for name, item in zip(self.names, self.shares, strict=True)}

    def within(self, limits: Mapping[Metric, float], budget: float = inf, gap: float = 0.0) -> Pipelined:
        """The same layers with other limits on the same metrics: their designs are known already."""
        if unknown := [name for name in limits if name not in dict(self.job.limits)]:
            raise ValueError(f"{unknown[0]} has no limit in the job, so designs were left out whatever they have of it")
        return _chosen(replace(self.job, limits=tuple(limits.items())), self.names, self.shares, 0.0, (budget, gap))

    def sheet(self) -> Sheet:
        """A row for every layer of the best designs, each with the machine of the layer."""
        found = []
        for name, design in self.best.items():
            if design is not None:
                proof = (design.certificate.status, design.certificate.gap, float(design.certificate.lower_bound))
                found.append(Best(name, design.layers, metrics_data(design.metrics), self.workloads, proof))
        return designs_sheet(found, self.job.time)

    def to_dict(self) -> dict[str, Any]:
        """The result as JSON has it (docs/json.md)."""
        return {
            "schema_version": SCHEMA_VERSION,
            "accelerator": self.job.space.base.name,
            "question": question_data(self.job) | {"pipelined": self.job.pipelined},
            "designs": self.designs,
            "valid": self.valid,
            "best": {name: None if found is None else _data(found) for name, found in self.best.items()},
            "seconds": sum(self.seconds.values()),
        }


def _data(found: PipelinedDesign) -> dict[str, Any]:
    together = metrics_data(found.metrics)
    certificate = found.certificate.to_dict()
    layers = [best_data(design) for design in found.layers]
    sensitivity = [
        {"limit": name, "value": most, "best": None if value is None else float(value)}
        for name, most, value in found.sensitivity
    ]
    turns = {turn.metric: turn.to_dict() for turn in found.turns}
    return {
        "metrics": together,
        "layers": layers,
        "certificate": certificate,
        "sensitivity": sensitivity,
        "turns": turns,
    }


def explore_pipelined(job: Job, written: Sequence[Written], budget: float = inf, gap: float = 0.0) -> Pipelined:
    """The best pipelined design by every objective, or one above it by the part `gap`.

    `budget` is in seconds, for all searches after the layers' designs.

    Raises WeftError for layers without programs, for what no program has, and where no design keeps the limits (W704).
    """
    start = perf_counter()
    if job.front:
        raise WeftError(Diagnostic("W731", "pipelined designs have no front", hint="leave it out"))
    layers, metrics = _layers(chosen_layers(job, written)), metrics_of(job)
    given = {**dict(job.tiles), **{symbol: () for symbol, _ in job.ties}}
    check_tiles(given, [p for _, workload, programs in layers for p in open_programs(job, workload, programs)])
    known: dict[tuple[Workload, tuple[Alternative, ...]], Share] = {}
    for (_, name), workload, programs in layers:
        if (workload, programs) not in known:
            known[workload, programs] = share(job, workload, programs, metrics)
        _check_any(name, known[workload, programs])
    shares = tuple(known[workload, programs] for _, workload, programs in layers)
    names = tuple(name for name, _, _ in layers)
    return _chosen(job, names, shares, perf_counter() - start, (budget, gap))


def _chosen(
    job: Job, names: tuple[Name, ...], shares: tuple[Share, ...], seconds: float, means: tuple[float, float]
) -> Pipelined:
    """The best designs, after `seconds` spent on those of the layers; `means` are the budget and the gap."""
    start = perf_counter()
    search = PipelineSearch(job, names, shares, monotonic() + means[0], means[1])
    best: dict[str, PipelinedDesign | None] = {name: search.best(name) for name in job.objectives}
    return Pipelined(job, names, shares, best, {"designs": seconds, "search": perf_counter() - start})


def _layers(chosen: Sequence[Meant]) -> list[Layer]:
    """Every layer with its programs. WeftError if alternatives compute something else."""
    found: dict[str, list[tuple[Workload, Alternative]]] = {}
    networks: dict[str, str] = {}
    for label, (file, network, layer) in chosen:
        assert layer.workload is not None
        assert layer.dataflow is not None
        networks.setdefault(label, network)
        found.setdefault(label, []).append((layer.workload, (file, layer.dataflow)))
    for label, items in found.items():
        if any(workload != items[0][0] for workload, _ in items):
            raise not_alike(label, "its dimensions differ")
    return [
        ((networks[label], label), items[0][0], tuple(alternative for _, alternative in items))
        for label, items in found.items()
    ]


def _check_any(layer: str, found: Share) -> None:
    if not len(found.metrics):
        message = f"no design of layer '{layer}' is valid: {found.tally.designs:,} have no machine or no legal program"
        raise WeftError(Diagnostic("W704", message))
