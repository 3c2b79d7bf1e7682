"""The stepwise time by recursion over the levels (docs/model.md, A18 to A20)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import ceil

from ...ir import Counts, Schedule
from .arithmetic import points, remote_reads, remote_updates
from .elements import Elements
from .interfaces import link_between
from .ports import busiest_port
from .program import Chunk, Program, Time, Unit
from .traffic import InputMove, OutputMove, input_moves, output_moves
from .wires import Wires


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


def stepwise_cycles(schedule: Schedule, program: Program, elements: dict[str, Elements], counts: Counts) -> int:
    """Cycles of the whole program when every step waits for the slowest of its transfers and its work."""
    levels = range(len(schedule.levels))
    wires = [Wires.of(schedule, level) for level in levels]
    carried = [_carry(schedule, program, elements, level) for level in levels]
    replaced = [_replaced(schedule, program, elements, level, wires[level].single) for level in levels]
    added = _added(schedule, program, elements)
    cycles = _Recursion(schedule, program, carried, wires, replaced, added).inside(0, (), (), program.whole)
    for level in levels:
        cycles += max((wires[level].take(left) for left in carried[level].drain.values()), default=0)
        cycles += wires[level].skew
    cycles += _stacked(schedule, elements, program.whole)
    return max(cycles, busiest_port(schedule, program, counts))


Waits = dict[tuple[Unit, Time], set[str]]


def _replaced(
    schedule: Schedule, program: Program, elements: dict[str, Elements], level: int, single: frozenset[str]
) -> Waits:
    """Per parent and step the tensors of single buffers of which no unit at work holds anything from before."""
    found: Waits = defaultdict(set)
    for name in single:
        held: dict[Unit, int] = {}
        for time, busy in program.steps(level + 1):
            now = {unit: elements[name].touched(chunk) for unit, chunk in busy.items()}
            kept: dict[Unit, int] = defaultdict(int)
            for unit, bits in now.items():
                kept[unit[:level]] += (bits & held.get(unit, 0)).bit_count()
            held.update(now)
            for parent, count in kept.items():
                if not count:
                    found[parent, time].add(name)
    return found


@dataclass(frozen=True)
class _Recursion:
    schedule: Schedule
    program: Program
    carried: list[_Carried]
    wires: list[Wires]
    replaced: list[Waits]
    added: dict[tuple[Unit, Time], int]

    def inside(self, level: int, before: Time, parent: Unit, chunk: Chunk) -> int:
        """Cycles of the steps of `level` inside one chunk of the level above."""
        first = self.program.steps(level + 1)[0][0]
        exposed, into, out, work = 0, [0], [0], [0]
        for step, children in self.program.inside(level, chunk):
            time = before + step
            work.append(max(self._work(level, time, (*parent, unit), piece) for unit, piece in children.items()))
            alone, coming, leaving = self._transfers(level, parent, time, time == first)
            exposed, into, out = exposed + alone, [*into, coming], [*out, leaving]
        if self.schedule.levels[level].network.queues:
            return exposed + max(sum(into), sum(out), sum(work))
        return exposed + sum(map(max, zip(into, out, work, strict=True)))

    def _transfers(self, level: int, parent: Unit, time: Time, first: bool) -> tuple[int, int, int]:
        """Cycles of a step's transfers: those with nothing beside them, then in and out beside the work."""
        wires, carried = self.wires[level], self.carried[level]
        into, out = carried.into[parent, time], carried.out[parent, time]
        waits = set() if first else self.replaced[level][parent, time]
        if not (first or waits):
            return 0, wires.bring(into), wires.take(out)
        gone = wires.take({name: count for name, count in out.items() if name in waits})
        later = wires.take({name: count for name, count in out.items() if name not in waits})
        return max(wires.bring(into), gone) + (wires.skew if waits else 0), 0, later

    def _work(self, level: int, time: Time, unit: Unit, chunk: Chunk) -> int:
        if level + 1 < len(self.schedule.levels):
            return self.inside(level + 1, time, unit, chunk)
        machine = self.schedule.mapping.accelerator
        length = chunk[-1][1] - chunk[-1][0]
        vectors = points(chunk) // length * ceil(length / machine.vector_width)
        return ceil((vectors + self.added.get((unit, time), 0)) / machine.lanes)


def _added(schedule: Schedule, program: Program, elements: dict[str, Elements]) -> dict[tuple[Unit, Time], int]:
    """Output elements that enter each PE in each step, if the PEs themselves add up what they take over."""
    workload, last = schedule.mapping.workload, len(schedule.levels)
    reducing = [
        level.network.adder
        for level in schedule.levels
        if level.network.reduction
        and level.units > 1
        and any(o.spatial and o.dimension in workload.reduction_dimensions for o in level.loops)
    ]
    at_pe = any(site.boundary == last and workload.output.name in site.tensors for site in schedule.sites)
    if "unit" not in reducing or not at_pe:
        return {}
    found, held = {}, dict[Unit, int]()
    for time, busy in program.steps(last):
        for unit, chunk in busy.items():
            now = elements[workload.output.name].touched(chunk)
            found[unit, time] = (now & ~held.get(unit, 0)).bit_count()
            held[unit] = now
    return found


def _stacked(schedule: Schedule, elements: dict[str, Elements], whole: Chunk) -> int:
    """Transfers between memories that stand above one another at boundary 0, of what both hold."""
    output, cycles = schedule.mapping.workload.output.name, 0
    top = [site for site in schedule.sites if site.boundary == 0]
    for upper, *lower in (top[number:] for number in range(len(top) - 1)):
        both = [name for name in upper.tensors if any(name in site.tensors for site in lower)]
        sizes = {name: elements[name].touched(whole).bit_count() for name in both}
        leaving = {output: sizes.pop(output, 0)}
        cycles += sum(upper.memory.network(0).transfer_cycles(moved, 1, moved) for moved in (sizes, leaving))
    return cycles
