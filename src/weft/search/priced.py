"""The machines of a search for several: their bandwidths, rooms and energies as arrays of one plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf

import numpy as np

from ..analysis.resources import resources
from ..backends.energy import arithmetic_charges, leaks, load_energy_table, picojoules
from ..ir import Accelerator, Schedule
from .descent.several import Machines
from .ground import Ground, skeleton
from .spaces.point import Structure
from .structure.cost_arrays import build_cost_arrays
from .structure.flat import flatten
from .structure.plan import Floats, Plan


class Priced:
    """The ground of some units with the prices of some machines.

    ValueError for a machine whose costs are no linear forms, or that limits what the ground's own does not.
    """

    def __init__(self, ground: Ground, structure: Structure, machines: Sequence[Accelerator]) -> None:
        self.ground, plan = ground, ground.plan
        schedules: dict[Accelerator, Schedule] = {}

        def scheduled(machine: Accelerator) -> Schedule:
            if machine not in schedules:
                schedules[machine] = skeleton(replace(ground.space, accelerator=machine), structure)
            return schedules[machine]

        if not plan.exact or any(map(leaks, machines)):
            raise ValueError("the costs of a machine are no linear forms of counts: several cannot be searched at once")
        energies = {_energies(plan, plan.schedule): 0}
        others: list[Schedule] = []
        tables = []
        for machine in machines:
            key = _energies(plan, scheduled(machine))
            if key not in energies:
                energies[key] = len(energies)
                others.append(scheduled(machine))
            tables.append(energies[key])
        priced = replace(plan, others=tuple(others))
        self.flat = flatten(build_cost_arrays(priced, [level.outside for level in ground.levels]))
        self.machines = Machines(
            widths_of(priced, list(map(scheduled, machines))),
            room_bits(priced, list(map(scheduled, machines))),
            np.array(tables, np.int64),
            np.array([_mac_energy(item) for item in (plan.schedule, *others)]),
        )


def _mac_energy(schedule: Schedule) -> float:
    return Plan(schedule, (), "throughput").mac_energy


def _energies(plan: Plan, schedule: Schedule) -> tuple[float, ...]:
    """The picojoules of everything that a machine may do."""
    table = load_energy_table(schedule.mapping.accelerator.energy_table)
    return tuple(picojoules(table, charge) for charge in (*plan.charges(schedule), *arithmetic_charges(schedule)))


def widths_of(plan: Plan, machines: Sequence[Schedule]) -> Floats:
    """Elements a cycle of the plan's resources [M, R] on machines; ValueError for one that limits others."""
    names = [resource.name for resource in plan.resources]
    found = np.full((len(machines), len(names)), inf)
    for row, schedule in zip(found, machines, strict=True):
        for resource in resources(schedule, ()):
            if resource.width:
                row[_place(names, resource.name)] = resource.width
    return found


def room_bits(plan: Plan, machines: Sequence[Schedule]) -> Floats:
    """Bits of the plan's rooms [M, rooms] on machines; ValueError for one that limits others."""
    names = [f"{room.memory} {room.tensors}" for room in plan.rooms]
    found = np.full((len(machines), len(names)), inf)
    for row, schedule in zip(found, machines, strict=True):
        for room in replace(plan, schedule=schedule, others=()).rooms:
            row[_place(names, f"{room.memory} {room.tensors}")] = room.bits
    return found


def _place(names: Sequence[str], name: str) -> int:
    if name not in names:
        raise ValueError(f"{name} has a limit on one machine and none on the one that the space was made for")
    return names.index(name)
