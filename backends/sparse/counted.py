"""The slowest unit of every step where arrays say which operands are zero: counted, not expected (S6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...analysis.nest import Nest
from ...ir import Measured, Tensor
from .distribution import Floats
from .measured import by_dimension, mask
from .steps import chunk_steps

OPERATIONS = 1 << 33
"""Up to so many multiplications are counted,"""

ENTRIES = 1 << 28
"""for so many pieces of all dimensions,"""

ROUNDS = 1 << 16
"""in so many products of matrices,"""

ELEMENTS = 1 << 25
"""which have so many elements."""

Slots = Callable[[Floats], Floats]
"""The cycles of steps with so many effectual points of the slowest unit."""


@dataclass(frozen=True, eq=False)
class Axis:
    """A dimension in pieces, one for every chunk of a unit in a step.

    `held[step, unit]` is the number of the unit's piece; an idle one holds number `len(edges)`, which has no work.
    """

    extent: int
    edges: NDArray[np.int64]
    held: NDArray[np.int64]

    @staticmethod
    def of(nest: Nest, name: str) -> Axis:
        """The pieces of a dimension: legal programs cut it into chunks that neither overlap nor leave gaps."""
        extent = nest.workload.extents[name]
        steps = chunk_steps(nest.chains[name], extent + 1)
        starts = np.array([[start if length else -1 for start, length in units] for _, units in steps])
        edges = np.unique(starts[starts >= 0])
        return Axis(extent, edges, np.where(starts < 0, len(edges), np.searchsorted(edges, starts)))

    @property
    def pieces(self) -> int:
        """How many there are."""
        return len(self.edges)

    def slice_of(self, piece: int) -> slice:
        """The places of a piece."""
        return slice(self.edges[piece], self.edges[piece + 1] if piece + 1 < self.pieces else self.extent)


def counted_cycles(nest: Nest, leaders: Sequence[tuple[Tensor, Measured]], slots: Slots) -> float | None:
    """Cycles of all steps of the leaders' dimensions; None where there are too many to count."""
    moving = [name for name in nest.chains if any(name in tensor.dimensions for tensor, _ in leaders)]
    axes = {name: Axis.of(nest, name) for name in moving}
    shared = [name for name in moving if sum(name in tensor.dimensions for tensor, _ in leaders) > 1]
    if not _countable(axes, shared, [tensor for tensor, _ in leaders]):
        return None
    operands = [_operand(nest, tensor, density, axes, shared) for tensor, density in leaders]
    private = [name for name in moving if name not in shared]
    total = 0.0
    for step in product(*(axes[name].held for name in shared)):
        pieces = product(*(units[units < axes[name].pieces] for name, units in zip(shared, step, strict=True)))
        work = _largest(_works(leaders, operands, axes, shared, private, pieces))
        for place, name in enumerate(private):
            idle = np.zeros_like(work.take([0], place))
            work = np.concatenate((work, idle), place).take(axes[name].held, place).max(place + 1)
        total += float(slots(work).sum())
    return total


def _countable(axes: dict[str, Axis], shared: Sequence[str], tensors: Sequence[Tensor]) -> bool:
    def size(names: Sequence[str]) -> int:
        return prod(axes[name].extent if name in shared else axes[name].pieces for name in names)

    rounds = prod(axes[name].pieces for name in shared)
    found = prod(axis.pieces for name, axis in axes.items() if name not in shared)
    return (
        size(list(axes)) <= OPERATIONS
        and rounds * found <= ENTRIES
        and rounds <= ROUNDS
        and found <= ELEMENTS
        and all(size([name for name in axes if name in tensor.dimensions]) <= ELEMENTS for tensor in tensors)
    )


def _operand(nest: Nest, tensor: Tensor, density: Measured, axes: dict[str, Axis], shared: Sequence[str]) -> Floats:
    """The nonzeros that the tensor's points meet, an axis per dimension; those of its own are summed over pieces."""
    names = [name for name in nest.chains if name in tensor.dimensions]
    found: NDArray[np.bool_] | Floats = by_dimension(nest.workload, tensor, mask(density))
    # First the sums that shrink it most.
    for name in sorted(names, key=lambda name: axes[name].pieces / axes[name].extent):
        if name not in shared:
            found = np.add.reduceat(found, axes[name].edges, axis=names.index(name), dtype=np.float64)
    return found.astype(np.float64, copy=False)


def _works(
    leaders: Sequence[tuple[Tensor, Measured]],
    operands: Sequence[Floats],
    axes: dict[str, Axis],
    shared: Sequence[str],
    private: Sequence[str],
    pieces: Iterator[tuple[int, ...]],
) -> Iterator[Floats]:
    """Effectual points for pieces of the shared dimensions: an axis per other dimension, over its pieces."""
    letters = {name: number for number, name in enumerate(axes)}
    for piece in pieces:
        box = {name: axes[name].slice_of(int(number)) for name, number in zip(shared, piece, strict=True)}
        given: list[Any] = []
        for (tensor, _), operand in zip(leaders, operands, strict=True):
            names = [name for name in axes if name in tensor.dimensions]
            given += [operand[tuple(box.get(name, slice(None)) for name in names)], [letters[name] for name in names]]
        found: Floats = np.einsum(*given, [letters[name] for name in private], optimize=len(leaders) > 1)
        yield found


def _largest(works: Iterator[Floats]) -> Floats:
    most = next(works)
    for work in works:
        most = np.maximum(most, work)
    return most
