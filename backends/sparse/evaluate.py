"""The expected cost of a layer whose tensors have zeros."""

from __future__ import annotations

from ...ir import ARITHMETIC
from ..cost import Cost
from ..cost.numbers import Numbers
from ..cost.throughput import COMPUTE, resource_cycles
from .cost import SparseCost
from .energy import sparse_energy
from .invariants import check_invariants
from .machine import Sparsity
from .occupancy import capacity_findings, sparse_occupancy
from .traffic import sparse_interfaces
from .words import Words
from .work import dense_work, work


def evaluate_sparse(cost: Cost) -> SparseCost | None:
    """What the densities of a layer make of its dense cost; None if it has none."""
    schedule = cost.schedule
    workload, machine = schedule.mapping.workload, schedule.mapping.accelerator
    if not workload.densities:
        return None
    numbers, sparsity = Numbers(schedule), Sparsity(schedule)
    nest = numbers.nest
    skips = sparsity.leaders(ARITHMETIC, "", ("skip",))
    timed, executed = sparsity.points(skips), sparsity.points(sparsity.leaders(ARITHMETIC, "", ("gate", "skip")))
    lanes = machine.lanes * machine.vector_width
    done = work(nest, skips, lanes, timed, cost.counts.active_peak)
    interfaces = sparse_interfaces(nest, sparsity, cost.counts.interfaces)
    words = Words(numbers, interfaces)
    bottlenecks = {COMPUTE: done.cycles, **_cycles(numbers, words)}
    plain = sparse_interfaces(nest, Sparsity(schedule, dense=True), cost.counts.interfaces)
    before = {COMPUTE: dense_work(nest, lanes), **_cycles(numbers, Words(numbers, plain))}
    occupancy = sparse_occupancy(nest, sparsity)
    found = SparseCost(
        workload.densities,
        sparsity.actions,
        sparsity.effectual,
        executed,
        timed - executed,
        cost.counts.points - timed,
        done,
        tuple(bottlenecks.items()),
        max(before.values()),
        interfaces,
        occupancy,
        sparse_energy(cost, words, executed),
        (*sparsity.findings(), *capacity_findings(sparsity, occupancy)),
    )
    check_invariants(found, cost)
    return found


def _cycles(numbers: Numbers, words: Words) -> dict[str, float]:
    """Expected cycles of every port and network: what takes time over the bandwidth (A21, S13)."""
    return resource_cycles(numbers.nest, numbers.table, words.timed, lambda load, width: float(load) / width)
