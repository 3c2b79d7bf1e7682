"""The operations beside multiply-accumulates, and what each of them costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ..backends.cost import Cost
from ..backends.energy import load_energy_table
from ..ir import ARITHMETIC, COPY
from .tables import Table, numbers, texts


def operation_table(costs: Iterable[Cost]) -> Table | None:
    """How often each is executed in all layers, the cycles of a lane and the energy of one; None if there are none."""
    found: Counter[tuple[str, int, float, str]] = Counter()
    for cost in costs:
        machine = cost.schedule.mapping.accelerator
        entries = load_energy_table(machine.energy_table)
        for term in cost.energy:
            if term.component == ARITHMETIC and term.name != ARITHMETIC:
                unlisted = "its accesses alone" if term.name == COPY else "that of a MAC"
                origin = f"'{term.name}' of {entries.name}" if entries.entry(term.name) else unlisted
                found[term.name, machine.interval({term.name: 1}), term.picojoules_each, origin] += term.accesses
    if not found:
        return None
    columns = [*texts("operation"), *numbers("times", "cycles each", "pJ each"), *texts("energy")]
    table = Table("Other operations (docs/model.md, A32)", columns)
    for (name, cycles, each, origin), times in sorted(found.items()):
        table.add_row(name, f"{times:,}", str(cycles), f"{each:.4g}", origin)
    return table
