"""A legal fused program placed on its machine: what the passes find and the backends count."""

from __future__ import annotations

from dataclasses import dataclass

from .accelerator import Accelerator, Memory
from .fused import FusedProgram, Stage
from .schedule import Schedule


@dataclass(frozen=True)
class StageSchedule:
    """A stage: `whole` is its layer on the whole machine, for what is charged; `parts` are the schedules of its boxes
    on the machine from the boundary memory on, each with the number of steps in which it runs."""

    stage: Stage
    whole: Schedule
    parts: tuple[tuple[int, Schedule], ...]


@dataclass(frozen=True)
class FusedSchedule:
    """A fused program with the schedules of its stages."""

    program: FusedProgram
    accelerator: Accelerator
    stages: tuple[StageSchedule, ...]

    @property
    def outside(self) -> Memory:
        """The outermost memory."""
        return self.accelerator.memories[0]

    @property
    def boundary(self) -> Memory:
        """The memory that holds what lies between the stages."""
        return self.accelerator.memories[1]
