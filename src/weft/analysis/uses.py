"""The second half of the table of linear forms: what every count burdens, each with its assumption (docs/model.md).

All that is charged reads this table: energy, ports, networks, the search with its bounds, what zeros save, `explain`.
A term that is added here reaches all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from ..ir import ARITHMETIC, Schedule, Tensor
from .counts import Count, carried_counts
from .forms import Form, one
from .sharing import links
from .stacked import stacked_links


class Use(NamedTuple):
    """What is done at a place for a tensor: `amount` elements, rounded up to whole ones.

    Actions are `read`, `write` and `forward` at a memory, `transfer` over the links of `A to B`, and `carry` over a
    network, `L<i> in` or `L<i> out`, or `A to B in` and `A to B out` between memories that are stacked.
    `rule` is the assumption behind it.
    """

    place: str
    action: str
    tensor: str
    amount: Form[Count]
    rule: str


def uses(schedule: Schedule) -> tuple[Use, ...]:
    """All uses of all tensors."""
    return tuple(use for tensor in schedule.mapping.workload.tensors for use in tensor_uses(schedule, tensor))


def tensor_uses(schedule: Schedule, tensor: Tensor) -> Iterator[Use]:
    """All uses of a tensor, from the outermost memory to the arithmetic."""
    name, output = tensor.name, tensor == schedule.mapping.workload.output
    chain = schedule.holders(name)
    last = len(schedule.levels)
    ends = [(site.memory.name, site.boundary) for site in chain]
    for (parent, above), (child, below) in pairwise([*ends, (ARITHMETIC, last)]):
        yield from _accesses(parent, child, name, output)
        if above < last:
            amount = _crossings(parent, child, name, output) * links(schedule, name, above, below)
            yield Use(f"{parent} to {child}", "transfer", name, amount + _copies(parent, child, name, output), "A23")
    for count in carried_counts(schedule, tensor):
        yield Use(f"{count.child} {count.name}", "carry", name, one(count), "A19")
    for link in stacked_links(schedule):
        if name in link.lower:
            ends_of = link.upper.memory.name, link.lower[name].memory.name
            moved = Count(*ends_of, name, "updates" if output else "reads")
            yield Use(f"{link.name} {'out' if output else 'in'}", "carry", name, one(moved), "A21")


def _accesses(parent: str, child: str, tensor: str, output: bool) -> Iterator[Use]:
    """What both ends of an interface do for it (A22); at the arithmetic there is nothing to access."""

    def use(place: str, action: str, count: str) -> Use:
        return Use(place, action, tensor, one(Count(parent, child, tensor, count)), "A22")

    yield use(parent, "read", "readbacks" if output else "reads")
    if output:
        yield use(parent, "write", "updates")
    if child == ARITHMETIC:
        return
    yield use(child, "write", "readbacks" if output else "fills")
    yield use(child, "read", "fills") if output else use(child, "forward", "forwards")


def _crossings(parent: str, child: str, tensor: str, output: bool) -> Form[Count]:
    """What goes the whole way between parent and child."""
    names = ("updates", "readbacks") if output else ("reads",)
    return Form({Count(parent, child, tensor, name): 1 for name in names})


def _copies(parent: str, child: str, tensor: str, output: bool) -> Form[Count]:
    """One link more to every further unit that gets a copy or hands on a part of its sum.

    Sums for the arithmetic are made where the data is: only the way counts.
    """

    def count(name: str) -> Form[Count]:
        return one(Count(parent, child, tensor, name))

    if not output:
        return count("fills") - count("reads")
    return Form() if child == ARITHMETIC else count("fills") - count("updates")
