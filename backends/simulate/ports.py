"""The ports of memories (docs/model.md, A21 and A22)."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from ...ir import Counts, InputTraffic, Schedule, Traffic
from .program import RunProgram


def busiest_port(schedule: Schedule, program: RunProgram, counts: Counts) -> int:
    """Cycles of the memory port with most accesses per instance that ever works."""
    cycles = 0
    for site in schedule.sites:
        memory = site.memory
        at_work = {unit for _, busy in program.steps(site.boundary) for unit in busy}
        reads, writes = _accesses(counts, memory.name)
        for width, elements in (
            (memory.read_bandwidth, reads),
            (memory.write_bandwidth, writes),
            (memory.shared_bandwidth, reads + writes),
        ):
            if width is not None:
                cycles = max(cycles, ceil(Fraction(elements, width * memory.banks * len(at_work))))
    return cycles


def _accesses(counts: Counts, memory: str) -> tuple[int, int]:
    """Reads and writes of a memory, over all its instances."""
    reads = writes = 0
    for interface in counts.interfaces:
        for _, traffic in interface.tensors:
            if interface.parent == memory:
                taken, given = _as_parent(traffic)
                reads, writes = reads + taken, writes + given
            if interface.child == memory:
                taken, given = _as_child(traffic)
                reads, writes = reads + taken, writes + given
    return reads, writes


def _as_parent(traffic: Traffic) -> tuple[int, int]:
    if isinstance(traffic, InputTraffic):
        return traffic.reads, 0
    return traffic.readbacks, traffic.updates


def _as_child(traffic: Traffic) -> tuple[int, int]:
    if isinstance(traffic, InputTraffic):
        return traffic.forwards, traffic.fills
    return traffic.fills, traffic.readbacks
