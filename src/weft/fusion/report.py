"""Fusion plans as plain data (`docs/fuse.schema.json`)."""

from __future__ import annotations

from typing import Any

from ..analysis.fused.boxes import stage_boxes
from ..analysis.fused.nest import fills
from ..ir import Accelerator, FusedProgram
from .measures import ENERGY
from .plan import Piece, Plan, Planned

Data = dict[str, Any]


def named_plans(planned: Planned) -> list[tuple[str, Plan]]:
    """The plan, behind what it is measured against."""
    return [
        ("each layer by itself", planned.outside),
        ("kept where it fits whole", planned.kept),
        ("fused", planned.plan),
    ]


def plan_data(planned: Planned) -> Data:
    """A plan as JSON, with the graph of its network."""
    network, machine = planned.network, planned.accelerator
    return {
        "network": network.name,
        "layers": [layer.name for layer in network.layers],
        "edges": [{"from": edge.producer, "to": edge.consumer, "tensor": edge.tensor} for edge in network.edges],
        **plans_data(planned),
        "programs": [_piece_data(piece, machine) for piece in planned.plan.pieces],
        "groups": planned.groups,
        "choices": planned.choices,
        "not_counted": list(planned.alone),
    }


def _piece_data(piece: Piece, machine: Accelerator) -> Data:
    program = piece.program
    return {
        "first": piece.first,
        "layers": [layer.name for layer in piece.group.layers],
        "program": str(program),
        "bytes": piece.choice.traffic / 8,
        "outside": _outside(program, machine),
        "room_bytes": -(-piece.choice.room // 8),
        "points": list(piece.choice.points),
        "runs": piece.choice.runs,
        "energy_pj": None if piece.cost is None else piece.cost.energy_pj,
        "cycles_stepwise": None if piece.cost is None else piece.cost.cycles_stepwise,
    }


def _outside(program: FusedProgram, machine: Accelerator) -> list[Data]:
    """Bytes of every tensor that comes from the outermost memory, or goes there."""
    found: list[Data] = []
    for number, boxes in enumerate(stage_boxes(program)):
        workload, fed, name = boxes.workload, program.fed(number), program.stages[number].name
        for tensor in workload.inputs:
            if tensor.name not in fed:
                elements = fills(boxes, boxes.axes(tensor))
                found.append({"layer": name, "tensor": tensor.name, "way": "in", "elements": elements})
        if program.goes_out(number):
            elements = workload.footprint(workload.output)
            found.append({"layer": name, "tensor": workload.output.name, "way": "out", "elements": elements})
    return [item | {"bytes": item["elements"] * machine.bits(item["tensor"]) / 8} for item in found]


def plans_data(planned: Planned) -> Data:
    """The three plans, and how far the best is proved."""
    by_energy = planned.measure == ENERGY
    plans = [
        {
            "name": name,
            "bytes": plan.traffic_bits / 8,
            "points": plan.points,
            "programs": len(plan.pieces),
            "energy_pj": plan.price if by_energy else None,
            "cycles_stepwise": plan.cycles() if by_energy else None,
        }
        for name, plan in named_plans(planned)
    ]
    return {"objective": planned.measure, "bound": planned.bound, "gap": planned.gap, "plans": plans}
