"""What bounds of energy and cycles are worth together, placement by placement."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np

from ..objective import TINY, Objective, power_product
from ..structure.plan import Floats


@dataclass(frozen=True, slots=True)
class Worth:
    """What a search goes by, of programs that take no more than `power` picojoules a cycle."""

    objective: Objective
    power: float = inf

    def value(self, energy: Floats, cycles: Floats) -> Floats:
        """[…] what no program is below that takes at least so many picojoules and cycles; inf where nothing fits."""
        values = np.asarray(self.objective.bound(energy, self.slowed(energy, cycles)), np.float64)
        return np.where(np.isinf(energy), inf, values)

    def slowed(self, energy: Floats, cycles: Floats) -> Floats:
        """[…] cycles at the most power."""
        with np.errstate(divide="ignore", invalid="ignore"):
            least = np.ceil(energy / (self.power * (1 + TINY)) * (1 - TINY))
        # Where nothing fits there is no energy at all.
        return np.maximum(cycles, np.where((energy > 0) & (energy < inf), least, 0.0))

    def most(self, value: Floats, cycles: Floats) -> Floats:
        """[…] picojoules from which on what takes so many cycles has no less than a value."""
        a, b = self.objective.powers
        if a:
            return np.asarray((value / power_product(1.0, cycles, 0, b)) ** (1 / a))
        with np.errstate(invalid="ignore"):
            return np.where(np.isinf(value), inf, self.power * (1 + TINY) ** 2 * value ** (1 / b))


@dataclass(frozen=True)
class Scale:
    """Values by what tensors cost beside `known[P, N]` picojoules, in no less than `cycles[P, N]`."""

    worth: Worth
    known: Floats
    cycles: Floats

    def value(self, place: int, amounts: Floats) -> Floats:
        """[N] values with a placement."""
        return self.worth.value(self.known[place] + amounts, self.cycles[place])

    def most(self, place: int, values: Floats) -> Floats:
        """[N] the amounts from which on values are no less."""
        return np.asarray(self.worth.most(values, self.cycles[place]) - self.known[place])
