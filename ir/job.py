"""What an exploration is asked: machines, programs, limits and objectives, as a job file says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from .machine_space import MachineSpace

Metric = Literal["cycles", "seconds", "energy_pj", "area_mm2", "power_mw", "edp"]
ObjectiveName = Literal["cycles", "energy", "edp", "ed2p", "area", "power"]
TimeModel = Literal["throughput", "stepwise"]
Pipelining = Literal["no", "latency", "pace"]

METRICS: tuple[str, ...] = get_args(Metric)
"""What a design has, each of which can be limited; `edp` is energy times cycles."""

OBJECTIVES: tuple[str, ...] = get_args(ObjectiveName)
"""What can be minimised, and what fronts are over; `cycles` is also the objective of the most throughput."""


METRIC_OF: dict[str, Metric] = {
    "cycles": "cycles", "energy": "energy_pj", "edp": "edp", "area": "area_mm2", "power": "power_mw"
}  # fmt: skip
"""The metrics that objectives minimise; `ed2p` is `edp` times cycles."""


@dataclass(frozen=True, slots=True)
class Job:
    """An exploration of `space`.

    `programs` and `networks` name files, or workloads in a line; `layers` those of their layers that are meant (none:
    all), `sizes` the values of sizes of loop nests and models. `tiles` has the values of open sizes of the programs, by
    symbol; a symbol without has all up to its extent.
    `ties` has the symbols that equal a field of the machine, with its key, as the size of a cluster may be `pes`.
    `limits` has the most that a design may have of a metric, `front` the objectives of the Pareto front (none: no
    front), `time` the time model.
    With `pipelined` every layer has a machine for itself, and limits are on the sums over all: the cycles of a design
    are those of all layers one after the other (`latency`), or of the slowest one (`pace`).
    """

    space: MachineSpace
    programs: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    tiles: tuple[tuple[str, tuple[int, ...]], ...] = ()
    limits: tuple[tuple[Metric, float], ...] = ()
    objectives: tuple[ObjectiveName, ...] = ("cycles", "energy", "edp")
    front: tuple[ObjectiveName, ...] = ()
    time: TimeModel = "throughput"
    ties: tuple[tuple[str, str], ...] = ()
    pipelined: Pipelining = "no"
    sizes: tuple[tuple[str, int], ...] = ()
