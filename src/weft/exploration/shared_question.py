"""What is asked of layers that share a machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf

from ..search.objective import read_objective
from ..search.request import Settings
from ..search.spaces.request import SpaceRequest
from .together import layer_objective


@dataclass(frozen=True)
class Question:
    """What is asked of layers that share a machine.

    `objective` is one of `TOGETHER`; `limits` of a layer's `cycles`, `energy_pj` or `seconds` hold for the program
    of every layer, as in `map`. The answer may be above the best one by the part `gap`, and not above `most`.
    """

    objective: str = "edp"
    limits: tuple[tuple[str, float], ...] = ()
    request: SpaceRequest = field(default_factory=SpaceRequest)
    time: str = "throughput"
    gap: float = 0.0
    most: float = inf

    @property
    def settings(self) -> Settings:
        """How the programs of a layer are searched."""
        return Settings(read_objective(layer_objective(self.objective), dict(self.limits)), self.time, self.gap)
