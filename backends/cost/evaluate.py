"""Evaluate a schedule: all counts, both times, energy and area, checked before they are returned."""

from __future__ import annotations

from dataclasses import dataclass

from ...analysis.nest import Nest
from ...analysis.occupancy import Occupancy, occupancy
from ...ir import Counts, Schedule
from ..energy import AreaPower, EnergyTerm, area_power, energy, load_energy_table, static_energy, total
from .arithmetic import activity
from .clock import Clock
from .invariants import check_invariants
from .throughput import network_cycles, port_cycles
from .traffic import interfaces

TIMES = ("stepwise", "throughput")
"""The time models."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a schedule costs. Cycles, picojoules, square micrometres and milliwatts, as the names say.

    `stepwise` gives the parts of the stepwise time, one after the other; `bottlenecks` the cycles of every resource
    behind the throughput time.
    """

    schedule: Schedule
    counts: Counts
    stepwise: tuple[tuple[str, int], ...]
    bottlenecks: tuple[tuple[str, int], ...]
    occupancy: tuple[Occupancy, ...]
    energy: tuple[EnergyTerm, ...]
    area_power: AreaPower

    @property
    def cycles_stepwise(self) -> int:
        """Cycles when every step waits for the slowest of its transfers and its work."""
        return sum(cycles for _, cycles in self.stepwise)

    @property
    def cycles_throughput(self) -> int:
        """Cycles of the busiest resource."""
        return max(cycles for _, cycles in self.bottlenecks)

    def cycles(self, time: str = "stepwise") -> int:
        """Cycles of the time model `stepwise` or `throughput`; ValueError for any other."""
        if time not in TIMES:
            raise ValueError(f"unknown time model {time!r}; the time models are {' and '.join(map(repr, TIMES))}")
        return self.cycles_stepwise if time == "stepwise" else self.cycles_throughput

    @property
    def macs(self) -> int:
        """Useful multiply-accumulates: those of the program but for the ones with an inserted zero."""
        return self.schedule.mapping.workload.useful_macs

    @property
    def zero_macs(self) -> int:
        """Multiply-accumulates that the program spends on inserted zeros."""
        return self.counts.macs - self.macs

    def utilization(self, time: str = "stepwise") -> float:
        """Useful MACs over what all PEs and lanes could do in the cycles of a time model."""
        accelerator = self.schedule.mapping.accelerator
        return self.macs / (accelerator.peak_macs * self.cycles(time))

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


def stepwise_terms(nest: Nest, ports: dict[str, int]) -> tuple[tuple[str, int], ...]:
    """The parts of the stepwise time: those of the steps, and what the busiest memory port needs beyond (A20)."""
    terms = Clock(nest).terms()
    name = max(ports, key=lambda port: ports[port], default="")
    missing = ports.get(name, 0) - sum(cycles for _, cycles in terms)
    return (*terms, (f"wait for {name}", missing)) if missing > 0 else terms


def evaluate_schedule(schedule: Schedule) -> Cost:
    """Counts, times, energy and area of a schedule; InternalError if a number is impossible."""
    nest = Nest(schedule)
    counts = _counts(nest)
    ports = port_cycles(nest, counts)
    bottlenecks = network_cycles(nest) | ports
    needs = occupancy(schedule)
    table = load_energy_table(schedule.mapping.accelerator.energy_table)
    stepwise = stepwise_terms(nest, ports)
    cycles = sum(part for _, part in stepwise)
    cost = Cost(
        schedule,
        counts,
        stepwise,
        tuple(bottlenecks.items()),
        needs,
        energy(counts, schedule, table) + static_energy(schedule.mapping.accelerator, counts.macs, cycles),
        area_power(schedule, {need.site.memory.name: need.bytes_needed for need in needs}, table),
    )
    check_invariants(cost)
    return cost
