"""What mapping a layer gives: its best program with cost and certificate, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ..backends.cost import Cost
from ..backends.sparse import SparseCost, evaluate_sparse
from ..ir import Dataflow, Diagnostic, Layer, Mapping, Severity, Workload
from .certificate import Certificate
from .history import Moment
from .objective import Metrics
from .request import Settings
from .spaces.coverage import coverage
from .spaces.space import MapSpace


@dataclass(frozen=True)
class Candidate:
    """A program with its energy and cycles."""

    metrics: Metrics
    dataflow: Dataflow


@dataclass(frozen=True)
class MappedLayer:
    """The best program of a layer of a network: `value` in the objective, `cost` by single evaluation.

    `pareto` is the front of energy and cycles where several objectives, or a function, were asked for, else empty.
    `near` has the programs with the least values, the best one first, where such were asked for, else nothing.
    `seconds` is the time of its search (of an equal layer, or in an earlier run, if that was kept); `history` how that
    went, empty if it was kept, and for fronts.
    """

    network: str
    layer: Layer
    workload: Workload
    space: MapSpace
    settings: Settings
    value: float
    seconds: float
    dataflow: Dataflow
    cost: Cost
    pareto: tuple[Candidate, ...]
    near: tuple[Candidate, ...]
    certificate: Certificate
    history: tuple[Moment, ...] = ()

    @property
    def name(self) -> str:
        """The layer's name."""
        return self.layer.name

    @property
    def operator(self) -> str:
        """The operator as the layer's file names it, else that of the workload."""
        return self.layer.operator or self.workload.operator

    @property
    def coverage(self) -> str:
        """What the proof covers, in one line."""
        return str(coverage(self.space, self.settings.objective.limit_texts()))

    @property
    def mapping(self) -> Mapping:
        """The layer with its best program."""
        return Mapping(self.workload, self.dataflow, self.space.accelerator, self.name)

    @cached_property
    def sparse(self) -> SparseCost | None:
        """What is expected of the program with the layer's zeros; None if it has none."""
        return evaluate_sparse(self.cost)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What was found in reading the layer, what the search leaves out, and what the program makes of zeros."""
        zeros = (_dense_search(self.workload), *self.sparse.diagnostics) if self.sparse else ()
        return (*self.layer.diagnostics, *zeros)


def _dense_search(workload: Workload) -> Diagnostic:
    names = " and ".join(name for name, _ in workload.densities)
    message = f"the search counts every element of {names}, zero or not: another program may be better with zeros"
    hint = "weft evaluate gives what is expected of a program with zeros"
    return Diagnostic("W604", message, Severity.WARNING, hint=hint)


@dataclass(frozen=True)
class UnmappedLayer:
    """A layer without a program, and why."""

    network: str
    layer: Layer
    diagnostics: tuple[Diagnostic, ...]

    @property
    def name(self) -> str:
        """The layer's name."""
        return self.layer.name

    @property
    def operator(self) -> str:
        """The operator as the layer's file names it, else that of the workload."""
        return self.layer.operator or (self.layer.workload.operator if self.layer.workload else "")


LayerResult = MappedLayer | UnmappedLayer


@dataclass(frozen=True, slots=True)
class Total:
    """The objective summed over layers: the `value` of their programs, and what no programs are below.

    `lower_bound` is None where a layer has none: its search ended too early, or several objectives were asked for; so
    it is of no layers.
    """

    value: float
    lower_bound: float | None

    @classmethod
    def of(cls, layers: Sequence[MappedLayer]) -> Total:
        """The total of some layers."""
        bounds = [layer.certificate.lower_bound for layer in layers]
        known = [bound for bound in bounds if bound is not None]
        return cls(sum(layer.value for layer in layers), sum(known) if known and len(known) == len(bounds) else None)

    @property
    def gap(self) -> float | None:
        """How far the value may be above the least possible one, as a part of the latter; None if nothing is known."""
        return max(self.value / self.lower_bound - 1, 0.0) if self.lower_bound else None
