"""The best design by every objective: of equal ones that of less area, then the first in the order of the space."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import numpy as np

from ..search.structure.plan import Flags, Ints
from .questions import Measured

NOWHERE = -1
"""The place of no design."""


class Best:
    """Keeps the best design by every objective: its value, its area, its place."""

    def __init__(self, objectives: Sequence[str]) -> None:
        self.found: dict[str, tuple[float, float, int]] = dict.fromkeys(objectives, (inf, inf, NOWHERE))

    def add(self, measured: Measured, valid: Flags, places: Ints) -> None:
        """Enter the valid ones of some designs, of which there is one."""
        for name, known in self.found.items():
            values = np.where(valid, measured.objective(name), inf)
            least = values.min()
            if least > known[0]:
                continue
            areas = np.where(values == least, measured.area_mm2, inf)
            first = places[(areas == areas.min()) & (values == least)].min()
            new = float(least), float(areas.min()), int(first)
            if known[2] == NOWHERE or new < known:
                self.found[name] = new
