"""Counts as linear forms: which numbers of the nest a memory's accesses, a resource or the energy are sums of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import pairwise

from ...analysis.stacked import stacked_links
from ...backends.cost.arithmetic import held_at_pe
from ...backends.cost.traffic import forward_level, sharing_levels
from ...backends.energy.network import path
from ...ir import ARITHMETIC, Schedule, Site, Tensor


class Kind(IntEnum):
    """What a slot counts: entries at a boundary, operands over the network, or distinct outputs under a parent."""

    ENTRIES = 0
    OPERANDS = 1
    DISTINCT = 2


@dataclass(frozen=True, slots=True)
class Slot:
    """One number of the nest: of a tensor, at a boundary, for units that share along the levels of a bit mask."""

    kind: Kind
    tensor: int
    boundary: int
    shared: int = 0


@dataclass(frozen=True, slots=True)
class Linear:
    """Σ weight · slot + constant."""

    weights: Mapping[Slot, float] = field(default_factory=dict)
    constant: float = 0.0

    def __add__(self, other: Linear) -> Linear:
        weights = dict(self.weights)
        for slot, weight in other.weights.items():
            weights[slot] = weights.get(slot, 0.0) + weight
        return Linear(weights, self.constant + other.constant)

    def __sub__(self, other: Linear) -> Linear:
        return self + other * -1.0

    def __mul__(self, factor: float) -> Linear:
        weights = {slot: weight * factor for slot, weight in self.weights.items()}
        return Linear(weights, self.constant * factor)

    def without_zeros(self) -> Linear:
        """Without the slots that weigh nothing."""
        return Linear({slot: weight for slot, weight in self.weights.items() if weight}, self.constant)


def mask(levels: frozenset[int]) -> int:
    """Levels as a bit mask."""
    return sum(1 << level for level in levels)


@dataclass(frozen=True, slots=True)
class Use:
    """What a tensor does at a place: `amount` elements read from or written to a memory, or over a network's links.

    `place` is a memory, `A to B` for links, or for networks `L<i> in` and `L<i> out`, `A to B in` and `A to B out`.
    """

    place: str
    action: str
    amount: Linear


def tensor_uses(schedule: Schedule, tensor: Tensor) -> list[Use]:
    """All uses of a tensor placed as in `schedule` (A19, A22, A23), without the rounding of blocks and links."""
    chain = schedule.holders(tensor.name)
    found = [use for ends in pairwise(chain) for use in _between(schedule, tensor, *ends)]
    found += _operands(schedule, tensor, chain[-1])
    found += [use for level in range(len(schedule.levels)) for use in _carried(schedule, tensor, level)]
    return found + list(_stacked(schedule, tensor))


def _between(schedule: Schedule, tensor: Tensor, parent: Site, child: Site) -> Iterator[Use]:
    shared = mask(sharing_levels(schedule, tensor, parent.boundary, child.boundary))
    fills = _entries(schedule, tensor, child.boundary)
    moved = _entries(schedule, tensor, child.boundary, shared)
    if tensor != schedule.mapping.workload.output and forward_level(schedule, parent.boundary, child.boundary) >= 0:
        moved = _footprint(schedule, tensor)
    way = path(schedule, tensor.name, parent.boundary, child.boundary)
    if tensor == schedule.mapping.workload.output:
        back = moved - _distinct(schedule, tensor, parent.boundary)
        yield Use(parent.memory.name, "read", back)
        yield Use(parent.memory.name, "write", moved)
        yield Use(child.memory.name, "read", fills)
        yield Use(child.memory.name, "write", back)
        crossings = (moved + back) * way + fills - moved
    else:
        yield Use(parent.memory.name, "read", moved)
        yield Use(child.memory.name, "write", fills)
        crossings = moved * (way - 1) + fills
    if parent.boundary < len(schedule.levels):
        yield Use(f"{parent.memory.name} to {child.memory.name}", "transfer", crossings)


def _operands(schedule: Schedule, tensor: Tensor, parent: Site) -> Iterator[Use]:
    """Between the last memory that holds a tensor and the arithmetic (A14, A15); lanes share at most their number."""
    last, macs = len(schedule.levels), schedule.mapping.workload.macs
    local = parent.boundary == last
    if local:
        moved = Linear({}, -(-macs // schedule.mapping.accelerator.lanes))
    else:
        moved = _slot(schedule, tensor, Kind.OPERANDS, last, sharing_levels(schedule, tensor, parent.boundary, last))
    way = path(schedule, tensor.name, parent.boundary, last)
    yield Use(parent.memory.name, "read" if tensor != schedule.mapping.workload.output else "write", moved)
    if tensor == schedule.mapping.workload.output:
        back = moved - _distinct(schedule, tensor, parent.boundary)
        yield Use(parent.memory.name, "read", back)
        crossings = (moved + back) * way
    else:
        crossings = moved * (way - 1) + Linear({}, macs)
    if not local:
        yield Use(f"{parent.memory.name} to {ARITHMETIC}", "transfer", crossings)


def _carried(schedule: Schedule, tensor: Tensor, level: int) -> Iterator[Use]:
    """What the network of a level carries of a tensor (A19)."""
    network = schedule.levels[level].network
    output = tensor == schedule.mapping.workload.output
    shared = frozenset({level} if (network.reduction if output else network.multicast) else ())
    if level == len(schedule.levels) - 1 and not held_at_pe(schedule, tensor):
        moved = _slot(schedule, tensor, Kind.OPERANDS, level + 1, shared)
    else:
        moved = _entries(schedule, tensor, level + 1, mask(shared))
    if network.forwarding and not output:
        moved = _footprint(schedule, tensor)
    if output:
        yield Use(f"L{level} out", "carry", moved)
        moved = moved - _distinct(schedule, tensor, level)
    yield Use(f"L{level} in", "carry", moved)


def _stacked(schedule: Schedule, tensor: Tensor) -> Iterator[Use]:
    """What the networks between stacked memories carry of a tensor (A21)."""
    way = "out" if tensor == schedule.mapping.workload.output else "in"
    for link in stacked_links(schedule):
        if tensor.name in link.lower:
            yield Use(f"{link.name} {way}", "carry", _footprint(schedule, tensor))


def _footprint(schedule: Schedule, tensor: Tensor) -> Linear:
    """Every element once: between stacked memories, and the least that is read where neighbours forward."""
    return Linear({}, schedule.mapping.workload.footprint(tensor))


def _slot(schedule: Schedule, tensor: Tensor, kind: Kind, boundary: int, shared: frozenset[int]) -> Linear:
    return Linear({Slot(kind, schedule.mapping.workload.tensors.index(tensor), boundary, mask(shared)): 1.0})


def _entries(schedule: Schedule, tensor: Tensor, boundary: int, shared: int = 0) -> Linear:
    """Entries at a boundary; sharing matters only along levels above it that have units."""
    wide = sum(1 << level for level, item in enumerate(schedule.levels[:boundary]) if item.units > 1)
    number = schedule.mapping.workload.tensors.index(tensor)
    return Linear({Slot(Kind.ENTRIES, number, boundary, shared & wide): 1.0})


def _distinct(schedule: Schedule, tensor: Tensor, boundary: int) -> Linear:
    number = schedule.mapping.workload.tensors.index(tensor)
    return Linear({Slot(Kind.DISTINCT, number, boundary): 1.0})
