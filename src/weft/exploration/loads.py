"""What keeps the layers of a design busy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ..backends.cost import Cost
from .together import Share


@dataclass(frozen=True)
class Load:
    """A layer: its cycles, the part of them in which its elements are of use, and the resource that is busiest."""

    network: str
    layer: str
    cycles: int
    energy_pj: float
    utilization: float
    busiest: str

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def loads_of(layers: Sequence[Share], costs: Sequence[Cost], time: str) -> tuple[Load, ...]:
    """All layers, equal ones beside each other."""
    found = []
    for layer, cost in zip(layers, costs, strict=True):
        busiest = max(cost.bottlenecks, key=lambda item: item[1])[0]
        measured = cost.cycles(time), cost.energy_pj, cost.utilization(time), busiest
        found += [Load(network, name, *measured) for network, name in layer.names]
    return tuple(found)
