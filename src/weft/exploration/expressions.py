"""Sizes with symbols for many values of the symbols at once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from ..ir import Size, bind_size, free_symbols
from ..search.structure.plan import Ints

LARGEST = 1 << 40
"""Beyond any extent: larger sizes count as this."""


def values_of(size: Size, values: Mapping[str, Ints], rows: int) -> Ints:
    """[N] a size for each row of values; 0 where it is no whole number from 1 on."""
    if isinstance(size, int):
        return np.full(rows, max(size, 0), np.int64)
    if size.is_Symbol:
        return np.clip(values[str(size)], 0, LARGEST)
    names = sorted(free_symbols(size))
    columns = np.stack([values[name] for name in names], axis=1)
    chosen, place = np.unique(columns, axis=0, return_inverse=True)
    table = _table(size, tuple(names), chosen)
    return np.asarray(table[place.reshape(-1)])


def _table(size: Any, names: tuple[str, ...], rows: Ints) -> Ints:
    polynomial = size.as_poly() if size.is_polynomial() else None
    if polynomial is not None and all(item.is_Integer for item in polynomial.coeffs()):
        found = np.asarray(_function(size, names)(*rows.astype(np.float64).T))
        return np.asarray(np.clip(np.broadcast_to(found, len(rows)), 0, LARGEST), np.int64)
    bound = [bind_size(size, {}, dict(zip(names, map(int, row), strict=True))) for row in rows]
    sizes = [min(max(item, 0), LARGEST) if isinstance(item, int) else 0 for item in bound]
    return np.array(sizes, np.int64)


@lru_cache(maxsize=256)
def _function(size: Any, names: tuple[str, ...]) -> Any:
    import sympy

    symbols = {str(item): item for item in size.free_symbols}
    return sympy.lambdify([symbols[name] for name in names], size, "numpy")
