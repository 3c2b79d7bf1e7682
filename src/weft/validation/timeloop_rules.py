"""Timeloop's own way of counting fills and reads of inputs, by walking through a printed map.

It differs from Weft's in two rules. *Restart*: a chunk that slides keeps what it shares with its predecessor only while
the innermost loop above advances; when an outer loop advances, a chunk that changes is fetched whole. *Equal chunks*:
one read serves the units of a fan-out whose chunks are equal; chunks that overlap are read apart, and so are chunks
that are equal below different units of an outer fan-out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod

from ..frontends.timeloop.map_text import Block, box
from ..frontends.timeloop.structure import Steps
from ..ir import Tensor, Workload


def fills_per_unit(blocks: Sequence[Block], place: int, tensor: Tensor, workload: Workload) -> int:
    """Elements that one instance of the memory in `blocks[place]` is filled with."""
    above = [loop for block in blocks[:place] for loop in block.part.temporal]
    whole = box(tensor, workload, _loops(blocks[place:]))
    strides = _strides(blocks)
    total, before = 0, None
    for values in product(*(range(loop.bound) for loop in above)):
        start = _start(tensor, dict.fromkeys(workload.extents, 0), zip(above, values, strict=True), strides)
        if before is None or (start != before and (not values or values[-1] == 0)):
            total += whole
        elif start != before:
            total += whole - _shared(tensor, workload, blocks[place:], start, before)
        before = start
    return total


def distinct(blocks: Sequence[Block], parent: int, child: int, tensor: Tensor, workload: Workload) -> int:
    """Chunks that differ among the units between two memories, counted at each fan-out apart."""
    found, strides = 1, _strides(blocks)
    for block in blocks[parent:child]:
        spread = block.part.spatial
        starts = {
            _start(tensor, dict.fromkeys(workload.extents, 0), zip(spread, values, strict=True), strides)
            for values in product(*(range(loop.bound) for loop in spread))
        }
        found *= len(starts)
    return found


def instances(blocks: Sequence[Block], place: int) -> int:
    """Instances of a memory that a map uses."""
    return prod(loop.bound for block in blocks[:place] for loop in block.part.spatial)


def _loops(blocks: Sequence[Block]) -> Iterator[Steps]:
    for block in blocks:
        yield from (*block.part.temporal, *block.part.spatial)


def _strides(blocks: Sequence[Block]) -> Mapping[int, int]:
    """Points of its dimension that a step of each loop moves by; loops are told apart by identity."""
    found, inside = {}, dict[str, int]()
    for loop in reversed(list(_loops(blocks))):
        found[id(loop)] = inside.get(loop.dimension, 1)
        inside[loop.dimension] = inside.get(loop.dimension, 1) * loop.bound
    return found


def _start(
    tensor: Tensor, point: dict[str, int], values: Iterator[tuple[Steps, int]], strides: Mapping[int, int]
) -> tuple[int, ...]:
    """The first element, per axis, of the chunk at these values of the loops."""
    for loop, value in values:
        point[loop.dimension] += value * strides[id(loop)]
    return tuple(sum(t.coefficient * point[t.dimension] for t in axis.terms) for axis in tensor.subscripts)


def _shared(
    tensor: Tensor, workload: Workload, inner: Sequence[Block], start: tuple[int, ...], before: tuple[int, ...]
) -> int:
    """Elements that two chunks of equal lengths have in common."""
    steps = list(_loops(inner))
    lengths = (box(Tensor(tensor.name, (axis,)), workload, steps) for axis in tensor.subscripts)
    return prod(max(0, length - abs(a - b)) for length, a, b in zip(lengths, start, before, strict=True))
