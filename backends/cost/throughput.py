"""Throughput time (model A21): the busiest resource's total."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from ...analysis.counts import Count
from ...analysis.nest import Nest
from ...analysis.resources import Resource
from ...analysis.table import Table
from ...analysis.uses import Use
from .arithmetic import busiest_pe_vectors

COMPUTE = "compute"
"""The arithmetic among the resources."""


def arithmetic_bottleneck(nest: Nest) -> int:
    """Cycles of the PE that works most."""
    mapping = nest.schedule.mapping
    return -(-busiest_pe_vectors(nest) * mapping.interval // mapping.accelerator.lanes)


class Load(NamedTuple):
    """What a resource serves in all, and how many elements a cycle it could; 0 if it limits nothing."""

    resource: Resource
    elements: Any
    width: int


def resource_loads(
    nest: Nest, table: Table, number: Callable[[Use, Count], Any], unlimited: bool = False
) -> Iterator[Load]:
    """The loads of the resources that have a bandwidth, or of all; `number` gives what a use makes of a count."""
    for resource in table.resources:
        if resource.width or unlimited:
            width = resource.width * nest.active_above(resource.boundary, nest.chains)
            yield Load(resource, sum(use.amount.total(partial(number, use)) for use in resource.uses), width)


def resource_cycles(
    nest: Nest, table: Table, number: Callable[[Use, Count], Any], quotient: Callable[[Any, int], Any]
) -> dict[str, Any]:
    """Cycles of every group of resources, 0 for those without a bandwidth.

    `number` gives what a use makes of a count, `quotient` the cycles for so many elements at so many a cycle.
    """
    found = dict.fromkeys(table.groups, 0)
    for resource, elements, width in resource_loads(nest, table, number):
        found[resource.group] = max(found[resource.group], quotient(elements, width))
    return found
