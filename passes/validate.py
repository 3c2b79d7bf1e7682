"""Check a program: legal on the iteration space, then within the machine's limits (model A5, A17)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from ..analysis.occupancy import occupancy
from ..analysis.spacetime import Violation, legality
from ..backends.sparse import compressed_fits
from ..ir import Findings, Schedule, Severity, Span, Workload
from .program import Fact, Program

OverCapacity = Literal["error", "warning"]
"""How grave an over-full memory is: an error, or a warning to go on all the same."""


@dataclass(frozen=True, slots=True)
class ValidatePass:
    """Legality, then capacities and reduction hardware. An illegal program loses its schedule.

    `over_capacity` says how grave an over-full memory is: `error`, or `warning` to go on all the same.
    """

    name: ClassVar[str] = "validate"
    needs: ClassVar[Fact] = "schedule"
    over_capacity: OverCapacity = "error"

    def apply(self, program: Program) -> Program:
        """Add every finding about the program's legality and limits."""
        if program.schedule is None or program.has_errors:
            return program
        findings = Findings()
        check_legality(program.schedule, findings)
        check_windows(program.mapping.workload, findings, program.mapping.span)
        legal = not findings.has_errors
        if legal:
            check_capacity(program.schedule, findings, Severity(self.over_capacity))
            check_reduction(program.schedule, findings)
            check_zeros(program.mapping.workload, findings, program.mapping.span)
        return replace(
            program,
            schedule=program.schedule if legal else None,
            diagnostics=program.diagnostics + tuple(findings.items),
        )


def check_legality(schedule: Schedule, findings: Findings) -> None:
    """Every iteration point is executed exactly once, and every level partitions its chunks."""
    mapping = schedule.mapping
    units = tuple(level.units for level in schedule.levels)
    violations = legality(mapping.workload, schedule.canonical, units)
    for violation in violations:
        span = _directive_span(schedule, violation)
        point = ", ".join(f"{name}={value}" for name, value in violation.point.items())
        if violation.kind == "gap":
            findings.add("W104", f"point {point} is never executed", span, hint=_hint(schedule, violation))
        else:
            notes = [
                f"once at {', '.join(f'{name}={value}' for name, value in visit.items())}" for visit in violation.visits
            ]
            findings.add("W105", f"point {point} is executed twice", span, notes=notes, hint=_hint(schedule, violation))
    if violations:
        return
    for directive in (d for level in schedule.canonical.levels for d in level):
        if directive.size != directive.offset:
            message = f"chunks of '{directive.dimension}' do not partition their parent: '{directive}'"
            findings.add("W110", message, directive.span, hint="advance by the size of the chunk")


HOLES_LIMIT = 1 << 24
"""Coordinates up to which a windowed axis with holes between its windows can be counted."""


def check_windows(workload: Workload, findings: Findings, span: Span | None) -> None:
    """Windows with holes in them are counted coordinate by coordinate, so their axis is bounded."""
    for index in workload.indices:
        outputs, taps = workload.extents[index.output], workload.extents[index.window]
        width = index.span(outputs, taps)
        holes = taps > 1 and (index.stride > 1 or index.dilation > 1)
        if holes and width > HOLES_LIMIT:
            message = f"'{index}' spans {width} coordinates with holes between taps; the limit is {HOLES_LIMIT}"
            findings.add("W010", message, span)


