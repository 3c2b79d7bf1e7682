"""Oracle 1: everything that is counted, from isl sets built on the spacetime relation."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from ...ir import Counts, Interface, Schedule, Tensor, Traffic
from .relations import View, points, size
from .traffic import (
    Way,
    input_traffic,
    local_reads,
    local_updates,
    output_traffic,
    remote_reads,
    remote_updates,
)


def exact_counts(schedule: Schedule) -> Counts:
    """All counts of a schedule, in elements (docs/model.md, A4 and A9 to A16). Meant for small programs."""
    counter = _Counter(schedule)
    whole = counter.view(len(schedule.levels))
    active = Counter(point[: whole.times] for point in points(whole.active))
    return Counts(
        points=size(whole.chunk),
        steps=size(whole.steps),
        active_peak=max(active.values()),
        active_total=size(whole.active),
        interfaces=counter.interfaces(),
    )


class _Counter:
    """Counts the interfaces of one schedule; views of a boundary are shared."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self.view = lru_cache(maxsize=None)(lambda boundary: View.of(schedule, boundary))

    def interfaces(self) -> tuple[Interface, ...]:
        """Every memory above another or above the arithmetic, for the tensors that pass between them."""
        sites = self._schedule.sites
        found = []
        for parent in range(len(sites)):
            for child in range(parent + 1, len(sites) + 1):
                tensors = [
                    (tensor.name, self._traffic(tensor, parent, child))
                    for tensor in self._schedule.mapping.workload.tensors
                    if self._follow(tensor, parent, child)
                ]
                name, units = "MAC", self._schedule.pes_used
                if child < len(sites):
                    name, units = sites[child].memory.name, sites[child].instances
                if tensors:
                    found.append(Interface(sites[parent].memory.name, name, units, tuple(tensors)))
        return tuple(found)

    def _follow(self, tensor: Tensor, parent: int, child: int) -> bool:
        """Whether a tensor is held at both ends and nowhere in between; the arithmetic takes all."""
        holds = [tensor.name in site.tensors for site in self._schedule.sites] + [True]
        return holds[parent] and holds[child] and not any(holds[parent + 1 : child])

    def _traffic(self, tensor: Tensor, parent: int, child: int) -> Traffic:
        schedule = self._schedule
        top, last = schedule.sites[parent].boundary, len(schedule.levels)
        networks = tuple(level.network for level in schedule.levels)
        output = tensor == schedule.mapping.workload.output
        if child < len(schedule.sites):
            bottom = schedule.sites[child].boundary
            way = Way(self.view(bottom), top, networks[:bottom])
            return output_traffic(tensor, way) if output else input_traffic(tensor, way)
        if top == last:
            lanes = schedule.mapping.accelerator.lanes
            return (local_updates if output else local_reads)(tensor, self.view(last), lanes)
        way = Way(self.view(last), top, networks)
        return (remote_updates if output else remote_reads)(tensor, way)
