"""Closed forms of every count at every interface (model A9 to A15).

For one tensor and one interface, new elements are Σ over moves of Π_g need_g − Π_g keep_g: a move is the advance of one
loop (all loops inside it restart) or the first step; g runs over the dimension groups of the tensor; need_g and keep_g
are one-dimensional sums over the like steps and the units of a group (`docs/counting.md`).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from math import prod
from typing import Any

from ...analysis.nest import ALONE, Grouping, Nest
from ...ir import InputTraffic, Interface, OutputTraffic, Schedule, Tensor, Traffic
from .arithmetic import held_at_pe, operands, operands_at_pe


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


def sharing_levels(schedule: Schedule, tensor: Tensor, parent: int, child: int) -> frozenset[int]:
    """Levels between two boundaries whose networks multicast an input, or reduce the output."""
    is_output = tensor == schedule.mapping.workload.output
    return frozenset(
        level
        for level in range(parent, child)
        if (schedule.levels[level].network.reduction if is_output else schedule.levels[level].network.multicast)
    )


def forward_level(schedule: Schedule, parent: int, child: int) -> int:
    """The innermost level between two boundaries whose network forwards, or -1."""
    return max((level for level in range(parent, child) if schedule.levels[level].network.forwarding), default=-1)


def transfer(nest: Nest, tensor: Tensor, parent: int, child: int) -> Traffic:
    """Traffic of a tensor between memories at two boundaries."""
    schedule = nest.schedule
    fills = entries(nest, tensor, child, ALONE)
    shared = sharing_levels(schedule, tensor, parent, child)
    if tensor == nest.workload.output:
        updates = entries(nest, tensor, child, Grouping(shared))
        return OutputTraffic(fills, updates, updates - distinct_outputs(nest, parent))
    along = forward_level(schedule, parent, child)
    forwards = forwarded(nest, tensor, child, along) if along >= 0 else 0
    return InputTraffic(fills, entries(nest, tensor, child, Grouping(shared, along)), forwards)


def operand_traffic(nest: Nest, tensor: Tensor, parent: int) -> Traffic:
    """Traffic of a tensor between its last memory and the arithmetic (A14, A15)."""
    schedule = nest.schedule
    last = len(schedule.levels)
    if held_at_pe(schedule, tensor):
        accesses, parent = operands_at_pe(nest, tensor), last
    else:
        accesses = operands(nest, tensor, sharing_levels(schedule, tensor, parent, last))
    if tensor == nest.workload.output:
        return OutputTraffic(nest.workload.macs, accesses, accesses - distinct_outputs(nest, parent))
    return InputTraffic(nest.workload.macs, accesses, 0)


def interfaces(nest: Nest) -> tuple[Interface, ...]:
    """All interfaces of a schedule, outermost first."""
    sites = nest.schedule.sites
    found: dict[tuple[int, int], list[tuple[str, Traffic]]] = {}
    for tensor in nest.workload.tensors:
        holders = [number for number, site in enumerate(sites) if tensor.name in site.tensors]
        for parent, child in itertools.pairwise(holders):
            traffic = transfer(nest, tensor, sites[parent].boundary, sites[child].boundary)
            found.setdefault((parent, child), []).append((tensor.name, traffic))
        traffic = operand_traffic(nest, tensor, sites[holders[-1]].boundary)
        found.setdefault((holders[-1], len(sites)), []).append((tensor.name, traffic))
    return tuple(_interface(nest.schedule, *key, tuple(found[key])) for key in sorted(found))


def _interface(schedule: Schedule, parent: int, child: int, tensors: tuple[tuple[str, Traffic], ...]) -> Interface:
    sites = schedule.sites
    to_memory = child < len(sites)
    name = sites[child].memory.name if to_memory else "MAC"
    units = sites[child].instances if to_memory else schedule.pes_used
    return Interface(sites[parent].memory.name, name, units, tensors)
