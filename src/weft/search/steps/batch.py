"""Many programs of one structure on machines that differ in prices alone, timed step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import prod

import numpy as np

from ...analysis.chains import Ints
from ...analysis.resources import port_names, ports_of
from ...backends.cost.transfers import stacked_cycles
from ...ir import Accelerator, Loop, Memory, Schedule, Workload
from .layout import layout
from .ports import counts_by_forms, ports, wait_for_counted, wait_for_ports
from .prices import price_rows, with_machine
from .programs import time_programs
from .room import room
from .work import Floats

EXACT = 1 << 53
"""Below it, numbers are exact in floating point."""

TOGETHER = 64
"""Machines that are timed at once."""

MAX_SPAN = 1 << 20
"""Coordinates of a windowed axis."""

MAX_LOOPS = 8
"""Loops of a level: with each, there are up to three times as many kinds of pairs of steps."""


def supports(schedule: Schedule) -> bool:
    """Whether a `StepwiseBatch` times the programs of this structure."""
    workload = schedule.mapping.workload
    return (
        prod(workload.extents.values()) < EXACT
        and max(_spans(workload).values(), default=0) <= MAX_SPAN
        and len(workload.extents) <= MAX_LOOPS
    )


def _spans(workload: Workload) -> dict[frozenset[str], int]:
    """How many coordinates each windowed axis spans, by its dimensions."""
    found: dict[frozenset[str], int] = {}
    for tensor in workload.tensors:
        for terms in (subscript.terms for subscript in tensor.subscripts if len(subscript.terms) > 1):
            names = frozenset(term.dimension for term in terms)
            span = 1 + sum(term.coefficient * (workload.extents[term.dimension] - 1) for term in terms)
            found[names] = max(span, found.get(names, 0))
    return found


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
        if not supports(schedule):
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
        self._extents = np.array(list(schedule.mapping.workload.extents.values()), np.int64)
        self._span = max(_spans(schedule.mapping.workload).values(), default=1)
        self._scale = 1
        self._ported = ported
        self._ports = ports(ported, self.orders) if counts_by_forms(ported) else None

    def cycles(self, sizes: Ints, units: Ints) -> Ints:
        """[N, W] the stepwise cycles of programs with chunk sizes [N, D, L] (0: a level does not divide the dimension)
        and units [N, L], on every machine; OverflowError for 2^53 cycles and more."""
        found = np.repeat(self._stacked[None, :], len(sizes), axis=0)
        own, units = np.array(sizes, np.int64), np.ascontiguousarray(units, np.int64)
        for first in range(0, len(self._stacked), TOGETHER):
            machines = slice(first, first + TOGETHER)
            found[:, machines] = self._time(own, units, self._prices[:, machines], found[:, machines])
        if self._ports is None and port_names(self._ported):
            for n, program in enumerate(found):
                wait_for_counted(self._schedule(own[n], units[n]), self._prices, program)
        elif self._ports is not None:
            spread = np.array([-1 if name is None else self.dimensions.index(name) for name in self.spread], np.int64)
            wait_for_ports(self._ports, self._prices, own, units, spread, found)
        if found.size and found.max() >= EXACT:
            raise OverflowError("a program takes 2^53 cycles or more")
        return found.astype(np.int64)

    def _time(self, sizes: Ints, units: Ints, prices: Floats, start: Floats) -> Floats:
        """What some machines take for programs, with what they take anyway."""
        done, prices = 0, np.ascontiguousarray(prices)
        while True:
            found = start.copy()
            room_for = room(self._layout, self._extents, prices, self._span, self._scale)
            done = time_programs(room_for, sizes, units, done, found)
            start[:done] = found[:done]
            if done == len(sizes):
                return start
            self._scale *= 2

    def _schedule(self, sizes: Ints, units: Ints) -> Schedule:
        """The schedule of a program."""
        levels = []
        for number, level in enumerate(self._ported.levels):
            names = ((name, int(sizes[self.dimensions.index(name), number])) for name in self.orders[number])
            loops = tuple(Loop(name, size, name == self.spread[number]) for name, size in names if size)
            levels.append(replace(level, units=int(units[number]), loops=loops))
        return replace(self._ported, levels=tuple(levels))

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
