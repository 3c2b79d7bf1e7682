"""How many elements of a tile are not zero: a density as independent groups of elements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from itertools import product
from math import comb, prod

import numpy as np

from ...ir import Block, Density, Structured, Tensor, Uniform
from .distribution import Part

Interval = tuple[int, int]
"""Start and length."""

Places = tuple[Interval, ...]
"""What a box holds of a dimension: disjoint intervals. Where no groups lie along it, only their lengths matter."""

DENSE = Uniform(1.0)


def parts(density: Density, tensor: Tensor, box: Mapping[str, Places]) -> tuple[Part, ...]:
    """The multiply-accumulates of a box of iteration points that find their element of the tensor nonzero.

    `box` has a chunk per dimension; those that do not move the tensor do not count. A window's element counts as often
    as windows of the box hold it. Measured data count as uniform.
    """
    plain = _plain_groups(density, tensor, box)
    windows = _window_weights(tensor, box)
    return tuple(Part(times * repeats, law, weight) for law, times in plain for weight, repeats in windows.items())


def tile_parts(density: Density, tensor: Tensor, box: Mapping[str, Places]) -> tuple[Part, ...]:
    """The nonzeros among the distinct elements that a box touches."""
    elements = sum(_window_weights(tensor, box).values())
    return tuple(Part(times * elements, law) for law, times in _plain_groups(density, tensor, box))


def _plain_groups(density: Density, tensor: Tensor, box: Mapping[str, Places]) -> list[tuple[tuple[float, ...], int]]:
    """Laws of independent groups over the axes of single dimensions, each with its number."""
    names = [subscript.dimensions[0] for subscript in tensor.subscripts if len(subscript.terms) == 1]
    if isinstance(density, Structured):
        others = prod(extent(box[name]) for name in names if name != density.dimension)
        pieces = cuts(box[density.dimension], density.group)
        return [(_chosen(density, held), times * others) for held, times in pieces.items()]
    if isinstance(density, Block):
        return _blocks(density, tensor, box)
    return [(_chance(density.density), prod(extent(box[name]) for name in names))]


def _blocks(density: Block, tensor: Tensor, box: Mapping[str, Places]) -> list[tuple[tuple[float, ...], int]]:
    sides = [
        cuts(box[subscript.dimensions[0]], side).items()
        for side, subscript in zip(density.shape, tensor.subscripts, strict=True)
        if len(subscript.terms) == 1
    ]
    volumes: Counter[int] = Counter()
    for cell in product(*sides):
        volumes[prod(length for length, _ in cell)] += prod(times for _, times in cell)
    empty, full = _chance(density.density)
    return [((empty, *[0.0] * (volume - 1), full), times) for volume, times in volumes.items()]


def _chance(density: float) -> tuple[float, float]:
    return 1 - density, density


@lru_cache(maxsize=4096)
def _chosen(density: Structured, held: int) -> tuple[float, ...]:
    """Nonzeros among `held` elements of one group: hypergeometric."""
    n, m = density.nonzeros, density.group
    return tuple(comb(held, k) * comb(m - held, n - k) / comb(m, n) if k <= n else 0.0 for k in range(held + 1))


def extent(places: Places) -> int:
    """How many positions there are."""
    return sum(length for _, length in places)


@lru_cache(maxsize=16384)
def cuts(places: Places, period: int) -> Counter[int]:
    """How many stretches between multiples of `period` have so many of the places."""
    if period == 1:
        return Counter({1: extent(places)})
    if len(places) > 1:
        positions = np.concatenate([np.arange(start, start + length) for start, length in places])
        return Counter(np.unique(positions // period, return_counts=True)[1].tolist())
    (start, length), *_ = places
    first = min(length, -start % period)
    full, last = divmod(length - first, period)
    pieces = Counter({period: full})
    pieces.update(piece for piece in (first, last) if piece)
    return +pieces


def _window_weights(tensor: Tensor, box: Mapping[str, Places]) -> Counter[int]:
    """How many elements of the windowed axes are held by so many windows of the box."""
    found: Counter[int] = Counter({1: 1})
    for subscript in tensor.subscripts:
        if len(subscript.terms) == 2:
            y, r = subscript.terms
            own = window_multiplicity(extent(box[y.dimension]), y.coefficient, extent(box[r.dimension]), r.coefficient)
            found = products(found, own)
    return found


def products(ones: Counter[int], others: Counter[int]) -> Counter[int]:
    """The products of numbers with others, and how often there are such pairs."""
    found: Counter[int] = Counter()
    for (one, times), (other, count) in product(ones.items(), others.items()):
        found[one * other] += times * count
    return found


@lru_cache(maxsize=4096)
def window_multiplicity(outputs: int, stride: int, taps: int, dilation: int) -> Counter[int]:
    """Elements stride·y + dilation·r by the number of pairs (y, r) that use them."""
    places = stride * np.arange(outputs)[:, None] + dilation * np.arange(taps)[None, :]
    found = Counter(np.bincount(places.ravel()).tolist())
    found.pop(0, None)
    return found


def zero_chance(density: Density, tensor: Tensor, box: Mapping[str, Places]) -> float:
    """The chance that all elements are zero which a box touches; it is 1 long along dimensions that it lacks."""
    held = {name: box.get(name, ((0, 1),)) for name in tensor.dimensions}
    return prod(law[0] ** times for times, law, _ in tile_parts(density, tensor, held))


def period(density: Density, tensor: Tensor, name: str) -> int:
    """The length at whose multiples groups or blocks of a tensor start along a dimension."""
    if isinstance(density, Structured):
        return density.group if density.dimension == name else 1
    if isinstance(density, Block):
        axes = zip(density.shape, tensor.subscripts, strict=True)
        return prod(side for side, subscript in axes if subscript.dimensions == (name,))
    return 1
