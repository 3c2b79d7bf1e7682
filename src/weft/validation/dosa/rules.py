"""Timeloop's cycles from Weft's counts, rule by rule.

Timeloop's time is that of its busiest memory, or of the arithmetic, as Weft's throughput time. It differs from it in

* *ports*: what an accumulator gives up to the DRAM is not read there, and every visit of a partial sum fills it;
* *windows*: inputs that slide count as `timeloop_rules` says, in boxes;
* *floats*: the cycles are the steps divided by a slowdown in floating-point numbers, which can round up by one more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import ceil, prod
from typing import TypeAlias

from ...backends.cost import Cost
from ...ir import InputTraffic, Memory
from ..timeloop_rules import fills_per_unit, instances
from .rows import Row

RULES = ("ports", "windows", "floats")
SETS = tuple(found for size in range(len(RULES) + 1) for found in combinations(RULES, size))
"""Sets of rules, small ones first; the empty one is Weft's own throughput time."""

SLIDING, SCRATCHPAD = "Inputs", "Scratchpad"
"""The tensor with windows, and the memory below the DRAM that holds it."""

Counted: TypeAlias = dict[tuple[str, str], tuple[int, int]]
"""Elements read and written by memory and tensor."""


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
    def windows(self) -> int:
        """Timeloop's fills of the scratchpad with inputs: it is all of these that are read from the DRAM."""
        place = next(number for number, block in enumerate(self.row.blocks) if block.name == SCRATCHPAD)
        workload = self.cost.schedule.mapping.workload
        return fills_per_unit(self.row.blocks, place, workload.tensor(SLIDING), workload)

    @cached_property
    def _counted(self) -> tuple[Counted, Counted]:
        """Weft's counts, without the rule of ports and with it."""
        without, ruled = Counter[tuple[str, str, int]](), Counter[tuple[str, str, int]]()
        for item in self.cost.counts.interfaces:
            for name, traffic in item.tensors:
                above, below = (item.parent, name), (item.child, name)
                if isinstance(traffic, InputTraffic):
                    both = {(*above, 0): traffic.reads, (*below, 1): traffic.fills}
                else:
                    both = {(*above, 0): traffic.readbacks, (*above, 1): traffic.updates}
                    without.update({(*below, 0): traffic.fills, (*below, 1): traffic.readbacks})
                    ruled.update({(*below, 1): traffic.fills})
                without.update(both)
                ruled.update(both)
        names = [(block.name, tensor) for block in self.row.blocks for tensor in block.sizes]
        first, second = ({key: (found[*key, 0], found[*key, 1]) for key in names} for found in (without, ruled))
        return first, second

    def accesses(self, rules: Collection[str]) -> Counted:
        """Elements read and written by memory and tensor, in all instances, by those rules."""
        found = self._counted["ports" in rules]
        if "windows" not in rules:
            return found
        outer, inner = (self.row.blocks[0].name, SLIDING), (SCRATCHPAD, SLIDING)
        return found | {outer: (self.windows, 0), inner: (found[inner][0], self.windows)}

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
