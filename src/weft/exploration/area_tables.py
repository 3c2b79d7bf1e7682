"""The area table that a machine names, for many capacities at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..backends.energy import AreaTerm, area_power, load_energy_table
from ..ir import Accelerator, Schedule
from ..search.structure.plan import Floats, Ints
from .areas import AreaTable


@dataclass(frozen=True)
class _Blocks:
    """The blocks of an energy table's machine."""

    energy_table: str

    @property
    def own_power(self) -> bool:
        return True

    def fixed(self, schedule: Schedule) -> list[tuple[float, float]]:
        names = {site.memory.name for site in schedule.sites}
        return [(term.area_um2, term.power_mw) for term in self._terms(schedule, 0) if term.name not in names]

    def memory(self, schedule: Schedule, name: str, sizes: Ints) -> tuple[Floats, Floats]:
        term = next((term for term in self._terms(schedule, 1) if term.name == name), None)
        if term is None:
            return np.zeros(len(sizes)), np.zeros(len(sizes))
        return sizes * term.area_um2, sizes * term.power_mw

    def _terms(self, schedule: Schedule, size: int) -> Iterator[AreaTerm]:
        requires = {site.memory.name: size for site in schedule.sites}
        return iter(area_power(schedule, requires, load_energy_table(self.energy_table)).terms)


def area_table(machine: Accelerator) -> AreaTable:
    """The area table of a machine."""
    return _Blocks(machine.energy_table)
