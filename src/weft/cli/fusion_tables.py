"""Fusion plans and their curves as tables and as data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console

from ..fusion.measures import ENERGY
from ..fusion.plan import Plan, Planned
from ..fusion.report import named_plans, plans_data
from ..ir import Accelerator, Network
from .output import energy_text
from .tables import Table, numbers, texts

Curve = Sequence[tuple[int | None, Planned]]
"""Plans by the bits of room that they may use."""


def plan_tables(out: Console, network: Network, machine: Accelerator, planned: Planned) -> None:
    """A row per piece that fuses layers, and the plan beside what it is measured against."""
    top, memory = machine.memories[0].name, machine.memories[1].name
    columns = [
        *texts("layers", "outer loops"),
        *numbers("stages", f"KB to and from {top}", f"KB of {memory}", "computed again"),
    ]
    table = Table(f"{network.name or 'network'} on {machine.name}: fused programs", columns)
    for piece in planned.plan.pieces:
        if piece.layers > 1:
            again = sum(piece.choice.points) - sum(
                layer.workload.points for layer in piece.group.layers if layer.workload
            )
            loops = ", ".join(f"{name} by {size:,}" for name, size in piece.choice.loops)
            table.add_row(
                piece.group.name,
                loops,
                f"{piece.layers}",
                _kilobytes(piece.choice.traffic),
                _kilobytes(piece.choice.room),
                f"{again:,}",
            )
    out.print(table)
    out.print(_compared(network, planned, top))
    out.print(
        f"{_proof(planned)}; {planned.groups:,} different groups, "
        f"{planned.choices:,} choices of loops counted one by one, the others bounded"
    )
    if planned.alone:
        out.print(f"not counted, for no fused program holds them: {', '.join(planned.alone)}")


def _compared(network: Network, planned: Planned, top: str) -> Table:
    """The plan beside what it is measured against."""
    by_energy = planned.measure == ENERGY
    columns = [f"KB to and from {top}", *(["energy µJ", "stepwise cycles"] if by_energy else []), "of the first"]
    table = Table(
        f"{network.name or 'network'}: all {len(network.layers)} layers",
        [*texts("plan"), *numbers("programs", *columns)],
    )
    for name, plan in named_plans(planned):
        share = plan.price / planned.outside.price if planned.outside.price else 1.0
        cost = [energy_text(plan.price), f"{plan.cycles():,}"] if by_energy else []
        table.add_row(name, f"{len(plan.pieces):,}", _kilobytes(plan.traffic_bits), *cost, f"{share:.1%}")
    return table


def _proof(planned: Planned) -> str:
    if planned.measure == ENERGY:
        return f"within {planned.gap:.2%} of the least energy of all plans in the space (docs/fusion.md)"
    return "least traffic of all plans in the space (docs/fusion.md)"


def curve_table(out: Console, network: Network, machine: Accelerator, curve: Curve) -> None:
    """A row per room: the three plans, and the programs of the best."""
    by_energy = curve[0][1].measure == ENERGY
    unit = "µJ" if by_energy else f"KB to and from {machine.memories[0].name}"
    table = Table(
        f"{network.name or 'network'} on {machine.name}: room in {machine.memories[1].name}, and {unit}",
        numbers(
            "bytes",
            *("each layer by itself", "kept where it fits whole", "fused", "programs"),
            *(["proved within"] if by_energy else []),
        ),
    )
    for room, planned in curve:
        prices = (_price(planned, plan) for _, plan in named_plans(planned))
        proof = [f"{planned.gap:.2%}"] if by_energy else []
        table.add_row("any" if room is None else f"{room // 8:,}", *prices, f"{len(planned.plan.pieces):,}", *proof)
    out.print(table)


def curve_data(network: Network, curve: Curve) -> dict[str, Any]:
    """A curve as JSON."""
    rows = [{"room_bytes": None if room is None else room // 8} | plans_data(planned) for room, planned in curve]
    return {"network": network.name, "curve": rows}


def _price(planned: Planned, plan: Plan) -> str:
    return energy_text(plan.price) if planned.measure == ENERGY else _kilobytes(plan.traffic_bits)


def _kilobytes(bits: int) -> str:
    return f"{bits / 8000:,.1f}"
