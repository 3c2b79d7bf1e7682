"""Oracle 2: runs a scheduled program on data, counts what moves, and plays its time event by event (docs/model.md).

It works on the original program and shares no code with the cost backend or the passes: it checks them.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...ir import Counts, Schedule
from .arithmetic import points
from .data import computes_workload
from .elements import Elements
from .events import Span
from .interfaces import measure
from .program import RunProgram
from .stepwise import stepwise_cycles

__all__ = ["Simulation", "Span", "play", "simulate"]


@dataclass(frozen=True, slots=True)
class Simulation:
    """What a run of the program showed: counts in elements, cycles, and whether its result is numpy's."""

    counts: Counts
    cycles_stepwise: int
    matches_numpy: bool


def simulate(schedule: Schedule, *, seed: int = 0) -> Simulation:
    """Run the original program of `schedule` on random integers drawn with `seed`.

    Takes time and memory in proportion to its steps times its units: meant for small programs.
    """
    program, elements, counts = _counted(schedule)
    return Simulation(
        counts, stepwise_cycles(schedule, program, elements, counts), computes_workload(program, elements, seed)
    )


def play(schedule: Schedule) -> list[Span]:
    """What the engines do in which cycles of the stepwise time, in the order in which they begin. As `simulate`, for
    small programs."""
    journal: list[Span] = []
    stepwise_cycles(schedule, *_counted(schedule), journal)
    return sorted(journal)


def _counted(schedule: Schedule) -> tuple[RunProgram, dict[str, Elements], Counts]:
    """The program unrolled, its tensors, and its counts."""
    program = RunProgram.of(schedule)
    elements = {tensor.name: Elements(program.workload, tensor) for tensor in program.workload.tensors}
    steps = program.steps(len(program.levels))
    active = [len(busy) for _, busy in steps]
    counts = Counts(
        points=sum(points(chunk) for _, busy in steps for chunk in busy.values()),
        steps=len(steps),
        active_peak=max(active),
        active_total=sum(active),
        interfaces=measure(schedule, program, elements),
    )
    return program, elements, counts
