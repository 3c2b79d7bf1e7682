"""What can never be: checked on every number before it is returned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from ...ir import Counts, InternalError, Mapping, OutputTraffic, Workload
from ..energy import EnergyTerm, total

Check: TypeAlias = tuple[bool, str]
"""Whether an invariant holds, and what is wrong if it does not."""


def raise_broken(name: str, checks: Iterable[Check]) -> None:
    """Raise InternalError with every broken invariant."""
    if broken := [message for holds, message in checks if not holds]:
        raise InternalError(f"impossible result for {name or 'mapping'}: {'; '.join(broken)}")


def counts_checks(counts: Counts, mapping: Mapping) -> Iterator[Check]:
    """Of the counts of a program: every point once, no more activity than there is, every element at least once."""
    workload = mapping.workload
    yield counts.points == workload.points, "points differ from the iteration points"
    yield 0 <= workload.useful_points <= counts.points, "useful points out of range"
    yield from traffic_checks(counts, workload, mapping.accelerator.pes)


def traffic_checks(counts: Counts, workload: Workload, pes: int) -> Iterator[Check]:
    """Of what is moved and who works, however often a point is executed: every element at least once."""
    yield counts.active_peak <= pes, "more PEs at work than exist"
    yield counts.active_total <= counts.active_peak * counts.steps, "average activity above the peak"
    for interface in counts.interfaces:
        for name, traffic in interface.tensors:
            where = f"{interface.parent}→{interface.child} {name}"
            footprint = workload.footprint(workload.tensor(name))
            yield traffic.fills >= footprint, f"{where}: fills below the footprint"
            if isinstance(traffic, OutputTraffic):
                yield traffic.updates >= footprint, f"{where}: updates below the footprint"
                yield 0 <= traffic.readbacks < traffic.updates, f"{where}: readbacks out of range"
            else:
                yield footprint <= traffic.reads + traffic.forwards, f"{where}: reads below the footprint"
                yield traffic.reads <= traffic.fills, f"{where}: more reads than fills"


def time_checks(cycles: int, mapping: Mapping) -> Iterator[Check]:
    """Of the throughput time: no more than the machine can do in a cycle."""
    yield cycles * mapping.accelerator.peak_macs >= mapping.work, "throughput above peak"


def energy_checks(terms: Iterable[EnergyTerm]) -> Iterator[Check]:
    """Of an energy."""
    yield total(terms) >= 0, "negative energy"
