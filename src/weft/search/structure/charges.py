"""What counts ask of a machine, compiled: cycles of resources and elements (A20, A21), room for chunks (A17)."""

from __future__ import annotations

import numpy as np

from ..compiled import compiled
from .flat import F, Flat, cell, item, real, rows
from .plan import Floats


@compiled
def resource_cycles(p: Flat, resource: int, carried: float, units: float) -> float:
    """Cycles of a resource for so many elements in so many units at work, not yet rounded up."""
    return carried / (real(p, F.width, resource) * units)


@compiled
def resource_boundary(p: Flat, resource: int) -> int:
    """The boundary above which the units of a resource work."""
    return item(p, F.resource_boundary, resource)


@compiled
def busiest_cycles(p: Flat, x: Floats, vectors: int) -> float:
    """Cycles of the busiest processing element, at least, for the vectors of each dimension in a column."""
    product = 1.0
    for d in range(rows(p, F.extents)):
        product *= x[item(p, F.base, d) + vectors]
    return np.ceil(product * real(p, F.interval, 0) / real(p, F.lanes, 0))


@compiled
def elements_of(p: Flat, x: Floats, tensor: int, lengths: int, axes: int) -> float:
    """Elements of a tensor: lengths of its dimensions from one column, elements of its windowed axes from another."""
    product = 1.0
    for d in range(rows(p, F.extents)):
        if item(p, F.moving, tensor) >> d & 1:
            axis = cell(p, F.axis_of, tensor, d)
            if axis < 0:
                product *= x[item(p, F.base, d) + lengths]
            elif cell(p, F.axis_dimensions, axis, 0) == d:
                product *= x[item(p, F.axis_base, axis) + axes]
    return product


@compiled
def overfull(p: Flat, room: int, bits: float) -> bool:
    """Whether so many bits, rounded up to whole bytes, are more than a room has."""
    return bool(np.ceil(bits / 8) * 8 > real(p, F.room_bits, room))
