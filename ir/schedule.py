"""A legal program placed on its machine: what the passes infer and the backends count."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod

from .accelerator import Interconnect, Memory
from .dataflow import Dataflow
from .mapping import Mapping


@dataclass(frozen=True, slots=True)
class Loop:
    """The steps of one directive over a dimension: chunks of `size`, or folds of a spatial map over the units."""

    dimension: str
    size: int
    spatial: bool = False


@dataclass(frozen=True, slots=True)
class ScheduledLevel:
    """Level i: `units` below each unit of the level above, the loops that advance (outermost first), the network."""

    units: int
    loops: tuple[Loop, ...]
    network: Interconnect

    @property
    def spatial(self) -> Loop | None:
        """The loop that spreads work over the units, if any."""
        return next((loop for loop in self.loops if loop.spatial), None)


@dataclass(frozen=True, slots=True)
class Site:
    """A memory at a boundary: boundary b lies above level b; the last lies below all levels.

    `instances` counts the copies (groups at that boundary), `tensors` names what it holds.
    """

    memory: Memory
    boundary: int
    instances: int
    tensors: tuple[str, ...]


@dataclass(frozen=True)
class Schedule:
    """The canonical, legal program of `mapping` with its units, loops, networks and memory sites.

    `canonical` maps dimensions only. Only loops that can take more than one step are kept in `levels`; every chunk of
    a level partitions its parent's chunk, and at most one loop of a level is spatial. `sites` run from the outermost.
    """

    mapping: Mapping
    canonical: Dataflow
    levels: tuple[ScheduledLevel, ...]
    sites: tuple[Site, ...]

    @cached_property
    def pes_used(self) -> int:
        """Processing elements inside the cluster hierarchy."""
        return prod(level.units for level in self.levels)

    @property
    def has_pe_memory(self) -> bool:
        """Whether a memory stands below the last level, at each processing element."""
        return self.sites[-1].boundary == len(self.levels)

    def holders(self, tensor: str) -> tuple[Site, ...]:
        """The sites that hold a tensor, outermost first."""
        return tuple(site for site in self.sites if tensor in site.tensors)
