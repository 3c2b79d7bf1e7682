"""Tables in blocks of rows, so that they are made and written without being held."""

from __future__ import annotations

from typing import Any, TypeAlias

from numpy.typing import NDArray

Block: TypeAlias = dict[str, NDArray[Any]]
"""Columns of one length by their names."""
