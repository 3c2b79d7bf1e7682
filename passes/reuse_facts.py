"""The vocabulary of reuse: what the paper's Tables 1 and 2 call multicast and reduction, in space and time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..ir import Interconnect


class ReuseKind(StrEnum):
    """A reuse opportunity of one tensor (Kwon et al., MICRO-52, Table 1)."""

    NONE = "none"
    MULTICAST = "multicast"
    PARTIAL_MULTICAST = "partial multicast"
    REDUCTION = "reduction"


HARDWARE: dict[tuple[str, ReuseKind], str] = {
    ("spatial", ReuseKind.MULTICAST): "fan-out: a bus or tree delivers one read to all units",
    ("spatial", ReuseKind.PARTIAL_MULTICAST): "fan-out: neighbours share the halo of their windows",
    ("spatial", ReuseKind.REDUCTION): "fan-in: an adder tree sums the units' partial sums",
    ("temporal", ReuseKind.MULTICAST): "a buffer at the unit keeps the chunk",
    ("temporal", ReuseKind.PARTIAL_MULTICAST): "a buffer at the unit keeps the part of the window that stays",
    ("temporal", ReuseKind.REDUCTION): "a read-modify-write buffer accumulates in place",
    (
        "spatio-temporal",
        ReuseKind.MULTICAST,
    ): "store-and-forward: a neighbour passes on what it held the step before",
}
"""Hardware that captures each opportunity (ibid., Table 2), unless the network has the other choice for it."""


def hardware(axis: str, kind: ReuseKind, tensor: str, network: Interconnect) -> str:
    """What captures an opportunity: of the two choices in space that Table 2 has, the one that the network has."""
    if axis == "spatial" and kind is ReuseKind.REDUCTION and network.adder != "tree":
        return "reduce-and-forward: each unit adds to the sum of its neighbour"
    if axis == "spatial" and kind is not ReuseKind.REDUCTION and tensor in dict(network.store_and_forward):
        return "store-and-forward: an element walks from unit to unit"
    return HARDWARE[axis, kind]


@dataclass(frozen=True, slots=True)
class Reuse:
    """How one tensor is reused across the units and the steps of one level.

    Each `*_by` names the directive that causes the reuse; it is empty where there is none.
    """

    level: int
    tensor: str
    spatial: ReuseKind
    spatial_by: str
    temporal: ReuseKind
    temporal_by: str
    spatio_temporal: ReuseKind
    spatio_temporal_by: str

    def __str__(self) -> str:
        """The kinds of reuse with their causes; empty if there is none."""
        axes = (
            ("spatial", self.spatial, self.spatial_by),
            ("temporal", self.temporal, self.temporal_by),
            ("spatio-temporal", self.spatio_temporal, self.spatio_temporal_by),
        )
        return "; ".join(f"{axis} {kind} by {cause}" for axis, kind, cause in axes if cause)
