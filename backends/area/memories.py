"""Areas and leakages of memories, for many capacities at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...ir import Diagnostic, WeftError
from ..energy.estimator import Component, Estimate, ask_estimator
from .entries import AreaPoint, Asked, Block, MemoryEntry, Points, Sram, Units
from .geometry import Room
from .table import AreaTable

Sizes = NDArray[np.int64]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measures:
    """Of all copies of a memory, by capacity: square micrometres, milliwatts leaked, and of a power of its own."""

    area_um2: Numbers
    leakage_mw: Numbers
    power_mw: Numbers


def measure(table: AreaTable, room: Room, nm: float, sizes: Sizes) -> Measures:
    """All copies of a memory, with so many bytes in each.

    WeftError W205 for what the table does not reach. A memory without bytes is none, and takes no place.
    """
    entry: MemoryEntry = table.pe if room.role == "pe" else table.buffer
    if isinstance(entry, Units):
        return _of_units(entry, table, room, sizes)
    banks = room.memory.banks
    bank = -(-sizes // banks)
    area, leakage = _bank(entry, table, room, nm, bank)
    there = np.where(sizes > 0, float(room.copies * banks), 0.0)
    return Measures(there * area, there * leakage, np.zeros(len(sizes)))


def _of_units(entry: Units, table: AreaTable, room: Room, sizes: Sizes) -> Measures:
    units = room.copies * np.maximum(-(-sizes // entry.unit_bytes), entry.at_least).astype(np.float64)
    return Measures(units * (entry.area_um2 * table.spread), units * entry.leakage_mw, units * entry.power_mw)


def _bank(
    entry: Points | Sram | Asked, table: AreaTable, room: Room, nm: float, bank: Sizes
) -> tuple[Numbers, Numbers]:
    """Area and leakage of one bank by its bytes."""
    if isinstance(entry, Sram):
        return _of_cells(entry, table, room, nm, bank)
    if isinstance(entry, Asked):
        found = _asked(entry, room, nm, bank)
        return found[0] * table.spread, found[1]
    area = _between(entry.points, bank, lambda point: point.area_um2, table, room)
    leakage = _between(entry.points, bank, lambda point: point.leakage_mw, table, room)
    return area * (table.area_factor(entry.nm, nm) * table.spread), leakage * table.leakage_factor(entry.nm, nm)


def _of_cells(entry: Sram, table: AreaTable, room: Room, nm: float, bank: Sizes) -> tuple[Numbers, Numbers]:
    """Cells of SRAM or of registers, whichever take less, and the counters that address them."""
    bits = 8.0 * bank.astype(np.float64)
    sram, registers = _sram_and_registers(entry, table, room, nm, bits)
    leaking = entry.leakage_nw_per_bit.at(nm, f"the SRAM leakage of '{table.name}'") * 1e-6
    of_registers = table.leakage_mw(entry.register, nm) * bits
    leakage = np.where(registers <= sram, of_registers, leaking * np.maximum(bits, 8.0 * entry.least_bytes))
    counters = room.ports * _address_bits(bits)
    area = np.minimum(registers, sram) + table.place_um2(entry.address, nm) * counters
    return area, leakage + table.leakage_mw(entry.address, nm) * counters


def _sram_and_registers(entry: Sram, table: AreaTable, room: Room, nm: float, bits: Numbers) -> tuple[Numbers, Numbers]:
    """The place of a bank of so many bits either way."""
    cell = entry.cell_um2.at(nm, f"the SRAM cell of '{table.name}'") * table.spread
    grown = entry.cells_per_bit * (1 + entry.port_growth * (room.ports - 1)) ** 2
    sram = cell * (grown * np.maximum(bits, 8.0 * entry.least_bytes) + entry.cells_per_port_bit * room.port_bits)
    return sram, table.place_um2(entry.register, nm) * bits


def _address_bits(bits: Numbers) -> Numbers:
    """Bits of a counter over the bytes of a bank."""
    counter: Numbers = np.ceil(np.log2(np.maximum(bits / 8, 1.0)))
    return counter


def _between(
    points: tuple[AreaPoint, ...], bank: Sizes, of: Callable[[AreaPoint], float], table: AreaTable, room: Room
) -> Numbers:
    """Straight lines in logarithms between the points; straight where one of them is 0."""
    low, high = points[0].capacity_bytes, points[-1].capacity_bytes
    beyond = bank[(bank > 0) & ((bank < low) | (bank > high))]
    if len(beyond):
        raise WeftError(_out_of_reach(table, room, int(beyond[0]), f"{low} to {high}"))
    capacities, values = np.array([point.capacity_bytes for point in points]), np.array([of(point) for point in points])
    at, place = np.log(capacities), np.log(np.maximum(bank, low))
    above = (values > 0).all()
    line = np.exp(np.interp(place, at, np.log(values))) if above else np.interp(place, at, values)
    # What a source says of a size is meant to the last digit.
    nearest = np.minimum(np.searchsorted(capacities, bank), len(capacities) - 1)
    found: Numbers = np.where(capacities[nearest] == bank, values[nearest], line)
    return found


def _asked(entry: Asked, room: Room, nm: float, bank: Sizes) -> tuple[Numbers, Numbers]:
    """What an estimator says of every size, each asked for once."""
    sizes, places = np.unique(bank, return_inverse=True)
    answers = [_answer(entry, room, nm, int(size)) for size in sizes]
    area = np.array([answer.area_um2 or 0.0 for answer in answers])
    leakage = np.array([answer.leakage_mw or 0.0 for answer in answers])
    return area[places], leakage[places]


def _answer(entry: Asked, room: Room, nm: float, size: int) -> Estimate:
    if not size:
        return Estimate(area_um2=0.0)
    memory = room.memory
    width = room.port_bits // room.ports
    technology = entry.technology or f"{nm:g} nm"
    component = Component(room.role, memory.name, width, memory.block_size, size, memory.banks, technology, room.ports)
    return known(ask_estimator(entry.estimator, component, "area"), entry, component)


def known(answer: Estimate | None, entry: Asked, component: Component) -> Estimate:
    """An estimator's answer; WeftError W205 if it knows none."""
    if answer is not None:
        return answer
    message = f"the estimator '{entry.estimator}' knows no area of {component.name} ({component.role})"
    raise WeftError(Diagnostic("W205", message, hint="name another estimator, or give the entry a value"))


