"""Layers that share a machine: what is minimised over all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..ir import Workload
from ..search.objective import EXPONENTS

WORST = "worst"
"""The objective of the layer that takes most cycles."""

TOGETHER = (*EXPONENTS, WORST)
"""What can be minimised: sums over the layers of each layer's value, or the worst layer's cycles."""


@dataclass(frozen=True)
class Share:
    """Equal layers: their workload, and the (network, layer) names of all."""

    workload: Workload
    names: tuple[tuple[str, str], ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.names)

    @property
    def name(self) -> str:
        """The name of the first."""
        return self.names[0][1]


def shares(layers: Iterable[tuple[str, str, Workload]]) -> tuple[Share, ...]:
    """The distinct workloads of some layers (network, name, workload), in their order."""
    found: dict[Workload, list[tuple[str, str]]] = {}
    for network, name, workload in layers:
        found.setdefault(workload, []).append((network, name))
    return tuple(Share(workload, tuple(names)) for workload, names in found.items())


def layer_objective(name: str) -> str:
    """What is minimised for each layer."""
    return "cycles" if name == WORST else name


def combined(name: str, layers: Sequence[Share], values: Iterable[float]) -> float:
    """The value of all layers from that of each."""
    pairs = zip(layers, values, strict=True)
    if name == WORST:
        return max(value for _, value in pairs)
    return sum(layer.count * value for layer, value in pairs)
