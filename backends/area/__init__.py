"""Area, leakage and power of machines from tables of building blocks."""

from .area import area, area_without_memories, memory_area, memory_leakage, memory_power
from .geometry import on_chip
from .loading import check_area_table, list_area_tables, load_area_table, parse_area_table
from .nodes import node_of
from .power import power
from .table import AreaTable
from .terms import UM2, Area, AreaTerm, Power, PowerTerm, added_up

__all__ = [
    "UM2",
    "Area",
    "AreaTable",
    "AreaTerm",
    "Power",
    "PowerTerm",
    "added_up",
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
