"""Memories stacked at boundary 0: what goes from one to those below it, once, over its own first network (A20, A21)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..ir import Schedule, Site, Workload


class StackedLink(NamedTuple):
    """An upper memory and, per tensor that it exchanges with memories below it there, the first of these.

    `name` tells the upper memory and the one right below it.
    """

    name: str
    upper: Site
    lower: dict[str, Site]

    def elements(self, workload: Workload, into: bool) -> dict[str, int]:
        """What goes over it: the inputs, whole, or the output."""
        carried = [tensor for tensor in workload.tensors if (tensor != workload.output) == into]
        return {tensor.name: workload.footprint(tensor) for tensor in carried if tensor.name in self.lower}


def stacked_links(schedule: Schedule) -> Iterator[StackedLink]:
    """The links of all memories at boundary 0 that have others below them, outermost first."""
    above = [site for site in schedule.sites if site.boundary == 0]
    for number, upper in enumerate(above[:-1]):
        lower: dict[str, Site] = {}
        for name in upper.tensors:
            holder = next((site for site in above[number + 1 :] if name in site.tensors), None)
            if holder is not None:
                lower[name] = holder
        yield StackedLink(f"{upper.memory.name} to {above[number + 1].memory.name}", upper, lower)
