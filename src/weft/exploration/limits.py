"""Limits of machines by themselves: area, and power where a table gives it."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf

from ..ir import Accelerator, InternalError
from ..search.objective import TINY
from .silicon import Silicon


@dataclass(frozen=True)
class MachineLimits:
    """The most that a machine may have. Neither amount falls when a width or a capacity grows."""

    silicon: Silicon
    area_mm2: float = inf
    power_mw: float = inf
    _known: dict[Accelerator, tuple[float, float]] = field(default_factory=dict, compare=False, repr=False)

    def amounts(self, machine: Accelerator) -> tuple[float, float]:
        """Square millimetres, and milliwatts by a table of machines (0 without one)."""
        if machine not in self._known:
            power = self.silicon.power_mw(machine)
            if power is None and self.power_mw < inf:
                raise InternalError(f"the power of {machine.name} follows from what runs: it cannot be limited")
            self._known[machine] = self.silicon.area_mm2(machine), power or 0.0
        return self._known[machine]

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
