"""Timeloop's own way of counting fills and reads of inputs, by walking through a map.

It differs from Weft's in two rules. *Restart*: a chunk that slides keeps what it shares with its predecessor only while
it goes on by the same step; where the step changes, because another loop advances, it is fetched whole, and the step
after that may be any. Of every loop Timeloop looks at the first two steps and takes the second for all others.
*Equal chunks*: one read serves the units of a fan-out whose chunks are equal; chunks that overlap are read apart, and
so are chunks that are equal below different units of an outer fan-out.
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
    strides = _strides(blocks)
    above = [loop for block in blocks[:place] for loop in block.part.temporal if loop.bound > 1]
    shifts = [_shift(tensor, loop, strides) for loop in above]
    inner = list(_loops(blocks[place:]))
    lengths = [box(Tensor(tensor.name, (axis,)), workload, inner) for axis in tensor.subscripts]
    whole = prod(lengths)
    total, before, step = 0, None, None
    for values in product((0, 1), repeat=len(above)):
        times = prod(loop.bound - 1 for loop, value in zip(above, values, strict=True) if value)
        own = (shift for shift, value in zip(shifts, values, strict=True) if value)
        start = tuple(sum(axis) for axis in zip(_zero(tensor), *own, strict=True))
        if before is None:
            total += times * whole
        else:
            last, step = step, tuple(a - b for a, b in zip(start, before, strict=True))
            goes_on = last in (None, step)
            total += times * (whole - goes_on * _shared(lengths, step))
            step = step if goes_on else None
        before = start
    return total


def distinct(blocks: Sequence[Block], parent: int, child: int, tensor: Tensor, workload: Workload) -> int:
    """Chunks that differ among the units between two memories, counted at each fan-out apart."""
    found, strides = 1, _strides(blocks)
    for block in blocks[parent:child]:
        shifts = [(loop.bound, _shift(tensor, loop, strides)) for loop in block.part.spatial]
        moving = [(bound, shift) for bound, shift in shifts if any(shift)]
        if len(moving) == 1:
            found *= moving[0][0]
        elif moving:
            places = product(*([[n * axis for axis in shift] for n in range(bound)] for bound, shift in moving))
            found *= len({tuple(map(sum, zip(*place, strict=True))) for place in places})
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


def _zero(tensor: Tensor) -> tuple[int, ...]:
    return (0,) * len(tensor.subscripts)


def _shift(tensor: Tensor, loop: Steps, strides: Mapping[int, int]) -> tuple[int, ...]:
    """Elements, per axis, by which a step of a loop moves a chunk."""
    points = strides[id(loop)]
    return tuple(
        sum(term.coefficient * points for term in axis.terms if term.dimension == loop.dimension)
        for axis in tensor.subscripts
    )


def _shared(lengths: Sequence[int], step: Sequence[int]) -> int:
    """Elements that a chunk shares with its predecessor, as far as Timeloop sees: it must move along one axis."""
    if sum(map(bool, step)) > 1:
        return 0
    return prod(max(0, length - abs(along)) for length, along in zip(lengths, step, strict=True))
