"""Timeloop's cycles from Weft's counts, rule by rule.

Timeloop's time is that of its busiest memory, or of the arithmetic, as Weft's throughput time. It differs from it in

* *ports*: what an accumulator gives up to the DRAM is not read there, and every visit of a partial sum fills it;
* *windows*: inputs that slide count as `timeloop_rules` says, in boxes;
* *floats*: the cycles are the steps divided by a slowdown in floating-point numbers, which can round up by one more.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import ceil, prod

from ...backends.cost import Cost
from ...ir import InputTraffic, Memory
from ..timeloop import timeloop_counts
from ..timeloop_rules import instances
from .rows import Row

RULES = ("ports", "windows", "floats")
SETS = tuple(found for size in range(len(RULES) + 1) for found in combinations(RULES, size))
"""Sets of rules, small ones first; the empty one is Weft's own throughput time."""

SLIDING = "Inputs"
"""The tensor with windows."""


@dataclass(frozen=True)
class Priced:
    """A row with Weft's cost of it."""

    row: Row
    cost: Cost

    @cached_property
    def steps(self) -> int:
        """The cycles of the arithmetic: the product of the temporal factors."""
        return prod(loop.bound for block in self.row.blocks for loop in block.part.temporal)

    @cached_property
    def used(self) -> dict[str, int]:
        """Instances that work, by memory."""
        return {block.name: instances(self.row.blocks, place) for place, block in enumerate(self.row.blocks)}

    @cached_property
    def windows(self) -> dict[str, tuple[int, int]]:
        """Timeloop's reads and fills of the sliding inputs, by memory."""
        workload = self.cost.schedule.mapping.workload
        names = [block.name for block in self.row.blocks if SLIDING in block.sizes]
        return {name: timeloop_counts(self.row.blocks, workload, name, SLIDING)[:2] for name in names}

    def accesses(self, rules: Collection[str]) -> dict[tuple[str, str], tuple[int, int]]:
        """Elements read and written by memory and tensor, in all instances, by those rules."""
        found = dict[tuple[str, str], tuple[int, int]]()

        def add(memory: str, tensor: str, reads: int, writes: int) -> None:
            before = found.get((memory, tensor), (0, 0))
            found[memory, tensor] = (before[0] + reads, before[1] + writes)

        for item in self.cost.counts.interfaces:
            for name, traffic in item.tensors:
                if isinstance(traffic, InputTraffic):
                    add(item.parent, name, traffic.reads, 0)
                    add(item.child, name, 0, traffic.fills)
                    continue
                add(item.parent, name, traffic.readbacks, traffic.updates)
                if "ports" in rules:
                    add(item.child, name, 0, traffic.fills)
                else:
                    add(item.child, name, traffic.fills, traffic.readbacks)
        if "windows" in rules:
            found |= {(name, SLIDING): counts for name, counts in self.windows.items()}
        return {key: counts for key, counts in found.items() if key[0] in self.used}

    def cycles(self, rules: Collection[str]) -> int:
        """The throughput time by those rules; without any, Weft's."""
        if not rules:
            return self.cost.cycles_throughput
        accesses = self.accesses(rules)
        found = [self.steps]
        for memory in self.cost.schedule.mapping.accelerator.memories:
            own = [counts for (name, _), counts in accesses.items() if name == memory.name]
            each = [(reads / self.used[memory.name], writes / self.used[memory.name]) for reads, writes in own]
            found.append(self._slowed(memory, each, "floats" in rules))
        return max(found)

    def _slowed(self, memory: Memory, each: list[tuple[float, float]], floats: bool) -> int:
        """Cycles of a memory whose instances read and write so many elements of each tensor."""
        reads, writes = (sum(counts[way] / (self.steps if floats else 1) for counts in each) for way in (0, 1))
        demands = (
            (memory.shared_bandwidth, reads + writes),
            (memory.read_bandwidth, reads),
            (memory.write_bandwidth, writes),
        )
        if floats:
            slowdown = min([1.0, *(width / demand for width, demand in demands if width and width < demand)])
            return ceil(self.steps / slowdown)
        return max([0, *(ceil(demand / width) for width, demand in demands if width)])

    @cached_property
    def rules(self) -> tuple[str, ...] | None:
        """The smallest set of rules by which the cycles are Timeloop's; None if there is none."""
        return next((rules for rules in SETS if self.cycles(rules) == self.row.cycles), None)
