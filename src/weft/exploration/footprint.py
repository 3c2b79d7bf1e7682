"""The area, the leakage and the power of a machine by itself, in parts that each depend on few of its fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from ..backends.area import (
    AreaTerm,
    area,
    area_without_memories,
    load_area_table,
    memory_area,
    memory_leakage,
    memory_power,
    on_chip,
)
from ..ir import Accelerator, WeftError


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a machine: a memory, or what is called after the memory above it; µm² and mW."""

    name: str
    area_um2: float
    leakage_mw: float
    power_mw: float


@dataclass(frozen=True, slots=True)
class Footprint:
    """The parts of a machine, the same ones for a structure, and the findings about parts by name (`""`: others).

    The first `memories` of them are memories, outermost first. `own_power` says that the area table gives the power,
    whatever runs (A30).
    """

    parts: tuple[Part, ...]
    memories: int
    own_power: bool
    failed: dict[str, WeftError]


def footprint(machine: Accelerator, requires: Mapping[str, int]) -> Footprint:
    """What a machine takes, memories without a capacity as large as `requires` says (bytes by memory).

    Parts that the area table does not reach take nothing, and say why. Raises WeftError for a table that is none.
    """
    own_power, memories = load_area_table(machine.area_table).own_power, len(on_chip(machine))
    try:
        return Footprint(tuple(map(_part, area(machine, requires).terms)), memories, own_power, {})
    except WeftError:
        failed: dict[str, WeftError] = {}
        return Footprint(tuple(_reached(machine, requires, failed)), memories, own_power, failed)


def _part(term: AreaTerm) -> Part:
    return Part(term.name, term.area_um2, term.leakage_mw, term.power_mw)


def _reached(machine: Accelerator, requires: Mapping[str, int], failed: dict[str, WeftError]) -> Iterator[Part]:
    """Part by part, those that cannot be had as nothing."""
    for memory in on_chip(machine):
        own = sum(size for _, size in memory.capacities)
        size = max(requires.get(memory.name, 0), own) if memory.capacity_bytes is None else memory.capacity_bytes
        try:
            um2, leakage, power = (
                float(measure(machine, memory.name, np.array([size]))[0])
                for measure in (memory_area, memory_leakage, memory_power)
            )
            yield Part(memory.name, um2, leakage, power)
        except WeftError as error:
            failed[memory.name] = error
            yield Part(memory.name, 0.0, 0.0, 0.0)
    try:
        yield from map(_part, area_without_memories(machine).others)
    except WeftError as error:
        failed[""] = error
