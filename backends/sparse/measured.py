"""What arrays say by themselves: the multiply-accumulates that they meet, and boxes of zeros."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import prod

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from ...ir import Measured, Tensor, Workload
from ...ir.density_rules import data_shape
from .tiles import Places

Bools = NDArray[np.bool_]


@lru_cache(maxsize=16)
def mask(density: Measured) -> Bools:
    """The array of nonzeros."""
    bits = np.unpackbits(np.frombuffer(density.bits, np.uint8), count=prod(density.shape))
    return bits.astype(np.bool_).reshape(density.shape)


def by_dimension(workload: Workload, tensor: Tensor, array: Bools) -> Bools:
    """The nonzeros that each point of the tensor's dimensions meets: an axis per dimension, in the workload's order."""
    strides = dict.fromkeys((name for name in workload.extents if name in tensor.dimensions), 0)
    for stride, subscript in zip(array.strides, tensor.subscripts, strict=True):
        for term in subscript.terms:
            strides[term.dimension] += stride * term.coefficient
    shape = [workload.extents[name] for name in strides]
    return as_strided(array, shape, list(strides.values()), writeable=False)


def met(workload: Workload, leaders: Sequence[tuple[Tensor, Bools]]) -> int:
    """How many multiply-accumulates meet only nonzeros of all the given tensors, told by their arrays."""
    together: NDArray[np.int64] = np.ones([1] * len(workload.extents), np.int64)
    for tensor, array in leaders:
        others = frozenset[str]().union(*(other.dimensions for other, _ in leaders if other is not tensor))
        own = by_dimension(workload, tensor, array)
        names = [name for name in workload.extents if name in tensor.dimensions]
        private = tuple(axis for axis, name in enumerate(names) if name not in others)
        absent = tuple(axis for axis, name in enumerate(workload.extents) if name not in tensor.dimensions)
        together = together * np.expand_dims(own.sum(private, np.int64, keepdims=True), absent)
    moving = frozenset[str]().union(*(tensor.dimensions for tensor, _ in leaders))
    return int(together.sum()) * prod(extent for name, extent in workload.extents.items() if name not in moving)


def inserted(workload: Workload, tensor: Tensor) -> Bools:
    """Which elements of a tensor are stored, and no inserted zeros or padding; 1 long on axes without any."""
    found = np.ones((1,) * len(tensor.subscripts), np.bool_)
    stored = {workload.index_by_name[name].subscript: places for name, places in workload.stored.items()}
    for axis, (subscript, extent) in enumerate(zip(tensor.subscripts, data_shape(workload, tensor), strict=True)):
        if subscript in stored:
            places = np.isin(np.arange(extent), stored[subscript])
            found = found & np.expand_dims(places, tuple(other for other in range(found.ndim) if other != axis))
    return found


def measured_zero(workload: Workload, tensor: Tensor, density: Measured, box: Mapping[str, Places]) -> float:
    """The share of places along the other dimensions at which a box meets only zeros."""
    found = by_dimension(workload, tensor, mask(density))
    axes = []
    for axis, name in enumerate(name for name in workload.extents if name in tensor.dimensions):
        if name in box:
            axes.append(axis)
            chosen = np.concatenate([np.arange(start, start + length) for start, length in box[name]])
            found = found.take(chosen, axis)
    return float(1 - found.any(axis=tuple(axes)).mean())
