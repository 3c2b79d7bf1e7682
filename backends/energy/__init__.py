"""Energy from counts and tables of per-access energies; area and power from building blocks."""

from .accesses import Access, accesses
from .area import AreaPower, area_power
from .energy import EnergyTerm, energy, total
from .table import EnergyEntry, EnergyTable, list_energy_tables, load_energy_table, parse_energy_table

__all__ = [
    "Access",
    "AreaPower",
    "EnergyEntry",
    "EnergyTable",
    "EnergyTerm",
    "accesses",
    "area_power",
    "energy",
    "list_energy_tables",
    "load_energy_table",
    "parse_energy_table",
    "total",
]
