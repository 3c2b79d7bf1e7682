"""All tilings of one structure with fixed orders and one placement: energy, cycles and capacities of every one.

The grid is the product of the candidates of all groups, and is never held in memory. All totals are sums of products
over the groups (`terms.py`). For each choice of the outer groups the terms fold into a few coefficients, so that the
last group's candidates (the lanes) cost a few multiply-adds each. Sums are taken in one order, in double precision:
what is counted is exact, as integers stay below 2^53, and results are the same on every run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import NamedTuple

import numpy as np

from .compiled import compiled
from .plan import Floats, Ints
from .terms import SAFE, Sums

TILE = 256
"""Lanes whose totals are worked on at a time: they stay in the first cache."""

BLOCK = 2048
"""Lanes whose columns stay in the second cache while the outer groups run."""

FOLDING = 40
"""Multiply-adds of a lane that take as long as folding a term, about."""


class Folded(NamedTuple):
    """Sums for the compiled loops: metrics Q, terms T, outer groups G, columns of lanes C."""

    counts: Ints
    """[G] candidates of the outer groups."""
    outer: Floats
    """Their columns, those of a candidate next to each other."""
    outer_start: Ints
    outer_width: Ints
    term_outer: Ints
    """[G, T] the column of a term in an outer group."""
    entry_start: Ints
    """[T + 1] what a term adds: to `entry_to` in the coefficients [Q, C + 1]."""
    entry_to: Ints
    entry_weight: Floats
    lanes: Floats
    """[C, n]"""
    use_start: Ints
    """[Q + 1] the columns of lanes that a metric uses."""
    use: Ints
    constants: Floats
    width: Floats
    working_outer: Ints
    """[G, K]"""
    working_lane: Ints
    """[K] a column of lanes, or -1 for a factor that is in `working_scale`."""
    working_scale: Floats
    limits: Floats


class Found(NamedTuple):
    """The lowest value of a goal, energy^a · cycles^b, and where: picojoules, cycles, candidate of every group."""

    value: float
    energy_pj: float
    cycles: float
    candidates: tuple[int, ...]


class GridResult(NamedTuple):
    """How many tilings there are, fit, and overflow each room first; the best that fits per goal (None: none fits)."""

    tilings: int
    fitting: int
    overfull: tuple[int, ...]
    best: tuple[Found | None, ...]


class Block(NamedTuple):
    """All lanes under one choice of the outer groups: picojoules, cycles, the first room that overflows (-1: none).

    `candidates` has the choice, and -1 for the lanes' group.
    """

    candidates: tuple[int, ...]
    energy_pj: Floats
    cycles: Floats
    room: Ints


@dataclass(frozen=True)
class Grid:
    """The tilings of a structure. `last` is the group of the lanes."""

    folded: Folded
    last: int

    @property
    def tilings(self) -> int:
        """How many tilings there are."""
        return prod([int(n) for n in self.folded.counts]) * int(self.folded.lanes.shape[1])

    def blocks(self) -> Iterator[Block]:
        """Every tiling, one block after the other."""
        lanes = self.folded.lanes.shape[1]
        for choice in product(*(range(int(n)) for n in self.folded.counts)):
            energy, cycles, room = np.empty(lanes), np.empty(lanes), np.empty(lanes, np.int64)
            _evaluate_choice(self.folded, np.array(choice, np.int64), energy, cycles, room)
            yield Block(self._candidates(choice, -1), energy, cycles, room)

    def reduce(self, goals: Sequence[tuple[int, int]]) -> GridResult:
        """The best tiling for each goal (a, b), lowest energy^a · cycles^b, and how many fit.

        Of equal ones, the first: by the candidates of the outer groups, then of the lanes.
        """
        lanes, folded = self.folded.lanes.shape[1], self.folded
        best, where = np.full((len(goals), lanes), np.inf), np.zeros((len(goals), lanes), np.int64)
        rooms = np.zeros(len(folded.limits) + 1, np.int64)
        _reduce(folded, np.array(goals, np.int64).reshape(len(goals), 2), best, where, rooms)
        found = tuple(self._found(best[goal], where[goal]) for goal in range(len(goals)))
        return GridResult(self.tilings, int(rooms[0]), tuple(int(n) for n in rooms[1:]), found)

    def _found(self, best: Floats, where: Ints) -> Found | None:
        lane = int(np.lexsort((where, best))[0])
        if best[lane] == np.inf:
            return None
        choice = tuple(int(i) for i in np.unravel_index(int(where[lane]), self.folded.counts))
        energy, cycles, room = np.empty(best.size), np.empty(best.size), np.empty(best.size, np.int64)
        _evaluate_choice(self.folded, np.array(choice, np.int64), energy, cycles, room)
        return Found(float(best[lane]), float(energy[lane]), float(cycles[lane]), self._candidates(choice, lane))

    def _candidates(self, choice: Sequence[int], lane: int) -> tuple[int, ...]:
        return (*choice[: self.last], lane, *choice[self.last :])


def build_grid(sums: Sums) -> Grid:
    """The grid over all candidates of the sums' groups. ValueError if a count may be above 2^53."""
    if sums.largest >= SAFE:
        raise ValueError("counts above 2^53 are not exact in double precision")
    last = _lane_group(sums)
    return Grid(fold(sums, last), last)


