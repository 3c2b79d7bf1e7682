"""A first program of a space, without a search: small chunks for all units, or such as fit at least; then larger ones.

It uses nothing that has to be compiled, and is there in a moment whatever the search is busy with.
"""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Iterator
from functools import partial
from math import inf, prod

import numpy as np

from ..ir import Accelerator, Dataflow, WeftError, Workload
from .objective import Metrics
from .question import measure, structures_of
from .spaces.chain_sets import ChainSet
from .spaces.point import Holds, Point, Structure, point_of
from .spaces.request import SpaceRequest
from .spaces.space import MapSpace
from .spaces.structures import Every, Structures
from .structure.plan import Floats, Ints

TRIED = 32
"""Structures that are looked at: so many with the most work for their units, and so many with the least."""

Sizes = dict[str, tuple[int, ...]]
"""The chain of every dimension."""

Rank = Callable[[Metrics], tuple[float, float]]
"""How many times a limit a program is (1: within all), and how good it is; less is better."""

BEYOND = 8
"""Programs beyond a limit that are bettered until one is within."""


def first_program(
    space: MapSpace, structures: Every, time: str, rank: Rank, until: float = 0.0
) -> tuple[Metrics, Point] | tuple[str, ...]:
    """A program that fits, and its cost; better ones by `rank` are tried until a time (seconds since the epoch).

    If none of a few candidates fits, those with the smallest chunks for all units, with the smallest and with the
    largest ones: what the last one exceeds. If those that fit are beyond a limit also when bettered: nothing.
    """
    unfit: tuple[str, ...] = ()
    beyond = 0
    for structure in _few(space, structures, until):
        for wanted in (_for_all_units, _smallest, _largest):
            sizes = _sizes(space, structure, wanted)
            for holds in _holds(space) if sizes else ():
                metrics = _measured(space, structure, sizes, holds, time)
                if not isinstance(metrics, Metrics):
                    unfit = metrics
                    continue
                found = _better(space, structure, sizes, holds, time, metrics, rank, until)
                beyond += 1
                if rank(found[0])[0] <= 1 or beyond == BEYOND:
                    return found if rank(found[0])[0] <= 1 else ()
    return unfit


def fitting_program(workload: Workload, machine: Accelerator) -> Dataflow | tuple[str, ...]:
    """A program that fits a machine, with small chunks for all its units where that can be; else what is too large."""
    space = SpaceRequest().space(workload, machine)
    found = first_program(space, structures_of(space), "stepwise", lambda metrics: (0.0, metrics.cycles))
    match found:
        case (Metrics(), Point() as point):
            return space.program(point)
        case _:
            return found


def _few(space: MapSpace, structures: Every, until: float) -> list[Structure]:
    """Those with the most work for their units, which are fast, then those with the least, which need least memory.

    Of equals those first that spread more dimensions: their units share more of what they read. Where there are many,
    those are looked at that there is time for.
    """
    ranked: list[tuple[float, int, int]] = []
    for numbers in structures.parts():
        found = structures.rows(numbers)
        if ranked and clock.time() > until:
            break
        at_work, spread = _at_work(space, found), _spread(space, found)
        order = np.lexsort((-spread, -at_work))
        few = dict.fromkeys([*order[:TRIED].tolist(), *order[-TRIED:].tolist()])
        ranked += [(-at_work[n], -int(spread[n]), int(numbers[n])) for n in few]
    ranked.sort()
    chosen = [*ranked[:TRIED], *reversed(ranked[TRIED:][-TRIED:])]
    return [structures[number] for _, _, number in chosen]


