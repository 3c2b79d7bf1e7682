"""Keys of results by content: equal questions have equal keys, on every machine and in every run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from hashlib import sha256
from typing import Any


def content_key(*parts: Any) -> str:
    """A SHA-256, in hexadecimal, of everything that a result depends on.

    The parts are plain values, mappings, sequences, sets and dataclasses of such. Fields that do not take part in
    comparison, such as places in a file, do not count. `TypeError` for anything else, such as a function: what has
    no text that stays the same has no key.
    """
    text = json.dumps([_plain(part) for part in parts], separators=(",", ":"), sort_keys=True)
    return sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """The value as JSON; values of different types never look the same."""
    if value is None or (isinstance(value, bool | int | float | str) and not isinstance(value, Enum)):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        content = {item.name: _plain(getattr(value, item.name)) for item in fields(value) if item.compare}
        return {type(value).__name__: content}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, Enum):
        return {type(value).__name__: value.name}
    if isinstance(value, Mapping):
        return {"mapping": _sorted([_plain(key), _plain(item)] for key, item in value.items())}
    if isinstance(value, set | frozenset):
        return {"set": _sorted(_plain(item) for item in value)}
    raise TypeError(f"a {type(value).__name__} has no key: {value!r}")


def _sorted(items: Any) -> list[Any]:
    return sorted(items, key=lambda item: json.dumps(item, sort_keys=True))
