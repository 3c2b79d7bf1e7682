"""What memories hold of compressed tensors, metadata included (S9)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...analysis.nest import Nest
from ...analysis.occupancy import Occupancy, chunk_lengths, occupancy, rooms_of
from ...ir import Density, Diagnostic, Measured, Schedule, Severity, Site, Tensor
from .distribution import sum_of
from .machine import Sparsity
from .measured import mask
from .tiles import tile_parts
from .traffic import stored_at

SURE = 0.999
"""The chance with which a chunk holds no more than `likely_bytes`."""


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes of one tensor per instance of a memory, all buffers counted.

    Expected, and of this metadata; not exceeded with the chance `SURE`; and of a chunk without zeros.
    """

    tensor: str
    expected_bytes: float
    metadata_bytes: float
    likely_bytes: float
    most_bytes: float


@dataclass(frozen=True, slots=True)
class SparseOccupancy:
    """What one instance of a memory holds of every tensor."""

    site: Site
    rooms: tuple[Room, ...]

    @property
    def expected_bytes(self) -> float:
        """Expected bytes of all tensors, metadata included."""
        return sum(room.expected_bytes for room in self.rooms)

    @property
    def likely_bytes(self) -> float:
        """Bytes that all tensors together hardly exceed."""
        return sum(room.likely_bytes for room in self.rooms)

    @property
    def fits(self) -> bool:
        """Whether what is expected fits."""
        return self._within({room.tensor: room.expected_bytes for room in self.rooms})

    @property
    def fits_surely(self) -> bool:
        """Whether what is likely fits as well."""
        return self._within({room.tensor: room.likely_bytes for room in self.rooms})

    def _within(self, needed: dict[str, float]) -> bool:
        rooms = rooms_of(self.site.memory, list(needed))
        return all(size is None or sum(needed[name] for name in held) <= size for held, size in rooms)


def sparse_occupancy(nest: Nest, sparsity: Sparsity) -> tuple[SparseOccupancy, ...]:
    """One entry per memory, outermost first."""
    return tuple(
        SparseOccupancy(need.site, tuple(_room(nest, sparsity, need, name, count) for name, count in need.elements))
        for need in occupancy(nest.schedule)
    )


def _room(nest: Nest, sparsity: Sparsity, need: Occupancy, name: str, elements: int) -> Room:
    tensor, bits = nest.workload.tensor(name), nest.schedule.mapping.accelerator.bits(name)
    scale = need.buffers / 8
    form = sparsity.format(need.site, name)
    if form is None:
        size = elements * bits * scale
        return Room(name, size, 0.0, size, size)
    stores = stored_at(nest, sparsity, need.site, tensor)
    each = bits + stores.metadata_per_value
    fixed = elements * (stores.metadata_bits - stores.metadata_per_value * stores.values)
    density = sparsity.stored_density(name, form)
    placeholders = elements * (stores.values - density.density)
    values = min(float(elements), _likely(nest.schedule, density, tensor, need.site.boundary) + placeholders)
    return Room(
        name,
        elements * (stores.values * bits + stores.metadata_bits) * scale,
        elements * stores.metadata_bits * scale,
        (fixed + each * values) * scale,
        (fixed + each * elements) * scale,
    )


def _likely(schedule: Schedule, density: Density, tensor: Tensor, boundary: int) -> float:
    """Nonzeros that the longest chunk of a tensor does not exceed with the chance `SURE`."""
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
                f"{1 / (1 - SURE):.0f} takes more than {need.likely_bytes:.0f} B"
            )
            hint = "use smaller chunks, or accept that some chunks spill"
            found.append(Diagnostic("W603", message, Severity.WARNING, sparsity.schedule.mapping.span, hint=hint))
    return tuple(found)


def compressed_fits(schedule: Schedule) -> dict[str, bool]:
    """For each memory that holds something compressed, whether what is expected fits."""
    sparsity = Sparsity(schedule)
    if not sparsity.densities:
        return {}
    needs = sparse_occupancy(Nest(schedule), sparsity)
    return {
        need.site.memory.name: need.fits
        for need in needs
        if any(sparsity.format(need.site, room.tensor) for room in need.rooms)
    }
