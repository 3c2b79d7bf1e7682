"""Correctly rounded sums of many rows at once: the same numbers as `math.fsum` of each."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ..search.structure.plan import Floats


def exact_sum(terms: Iterable[Floats | float], shape: tuple[int, ...] = ()) -> Floats:
    """The sum of terms that broadcast to a shape or a larger one, kept in two parts on the way and rounded once."""
    high, low = np.zeros(shape), np.zeros(shape)
    for term in terms:
        total = high + term
        part = total - high
        low = low + ((high - (total - part)) + (term - part))
        high = total
    return high + low
