"""What an array says by itself: nonzeros of chunks, and of tiles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product
from math import prod

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from ...ir import Measured, Tensor, Workload
from ..cost.nest import Nest
from .distribution import Distribution
from .steps import chunk_steps
from .tiles import Places

Bools = NDArray[np.bool_]


@lru_cache(maxsize=16)
def mask(density: Measured) -> Bools:
    """The array of nonzeros."""
    bits = np.unpackbits(np.frombuffer(density.bits, np.uint8), count=prod(density.shape))
    return bits.astype(np.bool_).reshape(density.shape)


def by_dimension(workload: Workload, tensor: Tensor, density: Measured) -> Bools:
    """The nonzeros that each point of the tensor's dimensions meets: an axis per dimension, in the workload's order."""
    array = mask(density)
    strides = dict.fromkeys((name for name in workload.extents if name in tensor.dimensions), 0)
    for stride, subscript in zip(array.strides, tensor.subscripts, strict=True):
        for term in subscript.terms:
            strides[term.dimension] += stride * term.coefficient
    shape = [workload.extents[name] for name in strides]
    return as_strided(array, shape, list(strides.values()), writeable=False)


def met(workload: Workload, leaders: Sequence[tuple[Tensor, Measured]]) -> float:
    """The share of multiply-accumulates that meet only nonzeros of all the given tensors."""
    together: NDArray[np.float64] = np.ones([1] * len(workload.extents))
    for tensor, density in leaders:
        others = frozenset[str]().union(*(other.dimensions for other, _ in leaders if other is not tensor))
        own = by_dimension(workload, tensor, density)
        names = [name for name in workload.extents if name in tensor.dimensions]
        private = tuple(axis for axis, name in enumerate(names) if name not in others)
        mean = own.mean(axis=private, keepdims=True)
        absent = tuple(axis for axis, name in enumerate(workload.extents) if name not in tensor.dimensions)
        together = together * np.expand_dims(mean, absent)
    return float(together.mean())


def measured_zero(workload: Workload, tensor: Tensor, density: Measured, box: Mapping[str, Places]) -> float:
    """The share of places along the other dimensions at which a box meets only zeros."""
    found = by_dimension(workload, tensor, density)
    axes = []
    for axis, name in enumerate(name for name in workload.extents if name in tensor.dimensions):
        if name in box:
            axes.append(axis)
            chosen = np.concatenate([np.arange(start, start + length) for start, length in box[name]])
            found = found.take(chosen, axis)
    return float(1 - found.any(axis=tuple(axes)).mean())


def measured_steps(nest: Nest, tensor: Tensor, density: Measured) -> Iterator[tuple[int, Distribution, float]]:
    """Every step over the tensor's dimensions: once, the most effectual points of a unit, and the mean share of it."""
    points = by_dimension(nest.workload, tensor, density)
    names = [name for name in nest.chains if name in tensor.dimensions]
    found: NDArray[np.int64] = points.astype(np.int64)
    held = []
    lengths = []
    for axis, name in enumerate(names):
        steps = chunk_steps(nest.chains[name], nest.workload.extents[name] + 1)
        starts = np.array([[start if length else -1 for start, length in units] for _, units in steps])
        edges = np.unique(starts[starts >= 0])
        found = np.add.reduceat(found, edges, axis=axis)
        held.append(np.where(starts < 0, len(edges), np.searchsorted(edges, starts)))
        lengths.append([max(length for _, length in units) for _, units in steps])
    # One more piece without work, for idle units.
    found = np.pad(found, [(0, 1)] * len(names))
    for combination in product(*(range(len(rows)) for rows in held)):
        most = found[np.ix_(*(rows[step] for rows, step in zip(held, combination, strict=True)))].max()
        size = prod(length[step] for length, step in zip(lengths, combination, strict=True))
        yield 1, Distribution(np.array([float(most)]), np.ones(1)), size * density.density
