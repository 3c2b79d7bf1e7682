"""Where the memories stand in the programs of a space."""

from __future__ import annotations

from ...analysis.placement import place_memories
from ...ir import Cluster, Dataflow, Findings
from .space import MapSpace


def memory_boundaries(space: MapSpace) -> dict[str, int | None]:
    """Per memory of the machine, the number of levels above it; None where that depends on the units."""
    found: dict[str, set[int | None]] = {memory.name: set() for memory in space.accelerator.memories}
    for units in space.wired.values():
        clusters = tuple(Cluster(n, level.memory) for n, level in zip(units[1:], space.levels, strict=False))
        program = Dataflow(tuple(() for _ in space.levels), clusters)
        sites = place_memories(space.workload, program, space.accelerator, units, Findings())
        places = {site.memory.name: site.boundary for site in sites}
        for name, boundaries in found.items():
            boundaries.add(places.get(name))
    return {name: boundaries.pop() if len(boundaries) == 1 else None for name, boundaries in found.items()}
