"""Cost arrays as two flat ones: compiled functions hand it on in a few registers instead of some hundred."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...analysis.counts import Kind
from ..compiled import compiled
from .cost_arrays import CostArrays, Layout
from .plan import Floats, Ints


class Flat(NamedTuple):
    """All fields of arrays, one after the other; `ints` starts with start, row length and rows of each."""

    ints: Ints
    floats: Floats


AT = Layout._make(range(len(Layout._fields)))
"""Where each number of a `Layout` stands in the field of that name; compiled code reads these as constants."""

_FIELDS = (*CostArrays._fields, "steps")
"""The fields of cost arrays in order; `steps` of its layout, which is no single number, is one of its own."""

_HEADER = 3
"""Numbers that `ints` has about each field: where it starts, the length of a row, and how many rows it has."""


def fields(name: str, names: Sequence[str]) -> Any:
    """Where the three numbers of each field stand, by the field's name."""
    return namedtuple(name, names)(*range(0, _HEADER * len(names), _HEADER))


F: Any = fields("F", _FIELDS)
"""Where in `ints` the three numbers of each field stand, by the field's name."""


ENTRIES, OPERANDS, DISTINCT = (int(kind) for kind in (Kind.ENTRIES, Kind.OPERANDS, Kind.DISTINCT))
"""The kinds of slots that compiled code knows; `Plan` makes all others of them."""


def flatten(cost_arrays: CostArrays) -> Flat:
    """Cost arrays for compiled functions."""
    values = cost_arrays._asdict() | {"layout": _numbers(cost_arrays.layout), "steps": cost_arrays.layout.steps}
    return join([np.asarray(values[name]) for name in _FIELDS])


def join(values: Sequence[NDArray[Any]]) -> Flat:
    """Arrays of integers and floats, in the order of their fields, as two."""
    arrays = [np.atleast_1d(array) for array in values]
    header: list[int] = []
    starts = {"i": _HEADER * len(arrays), "f": 0}
    for array in arrays:
        header += [starts[array.dtype.kind], array.shape[-1], array.shape[0]]
        starts[array.dtype.kind] += array.size
    of_kind = {kind: [array.ravel() for array in arrays if array.dtype.kind == kind] for kind in starts}
    return Flat(
        np.concatenate([np.array(header, np.int64), *of_kind["i"]]), np.concatenate([np.empty(0), *of_kind["f"]])
    )


def _numbers(layout: Layout) -> Ints:
    return np.array([0 if name == "steps" else number for name, number in layout._asdict().items()], np.int64)


@compiled
def item(p: Flat, field: int, i: int) -> int:
    """An entry of a field of integers."""
    return p.ints[p.ints[field] + i]


@compiled
def cell(p: Flat, field: int, i: int, j: int) -> int:
    """An entry of a table of integers."""
    return p.ints[p.ints[field] + i * p.ints[field + 1] + j]


@compiled
def real(p: Flat, field: int, i: int) -> float:
    """An entry of a field of floats."""
    return p.floats[p.ints[field] + i]


@compiled
def real_cell(p: Flat, field: int, i: int, j: int) -> float:
    """An entry of a table of floats."""
    return p.floats[p.ints[field] + i * p.ints[field + 1] + j]


@compiled
def rows(p: Flat, field: int) -> int:
    """How many rows a field has."""
    return p.ints[field + 2]


@compiled
def column(p: Flat, kind: int) -> int:
    """A position of `Layout`."""
    return p.ints[p.ints[F.layout] + kind]