def _lane_group(sums: Sums) -> int:
    """The group with the least work per tiling: multiply-adds of a lane, and its share of folding the terms."""

    def work(g: int) -> float:
        uses = {(t[g], q) for t, row in zip(sums.terms, sums.weights, strict=True) for q in np.flatnonzero(row)}
        return len(uses) + FOLDING * len(sums.terms) / int(sums.columns[g].shape[1])

    return min(range(len(sums.columns)), key=work)


def fold(sums: Sums, last: int) -> Folded:
    """Sums in the form that the compiled loops take, with one group as the lanes."""
    outer = [g for g in range(len(sums.columns)) if g != last]
    table = sums.columns[last]
    constant = (table == table[:, :1]).all(axis=1)
    number = np.where(constant, -1, np.cumsum(~constant) - 1)
    lanes = np.ascontiguousarray(table[~constant])
    width, metrics = len(lanes) + 1, sums.weights.shape[1]
    column = number[sums.terms[:, last]]
    scale = np.where(column < 0, table[sums.terms[:, last], 0], 1.0)
    place = np.where(column < 0, width - 1, column)
    entries = [(t, q) for t in range(len(sums.terms)) for q in np.flatnonzero(sums.weights[t])]
    uses = [sorted({int(column[t]) for t, q in entries if q == metric and column[t] >= 0}) for metric in range(metrics)]
    working = sums.working[:, last]
    tables = [np.ascontiguousarray(sums.columns[g].T) for g in outer]
    return Folded(
        counts=np.array([len(item) for item in tables], np.int64),
        outer=np.concatenate([np.empty(0), *(item.ravel() for item in tables)]),
        outer_start=np.cumsum([0, *(item.size for item in tables)]).astype(np.int64),
        outer_width=np.array([item.shape[1] for item in tables], np.int64),
        term_outer=np.ascontiguousarray(sums.terms[:, outer].T),
        entry_start=np.cumsum([0, *(np.count_nonzero(row) for row in sums.weights)]).astype(np.int64),
        entry_to=np.array([q * width + place[t] for t, q in entries], np.int64),
        entry_weight=np.array([sums.weights[t, q] * scale[t] for t, q in entries], np.float64),
        lanes=lanes if len(lanes) else np.zeros((0, table.shape[1])),
        use_start=np.cumsum([0, *(len(item) for item in uses)]).astype(np.int64),
        use=np.array([c for item in uses for c in item], np.int64),
        constants=sums.constants,
        width=sums.width,
        working_outer=np.ascontiguousarray(sums.working[:, outer].T),
        working_lane=number[working],
        working_scale=np.where(number[working] < 0, table[working, 0], 1.0),
        limits=sums.limits,
    )


