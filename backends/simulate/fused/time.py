"""The time of a fused program, event by event: transfers and work of one run after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ....ir import FusedSchedule, Memory


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
    ends = ((schedule.outside, into, out), (schedule.boundary, out + reads, into + writes))
    return max(clock, *(cycles for end in ends for cycles in _ports(*end)), 0)


def _transfer(schedule: FusedSchedule, counts: Mapping[str, int], into: bool) -> int:
    if not sum(counts.values()):
        return 0
    total = sum(counts.values())
    found = [schedule.outside.network(0).transfer_cycles(counts, 1, set(counts))]
    for memory, reads in ((schedule.outside, into), (schedule.boundary, not into)):
        widths = [memory.read_bandwidth if reads else memory.write_bandwidth, memory.shared_bandwidth]
        found += [-(-total // (width * memory.banks)) for width in widths if width]
    return max(found)


def _both(schedule: FusedSchedule, into: Mapping[str, int], out: Mapping[str, int]) -> list[int]:
    """Cycles of the ports that serve both ways, one after the other."""
    found = []
    for memory in (schedule.outside, schedule.boundary):
        if memory.shared_bandwidth:
            width = memory.shared_bandwidth * memory.banks
            found.append(sum(-(-sum(counts.values()) // width) for counts in (into, out)))
    return found


def _ports(memory: Memory, reads: int, writes: int) -> list[int]:
    """Cycles of each port of a memory for all that it reads and writes."""
    loads = (memory.read_bandwidth, reads), (memory.write_bandwidth, writes), (memory.shared_bandwidth, reads + writes)
    return [-(-load // (width * memory.banks)) for width, load in loads if width]