def source_of(table: AreaTable, room: Room, nm: float, size: int) -> str:
    """Where the area of a memory of one capacity is from, and how it came about."""
    entry: MemoryEntry = table.pe if room.role == "pe" else table.buffer
    banks = room.memory.banks
    bank = -(-size // banks)
    if isinstance(entry, Asked):
        return _answer(entry, room, nm, bank).source or f"estimator '{entry.estimator}'"
    parts = [f"{table.name}.{room.role}", f"{size} bytes" + (f" in {banks} banks" if banks > 1 else "")]
    if isinstance(entry, Sram):
        sram, registers = _sram_and_registers(entry, table, room, nm, np.array([8.0 * bank]))
        ports = "1 port" if room.ports == 1 else f"{room.ports} ports"
        made_of = f"SRAM with {ports} of {room.port_bits // room.ports} bits" if sram < registers else "registers"
        parts += [made_of, f"{nm:g} nm"]
    return f"{': '.join(parts[:2])}{''.join(f', {part}' for part in parts[2:])}; {entry.source}"


def block_source(name: str, block: Block, nm: float) -> str:
    """Where the area of a block is from, and from which node it was scaled."""
    scaled = f", from {block.nm:g} to {nm:g} nm" if block.nm not in (None, nm) else ""
    return f"{name}: {block.source}{scaled}"


def _out_of_reach(table: AreaTable, room: Room, size: int, reach: str) -> Diagnostic:
    message = f"the area table '{table.name}' has no '{room.role}' for {room.memory.name} with {size} bytes a bank"
    note = f"its points are for {reach} bytes"
    return Diagnostic("W205", message, notes=(note,), hint="set capacity_bytes, or bring a table that reaches there")
