"""Classify the reuse of every tensor at every level (Kwon et al., MICRO-52, section 3.3, Tables 1 and 2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import gcd
from typing import ClassVar

from ..analysis.occupancy import chunk_lengths, loop_steps
from ..ir import Loop, Schedule, Tensor, Workload
from .program import Fact, Program
from .reuse_facts import Reuse, ReuseKind


@dataclass(frozen=True, slots=True)
class ReusePass:
    """Spatial, temporal and spatio-temporal reuse per tensor and level."""

    name: ClassVar[str] = "reuse"
    needs: ClassVar[Fact] = "schedule"

    def apply(self, program: Program) -> Program:
        """Fill in `program.reuse` when there is a legal schedule."""
        if program.schedule is None:
            return program
        return replace(program, reuse=classify_reuse(program.schedule))


def classify_reuse(schedule: Schedule) -> tuple[Reuse, ...]:
    """One entry per level and tensor, levels outermost first."""
    tensors = schedule.mapping.workload.tensors
    levels = range(len(schedule.levels))
    return tuple(_classify(schedule, number, tensor) for number in levels for tensor in tensors)


def _classify(schedule: Schedule, number: int, tensor: Tensor) -> Reuse:
    workload, level = schedule.mapping.workload, schedule.levels[number]
    spatial = level.spatial if level.units > 1 else None
    lengths = chunk_lengths(schedule, number + 1)
    innermost = _innermost_advance(schedule, number)
    across = _kind(workload, tensor, spatial, lengths)
    over_time = _kind(workload, tensor, innermost, lengths)
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


def _innermost_advance(schedule: Schedule, number: int) -> Loop | None:
    """The last loop of a level that takes more than one step; a spatial map does when it folds."""
    for loop in reversed(schedule.levels[number].loops):
        if loop_steps(schedule, number, loop) > 1:
            return loop
    return None


def _kind(workload: Workload, tensor: Tensor, loop: Loop | None, lengths: dict[str, int]) -> ReuseKind:
    if loop is None:
        return ReuseKind.NONE
    if loop.dimension not in tensor.dimensions:
        return ReuseKind.REDUCTION if tensor == workload.output else ReuseKind.MULTICAST
    return ReuseKind.PARTIAL_MULTICAST if _windows_overlap(tensor, loop, lengths) else ReuseKind.NONE


def _windows_overlap(tensor: Tensor, loop: Loop, lengths: dict[str, int]) -> bool:
    """Whether chunks that follow each other along `loop` share elements of a windowed axis."""
    for subscript in tensor.subscripts:
        if loop.dimension not in subscript.dimensions or len(subscript.terms) == 1:
            continue
        mine = next(term for term in subscript.terms if term.dimension == loop.dimension)
        other = next(term for term in subscript.terms if term.dimension != loop.dimension)
        # Two points meet in one element when mine · a = other · b; a and b are how far apart they are.
        common = gcd(mine.coefficient, other.coefficient)
        apart, reach = other.coefficient // common, mine.coefficient // common
        return apart < 2 * loop.size and reach < lengths[other.dimension]
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
    return "" if loop is None else loop.written
