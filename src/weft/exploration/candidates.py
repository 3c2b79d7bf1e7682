"""Machines with programs for all layers: what they cost, and whether the layers keep their limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..backends.cost import Cost, evaluate_schedule
from ..ir import Mapping
from ..passes.pipeline import schedule
from ..search.objective import Metrics
from ..search.request import Settings
from .boxes import Boxes, Stem
from .limits import MachineLimits
from .optima import Optimum
from .together import Share, combined


@dataclass(frozen=True)
class Candidate:
    """A machine with a program per layer, as single evaluation has them; `value` is what is minimised."""

    value: float
    stem: Stem
    numbers: tuple[int, ...]
    costs: tuple[Cost, ...]

    @property
    def key(self) -> tuple[float, tuple[int, ...]]:
        """By what candidates are compared: of equally good ones that with less."""
        return self.value, self.numbers


@dataclass(frozen=True)
class Candidates:
    """Makes them."""

    boxes: Boxes
    layers: tuple[Share, ...]
    objective: str
    settings: Settings
    limits: MachineLimits

    def of(self, stem: Stem, numbers: tuple[int, ...], optima: Sequence[Optimum]) -> Candidate | None:
        """The programs on a machine; None if one of them is beyond a limit there."""
        machine = self.boxes.machine(stem, numbers)
        objective = self.settings.objective.with_power(self.limits.program_mw(machine, machine))
        ceiling = objective.ceiling(machine)
        costs, values = [], []
        for layer, optimum in zip(self.layers, optima, strict=True):
            assert optimum.dataflow is not None
            cost = evaluate_schedule(schedule(Mapping(layer.workload, optimum.dataflow, machine, layer.name)))
            metrics = Metrics(cost.energy_pj, cost.cycles(self.settings.time))
            if not ceiling.keeps(metrics):
                return None
            costs.append(cost)
            values.append(objective.value(metrics))
        return Candidate(combined(self.objective, self.layers, values), stem, numbers, tuple(costs))
