"""What zeros make of the counts in the table: words that are moved, and words that take time (S13, S14)."""

from __future__ import annotations

from ...analysis.counts import Count
from ...analysis.uses import Use
from ...ir import Schedule
from ..cost.numbers import Numbers
from .traffic import SparseInterface, SparseTraffic


class Words:
    """Expected words of every count of a schedule, in words of the tensor's bits.

    They are stored as where they are used: at the child of an interface as the child stores them, elsewhere, networks
    and links included, as the parent does.
    """

    def __init__(self, numbers: Numbers, interfaces: tuple[SparseInterface, ...]) -> None:
        self._schedule: Schedule = numbers.nest.schedule
        self._numbers = numbers
        self._traffic = {(item.parent, item.child, name): found for item in interfaces for name, found in item.tensors}

    def moved(self, use: Use, count: Count) -> float:
        """What is moved, and costs energy."""
        traffic = self._traffic[count[:3]]
        return traffic.elements(count.name) * self._each(traffic, count.tensor, use.place == count.child)

    def timed(self, use: Use, count: Count) -> float:
        """What takes time: what is gated does, what is skipped does not."""
        if not count.parent:
            traffic = self._above(count)
            share = traffic.timed[0].value * self._each(traffic, count.tensor, False)
            return self._numbers.count(count) * share
        traffic = self._traffic[count[:3]]
        side = count.name in ("fills", "forwards")
        needed = traffic.needed[side].value
        return self.moved(use, count) * traffic.timed[side].value / needed if needed else 0.0

    def _each(self, traffic: SparseTraffic, tensor: str, child: bool) -> float:
        """Words per element on a side of an interface."""
        side = traffic.child_side if child else traffic.parent_side
        return side.values + side.metadata_bits / self._schedule.mapping.accelerator.bits(tensor)

    def _above(self, carried: Count) -> SparseTraffic:
        """The interface of a tensor under the nearest memory above a network."""
        level = int(carried.child.removeprefix("L"))
        above = [site for site in self._schedule.holders(carried.tensor) if site.boundary <= level]
        ends = [key for key in self._traffic if key[0] == above[-1].memory.name and key[2] == carried.tensor]
        return self._traffic[ends[0]]
