"""Weft inside xDSL: the dialect `weft` and the passes of `xdsl-opt`.

    xdsl-opt -p "weft-raise,weft-infer-clusters,weft-validate,weft-cost,weft-lower" kernel.mlir

xDSL finds them through the entry point `weft.xdsl:UNIVERSE`, which loads xDSL only when it is asked for. The passes
are in `weft.xdsl.passes`, the dialect in `weft.frontends.mlir.dialect`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .universe import UNIVERSE as UNIVERSE

__all__ = ["UNIVERSE"]


def __getattr__(name: str) -> Any:
    if name != "UNIVERSE":
        raise AttributeError(f"module 'weft.xdsl' has no attribute '{name}'")
    try:
        from .universe import UNIVERSE
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "xdsl":
            raise
        raise ImportError("weft.xdsl needs xDSL: pip install 'weft[mlir]'", name="xdsl") from error
    return UNIVERSE
