"""The area and the power of machines by themselves, whatever runs on them (A26, A30)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ..backends.area import (
    UM2,
    Area,
    added_up,
    area_without_memories,
    load_area_table,
    memory_area,
    memory_leakage,
    memory_power,
    on_chip,
)
from ..ir import Accelerator, Memory
from ..search.structure.plan import Floats, Ints

Measure = Callable[[Accelerator, str, Ints], Floats]
"""What N sizes of a memory take."""


@dataclass(frozen=True)
class Silicon:
    """What machines take by themselves, by their area tables, to the last digit as `backends.area.Area` adds up.

    No area and no power of a table falls when a width or a capacity grows; nothing leaks less with more width, but
    registers leak more than the memory cells that take their place from some size on. Nothing is made twice.
    """

    _others: dict[Accelerator, Area] = field(default_factory=dict)
    _memories: dict[tuple[Measure, Accelerator, str, int], float] = field(default_factory=dict)

    def area_mm2(self, machine: Accelerator) -> float:
        """Square millimetres."""
        plain, others = self._others_of(machine)
        return float(added_up(others.area_um2, self._each(memory_area, plain, _sizes(machine)))) / UM2

    def power_mw(self, machine: Accelerator) -> float | None:
        """Milliwatts of a table's own power."""
        plain, others = self._others_of(machine)
        if not others.own_power:
            return None
        return float(added_up(others.power_mw, self._each(memory_power, plain, _sizes(machine))))

    def leakage_mw(self, machine: Accelerator) -> float:
        """Milliwatts that blocks leak; none where a table has a power of its own."""
        plain, others = self._others_of(machine)
        if others.own_power:
            return 0.0
        return float(added_up(others.leakage_mw, self._each(memory_leakage, plain, _sizes(machine))))

    def least_leakage_mw(self, least: Accelerator, largest: Accelerator) -> float:
        """What no machine leaks less than whose widths and capacities are between those of two machines.

        That of the machine, if both are one.
        """
        plain, others = self._others_of(least)
        pairs = zip(_sizes(least), _sizes(largest), strict=True)
        known = [(memory, size) for (memory, size), (_, most) in pairs if size == most]
        return 0.0 if others.own_power else sum(self._each(memory_leakage, plain, known), others.leakage_mw)

    def _others_of(self, machine: Accelerator) -> tuple[Accelerator, Area]:
        """The machine without sizes, and what it takes without memories."""
        plain = replace(machine, memories=tuple(replace(item, capacity_bytes=None) for item in machine.memories))
        if plain not in self._others:
            self._others[plain] = area_without_memories(plain)
        return plain, self._others[plain]

    def _each(self, measure: Measure, plain: Accelerator, sizes: Sequence[tuple[Memory, int]]) -> Iterator[float]:
        """One of the measures of some memories."""
        for memory, size in sizes:
            key = measure, plain, memory.name, size
            if key not in self._memories:
                self._memories[key] = float(measure(plain, memory.name, np.array([size]))[0])
            yield self._memories[key]


def own_power(machines: Iterable[Accelerator]) -> bool:
    """Whether the tables of all machines have a power by themselves, so that a limit on it says nothing of programs."""
    return all(load_area_table(name).own_power for name in {machine.area_table for machine in machines})


def _sizes(machine: Accelerator) -> list[tuple[Memory, int]]:
    """The memories on the chip with their bytes: without a limit at least what is given to single tensors."""
    return [
        (memory, sum(part for _, part in memory.capacities) if memory.capacity_bytes is None else memory.capacity_bytes)
        for memory in on_chip(machine)
    ]
