"""Functions in Python as loop nests, read from the syntax tree; nothing is executed."""

from .reader import read_python

__all__ = ["read_python"]
