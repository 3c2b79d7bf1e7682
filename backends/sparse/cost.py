"""The expected cost of a layer whose tensors have zeros, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum, inf

from ...ir import Action, Density, Diagnostic
from ..cost.throughput import COMPUTE
from .energy import SparseEnergyTerm
from .occupancy import SparseOccupancy
from .traffic import SparseInterface
from .work import Work


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
