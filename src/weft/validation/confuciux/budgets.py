"""The published optima, found again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...exploration.options import Chosen, choose_options
from ...frontends.tables import read_options
from ...ir import OptionTable
from .places import AREA, DATAFLOWS, NETWORK, rows_of, table_of

COLUMNS = {
    "latency": "runtime",
    "energy": "energy_nJ",
    "area_as_shipped": "area_um2",
    "power": "power_mW",
    "area_pe_buf": "area_pe_buf",
}
"""The columns of the tables by the names of objectives and constraints."""


@dataclass(frozen=True, slots=True)
class Budget:
    """A published problem and optimum, and the choice that is found for it."""

    row: dict[str, str]
    found: Chosen

    @property
    def published(self) -> float:
        """The published optimum."""
        return float(self.row["optimum"])

    @property
    def equal(self) -> bool:
        """Whether the optimum is the published one, to the digits of a double, and proved."""
        same = abs(float(self.found.value) - self.published) <= 1e-12 * self.published
        return same and self.found.certificate.status == "optimal"


def budgets(place: Path) -> tuple[Budget, ...]:
    """Every published problem."""
    tables = {name: read_options(table_of(place, name), place / NETWORK, AREA) for name in DATAFLOWS}
    found = []
    for row in rows_of(place / "exact_optima_mobilenet_v2.csv"):
        limits = {COLUMNS[row["constraint"]]: row["budget"]}
        found.append(Budget(row, choose(tables[row["dataflow"]], COLUMNS[row["objective"]], limits)))
    return tuple(found)


def choose(table: OptionTable, objective: str, limits: dict[str, str]) -> Chosen:
    """The best choice; without a time limit there is always one."""
    found = choose_options(table, objective, limits)
    assert found is not None
    return found
