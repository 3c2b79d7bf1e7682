"""Closed forms of every count at every interface (model A9 to A15).

For one tensor and one interface, new elements are Σ over moves of Π_g need_g − Π_g keep_g: a move is the advance of one
loop (all loops inside it restart) or the first step; g runs over the dimension groups of the tensor; need_g and keep_g
are one-dimensional sums over the like steps and the units of a group (`docs/counting.md`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from ...analysis.counts import Count, Kind, Slot, levels_of
from ...analysis.nest import ALONE, Grouping, Nest
from ...ir import ARITHMETIC, InputTraffic, Interface, OutputTraffic, Schedule, Site, Tensor
from .arithmetic import operands, operands_at_pe


def new_elements(volumes: Sequence[tuple[Any, ...]]) -> Any:
    """Π need − Π keep of one move, on integers to evaluate and on sympy expressions to explain."""
    return prod([item[0] for item in volumes]) - prod([item[1] for item in volumes])


def entries(nest: Nest, tensor: Tensor, boundary: int, grouping: Grouping) -> int:
    """Elements that become new to the groups of units above a boundary, over all steps."""
    # Only levels that spread something make groups.
    grouping = grouping._replace(shared=grouping.shared & nest.spread)
    key = tensor.name, boundary, grouping
    if key not in nest.entries:
        moves = nest.moves(boundary)
        nest.entries[key] = sum(new_elements(nest.volumes(tensor, move, grouping)) for move in moves)
    return nest.entries[key]


def forwarded(nest: Nest, tensor: Tensor, boundary: int, level: int) -> int:
    """Elements new to a unit that a neighbour along `level` held in the step before (A10)."""
    grouping = Grouping(forward_level=level)
    total = 0
    for move in nest.moves(boundary):
        own = nest.volumes(tensor, move, ALONE)
        near = nest.volumes(tensor, move, grouping)
        for number, volume in enumerate(near):
            if volume.forwards:
                others = own[:number] + own[number + 1 :]
                total += volume.forwards * prod(other.keep for other in others)
    return total


def distinct_outputs(nest: Nest, parent_boundary: int) -> int:
    """Output elements ever present, summed over the parent instances that work (A13)."""
    output = nest.workload.output
    used = prod(nest.workload.extents[name] for name in output.dimensions)
    return used * nest.active_above(parent_boundary, nest.workload.reduction_dimensions)


def number(nest: Nest, slot: Slot) -> int:
    """The closed form of a slot of the table."""
    tensor, shared = nest.workload.tensors[slot.tensor], levels_of(slot.shared)
    if slot.kind == Kind.ENTRIES:
        return entries(nest, tensor, slot.boundary, Grouping(shared, slot.along))
    if slot.kind == Kind.OPERANDS:
        return operands(nest, tensor, shared)
    if slot.kind == Kind.DISTINCT:
        return distinct_outputs(nest, slot.boundary)
    if slot.kind == Kind.LOCAL:
        return operands_at_pe(nest, tensor)
    return forwarded(nest, tensor, slot.boundary, slot.along)


def interfaces(schedule: Schedule, values: Mapping[Count, int]) -> tuple[Interface, ...]:
    """All interfaces of a schedule with their counts, outermost first."""
    sites = list(schedule.sites)
    places = {site.memory.name: place for place, site in enumerate(sites)} | {ARITHMETIC: len(sites)}
    found: dict[tuple[int, int], dict[str, dict[str, int]]] = {}
    for count, value in values.items():
        ends = places[count.parent], places[count.child]
        found.setdefault(ends, {}).setdefault(count.tensor, {})[count.name] = value
    return tuple(_interface(schedule, sites, *ends, found[ends]) for ends in sorted(found))


def _interface(
    schedule: Schedule, sites: list[Site], parent: int, child: int, numbers: dict[str, dict[str, int]]
) -> Interface:
    to_memory, output = child < len(sites), schedule.mapping.workload.output.name
    name = sites[child].memory.name if to_memory else ARITHMETIC
    units = sites[child].instances if to_memory else schedule.pes_used
    tensors = tuple(
        (tensor, OutputTraffic(**own) if tensor == output else InputTraffic(**own)) for tensor, own in numbers.items()
    )
    return Interface(sites[parent].memory.name, name, units, tensors)
