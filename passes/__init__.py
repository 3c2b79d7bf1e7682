"""Passes: pure functions from program to program, composable and runnable by name."""

from .canonicalize import CanonicalizePass, canonicalize
from .index_maps import index_maps
from .infer import InferPass
from .lower import LowerPass, lower
from .options import pipeline_text
from .pipeline import (
    DEFAULT_PIPELINE,
    analyse,
    parse_pipeline,
    parse_raising,
    run_passes,
    schedule,
)
from .program import Program
from .raising import Raised, RaisePass, raise_nest, reschedule, schedule_iterators
from .registry import Pass, pass_class, pass_names, passes
from .reuse import ReusePass, classify_reuse
from .reuse_facts import HARDWARE, Reuse, ReuseKind, hardware
from .validate import OverCapacity, ValidatePass
from .workloads import check_workload

__all__ = [
    "DEFAULT_PIPELINE",
    "HARDWARE",
    "CanonicalizePass",
    "InferPass",
    "LowerPass",
    "OverCapacity",
    "Pass",
    "Program",
    "RaisePass",
    "Raised",
    "Reuse",
    "ReuseKind",
    "ReusePass",
    "ValidatePass",
    "analyse",
    "canonicalize",
    "check_workload",
    "classify_reuse",
    "hardware",
    "index_maps",
    "lower",
    "parse_pipeline",
    "parse_raising",
    "pass_class",
    "pass_names",
    "passes",
    "pipeline_text",
    "raise_nest",
    "reschedule",
    "run_passes",
    "schedule",
    "schedule_iterators",
]
