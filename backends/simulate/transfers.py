"""What the transfers of a level take on its network and at the ports of the memories at its ends (A18 to A20)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from ...ir import Memory, Schedule
from .carried import Carried, Counted, Place
from .program import Time, Unit
from .wires import Wires, wire_cycles


@dataclass(frozen=True)
class Transfer:
    """Cycles of one transfer, and of these the cycles at every port that serves both directions, by memory."""

    cycles: int = 0
    shared: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class StepTransfers:
    """The transfers for one step under one parent.

    `fetch` and `drain` may run beside work; some may not if `waits`, and take `exposed` cycles until the last wave of
    the work before has left. `fill` is the fetch of all tensors at once. `returns` says that sums come back.
    """

    fetch: Transfer
    drain: Transfer
    waits: bool
    exposed: int
    fill: int
    returns: bool


def port_cycles(memory: Memory, elements: int, width: int | None) -> int:
    """Cycles of a port of `width` elements a cycle and bank for so many elements; 0 if it has no limit."""
    if width is None:
        return 0
    served = width * memory.banks
    return (elements + served - 1) // served


class Transfers:
    """All transfers of one level."""

    def __init__(self, schedule: Schedule, level: int, carried: Carried) -> None:
        self.wires, self._carried = Wires.of(schedule, level), carried
        self._sources: dict[str, Memory] = {}
        self._targets: dict[str, Memory] = {}
        for site in schedule.sites:
            if site.boundary == level:
                self._sources.update(dict.fromkeys(site.tensors, site.memory))
        for site in reversed(schedule.sites):
            if site.boundary == level + 1:
                self._targets.update(dict.fromkeys(site.tensors, site.memory))
        tensors = schedule.mapping.workload.tensors
        self._output = schedule.mapping.workload.output.name
        self._late = [tensor.name for tensor in tensors if tensor.name in self.wires.single]
        self._early = [tensor.name for tensor in tensors if tensor.name not in self.wires.single]
        self._known: dict[Place, StepTransfers] = {}

    def moves(self, parent: Unit, time: Time) -> StepTransfers:
        """The transfers for the step at `time` under `parent`."""
        place = (parent, time)
        if place not in self._known:
            into, out = self._in(place, self._late), self._out(place, self._late)
            carried = (self._carried.into[place], self._carried.out[place])
            waits = any(moved.get(name, 0) for moved in carried for name in self._late)
            alone = max([into.cycles, out.cycles, *one_after_other(into, out)])
            self._known[place] = StepTransfers(
                self._in(place, self._early),
                self._out(place, self._early),
                waits,
                alone + self.wires.skew if waits else 0,
                self._in(place, [*self._early, *self._late]).cycles,
                self._carried.into[place].get(self._output, 0) > 0,
            )
        return self._known[place]

    def last_drain(self) -> int:
        """Cycles of what is still held after the last step, under the slowest parent."""
        drains = self._carried.drain.items()
        return max((self._outward(moved, self._carried.left[parent]).cycles for parent, moved in drains), default=0)

    def _in(self, place: Place, names: list[str]) -> Transfer:
        moved = _only(self._carried.into[place], names)
        children = [_only(counts, names) for counts in self._carried.enters[place].values()]
        return _at_ends(
            self.wires.bring(moved),
            [(memory, memory.read_bandwidth, count) for memory, count in _per_memory(self._sources, moved)],
            [(memory, memory.write_bandwidth, count) for memory, count in _busiest(self._targets, children)],
        )

    def _out(self, place: Place, names: list[str]) -> Transfer:
        leaves = {unit: _only(counts, names) for unit, counts in self._carried.leaves[place].items()}
        return self._outward(_only(self._carried.out[place], names), leaves)

    def _outward(self, moved: Counted, leaves: dict[Unit, Counted]) -> Transfer:
        children = list(leaves.values())
        return _at_ends(
            self.wires.take(moved),
            [(memory, memory.write_bandwidth, count) for memory, count in _per_memory(self._sources, moved)],
            [(memory, memory.read_bandwidth, count) for memory, count in _busiest(self._targets, children)],
        )


def one_after_other(into: Transfer, out: Transfer) -> list[int]:
    """Cycles of every shared port for both transfers."""
    return [into.shared.get(name, 0) + out.shared.get(name, 0) for name in {**into.shared, **out.shared}]


End = tuple[Memory, int | None, int]


def _at_ends(network: int, sources: Iterable[End], targets: Iterable[End]) -> Transfer:
    cycles, shared = network, {}
    for memory, width, elements in (*sources, *targets):
        shared[memory.name] = port_cycles(memory, elements, memory.shared_bandwidth)
        cycles = max(cycles, shared[memory.name], port_cycles(memory, elements, width))
    return Transfer(cycles, shared)


def _only(counts: Counted, names: list[str]) -> Counted:
    return {name: counts[name] for name in names if name in counts}


def _per_memory(memories: dict[str, Memory], counts: Counted) -> list[tuple[Memory, int]]:
    """The elements at every memory, of the tensors that are there."""
    found: dict[str, int] = defaultdict(int)
    known = {memory.name: memory for memory in memories.values()}
    for name, count in counts.items():
        if name in memories:
            found[memories[name].name] += count
    return [(known[name], count) for name, count in found.items()]


def _busiest(memories: dict[str, Memory], children: list[Counted]) -> list[tuple[Memory, int]]:
    """The elements at the copy of every memory that has most."""
    most: dict[str, tuple[Memory, int]] = {}
    for counts in children:
        for memory, count in _per_memory(memories, counts):
            if memory.name not in most or count > most[memory.name][1]:
                most[memory.name] = (memory, count)
    return list(most.values())


def stacked_cycles(schedule: Schedule, sizes: dict[str, int]) -> int:
    """Transfers between memories that stand above one another at boundary 0, of what both hold.

    `sizes` are the elements of the whole tensors. Inputs come before all work, the output goes after it.
    """
    output, cycles = schedule.mapping.workload.output.name, 0
    top = [site for site in schedule.sites if site.boundary == 0]
    for number, upper in enumerate(top):
        targets: dict[str, Memory] = {}
        for site in reversed(top[number + 1 :]):
            targets.update(dict.fromkeys(site.tensors, site.memory))
        both = {name: sizes[name] for name in upper.tensors if name in targets}
        leaving = {output: both.pop(output, 0)}
        source, network = upper.memory, upper.memory.network(0)
        for moved, give, take in ((both, "read", "write"), (leaving, "write", "read")):
            here = [(source, _width(source, give), sum(moved.values()))]
            there = [(memory, _width(memory, take), count) for memory, count in _per_memory(targets, moved)]
            cycles += _at_ends(wire_cycles(network, moved, 1, moved), here, there).cycles
    return cycles


def _width(memory: Memory, port: str) -> int | None:
    return memory.read_bandwidth if port == "read" else memory.write_bandwidth
