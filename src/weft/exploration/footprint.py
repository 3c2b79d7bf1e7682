"""The area and the power of a machine by itself, in parts that each depend on few of its fields."""

from __future__ import annotations

from collections.abc import Mapping

from ..backends.area import area
from ..ir import Schedule

Part = tuple[float, float]
"""Square millimetres and milliwatts."""


def footprint(schedule: Schedule, requires: Mapping[str, int]) -> list[Part]:
    """The parts of a schedule's machine, always the same ones; memories without a capacity as `requires` says (bytes).

    Raises WeftError for what its area table does not reach.
    """
    terms = area(schedule.mapping.accelerator, requires).terms
    return [(term.area_um2 * 1e-6, term.power_mw) for term in terms]
