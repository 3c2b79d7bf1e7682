"""Figure 11: reuse factors of activations and filters, and the bandwidth that a dataflow asks of the network."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...api import evaluate
from ...ir import InputTraffic
from ..comparison import Cell, Table
from ..document import cell_text
from .programs import TABLE_3, directives, mapping, paper_machine
from .shapes import NETWORKS, Shape
from .study import cost_of


def _layer(network: str, name: str) -> Shape:
    return dict(NETWORKS[network]())[name]


OPERATORS: dict[str, tuple[str, Shape]] = {
    "early": ("ResNet50 CONV1", _layer("ResNet50", "CONV1")),
    "late": ("VGG16 CONV13", _layer("VGG16", "CONV13")),
    "grouped": ("ResNeXt50 CONV2_1_B", _layer("ResNeXt50", "CONV2_1_B")),
    "point-wise": ("MobileNetV2 B1_PROJECT", _layer("MobileNetV2", "B1_PROJECT")),
    "depth-wise": ("MobileNetV2 B1_DEPTHWISE", _layer("MobileNetV2", "B1_DEPTHWISE")),
}
"""A layer for each kind of operator."""


@dataclass(frozen=True, slots=True)
class Factors:
    """Uses of an element per fill of an L1, per read of L2, and at most: per element of the tensor."""

    per_fill: float
    per_read: float
    most: float


def factors(shape: Shape, dataflow: str, tensor: str) -> Factors:
    """The reuse factors of an input tensor: every multiply-accumulate uses one element of it."""
    cost = cost_of(shape, dataflow)
    workload, macs = cost.schedule.mapping.workload, cost.counts.points
    found = cost.counts.traffic("L2", "L1", tensor)
    assert isinstance(found, InputTraffic)
    size = next(workload.footprint(item) for item in workload.tensors if item.name == tensor)
    return Factors(macs / found.fills, macs / found.reads, macs / size)


def asked_bandwidth(shape: Shape, dataflow: str) -> float:
    """Elements per cycle, in the busier direction of the busiest network, while no network holds the PEs up."""
    machine = paper_machine()
    top, bottom = machine.memories
    slow = replace(top, networks=tuple(replace(network, bandwidth=1) for network in top.networks))
    plan = mapping(shape, directives(dataflow, shape.operator), replace(machine, memories=(slow, bottom)))
    # With one element a cycle a network is busy for as many cycles as it carries elements.
    busy = dict(evaluate(plan).bottlenecks)
    return max(cycles for name, cycles in busy.items() if name != "compute") / busy["compute"]


def tables() -> tuple[Table, ...]:
    """Reuse factors of both inputs, and bandwidths."""
    found = []
    for tensor, name in (("input", "Activation"), ("filter", "Filter")):
        rows: list[tuple[Cell, ...]] = []
        for kind, (layer, shape) in OPERATORS.items():
            cells = [factors(shape, dataflow, tensor) for dataflow in TABLE_3]
            rows.append(
                (
                    kind,
                    layer,
                    *(f"{cell_text(item.per_read)} / {cell_text(item.per_fill)}" for item in cells),
                    cells[0].most,
                )
            )
        title = f"{name} reuse: uses per read of L2 / per fill of an L1"
        found.append(Table(title, ("operator", "layer", *TABLE_3, "at most"), tuple(rows)))
    needs: tuple[tuple[Cell, ...], ...] = tuple(
        (kind, layer, *(asked_bandwidth(shape, dataflow) for dataflow in TABLE_3))
        for kind, (layer, shape) in OPERATORS.items()
    )
    columns = ("operator", "layer", *TABLE_3)
    return (*found, Table("Bandwidth that keeps the PEs busy, elements per cycle", columns, needs))
