"""What compressed formats store of a tile: values and metadata (S7 to S9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod

import numpy as np
from numpy.typing import NDArray

from ...ir import Block, Density, Format, Measured, Structured, Tensor
from .measured import mask

Ints = NDArray[np.int64]

ENCODED = 1 << 12
"""Elements of a tile of groups or blocks over which zero runs are followed; larger tiles continue alike."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Expected values (placeholders of long runs included) and metadata bits per element of the tensor.

    `metadata_per_value` is what each value adds to the metadata.
    """

    values: float
    metadata_bits: float
    metadata_per_value: int = 0


UNCOMPRESSED = Stored(1.0, 0.0)


def bits_for(count: int) -> int:
    """Bits that tell `count` things apart."""
    return max(0, count - 1).bit_length()


def value_bits(form: Format, sides: Sequence[int]) -> int:
    """Metadata bits with every stored value of tiles with these sides."""
    if form.kind == "coordinate":
        return bits_for(form.structure[1]) if form.structure else sum(bits_for(side) for side in sides)
    if form.kind == "csr":
        return bits_for(sides[-1] if sides else 1)
    return form.run_bits if form.kind == "run_length" else 0


def fixed_bits(form: Format, sides: Sequence[int], whole: Sequence[int]) -> int:
    """Metadata bits of a tile whatever it holds; `whole` are the sides of a tile that no edge cuts."""
    if form.kind == "bitmask":
        return prod(sides)
    if form.kind == "csr":
        return (prod(sides[:-1]) + 1) * bits_for(prod(whole) + 1)
    return 0


@lru_cache(maxsize=4096)
def stored(
    form: Format | None, density: Density, tensor: Tensor, tiles: tuple[tuple[int, tuple[int, ...]], ...]
) -> Stored:
    """What is stored per element of a tensor in `tiles`, given as (number, sides); the largest is a whole one.

    Without a format every element is stored.
    """
    if form is None:
        return UNCOMPRESSED
    whole = max((sides for _, sides in tiles), key=prod)
    elements = sum(number * prod(sides) for number, sides in tiles)
    values = density.density * elements
    if form.kind == "run_length":
        longest = 2**form.run_bits
        values += sum(number * placeholders(density, tensor, sides, longest) for number, sides in tiles)
    fixed = sum(number * fixed_bits(form, sides, whole) for number, sides in tiles)
    each = value_bits(form, whole)
    return Stored(values / elements, (values * each + fixed) / elements, each)


@lru_cache(maxsize=4096)
def placeholders(density: Density, tensor: Tensor, sides: tuple[int, ...], longest: int) -> float:
    """Expected zeros that are stored in a tile because no count reaches over them: each `longest`-th of a run."""
    if isinstance(density, Measured):
        return _measured_placeholders(density, sides, longest)
    if isinstance(density, Structured | Block):
        return _grouped_placeholders(density, tensor, sides, longest)
    zero, elements = 1 - density.density, prod(sides)
    # The run that ends here is `reach` zeros long, and starts the tile or follows a value.
    reaches = range(longest, elements + 1, longest)
    return float(sum(zero**reach * (1 + density.density * (elements - reach)) for reach in reaches))


def _grouped_placeholders(density: Structured | Block, tensor: Tensor, sides: tuple[int, ...], longest: int) -> float:
    rows, inner = _capped(sides)
    groups, laws = _groups(density, tensor, (*rows, inner) if sides else sides)
    elements = len(groups)
    later = _later(groups, laws)
    ends = np.arange(elements)
    chance, total = np.ones(elements), 0.0
    for reach in range(1, elements + 1):
        starts = ends[reach - 1 :] - (reach - 1)
        # Given the zeros behind it, is this one zero too?
        seen = sum((later[starts, k] <= ends[reach - 1 :]).astype(np.int64) for k in range(later.shape[1]))
        longer = chance[reach - 1 :] * laws[np.minimum(seen, len(laws) - 1)]
        if reach % longest == 0:
            beyond = np.zeros_like(longer)
            more = starts[1:] - 1
            again = sum((later[more, k] <= ends[reach:]).astype(np.int64) for k in range(later.shape[1]))
            beyond[1:] = longer[1:] * laws[np.minimum(again, len(laws) - 1)]
            total += float((longer - beyond).sum())
        chance[reach - 1 :] = longer
        if longer.max() < 1e-12:
            break
    return total * prod(sides) / elements


def _capped(sides: tuple[int, ...]) -> tuple[tuple[int, ...], int]:
    """The sides of the first part of a tile that is small enough to follow."""
    inner = min(sides[-1], ENCODED) if sides else 1
    rows: list[int] = []
    budget = max(1, ENCODED // inner)
    for side in reversed(sides[:-1]):
        rows.insert(0, max(1, min(side, budget)))
        budget //= rows[0]
    return tuple(rows), inner


def _groups(density: Structured | Block, tensor: Tensor, sides: tuple[int, ...]) -> tuple[Ints, NDArray[np.float64]]:
    """The group of every element in row-major order, and the chance of zero by the zeros known in its group."""
    places = np.indices(sides)
    if isinstance(density, Block):
        cell = [place // side for place, side in zip(places, density.shape, strict=True)]
        laws = np.array([1 - density.density, 1.0])
    else:
        axis = [subscript.dimensions for subscript in tensor.subscripts].index((density.dimension,))
        cell = [place // (density.group if number == axis else 1) for number, place in enumerate(places)]
        n, m = density.nonzeros, density.group
        laws = np.array([max(0.0, (m - n - known) / (m - known)) for known in range(m)])
    numbers = np.ravel_multi_index(tuple(cell), sides).ravel()
    return numbers.astype(np.int64), laws


def _later(groups: Ints, laws: NDArray[np.float64]) -> Ints:
    """Per element the places of the next elements of its group; beyond the end where there are none."""
    elements = len(groups)
    order = np.lexsort((np.arange(elements), groups))
    found = np.full((elements, len(laws) - 1), 2 * elements, np.int64)
    for step in range(1, len(laws)):
        same = groups[order[step:]] == groups[order[:-step]]
        found[order[:-step][same], step - 1] = order[step:][same]
    return found


def _measured_placeholders(density: Measured, sides: tuple[int, ...], longest: int) -> float:
    """The average over the tiles of these sides that fit into the array."""
    array = mask(density)
    counts = [extent // side for extent, side in zip(array.shape, sides, strict=True)]
    cut = array[tuple(slice(0, count * side) for count, side in zip(counts, sides, strict=True))]
    split = cut.reshape([part for pair in zip(counts, sides, strict=True) for part in pair])
    axes = [*range(0, split.ndim, 2), *range(1, split.ndim, 2)]
    rows = np.transpose(split, axes).reshape(prod(counts), prod(sides))
    # A value before each tile and one after the last ends every run.
    flat = np.concatenate((np.pad(rows, ((0, 0), (1, 0)), constant_values=True).ravel(), [True]))
    runs = np.diff(np.flatnonzero(flat)) - 1
    stored_zeros = int((runs // longest).sum())
    return float(stored_zeros / max(1, prod(counts)))
