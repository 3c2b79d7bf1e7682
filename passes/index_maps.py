"""The inverse of canonicalize: maps of outputs as the maps of input indices that MAESTRO's files have.

Before:  TemporalMap(1,1) Y'; Cluster(3); SpatialMap(1,1) R;          (R = 3, stride 1)
After:   TemporalMap(3,1) Y; TemporalMap(3,3) R; Cluster(3); SpatialMap(1,1) Y; SpatialMap(1,1) R;
"""

from __future__ import annotations

from dataclasses import replace

from ..ir import Dataflow, Directive, Findings, Index, TemporalMap, Workload
from .canonicalize import canonicalize

Lengths = dict[str, frozenset[int]]


def index_maps(workload: Workload, canonical: Dataflow) -> Dataflow:
    """The same program on indices wherever that says the same; `canonicalize` gives the canonical program back.

    A window dimension that is held whole gets a map of its own where its index is first mapped, as in MAESTRO's files.
    """
    levels = list(canonical.levels)
    lengths: Lengths = {name: frozenset({extent}) for name, extent in workload.dimensions}
    for number, level in enumerate(canonical.levels):
        for index in workload.indices:
            above = any(directive.dimension == index.window for upper in levels[:number] for directive in upper)
            changed = [*levels[:number], _with_index(levels[number], index, lengths, above), *levels[number + 1 :]]
            if _means(workload, canonical, changed):
                levels = changed
        lengths = _inside(level, lengths)
    return replace(canonical, levels=tuple(levels))


def _means(workload: Workload, canonical: Dataflow, levels: list[tuple[Directive, ...]]) -> bool:
    findings = Findings()
    found = canonicalize(workload, replace(canonical, levels=tuple(levels)), findings)
    return not findings.items and found == canonical


def _inside(level: tuple[Directive, ...], lengths: Lengths) -> Lengths:
    """The lengths that the level's chunks have; every map of a canonical program partitions."""
    found = dict(lengths)
    for directive in level:
        size = int(directive.size)
        pieces = {min(size, length) for length in lengths[directive.dimension]}
        found[directive.dimension] = frozenset(pieces | {n % size for n in lengths[directive.dimension]} - {0})
    return found


def _with_index(
    level: tuple[Directive, ...], index: Index, lengths: Lengths, window_above: bool
) -> tuple[Directive, ...]:
    """The level with a map of the index instead of its output's, or beside a spatial map of its window."""
    taps, outputs = max(lengths[index.window]), max(lengths[index.output])
    mapped = {directive.dimension for directive in level}
    found: list[Directive] = []
    for directive in level:
        size = int(directive.size)
        if directive.dimension == index.output and index.window not in mapped:
            span, offset = index.span(size, taps), int(directive.offset) * index.stride
            found.append(replace(directive, size=span, offset=offset, dimension=index.name))
        elif directive.dimension == index.window and directive.spatial and index.output not in mapped:
            span, offset = index.span(outputs, size), int(directive.offset) * index.dilation
            found += [replace(directive, size=span, offset=offset, dimension=index.name), directive]
        else:
            found.append(directive)
    if index.output in mapped and index.window not in mapped and taps > 1 and not window_above:
        found.append(TemporalMap(taps, taps, index.window))
    return tuple(found)
