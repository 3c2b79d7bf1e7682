"""What programs are charged on one machine: energy by component, and the power that follows from it (A22 to A30)."""

from __future__ import annotations

from collections.abc import Mapping as Pairs
from collections.abc import Sequence
from dataclasses import replace
from math import nan

import numpy as np

from ..analysis.reseat import reseat
from ..backends.energy import Charge, EnergyTable, load_energy_table, memory_component, picojoules, static_rates
from ..ir import Accelerator, Schedule, WeftError
from ..search.structure.plan import Floats, Ints
from .machines import with_capacities
from .sums import exact_sum

Terms = list[tuple[str, Floats]]
"""Components, each with the [N] picojoules of one of its actions."""


def dynamic_terms(schedule: Schedule, charges: Sequence[Charge], amounts: Floats, sizes: Pairs[str, Ints]) -> Terms:
    """The energy of what N programs count, `amounts[N, C]`, on the machine of a schedule.

    `sizes` are the bytes of memories that are as large as needed. NaN where the machine's energy table does not say.
    """
    due = amounts.max(axis=0, initial=0.0) > 0
    found = []
    for place, charge in enumerate(charges):
        if due[place]:
            times = amounts[:, place]
            price = _price(schedule, charge, sizes.get(charge.group))
            found.append((charge.group, np.where(times > 0, times * price, 0.0)))
    return found


def static_terms(machine: Accelerator, work: int, cycles: Floats) -> Terms:
    """What leaks and idles over [N] cycles."""
    return [
        (rate.component, (rate.per_cycle * cycles - rate.busy) * rate.picojoules)
        for rate in static_rates(machine, work)
        if rate.picojoules
    ]


def energy_of(terms: Terms, rows: int) -> Floats:
    """[N] picojoules of all terms together, as `Cost.energy_pj`."""
    return exact_sum((part for _, part in terms), (rows,))


def power_of(terms: Terms, seconds: Floats, leaks: Sequence[Floats | float]) -> Floats:
    """[N] milliwatts of programs that take so many seconds, with what blocks leak besides, as `Cost.power`."""
    spent: dict[str, Floats] = {}
    for name, part in terms:
        spent[name] = spent[name] + part if name in spent else part
    return exact_sum([*(each * 1e-9 / seconds for each in spent.values()), *leaks], seconds.shape)


def _price(schedule: Schedule, charge: Charge, sizes: Ints | None) -> Floats | float:
    """Picojoules of a charge: [N] where they go by the size of a memory that is as large as needed."""
    table = load_energy_table(schedule.mapping.accelerator.energy_table)
    entry = table.entry(charge.component.role)
    if sizes is None or entry is None or not (entry.points or entry.estimator):
        return _picojoules(table, _on(schedule, charge))
    different, place = np.unique(sizes, return_inverse=True)
    machine = schedule.mapping.accelerator
    sized = (reseat(schedule, with_capacities(machine, {charge.group: int(size)})) for size in different)
    return np.array([_picojoules(table, _on(one, charge)) for one in sized])[place]


def _picojoules(table: EnergyTable, charge: Charge) -> float:
    try:
        return picojoules(table, charge)
    except WeftError:
        return nan


def _on(schedule: Schedule, charge: Charge) -> Charge:
    """The charge of a machine whose memories have their own sizes."""
    site = next((site for site in schedule.sites if site.memory.name == charge.group), None)
    if site is None:
        return charge
    return replace(charge, component=memory_component(site, schedule, charge.use.tensor))
