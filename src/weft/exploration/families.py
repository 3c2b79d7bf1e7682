"""Programs that share units, memories and networks: what all of their tiles need and cost, by closed forms."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ..analysis.reseat import reseat
from ..analysis.resources import resources
from ..backends.cost import Cost
from ..ir import Mapping
from ..passes.pipeline import schedule
from ..search.steps import StepwiseBatch, supports
from ..search.structure.plan import Flags, Floats, Ints
from .areas import RowBlocks, total_area
from .charged import Terms, dynamic_terms, energy_of, power_of, static_terms
from .counting import Counted, Counting, throughput_cycles
from .machines import Structure
from .needs import Needs
from .open_programs import OpenProgram
from .questions import Measured


@dataclass(frozen=True)
class Tiles:
    """Tiles of a family by their `numbers` in the program, with the chains `rows[N, D]` of all dimensions.

    `required` are the bytes that they need of every memory, `capacities` the sizes of the memories that are as large
    as needed. `fits` says on which of P machines every room is large enough: [N, P], or [1, P] if all tiles fit alike.
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
        self.program, self.structure = program, structure
        mapping = Mapping(program.workload, program.bound(first), structure.accelerator)
        self.schedule = schedule(mapping, "warning")
        self.needs = Needs(self.schedule, program, needed)
        self._rows = tuple(reseat(self.schedule, row.accelerator) for row in structure.rows)

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
        for number, row in enumerate(self._rows):
            found.setdefault(tuple(self.needs.limits(row.sites)), []).append(number)
        return [(np.array(limits), machines) for limits, machines in found.items()]

    def measure(self, tiles: Tiles, within: Flags, stepwise: bool, blocks: Sequence[RowBlocks]) -> Measured:
        """The metrics of tiles on all machines, right where they are wanted (`within[N, P]`)."""
        counted = self._counting.count(tiles.rows)
        cycles = self._stepwise(tiles, within) if stepwise else self._throughput(counted)
        energy, power = np.empty(cycles.shape), np.empty(cycles.shape)
        seconds = cycles / self.structure.hertz
        known: dict[Hashable, tuple[Terms, Floats]] = {}
        for item in blocks:
            own = None if item.power is None else item.power.totals()
            for place, number in enumerate(item.rows):
                row, machine = self._rows[number], self.structure.rows[number].accelerator
                key = machine.energy_table, tuple(replace(memory, networks=()) for memory in machine.memories)
                if key not in known:
                    terms = dynamic_terms(row, self._counting.charges, counted.amounts, tiles.capacities)
                    known[key] = terms, energy_of(terms, len(tiles.numbers))
                terms, dynamic = known[key]
                static = static_terms(machine, row.mapping.work, cycles[:, number])
                energy[:, number] = energy_of([*terms, *static], len(dynamic)) if static else dynamic
                if own is not None:
                    power[:, number] = own[:, place]
                else:
                    leaks = [*(leak[place] for leak in item.leaks), *item.memory_leaks]
                    power[:, number] = power_of([*terms, *static], seconds[:, number], leaks)
        return Measured(cycles, energy, total_area(blocks, cycles.shape), power, seconds)

    @cached_property
    def _counting(self) -> Counting:
        return Counting(self.schedule, self.program)

    def _throughput(self, counted: Counted) -> Floats:
        """[N, P] cycles of the busiest resource."""
        cycles = np.empty((len(counted.vectors), len(self._rows)))
        for number, row in enumerate(self._rows):
            cycles[:, number] = throughput_cycles(counted, resources(row, ()), row.mapping)
        return cycles

    @cached_property
    def _batch(self) -> StepwiseBatch | None:
        """Times tiles together on all machines; None if that does not go for this structure."""
        if not supports(self.schedule):
            return None
        machines = [row.accelerator for row in self.structure.rows]
        levels = self.program.levels or ()
        orders = [[d.dimension for d in level] for level in levels]
        spread = [next((d.dimension for d in level if d.spatial), None) for level in levels]
        return StepwiseBatch(self.schedule, machines, orders, spread)

    def _stepwise(self, tiles: Tiles, within: Flags) -> Floats:
        """[N, P] stepwise cycles, at least where they are wanted."""
        if self._batch is not None:
            units = np.tile([level.units for level in self.schedule.levels], (len(tiles.numbers), 1))
            return self._batch.cycles(self.program.chains[tiles.rows], units).astype(np.float64)
        found = np.full(within.shape, np.inf)
        for n in np.flatnonzero(within.any(axis=1)):
            bound = self.program.bound(int(tiles.numbers[n]))
            for p in np.flatnonzero(within[n]):
                machine = self.structure.rows[p].accelerator
                found[n, p] = Cost(schedule(Mapping(self.program.workload, bound, machine), "warning")).cycles_stepwise
        return found
