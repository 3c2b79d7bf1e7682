"""Energy from counts and tables of per-access energies."""

from .energy import (
    SUMS,
    Charge,
    actions,
    arithmetic_charges,
    arithmetic_energy,
    bank_ports,
    charges,
    charges_of,
    energy,
    memory_component,
    outside_memory,
    picojoules,
)
from .estimator import Component, EnergyEstimator, Estimate
from .loading import list_energy_tables, load_energy_table, parse_energy_table
from .points import EnergyPoint
from .static import busy_cycles, instances, leakage_mw, leaks, static_energy, static_rates
from .table import EnergyEntry, EnergyTable, named_node
from .terms import EnergyTerm, total

__all__ = [
    "SUMS",
    "Charge",
    "Component",
    "EnergyEntry",
    "EnergyEstimator",
    "EnergyPoint",
    "EnergyTable",
    "EnergyTerm",
    "Estimate",
    "actions",
    "arithmetic_charges",
    "arithmetic_energy",
    "bank_ports",
    "busy_cycles",
    "charges",
    "charges_of",
    "energy",
    "instances",
    "leakage_mw",
    "leaks",
    "list_energy_tables",
    "load_energy_table",
    "memory_component",
    "named_node",
    "outside_memory",
    "parse_energy_table",
    "picojoules",
    "static_energy",
    "static_rates",
    "total",
]
