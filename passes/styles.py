"""The paper's five dataflows, for any workload: who plays which part in a convolution decides what they map."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ..ir import Accelerator, Cluster, Dataflow, Directive, Index, SpatialMap, TemporalMap, Workload
from ..ir.operations import MAC

WHOLE = 0
"""The size of a chunk that is the whole dimension."""


@dataclass(frozen=True, slots=True)
class Line:
    """A map of a part: filters K, channels C, rows and columns Y' and X' of outputs, R and S of windows, Y of inputs.

    Sizes of rows and columns are steps between inputs.
    """

    part: str
    size: int = 1
    spatial: bool = False


@dataclass(frozen=True, slots=True)
class Style:
    """A dataflow of the paper: the maps of its level, and of the level below with the size of its clusters.

    A size of `R` is that of the window's rows.
    """

    outer: tuple[Line, ...]
    cluster: int | str = 1
    inner: tuple[Line, ...] = ()


_WINDOW = (Line("R", WHOLE), Line("S", WHOLE))
_SLIDE = (Line("Y'"), Line("X'"))

STYLES: dict[str, Style] = {
    "C-P": Style((Line("K"), *_SLIDE, *_WINDOW, Line("C", spatial=True))),
    "X-P": Style((Line("K"), Line("C"), *_WINDOW, Line("Y'"), Line("X'", spatial=True))),
    "YX-P": Style(
        (Line("K"), Line("Y'", spatial=True), Line("X'", 8), Line("C"), *_WINDOW), 8, (Line("X'", spatial=True),)
    ),
    "YR-P": Style(
        (Line("C", 2), Line("K", 2), Line("Y'", spatial=True), Line("X'"), *_WINDOW),
        *("R", (Line("Y", spatial=True), Line("R", spatial=True))),
    ),
    "KC-P": Style((Line("K", spatial=True), Line("C", 64), *_WINDOW, *_SLIDE), 64, (Line("C", spatial=True),)),
}
"""Kwon et al., MICRO-52, Table 3, outermost first."""


def styled(name: str, workload: Workload, accelerator: Accelerator) -> Dataflow:
    """The paper's dataflow of that name (KeyError if there is none) for a workload.

    A product's parts are those of a convolution: filters are dimensions of the second input and the output, channels
    those that are summed, rows and columns those of the first input and the output, each the largest if there are
    several. Other dimensions are taken one by one, outermost. Where nobody plays the part that the units of the upper
    level share, those below are units of the whole machine. What is no product of two inputs spreads the largest
    dimension of its output over all elements, whatever the style. Clusters are no larger than the machine.
    """
    style = STYLES[name]
    if len(workload.inputs) != 2 or MAC not in workload.operations:
        return _spread(workload)
    found = _Program(workload, _Parts(workload).named).of(style, accelerator)
    return found if any(item.spatial for level in found.levels for item in level) else _spread(workload)


@dataclass(frozen=True)
class _Parts:
    """Who plays which part in a product of two inputs."""

    workload: Workload

    @cached_property
    def named(self) -> dict[str, str]:
        """The dimension, or the index for `Y`, that plays each part."""
        windows = self._windows
        data, filters = (tensor.dimensions for tensor in self.workload.inputs)
        output = self.workload.output.dimensions
        taps, slid = {item.window for item in windows}, {item.output for item in windows}
        summed = self._largest((data | filters) - output - taps)
        filters_of = self._largest((filters & output) - data)
        if not summed and self.workload.extents.get(filters_of) == 1:
            filters_of = ""  # depth-wise: every channel has a filter of its own
        found = {"K": filters_of, "C": summed or self._largest((data & filters & output) - slid)}
        rows = [item.output for item in windows] or self._by_size((data & output) - filters)[:1]
        found |= dict(zip(("X'", "Y'"), reversed(rows), strict=False))
        if len(windows) > 1:
            found |= {"R": windows[-2].window, "Y": windows[-2].name}
        if windows:
            found["S"] = windows[-1].window
        return {part: name for part, name in found.items() if name}

    @property
    def _windows(self) -> list[Index]:
        return [item for item in self.workload.indices if item.window in self.workload.reduction_dimensions]

    def _by_size(self, names: frozenset[str] | set[str]) -> list[str]:
        extents = self.workload.extents
        return sorted((name for name in extents if name in names), key=lambda name: -extents[name])

    def _largest(self, names: frozenset[str] | set[str]) -> str:
        return next(iter(self._by_size(names)), "")


@dataclass(frozen=True, slots=True)
class _Program:
    """Writes a style with the names of a workload."""

    workload: Workload
    named: dict[str, str]

    def of(self, style: Style, accelerator: Accelerator) -> Dataflow:
        """The dataflow, without the maps and clusters whose parts nobody plays."""
        outer, inner = self._maps(style.outer), self._maps(style.inner)
        moved = {self._dimension(item.dimension) for item in inner}
        mapped = moved | {item.dimension for item in outer}
        others = (name for name, extent in self.workload.dimensions if name not in mapped and extent > 1)
        whole = tuple(TemporalMap(1, 1, name) for name in others)
        if not inner or len(inner) < len(style.inner):
            return Dataflow(((*whole, *outer),))
        if not any(item.spatial for item in outer):
            return Dataflow(((*whole, *inner, *(item for item in outer if item.dimension not in moved)),))
        size = self._size(self.named["R"]) if style.cluster == "R" else int(style.cluster)
        return Dataflow(((*whole, *outer), inner), (Cluster(min(size, accelerator.pes)),))

    def _maps(self, lines: tuple[Line, ...]) -> tuple[Directive, ...]:
        return tuple(self._map(line) for line in lines if line.part in self.named)

    def _map(self, line: Line) -> Directive:
        name = self.named[line.part]
        size = min(line.size or self._size(name), self._size(name))
        strides = {item.output: item.stride for item in self.workload.indices}
        size = max(1, size // strides.get(name, 1)) if line.size else size
        return (SpatialMap if line.spatial else TemporalMap)(size, size, name)

    def _size(self, name: str) -> int:
        return self.workload.extents.get(self._dimension(name), 1)

    def _dimension(self, name: str) -> str:
        """The dimension that an index is moved by, or the dimension itself."""
        index = self.workload.index_by_name.get(name)
        return name if index is None else index.output


def streamed(workload: Workload, accelerator: Accelerator) -> Dataflow:
    """A program for one element: as many neighbours as it has lanes at a time, the last dimension first, each through
    every memory on the way."""
    left, maps = accelerator.lanes, list[Directive]()
    for name, extent in reversed(workload.dimensions):
        size = min(extent, left)
        left //= size
        maps.insert(0, TemporalMap(size, size, name))
    below = accelerator.memories[1:]
    return Dataflow((tuple(maps), *(() for _ in below)), tuple(Cluster(1, memory.name) for memory in below))


def _spread(workload: Workload) -> Dataflow:
    """One by one, the largest dimension of the output over all elements."""
    extents, output = workload.extents, workload.output.dimensions
    largest = max((name for name in extents if name in output), key=lambda name: extents[name], default=None)
    others = (
        TemporalMap(1, 1, name) for name in sorted(extents, key=lambda name: name not in output) if name != largest
    )
    return Dataflow(((*others, *([SpatialMap(1, 1, largest)] if largest else [])),))
