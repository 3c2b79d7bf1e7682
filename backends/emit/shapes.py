"""Extents of flat arrays whose declaration leaves them open: what the nest reaches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...ir import Access, Array, LoopNest, NestLoop, Node, Statement
from .ranges import Ranges, inside

UNKNOWN = "declare it with a number for the extent of each of its axes"
"""What to do about an array whose shape is not known, whatever the language that declares it."""


def with_reached_extents(nest: LoopNest) -> LoopNest:
    """The nest with an extent for every array of one axis whose shape is open: one more than its largest subscript.

    The extent of a single axis says nothing of where elements stand. Arrays of more axes, local ones and those that
    are read in front of their first element stay as they are.
    """
    reached: dict[str, list[tuple[int, int]]] = {}
    for access, ranges in (pair for node in nest.body for pair in _accesses(node, {})):
        if len(access.subscripts) == 1:
            reached.setdefault(access.array, []).append(access.subscripts[0].bounds(ranges))
    return replace(nest, arrays=tuple(_extended(array, reached.get(array.name, [])) for array in nest.arrays))


def _extended(array: Array, reached: list[tuple[int, int]]) -> Array:
    if array.shape is not None or array.local or not reached or min(low for low, _ in reached) < 0:
        return array
    return replace(array, shape=(1 + max(high for _, high in reached),))


def _accesses(node: Node, ranges: Ranges) -> Iterator[tuple[Access, Ranges]]:
    if isinstance(node, NestLoop):
        for inner in node.body:
            yield from _accesses(inner, inside(node, ranges))
    elif isinstance(node, Statement):
        yield from ((access, ranges) for access in (node.target, *node.reads))
