"""The `weft` dialect: programs beside the code that they come from, one to one with the IR.

A program reads:

    weft.program @conv {
      weft.workload "CONV"
        dimensions ["N" = 1, "K" = 64, …]
        …
      weft.dataflow {
        weft.level units 16 {
          weft.spatial_map(1, 1) "K"
          weft.temporal_map("Sz(C)", 1) "C"
        }
        weft.cluster(4, "L2")
        weft.level {
          weft.spatial_map(1, 1) "C"
        }
        weft.hold "L1" ["input", "filter"]
      }
    }
"""

from __future__ import annotations

from xdsl.ir import Dialect

from .attributes import DensityAttr, DimensionAttr, IndexAttr, PaddingAttr, TensorAttr, ZeroInsertionAttr
from .directives import MAP_OPS, ClusterOp, HoldOp, MapOp, SpatialMapOp, TemporalMapOp
from .structure import DataflowOp, LevelOp, ProgramOp
from .workload_op import WorkloadOp

Weft = Dialect(
    "weft",
    [ProgramOp, WorkloadOp, DataflowOp, LevelOp, *MAP_OPS.values(), ClusterOp, HoldOp],
    [DensityAttr, DimensionAttr, IndexAttr, PaddingAttr, TensorAttr, ZeroInsertionAttr],
)

__all__ = [
    "ClusterOp",
    "DataflowOp",
    "DensityAttr",
    "DimensionAttr",
    "HoldOp",
    "IndexAttr",
    "LevelOp",
    "MapOp",
    "PaddingAttr",
    "ProgramOp",
    "SpatialMapOp",
    "TemporalMapOp",
    "TensorAttr",
    "Weft",
    "WorkloadOp",
    "ZeroInsertionAttr",
]
