"""Bounds of machines that need no search."""

from __future__ import annotations

from math import prod

from ..ir import Workload
from ..search.request import Settings
from ..search.spaces.point import Structure
from ..search.spaces.space import MapSpace


def least_value(space: MapSpace, settings: Settings) -> float:
    """What no program of a space is below, in the objective of its search."""
    cycles = min((least_cycles(space, item) for item in space.structures()), default=0)
    return float(settings.objective.bound(0.0, float(cycles))) if settings.objective.exponents == (0, 1) else 0.0


def least_cycles(space: MapSpace, structure: Structure) -> int:
    """Cycles of the busiest element of a structure, at least.

    Of every dimension, some unit gets no less than a share of the units that it is spread over.
    """
    machine = space.accelerator
    shares = prod(_share(space.workload, structure, name, extent) for name, extent in space.workload.dimensions)
    return -(-shares // (machine.lanes * machine.vector_width))


def _share(workload: Workload, structure: Structure, name: str, extent: int) -> int:
    spread = zip(structure.units, structure.spatial, strict=True)
    return -(-extent // prod(units for units, dimension in spread if dimension == name))
