"""What each memory does for the counted traffic (model A22)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...ir import ARITHMETIC, Counts, InputTraffic, Interface, Schedule, Traffic


@dataclass(frozen=True, slots=True)
class Access:
    """Elements of one tensor read from and written to all instances of a memory.

    `forwards` says how many of `reads` a neighbour asks for.
    """

    memory: str
    tensor: str
    reads: int
    writes: int
    forwards: int = 0

    def __add__(self, other: Access) -> Access:
        return Access(
            self.memory,
            self.tensor,
            self.reads + other.reads,
            self.writes + other.writes,
            self.forwards + other.forwards,
        )


def accesses(counts: Counts, schedule: Schedule) -> tuple[Access, ...]:
    """The accesses of every memory and tensor, in the order of the memories.

    At an interface between two memories the parent is read (reads; readbacks of the output) and written (updates).
    The child is written (fills; readbacks of the output), read for every output entry that leaves it (as many as were
    filled), and read for every element that it forwards to a neighbour. At an interface to the arithmetic only the
    parent is accessed.
    """
    found: dict[tuple[str, str], Access] = {}
    for interface in counts.interfaces:
        for tensor, traffic in interface.tensors:
            for access in _accesses(interface, tensor, traffic):
                key = access.memory, access.tensor
                found[key] = found[key] + access if key in found else access
    order = [site.memory.name for site in schedule.sites]
    return tuple(sorted(found.values(), key=lambda access: order.index(access.memory)))


def _accesses(interface: Interface, tensor: str, traffic: Traffic) -> Iterator[Access]:
    """Those of the parent and, if it is a memory, of the child."""
    parent, child = interface.parent, interface.child
    if isinstance(traffic, InputTraffic):
        yield Access(parent, tensor, traffic.reads, 0)
        if child != ARITHMETIC:
            yield Access(child, tensor, traffic.forwards, traffic.fills, traffic.forwards)
    else:
        yield Access(parent, tensor, traffic.readbacks, traffic.updates)
        if child != ARITHMETIC:
            yield Access(child, tensor, traffic.fills, traffic.readbacks)
