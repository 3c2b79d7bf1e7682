"""What an exploration finds: designs, how many there are and why they are none, and what is proved of the best."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..ir import METRIC_OF, METRICS, Accelerator, Dataflow

__all__ = ["METRICS", "Design", "Metrics", "Program", "Tally", "objective_of"]


@dataclass(frozen=True, slots=True)
class Metrics:
    """What a machine with its programs costs: for a network the sums over its layers, and the power averaged."""

    cycles: int
    energy_pj: float
    area_mm2: float
    power_mw: float
    seconds: float

    @property
    def edp(self) -> float:
        """Picojoules times cycles."""
        return self.energy_pj * self.cycles


def objective_of(metrics: Any, name: str) -> Any:
    """What an objective (`ir.OBJECTIVES`) minimises of metrics, which are numbers or arrays by the names of METRICS."""
    return metrics.edp * metrics.cycles if name == "ed2p" else getattr(metrics, METRIC_OF[name])


@dataclass(frozen=True, slots=True)
class Program:
    """The program of a layer in a design, with the layer's own metrics; `network` and `layer` are its names.

    `file` is what it was read from, and `tiles` are the values of its open sizes, where it had any.
    """

    network: str
    layer: str
    dataflow: Dataflow
    cycles: int
    energy_pj: float
    file: str = ""
    tiles: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Design:
    """A machine with its programs. `settings` are the values of what was chosen, buffers that were needed included."""

    accelerator: Accelerator
    settings: tuple[tuple[str, object], ...]
    programs: tuple[Program, ...]
    metrics: Metrics


@dataclass(frozen=True, slots=True)
class Tally:
    """Designs of a space: each of `designs` is valid, or has no legal program (`illegal`), or is over a limit.

    `over` counts by limit those that are over it, whatever else they are over; `valid` those over none.
    """

    designs: int
    valid: int
    illegal: int = 0
    over: tuple[tuple[str, int], ...] = field(default=())
