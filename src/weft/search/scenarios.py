"""The machines of a search for several: their bandwidths, rooms and energies as arrays of one plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True)
class Scenario:
    """A machine as a search sees it: bandwidths and capacities of `roomy`, energies of `cheap`.

    For one machine both are it. For a box of machines, of the most roomy with the least energies: then what is found
    is a bound for every machine of the box.
    """

    roomy: Accelerator
    cheap: Accelerator

    @classmethod
    def of(cls, machine: Accelerator) -> Scenario:
        """That of a single machine."""
        return cls(machine, machine)


class Priced:
    """The ground of some units with the prices of all scenarios.

    ValueError for a machine whose costs are no linear forms, or that limits what the ground's own does not.
    """

    def __init__(self, ground: Ground, structure: Structure, scenarios: Sequence[Scenario]) -> None:
        self.ground, plan = ground, ground.plan
        schedules: dict[Accelerator, Schedule] = {}

        def scheduled(machine: Accelerator) -> Schedule:
            if machine not in schedules:
                schedules[machine] = skeleton(replace(ground.space, accelerator=machine), structure)
            return schedules[machine]

        machines = {machine for item in scenarios for machine in (item.roomy, item.cheap)}
        if not plan.exact or any(map(leaks, machines)):
            raise ValueError("the costs of a machine are no linear forms of counts: several cannot be searched at once")
        energies = {_energies(plan, plan.schedule): 0}
        others: list[Schedule] = []
        tables = []
        for item in scenarios:
            key = _energies(plan, scheduled(item.cheap))
            if key not in energies:
                energies[key] = len(energies)
                others.append(scheduled(item.cheap))
            tables.append(energies[key])
        priced = replace(plan, others=tuple(others))
        self.flat = flatten(build_cost_arrays(priced, [level.outside for level in ground.space.levels]))
        self.machines = Machines(
            widths_of(priced, [scheduled(item.roomy) for item in scenarios]),
            room_bits(priced, [scheduled(item.roomy) for item in scenarios]),
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
