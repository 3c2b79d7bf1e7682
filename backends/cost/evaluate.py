"""Evaluate a schedule: counts, then what a machine charges for them; each number checked before it is returned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import TypeVar

from ...analysis.occupancy import Occupancy, occupancy
from ...analysis.uses import Use
from ...ir import Counts, Schedule
from ...ir.html_table import html_table
from ..area import Area, Power, area, power
from ..energy import (
    EnergyTable,
    EnergyTerm,
    energy,
    leaks,
    load_energy_table,
    static_energy,
    total,
)
from .clock import Clock
from .invariants import Check, energy_checks, raise_broken, time_checks
from .numbers import Numbers
from .throughput import COMPUTE, Load, arithmetic_bottleneck, resource_cycles, resource_loads
from .timed import TIMES, Timed, with_wait

T = TypeVar("T")


@dataclass(frozen=True)
class Cost(Timed):
    """What a schedule costs. Cycles, picojoules, square micrometres and milliwatts, as the names say.

    What nobody asks for is not computed. Each number is checked before it is returned: InternalError if it is
    impossible, WeftError W205 if the energy table lacks an entry.
    """

    schedule: Schedule

    @cached_property
    def _numbers(self) -> Numbers:
        return Numbers(self.schedule)

    @cached_property
    def _energies(self) -> EnergyTable:
        # A file is read once, so that all numbers are of one table.
        return load_energy_table(self.schedule.mapping.accelerator.energy_table)

    @cached_property
    def counts(self) -> Counts:
        """All exact counts."""
        return self._numbers.counts()

    @cached_property
    def uses(self) -> tuple[tuple[Use, int], ...]:
        """What the counts burden, with its elements: the table that energy, ports and networks are charged by."""
        number = self._numbers.count
        return tuple((use, ceil(use.amount.total(number))) for use in self._numbers.table.uses)

    @cached_property
    def bottlenecks(self) -> tuple[tuple[str, int], ...]:
        """The cycles of every resource behind the throughput time."""
        numbers = self._numbers
        served = resource_cycles(numbers.nest, numbers.table, lambda _, count: numbers.count(count), _whole)
        found = {COMPUTE: arithmetic_bottleneck(numbers.nest), **served}
        return self._checked(tuple(found.items()), time_checks(max(found.values()), self.schedule.mapping))

    @cached_property
    def loads(self) -> tuple[Load, ...]:
        """What networks and ports of memories serve, those without a bandwidth included; whole elements."""
        numbers = self._numbers
        found = resource_loads(numbers.nest, numbers.table, lambda _, count: numbers.count(count), unlimited=True)
        return tuple(load._replace(elements=ceil(load.elements)) for load in found)

    @cached_property
    def stepwise(self) -> tuple[tuple[str, int], ...]:
        """The parts of the stepwise time, one after the other: those of the steps, and what the busiest memory port
        needs beyond (A20)."""
        terms = with_wait(Clock(self._numbers.nest).terms(), self.bottlenecks, self._numbers.table.ports)
        least, most = self.cycles_throughput, sum(part for _, part in terms)
        return self._checked(terms, [(least <= most, "throughput time above stepwise time")])

    @cached_property
    def occupancy(self) -> tuple[Occupancy, ...]:
        """What every memory must hold."""
        return occupancy(self.schedule)

    @cached_property
    def dynamic_energy(self) -> tuple[EnergyTerm, ...]:
        """The energy of what is counted."""
        return self._checked(found := energy(self.counts, self.schedule, self._energies), energy_checks(found))

    @cached_property
    def energy(self) -> tuple[EnergyTerm, ...]:
        """All energy: that of what is counted, and of what leaks and idles over the stepwise time."""
        machine = self.schedule.mapping.accelerator
        if not leaks(machine):
            return self.dynamic_energy
        static = static_energy(machine, self.schedule.mapping.work, self.cycles_stepwise)
        return self._checked(found := (*self.dynamic_energy, *static), energy_checks(found))

    @cached_property
    def area(self) -> Area:
        """Area and leakage of the machine's building blocks, with memories as large as they are or need be."""
        needs = {need.site.memory.name: need.bytes_needed for need in self.occupancy}
        return area(self.schedule.mapping.accelerator.whole, needs)

    @cached_property
    def power(self) -> Power:
        """The parts of the machine's power while it runs: energy over stepwise time, and what the blocks leak; or the
        power that the area table has of its own (A30)."""
        return power(self.energy, self.seconds(), self.area)

    def _checked(self, found: T, checks: Iterable[Check]) -> T:
        raise_broken(self.schedule.mapping.name, checks)
        return found

    @property
    def macs(self) -> int:
        """Useful multiply-accumulates: those of the program but for the ones with an inserted zero."""
        return self.schedule.mapping.workload.useful_macs

    @property
    def operations(self) -> dict[str, int]:
        """How often each operation is executed, by name."""
        workload = self.schedule.mapping.workload
        return {name: times * workload.points for name, times in workload.operations.items()}

    @property
    def zero_macs(self) -> int:
        """Multiply-accumulates that the program spends on inserted zeros."""
        return self.schedule.mapping.workload.macs - self.macs

    def utilization(self, time: str = "stepwise") -> float:
        """Useful work over what all PEs and lanes could do in the cycles of a time model; a vector unit has its own."""
        mapping = self.schedule.mapping
        return mapping.useful_work / (mapping.accelerator.peak_macs * self.cycles(time))

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
        """Average power of what is counted: the energy over the stepwise time."""
        return self.joules / self.seconds()

    @property
    def power_mw(self) -> float:
        """The machine's power in milliwatts."""
        return self.power.power_mw

    def _repr_html_(self) -> str:
        """The cost in a notebook."""
        mapping = self.schedule.mapping
        rows = [(name, f"{cycles:,}") for name, cycles in ((f"{time} cycles", self.cycles(time)) for time in TIMES)]
        rows += [("multiply-accumulates", f"{self.macs:,}"), ("utilization", f"{self.utilization():.1%}")]
        rows += [("energy", f"{self.energy_pj:,.4g} pJ"), ("PEs at work on average", f"{self.active_average:,.1f}")]
        title = f"{mapping.name or 'layer'} on {mapping.accelerator.whole.name}"
        return html_table(title, ("", "value"), rows)


def count(schedule: Schedule) -> Counts:
    """All exact counts of a schedule by the closed forms."""
    return Numbers(schedule).counts()


def evaluate_schedule(schedule: Schedule) -> Cost:
    """Counts, times, energy and area of a schedule, all when they are asked for but counts, time by throughput and the
    energy of what is counted: these are checked at once."""
    cost = Cost(schedule)
    _ = cost.counts, cost.bottlenecks, cost.dynamic_energy
    return cost


def _whole(load: int, width: int) -> int:
    return -(-load // width)
