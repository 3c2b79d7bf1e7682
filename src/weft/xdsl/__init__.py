"""Weft inside xDSL: the dialect `weft`, the passes of `xdsl-opt`, and what passes of your own need.

    xdsl-opt -p "weft-raise,weft-infer-clusters,weft-validate,weft-cost,weft-lower" kernel.mlir

xDSL finds them through the entry point `weft.xdsl:UNIVERSE`. The names below, and xDSL itself, are loaded when they
are first used. The dialect is in `weft.frontends.mlir.dialect`, its values in `weft.frontends.mlir.convert`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .embedding import raise_operation as raise_operation
    from .embedding import set_program as set_program
    from .links import programs_of as programs_of
    from .lowering import LowerPass as LowerPass
    from .map_pass import MapPass as MapPass
    from .passes import CostPass as CostPass
    from .passes import InferClustersPass as InferClustersPass
    from .passes import ValidatePass as ValidatePass
    from .raising import RaisePass as RaisePass
    from .strip import StripPass as StripPass
    from .universe import UNIVERSE as UNIVERSE

_MODULES = {
    "UNIVERSE": "universe",
    "CostPass": "passes",
    "InferClustersPass": "passes",
    "LowerPass": "lowering",
    "MapPass": "map_pass",
    "RaisePass": "raising",
    "StripPass": "strip",
    "ValidatePass": "passes",
    "programs_of": "links",
    "raise_operation": "embedding",
    "set_program": "embedding",
}

__all__ = sorted(_MODULES, key=lambda name: (name.islower(), name))


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'weft.xdsl' has no attribute '{name}'")
    try:
        return getattr(import_module(f".{_MODULES[name]}", __name__), name)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "xdsl":
            raise
        raise ImportError("weft.xdsl needs xDSL: pip install 'weft-ir[mlir]'", name="xdsl") from error
