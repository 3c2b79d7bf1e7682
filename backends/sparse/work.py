"""The time of the arithmetic: every step waits for the unit with the most effectual work (S4 to S6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import lcm, prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...analysis.chains import Chain
from ...analysis.nest import Nest
from ...ir import Density, Measured, Structured, Tensor, Uniform
from .counted import counted_cycles
from .distribution import Distribution, Floats, Part, maximum, sum_of
from .drawn import drawn_cycles
from .steps import chunk_steps
from .tiles import Interval, Places, extent, parts, period, products

Leaders = tuple[tuple[Tensor, Density], ...]
"""The tensors whose zeros are skipped, with their densities."""


@dataclass(frozen=True, slots=True)
class Work:
    """Expected cycles of the arithmetic over all steps.

    `cycles` waits in each step for the unit with the most effectual work; `balanced` is what it would be if all units
    and lanes shared it equally. `basis` is `exact` for the closed form and for what is counted, `normal` where large
    sums are taken as normal, `drawn` for a mean over drawn masks, of which `error` is the standard error, and
    `estimate` for more than two leaders.
    """

    cycles: float
    balanced: float
    basis: str = "exact"
    error: float = 0.0

    @property
    def imbalance(self) -> float:
        """How much longer steps wait for their busiest unit than if all had equal shares."""
        return self.cycles / self.balanced if self.balanced else 1.0

    @property
    def imbalance_error(self) -> float:
        """The standard error of the imbalance."""
        return self.error / self.balanced if self.balanced else 0.0


def dense_work(nest: Nest, lanes: int) -> float:
    """Cycles of the arithmetic if nothing is skipped, with so many multiply-accumulates at a time per unit."""
    return float(sum(times * -(-points // lanes) for points, times in _free_points(nest, ()).items()))


def work(nest: Nest, leaders: Leaders, lanes: int, points: float, units: int) -> Work:
    """The arithmetic's time where zeros of `leaders` are skipped.

    `points` multiply-accumulates are left of all on `units` units with `lanes` lanes each.
    """
    balanced, dense = points / (units * lanes), dense_work(nest, lanes)
    if not leaders:
        return Work(dense, balanced)
    if lanes == 1 and not _spread(nest):
        # The expectation of a sum is the sum of expectations, whatever depends on what.
        return Work(balanced, balanced)
    found = _busiest(nest, leaders, lanes)
    # No drawing can beat what is certain; where it seems to, it is at least that far off.
    cycles = min(max(found.cycles, balanced), dense)
    error = max(found.error, abs(cycles - found.cycles)) if found.basis == "drawn" else 0.0
    return Work(cycles, balanced, found.basis, error)


def _busiest(nest: Nest, leaders: Leaders, lanes: int) -> _Found:
    moving = [name for name in nest.chains if any(name in tensor.dimensions for tensor, _ in leaders)]
    free = _free_points(nest, moving)

    def slots(most: Floats | NDArray[np.int64]) -> Floats:
        return sum((times * _slots(points * most, lanes) for points, times in free.items()), np.zeros(1))

    arrays = [(tensor, density) for tensor, density in leaders if isinstance(density, Measured)]
    if len(arrays) == len(leaders) and (counted := counted_cycles(nest, arrays, slots)) is not None:
        return _Found(counted, "exact")
    if len(leaders) <= 2 and (arrays or not _independent(nest, leaders)):
        choices = {
            name: chunk_steps(nest.chains[name], nest.chains[name].extent + 1 if arrays else _common(leaders, name))
            for name in moving
        }
        cycles, error = drawn_cycles(leaders, choices, slots)
        return _Found(cycles, "drawn", error)
    cycles, basis = 0.0, "exact" if len(leaders) <= 2 else "estimate"
    for count, most in _expected_steps(nest, leaders, moving):
        cycles += count * float(slots(most.values) @ most.chances)
        if basis == "exact" and not most.exact:
            basis = "normal"
    return _Found(cycles, basis)


class _Found(NamedTuple):
    cycles: float
    basis: str
    error: float = 0.0


def _spread(nest: Nest) -> set[str]:
    """The dimensions that several units share."""
    return {name for name, chain in nest.chains.items() if any(link.units > 1 for link in chain.links)}


def _slots(points: Floats | NDArray[np.int64], lanes: int) -> Floats:
    """Cycles for so many effectual points."""
    found: Floats = np.ceil(points / lanes - 1e-9)
    return found


def _free_points(nest: Nest, moving: Sequence[str]) -> Counter[int]:
    """The points of the longest chunk over the dimensions that move no leader, with the steps that have so many."""
    found: Counter[int] = Counter({1: 1})
    for name in nest.chains:
        if name not in moving:
            longest: Counter[int] = Counter()
            for count, held in chunk_steps(nest.chains[name], 1):
                longest[max(length for _, length in held)] += count
            found = products(found, longest)
    return found


def _expected_steps(nest: Nest, leaders: Leaders, moving: Sequence[str]) -> Iterator[tuple[int, Distribution]]:
    """Like steps over the dimensions that move leaders: their number and the most work of a unit."""
    choices = [_kinds(nest.chains[name], _common(leaders, name)) for name in moving]
    for combination in product(*choices):
        count = prod(times for times, _ in combination)
        units: Counter[tuple[Interval, ...]] = Counter()
        for tile in product(*(held for _, held in combination)):
            units[tuple(interval for interval, _ in tile)] += prod(times for _, times in tile)
        found = [(times, _unit_work(leaders, tuple(zip(moving, tile, strict=True)))) for tile, times in units.items()]
        yield count, maximum(found)


def _kinds(chain: Chain, period: int) -> list[tuple[int, tuple[tuple[Interval, int], ...]]]:
    """Steps of a dimension with their units at work counted by chunk."""
    merged: Counter[tuple[tuple[Interval, int], ...]] = Counter()
    for count, held in chunk_steps(chain, period):
        chunks = Counter((start % period, length) for start, length in held if length)
        merged[tuple(sorted(chunks.items()))] += count
    return [(count, held) for held, count in merged.items()]


def _common(leaders: Leaders, name: str) -> int:
    """The length at whose multiples groups and blocks of all leaders start along a dimension."""
    return lcm(*(period(density, tensor, name) for tensor, density in leaders))


@lru_cache(maxsize=4096)
def _unit_work(leaders: Leaders, tile: tuple[tuple[str, Interval], ...]) -> Distribution:
    """The effectual points of one unit over the dimensions that move leaders."""
    box = {name: (interval,) for name, interval in tile}
    if len(leaders) == 1:
        return sum_of(parts(leaders[0][1], leaders[0][0], box))
    if len(leaders) == 2:
        return sum_of(_pairs(*leaders, box))
    density = prod(density.density for _, density in leaders)
    return sum_of((Part(prod(extent(places) for places in box.values()), (1 - density, density)),))


def _pairs(one: tuple[Tensor, Density], two: tuple[Tensor, Density], box: Mapping[str, Places]) -> tuple[Part, ...]:
    """Σ over shared places of (nonzeros of one there) · (nonzeros of the other there)."""
    if isinstance(two[1], Structured) and two[1].dimension in one[0].dimensions:
        one, two = two, one
    shared = [name for name in box if name in one[0].dimensions & two[0].dimensions]
    own = prod(extent(box[name]) for name in box if name in one[0].dimensions - two[0].dimensions)
    other = prod(extent(box[name]) for name in box if name in two[0].dimensions - one[0].dimensions)
    theirs = _law((Part(other, (1 - two[1].density, two[1].density)),))
    density = one[1]
    if isinstance(density, Structured) and density.dimension in shared and own == 1:
        grouped = {name: box[name] for name in shared}
        return tuple(
            Part(times, _compound(law, theirs)) for times, law, _ in parts(density, _only(one[0], shared), grouped)
        )
    ours = _law((Part(own, (1 - density.density, density.density)),))
    law = np.zeros((len(ours) - 1) * (len(theirs) - 1) + 1)
    np.add.at(law, np.multiply.outer(np.arange(len(ours)), np.arange(len(theirs))), np.multiply.outer(ours, theirs))
    return (Part(prod(extent(box[name]) for name in shared), tuple(law.tolist())),)


def _only(tensor: Tensor, names: Sequence[str]) -> Tensor:
    """The tensor's axes that lie along the given dimensions."""
    return Tensor(tensor.name, tuple(s for s in tensor.subscripts if set(s.dimensions) <= set(names)))


