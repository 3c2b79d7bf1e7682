"""What a fused program costs: counts, then what the machine charges; each number checked before it is returned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from ...analysis.counts import Count, values_of
from ...analysis.fused.boxes import Boxes, stage_boxes
from ...analysis.table import table_of
from ...ir import ARITHMETIC, Counts, FusedSchedule, InputTraffic, Schedule
from ..cost import TIMES, Cost, evaluate_schedule
from ..cost.invariants import Check, energy_checks, raise_broken
from ..energy import EnergyTerm, energy, leaks, load_energy_table, static_energy, total
from .clock import stepwise_terms
from .counts import stage_counts

T = TypeVar("T")


@dataclass(frozen=True)
class StageCost:
    """One stage: its counts over all steps, and the cost of each of its boxes, with how often it runs."""

    name: str
    counts: Counts
    parts: tuple[tuple[int, Cost], ...]
    energy: tuple[EnergyTerm, ...]


@dataclass(frozen=True)
class FusedCost:
    """What a fused program costs. Cycles and picojoules, as the names say.

    InternalError if a number is impossible, WeftError W205 if the energy table lacks an entry.
    """

    schedule: FusedSchedule

    @cached_property
    def boxes(self) -> tuple[Boxes, ...]:
        """What every stage computes in a step."""
        return stage_boxes(self.schedule.program)

    @cached_property
    def stages(self) -> tuple[StageCost, ...]:
        """The costs of all stages, in their order."""
        return tuple(self._stage(number) for number in range(len(self.schedule.stages)))

    def _stage(self, number: int) -> StageCost:
        stage, boxes = self.schedule.stages[number], self.boxes[number]
        parts = tuple((times, evaluate_schedule(part)) for times, part in stage.parts)
        counts = stage_counts(self.schedule, number, boxes, ((times, cost.counts) for times, cost in parts))
        self._checked(counts, self._count_checks(number, counts))
        return StageCost(stage.stage.name, counts, parts, self._stage_energy(stage.whole, counts))

    def _count_checks(self, number: int, counts: Counts) -> list[Check]:
        name, boxes = self.schedule.stages[number].stage.name, self.boxes[number]
        whole = boxes.workload.points
        checks = [
            (counts.points == boxes.points, f"{name}: points of the runs differ from those of the boxes"),
            (counts.points >= whole, f"{name}: points left out"),
            (counts.active_peak <= self.schedule.accelerator.pes, f"{name}: more PEs at work than exist"),
        ]
        for tensor, traffic in counts.interfaces[0].tensors:
            least = boxes.workload.footprint(boxes.workload.tensor(tensor))
            checks.append((traffic.fills >= least, f"{name}: fills of {tensor} below the footprint"))
        return checks

    def _stage_energy(self, whole: Schedule, counts: Counts) -> tuple[EnergyTerm, ...]:
        """The energy of a stage's counts; each operation counts once a point, recomputed ones again."""
        table = load_energy_table(self.schedule.accelerator.energy_table)
        found = energy(counts, whole, table)
        return tuple(
            _times(term, counts.points, whole.mapping.workload.points) if term.component == ARITHMETIC else term
            for term in found
        )

    @cached_property
    def energy(self) -> tuple[EnergyTerm, ...]:
        """All energy: that of the stages, and of what leaks and idles over the stepwise time."""
        found = tuple(term for stage in self.stages for term in stage.energy)
        machine = self.schedule.accelerator
        if leaks(machine):
            work = sum(times * cost.schedule.mapping.work for stage in self.stages for times, cost in stage.parts)
            found = (*found, *static_energy(machine, work, self.cycles_stepwise))
        return self._checked(found, energy_checks(found))

    @property
    def energy_pj(self) -> float:
        """Total energy in picojoules."""
        return total(self.energy)

    @cached_property
    def bottlenecks(self) -> tuple[tuple[str, int], ...]:
        """The cycles of every resource behind the throughput time, over all stages."""
        found: dict[str, int] = {}
        loads: dict[str, tuple[int, int]] = {}
        ends = (self.schedule.outside.name, self.schedule.boundary.name)
        for stage, item in zip(self.stages, self.schedule.stages, strict=True):
            for name, width, load in _outer_loads(item.whole, stage.counts, ends):
                loads[name] = width, loads.get(name, (0, 0))[1] + load
            for times, cost in stage.parts:
                for name, cycles in cost.bottlenecks:
                    if not name.startswith(f"{ends[1]} "):
                        name = _below(name)
                        found[name] = found.get(name, 0) + times * cycles
        found |= {name: -(-load // width) for name, (width, load) in loads.items()}
        most = max(found.values())
        work = sum(times * cost.schedule.mapping.work for stage in self.stages for times, cost in stage.parts)
        peak = self.schedule.accelerator.peak_macs
        return self._checked(tuple(found.items()), [(most * peak >= work, "throughput above peak")])

    @cached_property
    def stepwise(self) -> tuple[tuple[str, int], ...]:
        """The parts of the stepwise time, one after the other."""
        cycles = [{cost.schedule: cost.cycles_stepwise for _, cost in stage.parts} for stage in self.stages]
        terms = stepwise_terms(self.schedule, self.boxes, cycles)
        ends = tuple(f"{memory.name} " for memory in (self.schedule.outside, self.schedule.boundary))
        ports = [item for item in self.bottlenecks if item[0].startswith(ends)]
        name, most = max(ports, key=lambda item: item[1], default=("", 0))
        if (missing := most - sum(part for _, part in terms)) > 0:
            terms = (*terms, (f"wait for {name}", missing))
        whole = sum(part for _, part in terms)
        return self._checked(terms, [(self.cycles_throughput <= whole, "throughput time above stepwise time")])

    @property
    def cycles_stepwise(self) -> int:
        """Cycles when every run waits for its data."""
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
        """Useful multiply-accumulates: each once, none with a zero of padding."""
        return sum(boxes.workload.useful_macs for boxes in self.boxes)

    @property
    def executed_macs(self) -> int:
        """Multiply-accumulates that are executed, those of padding and those that are done again included."""
        return sum(
            stage.counts.points * _macs_per_point(boxes) for stage, boxes in zip(self.stages, self.boxes, strict=True)
        )

    @property
    def recomputed_macs(self) -> int:
        """Multiply-accumulates that are done again."""
        return self.executed_macs - sum(boxes.workload.macs for boxes in self.boxes)

    def outside_elements(self) -> int:
        """Elements that pass between the outermost memory and the boundary, both ways."""
        return sum(
            traffic.fills if isinstance(traffic, InputTraffic) else traffic.updates + traffic.readbacks
            for stage in self.stages
            for item in stage.counts.interfaces
            if item.parent == self.schedule.outside.name
            for _, traffic in item.tensors
        )

    def _checked(self, found: T, checks: Iterable[Check]) -> T:
        raise_broken(self.schedule.program.name, checks)
        return found


def evaluate_fused(schedule: FusedSchedule) -> FusedCost:
    """Counts, times and energy of a fused program; counts and energy of the stages are checked at once."""
    cost = FusedCost(schedule)
    _ = cost.stages, cost.bottlenecks
    return cost


def _macs_per_point(boxes: Boxes) -> int:
    return boxes.workload.macs // boxes.workload.points


def _times(term: EnergyTerm, points: int, whole: int) -> EnergyTerm:
    times = term.accesses // whole * points
    return replace(term, accesses=times, picojoules=times * term.picojoules_each)


def _below(name: str) -> str:
    """The name of a run's network on the whole machine, which has one level more above."""
    if name[:1] == "L" and name[1 : name.find(" ")].isdigit():
        return f"L{int(name[1 : name.find(' ')]) + 1}{name[name.find(' ') :]}"
    return name


def _outer_loads(whole: Schedule, counts: Counts, ends: tuple[str, str]) -> list[tuple[str, int, int]]:
    """Elements over the ports of the outermost memory and the boundary and over the network between, with widths."""
    values = values_of(counts)

    def number(count: Count) -> int:
        if count.parent:
            return values.get(count, 0)
        between = {name: values.get(Count(*ends, count.tensor, name), 0) for name in ("reads", "updates", "readbacks")}
        return between["updates"] if count.name == "out" else between["reads"] + between["readbacks"]

    found = []
    for resource in table_of(whole).resources:
        if resource.width and resource.name.startswith((f"{ends[0]} ", f"{ends[1]} ", "L0 ")):
            found.append((resource.name, resource.width, sum(use.amount.total(number) for use in resource.uses)))
    return found
