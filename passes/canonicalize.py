"""Rewrite a program onto dimensions: index maps become maps of outputs, single-position maps go.

Before:  TemporalMap(3,1) Y; TemporalMap(3,3) R;          (R = 3, stride 1)
After:   TemporalMap(1,1) Y';
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from ..ir import Cluster, Dataflow, Directive, Findings, Index, Severity, Workload
from ..ir.nearest import SHORT, did_you_mean
from .program import Fact, Program
from .well_formed import check_mapping


@dataclass(frozen=True, slots=True)
class CanonicalizePass:
    """Index maps to dimensions, sizes clamped, redundant directives dropped (model A2, A3)."""

    name: ClassVar[str] = "canonicalize"
    needs: ClassVar[Fact] = "mapping"

    def apply(self, program: Program) -> Program:
        """Fill in `program.canonical`, or add the reasons why there is none."""
        if program.has_errors:
            return program
        findings = Findings()
        canonical = None
        check_mapping(program.mapping, findings)
        if not findings.has_errors:
            canonical = canonicalize(program.mapping.workload, program.mapping.dataflow, findings)
        return replace(
            program,
            canonical=None if findings.has_errors else canonical,
            diagnostics=program.diagnostics + tuple(findings.items),
        )


def canonicalize(workload: Workload, dataflow: Dataflow, findings: Findings) -> Dataflow:
    """The program on dimensions alone; every finding goes to `findings`."""
    check_bound(dataflow, findings)
    check_names(workload, dataflow, findings)
    if findings.has_errors:
        return dataflow
    lengths = {name: frozenset({extent}) for name, extent in workload.dimensions}
    levels = []
    for number, directives in enumerate(dataflow.levels):
        level = _Level(workload, number, lengths, findings)
        levels.append(level.rewrite(directives))
        lengths = level.child_lengths(levels[-1])
    return Dataflow(tuple(levels), dataflow.clusters, dataflow.placements)


def check_bound(dataflow: Dataflow, findings: Findings) -> None:
    """All sizes are integers of at least one."""
    items: list[Directive | Cluster] = [d for level in dataflow.levels for d in level]
    for item in [*items, *dataflow.clusters]:
        sizes = [item.size] if not isinstance(item, Directive) else [item.size, item.offset]
        for size in sizes:
            if not isinstance(size, int):
                hint = "bind it with --bind NAME=VALUE, or declare a Constant"
                findings.add("W005", f"size '{size}' is not bound to a number", item.span, hint=hint)
            elif size < 1:
                findings.add("W004", f"'{item}': {size} is not positive", item.span)


def check_names(workload: Workload, dataflow: Dataflow, findings: Findings) -> None:
    """Every directive maps a dimension or an index of the workload."""
    known = [*workload.extents, *workload.index_by_name]
    for directive in (d for level in dataflow.levels for d in level):
        if directive.dimension in known:
            continue
        hint = did_you_mean(directive.dimension, known, likeness=SHORT)
        findings.add(
            "W002",
            f"{workload.operator} has no dimension '{directive.dimension}'; it has {', '.join(known)}",
            directive.span,
            hint=hint,
        )


@dataclass(slots=True)
class _Level:
    """Rewrites one level; `lengths` holds the lengths that the parent's chunk of each dimension can have."""

    workload: Workload
    number: int
    lengths: dict[str, frozenset[int]]
    findings: Findings

    def rewrite(self, directives: tuple[Directive, ...]) -> tuple[Directive, ...]:
        """The level's directives on dimensions, without those that take a single position."""
        kept = _spatial_together(self._without_duplicates(directives))
        moving = {d.dimension for d in kept if self._moves(d)}
        rewritten = [new for d in kept if (new := self._on_dimension(d, kept, moving)) is not None]
        # A co-mapped spatial map runs out of positions with its peers, so it stays when one of them moves.
        shares = any(d.spatial and self._divides(d) for d in rewritten)
        return tuple(d for d in rewritten if self._divides(d) or (shares and d.spatial))

    def child_lengths(self, directives: tuple[Directive, ...]) -> dict[str, frozenset[int]]:
        """The lengths that the chunks of this level can have."""
        lengths = dict(self.lengths)
        for directive in directives:
            size, offset = int(directive.size), int(directive.offset)
            found = set()
            for length in self.lengths[directive.dimension]:
                last = -(-max(0, length - size) // offset)
                found |= {min(size, length), min(size, length - offset * last)}
            lengths[directive.dimension] = frozenset(item for item in found if item > 0)
        return lengths

    def _longest(self, name: str) -> int:
        index = self.workload.index_by_name.get(name)
        if index is None:
            return max(self.lengths[name])
        return index.span(max(self.lengths[index.output]), max(self.lengths[index.window]))

    def _moves(self, directive: Directive) -> bool:
        return int(directive.size) < self._longest(directive.dimension)

    def _divides(self, directive: Directive) -> bool:
        """Whether a map of a dimension takes more than one position."""
        return int(directive.size) < max(self.lengths[directive.dimension])

    def _without_duplicates(self, directives: tuple[Directive, ...]) -> list[Directive]:
        kept: dict[str, Directive] = {}
        for directive in directives:
            name = directive.dimension
            key = self.workload.index_by_name[name].output if name in self.workload.index_by_name else name
            if key not in kept:
                kept[key] = directive
            elif self._moves(directive) or self._moves(kept[key]):
                other = kept[key].dimension
                what = f"'{name}' is" if other == name else f"'{name}' and '{other}' are the same dimension,"
                self.findings.add(
                    "W101",
                    f"{what} mapped twice in level {self.number}",
                    directive.span,
                    notes=[f"the first map is '{kept[key]}'"],
                    hint=f"drop one of the two: a level maps each dimension once ({name} is already held by the other)",
                )
            else:
                self.findings.add(
                    "W108",
                    f"second map of '{name}' in level {self.number} is redundant: both hold it whole",
                    directive.span,
                    severity=Severity.WARNING,
                )
        return list(kept.values())

    def _on_dimension(self, directive: Directive, level: list[Directive], moving: set[str]) -> Directive | None:
        index = self.workload.index_by_name.get(directive.dimension)
        if index is None:
            longest = max(self.lengths[directive.dimension])
            if int(directive.size) >= longest:
                return replace(directive, size=longest, offset=longest)
            return directive
        window = next((d for d in level if d.dimension == index.window and index.window in moving), None)
        if window is None:
            return self._windowed(directive, index)
        if directive.spatial and window.spatial:
            return self._diagonal(directive, index, window)
        if not self._moves(directive):
            return None
        self.findings.add(
            "W103",
            f"'{index.name}' and '{index.window}' advance apart in level {self.number}",
            directive.span,
            notes=[f"the window dimension moves in '{window}', so the windows of '{index.name}' shear"],
            hint=f"map the outputs instead: '{index.output}'",
        )
        return None

    def _windowed(self, directive: Directive, index: Index) -> Directive | None:
        """A map of Y while R is held in one chunk: a map of whole windows."""
        size, offset = int(directive.size), int(directive.offset)
        outputs = max(self.lengths[index.output])
        if not self._moves(directive):
            return replace(directive, dimension=index.output, size=outputs, offset=outputs)
        counts = {index.windows(size, taps) for taps in self.lengths[index.window]}
        taps = max(self.lengths[index.window])
        if 0 in counts:
            self._no_window(directive, index, taps)
            return None
        if len(counts) > 1:
            chunks = " and ".join(str(taps) for taps in sorted(self.lengths[index.window]))
            message = (
                f"{index.window} chunks of {chunks} leave a different number of windows in each '{index.name}' chunk"
            )
            self.findings.add("W103", message, directive.span, hint=f"map the outputs instead: '{index.output}'")
            return None
        if offset % index.stride:
            message = (
                f"offset {offset} is not a multiple of the stride {index.stride}: chunks between hold no whole window"
            )
            hint = f"advance by {index.stride * counts.pop()} for windows that follow each other"
            self.findings.add("W103", message, directive.span, hint=hint)
            return None
        count = counts.pop()
        if count >= outputs:
            return replace(directive, dimension=index.output, size=outputs, offset=outputs)
        return replace(directive, dimension=index.output, size=count, offset=offset // index.stride)

    def _diagonal(self, directive: Directive, index: Index, window: Directive) -> Directive | None:
        """Y and R spread together: the outputs stay while the taps are spread."""
        outputs, size, advance = max(self.lengths[index.output]), int(window.size), int(window.offset)
        chunks = {size} | {
            taps - advance * (_positions(taps, size, advance) - 1) for taps in self.lengths[index.window]
        }
        counts = {index.windows(int(directive.size), min(chunk, size)) for chunk in chunks if chunk > 0}
        if 0 in counts:
            self._no_window(directive, index, size)
            return None
        if self._stays_aligned(directive, index, window) and min(counts) >= outputs:
            return None
        self.findings.add(
            "W103",
            f"'{index.name}' and '{index.window}' are spread together but do not stay aligned",
            directive.span,
            notes=[
                f"'{directive}' must advance by {index.dilation * advance} and hold the windows of {outputs} outputs"
            ],
            hint=f"spread '{index.window}' alone, then '{index.output}' is held whole: {window}",
        )
        return None

    def _stays_aligned(self, directive: Directive, index: Index, window: Directive) -> bool:
        """Whether Y moves with R, and has a position for each of R's in chunks of any length."""
        size, advance = int(directive.size), int(directive.offset)
        return advance == index.dilation * int(window.offset) and all(
            _positions(index.span(outputs, taps), size, advance)
            >= _positions(taps, int(window.size), int(window.offset))
            for outputs in self.lengths[index.output]
            for taps in self.lengths[index.window]
        )

    def _no_window(self, directive: Directive, index: Index, taps: int) -> None:
        self.findings.add(
            "W102",
            f"{index.name} tile {directive.size} smaller than {index.window} tile {taps}: it holds no whole window",
            directive.span,
            hint=f"give '{index.name}' at least {index.span(1, taps)}, or spread '{index.window}' with it: "
            f"SpatialMap(1,1) {index.name}; SpatialMap(1,1) {index.window}",
        )


def _positions(length: int, size: int, offset: int) -> int:
    """How many positions cover a chunk (model A2)."""
    return 1 if size >= length else -(-(length - size) // offset) + 1


def _spatial_together(level: list[Directive]) -> list[Directive]:
    """All spatial maps at the place of the first, where their common fold loop stands."""
    spatial = [d for d in level if d.spatial]
    if not spatial:
        return level
    place = level.index(spatial[0])
    before, after = level[:place], [d for d in level[place:] if not d.spatial]
    return [*before, *spatial, *after]


__all__ = ["CanonicalizePass", "canonicalize"]