@compiled
def _fold_outer(f: Folded, depth: int, choice: Ints, products: Floats) -> None:
    """Products of the terms over the outer groups from `depth` on: `products[g + 1]` is that over the first g + 1."""
    for g in range(depth, f.counts.size):
        row = f.outer_start[g] + choice[g] * f.outer_width[g]
        for t in range(products.shape[1]):
            products[g + 1, t] = products[g, t] * f.outer[row + f.term_outer[g, t]]


@compiled
def _coefficients(f: Folded, products: Floats, coefficients: Floats) -> None:
    """What the lanes' columns weigh in every metric; the last entry of a row is what is the same for all lanes."""
    flat = coefficients.ravel()
    flat[:] = 0.0
    for q in range(coefficients.shape[0]):
        coefficients[q, -1] = f.constants[q]
    for t in range(products.size):
        if products[t] != 0.0:
            for e in range(f.entry_start[t], f.entry_start[t + 1]):
                flat[f.entry_to[e]] += f.entry_weight[e] * products[t]


@compiled
def _divisors(f: Folded, choice: Ints, divisors: Floats) -> None:
    """Elements a cycle of every resource, but for the lanes' own units."""
    for k in range(divisors.size):
        divisors[k] = f.width[k] * f.working_scale[k]
        for g in range(f.counts.size):
            row = f.outer_start[g] + choice[g] * f.outer_width[g]
            divisors[k] *= f.outer[row + f.working_outer[g, k]]


@compiled
def _total(f: Folded, coefficients: Floats, q: int, low: int, pick: Ints, out: Floats) -> None:
    """A metric of a tile of lanes: Σ coefficient · column, four columns at a time."""
    n, width = out.size, f.lanes.shape[0]
    count = 0
    for u in range(f.use_start[q], f.use_start[q + 1]):
        if coefficients[q, f.use[u]] != 0.0:
            pick[count] = f.use[u]
            count += 1
    out[:] = coefficients[q, width]
    done = 0
    while count - done >= 4:
        c0, c1, c2, c3 = pick[done], pick[done + 1], pick[done + 2], pick[done + 3]
        k0, k1, k2, k3 = coefficients[q, c0], coefficients[q, c1], coefficients[q, c2], coefficients[q, c3]
        x0, x1 = f.lanes[c0, low : low + n], f.lanes[c1, low : low + n]
        x2, x3 = f.lanes[c2, low : low + n], f.lanes[c3, low : low + n]
        for i in range(n):
            out[i] += (k0 * x0[i] + k1 * x1[i]) + (k2 * x2[i] + k3 * x3[i])
        done += 4
    while done < count:
        k, x = coefficients[q, pick[done]], f.lanes[pick[done], low : low + n]
        for i in range(n):
            out[i] += k * x[i]
        done += 1


@compiled
def _tile(
    f: Folded, coefficients: Floats, divisors: Floats, low: int, pick: Ints, total: Floats, energy: Floats,
    cycles: Floats, room: Ints,
) -> None:  # fmt: skip
    """Energy, cycles and the first room that overflows (-1: none) of some lanes from `low` on.

    Quotients of integers below 2^53 round up exactly, and the most of all rounds up as the most of the rounded.
    """
    n = energy.size
    _total(f, coefficients, 0, low, pick, energy)
    cycles[:] = 0.0
    for k in range(divisors.size):
        _total(f, coefficients, 1 + k, low, pick, total)
        if f.working_lane[k] < 0:
            for i in range(n):
                ratio = total[i] / divisors[k]
                cycles[i] = ratio if ratio > cycles[i] else cycles[i]
        else:
            working = f.lanes[f.working_lane[k], low : low + n]
            for i in range(n):
                ratio = total[i] / (divisors[k] * working[i])
                cycles[i] = ratio if ratio > cycles[i] else cycles[i]
    for i in range(n):
        cycles[i] = np.ceil(cycles[i])
    room[:] = -1
    for m in range(f.limits.size - 1, -1, -1):
        _total(f, coefficients, 1 + divisors.size + m, low, pick, total)
        limit = f.limits[m]
        for i in range(n):
            room[i] = m if total[i] > limit else room[i]


