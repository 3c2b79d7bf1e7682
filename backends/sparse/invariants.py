"""What can never be, whatever the zeros: checked on every expectation before it is returned."""

from __future__ import annotations

from collections.abc import Iterator

from ...ir import InternalError
from ..cost import Cost
from .cost import SparseCost

_NOISE = 1e-9
"""Relative error of sums of floating-point numbers."""


def check_invariants(sparse: SparseCost, cost: Cost) -> None:
    """Raise InternalError with every broken invariant."""
    checks = (*_work(sparse, cost), *_traffic(sparse), *_memories(sparse))
    if broken := [message for holds, message in checks if not holds]:
        name = cost.schedule.mapping.name or "mapping"
        raise InternalError(f"impossible expectation for {name}: {'; '.join(broken)}")


def _most(value: float, limit: float) -> bool:
    """Whether a value is no larger than a limit."""
    return value <= limit + _NOISE * max(1.0, abs(limit))


def _work(sparse: SparseCost, cost: Cost) -> Iterator[tuple[bool, str]]:
    machine, work = cost.schedule.mapping.accelerator, sparse.work
    lanes, timed = machine.lanes * machine.vector_width, sparse.executed + sparse.gated
    yield min(sparse.effectual, sparse.executed, sparse.gated, sparse.skipped) >= -_NOISE, "negative MACs"
    yield _most(sparse.effectual, sparse.executed), "more effectual MACs than executed ones"
    yield _most(sparse.effectual, cost.schedule.mapping.workload.useful_macs), "inserted zeros are effectual"
    yield _most(timed, work.cycles * cost.counts.active_peak * lanes), "fewer cycles than MACs need"
    yield work.imbalance >= 1, "units are better than balanced"
    yield sparse.speedup <= sparse.speedup_limit, "a speed-up beyond what skipping can give"
    yield work.error == 0 or work.basis == "drawn", "an error of what is not drawn"
    if cost.counts.active_peak == lanes == 1:
        yield (work.cycles, work.basis) == (timed, "exact"), "one unit takes other cycles than its MACs"
    yield min(cycles for _, cycles in sparse.bottlenecks) >= 0, "negative cycles"
    yield sparse.energy_pj >= 0, "negative energy"


def _traffic(sparse: SparseCost) -> Iterator[tuple[bool, str]]:
    for interface in sparse.interfaces:
        for tensor, traffic in interface.tensors:
            where = f"{interface.parent}→{interface.child} {tensor}"
            for needed, timed in zip(traffic.needed, traffic.timed, strict=True):
                yield needed.value >= 0 and _most(needed.value, timed.value), f"{where}: gating takes less time"
                yield _most(timed.value, 1), f"{where}: more is moved than there is"
            for count, elements in traffic.crossing:
                yield elements >= 0 and _most(elements, dict(traffic.dense)[count]), f"{where}: {count} out of range"


def _memories(sparse: SparseCost) -> Iterator[tuple[bool, str]]:
    for need in sparse.occupancy:
        for room in need.rooms:
            where = f"{need.site.memory.name} {room.tensor}"
            yield _most(room.metadata_bytes, room.expected_bytes), f"{where}: metadata beyond what is expected"
            yield _most(room.likely_bytes, room.most_bytes), f"{where}: chunks larger than the largest"
