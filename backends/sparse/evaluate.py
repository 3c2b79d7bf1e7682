"""The expected cost of a layer whose tensors have zeros."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

from ...ir import ARITHMETIC, Action, Density, Diagnostic
from ..cost import Cost
from ..cost.nest import Nest
from .energy import SparseEnergyTerm, sparse_energy
from .machine import Sparsity
from .occupancy import SparseOccupancy, capacity_findings, sparse_occupancy
from .time import network_cycles, port_cycles
from .traffic import SparseInterface, sparse_interfaces
from .work import Work, work


@dataclass(frozen=True, slots=True)
class SparseCost:
    """Expected costs. MACs are `effectual` (no input is zero), and as the hardware treats them: `executed` with
    energy and time, `gated` with time only, `skipped` with neither.

    `cycles` are those of the busiest resource in `bottlenecks`, `dense_cycles` what the same layer takes without zeros
    by the same rule. `work` tells about the arithmetic and its balance.
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
    def speedup(self) -> float:
        """Dense cycles over expected cycles."""
        return self.dense_cycles / self.cycles if self.cycles else 1.0

    @property
    def imbalance(self) -> float:
        """How much longer steps wait for their busiest unit than if every unit had its expected share."""
        return self.work.cycles / self.work.balanced if self.work.balanced else 1.0

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
    nest, sparsity = Nest(schedule), Sparsity(schedule)
    skips = sparsity.leaders(ARITHMETIC, "", ("skip",))
    saves = sparsity.leaders(ARITHMETIC, "", ("gate", "skip"))
    timed, executed = sparsity.share(skips), sparsity.share(saves)
    lanes = machine.lanes * machine.vector_width
    found = work(nest, skips, lanes)
    interfaces = sparse_interfaces(nest, sparsity, cost.counts.interfaces)
    bottlenecks = {"compute": found.cycles, **network_cycles(nest, interfaces), **port_cycles(nest, interfaces)}
    plain = sparse_interfaces(nest, Sparsity(schedule, dense=True), cost.counts.interfaces)
    before = {"compute": work(nest, (), lanes).cycles, **network_cycles(nest, plain), **port_cycles(nest, plain)}
    occupancy = sparse_occupancy(nest, sparsity)
    macs = cost.counts.macs
    return SparseCost(
        workload.densities,
        sparsity.actions,
        macs * sparsity.effectual,
        macs * executed,
        macs * (timed - executed),
        macs * (1 - timed),
        found,
        tuple(bottlenecks.items()),
        max(before.values()),
        interfaces,
        occupancy,
        sparse_energy(schedule, cost.energy, interfaces, macs * executed),
        (*sparsity.findings(), *capacity_findings(sparsity, occupancy)),
    )
