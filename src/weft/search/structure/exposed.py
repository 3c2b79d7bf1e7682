"""What a program waits for beside its work by stepwise time (A20): the first fill of every level, and what is late."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, prod
from typing import NamedTuple

from ...analysis.resources import ports_of
from ...analysis.uses import Use
from ...backends.cost.ports import level_ends
from ...ir import Interconnect, Schedule, Tensor


class Fill(NamedTuple):
    """A wire or a port that inputs take in the first transfer of a level: `base` cycles, then `width` elements a cycle.

    They are those of all units of the level together, or `alone` of one of them.
    """

    level: int
    place: str
    base: int
    width: float
    alone: bool


class Wait(NamedTuple):
    """A wire or a port over which tensors move apart from the work of a level that has one parent: what carries them
    for `uses`, `width` elements a cycle. `place` is no name of a resource."""

    level: int
    place: str
    uses: str
    width: float

    def covers(self, use: Use) -> bool:
        """Whether a use is one of those that it is for."""
        return use.place == self.uses and use.action == "carry"


def first_fills(schedule: Schedule, tensor: Tensor) -> Iterator[Fill]:
    """Where an input goes in the first transfers of all levels, if the transfer is of what units hold."""
    name, last = tensor.name, len(schedule.levels) - 1
    if tensor == schedule.mapping.workload.output:
        return
    for level, item in enumerate(schedule.levels):
        if level == last and schedule.holders(name)[-1].boundary <= last:
            return
        network = item.network
        base = network.latency + network.hop_latency * network.farthest(item.units)
        for place, width in _wires(network, name):
            if base or width < inf:
                yield Fill(level, place, base, width, False)
        for place, width in _ports(schedule, level, name, "read", True):
            yield Fill(level, place, 0, width, False)
        for place, width in _ports(schedule, level, name, "write", False):
            yield Fill(level, place, 0, width, True)


def _wires(network: Interconnect, name: str) -> Iterator[tuple[str, float]]:
    """The wires of a tensor and their width: its own, or those that others share."""
    own = dict(network.channels)
    width = own.get(name, network.bandwidth)
    yield f"wires of {name}" if name in own else "wires", inf if width is None else width


def _ports(schedule: Schedule, level: int, name: str, action: str, parent: bool) -> Iterator[tuple[str, float]]:
    """The ports that an action of a tensor takes at one end of a level, and their width."""
    for end in level_ends(schedule, level):
        if name in end.tensors and end.parent == parent:
            yield from ((f"{end.memory.name} {p.name}", p.width) for p in ports_of(end.memory) if p.serves(action))


def late_transfers(schedule: Schedule, tensor: Tensor) -> Iterator[Wait]:
    """Where a tensor is late: its nearest memory below a level is a single buffer, and the level has one parent."""
    name, output = tensor.name, tensor == schedule.mapping.workload.output
    for level in range(len(schedule.levels)):
        below = [site for site in schedule.holders(name) if site.boundary > level]
        if prod(above.units for above in schedule.levels[:level]) > 1:
            return
        if not below or below[0].memory.buffering != "single":
            continue
        for way in ("in", "out") if output else ("in",):
            yield from _waits(schedule, level, name, way, "late")


def outer_transfers(schedule: Schedule, tensor: Tensor) -> Iterator[Wait]:
    """Where a tensor comes in at the outermost level, if its steps take their transfers one after the other."""
    if not schedule.levels[0].network.queues:
        yield from _waits(schedule, 0, tensor.name, "in", "outer")


def _waits(schedule: Schedule, level: int, name: str, way: str, kind: str) -> Iterator[Wait]:
    """The wires of a level that limit a tensor, and the ports of the memory right above."""
    uses, action = f"L{level} {way}", "read" if way == "in" else "write"
    wires = _wires(schedule.levels[level].network, name)
    for place, width in (*wires, *_ports(schedule, level, name, action, True)):
        if width < inf:
            yield Wait(level, f"{kind} {uses} {place}", uses, width)
