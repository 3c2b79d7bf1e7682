"""What a fused program costs: counts, then what the machine charges; each number checked before it is returned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from ...analysis.counts import Count, values_of
from ...analysis.fused.boxes import Boxes, stage_boxes
from ...analysis.resources import Resource, port_name, ports_of
from ...analysis.table import table_of
from ...ir import ARITHMETIC, Counts, FusedSchedule, Schedule
from ..cost import Cost, evaluate_schedule
from ..cost.invariants import Check, energy_checks, raise_broken, traffic_checks
from ..cost.timed import Cycles, Timed, with_wait
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
class FusedCost(Timed):
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
        found = [
            (counts.points == boxes.points, "points of the runs differ from those of the boxes"),
            (counts.points >= boxes.workload.points, "points left out"),
            *traffic_checks(counts, boxes.workload, self.schedule.accelerator.pes),
        ]
        return [(holds, f"{name}: {message}") for holds, message in found]

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
    def bottlenecks(self) -> Cycles:
        """The cycles of every resource behind the throughput time, over all stages."""
        ends, outer = (self.schedule.outside.name, self.schedule.boundary.name), {*self._ports, *_wires(0)}
        found: dict[str, int] = {}
        loads: dict[Resource, int] = {}
        for stage, item in zip(self.stages, self.schedule.stages, strict=True):
            for resource, load in _loads(item.whole, stage.counts, ends):
                if resource.group in outer:
                    key = replace(resource, uses=())
                    loads[key] = loads.get(key, 0) + load
            for times, cost in stage.parts:
                # A run's networks lie one level further in on the whole machine.
                names = {
                    own: below
                    for n in range(len(cost.schedule.levels))
                    for own, below in zip(_wires(n), _wires(n + 1), strict=True)
                }
                for name, cycles in cost.bottlenecks:
                    if name not in self._ports:
                        found[names.get(name, name)] = found.get(names.get(name, name), 0) + times * cycles
        for resource, load in loads.items():
            found[resource.group] = max(found.get(resource.group, 0), -(-load // resource.width))
        work = sum(times * cost.schedule.mapping.work for stage in self.stages for times, cost in stage.parts)
        possible = max(found.values()) * self.schedule.accelerator.peak_macs >= work
        return self._checked(tuple(found.items()), [(possible, "throughput above peak")])

    @property
    def _ports(self) -> set[str]:
        """The ports of the outermost memory and of the boundary, which all stages share."""
        ends = (self.schedule.outside, self.schedule.boundary)
        return {port_name(memory, port) for memory in ends for port in ports_of(memory)}

    @cached_property
    def stepwise(self) -> Cycles:
        """The parts of the stepwise time, one after the other."""
        cycles = [{cost.schedule: cost.cycles_stepwise for _, cost in stage.parts} for stage in self.stages]
        terms = with_wait(stepwise_terms(self.schedule, self.boxes, cycles), self.bottlenecks, self._ports)
        whole = sum(part for _, part in terms)
        return self._checked(terms, [(self.cycles_throughput <= whole, "throughput time above stepwise time")])

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


def _wires(level: int) -> tuple[str, str]:
    """The names of a level's network among the resources, in and out."""
    return f"L{level} in", f"L{level} out"


def _loads(whole: Schedule, counts: Counts, ends: tuple[str, str]) -> Iterator[tuple[Resource, int]]:
    """The resources with a bandwidth, and what the counts burden them with, level 0 with what passes between `ends`.

    Networks further in carry what no count of a whole stage says: their runs have it.
    """
    values = values_of(counts)

    def number(count: Count) -> int:
        if count.parent:
            return values.get(count, 0)
        moved = {name: values.get(Count(*ends, count.tensor, name), 0) for name in ("reads", "updates", "readbacks")}
        return moved["updates"] if count.name == "out" else moved["reads"] + moved["readbacks"]

    for resource in table_of(whole).resources:
        if resource.width:
            yield resource, sum(use.amount.total(number) for use in resource.uses)
