"""A legal program placed on its machine: what the passes infer and the backends count."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from math import prod

from .accelerator import Interconnect, Memory
from .dataflow import Dataflow, Directive, kind_of
from .mapping import Mapping


@dataclass(frozen=True, slots=True)
class Loop:
    """The steps of one directive over a dimension: chunks of `size`, or folds of a spatial map over the units.

    `source` is the directive of the user's program that became this loop, with its place.
    """

    dimension: str
    size: int
    spatial: bool = False
    source: Directive | None = field(default=None, compare=False)

    @property
    def directive(self) -> Directive:
        """The loop as a canonical directive."""
        return kind_of(self.spatial)(self.size, self.size, self.dimension)

    @property
    def written(self) -> str:
        """The directive as the user wrote it, what it means if that differs, and its line."""
        source = self.source or self.directive
        meaning = "" if source == self.directive else f" [= {_bare(self.directive)}]"
        return _bare(source) + meaning + (f" (line {source.span.line})" if source.span else "")


def _bare(directive: Directive) -> str:
    return str(directive).removesuffix(";")


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

    @cached_property
    def longest_chunks(self) -> tuple[dict[str, int], ...]:
        """The longest chunk of every dimension, per boundary."""
        found = [dict(self.mapping.workload.extents)]
        for level in self.levels:
            sizes = {loop.dimension: min(loop.size, found[-1][loop.dimension]) for loop in level.loops}
            found.append(found[-1] | sizes)
        return tuple(found)

    @cached_property
    def structure(self) -> Schedule:
        """The schedule without its loops: what does not depend on orders and chunk sizes."""
        whole = Dataflow(((),))
        levels = tuple(ScheduledLevel(level.units, (), level.network) for level in self.levels)
        return Schedule(Mapping(self.mapping.workload, whole, self.mapping.accelerator), whole, levels, self.sites)

    def holders(self, tensor: str) -> tuple[Site, ...]:
        """The sites that hold a tensor, outermost first."""
        return tuple(site for site in self.sites if tensor in site.tensors)
