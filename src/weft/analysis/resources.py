"""What can be the busiest: ports of memories and networks, each with what it has to serve (A21, A22)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ..ir import Interconnect, Memory, Schedule
from .stacked import stacked_links
from .uses import Use


class Port(NamedTuple):
    """A port of a memory: what it serves, and how many elements a cycle in all banks; 0 if it limits nothing."""

    name: str
    width: int
    reads: bool
    writes: bool

    def cycles(self, reads: int, writes: int) -> int:
        """Cycles for what is read and written."""
        return -(-(self.reads * reads + self.writes * writes) // self.width)

    def serves(self, action: str) -> bool:
        """Whether an action at the memory takes the port; what is forwarded is read."""
        return self.writes if action == "write" else self.reads


def all_ports(memory: Memory) -> tuple[Port, ...]:
    """The ports of a memory (A22)."""
    return (
        Port("reads", (memory.read_bandwidth or 0) * memory.banks, True, False),
        Port("writes", (memory.write_bandwidth or 0) * memory.banks, False, True),
        Port("accesses", (memory.shared_bandwidth or 0) * memory.banks, True, True),
    )


def ports_of(memory: Memory) -> Iterator[Port]:
    """The ports of a memory that have a bandwidth."""
    return (port for port in all_ports(memory) if port.width)


def port_name(memory: Memory, port: Port) -> str:
    """What a memory's port is called among the resources."""
    return f"{memory.name} {port.name}"


@dataclass(frozen=True, slots=True)
class Resource:
    """Takes the elements of its uses over `width` a cycle (0: any number), in every unit that works above a boundary.

    `group` is the network or port that it is a channel of, under which it is reported, `memory` the one that it
    belongs to: a port's own, or that above a network.
    """

    name: str
    group: str
    memory: str
    width: int
    boundary: int
    uses: tuple[Use, ...]


def resources(schedule: Schedule, uses: Iterable[Use]) -> tuple[Resource, ...]:
    """The ports, then the networks, with those of the uses that they serve."""
    return tuple(_resources(schedule, tuple(uses)))


def port_names(schedule: Schedule) -> tuple[str, ...]:
    """The names of the ports that have a bandwidth."""
    return tuple(port_name(site.memory, port) for site in schedule.sites for port in ports_of(site.memory))


class Wired(NamedTuple):
    """A network, the boundary above which its units work, and the memory above it."""

    network: Interconnect
    boundary: int
    memory: str


def networks(schedule: Schedule) -> dict[str, Wired]:
    """The networks of the levels and between stacked memories."""
    found = {}
    for number, level in enumerate(schedule.levels):
        above = [site.memory.name for site in schedule.sites if site.boundary <= number]
        found[f"L{number}"] = Wired(level.network, number, above[-1])
    for link in stacked_links(schedule):
        found[link.name] = Wired(link.upper.memory.network(0), 0, link.upper.memory.name)
    return found


def _resources(schedule: Schedule, uses: tuple[Use, ...]) -> Iterator[Resource]:
    for site in schedule.sites:
        own = [use for use in uses if use.place == site.memory.name]
        for port in all_ports(site.memory):
            name = port_name(site.memory, port)
            served = tuple(use for use in own if port.serves(use.action))
            yield Resource(name, name, site.memory.name, port.width, site.boundary, served)
    for name, wired in networks(schedule).items():
        for way in ("in", "out"):
            yield from _wires(f"{name} {way}", wired, uses)


def _wires(place: str, wired: Wired, uses: tuple[Use, ...]) -> Iterator[Resource]:
    """The wires that tensors share, and those that are a tensor's own."""
    network, boundary, memory = wired
    carried = [use for use in uses if use.place == place]
    own = dict(network.channels)
    shared = tuple(use for use in carried if use.tensor not in own)
    yield Resource(place, place, memory, network.bandwidth or 0, boundary, shared)
    for tensor, width in own.items():
        served = tuple(use for use in carried if use.tensor == tensor)
        yield Resource(f"{place} {tensor}", place, memory, width or 0, boundary, served)
