"""What is asked of a search, made once and handed down whole."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from sys import float_info

from ..backends.cost import TIMES
from ..ir import Accelerator
from .objective import Objective
from .spaces.request import SpaceRequest

SCOPES = ("layer", "class", "one")
"""A dataflow per layer, per operator class, or one for all layers."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a space is searched: what is minimised within which limits, the time model, and when to stop.

    `gap` is the part of the objective that the answer may be above the best one, `budget` the seconds for all layers.
    ValueError for an unknown time model, and for a gap or a budget that is negative, infinite or no number: it would
    switch the proof off.
    """

    objective: Objective = field(default_factory=Objective)
    time: str = "throughput"
    gap: float = 0.0
    budget: float | None = None

    def with_power(self, most_mw: float) -> Settings:
        """The settings with one more limit on power, in milliwatts; inf: as they are."""
        return replace(self, objective=self.objective.with_power(most_mw))

    def __post_init__(self) -> None:
        if self.time not in TIMES:
            raise ValueError(f"unknown time model {self.time!r}; it is one of {', '.join(TIMES)}")
        for name, value in (("gap", self.gap), ("budget", self.budget if self.budget is not None else 0.0)):
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= float_info.max:
                raise ValueError(f"the {name} is {value!r:.60}; it must be a finite number from 0 on")


@dataclass(frozen=True)
class Request:
    """Everything that is asked about some layers: the machine, which programs, how these are searched, and whether
    layers share a dataflow. What it is searched with, such as workers and a store, changes no answer and is no part.

    ValueError for an unknown scope.
    """

    accelerator: Accelerator
    space: SpaceRequest = field(default_factory=SpaceRequest)
    settings: Settings = field(default_factory=Settings)
    scope: str = "layer"

    def __post_init__(self) -> None:
        if self.scope not in SCOPES:
            raise ValueError(f"unknown scope {self.scope!r}; it is one of {', '.join(SCOPES)}")
