"""The intermediate representation: frozen values that print as text and parse back to equal objects."""

from .accelerator import MAX_PES, Accelerator, Interconnect, Memory, reserved_for
from .counts import Counts, InputTraffic, Interface, OutputTraffic, Traffic
from .dataflow import Cluster, Dataflow, Directive, Placement, SpatialMap, TemporalMap
from .diagnostic import CODES, Diagnostic, Findings, InternalError, Severity, Span, WeftError
from .mapping import Layer, Mapping, Network
from .operators import OPERATORS, operator_dimensions, operator_workload
from .schedule import Loop, Schedule, ScheduledLevel, Site
from .size import Size, bind_size, free_symbols, size_of
from .workload import Index, Subscript, Tensor, Term, Workload, axis_elements

__all__ = [
    "CODES",
    "MAX_PES",
    "OPERATORS",
    "Accelerator",
    "Cluster",
    "Counts",
    "Dataflow",
    "Diagnostic",
    "Directive",
    "Findings",
    "Index",
    "InputTraffic",
    "Interconnect",
    "Interface",
    "InternalError",
    "Layer",
    "Loop",
    "Mapping",
    "Memory",
    "Network",
    "OutputTraffic",
    "Placement",
    "Schedule",
    "ScheduledLevel",
    "Severity",
    "Site",
    "Size",
    "Span",
    "SpatialMap",
    "Subscript",
    "TemporalMap",
    "Tensor",
    "Term",
    "Traffic",
    "WeftError",
    "Workload",
    "axis_elements",
    "bind_size",
    "free_symbols",
    "operator_dimensions",
    "operator_workload",
    "reserved_for",
    "size_of",
]
