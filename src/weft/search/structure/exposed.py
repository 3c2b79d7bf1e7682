"""What a program waits for beside its work by stepwise time (A20): the first fill of every level, and what is late."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, prod
from typing import NamedTuple

from ...analysis.resources import ports_of
from ...analysis.uses import Use
from ...backends.cost.ports import level_ends
from ...ir import Memory, Schedule, Tensor


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


def first_fills(schedule: Schedule, tensor: Tensor) -> Iterator[Fill]:
    """Where an input goes in the first transfers of all levels, if the transfer is of what units hold."""
    name, last = tensor.name, len(schedule.levels) - 1
    if tensor == schedule.mapping.workload.output:
        return
    for level, item in enumerate(schedule.levels):
        if level == last and schedule.holders(name)[-1].boundary <= last:
            return
        network = item.network
        own = dict(network.channels)
        width = own.get(name, network.bandwidth)
        base = network.latency + network.hop_latency * network.farthest(item.units)
        if base or width is not None:
            yield Fill(level, f"wires of {name}" if name in own else "wires", base, width or inf, False)
        for end in level_ends(schedule, level):
            if name in end.tensors:
                for port in _ports(end.memory, "read" if end.parent else "write"):
                    yield Fill(level, *port, not end.parent)


def _ports(memory: Memory, action: str) -> Iterator[tuple[str, int, float]]:
    """Place, base and width of the ports that an action takes."""
    for port in ports_of(memory):
        if port.serves(action):
            yield f"{memory.name} {port.name}", 0, port.width


def late_transfers(schedule: Schedule, tensor: Tensor) -> Iterator[Wait]:
    """Where a tensor is late: its nearest memory below a level is a single buffer, and the level has one parent."""
    name, output = tensor.name, tensor == schedule.mapping.workload.output
    for level, item in enumerate(schedule.levels):
        below = [site for site in schedule.holders(name) if site.boundary > level]
        if prod(above.units for above in schedule.levels[:level]) > 1:
            return
        if not below or below[0].memory.buffering != "single":
            continue
        for way in ("in", "out") if output else ("in",):
            uses, own = f"L{level} {way}", dict(item.network.channels)
            width = own.get(name, item.network.bandwidth)
            if width is not None:
                yield Wait(level, f"late {uses} {name}" if name in own else f"late {uses}", uses, width)
            for end in level_ends(schedule, level):
                if name in end.tensors and end.parent:
                    for place, _, ported in _ports(end.memory, "read" if way == "in" else "write"):
                        yield Wait(level, f"late {uses} {place}", uses, ported)


def outer_transfers(schedule: Schedule, tensor: Tensor) -> Iterator[Wait]:
    """Where a tensor comes in at the outermost level, if its steps take their transfers one after the other."""
    item, name = schedule.levels[0], tensor.name
    if item.network.queues:
        return
    own = dict(item.network.channels)
    width = own.get(name, item.network.bandwidth)
    if width is not None:
        yield Wait(0, f"outer {name}" if name in own else "outer", "L0 in", width)
    for end in level_ends(schedule, 0):
        if name in end.tensors and end.parent:
            for place, _, ported in _ports(end.memory, "read"):
                yield Wait(0, f"outer {place}", "L0 in", ported)


def waits_of(wait: Wait, use: Use) -> bool:
    """Whether a use is one of those that a wait is for."""
    return use.place == wait.uses and use.action == "carry"
