"""One program on all machines of a structure: counted once, priced as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..analysis.occupancy import Occupancy, occupancy
from ..analysis.reseat import reseat
from ..backends.cost import Cost, ProgramCounts, price
from ..ir import Accelerator, Schedule, Setting, machine_problems, with_values
from .footprint import footprint
from .price_grid import Column, PriceGrid, RowMaker, columns

RESULT = np.dtype(
    [
        ("cycles", "f8"),
        ("seconds", "f8"),
        ("energy_pj", "f8"),
        ("area_mm2", "f8"),
        ("power_mw", "f8"),
        ("reason", "i4"),
        ("fits", "?"),
    ]
)
"""A program on a machine; numbers are NaN where there is no machine or no price. `reason` is that of `Reasons`."""

Rows = NDArray[np.void]


class Reasons:
    """Why programs do not fit, each text once and with a number; 0 is no reason."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {"": 0}

    def number(self, text: str) -> int:
        """The number of a text."""
        return self._numbers.setdefault(text, len(self._numbers))

    @property
    def texts(self) -> NDArray[np.object_]:
        """All texts by number."""
        return np.array(list(self._numbers), object)


@dataclass(frozen=True)
class PricedProgram:
    """A schedule on the machines of a grid; `machine` has all fields but those of the grid's variables."""

    schedule: Schedule
    machine: Accelerator
    grid: PriceGrid
    reasons: Reasons
    stepwise: bool = False

    @cached_property
    def counts(self) -> ProgramCounts:
        """What the program counts, on all machines alike."""
        return ProgramCounts(self.schedule)

    @cached_property
    def needs(self) -> dict[str, Occupancy]:
        """What every memory that takes part must hold, by name."""
        return {need.site.memory.name: need for need in occupancy(self.schedule)}

    @cached_property
    def _requires(self) -> dict[str, int]:
        return {name: need.bytes_needed for name, need in self.needs.items()}

    @cached_property
    def _columns(self) -> tuple[Column, ...]:
        """The row of prices, then a problem for every part of the machine, then its areas and powers."""
        return columns(self.grid, self._charges)

    @cached_property
    def _maker(self) -> RowMaker:
        return RowMaker(self._columns[: len(self.counts.row.names or ())], self.counts.row)

    @cached_property
    def _parts(self) -> int:
        """How many problems there are: of each memory, the arithmetic, the networks and the rest."""
        return len(self.machine.memories) + 1

    def machine_of(self, values: Sequence[Setting]) -> Accelerator:
        """The machine with these values of the grid's variables."""
        return with_values(self.machine, zip(self.grid.variables, values, strict=True))

    def _charges(self, values: tuple[Setting, ...]) -> NDArray[np.float64]:
        machine = self.machine_of(values)
        row, failed = self.counts.tried_prices(machine)
        names = [memory.name for memory in machine.memories]
        problems = [0] * self._parts
        for place, text in machine_problems(machine):
            part = int(place[1]) if place[0] == "memories" else -1
            problems[part] = problems[part] or self.reasons.number(text)
        for group, error in failed.items():
            part = names.index(group) if group in names else -1
            first = error.diagnostics[0]
            problems[part] = problems[part] or self.reasons.number(f"{first.code}: {first.message}")
        parts = footprint(reseat(self.schedule, machine), self._requires)
        return np.array([*row[0].item(), *problems, *(area for area, _ in parts), *(power for _, power in parts)])

    def results(self, digits: Sequence[Any], rows: int) -> Rows:
        """The program on a block of machines of the grid."""
        width = len(self.counts.row.names or ())
        blocks = [column.at(digits) for column in self._columns[width:]]
        problems = np.broadcast_to(_first(blocks[: self._parts]), rows)
        areas = blocks[self._parts :]
        half = len(areas) // 2
        found = np.empty(rows, RESULT)
        found["area_mm2"], found["power_mw"] = sum(areas[:half]), sum(areas[half:])
        table = self._maker.rows(digits, rows)
        self._price(table, found, problems)
        if self.stepwise:
            self._step(digits, found)
        return found

    def _price(self, table: Rows, found: Rows, problems: NDArray[Any]) -> None:
        try:
            priced = price(self.counts, table)
        except ValueError as error:
            problems = np.where(problems == 0, self.reasons.number(str(error)), problems)
            priced = np.zeros(table.shape, [("energy_pj", "f8"), ("cycles", "f8"), ("seconds", "f8"), ("fits", "?")])
        for name in ("cycles", "seconds", "energy_pj", "fits"):
            found[name] = priced[name]
        found["reason"] = 0
        if not priced["fits"].all():
            self._say_what_is_full(table, found)
        if problems.any():
            wrong = problems != 0
            for name in ("cycles", "seconds", "energy_pj", "area_mm2", "power_mw"):
                found[name][wrong] = np.nan
            found["fits"][wrong] = False
            found["reason"][wrong] = problems[wrong]

    def _say_what_is_full(self, table: Rows, found: Rows) -> None:
        full = np.zeros(len(table), np.int32)
        for name, needed in self.counts.rooms.items():
            memory, tensors = name.removeprefix("bytes: ").split(" ")
            text = f"{memory} needs {needed} bytes for {tensors.replace('+', ', ')}"
            full = np.where((full == 0) & (table[name] < needed), self.reasons.number(text), full)
        found["reason"] = full

    def _step(self, digits: Sequence[Any], found: Rows) -> None:
        """Cycles step by step and what leaks and idles over them, machine by machine."""
        every = [np.broadcast_to(digit, len(found)) for digit in digits]
        for row in np.flatnonzero(~np.isnan(found["cycles"])):
            numbers = [int(digit[row]) for digit in every]
            values = [variable.values[n] for variable, n in zip(self.grid.variables, numbers, strict=True)]
            cost = Cost(reseat(self.schedule, self.machine_of(values)))
            found["cycles"][row] = cost.cycles_stepwise
            found["seconds"][row], found["energy_pj"][row] = cost.seconds(), cost.energy_pj


def _first(problems: Sequence[Any]) -> Any:
    """The first problem of every machine."""
    found: Any = np.int32(0)
    for problem in problems:
        found = np.where(found == 0, np.asarray(problem, np.int32), found)
    return found
