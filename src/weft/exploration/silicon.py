"""The area and the power of machines by themselves, whatever runs on them (A26, A30)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from ..backends.area import (
    UM2,
    Area,
    added_up,
    area_without_memories,
    memory_area,
    memory_leakage,
    memory_power,
    on_chip,
)
from ..ir import Accelerator, Memory


@dataclass(frozen=True)
class Silicon:
    """What machines take by themselves, by their area tables, to the last digit as `backends.area.Area` adds up.

    No area and no power of a table falls when a width or a capacity grows; nothing leaks less with more width, but
    registers leak more than the memory cells that take their place from some size on. Nothing is made twice.
    """

    _others: dict[Accelerator, Area] = field(default_factory=dict)
    _memories: dict[tuple[Accelerator, str, int], tuple[float, float, float]] = field(default_factory=dict)

    def area_mm2(self, machine: Accelerator) -> float:
        """Square millimetres."""
        others, memories = self._parts(machine)
        return float(added_up(others.area_um2, (item[0] for item in memories))) / UM2

    def power_mw(self, machine: Accelerator) -> float | None:
        """Milliwatts of a table's own power."""
        others, memories = self._parts(machine)
        return float(added_up(others.power_mw, (item[2] for item in memories))) if others.own_power else None

    def leakage_mw(self, machine: Accelerator) -> float:
        """Milliwatts that blocks leak; none where a table has a power of its own."""
        others, memories = self._parts(machine)
        return 0.0 if others.own_power else float(added_up(others.leakage_mw, (item[1] for item in memories)))

    def least_leakage_mw(self, least: Accelerator, largest: Accelerator) -> float:
        """What no machine leaks less than whose widths and capacities are between those of two machines.

        That of the machine, if both are one.
        """
        others, memories = self._parts(least)
        sizes = [size for _, size in _sizes(largest)]
        pairs = zip(memories, _sizes(least), sizes, strict=True)
        known = (item[1] for item, (_, size), most in pairs if size == most)
        return 0.0 if others.own_power else sum(known, others.leakage_mw)

    def _parts(self, machine: Accelerator) -> tuple[Area, list[tuple[float, float, float]]]:
        plain = replace(machine, memories=tuple(replace(item, capacity_bytes=None) for item in machine.memories))
        if plain not in self._others:
            self._others[plain] = area_without_memories(plain)
        return self._others[plain], [self._memory(plain, item.name, size) for item, size in _sizes(machine)]

    def _memory(self, plain: Accelerator, name: str, size: int) -> tuple[float, float, float]:
        key = plain, name, size
        if key not in self._memories:
            sizes = np.array([size])
            measures = (memory_area, memory_leakage, memory_power)
            area, leakage, power = (float(measure(plain, name, sizes)[0]) for measure in measures)
            self._memories[key] = area, leakage, power
        return self._memories[key]


def own_power(silicon: Silicon, machines: Iterable[Accelerator]) -> bool:
    """Whether the tables of all machines have a power by themselves, so that a limit on it says nothing of programs."""
    return all(silicon.power_mw(machine) is not None for machine in machines)


def _sizes(machine: Accelerator) -> list[tuple[Memory, int]]:
    """The memories on the chip with their bytes: without a limit at least what is given to single tensors."""
    return [
        (memory, sum(part for _, part in memory.capacities) if memory.capacity_bytes is None else memory.capacity_bytes)
        for memory in on_chip(machine)
    ]
