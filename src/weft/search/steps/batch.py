"""Many programs of one structure on machines that differ in prices alone, timed step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import prod

import numpy as np

from ...analysis.chains import Ints
from ...analysis.resources import port_names, ports_of
from ...backends.cost.transfers import stacked_cycles
from ...ir import Accelerator, Memory, Schedule
from .layout import layout
from .ports import ports, wait_for_ports
from .prices import price_rows, with_machine
from .programs import time_programs
from .work import work

EXACT = 1 << 53
"""Below it, numbers are exact in floating point."""

MAX_SPAN = 1 << 20
"""Coordinates of a windowed axis."""

MAX_LOOPS = 8
"""Loops of a level: with each, there are up to three times as many kinds of pairs of steps."""


def supports(schedule: Schedule, machines: Sequence[Accelerator] = ()) -> bool:
    """Whether a `StepwiseBatch` times the programs of this structure."""
    workload = schedule.mapping.workload
    schedules = [schedule, *(with_machine(schedule, machine) for machine in machines)]
    axes = [
        subscript.terms for tensor in workload.tensors for subscript in tensor.subscripts if len(subscript.terms) == 2
    ]
    spans = [1 + sum(term.coefficient * (workload.extents[term.dimension] - 1) for term in terms) for terms in axes]
    windowed = [name for terms in {frozenset(terms) for terms in axes} for name in {term.dimension for term in terms}]
    plain = schedule.mapping.accelerator.lanes == 1 and not any(level.network.forwarding for level in schedule.levels)
    apart = len(windowed) == len(set(windowed))
    return (
        prod(workload.extents.values()) < EXACT
        and max(spans, default=0) <= MAX_SPAN
        and len(workload.extents) <= MAX_LOOPS
        and ((plain and apart) or not any(port_names(item) for item in schedules))
    )


class StepwiseBatch:
    """Times programs that differ in sizes and units, on machines that differ in prices.

    `schedule` says all else: workload, machine, levels, and who holds what. `orders` name the dimensions that each of
    its levels may divide, outermost first, and `spread` the one of them over the units, or None; by default they are
    the schedule's own. Machines may differ in widths, latencies, and what time does not depend on; ValueError for other
    differences, and for what is not supported.
    """

    def __init__(
        self,
        schedule: Schedule,
        machines: Sequence[Accelerator] = (),
        orders: Sequence[Sequence[str]] | None = None,
        spread: Sequence[str | None] | None = None,
    ) -> None:
        machines = machines or [schedule.mapping.accelerator]
        if not supports(schedule, machines):
            raise ValueError("the steps of this structure are not timed together")
        own = [level.spatial for level in schedule.levels]
        self.orders = orders or [[loop.dimension for loop in level.loops] for level in schedule.levels]
        self.spread = spread or [None if loop is None else loop.dimension for loop in own]
        schedules = [with_machine(schedule, machine) for machine in machines]
        ported = _ported(schedule, schedules)
        self.dimensions = tuple(schedule.mapping.workload.extents)
        self._layout = layout(ported, self.orders, self.spread)
        self._prices = price_rows(schedules)
        self._stacked = np.array([sum(cycles for _, cycles in stacked_cycles(item)) for item in schedules], np.float64)
        self._work = work(self._layout, schedule.mapping.workload, self._prices)
        self._ports = ports(ported, self.orders) if port_names(ported) else None

    def cycles(self, sizes: Ints, units: Ints) -> Ints:
        """[N, W] the stepwise cycles of programs with chunk sizes [N, D, L] (0: a level does not divide the dimension)
        and units [N, L], on every machine; OverflowError for 2^53 cycles and more."""
        found = np.repeat(self._stacked[None, :], len(sizes), axis=0)
        own, units = np.array(sizes, np.int64), np.ascontiguousarray(units, np.int64)
        time_programs(self._layout, self._work, own, units, found)
        if self._ports is not None:
            spread = np.array([-1 if name is None else self.dimensions.index(name) for name in self.spread], np.int64)
            wait_for_ports(self._ports, self._prices, own, units, spread, found)
        if found.size and found.max() >= EXACT:
            raise OverflowError("a program takes 2^53 cycles or more")
        return found.astype(np.int64)

    def rows_of(self, schedule: Schedule) -> tuple[Ints, Ints]:
        """The chunk sizes [D, L] and units [L] of a schedule of this structure."""
        sizes = np.zeros((len(self.dimensions), len(schedule.levels)), np.int64)
        for number, level in enumerate(schedule.levels):
            for loop in level.loops:
                sizes[self.dimensions.index(loop.dimension), number] = loop.size
        return sizes, np.array([level.units for level in schedule.levels], np.int64)


def _ported(schedule: Schedule, schedules: Sequence[Schedule]) -> Schedule:
    """The schedule whose memories have all ports if they have any on one of the machines, else none."""
    wide = {site.memory.name for item in schedules for site in item.sites if any(ports_of(site.memory))}
    sites = tuple(replace(site, memory=_with_ports(site.memory, site.memory.name in wide)) for site in schedule.sites)
    return replace(schedule, sites=sites)


def _with_ports(memory: Memory, wide: bool) -> Memory:
    width = 1 if wide else None
    return replace(memory, shared_bandwidth=width, read_bandwidth=width, write_bandwidth=width, banks=1)
