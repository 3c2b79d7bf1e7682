"""What memories hold of compressed tensors, metadata included (S9)."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np

from ...ir import Diagnostic, Measured, Schedule, Severity, Site, Tensor
from ..cost.nest import Nest
from ..cost.occupancy import Occupancy, chunk_lengths, occupancy
from .distribution import sum_of
from .machine import Sparsity
from .measured import mask
from .tiles import tile_parts
from .traffic import stored_at

SURE = 0.999
"""The chance with which a chunk holds no more than `likely_bytes`."""


@dataclass(frozen=True, slots=True)
class SparseOccupancy:
    """Bytes per instance of a memory, all buffers counted: expected, not exceeded with the chance `SURE`, at most.

    `most_bytes` is what a chunk without zeros takes, its metadata included. `metadata_bytes` is part of the expected.
    """

    site: Site
    expected_bytes: float
    metadata_bytes: float
    likely_bytes: int
    most_bytes: int

    @property
    def fits(self) -> bool:
        """Whether what is expected fits."""
        return _within(self.expected_bytes, self.site.memory.capacity_bytes)

    @property
    def fits_surely(self) -> bool:
        """Whether what is likely fits as well."""
        return _within(self.likely_bytes, self.site.memory.capacity_bytes)


def _within(needed: float, capacity: int | None) -> bool:
    return capacity is None or needed <= capacity


def sparse_occupancy(nest: Nest, sparsity: Sparsity) -> tuple[SparseOccupancy, ...]:
    """One entry per memory, outermost first."""
    return tuple(_occupancy(nest, sparsity, need) for need in occupancy(nest.schedule))


def _occupancy(nest: Nest, sparsity: Sparsity, need: Occupancy) -> SparseOccupancy:
    expected = metadata = likely = most = 0.0
    for name, elements in need.elements:
        tensor, bits = nest.workload.tensor(name), nest.schedule.mapping.accelerator.bits(name)
        stores = stored_at(nest, sparsity, need.site, tensor)
        expected += elements * (stores.values * bits + stores.metadata_bits)
        metadata += elements * stores.metadata_bits
        if sparsity.format(need.site, name) is None:
            likely += elements * bits
            most += elements * bits
            continue
        each = bits + stores.metadata_per_value
        fixed = elements * (stores.metadata_bits - stores.metadata_per_value * stores.values)
        placeholders = elements * (stores.values - sparsity.density(name).density)
        nonzeros = _likely(nest.schedule, sparsity, tensor, need.site.boundary)
        likely += fixed + each * min(elements, nonzeros + placeholders)
        most += fixed + elements * each
    scale = need.buffers / 8
    return SparseOccupancy(
        need.site, expected * scale, metadata * scale, ceil(likely * scale - 1e-9), ceil(most * scale - 1e-9)
    )


def _likely(schedule: Schedule, sparsity: Sparsity, tensor: Tensor, boundary: int) -> float:
    """Nonzeros that the longest chunk of a tensor does not exceed with the chance `SURE`."""
    density = sparsity.density(tensor.name)
    lengths = chunk_lengths(schedule, boundary)
    if isinstance(density, Measured):
        return _fullest(density, tensor, lengths)
    return sum_of(tile_parts(density, tensor, {name: ((0, length),) for name, length in lengths.items()})).quantile(
        SURE
    )


def _fullest(density: Measured, tensor: Tensor, lengths: dict[str, int]) -> float:
    """The most nonzeros of any chunk of these lengths, wherever it lies."""
    sums = mask(density).astype(np.int64)
    for axis, subscript in enumerate(tensor.subscripts):
        side = sum(term.coefficient * (lengths[term.dimension] - 1) for term in subscript.terms) + 1
        running = np.concatenate((np.zeros_like(sums.take([0], axis)), np.cumsum(sums, axis)), axis)
        count = running.shape[axis]
        sums = running.take(range(side, count), axis) - running.take(range(count - side), axis)
    return float(sums.max())


def capacity_findings(sparsity: Sparsity, needs: tuple[SparseOccupancy, ...]) -> tuple[Diagnostic, ...]:
    """Memories whose expected data fit, but may not."""
    found = []
    for need in needs:
        if need.fits and not need.fits_surely:
            capacity = need.site.memory.capacity_bytes
            message = (
                f"{need.site.memory.name} holds {capacity} B; {need.expected_bytes:.0f} B are expected, but 1 chunk in "
                f"{1 / (1 - SURE):.0f} takes more than {need.likely_bytes} B"
            )
            hint = "use smaller chunks, or accept that some chunks spill"
            found.append(Diagnostic("W603", message, Severity.WARNING, sparsity.schedule.mapping.span, hint=hint))
    return tuple(found)
