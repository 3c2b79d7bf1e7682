"""What the sizes of a template are: numbers, free, or expressions that several of them share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any

from ...ir import Accelerator, Cluster, Dataflow, Diagnostic, Directive, Size, Span, WeftError, Workload
from ...ir import free_symbols as names_in
from .symbols import BoundSize

MOST_VALUES = 1 << 20
"""Combinations of values of shared symbols that a template may have."""


@dataclass(frozen=True)
class TemplateSizes:
    """The sizes of a template of which some are open. `bound` has every number and shared expression, by level."""

    bound: tuple[BoundSize, ...]
    symbols: tuple[tuple[str, tuple[int, ...]], ...]


def with_extents(workload: Workload, dataflow: Dataflow) -> Dataflow:
    """The template with numbers for `Sz(d)`, also of indices."""
    extents = dict(workload.extents)
    for index in workload.indices:
        extents[index.name] = index.span(extents[index.output], extents[index.window])
    return dataflow.bind(extents)


def with_offsets(dataflow: Dataflow) -> Dataflow:
    """The template with the size as offset of every map whose offset is `?`."""
    levels = tuple(
        tuple(replace(d, offset=d.size) if _is_hole(d.offset) else d for d in level) for level in dataflow.levels
    )
    return replace(dataflow, levels=levels)


def read_sizes(
    levels: Sequence[Sequence[Directive]], clusters: Sequence[Cluster], workload: Workload, accelerator: Accelerator
) -> TemplateSizes:
    """The sizes of the maps of dimensions that have an open one, and of the clusters.

    A symbol that is a whole size and stands nowhere else is free: its size is not `bound`.
    """
    uses = Counter(name for size in _sizes(levels, clusters) for name in names_in(size))
    found = [
        (BoundSize(number, d.dimension, d.size), workload.extents[d.dimension])
        for number, level in enumerate(levels)
        for d in level
        if not _is_free(d.size, uses)
    ]
    found += [
        (BoundSize(number, "", cluster.size), accelerator.pes)
        for number, cluster in enumerate(clusters, 1)
        if not _is_free(cluster.size, uses)
    ]
    found.sort(key=lambda item: item[0].level)
    shared = sorted({name for item, _ in found for name in names_in(item.size)})
    symbols = tuple((name, tuple(range(1, most_value(name, found) + 1))) for name in shared)
    return TemplateSizes(tuple(item for item, _ in found), symbols)


def check_values(sizes: TemplateSizes, span: Span | None) -> None:
    """WeftError if the shared symbols have too many values together."""
    values = prod(len(choices) for _, choices in sizes.symbols)
    if values > MOST_VALUES:
        names = ", ".join(name for name, _ in sizes.symbols)
        message = f"{names} stand in several sizes and have {values} values together; the limit is {MOST_VALUES}"
        hint = "give some of them a number, or use a symbol of its own for each size"
        raise WeftError(Diagnostic("W702", message, span=span, hint=hint))


def free_units(clusters: Sequence[Cluster], sizes: TemplateSizes, pes: int) -> Iterator[tuple[int, ...]]:
    """Every choice of the units of all levels: free clusters take such sizes that no element of the machine is left."""
    fixed = {item.level: item.size for item in sizes.bound if not item.dimension}
    known = prod(size for size in fixed.values() if isinstance(size, int))
    for inner in _clusters(len(clusters), fixed, pes // known):
        if prod(inner) <= pes:
            yield (pes // prod(inner), *inner)


def _clusters(count: int, fixed: Mapping[int, Size], left: int) -> Iterator[tuple[int, ...]]:
    """Sizes of the clusters from the innermost to the outermost; open ones divide what is left."""
    if not count:
        yield ()
        return
    size = fixed.get(count)
    if isinstance(size, int):
        choices: Iterable[tuple[int, int]] = [(size, left)]
    else:
        choices = [(n, left // n) for n in range(1, left + 1) if left % n == 0]
    for units, rest in choices:
        for outer in _clusters(count - 1, fixed, rest):
            yield (*outer, units)


def _sizes(levels: Sequence[Sequence[Directive]], clusters: Sequence[Cluster]) -> Iterator[Size]:
    yield from (d.size for level in levels for d in level)
    yield from (cluster.size for cluster in clusters)


def _is_name(size: Size) -> bool:
    return not isinstance(size, int) and bool(size.is_Symbol)


def _is_hole(size: Size) -> bool:
    return _is_name(size) and str(size).startswith("?")


def _is_free(size: Size, uses: Mapping[str, int]) -> bool:
    return _is_name(size) and uses[str(size)] == 1


def most_value(name: str, sizes: Sequence[tuple[BoundSize, int]]) -> int:
    """The largest value of a symbol: beyond it no size changes, as sizes do not go beyond extents (or the machine)."""
    return max(_saturates(item.size, limit) for item, limit in sizes if name in names_in(item.size))


def _saturates(size: Size, limit: int) -> int:
    """The last value that changes a size: there it reaches its limit, or is still positive if it falls.

    The limit itself for an expression of several symbols.
    """
    if isinstance(size, int) or size.is_Symbol or len(size.free_symbols) > 1:
        return limit
    (symbol,) = size.free_symbols

    def value(number: int) -> Any:
        return size.subs(symbol, number)

    if value(1) <= value(MOST_VALUES):
        return _first(lambda number: value(number) >= limit, limit)
    return max(1, _first(lambda number: value(number) < 1, limit) - 1)


def _first(holds: Callable[[int], Any], otherwise: int) -> int:
    """The first number from 1 on for which something holds that goes on to hold, or `otherwise` if it is far away."""
    low, high = 0, 1
    while not holds(high):
        low, high = high, 2 * high
        if high > MOST_VALUES:
            return otherwise
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
