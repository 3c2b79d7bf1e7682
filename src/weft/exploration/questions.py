"""What one dataflow is asked over a space of machines, and the metrics that answers are made of."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

from ..search.structure.plan import Floats
from .results import objective_of


@dataclass(frozen=True)
class Question:
    """`objectives` are minimised one by one, and `front` together; `limits` is the most that designs may have."""

    objectives: tuple[str, ...] = ("cycles", "energy", "edp")
    front: tuple[str, ...] = ()
    limits: tuple[tuple[str, float], ...] = ()
    time: str = "stepwise"

    def limit(self, metric: str) -> float:
        """The most that a design may have of a metric."""
        return dict(self.limits).get(metric, inf)


@dataclass(frozen=True)
class Measured:
    """The metrics of N programs on P machines, [N, P] each, as `results.Metrics` has them."""

    cycles: Floats
    energy_pj: Floats
    area_mm2: Floats
    power_mw: Floats
    seconds: Floats

    def at(self, place: Any) -> Any:
        """The metrics of one design or of several: cycles, picojoules, mm2, milliwatts, seconds."""
        return tuple(item[place] for item in (self.cycles, self.energy_pj, self.area_mm2, self.power_mw, self.seconds))

    @property
    def edp(self) -> Floats:
        """Picojoules times cycles."""
        found: Floats = self.energy_pj * self.cycles
        return found

    def metric(self, name: str) -> Floats:
        """A metric by its name (`results.METRICS`)."""
        found: Floats = getattr(self, name)
        return found

    def objective(self, name: str) -> Floats:
        """What an objective minimises (`ir.OBJECTIVES`)."""
        found: Floats = objective_of(self, name)
        return found
