"""Throughput time (model A21): the busiest resource's total."""

from __future__ import annotations

from ...analysis.nest import Grouping, Nest
from ...analysis.stacked import stacked_links
from ...ir import Counts, Interconnect, Tensor
from ..energy.accesses import accesses
from .arithmetic import busiest_pe_vectors, held_at_pe, operands
from .ports import ports_of
from .traffic import distinct_outputs, entries


def network_cycles(nest: Nest) -> dict[str, int]:
    """Cycles per resource: `compute`, `L<i> in` and `L<i> out` for the network of every level i, and what goes in and
    out between stacked memories."""
    lanes = nest.schedule.mapping.accelerator.lanes
    found = {"compute": -(-busiest_pe_vectors(nest) // lanes)}
    for number, level in enumerate(nest.schedule.levels):
        parents = nest.active_above(number, nest.chains)
        fetched = {tensor.name: fetched_elements(nest, tensor, number) for tensor in nest.workload.inputs}
        drained = drained_elements(nest, number)
        output = nest.workload.output.name
        fetched[output] = drained - distinct_outputs(nest, number)
        for direction, totals in (("in", fetched), ("out", {output: drained})):
            found[f"L{number} {direction}"] = _cycles(level.network, totals, parents)
    return found | _stacked_cycles(nest)


def _stacked_cycles(nest: Nest) -> dict[str, int]:
    found: dict[str, int] = {}
    for link in stacked_links(nest.schedule):
        for direction in ("in", "out"):
            totals = link.elements(nest.workload, direction == "in")
            found[f"{link.name} {direction}"] = _cycles(link.upper.memory.network(0), totals, 1)
    return found


def port_cycles(nest: Nest, counts: Counts) -> dict[str, int]:
    """Cycles of every memory port with a bandwidth: accesses over the instances that ever work (A22)."""
    found: dict[str, int] = {}
    accessed = accesses(counts, nest.schedule)
    for site in nest.schedule.sites:
        memory, own = site.memory, [item for item in accessed if item.memory == site.memory.name]
        reads, writes = sum(item.reads for item in own), sum(item.writes for item in own)
        instances = nest.active_above(site.boundary, nest.chains)
        found |= {f"{memory.name} {port.name}": port.cycles(reads, writes, instances) for port in ports_of(memory)}
    return found


def fetched_elements(nest: Nest, tensor: Tensor, level: int) -> int:
    """Elements of an input that the network of a level brings in all (A19)."""
    network = nest.schedule.levels[level].network
    shared = frozenset({level} if network.multicast else ())
    if level == len(nest.schedule.levels) - 1 and not held_at_pe(nest.schedule, tensor):
        return operands(nest, tensor, shared)
    return entries(nest, tensor, level + 1, Grouping(shared, level if network.forwarding else -1))


def drained_elements(nest: Nest, level: int) -> int:
    """Elements of the output that the network of a level takes away in all, the last drain included (A19)."""
    network, output = nest.schedule.levels[level].network, nest.workload.output
    shared = frozenset({level} if network.reduction else ())
    if level == len(nest.schedule.levels) - 1 and not held_at_pe(nest.schedule, output):
        return operands(nest, output, shared)
    return entries(nest, output, level + 1, Grouping(shared))


def _cycles(network: Interconnect, totals: dict[str, int], parents: int) -> int:
    own, bandwidth = dict(network.channels), network.bandwidth
    shared = sum(count for name, count in totals.items() if name not in own)
    times = [-(-shared // (bandwidth * parents)) if bandwidth else 0]
    times += [-(-totals.get(name, 0) // (width * parents)) for name, width in network.channels if width]
    return max(times)
