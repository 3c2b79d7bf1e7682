"""MAESTRO's mapping, model and hardware files: read them, and write them."""

from .hardware import HARDWARE_KEYS, is_hardware_text, parse_hardware, read_hardware
from .reader import parse_dataflow, parse_layer, parse_maestro, parse_workload, read_maestro
from .writer import write_maestro

__all__ = [
    "HARDWARE_KEYS",
    "is_hardware_text",
    "parse_dataflow",
    "parse_hardware",
    "parse_layer",
    "parse_maestro",
    "parse_workload",
    "read_hardware",
    "read_maestro",
    "write_maestro",
]
