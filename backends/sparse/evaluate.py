"""The expected cost of a layer whose tensors have zeros."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum, inf

from ...ir import ARITHMETIC, Action, Density, Diagnostic
from ..cost import Cost
from ..cost.numbers import Numbers
from ..cost.throughput import COMPUTE, resource_cycles
from .energy import SparseEnergyTerm, sparse_energy
from .invariants import check_invariants
from .machine import Sparsity
from .occupancy import SparseOccupancy, capacity_findings, sparse_occupancy
from .traffic import SparseInterface, sparse_interfaces
from .words import Words
from .work import Work, dense_work, work


@dataclass(frozen=True, slots=True)
class SparseCost:
    """Expected costs. MACs are `effectual` (no input is zero), and as the hardware treats them: `executed` with
    energy and time, `gated` with time only, `skipped` with neither.

    `cycles` are those of the busiest resource in `bottlenecks`, `dense_cycles` what the same layer takes without zeros
    by the same rule. `work` tells about the arithmetic and its balance. Standard errors (`…_error`) are 0 of all that
    does not come from drawn masks.
    """

    densities: tuple[tuple[str, Density], ...]
    actions: tuple[Action, ...]
    effectual: float
    executed: float
    gated: float
    skipped: float
    work: Work
    bottlenecks: tuple[tuple[str, float], ...]
    dense_cycles: float
    interfaces: tuple[SparseInterface, ...]
    occupancy: tuple[SparseOccupancy, ...]
    energy: tuple[SparseEnergyTerm, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def cycles(self) -> float:
        """Expected cycles: the busiest resource."""
        return max(cycles for _, cycles in self.bottlenecks)

    @property
    def cycles_error(self) -> float:
        """The standard error of the cycles: that of the arithmetic's, unless another resource surely takes longer."""
        others = max((cycles for name, cycles in self.bottlenecks if name != COMPUTE), default=0.0)
        return self.work.error if self.work.cycles + 4 * self.work.error >= others else 0.0

    @property
    def speedup(self) -> float:
        """Dense cycles over expected cycles."""
        return self.dense_cycles / self.cycles if self.cycles else 1.0

    @property
    def speedup_error(self) -> float:
        """The standard error of the speed-up, to first order."""
        return self.speedup * self.cycles_error / self.cycles if self.cycles else 0.0

    @property
    def speedup_limit(self) -> float:
        """The speed-up if all units and lanes had equal shares of the work that is left."""
        least = max(self.work.balanced, *(cycles for name, cycles in self.bottlenecks if name != COMPUTE), 0.0)
        return self.dense_cycles / least if least else inf

    @property
    def imbalance(self) -> float:
        """How much longer steps wait for their busiest unit than if all units and lanes had equal shares."""
        return self.work.imbalance

    def error(self, name: tuple[str, ...]) -> float:
        """The standard error of one of `numbers`: 0 but for cycles that come from drawn masks."""
        return self.work.error if name == ("cycles",) else 0.0

    def numbers(self, *, exact: bool = False) -> dict[tuple[str, ...], float]:
        """The expectations by the names that the sampling oracle gives them; with `exact`, estimates left out."""
        found: dict[tuple[str, ...], float] = {
            ("effectual",): self.effectual,
            ("executed",): self.executed,
            ("gated",): self.gated,
        }
        if self.work.basis != "estimate" or not exact:
            found[("cycles",)] = self.work.cycles
        for interface in self.interfaces:
            for tensor, traffic in interface.tensors:
                if traffic.exact or not exact:
                    for count, moved in traffic.counts:
                        place = (interface.parent, interface.child, tensor, count)
                        found[(*place, "values")], found[(*place, "metadata")] = moved.values, moved.metadata_bits
        return found

    @property
    def energy_pj(self) -> float:
        """Expected energy in picojoules."""
        return fsum(term.picojoules for term in self.energy)


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
        cost.counts.macs - timed,
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
