"""One schedule on the machines of a structure, and what each of them charges."""

from __future__ import annotations

from collections.abc import Mapping as Pairs
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..analysis.placement import level_networks
from ..backends.energy import Charge, load_energy_table, memory_component, picojoules
from ..ir import Accelerator, Schedule
from ..search.structure.plan import Floats, Ints
from .machines import with_capacities


def on_machine(schedule: Schedule, machine: Accelerator) -> Schedule:
    """A schedule on another machine of its structure: units, places of memories and loops stay."""
    memories = {memory.name: memory for memory in machine.memories}
    sites = tuple(replace(site, memory=memories.get(site.memory.name, site.memory)) for site in schedule.sites)
    networks = level_networks(machine, sites, len(schedule.levels))
    levels = tuple(replace(level, network=network) for level, network in zip(schedule.levels, networks, strict=True))
    return replace(schedule, mapping=replace(schedule.mapping, accelerator=machine), levels=levels, sites=sites)


def prices(
    schedule: Schedule, charges: Sequence[Charge], due: Sequence[bool], capacities: Pairs[str, Ints]
) -> list[Floats | float]:
    """Picojoules of every charge that is due on the machine of a schedule; [N] where they go by needed capacities.

    WeftError W205 if the machine's energy table lacks one.
    """
    return [
        _price(schedule, charge, capacities.get(charge.group)) if wanted else 0.0
        for charge, wanted in zip(charges, due, strict=True)
    ]


def _price(schedule: Schedule, charge: Charge, capacities: Ints | None) -> Floats | float:
    machine = schedule.mapping.accelerator
    if capacities is None:
        return _picojoules(machine.energy_table, _charge_on(schedule, charge))
    table = load_energy_table(machine.energy_table)
    entry = table.entry(charge.component.role)
    if entry is None or not (entry.points or entry.estimator):
        return _picojoules(machine.energy_table, _charge_on(schedule, charge))
    sizes, place = np.unique(capacities, return_inverse=True)
    found = [
        _picojoules(machine.energy_table, _charge_on(_sized(schedule, charge.group, int(size)), charge))
        for size in sizes
    ]
    return np.array(found)[place]


def _sized(schedule: Schedule, name: str, size: int) -> Schedule:
    return on_machine(schedule, with_capacities(schedule.mapping.accelerator, {name: size}))


def _charge_on(schedule: Schedule, charge: Charge) -> Charge:
    """The charge of a machine whose memories have their own sizes."""
    site = next((site for site in schedule.sites if site.memory.name == charge.group), None)
    if site is None:
        return charge
    return replace(charge, component=memory_component(site, schedule, charge.use.tensor))


def _picojoules(table: str, charge: Charge) -> float:
    return picojoules(load_energy_table(table), charge)
