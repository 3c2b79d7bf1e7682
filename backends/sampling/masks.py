"""Masks drawn from densities, and tiles of masks really encoded. The first axis of every mask counts the samples."""

from __future__ import annotations

from math import prod

import numpy as np
from numpy.typing import NDArray

from ...ir import Block, Density, Format, Measured, Structured, Tensor

Bools = NDArray[np.bool_]
Counts = NDArray[np.int64]


def draw(
    density: Density | None, tensor: Tensor, shape: tuple[int, ...], samples: int, rng: np.random.Generator
) -> Bools:
    """Which elements of an array of `shape` are nonzero, in every sample."""
    if density is None:
        return np.ones((samples, *shape), np.bool_)
    if isinstance(density, Measured):
        bits = np.unpackbits(np.frombuffer(density.bits, np.uint8), count=prod(shape))
        return np.broadcast_to(bits.astype(np.bool_).reshape(shape), (samples, *shape))
    if isinstance(density, Block):
        blocks = tuple(-(-extent // side) for extent, side in zip(shape, density.shape, strict=True))
        found = rng.random((samples, *blocks)) < density.density
        for axis, side in enumerate(density.shape, 1):
            found = np.repeat(found, side, axis)
        return found[(slice(None), *(slice(extent) for extent in shape))]
    if isinstance(density, Structured):
        axis = [subscript.dimensions for subscript in tensor.subscripts].index((density.dimension,))
        others = shape[:axis] + shape[axis + 1 :]
        groups = -(-shape[axis] // density.group)
        ranks = rng.random((samples, *others, groups, density.group)).argsort(-1)
        found = (ranks < density.nonzeros).reshape(samples, *others, groups * density.group)
        return np.moveaxis(found, -1, axis + 1)[(slice(None), *(slice(extent) for extent in shape))]
    return rng.random((samples, *shape)) < density.density


def encode(tiles: Bools, form: Format, whole: tuple[int, ...]) -> tuple[Counts, Counts]:
    """Values stored (with placeholders) and metadata bits of a tile in every sample; `whole`: sides of an uncut one."""
    rows = tiles.reshape(len(tiles), -1)
    sides, nonzeros = tiles.shape[1:], rows.sum(1)
    if form.kind == "bitmask":
        return nonzeros, np.full_like(nonzeros, rows.shape[1])
    if form.kind == "coordinate":
        each = _width(form.structure[1]) if form.structure else sum(_width(side) for side in whole)
        return nonzeros, nonzeros * each
    if form.kind == "csr":
        starts = (prod(sides[:-1]) + 1) * _width(prod(whole) + 1)
        return nonzeros, starts + nonzeros * _width(whole[-1] if whole else 1)
    values, zeros = np.zeros_like(nonzeros), np.zeros_like(nonzeros)
    for present in rows.T:
        written = present | (zeros == 2**form.run_bits - 1)
        values += written
        zeros = np.where(written, 0, zeros + 1)
    return values, values * form.run_bits


def _width(count: int) -> int:
    return int(np.ceil(np.log2(count))) if count > 1 else 0
