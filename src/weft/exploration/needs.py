"""What programs of one structure need of every memory, for many chunk sizes at once (A17 and A31)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np

from ..analysis.occupancy import rooms_of
from ..ir import Schedule, Site
from ..search.structure.plan import Ints
from .need_kernels import NeedArrays, bytes_needed, look_at_chains
from .open_programs import Level, OpenProgram


@dataclass(frozen=True)
class Room:
    """Tensors that share a part of a memory: all but those with a part of their own (`shared`), or one of these."""

    memory: int
    tensors: tuple[str, ...]
    shared: bool


class Needs:
    """Bytes that programs need of every room. `sites` are the memories in use, outermost first."""

    def __init__(self, schedule: Schedule, program: OpenProgram, needed: Sequence[str]) -> None:
        assert program.levels is not None
        self.needed, self.sites = tuple(needed), schedule.sites
        self.rooms = tuple(room for number, site in enumerate(self.sites) for room in _rooms(number, site))
        self._arrays = self._flat(schedule, list(program.workload.extents), program.levels)
        chains = program.chains
        self._lengths, self._advancing = (
            np.empty((len(chains), chains.shape[1] + 2), np.int64),
            np.empty(len(chains), np.int64),
        )
        look_at_chains(self._arrays, chains, program.chain_dimensions, self._lengths, self._advancing)

    def bytes(self, rows: Ints) -> Ints:
        """[N, M] bytes of every room, for chains `rows[N, D]` of all dimensions of the workload."""
        found = np.empty((len(rows), len(self.rooms)), np.int64)
        bytes_needed(self._arrays, self._lengths, self._advancing, rows, found)
        return found

    def required(self, needed: Ints) -> dict[str, Ints]:
        """[N] the bytes of every memory that hold what is in it, as `Occupancy.bytes_needed`."""
        found: dict[str, Ints] = {}
        for number, site in enumerate(self.sites):
            rooms = [at for at, room in enumerate(self.rooms) if room.memory == number]
            found[site.memory.name] = needed[:, rooms].sum(axis=1)
        return found

    def capacities(self, needed: Ints) -> dict[str, Ints]:
        """[N] the bytes of every memory that is as large as needed: all its rooms, and a byte a bank at least."""
        found = {}
        for number, site in enumerate(self.sites):
            if site.memory.name in self.needed:
                own = sum(size for _, size in site.memory.capacities)
                shared = [at for at, room in enumerate(self.rooms) if room.memory == number and room.shared]
                found[site.memory.name] = np.maximum(own + needed[:, shared].sum(axis=1), site.memory.least_bytes)
        return found

    def limits(self, sites: Sequence[Site]) -> list[float]:
        """Bytes that every room of a machine has; infinity where it is as large as needed, or has no limit."""
        found = []
        for room in self.rooms:
            sizes = dict(rooms_of(sites[room.memory].memory, self._held(room.memory)))
            size = sizes[room.tensors]
            found.append(float("inf") if size is None else float(size))
        return found

    def _held(self, memory: int) -> list[str]:
        return [name for room in self.rooms if room.memory == memory for name in room.tensors]

    def _flat(self, schedule: Schedule, dimensions: list[str], levels: Sequence[Level]) -> NeedArrays:
        workload, machine = schedule.mapping.workload, schedule.mapping.accelerator
        spread = [next((d.dimension for d in level if d.spatial), "") for level in levels]
        sites = [self.sites[room.memory] for room in self.rooms]
        refilled = [site.memory.refilled for site in sites]
        return NeedArrays(
            extents=np.array([workload.extents[name] for name in dimensions], np.int64),
            units=np.array([level.units for level in schedule.levels], np.int64),
            spread=np.array([dimensions.index(name) if name else -1 for name in spread], np.int64),
            axes=np.array(list(_axes(schedule, dimensions)), np.int64).reshape(-1, 5),
            bits=np.array([machine.bits(tensor.name) for tensor in workload.tensors], np.int64),
            room_boundary=np.array([site.boundary for site in sites], np.int64),
            room_doubled=np.array([site.memory.buffering == "double" for site in sites], np.bool_),
            room_refilled=np.array(refilled, np.bool_),
            room_tensors=np.array(
                [[t.name in room.tensors for t in workload.tensors] for room in self.rooms], np.bool_
            ),
        )


def _axes(schedule: Schedule, dimensions: list[str]) -> Iterator[tuple[int, ...]]:
    for number, tensor in enumerate(schedule.mapping.workload.tensors):
        for subscript in tensor.subscripts:
            first, *others = subscript.terms
            place = dimensions.index(first.dimension)
            if not others:
                yield number, place, 0, 0, 0
            else:
                second = others[0]
                common = gcd(first.coefficient, second.coefficient)
                steps = first.coefficient // common, second.coefficient // common
                yield number, place, steps[0], dimensions.index(second.dimension), steps[1]


def _rooms(number: int, site: Site) -> list[Room]:
    own = [name for name, _ in site.memory.capacities]
    found = [names for names, _ in rooms_of(site.memory, site.tensors)]
    return [Room(number, names, not (len(names) == 1 and names[0] in own)) for names in found]
