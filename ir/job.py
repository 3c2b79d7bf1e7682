"""What an exploration is asked: machines, programs, limits and objectives, as a job file says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from .machine_space import MachineSpace

Metric = Literal["cycles", "seconds", "energy_pj", "area_mm2", "power_mw", "edp"]
ObjectiveName = Literal["cycles", "energy", "edp", "ed2p", "area", "power"]
TimeModel = Literal["throughput", "stepwise"]

METRICS: tuple[str, ...] = get_args(Metric)
"""What a design has, each of which can be limited; `edp` is energy times cycles."""

OBJECTIVES: tuple[str, ...] = get_args(ObjectiveName)
"""What can be minimised, and what fronts are over; `cycles` is also the objective of the most throughput."""


@dataclass(frozen=True, slots=True)
class Job:
    """An exploration of `space`.

    `programs` and `networks` name files, or workloads in a line; `layers` those of their layers that are meant (none:
    all). `tiles` has the values of open sizes of the programs, by symbol; a symbol without has all up to its extent.
    `limits` has the most that a design may have of a metric, `front` the objectives of the Pareto front (none: no
    front), `time` the time model.
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
