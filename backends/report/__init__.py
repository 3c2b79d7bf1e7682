"""Results as plain data: versioned JSON and CSV."""

from .data import (
    SCHEMA_VERSION,
    cost_data,
    diagnostic_data,
    document,
    failed_layer_data,
    layer_data,
    program_data,
    simulation_data,
)
from .table import CSV_COLUMNS, csv_row
from .whole import Whole, operator_of, whole

__all__ = [
    "CSV_COLUMNS",
    "SCHEMA_VERSION",
    "Whole",
    "cost_data",
    "csv_row",
    "diagnostic_data",
    "document",
    "failed_layer_data",
    "layer_data",
    "operator_of",
    "program_data",
    "simulation_data",
    "whole",
]
