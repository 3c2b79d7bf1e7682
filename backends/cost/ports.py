"""Ports of memories in one transfer, and in the arithmetic of one chunk (model A20)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ...analysis.resources import ports_of
from ...ir import Memory, Schedule, Site, Tensor
from .arithmetic import chunk_kind, operand_runs


class End(NamedTuple):
    """A memory at one end of a transfer, and the tensors for which it is that end; the parent's or the children's."""

    memory: Memory
    tensors: frozenset[str]
    parent: bool

    def elements(self, counts: Mapping[str, int]) -> int:
        """Elements of its tensors."""
        return sum(counts.get(name, 0) for name in self.tensors)

    def cycles(self, elements: int, into: bool) -> int:
        """Cycles of the slowest port for elements that go into the level's units, or out of them."""
        reads, writes = (elements, 0) if into == self.parent else (0, elements)
        return max((port.cycles(reads, writes) for port in ports_of(self.memory)), default=0)

    def shared(self, elements: int) -> int:
        """Cycles of the port that reads and writes share; 0 without one."""
        return sum(port.cycles(elements, 0) for port in ports_of(self.memory) if port.reads and port.writes)


def level_ends(schedule: Schedule, level: int) -> tuple[End, ...]:
    """The ends of a level's transfers at memories right above it and right below it that have ports."""
    found: dict[tuple[str, bool], tuple[Site, set[str]]] = {}
    for tensor in schedule.mapping.workload.tensors:
        holders = schedule.holders(tensor.name)
        above = [site for site in holders if site.boundary <= level]
        below = [site for site in holders if site.boundary > level]
        for sites, boundary, parent in ((above[-1:], level, True), (below[:1], level + 1, False)):
            for site in sites:
                if site.boundary == boundary:
                    found.setdefault((site.memory.name, parent), (site, set()))[1].add(tensor.name)
    ends = (End(site.memory, frozenset(names), parent) for (_, parent), (site, names) in found.items())
    return tuple(end for end in ends if any(ports_of(end.memory)))


class Operands(NamedTuple):
    """A memory at the PEs, and the tensors that the arithmetic takes from it."""

    memory: Memory
    tensors: tuple[Tensor, ...]


def operand_memories(schedule: Schedule) -> tuple[Operands, ...]:
    """The memories at the PEs with ports that serve the arithmetic."""
    found: dict[str, tuple[Memory, list[Tensor]]] = {}
    for tensor in schedule.mapping.workload.tensors:
        nearest = schedule.holders(tensor.name)[-1]
        if nearest.boundary == len(schedule.levels) and any(ports_of(nearest.memory)):
            found.setdefault(nearest.memory.name, (nearest.memory, []))[1].append(tensor)
    return tuple(Operands(memory, tuple(tensors)) for memory, tensors in found.values())


def operand_cycles(
    item: Operands, names: Sequence[str], lengths: Sequence[int], lanes: int, output: Tensor, begun: int
) -> int:
    """Cycles in which a memory serves the arithmetic of a chunk, `begun` of whose outputs start from zero (A14)."""
    reads = writes = 0
    for tensor in item.tensors:
        points, shared = chunk_kind(lengths, [name in tensor.dimensions for name in names])
        runs = operand_runs(points, shared, lanes)
        if tensor == output:
            reads, writes = reads + runs - begun, writes + runs
        else:
            reads += runs
    return max(port.cycles(reads, writes) for port in ports_of(item.memory))
