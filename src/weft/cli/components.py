"""What `--wide` adds to tables: where the energy of a row goes, and what its cycles are bound by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click

from ..backends.cost import Cost
from ..backends.report import energy_by_component
from .output import energy_text
from .tables import numbers, texts

WIDE = click.option(
    "--wide", is_flag=True, help="Tables with more columns: energy by component, power, what is busiest, …."
)


def check_wide(wide: bool, **others: object) -> None:
    """Wrong usage for `--wide` beside what is no table, by the names of the options."""
    for name, value in others.items():
        if wide and value:
            raise click.UsageError(f"--wide is of tables: --{name} has all of it")


class Components:
    """Columns for the components of some costs, those without energy left out; none of no costs."""

    def __init__(self, costs: Iterable[Cost]) -> None:
        found = _sums(costs)
        self._names = [name for name, energy in found.items() if energy]
        self.energies = numbers(*(f"{name} µJ" for name in self._names))
        self.columns = [*self.energies, *(numbers("power mW") + texts("busiest") if found else ())]

    def cells(self, costs: Sequence[Cost]) -> list[str]:
        """The cells of equal layers; none where there are no columns."""
        if not self.columns:
            return []
        return [*self.sums(costs), f"{costs[0].power_mw:.4g}", busiest(costs[0])]

    def sums(self, costs: Sequence[Cost]) -> list[str]:
        """The energies of several layers together."""
        total = _sums(costs)
        return [energy_text(total.get(name, 0.0)) for name in self._names]


def _sums(costs: Iterable[Cost]) -> dict[str, float]:
    """Picojoules of several layers by component."""
    found: dict[str, float] = {}
    for cost in costs:
        for name, energy in energy_by_component(cost).items():
            found[name] = found.get(name, 0.0) + energy
    return found


def busiest(cost: Cost) -> str:
    """The resource with most cycles."""
    return max(cost.bottlenecks, key=lambda item: item[1])[0]
