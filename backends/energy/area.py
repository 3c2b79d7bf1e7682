"""Area and power from building blocks, after the public MAESTRO (model A26)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ...ir import Interconnect, Schedule, Site
from .energy import memory_role


@dataclass(frozen=True, slots=True)
class AreaPower:
    """A rough estimate of a machine's size and power; `source` says whose building blocks it uses."""

    area_um2: float
    power_mw: float
    source: str


def area_power(schedule: Schedule, requires: Mapping[str, int]) -> AreaPower:
    """An estimate, good for comparing machines and not for sizing one.

    Sums the blocks of the public MAESTRO: multiply-accumulate units, on-chip memories, a bus as wide as the
    network below the shared memory, an arbiter. A memory counts with its capacity in bytes, or, without one,
    with the elements that the program `requires` of it (elements per instance, by memory); memory outside the
    chip does not count. A network without a bandwidth counts as one element per processing element. The power
    is the same whatever runs.
    """
    blocks = _blocks()
    machine = schedule.mapping.accelerator
    pes = machine.pes
    bus = blocks["bus"]
    sizes = {
        "mac": float(pes * machine.lanes),
        "memory": float(_memory_size(schedule, requires)),
        "bus": (bus["per_pe"] * pes + bus["constant"]) * _bandwidth(schedule),
    }
    area = sum(size * blocks[name]["area_um2"] for name, size in sizes.items())
    power = sum(size * blocks[name]["power_mw"] for name, size in sizes.items())
    arbiter, minimum = blocks["arbiter"], blocks["minimum"]
    size = arbiter["per_pe_squared"] * pes**2 + arbiter["per_pe"] * pes + arbiter["constant"]
    area += max(minimum["arbiter_size"], size) * arbiter["area_um2"]
    power += max(minimum["arbiter_power_mw"], size * arbiter["power_mw"])
    return AreaPower(area, power, blocks["source"])


def _memory_size(schedule: Schedule, requires: Mapping[str, int]) -> int:
    size = 0
    for site in _on_chip(schedule):
        memory = site.memory
        each = requires[memory.name] if memory.capacity_bytes is None else memory.capacity_bytes
        at_pes = site.boundary == len(schedule.levels)
        size += each * (schedule.mapping.accelerator.pes if at_pes else site.instances)
    return size


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
    import yaml

    data: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "area_maestro.yaml").read_text("utf-8"))
    return data
