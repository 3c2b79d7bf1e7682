"""Throughput time (model A21): the busiest resource's total."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ...analysis.counts import Count
from ...analysis.nest import Nest
from ...analysis.table import Table
from ...analysis.uses import Use
from .arithmetic import busiest_pe_vectors

COMPUTE = "compute"
"""The arithmetic among the resources."""


def arithmetic_bottleneck(nest: Nest) -> int:
    """Cycles of the PE that works most."""
    mapping = nest.schedule.mapping
    return -(-busiest_pe_vectors(nest) * mapping.interval // mapping.accelerator.lanes)


def resource_cycles(
    nest: Nest, table: Table, number: Callable[[Use, Count], Any], quotient: Callable[[Any, int], Any]
) -> dict[str, Any]:
    """Cycles of every group of resources, 0 for those without a bandwidth.

    `number` gives what a use makes of a count, `quotient` the cycles for so many elements at so many a cycle.
    """
    found = dict.fromkeys(table.groups, 0)
    for resource in table.resources:
        if not resource.width:
            continue
        width = resource.width * nest.active_above(resource.boundary, nest.chains)
        load = sum(use.amount.total(partial(number, use)) for use in resource.uses)
        found[resource.group] = max(found[resource.group], quotient(load, width))
    return found
