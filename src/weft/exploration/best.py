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
    """Keeps the best design by every objective."""

    def __init__(self, objectives: Sequence[str]) -> None:
        self._found: dict[str, tuple[float, float, int]] = dict.fromkeys(objectives, (inf, inf, NOWHERE))
        self._metrics: dict[str, tuple[float, ...]] = {}

    @property
    def designs(self) -> dict[str, tuple[int, tuple[float, ...]]]:
        """By objective the place of the best design, or -1, and its metrics in the order of `Measured`."""
        return {name: (place, self._metrics.get(name, ())) for name, (_, _, place) in self._found.items()}

    def add(self, measured: Measured, valid: Flags, places: Ints) -> None:
        """Enter the valid ones of some designs, of which there is one."""
        for name, known in self._found.items():
            values = np.where(valid, measured.objective(name), inf)
            least = values.min()
            if least > known[0]:
                continue
            areas = np.where(values == least, measured.area_mm2, inf)
            tied = np.where(areas == areas.min(), places, np.iinfo(np.int64).max)
            at = np.unravel_index(tied.argmin(), tied.shape)
            new = float(least), float(areas[at]), int(places[at])
            if known[2] == NOWHERE or new < known:
                self._found[name], self._metrics[name] = new, measured.at(at)
