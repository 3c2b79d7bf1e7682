"""Figure 12: where the energy of an early and a late layer goes."""

from __future__ import annotations

from collections import defaultdict

from ...backends.cost import Cost
from ...ir import OutputTraffic
from ..comparison import Table
from .programs import TABLE_3
from .shapes import NETWORKS, Shape
from .study import cost_of, energy

LAYERS = ("CONV1", "CONV11")
PARTS = ("MAC", *(f"{memory} {tensor}" for memory in ("L1", "L2") for tensor in ("input", "filter", "output")))


def breakdown(shape: Shape, dataflow: str) -> dict[str, float]:
    """Energy per part, as multiples of the energy of the layer's multiply-accumulates."""
    sums: dict[str, float] = defaultdict(float)
    for term in cost_of(shape, dataflow).energy:
        if term.component != "network":
            sums[f"{term.component} {term.tensor}".strip()] += term.picojoules
    assert set(sums) == set(PARTS), sums
    return {part: sums[part] / sums["MAC"] for part in PARTS}


def without_partial_sums(cost: Cost) -> float:
    """Picojoules if L2 spends nothing on sums that are not yet final: writing them, and reading them back."""
    workload = cost.schedule.mapping.workload
    found = cost.counts.traffic("L2", "L1", "output")
    assert isinstance(found, OutputTraffic)
    each = next(term.picojoules_each for term in cost.energy if term.component == "L2" and term.tensor == "output")
    return energy(cost) - each * (found.updates + found.readbacks - workload.footprint(workload.output))


def tables() -> tuple[Table, ...]:
    """The parts per dataflow, for both layers of VGG16."""
    layers = dict(NETWORKS["VGG16"]())
    found = []
    for name in LAYERS:
        parts = {dataflow: breakdown(layers[name], dataflow) for dataflow in TABLE_3}
        rows = tuple((dataflow, *cells.values(), sum(cells.values())) for dataflow, cells in parts.items())
        title = f"Energy of VGG16 {name}, as multiples of that of its MACs"
        found.append(Table(title, ("dataflow", *PARTS, "total"), rows))
    return tuple(found)
