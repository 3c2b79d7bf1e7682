"""The prices of machines of one structure as rows: latencies, and widths of wires and ports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import inf
from typing import Any

import numpy as np

from ...analysis.placement import level_networks
from ...analysis.resources import all_ports
from ...ir import Accelerator, Schedule
from .layout import Rows
from .work import Floats


def with_machine(schedule: Schedule, machine: Accelerator) -> Schedule:
    """The schedule on another machine of the same structure; ValueError if it has another one.

    Such machines differ in the widths and latencies of networks and ports, in what memories hold, and in what neither
    counts nor time depends on.
    """
    base = schedule.mapping.accelerator
    if list(_structure(machine)) != list(_structure(base)):
        raise ValueError(f"{machine.name} differs from {base.name} in more than prices")
    memories = {memory.name: memory for memory in machine.memories}
    sites = tuple(replace(site, memory=memories.get(site.memory.name, site.memory)) for site in schedule.sites)
    networks = level_networks(machine, sites, len(schedule.levels))
    levels = tuple(replace(level, network=network) for level, network in zip(schedule.levels, networks, strict=True))
    return replace(schedule, mapping=replace(schedule.mapping, accelerator=machine), levels=levels, sites=sites)


def _structure(machine: Accelerator) -> Iterator[Any]:
    yield machine.lanes, machine.vector_width, machine.pipeline_depth, machine.cluster_buffers
    for memory in machine.memories:
        yield memory.name, memory.buffering, memory.holds, memory.instances is None
        for network in memory.networks:
            own = tuple((name, None) for name, _ in network.channels)
            yield replace(network, bandwidth=None, channels=own, latency=0, hop_latency=0, adder_latency=0)


def price_rows(schedules: Sequence[Schedule]) -> Floats:
    """[rows, W] the prices of one program on several machines, in the order of `Rows`; no limit is infinite."""
    rows = Rows(schedules[0])
    found = np.full((rows.number, len(schedules)), inf)
    for number, schedule in enumerate(schedules):
        for level, row, wires in zip(schedule.levels, rows.latency, rows.wires, strict=True):
            network = level.network
            found[row : row + 3, number] = network.latency, network.hop_latency, network.adder_latency
            widths = [network.bandwidth, *(width for _, width in network.channels)]
            found[wires : wires + len(widths), number] = [width or inf for width in widths]
        for site in schedule.sites:
            first = rows.port(site.memory.name)
            found[first : first + 3, number] = [port.width or inf for port in all_ports(site.memory)]
    return found
