"""What passes the ports of memories over all steps (A21): the program waits for the busiest one (A20)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ...analysis.chains import Ints
from ...ir import Interconnect, Schedule
from ..axes.volumes import active
from ..compiled import compiled
from ..descent.single import asked_slots, evaluate_point
from ..point_costs import order_array
from ..structure.cost_arrays import build_cost_arrays
from ..structure.flat import F, Flat, flatten, item
from ..structure.plan import Flags, Floats, Plan
from .layout import Rows


class Ports(NamedTuple):
    """What the ports R of memories serve; dimensions D with more than one value."""

    flat: Flat
    wanted: Flags
    rows: Ints
    """[R] where their widths stand."""
    dimensions: Ints
    """[D] their numbers among all dimensions."""
    order: Ints
    """[L, D] the dimensions of every level, outermost first, then -1."""


def ports(schedule: Schedule, orders: Sequence[Sequence[str]]) -> Ports:
    """The ports of a schedule's memories, all with a width; WeftError W709 if their counts are no linear forms."""
    placement = tuple((site.memory.name, site.tensors) for site in schedule.sites[1:])
    plan = Plan(_bare(schedule), (placement,), "throughput")
    arrays, price = build_cost_arrays(plan, [()] * len(orders)), Rows(schedule)
    names = list(schedule.mapping.workload.extents)
    return Ports(
        flatten(arrays),
        asked_slots(arrays)[0],
        np.array([price.named(resource.name) for resource in plan.resources], np.int64),
        np.array([names.index(name) for name in plan.dimensions], np.int64),
        order_array(plan.dimensions, orders),
    )


def _bare(schedule: Schedule) -> Schedule:
    """The schedule with ports alone to count for: without rooms and wires, and with units that may share."""
    machine = replace(schedule.mapping.accelerator, energy_table="eyeriss")
    sites = tuple(
        replace(site, memory=replace(site.memory, capacity_bytes=None, capacities=(), networks=(Interconnect(),)))
        for site in schedule.sites
    )
    levels = tuple(
        replace(level, units=2, network=replace(level.network, bandwidth=None, channels=()))
        for level in schedule.levels
    )
    return replace(schedule, mapping=replace(schedule.mapping, accelerator=machine), levels=levels, sites=sites)


@compiled
def wait_for_ports(ports: Ports, prices: Floats, sizes: Ints, units: Ints, spread: Ints, found: Floats) -> None:
    """Raise the cycles [N, W] of programs to those of their busiest memory port.

    Sizes [N, D, L] are 0 where a level does not divide a dimension, and `spread` [L] is the dimension over the units
    [N, L].
    """
    p, dimensions, levels = ports.flat, ports.dimensions.size, spread.size
    slots, out = np.zeros(ports.wanted.size), np.empty(ports.rows.size + 1)
    own, over = np.empty((dimensions, levels), np.int64), np.empty((dimensions, levels), np.int64)
    for n in range(sizes.shape[0]):
        for d in range(dimensions):
            number = ports.dimensions[d]
            for level in range(levels):
                own[d, level] = sizes[n, number, level]
                over[d, level] = units[n, level] if own[d, level] and spread[level] == number else 0
        evaluate_point(p, ports.wanted, 1, own, over, ports.order, 0, slots, out)
        for port in range(ports.rows.size):
            working = 1.0
            for d in range(dimensions):
                working *= active(item(p, F.extents, d), own[d], over[d], item(p, F.resource_boundary, port))
            for w in range(prices.shape[1]):
                cycles = np.ceil(out[1 + port] / (prices[ports.rows[port], w] * working))
                found[n, w] = max(found[n, w], cycles)
