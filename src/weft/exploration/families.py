"""Programs that share units, memories and networks: what all of their tiles need and cost, by closed forms."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ..analysis.reseat import reseat
from ..analysis.resources import resources
from ..backends.cost import Cost
from ..ir import InternalError, Mapping, Schedule
from ..passes.pipeline import schedule
from ..search.structure.plan import Flags, Floats, Ints
from .areas import RowBlocks
from .charged import Terms, dynamic_terms, energy_of, power_of, static_terms
from .counting import Counted, Counting, counts_are_forms, throughput_cycles
from .machines import Structure
from .needs import Needs
from .open_programs import OpenProgram


@dataclass(frozen=True)
class Tiles:
    """Tiles of a family by their `numbers` in the program, with the chains `rows[N, D]` of all dimensions.

    `required` are the bytes that they need of every memory, `capacities` the sizes of the memories that are as large
    as needed.

    `fits` says on which of P machines every room is large enough: [N, P], or [1, P] if all tiles fit on the same.
    """

    numbers: Ints
    rows: Ints
    required: dict[str, Ints]
    capacities: dict[str, Ints]
    fits: Flags

    def take(self, chosen: Ints) -> Tiles:
        """Some of the tiles."""
        required, capacities = (
            {name: sizes[chosen] for name, sizes in known.items()} for known in (self.required, self.capacities)
        )
        fits = self.fits if len(self.fits) == 1 else self.fits[chosen]
        return Tiles(self.numbers[chosen], self.rows[chosen], required, capacities, fits)


class Family:
    """The tiles of a program with the same units of every level, on the machines of a structure.

    `first` is one of them. Raises WeftError if the memories of the structure do not suit the program.
    """

    def __init__(self, program: OpenProgram, structure: Structure, first: int, needed: Sequence[str]) -> None:
        assert program.levels is not None
        self.program, self.structure = program, structure
        mapping = Mapping(program.workload, program.bound(first), structure.accelerator)
        self.schedule = schedule(mapping, "warning")
        self.needs = Needs(self.schedule, program, needed)
        self.rows = tuple(reseat(self.schedule, row.accelerator) for row in structure.rows)

    @property
    def closed(self) -> bool:
        """Whether its counts are closed forms."""
        return counts_are_forms(self.schedule)

    @cached_property
    def hertz(self) -> Floats:
        """[P] the clocks of the machines."""
        return np.array([row.mapping.accelerator.clock_mhz * 1e6 for row in self.rows])

    @cached_property
    def counting(self) -> Counting:
        """Counts its tiles."""
        return Counting(self.schedule, self.program)

    def tiles(self, numbers: Ints, rows: Ints) -> Tiles:
        """What tiles need, and on which machines that is there."""
        needed = self.needs.bytes(rows)
        fits = self.structure.possible[None, :]
        if any(np.isfinite(limits).any() for limits, _ in self._limits):
            fits = np.tile(fits, (len(numbers), 1))
            for limits, machines in self._limits:
                fits[:, machines] &= np.all(needed <= limits, axis=1, keepdims=True)
        return Tiles(numbers, rows, self.needs.required(needed), self.needs.capacities(needed), fits)

    @cached_property
    def _limits(self) -> list[tuple[Floats, list[int]]]:
        """The room limits of the machines, equal ones together."""
        found: dict[tuple[float, ...], list[int]] = {}
        for number, row in enumerate(self.rows):
            found.setdefault(tuple(self.needs.limits(row.sites)), []).append(number)
        return [(np.array(limits), rows) for limits, rows in found.items()]

    def count(self, tiles: Tiles) -> Counted:
        """What tiles count. InternalError for counts beyond what floating-point numbers hold."""
        found = self.counting.count(tiles.rows)
        if found is None:
            raise InternalError(f"{self.program.name}: counts from 2^53 on")
        return found

    def charge(
        self, tiles: Tiles, counted: Counted, cycles: Floats, blocks: Sequence[RowBlocks]
    ) -> tuple[Floats, Floats]:
        """[N, P] picojoules and milliwatts of tiles on all machines, which take so many cycles."""
        energy, power = np.empty(cycles.shape), np.empty(cycles.shape)
        known: dict[Hashable, tuple[Terms, Floats]] = {}
        macs, seconds = self.program.workload.macs, cycles / self.hertz
        for item in blocks:
            own = None if item.power is None else item.power.totals()
            for place, number in enumerate(item.rows):
                row, machine = self.rows[number], self.rows[number].mapping.accelerator
                key = machine.energy_table, tuple(replace(memory, networks=()) for memory in machine.memories)
                if key not in known:
                    terms = dynamic_terms(row, self.counting.charges, counted.amounts, tiles.capacities)
                    known[key] = terms, energy_of(terms, len(tiles.numbers))
                terms, dynamic = known[key]
                static = static_terms(machine, macs, cycles[:, number])
                energy[:, number] = energy_of([*terms, *static], len(dynamic)) if static else dynamic
                if own is not None:
                    power[:, number] = own[:, place]
                else:
                    leaks = [*(leak[place] for leak in item.leaks), *item.memory_leaks]
                    power[:, number] = power_of([*terms, *static], seconds[:, number], leaks)
        return energy, power

    def throughput(self, counted: Counted) -> tuple[Floats, Ints]:
        """[N, P] cycles of the busiest resource, and which it is: a place in `resource_names`, from -1 on."""
        lanes = self.schedule.mapping.accelerator.lanes
        shape = len(counted.vectors), len(self.rows)
        cycles, busiest = np.empty(shape), np.empty(shape, np.int64)
        for number, row in enumerate(self.rows):
            cycles[:, number], busiest[:, number] = throughput_cycles(counted, resources(row, ()), lanes)
        return cycles, busiest

    def stepwise(self, tiles: Tiles, wanted: Flags) -> Floats:
        """[N, P] stepwise cycles where they are wanted, else infinity."""
        found = np.full(wanted.shape, np.inf)
        for n, p in np.argwhere(wanted):
            found[n, p] = stepwise_cycles(self.tile_schedule(int(tiles.numbers[n]), int(p)))
        return found

    def tile_schedule(self, number: int, row: int) -> Schedule:
        """The schedule of one tile on one machine."""
        machine = self.rows[row].mapping.accelerator
        return schedule(Mapping(self.program.workload, self.program.bound(number), machine), "warning")


def stepwise_cycles(found: Schedule) -> int:
    """The stepwise time of a schedule, whatever else it costs."""
    return Cost(found).cycles_stepwise
