"""Evaluate a schedule: all counts, both times, energy and area, checked before they are returned."""

from __future__ import annotations

from dataclasses import dataclass

from ...ir import Counts, Schedule
from ..energy import AreaPower, EnergyTerm, area_power, energy, load_energy_table, static_energy, total
from .arithmetic import activity
from .clock import Clock
from .invariants import check_invariants
from .nest import Nest
from .occupancy import Occupancy, occupancy
from .throughput import throughput_cycles
from .traffic import interfaces


@dataclass(frozen=True, slots=True)
class Cost:
    """What a schedule costs. Cycles, picojoules, square micrometres and milliwatts, as the names say.

    `bottlenecks` gives the cycles of every resource behind `cycles_throughput`.
    """

    schedule: Schedule
    counts: Counts
    cycles_stepwise: int
    cycles_throughput: int
    bottlenecks: tuple[tuple[str, int], ...]
    occupancy: tuple[Occupancy, ...]
    energy: tuple[EnergyTerm, ...]
    area_power: AreaPower

    def cycles(self, time: str = "stepwise") -> int:
        """Cycles of the time model `stepwise` or `throughput`; ValueError for any other."""
        models = {"stepwise": self.cycles_stepwise, "throughput": self.cycles_throughput}
        if time not in models:
            raise ValueError(f"unknown time model {time!r}; the time models are {' and '.join(map(repr, models))}")
        return models[time]

    def utilization(self, time: str = "stepwise") -> float:
        """MACs over what all PEs and lanes could do in the cycles of a time model."""
        accelerator = self.schedule.mapping.accelerator
        return self.counts.macs / (accelerator.pes * accelerator.lanes * self.cycles(time))

    @property
    def active_average(self) -> float:
        """Average number of PEs at work over the steps."""
        return self.counts.active_total / self.counts.steps

    @property
    def energy_pj(self) -> float:
        """Total energy in picojoules; what leaks and idles counts over the stepwise time."""
        return total(self.energy)

    @property
    def joules(self) -> float:
        """Total energy in joules."""
        return self.energy_pj * 1e-12

    def seconds(self, time: str = "stepwise") -> float:
        """Cycles of a time model at the machine's clock; ValueError for an unknown model."""
        return self.cycles(time) / (self.schedule.mapping.accelerator.clock_mhz * 1e6)

    @property
    def watts(self) -> float:
        """Average power: the energy over the stepwise time."""
        return self.joules / self.seconds()


def count(schedule: Schedule) -> Counts:
    """All exact counts of a schedule by the closed forms."""
    return _counts(Nest(schedule))


def _counts(nest: Nest) -> Counts:
    steps, peak, total = activity(nest)
    return Counts(nest.workload.macs, steps, peak, total, interfaces(nest))


def evaluate_schedule(schedule: Schedule) -> Cost:
    """Counts, times, energy and area of a schedule; InternalError if a number is impossible."""
    nest = Nest(schedule)
    counts = _counts(nest)
    bottlenecks = throughput_cycles(nest)
    needs = occupancy(schedule)
    table = load_energy_table(schedule.mapping.accelerator.energy_table)
    cycles = Clock(nest).stepwise_cycles()
    cost = Cost(
        schedule,
        counts,
        cycles,
        max(bottlenecks.values()),
        tuple(bottlenecks.items()),
        needs,
        energy(counts, schedule, table) + static_energy(schedule.mapping.accelerator, counts.macs, cycles),
        area_power(schedule, {need.site.memory.name: need.required_elements for need in needs}, table),
    )
    check_invariants(cost)
    return cost
