"""What can never be: checked on every result before it is returned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...ir import InternalError, OutputTraffic

if TYPE_CHECKING:
    from .evaluate import Cost


def check_invariants(cost: Cost) -> None:
    """Raise InternalError with every broken invariant."""
    counts, mapping = cost.counts, cost.schedule.mapping
    peak = mapping.accelerator.peak_macs
    broken = [
        message
        for holds, message in (
            (counts.macs == mapping.workload.macs, "macs differ from the iteration points"),
            (0 <= cost.macs <= counts.macs, "useful macs out of range"),
            (cost.cycles_throughput * peak >= counts.macs, "throughput above peak"),
            (cost.cycles_throughput <= cost.cycles_stepwise, "throughput time above stepwise time"),
            (counts.active_peak <= mapping.accelerator.pes, "more PEs at work than exist"),
            (counts.active_total <= counts.active_peak * counts.steps, "average activity above the peak"),
            (cost.energy_pj >= 0, "negative energy"),
            *_traffic_checks(cost),
        )
        if not holds
    ]
    if broken:
        raise InternalError(f"impossible result for {mapping.name or 'mapping'}: {'; '.join(broken)}")


def _traffic_checks(cost: Cost) -> list[tuple[bool, str]]:
    workload = cost.schedule.mapping.workload
    found = []
    for interface in cost.counts.interfaces:
        for name, traffic in interface.tensors:
            where = f"{interface.parent}→{interface.child} {name}"
            footprint = workload.footprint(workload.tensor(name))
            found.append((traffic.fills >= footprint, f"{where}: fills below the footprint"))
            if isinstance(traffic, OutputTraffic):
                found.append((traffic.updates >= footprint, f"{where}: updates below the footprint"))
                found.append((0 <= traffic.readbacks < traffic.updates, f"{where}: readbacks out of range"))
            else:
                found.append((footprint <= traffic.reads + traffic.forwards, f"{where}: reads below the footprint"))
                found.append((traffic.reads <= traffic.fills, f"{where}: more reads than fills"))
    return found
