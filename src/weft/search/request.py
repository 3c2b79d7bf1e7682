"""What is asked of a search, made once and handed down whole."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import inf
from sys import float_info

from ..backends.cost import TIMES
from ..ir import Accelerator
from .near.kept import MOST, UNASKED, Near
from .objective import Objective
from .spaces.request import SpaceRequest

SCOPES = ("layer", "class", "one")
"""A dataflow per layer, per operator class, or one for all layers."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a space is searched: what is minimised within which limits, the time model, and when to stop.

    `gap` is the part of the objective that the answer may be above the best one, `budget` the seconds for all layers.
    `top` and `within` ask for more programs than the best: so many, of different energy or cycles, with the least
    values; those whose value is at most so large a part above the least one; or both.

    ValueError for an unknown time model, for a gap, a budget or a part that is negative, infinite or no number (it
    would switch the proof off), for a `top` that is no count, and for more programs than the best with a gap or on a
    front.
    """

    objective: Objective = field(default_factory=Objective)
    time: str = "throughput"
    gap: float = 0.0
    budget: float | None = None
    top: int | None = None
    within: float | None = None

    @property
    def near(self) -> Near | None:
        """Which programs are asked for beside the best; None: none."""
        if self.top is None and self.within is None:
            return None
        return Near(self.top or UNASKED, inf if self.within is None else self.within)

    def only_best(self) -> Settings:
        """The settings of a search for the best program alone."""
        return replace(self, top=None, within=None)

    def with_power(self, most_mw: float) -> Settings:
        """The settings with one more limit on power, in milliwatts; inf: as they are."""
        return replace(self, objective=self.objective.with_power(most_mw))

    def __post_init__(self) -> None:
        if self.time not in TIMES:
            raise ValueError(f"unknown time model {self.time!r}; it is one of {', '.join(TIMES)}")
        for name, value in (("gap", self.gap), ("budget", self.budget or 0.0), ("part within", self.within or 0.0)):
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= float_info.max:
                raise ValueError(f"the {name} is {value!r:.60}; it must be a finite number from 0 on")
        if self.top is not None and (type(self.top) is not int or not 1 <= self.top <= MOST):
            raise ValueError(f"top is {self.top!r:.60}; it must be a whole number from 1 to {MOST}")
        if self.near is not None and (self.gap or self.objective.front):
            other = "a gap" if self.gap else f"the front that the objective '{self.objective}' needs"
            raise ValueError(f"top and within ask for exact values of one objective: not with {other}")


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
