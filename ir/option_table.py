"""Options of layers with numbers, as a table of another tool has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

Cell: TypeAlias = Decimal | str
Row: TypeAlias = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class OptionTable:
    """Every layer with its options: rows of numbers, exactly as written, and of what is text, by column."""

    columns: tuple[str, ...]
    names: tuple[str, ...]
    layers: tuple[tuple[Row, ...], ...]
