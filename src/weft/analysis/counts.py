"""The first half of the table of linear forms: which numbers of the nest every count of a schedule is made of.

The numbers are named slots; the cost backend has a closed form for each, the search a column over its candidates.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from ..ir import ARITHMETIC, Counts, Schedule, Site, Tensor
from .forms import Form, one
from .sharing import forward_level, held_at_pe, sharing_levels


class Kind(IntEnum):
    """What a slot counts: entries at a boundary (A9), operands over the network (A15), distinct outputs under a parent
    (A13), operands from the memory at the PEs (A14), or what neighbours pass on (A10)."""

    ENTRIES = 0
    OPERANDS = 1
    DISTINCT = 2
    LOCAL = 3
    FORWARDED = 4


class Slot(NamedTuple):
    """One number of the nest: of a tensor, at a boundary, for units that share along the levels of a bit mask.

    `along` is the level along which neighbours forward, -1 for none.
    """

    kind: Kind
    tensor: int
    boundary: int
    shared: int = 0
    along: int = -1


class Count(NamedTuple):
    """The name of a count: between a memory and the next one that holds the tensor, or `MAC`, as in `Counts`.

    `carried` counts name a network instead: the parent is empty and the child `L<i>`.
    """

    parent: str
    child: str
    tensor: str
    name: str


Table: TypeAlias = dict[Count, Form[Slot]]


def mask(levels: frozenset[int]) -> int:
    """Levels as a bit mask."""
    return sum(1 << level for level in levels)


def levels_of(mask: int) -> frozenset[int]:
    """The levels of a bit mask."""
    return frozenset(level for level in range(mask.bit_length()) if mask >> level & 1)


def traffic_counts(schedule: Schedule, tensor: Tensor) -> Table:
    """The counts of a tensor at its interfaces, outermost first."""
    chain = schedule.holders(tensor.name)
    found: Table = {}
    for parent, child in pairwise(chain):
        for name, form in _between(schedule, tensor, parent, child):
            found[Count(parent.memory.name, child.memory.name, tensor.name, name)] = form
    for name, form in _operands(schedule, tensor, chain[-1]):
        found[Count(chain[-1].memory.name, ARITHMETIC, tensor.name, name)] = form
    return found


def carried_counts(schedule: Schedule, tensor: Tensor) -> Table:
    """What the network of every level carries of a tensor, `in` and for the output also `out` (A19)."""
    found: Table = {}
    output = tensor == schedule.mapping.workload.output
    for level, item in enumerate(schedule.levels):
        shared = frozenset({level} if (item.network.reduction if output else item.network.multicast) else ())
        if level == len(schedule.levels) - 1 and not held_at_pe(schedule, tensor):
            moved = one(_slot(schedule, tensor, Kind.OPERANDS, level + 1, shared))
        else:
            along = level if item.network.forwarding and not output else -1
            moved = _entries(schedule, tensor, level + 1, shared, along)
        if output:
            found[Count("", f"L{level}", tensor.name, "out")] = moved
            moved = moved - one(_slot(schedule, tensor, Kind.DISTINCT, level))
        found[Count("", f"L{level}", tensor.name, "in")] = moved
    return found


def _between(schedule: Schedule, tensor: Tensor, parent: Site, child: Site) -> Iterator[tuple[str, Form[Slot]]]:
    """Between memories (A9 to A13)."""
    shared = sharing_levels(schedule, tensor, parent.boundary, child.boundary)
    yield "fills", _entries(schedule, tensor, child.boundary)
    if tensor == schedule.mapping.workload.output:
        yield from _updates(schedule, tensor, _entries(schedule, tensor, child.boundary, shared), parent)
        return
    along = forward_level(schedule, parent.boundary, child.boundary)
    yield "reads", _entries(schedule, tensor, child.boundary, shared, along)
    forwarded = one(_slot(schedule, tensor, Kind.FORWARDED, child.boundary, along=along))
    yield "forwards", forwarded if along >= 0 else Form()


def _operands(schedule: Schedule, tensor: Tensor, parent: Site) -> Iterator[tuple[str, Form[Slot]]]:
    """Between the last memory that holds a tensor and the arithmetic (A14, A15)."""
    last, points = len(schedule.levels), schedule.mapping.workload.points
    if parent.boundary == last:
        moved = one(_slot(schedule, tensor, Kind.LOCAL, last))
    else:
        shared = sharing_levels(schedule, tensor, parent.boundary, last)
        moved = one(_slot(schedule, tensor, Kind.OPERANDS, last, shared))
    yield "fills", Form({}, points)
    if tensor == schedule.mapping.workload.output:
        yield from _updates(schedule, tensor, moved, parent)
    else:
        yield "reads", moved
        yield "forwards", Form()


def _updates(schedule: Schedule, tensor: Tensor, updates: Form[Slot], parent: Site) -> Iterator[tuple[str, Form[Slot]]]:
    """Every entry leaves once; all but the first of each element were read back before (A13)."""
    yield "updates", updates
    yield "readbacks", updates - one(_slot(schedule, tensor, Kind.DISTINCT, parent.boundary))


def _slot(
    schedule: Schedule, tensor: Tensor, kind: Kind, boundary: int, shared: frozenset[int] = frozenset(), along: int = -1
) -> Slot:
    return Slot(kind, schedule.mapping.workload.tensors.index(tensor), boundary, mask(shared), along)


def _entries(
    schedule: Schedule, tensor: Tensor, boundary: int, shared: frozenset[int] = frozenset(), along: int = -1
) -> Form[Slot]:
    return one(_slot(schedule, tensor, Kind.ENTRIES, boundary, shared, along))


def values_of(counts: Counts) -> dict[Count, int]:
    """The numbers of counts by their names."""
    return {
        Count(item.parent, item.child, tensor, name): getattr(traffic, name)
        for item in counts.interfaces
        for tensor, traffic in item.tensors
        for name in traffic.__slots__
    }
