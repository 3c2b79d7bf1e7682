"""What the commands show of layers with zeros."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from math import fsum

from rich.console import Console

from ..backends.cost import Cost
from ..backends.cost.throughput import COMPUTE
from ..backends.sparse import SparseCost, evaluate_sparse
from ..backends.sparse.traffic import SparseTraffic
from .output import energy_text, plus_minus
from .tables import Table, numbers, texts


@lru_cache(maxsize=1024)
def sparse_cost(cost: Cost) -> SparseCost | None:
    """The sparse cost of a layer, computed once."""
    return evaluate_sparse(cost)


def sparse_table(layers: Iterable[tuple[str, Cost, SparseCost]]) -> Table:
    """A row per layer with zeros."""
    found = Table(
        "Expected with zeros (docs/sparsity.md); cycles of the busiest resource, speed-up over the same without zeros",
        [
            *texts("layer", "densities"),
            *numbers("effectual MACs", "cycles", "speed-up", "imbalance", "energy µJ", "saved"),
        ],
    )
    rows = list(layers)
    for name, cost, sparse in rows:
        densities = ", ".join(f"{tensor} {density}" for tensor, density in sparse.densities)
        found.add_row(name, densities, *_cells([sparse]), _saved(sparse.energy_pj, cost.energy_pj))
    if len(rows) > 1:
        found.add_section()
        energy, dense = fsum(sparse.energy_pj for *_, sparse in rows), fsum(cost.energy_pj for _, cost, _ in rows)
        found.add_row(f"{len(rows)} layers", "", *_cells([sparse for *_, sparse in rows]), _saved(energy, dense))
    return found


def _cells(layers: list[SparseCost]) -> tuple[str, ...]:
    """Effectual MACs, cycles, speed-up, imbalance and energy of one layer, or of all together.

    Errors of layers add up: all masks come from one seed, so that equal layers err alike. Of several layers the
    imbalance stays empty.
    """
    cycles, dense = fsum(item.cycles for item in layers), fsum(item.dense_cycles for item in layers)
    error = fsum(item.cycles_error for item in layers)
    drawn, speedup = any(item.cycles_error for item in layers), dense / cycles if cycles else 1.0
    [work, *more] = [item.work for item in layers]
    imbalance = plus_minus(work.imbalance, work.imbalance_error, work.basis == "drawn", 3)
    return (
        f"{fsum(item.effectual for item in layers):,.0f}",
        plus_minus(cycles, error, drawn, 0),
        plus_minus(speedup, speedup * error / cycles if cycles else 0.0, drawn, 2),
        "" if more else imbalance,
        energy_text(fsum(item.energy_pj for item in layers)),
    )


def _saved(energy: float, dense: float) -> str:
    return f"{1 - energy / dense:.1%}" if dense else ""


def print_sparse(out: Console, sparse: SparseCost) -> None:
    """Where each number of a layer with zeros comes from."""
    out.print(f"With zeros: {', '.join(f'{tensor} {density}' for tensor, density in sparse.densities)}\n")
    for action in sparse.actions:
        out.print(f"  {action}")
    out.print(
        f"\n  {sparse.effectual:,.1f} MACs are effectual; {sparse.executed:,.1f} are executed, "
        f"{sparse.gated:,.1f} gated and {sparse.skipped:,.1f} skipped (S2 to S4)\n"
    )
    _print_time(out, sparse)
    _print_traffic(out, sparse)
    _print_memories(out, sparse)
    out.print(f"energy {energy_text(sparse.energy_pj)} µJ: the terms above with these accesses (S14)\n")


def _print_time(out: Console, sparse: SparseCost) -> None:
    found = Table("Expected cycles with zeros", [*texts("resource"), *numbers("cycles")])
    work = sparse.work
    drawn = work.basis == "drawn"
    for name, cycles in sparse.bottlenecks:
        own = drawn and name == COMPUTE
        found.add_row(f"{name} is busy", plus_minus(cycles, work.error, own, 1))
    found.add_section()
    busiest = plus_minus(sparse.cycles, sparse.cycles_error, sparse.cycles_error > 0, 1)
    found.add_row("the busiest resource (S13)", busiest)
    found.add_row("the same without zeros", f"{sparse.dense_cycles:,.1f}")
    out.print(found)
    out.print(
        f"compute: every step waits for the unit with the most effectual work, "
        f"{plus_minus(work.cycles, work.error, drawn, 1)} cycles ({work.basis}, S5 and S6); "
        f"with equal shares {work.balanced:,.1f}, "
        f"imbalance {plus_minus(work.imbalance, work.imbalance_error, drawn, 3)}"
    )
    speedup = plus_minus(sparse.speedup, sparse.speedup_error, sparse.speedup_error > 0, 2)
    out.print(f"speed-up {speedup}; with equal shares of the arithmetic it would be {sparse.speedup_limit:.2f}\n")


def _print_traffic(out: Console, sparse: SparseCost) -> None:
    found = Table(
        "Expected traffic: elements · needed · stored (S7 to S12)",
        [
            *texts("interface", "tensor", "count"),
            *numbers("elements", "needed", "values/element", "bits/element", "values", "metadata bits"),
            *texts(""),
        ],
        names=3,
    )
    for interface in sparse.interfaces:
        for tensor, traffic in interface.tensors:
            for count, moved in traffic.counts:
                if dict(traffic.crossing)[count]:
                    found.add_row(
                        f"{interface.parent} to {interface.child}",
                        tensor,
                        count,
                        *_factors(traffic, count),
                        f"{moved.values:,.1f}",
                        f"{moved.metadata_bits:,.1f}",
                        "" if traffic.exact else "estimate",
                    )
    out.print(found)


def _factors(traffic: SparseTraffic, count: str) -> tuple[str, ...]:
    """The elements that cross when nothing is zero, the share that is needed, and what is stored of each."""
    dense = dict(traffic.dense)[count]
    stored = traffic.stored(count)
    return (
        f"{dense:,}",
        f"{traffic.elements(count) / dense:.4f}" if dense else "",
        f"{stored.values:.4f}",
        f"{stored.metadata_bits:.3f}",
    )


def _print_memories(out: Console, sparse: SparseCost) -> None:
    found = Table(
        "Bytes per instance, all buffers counted (S9)",
        [*texts("memory", "tensor"), *numbers("expected", "of it metadata", "999 of 1000 chunks", "without zeros")],
        names=2,
    )
    for need in sparse.occupancy:
        for room in need.rooms:
            found.add_row(
                need.site.memory.name,
                room.tensor,
                f"{room.expected_bytes:,.1f}",
                f"{room.metadata_bytes:,.1f}",
                f"{room.likely_bytes:,.1f}",
                f"{room.most_bytes:,.1f}",
            )
    out.print(found)
