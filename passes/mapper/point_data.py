"""Points as plain data, for the store of results."""

from __future__ import annotations

from typing import Any

from .space import Point, Structure


def point_data(point: Point) -> dict[str, Any]:
    """A point as what JSON can hold."""
    structure = point.structure
    return {
        "units": structure.units,
        "spatial": structure.spatial,
        "symbols": structure.symbols,
        "levels": point.levels,
        "holds": point.holds,
    }


def read_point(data: dict[str, Any]) -> Point:
    """The point of such data."""
    structure = Structure(tuple(data["units"]), tuple(data["spatial"]), _pairs(data["symbols"]))
    holds = tuple((memory, tuple(held)) for memory, held in data["holds"])
    return Point(structure, tuple(_pairs(level) for level in data["levels"]), holds)


def _pairs(items: Any) -> tuple[tuple[str, int], ...]:
    return tuple((str(name), int(number)) for name, number in items)
