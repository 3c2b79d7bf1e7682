"""Weft: a data-centric directive IR for the dataflows of spatial accelerators.

    import weft

    for mapping in weft.load("vgg16.m", accelerator="generic_256"):
        cost = weft.evaluate(mapping)
        print(mapping.name, cost.cycles_stepwise, cost.energy_pj)

The names below are loaded when they are first used, so that `import weft` stays light. The parts are `weft.ir`,
`weft.passes`, `weft.frontends` and `weft.backends`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import (
        check,
        evaluate,
        exact_counts,
        explain,
        load,
        load_accelerator,
        parse_dataflow,
        parse_workload,
        read,
        simulate,
        verify,
        write_maestro,
    )
    from .ir import Accelerator, Dataflow, Diagnostic, Mapping, Network, WeftError, Workload

__version__ = "0.1.0"

_API = (
    "check",
    "evaluate",
    "exact_counts",
    "explain",
    "load",
    "load_accelerator",
    "parse_dataflow",
    "parse_workload",
    "read",
    "simulate",
    "verify",
    "write_maestro",
)
_IR = ("Accelerator", "Dataflow", "Diagnostic", "Mapping", "Network", "WeftError", "Workload")

__all__ = [
    "Accelerator",
    "Dataflow",
    "Diagnostic",
    "Mapping",
    "Network",
    "WeftError",
    "Workload",
    "check",
    "evaluate",
    "exact_counts",
    "explain",
    "load",
    "load_accelerator",
    "parse_dataflow",
    "parse_workload",
    "read",
    "simulate",
    "verify",
    "write_maestro",
]


def __getattr__(name: str) -> Any:
    if name in _API:
        return getattr(import_module(".api", __name__), name)
    if name in _IR:
        return getattr(import_module(".ir", __name__), name)
    raise AttributeError(f"module 'weft' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
