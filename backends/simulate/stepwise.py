"""The stepwise time by recursion over the levels (docs/model.md, A18 to A20)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from ...ir import Schedule
from .arithmetic import points, remote_reads, remote_updates
from .elements import Elements
from .interfaces import link_between
from .program import Chunk, Program, Time, Unit
from .traffic import InputMove, OutputMove, input_moves, output_moves


@dataclass
class _Carried:
    """Elements per tensor that a level's network carries in and out, per parent and step, and at the end."""

    into: dict[tuple[Unit, Time], dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    out: dict[tuple[Unit, Time], dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    drain: dict[Unit, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))

    def add_input(self, name: str, moves: Iterable[InputMove]) -> None:
        for move in moves:
            self.into[move.parent, move.time][name] = move.traffic.reads

    def add_output(self, name: str, moves: Iterable[OutputMove]) -> None:
        for move in moves:
            if move.time is None:
                self.drain[move.parent][name] = move.traffic.updates
            else:
                self.into[move.parent, move.time][name] = move.traffic.readbacks
                self.out[move.parent, move.time][name] = move.traffic.updates


def _carry(schedule: Schedule, program: Program, elements: dict[str, Elements], level: int) -> _Carried:
    """What the network of a level carries (A19)."""
    workload, last = schedule.mapping.workload, len(schedule.levels)
    link, steps = link_between(schedule, level, level + 1), program.steps(level + 1)
    carried = _Carried()
    for tensor in workload.tensors:
        item = elements[tensor.name]
        remote = level == last - 1 and schedule.holders(tensor.name)[-1].boundary < last
        if tensor == workload.output:
            carried.add_output(tensor.name, (remote_updates if remote else output_moves)(item, link, steps))
        else:
            carried.add_input(tensor.name, (remote_reads if remote else input_moves)(item, link, steps))
    return carried


def stepwise_cycles(schedule: Schedule, program: Program, elements: dict[str, Elements]) -> int:
    """Cycles of the whole program when every step waits for the slowest of its transfers and its work."""
    levels = range(len(schedule.levels))
    carried = [_carry(schedule, program, elements, level) for level in levels]
    cycles = _Recursion(schedule, program, carried).inside(0, (), (), program.whole)
    for level in levels:
        network = schedule.levels[level].network
        cycles += max((network.transfer_cycles(left, 1, ()) for left in carried[level].drain.values()), default=0)
    return cycles + _stacked(schedule, elements, program.whole)


@dataclass(frozen=True)
class _Recursion:
    schedule: Schedule
    program: Program
    carried: list[_Carried]

    def inside(self, level: int, before: Time, parent: Unit, chunk: Chunk) -> int:
        """Cycles of the steps of `level` inside one chunk of the level above."""
        network, carried = self.schedule.levels[level].network, self.carried[level]
        first = self.program.steps(level + 1)[0][0]
        cycles = 0
        for step, children in self.program.inside(level, chunk):
            time = before + step
            into = network.transfer_cycles(carried.into[parent, time], 1, ())
            out = network.transfer_cycles(carried.out[parent, time], 1, ())
            work = max(self._work(level, time, (*parent, unit), piece) for unit, piece in children.items())
            cycles += into + max(out, work) if time == first else max(into, out, work)
        return cycles

    def _work(self, level: int, time: Time, unit: Unit, chunk: Chunk) -> int:
        if level + 1 < len(self.schedule.levels):
            return self.inside(level + 1, time, unit, chunk)
        return -(-points(chunk) // self.schedule.mapping.accelerator.lanes)


def _stacked(schedule: Schedule, elements: dict[str, Elements], whole: Chunk) -> int:
    """Transfers between memories that stand above one another at boundary 0."""
    workload = schedule.mapping.workload
    sizes = {name: item.touched(whole).bit_count() for name, item in elements.items()}
    inputs = {tensor.name: sizes[tensor.name] for tensor in workload.inputs}
    output = {workload.output.name: sizes[workload.output.name]}
    top = [site.memory.network(0) for site in schedule.sites if site.boundary == 0]
    return sum(network.transfer_cycles(inputs, 1, ()) + network.transfer_cycles(output, 1, ()) for network in top[:-1])
