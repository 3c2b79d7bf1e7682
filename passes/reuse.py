"""Classify the reuse of every tensor at every level (Kwon et al., MICRO-52, section 3.3, Tables 1 and 2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from ..ir import Loop, Schedule, ScheduledLevel, Tensor, Workload
from .program import Program
from .reuse_facts import Reuse, ReuseKind


@dataclass(frozen=True, slots=True)
class ReusePass:
    """Spatial, temporal and spatio-temporal reuse per tensor and level."""

    name: ClassVar[str] = "reuse"

    def apply(self, program: Program) -> Program:
        """Fill in `program.reuse` when there is a legal schedule."""
        if program.schedule is None:
            return program
        return replace(program, reuse=classify_reuse(program.schedule))


def classify_reuse(schedule: Schedule) -> tuple[Reuse, ...]:
    """One entry per level and tensor, levels outermost first."""
    workload = schedule.mapping.workload
    return tuple(
        _classify(workload, number, level, tensor)
        for number, level in enumerate(schedule.levels)
        for tensor in workload.tensors
    )


def _classify(workload: Workload, number: int, level: ScheduledLevel, tensor: Tensor) -> Reuse:
    spatial, innermost = level.spatial, level.loops[-1] if level.loops else None
    is_output = tensor == workload.output
    across = _kind(workload, tensor, spatial, is_output)
    over_time = _kind(workload, tensor, innermost, is_output)
    forward = _shifts_between_neighbours(tensor, spatial, innermost)
    return Reuse(
        number,
        tensor.name,
        across,
        _text(spatial) if across is not ReuseKind.NONE else "",
        over_time,
        _text(innermost) if over_time is not ReuseKind.NONE else "",
        ReuseKind.MULTICAST if forward else ReuseKind.NONE,
        f"{_text(spatial)} with {_text(innermost)}" if forward else "",
    )


def _kind(workload: Workload, tensor: Tensor, loop: Loop | None, is_output: bool) -> ReuseKind:
    if loop is None:
        return ReuseKind.NONE
    if loop.dimension not in tensor.dimensions:
        return ReuseKind.REDUCTION if is_output else ReuseKind.MULTICAST
    return ReuseKind.PARTIAL_MULTICAST if _windows_overlap(workload, tensor, loop) else ReuseKind.NONE


def _windows_overlap(workload: Workload, tensor: Tensor, loop: Loop) -> bool:
    """Whether chunks that follow each other along `loop` share elements of a windowed axis."""
    for subscript in tensor.subscripts:
        if loop.dimension not in subscript.dimensions or len(subscript.terms) == 1:
            continue
        mine = next(term for term in subscript.terms if term.dimension == loop.dimension)
        other = next(term for term in subscript.terms if term.dimension != loop.dimension)
        reach = (workload.extents[other.dimension] - 1) * other.coefficient
        return reach >= mine.coefficient and reach % mine.coefficient == 0 or reach >= mine.coefficient * loop.size
    return False


def _shifts_between_neighbours(tensor: Tensor, spatial: Loop | None, innermost: Loop | None) -> bool:
    """Whether a step moves a windowed chunk by one unit: both dimensions of one axis advance, one in space."""
    if spatial is None or innermost is None or spatial == innermost:
        return False
    for subscript in tensor.subscripts:
        if {spatial.dimension, innermost.dimension} == set(subscript.dimensions):
            step = {term.dimension: term.coefficient for term in subscript.terms}
            across = step[spatial.dimension] * spatial.size
            return across == step[innermost.dimension] * innermost.size
    return False


def _text(loop: Loop | None) -> str:
    if loop is None:
        return ""
    kind = "SpatialMap" if loop.spatial else "TemporalMap"
    return f"{kind}({loop.size},{loop.size}) {loop.dimension}"
