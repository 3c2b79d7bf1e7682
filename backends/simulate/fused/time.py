"""The time of a fused program, event by event: transfers and work of one run after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ....ir import FusedSchedule, Memory
from ..transfers import port_cycles
from ..wires import wire_cycles


class Moved(NamedTuple):
    """A run: what comes in for it, the cycles of its work, and what goes out after it."""

    into: dict[str, int]
    work: int
    out: dict[str, int]


def stepwise_cycles(schedule: FusedSchedule, runs: Sequence[Moved], served: tuple[int, int]) -> int:
    """When the last output has gone out; `served` are the elements that the boundary reads and writes for the runs.

    At each swap the next run's data have come, and what the run before made has gone; a port that does both in one
    period needs the cycles of both.
    """
    clock = 0
    if schedule.boundary.buffering == "single":
        for run in runs:
            clock += _transfer(schedule, run.into, True) + run.work + _transfer(schedule, run.out, False)
    else:
        clock = _transfer(schedule, runs[0].into, True)
        for number, run in enumerate(runs):
            coming = runs[number + 1].into if number + 1 < len(runs) else {}
            leaving = runs[number - 1].out if number else {}
            ends = [clock + run.work, clock + _transfer(schedule, coming, True)]
            ends.append(clock + _transfer(schedule, leaving, False))
            ends += [clock + cycles for cycles in _both(schedule, coming, leaving)]
            clock = max(ends)
        clock += _transfer(schedule, runs[-1].out, False)
    into = sum(sum(run.into.values()) for run in runs)
    out = sum(sum(run.out.values()) for run in runs)
    reads, writes = served
    busy = [*_ports(schedule.outside, into, out), *_ports(schedule.boundary, out + reads, into + writes)]
    return max(clock, *busy)


def _transfer(schedule: FusedSchedule, counts: dict[str, int], into: bool) -> int:
    if not any(counts.values()):
        return 0
    total = sum(counts.values())
    wires = wire_cycles(schedule.outside.network(0), counts, 1, set(counts))
    from_outside, to_boundary = ((total, 0), (0, total)) if into else ((0, total), (total, 0))
    return max(wires, *_ports(schedule.outside, *from_outside), *_ports(schedule.boundary, *to_boundary))


def _both(schedule: FusedSchedule, into: dict[str, int], out: dict[str, int]) -> list[int]:
    """Cycles of the ports that serve both ways, one after the other."""
    moved = sum(into.values()), sum(out.values())
    ends = (schedule.outside, schedule.boundary)
    return [sum(port_cycles(memory, count, memory.shared_bandwidth) for count in moved) for memory in ends]


def _ports(memory: Memory, reads: int, writes: int) -> list[int]:
    """Cycles of each port of a memory for so many elements that it reads and writes."""
    return [
        port_cycles(memory, reads, memory.read_bandwidth),
        port_cycles(memory, writes, memory.write_bandwidth),
        port_cycles(memory, reads + writes, memory.shared_bandwidth),
    ]
