"""The part of a layer's JSON that tells what its zeros save."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ..sparse import SparseCost
from ..sparse.traffic import SparseTraffic

Data = dict[str, Any]


def sparse_data(cost: SparseCost) -> Data:
    """Expected numbers, under the names of the dense ones where they mean the same."""
    return {
        "densities": {name: str(density) for name, density in cost.densities},
        "macs": {
            "effectual": cost.effectual,
            "executed": cost.executed,
            "gated": cost.gated,
            "skipped": cost.skipped,
        },
        "cycles": cost.cycles,
        "cycles_error": cost.cycles_error,
        "dense_cycles": cost.dense_cycles,
        "speedup": cost.speedup,
        "speedup_error": cost.speedup_error,
        "bottlenecks": dict(cost.bottlenecks),
        "work": {
            **asdict(cost.work),
            "imbalance": cost.imbalance,
            "imbalance_error": cost.work.imbalance_error,
        },
        "energy_pj": cost.energy_pj,
        "energy_terms": [asdict(term) for term in cost.energy],
        "interfaces": [
            {
                "parent": item.parent,
                "child": item.child,
                "tensors": {name: _traffic(traffic) for name, traffic in item.tensors},
            }
            for item in cost.interfaces
        ],
        "occupancy": {
            need.site.memory.name: {
                room.tensor: {
                    "expected_bytes": room.expected_bytes,
                    "metadata_bytes": room.metadata_bytes,
                    "likely_bytes": room.likely_bytes,
                    "most_bytes": room.most_bytes,
                }
                for room in need.rooms
            }
            for need in cost.occupancy
        },
    }


def _traffic(traffic: SparseTraffic) -> Data:
    counts = {count: {"values": moved.values, "metadata_bits": moved.metadata_bits} for count, moved in traffic.counts}
    return counts | {"needed": traffic.needed[0].value, "exact": traffic.exact}
