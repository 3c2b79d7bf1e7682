"""Area and power of machines whose memories are as large as programs need: terms that are added up once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from ..ir import Accelerator, Schedule, Site
from ..search.structure.plan import Floats, Ints
from .sums import exact_sum


class AreaTable(Protocol):
    """The building blocks of machines, in square micrometres and milliwatts. Equal tables are equal and hashable."""

    @property
    def own_power(self) -> bool:
        """Whether it says what power a machine has, whatever runs."""

    def fixed(self, schedule: Schedule) -> Sequence[tuple[float, float]]:
        """The area and power of all that is no memory, a pair per kind of block."""

    def memory(self, schedule: Schedule, name: str, sizes: Ints) -> tuple[Floats, Floats]:
        """[N] area and power of all instances of a memory, of so many bytes each."""


AreaTables = Callable[[Accelerator], AreaTable]
"""The area table of a machine."""


@dataclass(frozen=True)
class Blocks:
    """Blocks of N programs on P machines: what `memories[M][N]` and `fixed[R][P]` take, in the same unit."""

    memories: tuple[Floats, ...]
    fixed: tuple[Floats, ...]

    def totals(self) -> Floats:
        """[N, P] the sums, rounded once as `fsum` does."""
        shape = (len(self.memories[0]), len(self.fixed[0]))
        return exact_sum([*(item[:, None] for item in self.memories), *(item[None, :] for item in self.fixed)], shape)

    def take(self, chosen: Ints) -> Blocks:
        """The same for some of the programs."""
        return Blocks(tuple(item[chosen] for item in self.memories), self.fixed)


@dataclass(frozen=True)
class RowBlocks:
    """The blocks of N programs on some machines of a structure: `rows` are their numbers there; no `power` of its own
    if the table says none."""

    rows: Ints
    area: Blocks
    power: Blocks | None

    def take(self, chosen: Ints) -> RowBlocks:
        """The same for some of the programs."""
        return RowBlocks(self.rows, self.area.take(chosen), None if self.power is None else self.power.take(chosen))


def row_blocks(schedules: Sequence[Schedule], tables: AreaTables, sizes: Callable[[Site], Ints]) -> Iterator[RowBlocks]:
    """The blocks of programs on the machines of a structure, those together on which memories take the same.

    `sizes` are the bytes of every instance of a memory, per program.
    """
    groups: dict[Hashable, list[int]] = {}
    for number, schedule in enumerate(schedules):
        machine = schedule.mapping.accelerator
        plain = tuple(replace(memory, networks=()) for memory in machine.memories)
        groups.setdefault((tables(machine), plain), []).append(number)
    for rows in groups.values():
        first = schedules[rows[0]]
        table = tables(first.mapping.accelerator)
        memories = [table.memory(first, site.memory.name, sizes(site)) for site in first.sites]
        fixed = [table.fixed(schedules[row]) for row in rows]
        area, power = (
            Blocks(tuple(pair[way] for pair in memories), tuple(np.array(item) for item in _column(fixed, way)))
            for way in (0, 1)
        )
        yield RowBlocks(np.array(rows), area, power if table.own_power else None)


def _column(fixed: Sequence[Sequence[tuple[float, float]]], way: int) -> Iterator[list[float]]:
    return ([pair[way] for pair in kinds] for kinds in zip(*fixed, strict=True))
