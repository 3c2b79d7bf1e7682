"""Tiles that closed forms do not reach, each evaluated by itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import nan
from typing import Any

import numpy as np

from ..analysis.occupancy import occupancy
from ..backends.cost import Cost
from ..backends.energy import static_energy, total
from ..ir import Accelerator, Mapping, Schedule, WeftError
from ..passes.pipeline import schedule
from ..search.structure.plan import Flags, Floats, Ints
from .areas import RowBlocks, total_area
from .capacities import needed_capacities
from .charged import power_of
from .families import Tiles
from .machines import Structure, with_capacities
from .open_programs import OpenProgram
from .questions import Measured


class OneByOne:
    """The tiles of a program on the machines of a structure, whatever they have."""

    def __init__(self, program: OpenProgram, structure: Structure, needed: Sequence[str]) -> None:
        self.program, self.structure, self.needed = program, structure, tuple(needed)
        self._schedule = lru_cache(maxsize=1 << 8)(self._scheduled)

    def tiles(self, numbers: Ints) -> Tiles:
        """What tiles need, and on which machines they are legal and fit."""
        names = [memory.name for memory in self.structure.accelerator.memories]
        required = {name: np.zeros(len(numbers), np.int64) for name in names}
        capacities = {name: np.ones(len(numbers), np.int64) for name in self.needed}
        fits = np.zeros((len(numbers), len(self.structure.rows)), np.bool_)
        for n, number in enumerate(numbers):
            for p, row in enumerate(self.structure.rows):
                found = self._schedule(int(number), row.accelerator) if row.possible else None
                if found is not None:
                    fits[n, p] = all(need.fits for need in occupancy(found))
                    self._note(found, n, required, capacities)
        return Tiles(numbers, np.zeros((len(numbers), 0), np.int64), required, capacities, fits)

    def _note(self, found: Schedule, n: int, required: dict[str, Ints], capacities: dict[str, Ints]) -> None:
        for need in occupancy(found):
            if need.site.memory.name in required:
                required[need.site.memory.name][n] = need.bytes_needed
        for name, size in needed_capacities(found, self.needed).items():
            capacities[name][n] = size

    def _scheduled(self, number: int, machine: Accelerator) -> Schedule | None:
        try:
            return schedule(Mapping(self.program.workload, self.program.bound(number), machine), "warning")
        except WeftError:
            return None

    def measure(self, tiles: Tiles, within: Flags, stepwise: bool, blocks: Sequence[RowBlocks]) -> Measured:
        """The metrics of tiles on all machines where they are wanted (`within[N, P]`); else infinite."""
        cycles, energy, power = (np.full(within.shape, np.inf) for _ in range(3))
        blocks_of = {int(row): (item, place) for item in blocks for place, row in enumerate(item.rows)}
        for n, p in np.argwhere(within):
            sizes = {name: int(found[n]) for name, found in tiles.capacities.items()}
            machine = with_capacities(self.structure.rows[p].accelerator, sizes)
            found = self._scheduled(int(tiles.numbers[n]), machine)
            assert found is not None
            try:
                cycles[n, p], energy[n, p], terms = _costs(Cost(found), "stepwise" if stepwise else "throughput")
            except WeftError:  # the energy table does not reach its memories
                energy[n, p] = nan
                continue
            item, place = blocks_of[int(p)]
            if item.power is not None:
                power[n, p] = item.power.take(np.array([n])).totals()[0, place]
            else:
                leaks = [*(leak[place] for leak in item.leaks), *(leak[n] for leak in item.memory_leaks)]
                power[n, p] = power_of(terms, cycles[n : n + 1, p] / self.structure.hertz[p], leaks)[0]
        seconds = cycles / self.structure.hertz
        return Measured(cycles, energy, total_area(blocks, cycles.shape), power, seconds)


def _costs(cost: Cost, time: str) -> tuple[int, float, list[tuple[str, Floats]]]:
    """Cycles, picojoules, and the terms of these; what leaks and idles does so over the time of the model."""
    cycles = cost.cycles(time)
    machine: Any = cost.schedule.mapping.accelerator
    terms = (*cost.dynamic_energy, *static_energy(machine, cost.schedule.mapping.work, cycles))
    return cycles, total(terms), [(term.component, np.array([term.picojoules])) for term in terms]
