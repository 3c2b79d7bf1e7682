"""Area and leakage of a machine from building blocks (model A26)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from ...ir import Accelerator, Memory
from ..energy import load_energy_table
from ..energy.estimator import Component, ask_estimator
from .entries import Arithmetic, Asked, Block, Macs
from .geometry import on_chip, operand_bits, room, sum_bits
from .loading import load_area_table
from .memories import Measures, Numbers, Sizes, block_source, known, measure, source_of
from .networks import block_term, network_terms
from .nodes import node_of
from .table import AreaTable
from .terms import Area, AreaTerm


def area(accelerator: Accelerator, requires: Mapping[str, int]) -> Area:
    """What stands on the chip, from the machine alone.

    A memory has its capacity in bytes, or, without one, what `requires` says (bytes per instance, by memory; 0 where it
    says nothing) and at least what it gives to single tensors. Raises `WeftError` W205 for what the table does not
    reach.
    """
    table = load_area_table(accelerator.area_table)
    memories = tuple(_memory_term(table, accelerator, memory, requires) for memory in on_chip(accelerator))
    return Area(memories, _others(table, accelerator), table.own_power)


def area_without_memories(accelerator: Accelerator) -> Area:
    """Everything that no capacity changes: arithmetic, registers and networks."""
    table = load_area_table(accelerator.area_table)
    return Area((), _others(table, accelerator), table.own_power)


def memory_area(accelerator: Accelerator, memory_name: str, sizes: Sizes) -> Numbers:
    """Square micrometres of all instances of a memory on the chip, by bytes of one instance; KeyError for a name of
    none. `area` is exactly `area_without_memories` plus these, outermost first."""
    return _measures(accelerator, memory_name, sizes).area_um2


def memory_leakage(accelerator: Accelerator, memory_name: str, sizes: Sizes) -> Numbers:
    """Milliwatts that all instances leak, as `memory_area`; 0 for a memory with a `leakage_mw` of its own."""
    return _measures(accelerator, memory_name, sizes).leakage_mw


def memory_power(accelerator: Accelerator, memory_name: str, sizes: Sizes) -> Numbers:
    """Milliwatts of the table's own power of a memory, as `memory_area`; 0 if the table has none."""
    return _measures(accelerator, memory_name, sizes).power_mw


def _measures(accelerator: Accelerator, memory_name: str, sizes: Sizes) -> Measures:
    memory = {memory.name: memory for memory in on_chip(accelerator)}[memory_name]
    return _measured(load_area_table(accelerator.area_table), accelerator, memory, sizes)


def _measured(table: AreaTable, accelerator: Accelerator, memory: Memory, sizes: Sizes) -> Measures:
    found = measure(table, room(accelerator, memory), node_of(accelerator), sizes)
    if memory.leakage_mw > 0:
        return Measures(found.area_um2, np.zeros(len(sizes)), found.power_mw)
    return found


def _memory_term(table: AreaTable, accelerator: Accelerator, memory: Memory, requires: Mapping[str, int]) -> AreaTerm:
    given = sum(part for _, part in memory.capacities)
    size = max(requires.get(memory.name, 0), given) if memory.capacity_bytes is None else memory.capacity_bytes
    found = _measured(table, accelerator, memory, np.array([size]))
    total, leakage, power = (float(part[0]) for part in (found.area_um2, found.leakage_mw, found.power_mw))
    place = room(accelerator, memory)
    source = source_of(table, place, node_of(accelerator), size)
    return AreaTerm(memory.name, place.copies, total / place.copies, total, leakage, power, source)


def _others(table: AreaTable, accelerator: Accelerator) -> tuple[AreaTerm, ...]:
    nm = node_of(accelerator)
    macs = tuple(_at_macs(table, accelerator, nm))
    networks = network_terms(table, accelerator, nm, sum(term.each_um2 for term in macs))
    return (*macs, *networks)


def _at_macs(table: AreaTable, accelerator: Accelerator, nm: float) -> Iterator[AreaTerm]:
    """The multiply-accumulate units, and the registers of their operands and sums."""
    yield _own(accelerator, _mac_term(table, accelerator, nm))
    if table.registers is not None:
        bits = 2 * operand_bits(accelerator) + sum_bits(accelerator)
        one = table.registers
        held = Block(bits * one.area_um2, one.source, bits * one.leakage_mw, bits * one.power_mw, one.nm)
        source = f"{block_source(f'{table.name}.registers', one, nm)}; {bits} bits"
        yield _own(accelerator, block_term(table, "registers", held, accelerator.peak_macs, nm, source))


def _own(accelerator: Accelerator, term: AreaTerm) -> AreaTerm:
    """A part of the processing elements, which leaks by the table only if the machine does not say."""
    if accelerator.pe_leakage_mw == 0:
        return term
    return AreaTerm(term.name, term.count, term.each_um2, term.area_um2, 0.0, term.power_mw, term.source)


def _mac_term(table: AreaTable, accelerator: Accelerator, nm: float) -> AreaTerm:
    entry, count, name = table.mac, accelerator.peak_macs, f"{table.name}.mac"
    if isinstance(entry, Macs):
        return _arithmetic_term(table, accelerator, entry, nm)
    if isinstance(entry, Asked):
        component = Component("mac", "MAC", operand_bits(accelerator), technology=entry.technology or f"{nm:g} nm")
        answer = known(ask_estimator(entry.estimator, component, "area"), entry, component)
        block = Block(answer.area_um2 or 0.0, answer.source, answer.leakage_mw or 0.0)
        return block_term(table, "MAC", block, count, nm, block.source)
    return block_term(table, "MAC", entry, count, nm, block_source(name, entry, nm))


def _arithmetic_term(table: AreaTable, accelerator: Accelerator, entry: Macs, nm: float) -> AreaTerm:
    """A multiplier of the operands' width, and an adder of the sums'."""
    kind = load_energy_table(accelerator.energy_table).arithmetic
    parts: Arithmetic = getattr(entry, kind)
    operand, sums = operand_bits(accelerator), sum_bits(accelerator)
    sizes = ((parts.multiplier, (operand / parts.width_bits) ** 2), (parts.adder, sums / parts.width_bits))
    each = sum(size * table.place_um2(block, nm) for block, size in sizes)
    leakage = sum(size * table.leakage_mw(block, nm) for block, size in sizes)
    sources = "; ".join(block_source(f"{table.name}.mac", block, nm) for block, _ in sizes)
    count, source = accelerator.peak_macs, f"{sources}; {kind}, {operand} bits and sums of {sums} bits"
    return AreaTerm("MAC", count, each, count * each, count * leakage, 0.0, source)
