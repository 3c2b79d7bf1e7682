"""Arrays whose first extent is left open, as `float C[][7]`: it is what the function reaches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ...ir import Access, LoopNest, NestLoop, Node, Statement

_Ranges = Mapping[str, tuple[int, int]]


def with_first_extents(nest: LoopNest, rows: Mapping[str, tuple[int, ...]]) -> LoopNest:
    """The nest with shapes for the arrays in `rows`, which says their extents after the first.

    An array that is read under conditions, or in front of its first element, stays as it is.
    """
    ends: dict[str, list[tuple[int, int]]] = {name: [] for name in rows}
    for access, ranges, is_certain in (item for node in nest.body for item in _accesses(node, {})):
        if access.array in ends:
            ends[access.array].append(access.subscripts[0].bounds(ranges) if is_certain else (-1, -1))
    found = {
        name: (1 + max(high for _, high in items), *rows[name])
        for name, items in ends.items()
        if items and min(low for low, _ in items) >= 0
    }
    return replace(nest, arrays=tuple(replace(item, shape=found.get(item.name, item.shape)) for item in nest.arrays))


def _accesses(node: Node, ranges: _Ranges) -> Iterator[tuple[Access, _Ranges, bool]]:
    if isinstance(node, NestLoop):
        inside = {**ranges, node.iterator: _values(node, ranges)}
        for inner in node.body:
            yield from _accesses(inner, inside)
    elif isinstance(node, Statement):
        yield from ((access, ranges, not node.choices) for access in (node.target, *node.reads))


def _values(loop: NestLoop, ranges: _Ranges) -> tuple[int, int]:
    """The least and the greatest value of an iterator."""
    lower, upper = ([item.bounds(ranges) for item in bounds] for bounds in (loop.lower, loop.upper))
    if loop.step > 0:
        low, high = max(item[0] for item in lower), min(item[1] for item in upper) - 1
    else:
        low, high = max(item[0] for item in upper) + 1, min(item[1] for item in lower)
    return low, max(low, high)
