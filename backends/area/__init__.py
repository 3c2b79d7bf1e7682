"""Area, leakage and power of machines from tables of building blocks."""

from .area import area, area_without_memories, memory_area, memory_leakage, memory_power
from .geometry import on_chip
from .loading import check_area_table, list_area_tables, load_area_table, parse_area_table
from .nodes import node_of
from .power import power
from .table import AreaTable
from .terms import Area, AreaTerm, Power, PowerTerm

__all__ = [
    "Area",
    "AreaTable",
    "AreaTerm",
    "Power",
    "PowerTerm",
    "area",
    "area_without_memories",
    "check_area_table",
    "list_area_tables",
    "load_area_table",
    "memory_area",
    "memory_leakage",
    "memory_power",
    "node_of",
    "on_chip",
    "parse_area_table",
    "power",
]
