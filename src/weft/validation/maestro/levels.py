"""From a program as written to MAESTRO's levels: maps renamed, inherited, unrolled, strided (restatement, 2 and 3)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import prod

from .source import Map, ReadLayer

WINDOWS = {"Y": "R", "X": "S"}
_TENSORS = {
    "CONV": ("C Y X", "K C R S", "K Y X"),
    "DSCONV": ("C Y X", "C R S", "C Y X"),
    "NGCONV": ("G C Y X", "G K C R S", "G K C Y X"),
    "GEMM": ("M K", "K N", "M N"),
}
TENSORS = ("input", "filter", "output")


class RefusedError(Exception):
    """MAESTRO ends without a result; the message says how."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level: its units, its maps with all dimensions, and the nominal extents that it divides."""

    units: int
    maps: tuple[Map, ...]
    dims: dict[str, int]


@dataclass(frozen=True, slots=True)
class AnalysedLayer:
    """A layer as MAESTRO analyses it. `steps` are the strides of windows in the coordinates of the maps."""

    levels: tuple[Level, ...]
    coupled: dict[str, frozenset[str]]
    steps: dict[str, int]
    dims: dict[str, int]


def coupled(layer: ReadLayer, fixed: Collection[str]) -> dict[str, frozenset[str]]:
    """The dimensions of each tensor; the output's Y and X stand for its own."""
    operator = "CONV" if layer.operator == "TRCONV" else layer.operator
    found = [set(dims.split()) for dims in _TENSORS[operator]]
    if operator == "NGCONV" and "Q6" in fixed:
        found[2].discard("C")
    declared = any(dim == "N" for dim, _ in layer.dims)
    if operator != "GEMM" and (declared if "Q7" in fixed else layer.batched):
        found[0].add("N")
        found[2].add("N")
    return {name: frozenset(dims) for name, dims in zip(TENSORS, found, strict=True)}


def program(layer: ReadLayer, pes: int, fixed: Collection[str] = ()) -> AnalysedLayer:
    """The levels of a layer on so many PEs; RefusedError where MAESTRO has none."""
    top = pes // prod(layer.clusters)
    if top == 0:
        raise RefusedError("SIGFPE: the clusters need more PEs than there are (Q8)")
    if len(layer.clusters) > 3:
        raise RefusedError("abort: more than three clusters")
    tensors = coupled(layer, fixed)
    dims = _extents(layer, fixed)
    strides = dict(layer.strides) if "Q5" not in fixed or layer.operator != "TRCONV" else {}
    builder = _Builder(dims, strides, tensors["input"] | tensors["filter"], tuple(fixed))
    found: list[Level] = []
    upper: dict[str, Map] = {}
    for number, (units, written) in enumerate(zip((top, *layer.clusters), layer.levels, strict=True)):
        _check(written, layer, fixed)
        below = dims if number == 0 else _below(found[-1], builder.kept)
        raw, maps = builder.level(written, upper, below, number)
        found.append(Level(units, maps, below))
        upper = {item.dim: item for item in raw}
    steps = {dim: builder.step(dim) if "Q13" in fixed else 1 for dim in WINDOWS}
    return AnalysedLayer(tuple(found), tensors, steps, dims)


def _extents(layer: ReadLayer, fixed: Collection[str]) -> dict[str, int]:
    dims = dict(layer.dims)
    strides = dict(layer.strides)
    for dim, window in WINDOWS.items():
        if dim not in dims:
            continue
        taps, stride = dims[window], strides.get(dim, 1)
        if layer.operator == "TRCONV" and "Q5" in fixed:
            # Zeros between the inputs and a whole window of them around: every tap meets every input.
            dims[dim] = (dims[dim] - 1) * strides.get(dim, 2) + 2 * taps - 1
        elif "Q13" in fixed and stride > 1:
            # Inputs that no window touches are left out, between windows and after the last.
            dims[dim] = (dims[dim] - taps) // stride * min(stride, taps) + taps
    return dims


def _check(written: tuple[Map, ...], layer: ReadLayer, fixed: Collection[str]) -> None:
    extents = dict(layer.dims)
    spatial = sum(item.spatial for item in written)
    if not 1 <= spatial <= 2:
        raise RefusedError(f"abort: {spatial} spatial maps in a level")
    for item in written:
        whole = item.size == item.offset == extents.get(item.dim)
        if not item.spatial and item.dim in ("R", "S") and not whole and "Q2" not in fixed:
            raise RefusedError("exit 255: a temporal map of R or S that is not (extent, extent) (Q2)")


def _below(level: Level, kept: Collection[str]) -> dict[str, int]:
    sizes = {item.dim: item.size for item in level.maps}
    return {dim: min(sizes[dim], size) for dim, size in level.dims.items() if dim in kept and dim in sizes}


@dataclass(frozen=True)
class _Builder:
    extents: dict[str, int]
    strides: dict[str, int]
    inputs: frozenset[str]
    fixed: tuple[str, ...]

    @property
    def kept(self) -> frozenset[str]:
        """The dimensions that reach the lower levels (Q10: only those of inputs)."""
        return frozenset(self.extents) if "Q10" in self.fixed else self.inputs

    @property
    def unrolled(self) -> frozenset[str]:
        """The dimensions that a level holds whole where it does not map them."""
        return self.kept & frozenset(self.extents) | self.inputs

    def step(self, dim: str) -> int:
        """How far windows lie apart among the inputs that they touch."""
        return min(self.strides.get(dim, 1), self.extents.get(WINDOWS[dim], 1))

    def level(
        self, written: tuple[Map, ...], upper: dict[str, Map], dims: dict[str, int], number: int
    ) -> tuple[list[Map], tuple[Map, ...]]:
        """The maps of a level, before and after strides."""
        maps = [self._in_inputs(item, written) for item in written]
        mapped = {item.dim for item in maps}
        for dim, item in upper.items():
            if dim not in mapped and dim in self.kept:
                maps.insert(0, Map(False, item.size, item.offset, dim))
        mapped = {item.dim for item in maps}
        if unknown := sorted(mapped - set(dims)):
            raise RefusedError(f"exit 255: dimension {unknown[0]} not found (Q10)")
        maps += [Map(False, dims[dim], dims[dim], dim) for dim in sorted(self.unrolled - mapped)]
        return maps, tuple(self._strided(item, number) for item in maps)

    def _in_inputs(self, item: Map, written: tuple[Map, ...]) -> Map:
        dim = item.dim.removesuffix("'")
        if dim == item.dim or any(other.dim == dim for other in written):
            return item
        taps = [other.size for other in written if other.dim == WINDOWS[dim]]
        stride = self.strides.get(dim, 1) if "Q13" in self.fixed else 1
        if not taps:
            raise RefusedError("undefined: a map of outputs without one of their taps (Q9)")
        return Map(item.spatial, (item.size - 1) * stride + taps[-1], item.offset, dim)

    def _strided(self, item: Map, number: int) -> Map:
        stride = self.strides.get(item.dim, 1) if item.dim in WINDOWS else 1
        if stride == 1 or item.size < (taps := self.extents[WINDOWS[item.dim]]):
            return item
        windows = (item.size + stride - taps) // stride
        size = windows * min(stride, taps) + max(taps - stride, 0)
        touched = taps < stride and (number > 0 or "Q13" in self.fixed)
        return Map(item.spatial, size, windows * (taps if touched else stride), item.dim)
