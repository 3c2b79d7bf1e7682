"""Sets of tensor elements as bits of Python integers, and the element that each point of a chunk uses."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...ir import Tensor, Workload
from .program import Chunk

Bits: TypeAlias = int
Integers: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True)
class Elements:
    """The elements of one tensor, numbered in row-major order of the array that bounds its subscripts."""

    workload: Workload
    tensor: Tensor
    _bits: dict[Chunk, Bits] = field(default_factory=dict, compare=False)
    _numbers: dict[tuple[int, ...], Integers] = field(default_factory=dict, compare=False)

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """Extents of the array that bounds the subscripts."""
        extents = self.workload.extents
        return tuple(
            sum(term.coefficient * (extents[term.dimension] - 1) for term in subscript.terms) + 1
            for subscript in self.tensor.subscripts
        )

    def touched(self, chunk: Chunk) -> Bits:
        """The elements that the points of a chunk touch."""
        key = tuple(chunk[axis] for axis in self._moving)
        if key not in self._bits:
            mask = np.zeros(prod(self.shape), dtype=np.bool_)
            # Dimensions that do not move the tensor touch nothing more after their first value.
            first = [interval if axis in self._moving else (0, 1) for axis, interval in enumerate(chunk)]
            mask[self.numbers(tuple(first))] = True
            self._bits[key] = int.from_bytes(np.packbits(mask, bitorder="little").tobytes(), "little")
        return self._bits[key]

    @cached_property
    def _moving(self) -> tuple[int, ...]:
        """The dimensions that move the tensor."""
        return tuple(axis for axis, name in enumerate(self.workload.extents) if name in self.tensor.dimensions)

    def numbers(self, chunk: Chunk) -> Integers:
        """The element number of every point of a chunk, points in row-major order of the dimensions."""
        start = sum(weight * low for weight, (low, _) in zip(self._weights, chunk, strict=True))
        return self._relative(lengths(chunk)) + start

    def _relative(self, shape: tuple[int, ...]) -> Integers:
        if shape not in self._numbers:
            numbers = np.zeros(1, dtype=np.int64)
            for weight, length in zip(self._weights, shape, strict=True):
                numbers = (numbers[:, None] + weight * np.arange(length, dtype=np.int64)[None, :]).ravel()
            self._numbers[shape] = numbers
        return self._numbers[shape]

    @cached_property
    def _weights(self) -> list[int]:
        """By how much the element number grows with each dimension."""
        shape = self.shape
        weights = dict.fromkeys(self.workload.extents, 0)
        for axis, subscript in enumerate(self.tensor.subscripts):
            for term in subscript.terms:
                weights[term.dimension] += term.coefficient * prod(shape[axis + 1 :])
        return list(weights.values())


def lengths(chunk: Chunk) -> tuple[int, ...]:
    """How much a chunk holds of every dimension."""
    return tuple(high - low for low, high in chunk)
