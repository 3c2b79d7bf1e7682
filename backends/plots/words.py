"""Numbers in descriptions, and the units that axes have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Unit(NamedTuple):
    """A unit, and how many of what is counted make one of it."""

    name: str
    of: float


ENERGIES = (Unit("pJ", 1.0), Unit("nJ", 1e3), Unit("µJ", 1e6), Unit("mJ", 1e9), Unit("J", 1e12))
TIMES = (Unit("ns", 1e-9), Unit("µs", 1e-6), Unit("ms", 1e-3), Unit("s", 1.0))
COUNTS = (Unit("", 1.0), Unit("thousand", 1e3), Unit("million", 1e6), Unit("billion", 1e9), Unit("trillion", 1e12))


def unit_of(most: float, units: Sequence[Unit]) -> Unit:
    """The unit in which the greatest number of a figure is at least 1."""
    return next((unit for unit in reversed(units) if most >= unit.of), units[0])


def in_words(value: float, units: Sequence[Unit], of: str = "") -> str:
    """A number with four digits in a unit that suits it."""
    unit = unit_of(abs(value), units)
    return " ".join(filter(None, (f"{value / unit.of:.4g}", unit.name, of)))


def shares(parts: dict[str, float], count: int = 3) -> str:
    """The greatest parts of a sum, in percent."""
    total = sum(parts.values())
    most = sorted(parts.items(), key=lambda item: -item[1])[:count]
    return ", ".join(f"{name} {value / total:.0%}" for name, value in most if value) if total else ""


def counted(count: int, name: str) -> str:
    """So many of something, in the plural where there is not one."""
    return f"{count:,} {name}{'' if count == 1 else 's'}"
