"""MLIR, read with xDSL: functions with `affine`, `scf`, `memref` and `linalg` operations as loop nests."""

from .places import Places
from .reader import nest_of_function, read_mlir

__all__ = ["Places", "nest_of_function", "read_mlir"]