def cycles_at_peak(workload: Workload, machine: Accelerator) -> int:
    """Cycles that no program is below: every element works all the time."""
    return -(-workload.points * machine.interval(workload.operations) // machine.peak_macs)


def _at_work(space: MapSpace, found: Structures) -> Floats:
    """[N] units that can have work, roughly."""
    rows, total = np.arange(len(found.units)), np.ones(len(found.units))
    # The last column is of levels that spread nothing.
    left = np.tile([*(float(extent) for _, extent in space.workload.dimensions), inf], (len(rows), 1))
    for level in range(found.units.shape[1]):
        spread = found.spread[:, level]
        units = np.where(spread < 0, 1, found.units[:, level])
        total *= np.minimum(units, left[rows, spread])
        left[rows, spread] = np.ceil(left[rows, spread] / units)
    return total


def _spread(space: MapSpace, found: Structures) -> Ints:
    """[N] how many different things levels spread, nothing among them."""
    each = [(found.spread == number).any(axis=1) for number in range(-1, len(space.workload.dimensions))]
    return np.asarray(np.sum(each, axis=0))


def _sizes(space: MapSpace, structure: Structure, wanted: Callable[[Structure, str, int], float]) -> Sizes:
    """Chunks of every level, the largest up to what is wanted; nothing if a dimension has no chain."""
    chains = {name: space.chains(structure, name) for name in space.workload.extents}
    if any(item.count == 0 for item in chains.values()):
        return {}
    return {name: _chain(item, partial(wanted, structure, name)) for name, item in chains.items()}


def _for_all_units(structure: Structure, name: str, level: int) -> float:
    """An element for each unit below."""
    below = zip(structure.units[level + 1 :], structure.spatial[level + 1 :], strict=True)
    return prod(units for units, spread in below if spread == name)


def _smallest(structure: Structure, name: str, level: int) -> float:
    return 1


def _largest(structure: Structure, name: str, level: int) -> float:
    return inf


def _chain(chains: ChainSet, wanted: Callable[[int], float]) -> tuple[int, ...]:
    """The chain whose sizes are, level by level, the largest up to what is wanted, or the smallest."""
    found, parent = [0] * len(chains.allowed), chains.extent
    for level, allowed in enumerate(chains.allowed):
        if allowed is not None:
            left = chains.under(level, parent)
            sizes = left.sizes(level, parent)
            sizes = sizes[left.ways(level, sizes) > 0].tolist()
            parent = found[level] = max((size for size in sizes if size <= wanted(level)), default=sizes[0])
    return tuple(found)


def _holds(space: MapSpace) -> Iterator[Holds]:
    """A few placements: memories hold all that they can, only inner ones, the least that they may."""
    if any(not sets for _, sets in space.holds):
        return
    most = [max(sets, key=len) for _, sets in space.holds]
    least = [min(sets, key=len) for _, sets in space.holds]
    names = [name for name, _ in space.holds]
    for outer in range(len(names), -1, -1):
        yield tuple(zip(names, (*most[:outer], *least[outer:]), strict=True))


def _point(space: MapSpace, structure: Structure, sizes: Sizes, holds: Holds) -> Point | None:
    orders = [next(space.orders(structure, level).all(), None) for level in range(len(space.levels))]
    if any(order is None for order in orders):
        return None
    return point_of(structure, sizes, [order for order in orders if order is not None], holds)


def _measured(
    space: MapSpace, structure: Structure, sizes: Sizes, holds: Holds, time: str
) -> Metrics | tuple[str, ...]:
    """Energy and cycles; or what does not fit."""
    point = _point(space, structure, sizes, holds)
    if point is None:
        return ()
    try:
        return measure(space, point, time)
    except WeftError as error:
        if any(item.code != "W201" for item in error.diagnostics if item.is_error):
            raise
        return tuple(item.message for item in error.diagnostics if item.is_error)


def _better(
    space: MapSpace, structure: Structure, sizes: Sizes, holds: Holds, time: str, metrics: Metrics, rank: Rank,
    until: float,
) -> tuple[Metrics, Point]:  # fmt: skip
    """What steps by a factor of four lead to, in one dimension at a level at a time, the outermost first."""
    for level in range(len(space.levels)):
        for name in space.mapped(structure, level):
            while clock.time() < until:
                size = sizes[name][level]
                chain = _chain(space.chains(structure, name), _grown(sizes[name], level))
                changed = sizes | {name: chain}
                found = _measured(space, structure, changed, holds, time) if chain[level] > size else ()
                if not isinstance(found, Metrics) or rank(found) >= rank(metrics):
                    break
                sizes, metrics = changed, found
    point = _point(space, structure, sizes, holds)
    assert point is not None
    return metrics, point


def _grown(chain: tuple[int, ...], level: int) -> Callable[[int], float]:
    return lambda at: 4 * chain[at] if at == level else chain[at]
