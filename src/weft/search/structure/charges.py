"""What counts ask of a machine, compiled: cycles of a resource (A21) and whether a room is too small (A17)."""

from __future__ import annotations

import numpy as np

from ..compiled import compiled
from .flat import F, Flat, item, real


@compiled
def resource_cycles(p: Flat, resource: int, carried: float, units: float) -> float:
    """Cycles of a resource for so many elements in so many units at work, not yet rounded up."""
    return carried / (real(p, F.width, resource) * units)


@compiled
def resource_boundary(p: Flat, resource: int) -> int:
    """The boundary above which the units of a resource work."""
    return item(p, F.resource_boundary, resource)


@compiled
def overfull(p: Flat, room: int, bits: float) -> bool:
    """Whether so many bits, rounded up to whole bytes, are more than a room has."""
    return bool(np.ceil(bits / 8) * 8 > real(p, F.room_bits, room))
