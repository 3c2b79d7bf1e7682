"""Results as sheets: columns by name, written as CSV and Parquet and handed to pandas in one way."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...ir.extras import need
from .blocks import Block
from .writers import Path, save_csv, save_parquet

Row = Mapping[str, object]

_LARGEST = 2**63


@dataclass(frozen=True)
class Sheet:
    """The names of columns, and blocks of rows that have them all; the blocks may be gone through once."""

    names: tuple[str, ...]
    blocks: Iterable[Block]


class Tabular(ABC):
    """A result that is a sheet as well."""

    @abstractmethod
    def sheet(self) -> Sheet:
        """The result as columns (docs/cli.md, "Rows in files")."""

    def to_csv(self, path: Path) -> None:
        """Write the rows as CSV, whole or not at all. Raises WeftError W008 if they cannot be written."""
        found = self.sheet()
        save_csv(path, found.names, found.blocks)

    def to_parquet(self, path: Path) -> None:
        """Write the rows as Parquet, whole or not at all.

        Raises WeftError W008 if they cannot be written or PyArrow, an extra, is not installed.
        """
        found = self.sheet()
        save_parquet(path, found.names, found.blocks)

    def to_pandas(self) -> Any:
        """The rows as a `DataFrame`. WeftError (W008) without pandas."""
        with need("pandas", "a DataFrame needs pandas", "pip install pandas"):
            frames = import_module("pandas")
        found = self.sheet()
        blocks = list(found.blocks)
        return frames.DataFrame({name: np.concatenate([block[name] for block in blocks]) for name in found.names})


def sheet_of(rows: Sequence[Row], first: Sequence[str] = ()) -> Sheet:
    """Rows as a sheet: the columns `first`, then the others as they come; a row may lack some."""
    names = tuple(dict.fromkeys([*first, *(name for row in rows for name in row)]))
    return Sheet(names, [{name: _column([row.get(name) for row in rows]) for name in names}])


def _column(values: Sequence[object]) -> NDArray[Any]:
    """Values as an array: what a text lacks is empty, what a number lacks is no number, what an integer lacks None."""
    kinds = {type(value) for value in values if value is not None}
    if str in kinds or not values:
        return np.array(["" if value is None else str(value) for value in values], object)
    if kinds == {bool} and None not in values:
        return np.array(values, bool)
    if kinds == {int}:
        numbers = [value for value in values if isinstance(value, int)]
        whole = len(numbers) == len(values) and max(map(abs, numbers)) < _LARGEST
        return np.array(values, np.int64 if whole else object)
    return np.array([np.nan if value is None else value for value in values], np.float64)
