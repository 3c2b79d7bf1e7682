"""Loop nests as text that runs (Python, C with OpenMP, MLIR), and programs as Timeloop's YAML.

Each is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .c import emit_c as emit_c
    from .mlir import emit_mlir as emit_mlir
    from .python import emit_python as emit_python
    from .timeloop import emit_timeloop as emit_timeloop

_MODULES = {"emit_c": "c", "emit_mlir": "mlir", "emit_python": "python", "emit_timeloop": "timeloop"}

__all__ = ["emit_c", "emit_mlir", "emit_python", "emit_timeloop"]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(import_module(f".{_MODULES[name]}", __name__), name)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
