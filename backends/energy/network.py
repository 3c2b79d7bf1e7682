"""Links that data crosses between memories, by the topology of the networks (model A23)."""

from __future__ import annotations

from math import ceil

from ...ir import ARITHMETIC, InputTraffic, Schedule, Traffic


def link_crossings(schedule: Schedule, tensor: str, traffic: Traffic, parent: int, child: int, name: str) -> int:
    """Links that the elements of a tensor cross between the boundaries `parent` and `child`, rounded up to a whole.

    An element goes the average way to one unit, and one link more to every further unit that gets a copy or hands on
    a part of its sum. Sums for the arithmetic (`name` is `MAC`) are made where the data is: only the way counts.
    """
    way = path(schedule, tensor, parent, child)
    if isinstance(traffic, InputTraffic):
        return ceil(traffic.reads * way) + traffic.fills - traffic.reads
    sums = 0 if name == ARITHMETIC else traffic.fills - traffic.updates
    return ceil((traffic.updates + traffic.readbacks) * way) + sums


def path(schedule: Schedule, tensor: str, parent: int, child: int) -> float:
    """Links from the parent to a unit of the child, on average.

    One, and what the average way in each level's network has more; a tensor that walks from unit to unit enters at the
    first one.
    """
    extra = 0.0
    for level in schedule.levels[parent:child]:
        if tensor not in dict(level.network.store_and_forward):
            extra += level.network.average(level.units) - 1
    return 1 + extra
