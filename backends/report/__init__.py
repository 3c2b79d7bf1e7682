"""Results as plain data: versioned JSON and CSV."""

from .data import (
    SCHEMA_VERSION,
    cost_data,
    diagnostic_data,
    document,
    energy_by_component,
    failed_layer_data,
    layer_data,
    program_data,
    simulation_data,
)
from .sheet import Sheet, Tabular, sheet_of
from .table import LAYER_COLUMNS, layer_row
from .whole import Whole, operator_of, whole

__all__ = [
    "LAYER_COLUMNS",
    "SCHEMA_VERSION",
    "Sheet",
    "Tabular",
    "Whole",
    "cost_data",
    "diagnostic_data",
    "document",
    "energy_by_component",
    "failed_layer_data",
    "layer_data",
    "layer_row",
    "operator_of",
    "program_data",
    "sheet_of",
    "simulation_data",
    "whole",
]
