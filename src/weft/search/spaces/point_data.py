"""Points read back from plain data, as the store of results keeps them: what `dataclasses.asdict` gives, as JSON."""

from __future__ import annotations

from typing import Any

from .point import Point, Structure


def read_point(data: dict[str, Any]) -> Point:
    """The point of such data; TypeError for fields that are missing or unknown, AttributeError for no fields at all."""
    return Point(**{name: _read(item) for name, item in data.items()} | {"structure": _structure(data["structure"])})


def _structure(data: dict[str, Any]) -> Structure:
    return Structure(**{name: _read(item) for name, item in data.items()})


def _read(item: Any) -> Any:
    """The value with tuples for lists."""
    return tuple(_read(inner) for inner in item) if isinstance(item, list) else item
