"""What the arithmetic of a processing element takes for one step (docs/model.md, A14 and A20)."""

from __future__ import annotations

from collections import defaultdict
from math import ceil

from ...ir import Memory, Schedule
from .arithmetic import LocalPorts, points
from .elements import Bits, Elements
from .program import Chunk, RunProgram, Time, Unit
from .transfers import port_cycles


def arithmetic_cycles(
    schedule: Schedule, program: RunProgram, elements: dict[str, Elements]
) -> dict[tuple[Unit, Time], int]:
    """Cycles of every element at work in every step: its vectors and sums, and the ports of the memories at it."""
    machine, last = schedule.mapping.accelerator, len(schedule.levels)
    added = _added(schedule, program, elements)
    ports = _Ports(schedule, elements)
    found = {}
    for time, busy in program.steps(last):
        for unit, chunk in busy.items():
            length = chunk[-1][1] - chunk[-1][0]
            vectors = points(chunk) // length * ceil(length / machine.vector_width)
            work = vectors * schedule.mapping.interval + added.get((unit, time), 0)
            found[unit, time] = max(ceil(work / machine.lanes), ports.cycles(unit, chunk))
    return found


class _Ports:
    """The accesses of the arithmetic to the memories at its element, step after step."""

    def __init__(self, schedule: Schedule, elements: dict[str, Elements]) -> None:
        last, lanes = len(schedule.levels), schedule.mapping.accelerator.lanes
        self._output = schedule.mapping.workload.output.name
        self._elements = elements
        self._memories: dict[str, Memory] = {}
        for site in schedule.sites:
            if site.boundary == last:
                self._memories.update(dict.fromkeys(site.tensors, site.memory))
        self._lanes = {name: LocalPorts(elements[name], lanes) for name in self._memories}
        self._ever: dict[Unit, Bits] = defaultdict(int)

    def cycles(self, unit: Unit, chunk: Chunk) -> int:
        """Cycles of the slowest port in the unit's next step."""
        reads: dict[Memory, int] = defaultdict(int)
        writes: dict[Memory, int] = defaultdict(int)
        for name, memory in self._memories.items():
            count = self._lanes[name].accesses(chunk)
            if name != self._output:
                reads[memory] += count
                continue
            held = self._elements[name].touched(chunk)
            reads[memory] += count - (held & ~self._ever[unit]).bit_count()
            writes[memory] += count
            self._ever[unit] |= held
        return max((_slowest(item, reads[item], writes[item]) for item in {**reads, **writes}), default=0)


def _slowest(memory: Memory, reads: int, writes: int) -> int:
    return max(
        port_cycles(memory, reads, memory.read_bandwidth),
        port_cycles(memory, writes, memory.write_bandwidth),
        port_cycles(memory, reads + writes, memory.shared_bandwidth),
    )


def _added(schedule: Schedule, program: RunProgram, elements: dict[str, Elements]) -> dict[tuple[Unit, Time], int]:
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
