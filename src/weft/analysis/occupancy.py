"""What every memory must hold (model A17 and A31)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from ..ir import Loop, Memory, Schedule, Site, Tensor, axis_elements


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Elements per tensor that one instance of a memory holds in a step; `buffers` copies of them exist."""

    site: Site
    elements: tuple[tuple[str, int], ...]
    word_bits: tuple[tuple[str, int], ...]
    buffers: int

    @property
    def bytes_needed(self) -> int:
        """Bytes per instance, all buffers counted."""
        return self._bytes(*(name for name, _ in self.elements))

    @property
    def required_elements(self) -> int:
        """Elements per instance, all buffers counted."""
        return self.buffers * sum(count for _, count in self.elements)

    @property
    def fits(self) -> bool:
        """Whether the memory is large enough."""
        return all(need <= capacity for _, need, capacity in self.rooms)

    @property
    def rooms(self) -> tuple[tuple[tuple[str, ...], int, int], ...]:
        """Bytes needed and bytes there of every room."""
        names = [name for name, _ in self.elements]
        rooms = rooms_of(self.site.memory, names)
        return tuple((held, self._bytes(*held), capacity) for held, capacity in rooms if capacity is not None)

    @property
    def needs(self) -> tuple[tuple[tuple[str, ...], int], ...]:
        """Bytes needed of every room, those without a limit included."""
        names = [name for name, _ in self.elements]
        return tuple((held, self._bytes(*held)) for held, _ in rooms_of(self.site.memory, names))

    def _bytes(self, *names: str) -> int:
        bits = dict(self.word_bits)
        return -(-self.buffers * sum(count * bits[name] for name, count in self.elements if name in names) // 8)


def rooms_of(memory: Memory, tensors: Sequence[str]) -> list[tuple[tuple[str, ...], int | None]]:
    """The rooms of a memory and their bytes: those of tensors that have one of their own, and what the others share.

    None if there is no limit.
    """
    own = dict(memory.capacities)
    found: list[tuple[tuple[str, ...], int | None]] = [((name,), own[name]) for name in tensors if name in own]
    others = tuple(name for name in tensors if name not in own)
    if others:
        capacity = memory.capacity_bytes
        found.append((others, None if capacity is None else capacity - sum(own.values())))
    return found


def occupancy(schedule: Schedule) -> tuple[Occupancy, ...]:
    """One entry per memory, outermost first."""
    return tuple(_occupancy(schedule, site) for site in schedule.sites)


def step_lengths(schedule: Schedule) -> dict[str, int]:
    """The most of every dimension that all units of level 0 hold together in a step."""
    held, spread = dict(schedule.longest_chunks[1]), schedule.levels[0].spatial
    if spread is not None:
        whole, units = schedule.mapping.workload.extents[spread.dimension], schedule.levels[0].units
        held[spread.dimension] = min(whole, units * held[spread.dimension])
    return held


def chunk_lengths(schedule: Schedule, boundary: int) -> dict[str, int]:
    """The longest chunk of every dimension at a boundary."""
    return schedule.longest_chunks[boundary]


def loop_steps(schedule: Schedule, number: int, loop: Loop) -> int:
    """Steps of a loop of a level in the longest chunk above; for a spatial loop its folds."""
    pieces = -(-chunk_lengths(schedule, number)[loop.dimension] // loop.size)
    return -(-pieces // schedule.levels[number].units) if loop.spatial else pieces


def _occupancy(schedule: Schedule, site: Site) -> Occupancy:
    workload, accelerator = schedule.mapping.workload, schedule.mapping.accelerator
    refilled = site.memory.refilled
    lengths = step_lengths(schedule) if refilled else chunk_lengths(schedule, site.boundary)
    elements = tuple((t.name, _volume(t, lengths)) for t in workload.tensors if t.name in site.tensors)
    changes = any(_advances(schedule, number) for number in range(1 if refilled else site.boundary))
    buffers = 2 if site.memory.buffering == "double" and changes else 1
    return Occupancy(site, elements, tuple((name, accelerator.bits(name)) for name, _ in elements), buffers)


def _volume(tensor: Tensor, lengths: dict[str, int]) -> int:
    return prod(
        axis_elements(tuple((lengths[term.dimension], term.coefficient) for term in subscript.terms))
        for subscript in tensor.subscripts
    )


def _advances(schedule: Schedule, number: int) -> bool:
    """Whether a level takes more than one step: a temporal map, or a spatial one that folds."""
    return any(loop_steps(schedule, number, loop) > 1 for loop in schedule.levels[number].loops)