@compiled
def _improve(
    goals: Ints, at: int, energy: Floats, cycles: Floats, room: Ints, value: Floats, best: Floats, where: Ints
) -> None:
    """Enter what is better than the best of its lane; `best` and `where` are per goal and lane of the tile."""
    n = energy.size
    for goal in range(goals.shape[0]):
        value[:] = 1.0
        for _ in range(goals[goal, 0]):
            for i in range(n):
                value[i] *= energy[i]
        for _ in range(goals[goal, 1]):
            for i in range(n):
                value[i] *= cycles[i]
        lowest, first = best[goal], where[goal]
        for i in range(n):
            better = (value[i] < lowest[i]) & (room[i] < 0)
            lowest[i] = value[i] if better else lowest[i]
            first[i] = at if better else first[i]


@compiled
def _count(room: Ints, rooms: Ints) -> None:
    for m in range(rooms.size):
        found = 0
        for i in range(room.size):
            found += 1 if room[i] == m - 1 else 0
        rooms[m] += found


@compiled
def _advance(counts: Ints, choice: Ints) -> int:
    """The next choice of the outer groups; the first group that changed, or -1 after the last choice."""
    g = counts.size - 1
    while g >= 0:
        choice[g] += 1
        if choice[g] < counts[g]:
            return g
        choice[g] = 0
        g -= 1
    return -1


@compiled
def _reduce(f: Folded, goals: Ints, best: Floats, where: Ints, rooms: Ints) -> None:
    """The best of every lane per goal, and how many fit (`rooms[0]`) and overflow each room first."""
    lanes, metrics, n = best.shape[1], f.constants.size, min(TILE, best.shape[1])
    energy, cycles, total, value, room = np.empty(n), np.empty(n), np.empty(n), np.empty(n), np.empty(n, np.int64)
    products = np.ones((f.counts.size + 1, f.term_outer.shape[1]))
    coefficients, divisors = np.empty((metrics, f.lanes.shape[0] + 1)), np.empty(f.width.size)
    pick, choice = np.empty(f.lanes.shape[0], np.int64), np.empty(f.counts.size, np.int64)
    for start in range(0, lanes, BLOCK):
        choice[:] = 0
        at = depth = 0
        while depth >= 0:
            _fold_outer(f, depth, choice, products)
            _coefficients(f, products[-1], coefficients)
            _divisors(f, choice, divisors)
            for low in range(start, min(start + BLOCK, lanes), TILE):
                m = min(TILE, lanes - low)
                _tile(f, coefficients, divisors, low, pick, total[:m], energy[:m], cycles[:m], room[:m])
                _improve(
                    goals, at, energy[:m], cycles[:m], room[:m], value[:m], best[:, low : low + m],
                    where[:, low : low + m],
                )  # fmt: skip
                _count(room[:m], rooms)
            at += 1
            depth = _advance(f.counts, choice)


@compiled
def _evaluate_choice(f: Folded, choice: Ints, energy: Floats, cycles: Floats, room: Ints) -> None:
    """All lanes under one choice of the outer groups."""
    products = np.ones((f.counts.size + 1, f.term_outer.shape[1]))
    coefficients, divisors = np.empty((f.constants.size, f.lanes.shape[0] + 1)), np.empty(f.width.size)
    _fold_outer(f, 0, choice, products)
    _coefficients(f, products[-1], coefficients)
    _divisors(f, choice, divisors)
    _tile(
        f, coefficients, divisors, 0, np.empty(f.lanes.shape[0], np.int64), np.empty(energy.size), energy, cycles, room
    )
