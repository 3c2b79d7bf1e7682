"""Values under other names, in a form that can be compared: dataclasses by their fields, whichever they have.

A field that nobody thought of is renamed and compared in its order: values may then look different that mean the same,
never the same where they mean different things.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """The value as nested tuples, with other names wherever one of `names` stands.

    What a field says is unordered (`ir.unordered`) comes out sorted. TypeError for what is no plain value, tuple or
    dataclass of such.
    """
    if isinstance(value, str):
        return names.get(value, value)
    if value is None or isinstance(value, bool | int | float | bytes):
        return value
    if isinstance(value, tuple):
        return tuple(renamed(item, names) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        known = [item for item in fields(value) if item.compare]
        items = (_field(renamed(getattr(value, x.name), names), x.metadata.get("unordered", "")) for x in known)
        return type(value).__name__, *items
    raise TypeError(f"a {type(value).__name__} has no names to change: {value!r}")


def _field(value: Any, unordered: str) -> Any:
    if not unordered or not isinstance(value, tuple):
        return value
    items = (_field(item, unordered) for item in value) if unordered == "inside" else value
    return tuple(sorted(items, key=repr))
