"""Area, leakage and power of machines whose memories are as large as programs need (A26, A30)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..backends.area import (
    UM2,
    Area,
    area_without_memories,
    memory_area,
    memory_leakage,
    memory_power,
    on_chip,
)
from ..ir import Accelerator, Memory
from ..search.structure.plan import Floats, Ints

Sizes = Callable[[Memory], Ints]
"""[N] bytes of one instance of a memory, per program."""


@dataclass(frozen=True)
class Blocks:
    """What N programs on P machines take: everything else `fixed[P]`, then one of the `memories[M][N]` after the other.

    In this order the sum is that of `backends.area.Area`, to the last digit.
    """

    fixed: Floats
    memories: tuple[Floats, ...]

    def totals(self) -> Floats:
        """[N, P] the sums."""
        rows = len(self.memories[0]) if self.memories else 1
        found = np.tile(self.fixed, (rows, 1))
        for part in self.memories:
            found += part[:, None]
        return found

    def take(self, chosen: Ints) -> Blocks:
        """The same for some of the programs."""
        return Blocks(self.fixed, tuple(part[chosen] for part in self.memories))


@dataclass(frozen=True)
class RowBlocks:
    """Blocks on some machines of a structure: `rows` are their numbers there. `power` is None if it follows from what
    runs; then `leaks` are the terms of what leaks besides, each [P] or [N]."""

    rows: Ints
    area: Blocks
    power: Blocks | None
    leaks: tuple[Floats, ...]
    memory_leaks: tuple[Floats, ...]

    def take(self, chosen: Ints) -> RowBlocks:
        """The same for some of the programs."""
        power = None if self.power is None else self.power.take(chosen)
        leaks = tuple(part[chosen] for part in self.memory_leaks)
        return RowBlocks(self.rows, self.area.take(chosen), power, self.leaks, leaks)


def total_area(blocks: Sequence[RowBlocks], shape: tuple[int, ...]) -> Floats:
    """[N, P] square millimetres."""
    found = np.empty(shape)
    for item in blocks:
        found[:, item.rows] = item.area.totals() / UM2
    return found


def row_blocks(machines: Sequence[Accelerator], sizes: Sizes) -> Iterator[RowBlocks]:
    """The blocks of programs on the machines of a structure, those together on which memories take the same."""
    groups: dict[Hashable, list[int]] = {}
    for number, machine in enumerate(machines):
        plain = tuple(replace(memory, networks=()) for memory in machine.memories)
        key = machine.area_table, machine.technology_nm, machine.energy_table, machine.clock_mhz, plain
        groups.setdefault(key, []).append(number)
    for rows in groups.values():
        yield _blocks([machines[row] for row in rows], np.array(rows), sizes)


def _blocks(machines: Sequence[Accelerator], rows: Ints, sizes: Sizes) -> RowBlocks:
    first = machines[0]
    memories = [(memory.name, sizes(memory)) for memory in on_chip(first)]
    areas, leaks, powers = (
        tuple(measure(first, name, bytes_each) for name, bytes_each in memories)
        for measure in (memory_area, memory_leakage, memory_power)
    )
    others: list[Area] = [area_without_memories(machine) for machine in machines]
    area = Blocks(np.array([item.area_um2 for item in others]), areas)
    if others[0].own_power:
        return RowBlocks(rows, area, Blocks(np.array([item.power_mw for item in others]), powers), (), ())
    terms = zip(*([term.leakage_mw for term in item.others] for item in others), strict=True)
    return RowBlocks(rows, area, None, tuple(np.array(term) for term in terms), leaks)
