"""A problem as two flat arrays: compiled functions hand it on in a few registers instead of some hundred."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..compiled import compiled
from .plan import Floats, Ints
from .problem import Layout, Problem


class Flat(NamedTuple):
    """All fields of a problem, one after the other; `ints` starts with start, row length and rows of each."""

    ints: Ints
    floats: Floats


FIELDS = (
    "layout",
    "steps",
    "extents",
    "moving",
    "axis_of",
    "axis_dimensions",
    "axis_steps",
    "base",
    "axis_base",
    "views",
    "masks",
    "lengths_matter",
    "active_matters",
    "slot_kind",
    "slot_tensor",
    "slot_boundary",
    "slot_view",
    "term_start",
    "term_metric",
    "term_slot",
    "term_weight",
    "constant",
    "choices",
    "width",
    "resource_boundary",
    "room_boundary",
    "room_bits",
    "room_doubled",
    "room_holds",
    "word_bits",
    "mac_energy",
    "lanes",
    "way_start",
    "way_count",
    "way_outside",
    "way_inner",
)
(
    LAYOUT,
    STEPS,
    EXTENTS,
    MOVING,
    AXIS_OF,
    AXIS_DIMENSIONS,
    AXIS_STEPS,
    BASE,
    AXIS_BASE,
    VIEWS,
    MASKS,
    LENGTHS_MATTER,
    ACTIVE_MATTERS,
    SLOT_KIND,
    SLOT_TENSOR,
    SLOT_BOUNDARY,
    SLOT_VIEW,
    TERM_START,
    TERM_METRIC,
    TERM_SLOT,
    TERM_WEIGHT,
    CONSTANT,
    CHOICES,
    WIDTH,
    RESOURCE_BOUNDARY,
    ROOM_BOUNDARY,
    ROOM_BITS,
    ROOM_DOUBLED,
    ROOM_HOLDS,
    WORD_BITS,
    MAC_ENERGY,
    LANES,
    WAY_START,
    WAY_COUNT,
    WAY_OUTSIDE,
    WAY_INNER,
) = range(0, 3 * len(FIELDS), 3)

(
    AT_LEVELS,
    AT_VIEWS,
    AT_MULTI,
    AT_MAY,
    AT_LOW,
    AT_CARRY,
    AT_WORK,
    AT_ACTIVE,
    AT_OPERANDS,
    AT_DIMENSION,
    AT_NEED,
    AT_WHOLE,
    AT_FRESH,
    AT_OUT,
    AT_WRAP,
    AT_BOTH,
    AT_LOW_WRAP,
    AT_LOW_KEPT,
    AT_GROWN,
    AT_CARRIED,
    AT_AXIS_OPERANDS,
    AT_AXIS,
) = range(22)
"""Positions in LAYOUT."""


def flatten(problem: Problem) -> Flat:
    """A problem for compiled functions."""
    values = problem._asdict() | {"layout": _numbers(problem.layout), "steps": problem.layout.steps}
    arrays = [np.atleast_1d(np.asarray(values[name])) for name in FIELDS]
    header: list[int] = []
    starts = {"i": 3 * len(FIELDS), "f": 0}
    for array in arrays:
        header += [starts[array.dtype.kind], array.shape[-1], array.shape[0]]
        starts[array.dtype.kind] += array.size
    whole = [np.array(header, np.int64), *(array.ravel() for array in arrays if array.dtype.kind == "i")]
    return Flat(np.concatenate(whole), np.concatenate([array.ravel() for array in arrays if array.dtype.kind == "f"]))


def _numbers(layout: Layout) -> Ints:
    return np.array([item for name, item in layout._asdict().items() if name != "steps"], np.int64)


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
    return p.ints[p.ints[LAYOUT] + kind]
