"""Limits of machines: area, and power where a table gives it by itself; else what power is left to programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf

from ..ir import Accelerator
from ..search.objective import TINY
from .silicon import Silicon


@dataclass(frozen=True)
class MachineLimits:
    """The most that a machine may have. Neither amount falls when a width or a capacity grows.

    Where no table gives a power by itself, the machine leaks, and what runs may take the rest (`program_mw`).
    """

    silicon: Silicon
    area_mm2: float = inf
    power_mw: float = inf
    _known: dict[Accelerator, tuple[float, float]] = field(default_factory=dict, compare=False, repr=False)

    def amounts(self, machine: Accelerator) -> tuple[float, float]:
        """Square millimetres, and milliwatts by a table of machines (0 without one, or if they are not limited)."""
        if machine not in self._known:
            power = self.silicon.power_mw(machine) if self.power_mw < inf else 0.0
            self._known[machine] = self.silicon.area_mm2(machine), power or 0.0
        return self._known[machine]

    def program_mw(self, least: Accelerator, largest: Accelerator) -> float:
        """Milliwatts, energy over time, that a program may take on any machine from one to another; 0: no program."""
        if self.power_mw == inf or self.silicon.power_mw(least) is not None:
            return inf
        return max(self.power_mw - self.silicon.least_leakage_mw(least, largest), 0.0)

    @property
    def limited(self) -> bool:
        """Whether there is any limit."""
        return min(self.area_mm2, self.power_mw) < inf

    def over(self, machine: Accelerator) -> tuple[str, ...]:
        """The limits that a machine is over."""
        area, power = self.amounts(machine)
        pairs = (("area", area, self.area_mm2), ("power", power, self.power_mw))
        return tuple(name for name, amount, most in pairs if amount > most * (1 + TINY))

    def excess(self, machine: Accelerator) -> float:
        """The largest part of a limit that a machine takes; without limits its area."""
        area, power = self.amounts(machine)
        parts = [amount / most for amount, most in ((area, self.area_mm2), (power, self.power_mw)) if 0 < most < inf]
        return max(parts, default=area)
