"""A schedule on another machine of the same structure, where nothing has to be analysed again."""

from __future__ import annotations

from dataclasses import replace

from ..ir import Accelerator, Schedule
from .placement import level_networks


def reseat(schedule: Schedule, machine: Accelerator) -> Schedule:
    """The schedule on a machine that differs from its own in nothing on which a count depends.

    Those are the fields of `ir.machine_space.PRICED`.
    """
    memories = {memory.name: memory for memory in machine.memories}
    sites = tuple(replace(site, memory=memories.get(site.memory.name, site.memory)) for site in schedule.sites)
    networks = level_networks(machine, sites, len(schedule.levels))
    levels = tuple(replace(level, network=network) for level, network in zip(schedule.levels, networks, strict=True))
    return replace(schedule, mapping=replace(schedule.mapping, accelerator=machine), levels=levels, sites=sites)
