"""Open sizes: every `?` of a program is a free symbol of its own, `?1`, `?2` and so on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from .nodes import Symbol

HOLE = "?"


def name_holes(items: tuple[Any, ...]) -> tuple[Any, ...]:
    """The statements of a program with a number after every `?` that has none; written numbers are not used again."""
    taken = {symbol.name for symbol in _symbols(items)}
    if HOLE not in taken:
        return items
    fresh = (name for number in count(1) if (name := f"{HOLE}{number}") not in taken)
    return tuple(_named(item, fresh) for item in items)


def _symbols(node: Any) -> Iterator[Symbol]:
    if isinstance(node, Symbol):
        yield node
    elif isinstance(node, tuple):
        for part in node:
            yield from _symbols(part)


def _named(node: Any, fresh: Iterator[str]) -> Any:
    if isinstance(node, Symbol):
        return node._replace(name=next(fresh)) if node.name == HOLE else node
    if not isinstance(node, tuple):
        return node
    parts = [_named(part, fresh) for part in node]
    kind: Any = type(node)
    return kind(*parts) if hasattr(node, "_fields") else tuple(parts)
