"""C kernels as people have them, PolyBench's style and OpenMP's pragmas included, read as loop nests."""

from .reader import read_c

__all__ = ["read_c"]
