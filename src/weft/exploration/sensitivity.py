"""How the best design changes with one field of the machine: the best designs by every value of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, prod

import numpy as np

from ..ir import Setting, Variable
from ..search.structure.plan import Flags, Floats, Ints
from .questions import Measured


@dataclass(frozen=True)
class Step:
    """The best value of an objective where a field has another value, all else free; infinite if no design is valid."""

    key: str
    setting: Setting
    value: float


class Marginals:
    """The least of every objective by every value of every variable of the machine."""

    def __init__(self, variables: Sequence[Variable], objectives: Sequence[str]) -> None:
        self.variables = tuple(variables)
        sizes = [len(variable.values) for variable in variables]
        self._strides = [prod(sizes[place + 1 :]) for place in range(len(sizes))]
        self._least: dict[str, list[Floats]] = {name: [np.full(size, inf) for size in sizes] for name in objectives}

    def add(self, measured: Measured, valid: Flags, machines: Ints) -> None:
        """Enter the valid ones of designs [N, P] on machines with these numbers [P]."""
        for name, found in self._least.items():
            least = np.where(valid, measured.objective(name), inf).min(axis=0)
            for place, stride in enumerate(self._strides):
                digits = machines // stride % len(found[place])
                np.minimum.at(found[place], digits, least)

    def steps(self, objective: str, settings: Sequence[tuple[str, Setting]]) -> tuple[Step, ...]:
        """One value down and one up of every variable, in its order of values, from given settings."""
        chosen, found = dict(settings), []
        for place, variable in enumerate(self.variables):
            at = variable.values.index(chosen[variable.key])
            for other in (at - 1, at + 1):
                if 0 <= other < len(variable.values):
                    value = float(self._least[objective][place][other])
                    found.append(Step(variable.key, variable.values[other], value))
        return tuple(found)
