"""Area and power from building blocks (model A26)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import fsum
from pathlib import Path
from typing import Any

from ...ir import Interconnect, Schedule, Site
from .energy import memory_role
from .points import OutOfRange, area_reading
from .table import EnergyTable


@dataclass(frozen=True, slots=True)
class AreaTerm:
    """One kind of building block, all its copies together; `source` says where its area comes from."""

    name: str
    area_um2: float
    power_mw: float
    source: str


@dataclass(frozen=True, slots=True)
class AreaPower:
    """A rough estimate of a machine's size and power: the sum of its building blocks."""

    terms: tuple[AreaTerm, ...]

    @property
    def area_um2(self) -> float:
        """Square micrometres."""
        return fsum(term.area_um2 for term in self.terms)

    @property
    def power_mw(self) -> float:
        """Milliwatts, the same whatever runs."""
        return fsum(term.power_mw for term in self.terms)


def area_power(schedule: Schedule, requires: Mapping[str, int], table: EnergyTable) -> AreaPower:
    """An estimate, good for comparing machines and not for sizing one.

    Sums the blocks of the public MAESTRO: multiply-accumulate units, on-chip memories, a bus as wide as the
    network below the shared memory, an arbiter. Where the energy table's source gives areas, a MAC and each bank of a
    memory take that area instead. A memory counts with its capacity in bytes, or, without one, with the elements that
    the program `requires` of it (bytes per instance, by memory); memory outside the chip does not count. A network
    without a bandwidth counts as one element per processing element. The power is MAESTRO's throughout.
    """
    blocks = _blocks()
    machine = schedule.mapping.accelerator
    pes = machine.pes
    bus = blocks["bus"]
    terms = [_macs(machine.peak_macs, table)]
    terms += [_memory(site, schedule, requires, table) for site in _on_chip(schedule)]
    terms.append(_block("bus", (bus["per_pe"] * pes + bus["constant"]) * _bandwidth(schedule)))
    arbiter, minimum = blocks["arbiter"], blocks["minimum"]
    size = arbiter["per_pe_squared"] * pes**2 + arbiter["per_pe"] * pes + arbiter["constant"]
    area = max(minimum["arbiter_size"], size) * arbiter["area_um2"]
    power = max(minimum["arbiter_power_mw"], size * arbiter["power_mw"])
    terms.append(AreaTerm("arbiter", area, power, blocks["source"]))
    return AreaPower(tuple(terms))


def _macs(number: int, table: EnergyTable) -> AreaTerm:
    term = _block("mac", number, "MAC")
    entry = table.entry("mac")
    if entry is None or entry.area_um2 is None:
        return term
    return AreaTerm("MAC", number * entry.area_um2, term.power_mw, f"{table.name}.mac: {entry.source}")


def _memory(site: Site, schedule: Schedule, requires: Mapping[str, int], table: EnergyTable) -> AreaTerm:
    """All instances of a memory."""
    memory = site.memory
    copies = schedule.mapping.accelerator.pes if site.boundary == len(schedule.levels) else site.instances
    room = sum(size for _, size in memory.capacities)
    each = max(requires[memory.name], room) if memory.capacity_bytes is None else memory.capacity_bytes
    term = _block("memory", each * copies, memory.name)
    entry = table.entry(memory_role(site, schedule))
    if entry is None or not entry.points or memory.capacity_bytes is None:
        return term
    try:
        found = [area_reading(entry.points, size // memory.banks) for size in _parts(site)]
    except OutOfRange:
        return term
    area = copies * memory.banks * sum(reading.value for reading in found)
    how = "; ".join(dict.fromkeys(reading.how for reading in found))
    return AreaTerm(memory.name, area, term.power_mw, f"{table.name}.{entry.role}: {entry.source}; {how}")


def _parts(site: Site) -> Iterator[int]:
    """Bytes of each part of a memory of its own."""
    own = dict(site.memory.capacities)
    yield from own.values()
    shared = (site.memory.capacity_bytes or 0) - sum(own.values())
    if shared:
        yield shared


def _block(block: str, size: float, name: str = "") -> AreaTerm:
    found = _blocks()[block]
    return AreaTerm(name or block, size * found["area_um2"], size * found["power_mw"], _blocks()["source"])


def _bandwidth(schedule: Schedule) -> int:
    """Elements per cycle of the network below the outermost memory on the chip that has one."""
    shared = [site for site in _on_chip(schedule) if site.boundary < len(schedule.levels)]
    network = (shared or schedule.sites)[0].memory.network(0)
    return _width(network, schedule)


def _width(network: Interconnect, schedule: Schedule) -> int:
    pes = schedule.mapping.accelerator.pes
    channels = {name: pes if width is None else width for name, width in network.channels}
    tensors = {tensor.name for tensor in schedule.mapping.workload.tensors}
    shared = pes if network.bandwidth is None else network.bandwidth
    return sum(channels.values()) + (0 if tensors <= channels.keys() else shared)


def _on_chip(schedule: Schedule) -> list[Site]:
    return [site for site in schedule.sites if memory_role(site, schedule) != "dram"]


@cache
def _blocks() -> dict[str, Any]:
    from ...ir.yaml_core import load

    data: dict[str, Any] = load((Path(__file__).parent / "area_maestro.yaml").read_text("utf-8"))
    return data
