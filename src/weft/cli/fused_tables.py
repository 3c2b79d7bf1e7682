"""What fused programs cost, as tables and as data."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from ..backends.fused import FusedCost, StageCost
from ..ir import Accelerator, FusedProgram, InputTraffic
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
