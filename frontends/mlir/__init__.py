"""MLIR, read with xDSL: functions with `affine`, `scf`, `memref` and `linalg` operations as loop nests."""

from .places import Places
from .reader import FunctionNest, nest_of_function, nest_of_operation, read_mlir

__all__ = ["FunctionNest", "Places", "nest_of_function", "nest_of_operation", "read_mlir"]
