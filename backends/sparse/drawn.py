"""The slowest unit of a step where no closed form is exact: the mean over drawn masks (S6).

Units that share data, or groups that several units cut, make the units' work depend on each other. Masks are then
drawn for the chunks of like steps, all units of a step together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from math import prod, sqrt

import numpy as np
from numpy.typing import NDArray

from ...ir import Density, Measured, Tensor
from ...ir.density_rules import own_axis
from ..sampling.masks import Bools, draw
from .measured import mask
from .steps import Held
from .tiles import period

Leaders = tuple[tuple[Tensor, Density], ...]
Counts = NDArray[np.int64]

KINDS = 512
"""Like steps that are drawn; of more kinds, so many are chosen by their number."""

ELEMENTS = 1 << 23
"""About so many elements are drawn for a layer, in at most `SAMPLES` masks of each kind."""

SAMPLES = 4096


Slots = Callable[[Counts], NDArray[np.float64]]
"""The cycles of steps with so many effectual points of the slowest unit."""


def drawn_cycles(leaders: Leaders, choices: Mapping[str, list[tuple[int, Held]]], slots: Slots) -> tuple[float, float]:
    """Cycles of all steps of the leaders' dimensions, given the steps of each, and their standard error.

    The masks are seeded, so that the same layer always has the same cycles.
    """
    rng = np.random.default_rng(0)
    every = prod(len(steps) for steps in choices.values()) <= KINDS
    kinds = list(_all(choices) if every else _chosen(choices, rng))
    volume = max(1, sum(_volume(leaders, held) for _, held in kinds))
    samples = max(16, min(SAMPLES, ELEMENTS // volume))
    means, variances, counts = [], [], []
    for count, held in kinds:
        cycles = slots(_most(leaders, held, samples, rng))
        means.append(float(cycles.mean()))
        variances.append(float(cycles.var()) / samples)
        counts.append(count)
    mean, weight = np.array(means), np.array(counts, np.float64)
    if every:
        return float(weight @ mean), sqrt(float(weight**2 @ np.array(variances)))
    total = prod(sum(count for count, _ in steps) for steps in choices.values())
    return total * float(mean.mean()), total * float(mean.std()) / sqrt(len(mean))


def _all(choices: Mapping[str, list[tuple[int, Held]]]) -> Iterator[tuple[int, dict[str, Held]]]:
    """All combinations of the dimensions' steps with their number."""
    for cell in product(*choices.values()):
        yield prod(count for count, _ in cell), dict(zip(choices, (held for _, held in cell), strict=True))


def _chosen(
    choices: Mapping[str, list[tuple[int, Held]]], rng: np.random.Generator
) -> Iterator[tuple[int, dict[str, Held]]]:
    """Combinations chosen in proportion to their number."""
    for _ in range(KINDS):
        held = {}
        for name, steps in choices.items():
            counts = np.array([count for count, _ in steps], np.float64)
            held[name] = steps[int(rng.choice(len(steps), p=counts / counts.sum()))][1]
        yield 1, held


def _volume(leaders: Leaders, held: Mapping[str, Held]) -> int:
    return sum(prod(sum(length for _, length in held[name]) for name in tensor.dimensions) for tensor, _ in leaders)


def _most(leaders: Leaders, held: Mapping[str, Held], samples: int, rng: np.random.Generator) -> Counts:
    """The most effectual points of a unit in one step, in every sample."""
    together = frozenset.intersection(*(tensor.dimensions for tensor, _ in leaders))
    shared = [name for name in held if name in together]
    masks = [_region(tensor, density, held, samples, rng) for tensor, density in leaders]
    found = np.zeros(samples, np.int64)
    for cell in product(*(_working(held[name]) for name in shared)):
        fixed = dict(zip(shared, cell, strict=True))
        tiles = [
            _tiles(tensor, region, low, held, fixed) for (tensor, _), (region, low) in zip(leaders, masks, strict=True)
        ]
        if len(tiles) == 1:
            work = tiles[0].sum(-1)
        else:
            work = np.einsum("sax,sbx->sab", tiles[0], tiles[1]).reshape(samples, -1)
        found = np.maximum(found, work.max(-1))
    return found


def _working(held: Held) -> list[tuple[int, int]]:
    return list(dict.fromkeys(chunk for chunk in held if chunk[1]))


def _region(
    tensor: Tensor, density: Density, held: Mapping[str, Held], samples: int, rng: np.random.Generator
) -> tuple[Bools, list[int]]:
    """Masks over all that the units touch, and where it starts: at the start of a group on every axis."""
    lows, sides = [], []
    for subscript in tensor.subscripts:
        chunks = [[chunk for chunk in held[term.dimension] if chunk[1]] for term in subscript.terms]
        low = sum(
            term.coefficient * min(start for start, _ in own) for term, own in zip(subscript.terms, chunks, strict=True)
        )
        high = sum(
            term.coefficient * max(start + length - 1 for start, length in own)
            for term, own in zip(subscript.terms, chunks, strict=True)
        )
        low -= low % period(density, tensor, subscript.dimensions[0])
        lows.append(low)
        sides.append(high - low + 1)
    if isinstance(density, Measured):
        part = mask(density)[tuple(slice(low, low + side) for low, side in zip(lows, sides, strict=True))]
        return np.broadcast_to(part, (samples, *part.shape)), lows
    return draw(density, tensor, tuple(sides), samples, rng), lows


def _tiles(
    tensor: Tensor, region: Bools, low: list[int], held: Mapping[str, Held], fixed: Mapping[str, tuple[int, int]]
) -> Counts:
    """Per sample and tile the nonzeros at each shared place, summed over the tensor's own dimensions."""
    own = [name for name in held if name in tensor.dimensions and name not in fixed]
    found = []
    for cell in product(*(_working(held[name]) for name in own)):
        box = dict(zip(own, cell, strict=True)) | dict(fixed)
        points = _points(tensor, region, low, box)
        names = [term.dimension for subscript in tensor.subscripts for term in subscript.terms]
        private = tuple(1 + place for place, name in enumerate(names) if name in own)
        order = sorted((name for name in names if name in fixed), key=list(fixed).index)
        left = [name for name in names if name in fixed]
        counts = points.sum(axis=private, dtype=np.int64)
        counts = np.transpose(counts, (0, *(1 + left.index(name) for name in order)))
        found.append(counts.reshape(len(region), -1))
    return np.stack(found, 1)


def _points(tensor: Tensor, region: Bools, low: list[int], box: Mapping[str, tuple[int, int]]) -> Bools:
    """What every point of a box meets: an axis per sample, then per term of the tensor's subscripts."""
    found, axis = region, 1
    for start, subscript in zip(low, tensor.subscripts, strict=True):
        chunks = [box[term.dimension] for term in subscript.terms]
        if own_axis(subscript):
            [(first, length)] = chunks
            found = found[(*(slice(None),) * axis, slice(first - start, first - start + length))]
        else:
            places = np.zeros((), np.int64)
            for term, (first, length) in zip(subscript.terms, chunks, strict=True):
                places = places[..., None] + term.coefficient * np.arange(first, first + length)
            found = found.take(places - start, axis)
        axis += len(subscript.terms)
    return found
