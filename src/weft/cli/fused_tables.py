"""Fused programs and fusion plans as tables and as data."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from ..backends.fused import FusedCost, StageCost
from ..fusion.plan import Plan, Planned
from ..ir import Accelerator, FusedProgram, InputTraffic, Network
from ..passes.fuse import room_bytes
from .output import energy_text
from .tables import Table, numbers, texts


def fused_tables(out: Console, machine: Accelerator, cost: FusedCost) -> None:
    """A row per stage, what the boundary memory holds, and the sums."""
    program = cost.schedule.program
    table = Table(f"{program.name} on {machine.name}", _columns(program, machine))
    for stage, boxes in zip(cost.stages, cost.boxes, strict=True):
        into, out_of = _outside(stage, machine)
        again = stage.counts.points - boxes.workload.points
        energy = sum(term.picojoules for term in stage.energy)
        table.add_row(
            stage.name,
            f"{boxes.runs:,}",
            f"{stage.counts.points:,}",
            f"{again:,}",
            f"{into:,}",
            f"{out_of:,}",
            energy_text(energy),
        )
    table.add_section()
    moved = [_outside(stage, machine) for stage in cost.stages]
    points = sum(stage.counts.points for stage in cost.stages)
    again = points - sum(boxes.workload.points for boxes in cost.boxes)
    table.add_row(
        f"{len(cost.stages)} stages",
        f"{sum(boxes.runs for boxes in cost.boxes):,}",
        f"{points:,}",
        f"{again:,}",
        f"{sum(into for into, _ in moved):,}",
        f"{sum(out_of for _, out_of in moved):,}",
        energy_text(cost.energy_pj),
    )
    out.print(table)
    out.print(f"{cost.cycles_stepwise:,} stepwise cycles, {cost.cycles_throughput:,} throughput cycles")
    needed = room_bytes(program, machine, cost.boxes)
    parts = ", ".join(f"{label} {size:,}" for (_, label), size in needed.items())
    out.print(f"{program.memory} holds {sum(needed.values()):,} bytes: {parts}")


def _columns(program: FusedProgram, machine: Accelerator) -> list[tuple[str, str]]:
    top = machine.memories[0].name
    return [*texts("stage"), *numbers("runs", "points", "computed again", f"from {top}", f"to {top}", "energy µJ")]


def _outside(stage: StageCost, machine: Accelerator) -> tuple[int, int]:
    """Elements that come from the outermost memory, and that go there."""
    into = out = 0
    for item in stage.counts.interfaces:
        if item.parent == machine.memories[0].name:
            for _, traffic in item.tensors:
                if isinstance(traffic, InputTraffic):
                    into += traffic.reads
                else:
                    out += traffic.updates
    return into, out


def fused_data(program: FusedProgram, cost: FusedCost | None) -> dict[str, Any]:
    """A fused program's cost as JSON; no numbers where it has none."""
    data: dict[str, Any] = {"name": program.name, "program": str(program)}
    if cost is None:
        return data | {"cost": None}
    machine = cost.schedule.accelerator
    stages = []
    for stage, boxes in zip(cost.stages, cost.boxes, strict=True):
        into, out = _outside(stage, machine)
        stages.append(
            {
                "name": stage.name,
                "runs": boxes.runs,
                "points": stage.counts.points,
                "computed_again": stage.counts.points - boxes.workload.points,
                "elements_in": into,
                "elements_out": out,
                "energy_pj": sum(term.picojoules for term in stage.energy),
            }
        )
    rooms = {label: size for (_, label), size in room_bytes(program, machine, cost.boxes).items()}
    return data | {
        "cost": {
            "cycles_stepwise": cost.cycles_stepwise,
            "cycles_throughput": cost.cycles_throughput,
            "energy_pj": cost.energy_pj,
            "macs": cost.macs,
            "executed_macs": cost.executed_macs,
            "room_bytes": rooms,
            "stages": stages,
        }
    }


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
    compared = Table(
        f"{network.name or 'network'}: all {len(network.layers)} layers",
        [*texts("plan"), *numbers("programs", f"KB to and from {top}", "of the first")],
    )
    for name, plan in _plans(planned):
        share = plan.traffic_bits / planned.outside.traffic_bits if planned.outside.traffic_bits else 1.0
        compared.add_row(name, f"{len(plan.pieces):,}", _kilobytes(plan.traffic_bits), f"{share:.1%}")
    out.print(compared)
    out.print(
        f"least traffic of all plans in the space (docs/fusion.md); {planned.groups:,} different groups, "
        f"{planned.choices:,} choices of loops counted one by one, the others bounded"
    )
    if planned.alone:
        out.print(f"not counted, for no fused program holds them: {', '.join(planned.alone)}")


def _plans(planned: Planned) -> list[tuple[str, Plan]]:
    return [
        ("each layer by itself", planned.outside),
        ("kept where it fits whole", planned.kept),
        ("fused", planned.plan),
    ]


def _kilobytes(bits: int) -> str:
    return f"{bits / 8000:,.1f}"


def plan_data(network: Network, planned: Planned) -> dict[str, Any]:
    """A plan as JSON."""
    return {
        "network": network.name,
        "plans": [
            {"name": name, "bytes": plan.traffic_bits / 8, "points": plan.points, "programs": len(plan.pieces)}
            for name, plan in _plans(planned)
        ],
        "programs": [
            {
                "layers": [layer.name for layer in piece.group.layers],
                "program": str(piece.program),
                "bytes": piece.choice.traffic / 8,
                "room_bytes": -(-piece.choice.room // 8),
                "points": list(piece.choice.points),
                "runs": piece.choice.runs,
            }
            for piece in planned.plan.pieces
        ],
        "groups": planned.groups,
        "choices": planned.choices,
        "not_counted": list(planned.alone),
    }
