"""One program on all machines of a structure: counted once, priced as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..analysis.occupancy import Occupancy, occupancy
from ..analysis.reseat import reseat
from ..backends.area import UM2, added_up
from ..backends.cost import Cost, ProgramCounts, charged
from ..ir import Accelerator, Schedule, Setting, WeftError, machine_problems, with_values
from .footprint import Footprint, footprint
from .price_grid import Column, Numbers, Patch, PriceGrid, columns
from .sums import exact_sum

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

NUMBERS = ("cycles", "seconds", "energy_pj", "area_mm2", "power_mw")
"""Those of a result that may lack."""

_ROOM = ("capacity_bytes", "read_bandwidth", "write_bandwidth", "shared_bandwidth")
"""Fields of a memory that act together on what an access costs and on its area."""

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
    def _names(self) -> tuple[str, ...]:
        return tuple(memory.name for memory in self.machine.memories)

    @cached_property
    def _prices(self) -> tuple[Column, ...]:
        """The row of prices, then a problem for every memory and one for the rest."""
        fields = [*(self.counts.row.names or ()), *(f"problem {name}" for name in self._names), ""]
        touched = {name: self._varied(number, _ROOM) for number, name in enumerate(self._names)}
        return columns(self.grid, self._charges, lambda field: touched.get(f"{fields[field]} ".split(" ")[1], ()))

    @cached_property
    def _base(self) -> Footprint:
        """What the first machine takes."""
        return footprint(self.machine_of([item.values[0] for item in self.grid.variables]), self._requires)

    @cached_property
    def _areas(self) -> tuple[Column, ...]:
        """A problem for every memory and one for the rest, then areas, leakages and powers of all parts."""
        names = [*self._names, "", *[part.name for part in self._base.parts] * 3]
        return columns(self.grid, self._takes, lambda field: self._acting(names[field]))

    def _acting(self, part: str) -> set[int]:
        """The variables that act together on a part: on a memory, on the networks below one, or on all networks."""
        if part in self._names:
            return self._varied(self._names.index(part), _ROOM)
        above = part.split(" ")[0]
        numbers = [self._names.index(above)] if above in self._names else range(len(self._names))
        return {found for number in numbers for found in self._varied(number, ("networks",))}

    def _varied(self, memory: int, fields: Sequence[str]) -> set[int]:
        """The variables that vary one of some fields of a memory."""
        return {
            number
            for number, variable in enumerate(self.grid.variables)
            if any(place[:2] == ("memories", memory) and place[2] in fields for place in variable.places)
        }

    @cached_property
    def _fields(self) -> dict[str, Column]:
        """What the machines charge, by the fields of a row."""
        return dict(zip(self.counts.row.names or (), self._prices, strict=False))

    @cached_property
    def _least(self) -> dict[str, float]:
        return {name: float(column.values.min()) for name, column in self._fields.items()}

    def machine_of(self, values: Sequence[Setting]) -> Accelerator:
        """The machine with these values of the grid's variables."""
        return with_values(self.machine, zip(self.grid.variables, values, strict=True))

    def _charges(self, values: tuple[Setting, ...]) -> NDArray[np.float64]:
        machine = self.machine_of(values)
        row, failed = self.counts.tried_prices(machine)
        broken = [0] * (len(self._names) + 1)
        for place, text in machine_problems(machine):
            broken[int(place[1]) if place[0] == "memories" else -1] = self.reasons.number(text)
        problems = (rule or price for rule, price in zip(broken, self._problems(failed), strict=True))
        return np.array([*row[0].item(), *problems])

    def _takes(self, values: tuple[Setting, ...]) -> NDArray[np.float64]:
        found = footprint(self.machine_of(values), self._requires)
        areas, leaks = [part.area_um2 for part in found.parts], [part.leakage_mw for part in found.parts]
        powers = [part.power_mw for part in found.parts]
        return np.array([*self._problems(found.failed), *areas, *leaks, *powers])

    def _problems(self, failed: Mapping[str, WeftError]) -> list[int]:
        """The problem of every memory and of the rest, by the findings about parts."""
        problems = [0] * (len(self._names) + 1)
        for part, error in failed.items():
            first = error.diagnostics[0]
            number = self._names.index(part) if part in self._names else -1
            problems[number] = problems[number] or self.reasons.number(f"{first.code}: {first.message}")
        return problems

    def results(self, patch: Patch) -> Rows:
        """The program on some machines of the grid."""
        count = len(self._names) + 1
        areas = [column.at(patch) for column in self._areas]
        problems = [column.at(patch) for column in self._prices[-count:]] + areas[:count]
        found = np.empty(patch.shape, RESULT)
        self._price(patch, found)
        if self.stepwise:
            self._step(patch, found)
        parts = len(self._base.parts)
        area, leakage, power = (self._sum(areas[count + kind * parts :][:parts]) for kind in range(3))
        found["area_mm2"] = area / UM2
        with np.errstate(invalid="ignore"):
            spent = found["energy_pj"] * 1e-9 / found["seconds"]
        found["power_mw"] = power if self._base.own_power else spent + leakage
        if found["reason"].any():
            problems.append(np.where(np.isnan(found["cycles"]), found["reason"], 0))
        _refuse(found, _first(*problems))
        return found.reshape(-1)

    def _sum(self, parts: Sequence[Numbers]) -> Numbers:
        """All parts of machines together, to the last digit as `backends.area.Area` has them."""
        memories = self._base.memories
        found: Numbers = added_up(exact_sum(_small_first(parts[memories:])), parts[:memories])
        return found

    def _price(self, patch: Patch, found: Rows) -> None:
        found["reason"] = 0
        fields = {name: column.at(patch) for name, column in self._fields.items()}
        spent = [times * fields[name] for name, times in self.counts.actions.items()]
        try:
            self.counts.check_exact()
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # what comes of it is refused
                priced = charged(self.counts, exact_sum(_small_first(spent)), fields, self._least)
        except ValueError as error:
            _refuse(found, np.int32(self.reasons.number(str(error))))
            return
        found["energy_pj"], found["cycles"], found["seconds"], found["fits"] = priced
        if not np.all(priced[-1]):
            self._say_what_is_full(fields, found)

    def _say_what_is_full(self, fields: Mapping[str, Numbers], found: Rows) -> None:
        full: Any = np.int32(0)
        for name, needed in self.counts.rooms.items():
            memory, tensors = name.removeprefix("bytes: ").split(" ")
            text = f"{memory} needs {needed} bytes for {tensors.replace('+', ', ')}"
            full = np.where((full == 0) & (fields[name] < needed), self.reasons.number(text), full)
        found["reason"] = full

    def _step(self, patch: Patch, found: Rows) -> None:
        """Cycles step by step and what leaks and idles over them, machine by machine."""
        for place in zip(*np.nonzero(~np.isnan(found["cycles"])), strict=True) if patch.ranges else [()]:
            numbers = (item.start + int(digit) for item, digit in zip(patch.ranges, place, strict=True))
            values = [variable.values[n] for variable, n in zip(self.grid.variables, numbers, strict=True)]
            cost = Cost(reseat(self.schedule, self.machine_of(values)))
            found["cycles"][place] = cost.cycles_stepwise
            found["seconds"][place], found["energy_pj"][place] = cost.seconds(), cost.energy_pj


def _small_first(parts: Sequence[Numbers]) -> list[Numbers]:
    """Sums are the sooner made the later they grow."""
    return sorted(parts, key=np.size)


def _first(*problems: Any) -> Any:
    """The first problem of every machine."""
    found: Any = np.int32(0)
    for problem in problems:
        found = np.where(found == 0, np.asarray(problem, np.int32), found)
    return found


def _refuse(found: Rows, problems: Any) -> None:
    """Take the numbers from the machines that have a problem."""
    if np.any(problems):
        problems = np.broadcast_to(problems, found.shape)
        wrong = problems != 0
        for name in NUMBERS:
            found[name][wrong] = np.nan
        found["fits"][wrong] = False
        found["reason"][wrong] = problems[wrong]
