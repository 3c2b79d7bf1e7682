"""The area and the power of machines, for limits: of boxes the least."""

from __future__ import annotations

from typing import Protocol

from ..ir import Accelerator


class Silicon(Protocol):
    """What a machine takes by itself, whatever runs on it. Neither falls when a width or a capacity grows."""

    def area_mm2(self, machine: Accelerator) -> float:
        """Square millimetres."""

    def power_mw(self, machine: Accelerator) -> float | None:
        """Milliwatts by a table of its own; None where power is what programs spend over their time."""