def _law(found: tuple[Part, ...]) -> tuple[float, ...]:
    """A sum's chances of 0, 1, 2, …"""
    total = sum_of(found)
    law = np.zeros(int(total.values[-1]) + 1)
    law[np.rint(total.values).astype(np.int64)] = total.chances
    return tuple(law.tolist())


def _compound(law: Sequence[float], each: Sequence[float]) -> tuple[float, ...]:
    """The sum of k independent counts of law `each`, k having the law `law`."""
    found = np.zeros((len(law) - 1) * (len(each) - 1) + 1)
    power = np.ones(1)
    for chance in law:
        found[: len(power)] += chance * power
        power = np.convolve(power, each)
    return tuple(found.tolist())


def _independent(nest: Nest, leaders: Leaders) -> bool:
    """Whether the units' work is independent, and its law that of `_unit_work`."""
    spread = _spread(nest)
    windowed = {name for tensor, _ in leaders for s in tensor.subscripts if len(s.terms) == 2 for name in s.dimensions}
    if any(_straddles(nest, tensor, density, spread) for tensor, density in leaders):
        return False
    if len(leaders) == 1:
        return not windowed & spread
    if windowed or not all(isinstance(density, Uniform) for _, density in leaders):
        return False
    one, two = (tensor.dimensions for tensor, _ in leaders)
    return not (one ^ two) & spread


def _straddles(nest: Nest, tensor: Tensor, density: Density, spread: set[str]) -> bool:
    """Whether units share a group or a block."""
    if isinstance(density, Measured | Uniform):
        return False
    for name in spread & tensor.dimensions:
        whole = period(density, tensor, name)
        size = min(link.size for link in nest.chains[name].links if link.units)
        if size % whole:
            return True
    return False
