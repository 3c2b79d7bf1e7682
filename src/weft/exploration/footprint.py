"""The area and the power of a machine by itself, in parts that each depend on few of its fields."""

from __future__ import annotations

from collections.abc import Mapping

from ..backends.area import area
from ..ir import Schedule

Part = tuple[float, float]
"""Square millimetres and milliwatts."""


def footprint(schedule: Schedule, requires: Mapping[str, int]) -> list[Part]:
    """The parts of a schedule's machine, always the same ones; memories without a capacity as `requires` says (bytes).

    The power is that of an area table with a power of its own, and else what leaks. Raises WeftError for what the table
    does not reach.
    """
    found = area(schedule.mapping.accelerator, requires)
    return [(term.area_um2 * 1e-6, term.power_mw if found.own_power else term.leakage_mw) for term in found.terms]
