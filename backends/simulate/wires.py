"""The wires of one level: what a transfer over them takes, and how far its units lag behind (docs/model.md, A18)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ...ir import Interconnect, Schedule, ScheduledLevel


@dataclass(frozen=True)
class Wires:
    """A level's network; the tensors that memories below it hold, those in single buffers, and whether sums meet."""

    level: ScheduledLevel
    stored: frozenset[str]
    single: frozenset[str]
    sums: bool
    skew: int

    @staticmethod
    def of(schedule: Schedule, number: int) -> Wires:
        """The wires of a level of a schedule."""
        level, workload = schedule.levels[number], schedule.mapping.workload
        below = {}
        for site in reversed(schedule.sites):
            if site.boundary > number:
                below.update(dict.fromkeys(site.tensors, site.memory.buffering))
        meets = any(loop.spatial and loop.dimension in workload.reduction_dimensions for loop in level.loops)
        streamed = [tensor.name for tensor in workload.tensors if tensor.name not in below]
        walk = max((hops for name, hops in level.network.store_and_forward if name in streamed), default=0)
        pipeline = schedule.mapping.accelerator.pipeline_depth - 1 if number == len(schedule.levels) - 1 else 0
        return Wires(
            level,
            frozenset(below),
            frozenset(name for name, buffering in below.items() if buffering == "single"),
            meets and level.network.reduction,
            walk * (level.units - 1) + pipeline,
        )

    def bring(self, elements: dict[str, int]) -> int:
        """Cycles to bring so many elements per tensor."""
        return self._cycles(elements, 0)

    def take(self, elements: dict[str, int]) -> int:
        """Cycles to take so many elements of the output away, through the adders where sums meet."""
        network = self.level.network
        adders = _adders(network.adder, self.level.units) if self.sums else 0
        return self._cycles(elements, network.adder_latency * adders)

    def _cycles(self, elements: dict[str, int], adding: int) -> int:
        return wire_cycles(self.level.network, elements, self.level.units, self.stored, adding)


def wire_cycles(
    network: Interconnect, elements: dict[str, int], units: int, stored: Collection[str], adding: int = 0
) -> int:
    """Cycles of a transfer of so many elements per tensor over a network to `units`; `adding` are those of its adders.

    Tensors with channels of their own move beside the others. Those `stored` below the units walk past all of them.
    """
    own = dict(network.channels)
    flows = [({name: elements.get(name, 0)}, width) for name, width in own.items()]
    flows.append(({name: count for name, count in elements.items() if name not in own}, network.bandwidth))
    return max(_flow(network, moved, width, units, stored, adding) for moved, width in flows)


def _flow(
    network: Interconnect, moved: dict[str, int], width: int | None, units: int, stored: Collection[str], adding: int
) -> int:
    total = sum(moved.values())
    if not total:
        return 0
    cycles = 0 if width is None else (total + width - 1) // width
    for name, hop in network.store_and_forward:
        if moved.get(name) and name in stored:
            cycles = max(cycles, hop * units)
    return network.latency + network.hop_latency * _links(network.topology, units) + adding + cycles


def _adders(shape: str, units: int) -> int:
    """Adders that the sum of all units passes: one per halving in a tree, else all but one."""
    if shape != "tree":
        return units - 1
    steps = 0
    while 1 << steps < units:
        steps += 1
    return steps


def _links(topology: str, units: int) -> int:
    """Links to the farthest unit: a bus has one, a tree one per halving, a mesh its two sides."""
    if topology == "bus":
        return 1
    if topology == "tree":
        return max(1, _adders("tree", units))
    rows = max(side for side in range(1, units + 1) if side * side <= units)
    columns = min(side for side in range(1, units + 1) if rows * side >= units)
    return rows + columns - 1
