"""Distributions of sums of independent counts, and the expected maximum of several."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import gcd, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

EXACT_UP_TO = 1 << 18
"""Largest sum whose distribution is computed value by value; above, the normal distribution stands in."""

_GRID = 2048
_SPREAD = 9.0


class Part(NamedTuple):
    """`times` independent counts, each worth `weight`; `law[k]` is the chance of the count k."""

    times: int
    law: tuple[float, ...]
    weight: int = 1


@dataclass(frozen=True, eq=False)
class Distribution:
    """`chances[i]` is that of `values[i]`; the values ascend. Not `exact` where the normal distribution stands in."""

    values: Floats
    chances: Floats
    exact: bool = True

    @property
    def mean(self) -> float:
        """The expected value."""
        return float(self.values @ self.chances)

    def at_most(self, bounds: Floats) -> Floats:
        """The chance of no more than each bound."""
        below = np.concatenate(([0.0], np.minimum(np.cumsum(self.chances), 1.0)))
        found: Floats = below[np.searchsorted(self.values, bounds, side="right")]
        return found

    def quantile(self, chance: float) -> float:
        """The smallest value that is not exceeded with that chance."""
        reached = int(np.searchsorted(np.cumsum(self.chances), chance - 1e-12))
        return float(self.values[min(reached, len(self.values) - 1)])


@lru_cache(maxsize=4096)
def sum_of(parts: tuple[Part, ...]) -> Distribution:
    """The sum of all parts."""
    unit = gcd(*(part.weight for part in parts)) if parts else 1
    largest = sum(part.times * part.weight * (len(part.law) - 1) for part in parts)
    if largest // max(unit, 1) > EXACT_UP_TO:
        return _normal(parts, largest)
    size = 1 << max(1, (largest // unit).bit_length())
    spectrum = np.ones(size // 2 + 1, np.complex128)
    for part in parts:
        padded = np.zeros(size)
        padded[np.arange(len(part.law)) * (part.weight // unit)] = part.law
        spectrum *= np.fft.rfft(padded) ** part.times
    # Beyond the double's precision nothing is left but noise.
    chances = np.fft.irfft(spectrum, size)[: largest // unit + 1]
    chances = np.where(chances < 1e-14, 0.0, chances)
    kept = np.flatnonzero(chances)
    values: Floats = kept * np.float64(unit)
    return Distribution(values, chances[kept] / chances.sum())


def _normal(parts: tuple[Part, ...], largest: int) -> Distribution:
    mean = variance = 0.0
    for times, law, weight in parts:
        first = sum(k * chance for k, chance in enumerate(law))
        second = sum(k * k * chance for k, chance in enumerate(law))
        mean += times * weight * first
        variance += times * weight**2 * (second - first**2)
    if variance <= 0:
        return Distribution(np.array([round(mean)], np.float64), np.ones(1))
    grid = np.linspace(-_SPREAD, _SPREAD, _GRID + 1)
    weights = np.exp(-(grid**2) / 2)
    values = np.clip(mean + sqrt(variance) * grid, 0, largest)
    return Distribution(values, weights / weights.sum(), exact=False)


def maximum(items: Iterable[tuple[int, Distribution]]) -> Distribution:
    """The largest of independent variables, `times` of each distribution."""
    given = list(items)
    values = np.unique(np.concatenate([item.values for _, item in given]))
    together = np.ones_like(values)
    for times, item in given:
        together *= item.at_most(values) ** times
    return Distribution(values, np.diff(together, prepend=0.0), all(item.exact for _, item in given))
