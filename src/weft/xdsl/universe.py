"""What Weft adds to xDSL; each part is loaded when a pipeline or a file uses it."""

from __future__ import annotations

from xdsl.ir import Dialect
from xdsl.passes import ModulePass
from xdsl.universe import Universe


def _dialect() -> Dialect:
    from ..frontends.mlir.dialect import Weft

    return Weft


def _raise() -> type[ModulePass]:
    from .raising import RaisePass

    return RaisePass


def _map() -> type[ModulePass]:
    from .map_pass import MapPass

    return MapPass


def _infer_clusters() -> type[ModulePass]:
    from .passes import InferClustersPass

    return InferClustersPass


def _validate() -> type[ModulePass]:
    from .passes import ValidatePass

    return ValidatePass


def _cost() -> type[ModulePass]:
    from .passes import CostPass

    return CostPass


def _lower() -> type[ModulePass]:
    from .lowering import LowerPass

    return LowerPass


UNIVERSE = Universe(
    all_dialects={"weft": _dialect},
    all_passes={
        "weft-raise": _raise,
        "weft-map": _map,
        "weft-infer-clusters": _infer_clusters,
        "weft-validate": _validate,
        "weft-cost": _cost,
        "weft-lower": _lower,
    },
)
