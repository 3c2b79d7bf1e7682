"""Tables of options in CSV files: rows are what a layer can have, columns what each costs."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike, fspath

from ...ir import OptionTable

__all__ = ["read_options"]


def read_options(
    path: str | PathLike[str], layers: str | PathLike[str] | None = None, columns: Mapping[str, str] | None = None
) -> OptionTable:
    """The table of a CSV file with a heading, which may be compressed (`.gz`).

    Rows of a layer have the same name in the column `layer`. Or `layers` is a CSV file with a row for every layer: its
    options are then the rows that are equal in the columns that both have. `columns` are further ones, formulas
    such as `pe * 282 + (l1 * pe + l2) * 8 * 0.086` over others, computed exactly. Raises WeftError (W732, W008).
    """
    from .reader import read

    return read(fspath(path), None if layers is None else fspath(layers), dict(columns or {}))
