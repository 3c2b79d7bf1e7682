"""The directive program: levels of spatial and temporal maps, split by clusters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from .diagnostic import Span
from .printable import make_printable, printable
from .size import Size, as_size, bind_size, free_symbols


@dataclass(frozen=True, slots=True)
class Directive:
    """A map of `dimension` (a dimension or an index): what every kind has. A kind is a class, its name the keyword.

    What a kind means to the passes is said by what it says of itself; `DIRECTIVES` has all kinds.
    """

    spatial: ClassVar[bool]
    """Whether its positions are spread over the units of its level, with those of its other spatial maps."""

    size: Size
    offset: Size
    dimension: str
    span: Span | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        make_printable(self, "dimension")
        if type(self.size) is not int or type(self.offset) is not int:
            object.__setattr__(self, "size", as_size(self.size))
            object.__setattr__(self, "offset", as_size(self.offset))

    def __str__(self) -> str:
        return f"{type(self).__name__}({self.size},{self.offset}) {self.dimension};"


@dataclass(frozen=True, slots=True)
class TemporalMap(Directive):
    """Step t takes [offset·t, offset·t + size) of the parent's chunk of `dimension`."""

    spatial: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class SpatialMap(Directive):
    """Unit p of P in fold f takes [offset·(P·f + p), … + size); all spatial maps of a level share p and f."""

    spatial: ClassVar[bool] = True


DIRECTIVES: dict[str, type[Directive]] = {kind.__name__: kind for kind in (TemporalMap, SpatialMap)}
"""The kinds of maps by their keywords. A new one also needs its word in the grammar, and an operation in MLIR."""


def kind_of(spatial: bool) -> type[Directive]:
    """The plain kind of map that is spread over units, or taken in steps."""
    return SpatialMap if spatial else TemporalMap


@dataclass(frozen=True, slots=True)
class Cluster:
    """Groups the units below by `size`; `memory` names the memory at this boundary, if given."""

    size: Size
    memory: str | None = None
    span: Span | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        make_printable(self, "memory")
        if type(self.size) is not int:
            object.__setattr__(self, "size", as_size(self.size))

    def __str__(self) -> str:
        return f"Cluster({self.size}{', ' + self.memory if self.memory else ''});"


@dataclass(frozen=True, slots=True)
class Placement:
    """The tensors that a memory holds; a memory without a placement holds all."""

    memory: str
    tensors: tuple[str, ...]
    span: Span | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        make_printable(self, "memory")
        object.__setattr__(self, "tensors", tuple(map(printable, self.tensors)))

    def __str__(self) -> str:
        return f"Hold({self.memory}: {', '.join(self.tensors)});" if self.tensors else f"Hold({self.memory}:);"


MAX_LEVELS = 64
"""Levels that a program can have; a machine with the most elements halves 20 times."""


@dataclass(frozen=True, slots=True)
class Dataflow:
    """A program: `levels[i]` are the directives of level i, `clusters[i]` stands between levels i and i + 1."""

    levels: tuple[tuple[Directive, ...], ...]
    clusters: tuple[Cluster, ...] = ()
    placements: tuple[Placement, ...] = ()

    def __post_init__(self) -> None:
        if len(self.levels) != len(self.clusters) + 1:
            raise ValueError(
                f"{len(self.levels)} levels need {len(self.levels) - 1} clusters, got {len(self.clusters)}"
            )

    def map_sizes(self, function: Callable[[Size], Size]) -> Dataflow:
        """The same program with `function` applied to every size and offset."""
        levels = tuple(
            tuple(replace(d, size=function(d.size), offset=function(d.offset)) for d in level) for level in self.levels
        )
        clusters = tuple(replace(cluster, size=function(cluster.size)) for cluster in self.clusters)
        return replace(self, levels=levels, clusters=clusters)

    def bind(self, extents: Mapping[str, int], symbols: Mapping[str, int] | None = None) -> Dataflow:
        """Bind `Sz(d)` to the extents and free symbols to the given values."""
        return self.map_sizes(lambda size: bind_size(size, extents, symbols or {}))

    @property
    def spreads(self) -> bool:
        """Whether it is written for several units: a level spreads, or groups more than one."""
        maps = (directive for level in self.levels for directive in level)
        return any(item.spatial for item in maps) or any(cluster.size != 1 for cluster in self.clusters)

    @property
    def memories(self) -> frozenset[str]:
        """The memories that it names."""
        named = (*(item.memory for item in self.clusters), *(item.memory for item in self.placements))
        return frozenset(name for name in named if name)

    @property
    def free_symbols(self) -> frozenset[str]:
        """Names of the sizes that are still free."""
        sizes = [size for level in self.levels for d in level for size in (d.size, d.offset)]
        sizes += [cluster.size for cluster in self.clusters]
        return frozenset(name for size in sizes for name in free_symbols(size))

    def __str__(self) -> str:
        lines: list[str] = []
        for number, level in enumerate(self.levels):
            if number:
                lines.append(str(self.clusters[number - 1]))
            lines += [str(directive) for directive in level]
        lines += [str(placement) for placement in self.placements]
        return "\n".join(lines)
