"""Throughput time (model A21): the busiest resource's total."""

from __future__ import annotations

from ...ir import Tensor
from .arithmetic import busiest_pe_macs, held_at_pe, operands
from .nest import Grouping, Nest
from .traffic import distinct_outputs, entries


def throughput_cycles(nest: Nest) -> dict[str, int]:
    """Cycles per resource: `compute`, and `L<i> in` and `L<i> out` for the network of every level i."""
    lanes = nest.schedule.mapping.accelerator.lanes
    found = {"compute": -(-busiest_pe_macs(nest) // lanes)}
    for number, level in enumerate(nest.schedule.levels):
        parents = nest.active_above(number, nest.chains)
        fetched = {tensor.name: _fetched(nest, tensor, number) for tensor in nest.workload.inputs}
        drained = _drained(nest, number)
        output = nest.workload.output.name
        fetched[output] = drained - distinct_outputs(nest, number)
        for direction, totals in (("in", fetched), ("out", {output: drained})):
            found[f"L{number} {direction}"] = _cycles(level.network.bandwidth, level.network.channels, totals, parents)
    return found


def _fetched(nest: Nest, tensor: Tensor, level: int) -> int:
    network = nest.schedule.levels[level].network
    shared = frozenset({level} if network.multicast else ())
    if level == len(nest.schedule.levels) - 1 and not held_at_pe(nest.schedule, tensor):
        return operands(nest, tensor, shared)
    return entries(nest, tensor, level + 1, Grouping(shared, level if network.forwarding else -1))


def _drained(nest: Nest, level: int) -> int:
    network, output = nest.schedule.levels[level].network, nest.workload.output
    shared = frozenset({level} if network.reduction else ())
    if level == len(nest.schedule.levels) - 1 and not held_at_pe(nest.schedule, output):
        return operands(nest, output, shared)
    return entries(nest, output, level + 1, Grouping(shared))


def _cycles(bandwidth: int | None, channels: tuple[tuple[str, int | None], ...], totals: dict[str, int], parents: int) -> int:
    own = dict(channels)
    shared = sum(count for name, count in totals.items() if name not in own)
    times = [-(-shared // (bandwidth * parents)) if bandwidth else 0]
    times += [-(-totals.get(name, 0) // (width * parents)) for name, width in channels if width]
    return max(times)