def check_capacity(schedule: Schedule, findings: Findings, severity: Severity = Severity.ERROR) -> None:
    """What each memory must hold fits into it; the message says which tensor takes what."""
    accelerator = schedule.mapping.accelerator
    compressed = compressed_fits(schedule)
    for need in occupancy(schedule):
        if need.fits or compressed.get(need.site.memory.name):
            continue
        parts = [
            f"{name} takes {count} elements, {-(-count * accelerator.bits(name) // 8)} B"
            for name, count in need.elements
        ]
        if need.site.memory.name in compressed:
            parts.append("these are dense; what is expected of the compressed tensors does not fit either")
        if need.buffers == 2:
            parts.append("double-buffered: both halves are counted")
        name = need.site.memory.name
        lift = "" if need.site.memory.capacities else f"lift the limit (--set {name}.capacity_bytes=unlimited), or "
        hint = f"{lift}go on with --over-capacity warning"
        if need.site.boundary == 0 and not need.site.memory.refilled:
            groups = schedule.levels[0].units
            level = f"'TemporalMap(…) …; Cluster({groups}, {name});'"
            hint = f"tile for {name} in a level of its own in front, {level}; or {hint}"
        else:
            hint = f"use smaller chunks; or {hint}"
        for tensors, needed, capacity in need.rooms:
            if needed <= capacity:
                continue
            part = f"{name}'s room for {', '.join(tensors)}" if need.site.memory.capacities else name
            message = f"{part} needs {needed} B per instance, holds {capacity} B"
            findings.add("W201", message, schedule.mapping.span, severity=severity, notes=parts, hint=hint)


def check_reduction(schedule: Schedule, findings: Findings) -> None:
    """A reduction across units without hardware for it is allowed, but pays."""
    reductions = schedule.mapping.workload.reduction_dimensions
    for number, level in enumerate(schedule.levels):
        loop = level.spatial
        if loop is None or level.units == 1 or loop.dimension not in reductions or level.network.reduction:
            continue
        message = f"'{loop.dimension}' is reduced across the units of level {number}, but its network cannot reduce"
        note = "each unit's partial sum travels alone and is added through the parent (model A13)"
        span = _span_of(schedule, number, loop.dimension)
        findings.add("W202", message, span, severity=Severity.WARNING, notes=[note])


def check_zeros(workload: Workload, findings: Findings, span: Span | None) -> None:
    """What is inserted into an input, or pads it, is worked on too; say how much of the work that is, and on what."""
    idle = workload.points - workload.useful_points
    if idle:
        work = "points work on" if workload.statement else "MACs multiply"
        what = f" of {workload.outside:g}" if workload.padding and workload.outside else ""
        message = f"{idle} of {workload.points} {work} {workload.zeros}{what}"
        findings.add("W109", message, span, severity=Severity.NOTE)


def _span_of(schedule: Schedule, level: int, dimension: str) -> Span | None:
    return next((d.span for d in schedule.canonical.levels[level] if d.dimension == dimension), None)


def _suspects(schedule: Schedule, violation: Violation) -> list[tuple[int, str]]:
    """(level, dimension) of the directives that do not partition, among the violation's own dimensions first."""
    found = []
    for number, level in enumerate(schedule.canonical.levels):
        spatial = [d for d in level if d.spatial]
        for directive in level:
            odd = directive.size != directive.offset or (directive in spatial and len(spatial) > 1)
            if odd and directive.dimension in violation.dimensions:
                found.append((number, directive.dimension))
    return found


def _directive_span(schedule: Schedule, violation: Violation) -> Span | None:
    suspects = _suspects(schedule, violation)
    return _span_of(schedule, *suspects[0]) if suspects else schedule.mapping.span


def _hint(schedule: Schedule, violation: Violation) -> str:
    suspects = _suspects(schedule, violation)
    if not suspects:
        return ""
    level, name = suspects[0]
    directive = next(d for d in schedule.canonical.levels[level] if d.dimension == name)
    maps = [d for d in schedule.canonical.levels[level] if d.spatial]
    if directive in maps and len(maps) > 1:
        names = " and ".join(f"'{d.dimension}'" for d in maps)
        return f"{names} share one unit number, so only their diagonal is executed; spread them in two levels"
    size, offset = int(directive.size), int(directive.offset)
    word = "overlap" if size > offset else "leave gaps"
    return f"chunks of {size} '{name}' that advance by {offset} {word}; advance by {size}"
