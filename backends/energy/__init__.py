"""Energy from counts and tables of per-access energies; area and power from building blocks."""

from .accesses import Access, accesses
from .area import AreaPower, AreaTerm, area_power
from .energy import energy
from .estimator import Component, EnergyEstimator, Estimate
from .loading import list_energy_tables, load_energy_table, parse_energy_table
from .points import EnergyPoint
from .static import static_energy
from .table import EnergyEntry, EnergyTable
from .terms import EnergyTerm, total

__all__ = [
    "Access",
    "AreaPower",
    "AreaTerm",
    "Component",
    "EnergyEntry",
    "EnergyEstimator",
    "EnergyPoint",
    "EnergyTable",
    "EnergyTerm",
    "Estimate",
    "accesses",
    "area_power",
    "energy",
    "list_energy_tables",
    "load_energy_table",
    "parse_energy_table",
    "static_energy",
    "total",
]
