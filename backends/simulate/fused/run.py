"""Plays a fused program: every run of every stage in the order of time, on data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from ....ir import Counts, FusedProgram, FusedSchedule, InputTraffic, Interface, OutputTraffic, Schedule, Workload
from .. import Simulation, simulate
from .steps import Box, Step, Unrolled, elements, made_coordinates, stored_coordinates
from .time import Moved, stepwise_cycles
from .values import expected, run_box

Key = tuple[int, str]
"""A stage and one of its tensors."""


@dataclass(frozen=True, slots=True)
class FusedSimulation:
    """What a run showed: counts per stage, cycles, whether the result is numpy's, and the most elements of tensors
    between stages that were still to be read at once."""

    counts: tuple[Counts, ...]
    cycles_stepwise: int
    matches_numpy: bool
    most_between: int


class Run(NamedTuple):
    """A stage at work on a box of its points."""

    stage: int
    box: Box


def simulate_fused(schedule: FusedSchedule, *, seed: int = 0) -> FusedSimulation:
    """Run the stages of `schedule` on random numbers drawn with `seed`. Meant for small programs."""
    return _Player(schedule, seed).play()


@dataclass
class _Player:
    schedule: FusedSchedule
    seed: int
    known: dict[int, Simulation] = field(default_factory=dict)
    held: dict[Key, set[tuple[int, ...]]] = field(default_factory=dict)
    filled: defaultdict[Key, int] = field(default_factory=lambda: defaultdict(int))
    stored: defaultdict[int, set[tuple[int, ...]]] = field(default_factory=lambda: defaultdict(set))
    written: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    events: list[tuple[Key, tuple[int, ...], int, bool]] = field(default_factory=list)

    @property
    def program(self) -> FusedProgram:
        return self.schedule.program

    def play(self) -> FusedSimulation:
        unrolled = Unrolled(self.program)
        workloads = [unrolled.workload(number) for number in range(len(self.program.stages))]
        data, arrays = expected(self.program, workloads, self.seed)
        totals = [_Totals() for _ in workloads]
        moves: list[Moved] = []
        fine = True
        for time, run in enumerate(_runs(unrolled)):
            workload = workloads[run.stage]
            part = self._part(run, workload)
            if id(part) not in self.known:
                self.known[id(part)] = simulate(part, seed=self.seed)
            done = self.known[id(part)]
            fine = fine and done.matches_numpy and run_box(self.program, run, workload, data, arrays)
            moves.append(Moved(self._fill(run, workload), done.cycles_stepwise, self._make(run, workload)))
            self._read_and_made(time, run, workload)
            totals[run.stage].add(done.counts)
        for number, workload in enumerate(workloads):
            made = arrays[number]
            fine = fine and bool(np.allclose(made, data[number][workload.output.name], rtol=1e-9, equal_nan=True))
        counts = tuple(self._counts(number, total) for number, total in enumerate(totals))
        cycles = stepwise_cycles(self.schedule, moves, self._served(counts))
        return FusedSimulation(counts, cycles, fine, _most_alive(self.events))

    def _served(self, counts: tuple[Counts, ...]) -> tuple[int, int]:
        """What the boundary memory reads and writes for the runs of all stages."""
        reads = writes = 0
        for item in (item for own in counts for item in own.interfaces if item.parent == self.schedule.boundary.name):
            for _, traffic in item.tensors:
                reads += traffic.reads if isinstance(traffic, InputTraffic) else traffic.readbacks
                writes += traffic.updates if isinstance(traffic, OutputTraffic) else 0
        return reads, writes

    def _part(self, run: Run, workload: Workload) -> Schedule:
        """The schedule of the box: the one with its extents and with its padding."""
        extents = {name: high - low for name, low, high in run.box}
        padding = tuple(item for item in _padding(workload, run.box) if any(item[1:]))
        (part,) = [
            part
            for _, part in self.schedule.stages[run.stage].parts
            if part.mapping.workload.extents == extents and part.mapping.workload.padding == padding
        ]
        return part

    def _fill(self, run: Run, workload: Workload) -> dict[str, int]:
        """What comes in from outside for a run."""
        fed, found = self.program.fed(run.stage), {}
        for tensor in workload.inputs:
            if tensor.name not in fed:
                touched = set(map(tuple, elements(workload, tensor, run.box).tolist()))
                new = touched - self.held.get((run.stage, tensor.name), set())
                self.held[run.stage, tensor.name] = touched
                self.filled[run.stage, tensor.name] += len(new)
                found[tensor.name] = len(new)
        return found

    def _make(self, run: Run, workload: Workload) -> dict[str, int]:
        """What goes out after a run."""
        if not self.program.goes_out(run.stage):
            return {}
        touched = set(map(tuple, elements(workload, workload.output, run.box).tolist()))
        new = touched - self.stored[run.stage]
        self.stored[run.stage] |= new
        self.written[run.stage] += len(new)
        return {workload.output.name: len(new)}

    def _read_and_made(self, time: int, run: Run, workload: Workload) -> None:
        for edge in self.program.edges:
            if edge.producer == run.stage:
                made = elements(workload, workload.output, run.box)
                self.events += [((run.stage, ""), at, time, True) for at in set(map(tuple, made.tolist()))]
                break
        for edge in self.program.edges:
            if edge.consumer == run.stage:
                places = made_coordinates(self.program, edge, stored_coordinates(workload, edge.tensor, run.box))
                self.events += [((edge.producer, ""), at, time, False) for at in set(map(tuple, places.tolist()))]

    def _counts(self, number: int, total: _Totals) -> Counts:
        outside = [
            (name, InputTraffic(count, count, 0)) for (stage, name), count in self.filled.items() if stage == number
        ]
        workload = self.program.stages[number].layer.workload
        assert workload is not None
        order = [tensor.name for tensor in workload.inputs]
        found: list[tuple[str, Any]] = sorted(outside, key=lambda item: order.index(item[0]))
        if self.program.goes_out(number):
            times = self.written[number]
            found.append((workload.output.name, OutputTraffic(times, times, 0)))
        own = Interface(self.schedule.outside.name, self.schedule.boundary.name, 1, tuple(found))
        return total.counts([own] if found else [])


@dataclass
class _Totals:
    """The sum of the counts of runs."""

    runs: list[Counts] = field(default_factory=list)

    def add(self, counts: Counts) -> None:
        self.runs.append(counts)

    def counts(self, outside: list[Interface]) -> Counts:
        inside = []
        for items in zip(*(run.interfaces for run in self.runs), strict=True):
            tensors = []
            for same in zip(*(item.tensors for item in items), strict=True):
                kind = type(same[0][1])
                numbers = (sum(getattr(traffic, name) for _, traffic in same) for name in kind.__slots__)
                tensors.append((same[0][0], kind(*numbers)))
            inside.append(Interface(items[0].parent, items[0].child, items[0].units, tuple(tensors)))
        return Counts(
            sum(run.points for run in self.runs),
            sum(run.steps for run in self.runs),
            max(run.active_peak for run in self.runs),
            sum(run.active_total for run in self.runs),
            (*outside, *inside),
        )


def _runs(unrolled: Unrolled) -> Iterator[Run]:
    """All runs in the order of time: outer steps, in them the stages, in these their own loops."""
    for step in unrolled.steps:
        for number in range(len(unrolled.program.stages)):
            yield from _own_runs(unrolled, number, step)


def _own_runs(unrolled: Unrolled, number: int, step: Step) -> Iterator[Run]:
    box = unrolled.box(number, step)
    if box is None:
        return
    loops = unrolled.program.stages[number].loops
    sizes = {item.dimension: int(item.size) for item in loops}
    spans = {name: (low, high) for name, low, high in box}
    cuts = [range(spans[item.dimension][0], spans[item.dimension][1], int(item.size)) for item in loops]
    for starts in product(*cuts):
        chosen = dict(zip(sizes, starts, strict=True))
        yield Run(
            number,
            tuple(
                (name, chosen[name], min(chosen[name] + sizes[name], high)) if name in chosen else (name, low, high)
                for name, low, high in box
            ),
        )


def _padding(workload: Workload, box: Box) -> Iterator[tuple[str, int, int]]:
    """How many coordinates of each padded index in front of the stored elements, and behind them, a box touches."""
    spans = {name: (low, high) for name, low, high in box}
    for name, before, after in workload.padding:
        index = workload.index_by_name[name]
        last = index.span(workload.extents[index.output], workload.extents[index.window]) - after
        low, high = spans[index.output]
        taps = spans[index.window][1] - 1
        touched = range(index.stride * low, index.stride * (high - 1) + index.dilation * taps + 1)
        front = sum(place < before for place in touched)
        yield name, front, min(sum(place >= last for place in touched), len(touched) - front)


def _most_alive(events: list[tuple[Key, tuple[int, ...], int, bool]]) -> int:
    """The most elements at once that were made and are still to be read before they are made again."""
    lives: defaultdict[tuple[Key, tuple[int, ...]], list[list[int]]] = defaultdict(list)
    for key, at, time, made in events:
        if made:
            lives[key, at].append([time, time])
        elif lives[key, at]:
            lives[key, at][-1][1] = time
    change: defaultdict[int, int] = defaultdict(int)
    for spans in lives.values():
        for first, last in spans:
            change[first] += 1
            change[last + 1] -= 1
    now = most = 0
    for time in sorted(change):
        now += change[time]
        most = max(most, now)
    return most
