"""The table of linear forms of a schedule: its counts over numbers of the nest, its uses over counts, its resources.

Nothing in it depends on orders and chunk sizes, so schedules that differ in these alone share one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ..ir import Schedule, Tensor
from .counts import Count, Slot, carried_counts, traffic_counts
from .forms import Form
from .resources import Resource, networks, port_names, resources
from .uses import Use, uses


@dataclass(frozen=True)
class Table:
    """`counts` are those at interfaces, `carried` those of the networks of levels.

    `groups` are the names under which resources are reported: networks, those without a bandwidth included, and then
    the `ports` of memories.
    """

    counts: dict[Count, Form[Slot]]
    carried: dict[Count, Form[Slot]]
    uses: tuple[Use, ...]
    resources: tuple[Resource, ...]
    groups: tuple[str, ...]
    ports: tuple[str, ...]

    def form(self, count: Count) -> Form[Slot]:
        """What a count is made of."""
        return self.carried[count] if count in self.carried else self.counts[count]


def table_of(schedule: Schedule) -> Table:
    """The table of a schedule."""
    return _table(schedule.structure)


@lru_cache(maxsize=1 << 10)
def _table(schedule: Schedule) -> Table:
    tensors = schedule.mapping.workload.tensors
    counts, carried = dict[Count, Form[Slot]](), dict[Count, Form[Slot]]()
    for tensor in tensors:
        counts |= traffic_counts(schedule, tensor)
        carried |= carried_counts(schedule, tensor)
    found = tuple(_in_order(schedule, tensors, uses(schedule)))
    ports = port_names(schedule)
    groups = (*(f"{name} {way}" for name in networks(schedule) for way in ("in", "out")), *ports)
    return Table(counts, carried, found, resources(schedule, found), groups, ports)


def _in_order(schedule: Schedule, tensors: tuple[Tensor, ...], found: tuple[Use, ...]) -> list[Use]:
    """Uses of one kind added up: those of the memories, outermost first, then links and networks."""
    merged: dict[tuple[str, str, str], Use] = {}
    for use in found:
        key = use.place, use.action, use.tensor
        merged[key] = merged[key]._replace(amount=merged[key].amount + use.amount) if key in merged else use
    places = [site.memory.name for site in schedule.sites]
    names = [tensor.name for tensor in tensors]

    def rank(use: Use) -> tuple[int, ...]:
        tensor = names.index(use.tensor)
        if use.place in places:
            return 0, places.index(use.place), tensor, ("read", "write", "forward").index(use.action)
        if use.action == "carry":
            return 2, tensor
        ends = use.place.split(" to ")
        return 1, *(places.index(end) if end in places else len(places) for end in ends), tensor

    return sorted(merged.values(), key=rank)
