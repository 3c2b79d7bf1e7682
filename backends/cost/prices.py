"""Prices apart from counts: what a program counts, charged on many machines at once.

A machine is a row of numbers: picojoules of every charge, elements a cycle of every resource, bytes of every room, and
its clock; what has no limit is infinite. Energy is a product of counts and row, the time by throughput a maximum of
quotients, and a machine fits if no room is too small (docs/model.md, A17 and A21 to A28).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...analysis.counts import values_of
from ...analysis.occupancy import occupancy, rooms_of
from ...analysis.reseat import reseat
from ...analysis.resources import resources
from ...ir import ARITHMETIC, Accelerator, Counts, Schedule, WeftError
from ..energy import (
    Charge,
    actions,
    arithmetic_charges,
    busy_cycles,
    charges,
    charges_of,
    leakage_mw,
    load_energy_table,
    picojoules,
)
from .numbers import Numbers
from .throughput import arithmetic_bottleneck

CHUNK = 1 << 13
"""Machines that are priced at a time: their rows stay in the cache."""

EXACT = 1 << 53
"""Counts up to here are exact as floating-point numbers."""

TIME_PRICES = ("clock_mhz", "leakage_mw", "idle_pj")
"""What a machine charges for time: all its leakage, and a cycle in which a processing element idles."""

Column = NDArray[np.float64] | np.float64
"""A number of every machine, or the one of all."""

PRICED = np.dtype([("energy_pj", "f8"), ("cycles", "f8"), ("seconds", "f8"), ("fits", "?")], align=True)
"""What `price` gives for each machine."""


@dataclass(frozen=True)
class ProgramCounts:
    """What a program counts, and the names of what a machine charges for it."""

    schedule: Schedule

    @cached_property
    def counts(self) -> Counts:
        """All exact counts; InternalError if they are impossible."""
        return self._numbers.counts()

    @cached_property
    def _numbers(self) -> Numbers:
        return Numbers(self.schedule)

    @cached_property
    def _charges(self) -> tuple[tuple[Charge, int], ...]:
        values = values_of(self.counts)
        return tuple((charge, times) for charge in charges(self.schedule) if (times := actions(charge, values)))

    @cached_property
    def actions(self) -> dict[str, int]:
        """How often each charge is due, by the field of its picojoules."""
        return {f"pj: {charge.name} {charge.use.tensor}".rstrip(): times for charge, times in self._charges}

    @cached_property
    def loads(self) -> dict[str, tuple[int, int]]:
        """Elements of every resource and the units that share them, by the field of its elements a cycle."""
        number, nest = self._numbers.count, self._numbers.nest
        return {
            f"width: {item.name}": (
                ceil(sum(use.amount.total(number) for use in item.uses)),
                nest.active_above(item.boundary, nest.chains),
            )
            for item in self._numbers.table.resources
        }

    @cached_property
    def rooms(self) -> dict[str, int]:
        """Bytes that every room must hold, by the field of its size."""
        return {
            f"bytes: {need.site.memory.name} {'+'.join(names)}": needed
            for need in occupancy(self.schedule)
            for names, needed in need.needs
        }

    @cached_property
    def compute_cycles(self) -> int:
        """Cycles of the arithmetic: no machine of the structure takes fewer."""
        return arithmetic_bottleneck(self._numbers.nest)

    @property
    def elements(self) -> tuple[int, int]:
        """Processing elements of the machine, and the cycles of one that full ones would need for the work."""
        machine = self.schedule.mapping.accelerator
        return machine.whole.pes, busy_cycles(machine, self.schedule.mapping.work)

    @cached_property
    def row(self) -> np.dtype[np.void]:
        """The fields of a machine: one number each."""
        names = (*TIME_PRICES, *self.actions, *self.loads, *self.rooms)
        return np.dtype([(name, "f8") for name in names])

    def prices(self, machine: Accelerator | None = None) -> NDArray[np.void]:
        """The row of the program's own machine, as an array of one; or of another machine of the same structure.

        That must differ in nothing on which a count depends (`ir.machine_space.PRICED`): this is not checked. Raises
        WeftError W205 for what the energy table lacks or does not reach.
        """
        found, failed = self.tried_prices(machine)
        for error in failed.values():
            raise error
        return found

    def tried_prices(self, machine: Accelerator | None = None) -> tuple[NDArray[np.void], dict[str, WeftError]]:
        """The row of `prices`, with 0 for energies that cannot be had, and why, by memory (or `MAC`, `network`)."""
        schedule = self.schedule if machine is None else reseat(self.schedule, machine)
        machine = schedule.mapping.accelerator
        table = load_energy_table(machine.energy_table)
        found, failed = np.zeros(1, self.row), dict[str, WeftError]()
        found["clock_mhz"] = machine.clock_mhz
        found["leakage_mw"] = leakage_mw(machine)
        found["idle_pj"] = machine.pe_idle_pj
        for name, charge in zip(self.actions, self._charged(schedule), strict=True):
            try:
                found[name] = picojoules(table, charge)
            except WeftError as error:
                failed.setdefault(charge.group, error)
        for name, resource in zip(self.loads, resources(schedule, ()), strict=True):
            found[name] = resource.width or np.inf
        held = [[name for name, _ in need.elements] for need in occupancy(self.schedule)]
        rooms = [rooms_of(site.memory, names) for site, names in zip(schedule.sites, held, strict=True)]
        for name, (_, size) in zip(self.rooms, chain(*rooms), strict=True):
            found[name] = np.inf if size is None else max(size, 0)
        return found, failed

    def _charged(self, schedule: Schedule) -> Iterator[Charge]:
        """What is due, with the components of a schedule on another machine of the structure."""
        uses = [charge.use for charge, _ in self._charges if charge.group != ARITHMETIC]
        yield from charges_of(schedule, uses)
        yield from arithmetic_charges(schedule)

    def check_exact(self) -> None:
        """ValueError for counts from 2^53 on."""
        if max([*self.actions.values(), *(load for load, _ in self.loads.values())], default=0) >= EXACT:
            raise ValueError("counts from 2^53 on are not exact as floating-point numbers")

    def same_structure(self, other: ProgramCounts) -> bool:
        """Whether both count the same, so that their machines differ in prices alone."""
        mine, theirs = (
            (item.counts, item.actions, item.loads, item.rooms, item.compute_cycles, item.elements)
            for item in (self, other)
        )
        return mine == theirs


def price(counts: ProgramCounts, rows: NDArray[np.void]) -> NDArray[np.void]:
    """Energy in picojoules, cycles and seconds by throughput, and whether all fits, for every row of machines [N].

    What leaks and idles counts over the time by throughput. TypeError for what is no array, ValueError for rows of
    other fields, for numbers that no machine has, and for counts from 2^53 on.
    """
    if not isinstance(rows, np.ndarray | np.void):
        raise TypeError(f"price: machines must be machines or an array of rows, not {rows!r:.60}")
    if rows.dtype != counts.row:
        lacking = [name for name in counts.row.names or () if name not in (rows.dtype.names or ())]
        raise ValueError(f"the rows are none of this program; they lack {', '.join(lacking) or 'no field, but differ'}")
    counts.check_exact()
    found = np.empty(rows.shape, PRICED)
    flat, out = np.ascontiguousarray(rows).reshape(-1), found.reshape(-1)
    for start in range(0, flat.size, CHUNK):
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # what comes of it is refused
            _price(counts, flat[start : start + CHUNK], out[start : start + CHUNK])
    return found


def _price(counts: ProgramCounts, rows: NDArray[Any], out: NDArray[Any]) -> None:
    table = rows.view(np.float64).reshape(rows.size, -1)
    first, names = len(TIME_PRICES), counts.row.names or ()
    energy = table[:, first : first + len(counts.actions)] @ np.array(list(counts.actions.values()), np.float64)
    fields, least = dict(zip(names, table.T, strict=True)), dict(zip(names, table.min(axis=0), strict=True))
    for name, column in zip(PRICED.names or (), charged(counts, energy, fields, least), strict=True):
        out[name] = column


def charged(
    counts: ProgramCounts, energy: Column, fields: Mapping[str, Column], least: Mapping[str, float]
) -> tuple[Column, Column, Column, Column]:
    """The columns of `PRICED` from what the actions take and all other fields of machines, which broadcast together.

    `least` has of every field, those of actions included, a number that is not above any of it. Raises ValueError for
    numbers that no machine has. Floating-point errors of such numbers are the caller's to silence.
    """
    clock, leakage, idle = (fields[name] for name in TIME_PRICES)
    busiest: Column = np.float64(counts.compute_cycles)
    for name, (load, units) in counts.loads.items():
        # Most resources are never the busiest, on whichever machine.
        if load > least[name] * units * counts.compute_cycles:
            busiest = np.maximum(busiest, load / (fields[name] * units))
    # Quotients of integers below 2^53 round up exactly, and the most of all as the most of the rounded.
    cycles = np.ceil(busiest)
    fits: Any = np.True_
    for name, needed in counts.rooms.items():
        if least[name] < needed:
            fits = fits & (fields[name] >= needed)
    seconds = cycles / (clock * 1e6)
    if leakage.any() or idle.any():
        elements, busy = counts.elements
        # A milliwatt is 10^9 picojoules a second.
        energy = energy + 1e9 * leakage * seconds + idle * (elements * cycles - busy)
    # A least or a most is NaN if anything is, but for that of Python.
    if not (np.min(list(least.values())) >= 0 and energy.max() < np.inf and seconds.max() < np.inf):
        raise ValueError("a row has numbers of no machine: all are from 0 on, a clock and what carries a load above 0")
    return energy, cycles, seconds, fits
