"""Markers for loop nests in Python: Weft reads them from the source; a function that runs sees plain ranges."""

from __future__ import annotations

import re
from typing import Any


def parallel(*bounds: int, units: int | None = None, memory: str | None = None) -> range:
    """Iterations on units of their own, `range(*bounds)` when run.

    `units` says how many there are where that is not the number of iterations, `memory` names the memory inside of
    each.
    """
    return range(*bounds)


def chunk(*bounds: int) -> range:
    """Iterations that one unit executes together in one step, `range(*bounds)` when run."""
    return range(*bounds)


def hold(memory: str, *tensors: str) -> None:
    """Says which tensors a memory holds; nothing when run."""


def local(spec: str) -> Any:
    """An array that only the function sees, such as `local("f64[8, 8]")`: zeros of numpy when run, or a number."""
    import numpy as np

    return np.zeros([int(size) for size in re.findall(r"\d+", spec.partition("[")[2])])[()]


__all__ = ["chunk", "hold", "local", "parallel"]
