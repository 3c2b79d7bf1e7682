"""The best program of a front for each of many machines, some at a time: their numbers stand in vectors.

Programs that are alike are a group: its least counts say whether a machine has to look at its programs.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .compiled import compiled, inner
from .structure.plan import Floats, Ints

TILE = 64
"""Machines that are priced together."""

GROUP = 8
"""Programs with one bound, at most."""

_LEADERS = 16
"""Winners of earlier machines that are tried first."""

_LESS = 1 - 2.0**-50
"""A product with a reciprocal, times this, is no more than the quotient as it is rounded."""


def price_front(
    counts: Floats, actions: int, mac: Floats, picojoules: Floats, width: Floats, room: Floats, a: int, b: int,
    winner: Ints, found: Floats,
) -> None:  # fmt: skip
    """The program of least energy^a · cycles^b on every machine (-1: none fits), its picojoules and cycles.

    Programs [K]: actions, elements of every width, cycles of the arithmetic, bits of every room. Machines [N]:
    picojoules of all arithmetic and of each action, elements a cycle, bits of every room. Of equals the first wins.
    """
    # Few programs are not worth bounds.
    size = GROUP if len(counts) > GROUP * GROUP else 1
    groups = list(_groups(counts, np.arange(len(counts)), size))
    order = np.concatenate([np.empty(0, np.int64), *groups])
    first = np.cumsum([0, *map(len, groups)])
    least = np.array([counts[group].min(axis=0) for group in groups]).reshape(-1, counts.shape[1])
    place = np.empty_like(winner)
    _price(counts[order], order, first, least, actions, mac, picojoules, width, room, a, b, place, found)
    winner[:] = np.append(order, -1)[place]


def _groups(counts: Floats, programs: Ints, size: int) -> Iterator[Ints]:
    """The programs in groups: cut in two again and again, by the count in which they differ most."""
    if len(programs) > size:
        logs = np.log1p(counts[programs])
        ordered = programs[np.argsort(logs[:, np.argmax(np.ptp(logs, axis=0))], kind="stable")]
        yield from _groups(counts, ordered[: len(ordered) // 2], size)
        yield from _groups(counts, ordered[len(ordered) // 2 :], size)
    elif len(programs):
        yield programs


@compiled
def _price(
    counts: Floats, order: Ints, first: Ints, least: Floats, actions: int, mac: Floats, picojoules: Floats,
    width: Floats, room: Floats, a: int, b: int, place: Ints, found: Floats,
) -> None:  # fmt: skip
    """`price_front` for groups of programs with the least counts of each: the place of a winner in their `order`."""
    energy, cycles, value, best = np.empty(TILE), np.empty(TILE), np.empty(TILE), np.empty(TILE)
    prices, inverse = np.empty((actions, TILE)), np.empty((width.shape[1], TILE))
    size = np.empty((room.shape[1], TILE))
    leaders, leading, leads = np.empty(_LEADERS, np.int64), 0, np.zeros(order.size, np.bool_)
    for start in range(0, mac.size, TILE):
        many = min(TILE, mac.size - start)
        bare = mac[start : start + many]
        for j in range(many):
            best[j], place[start + j] = np.inf, -1
            prices[:, j] = picojoules[start + j]
            inverse[:, j] = _LESS / width[start + j]
            size[:, j] = room[start + j]
        for n in range(leading):
            k = leaders[n]
            if _may_win(counts[k], bare, prices, inverse, size, a, b, best, energy, cycles, value):
                _enter(counts, order, k, start, width, actions, a, b, energy, value, best, place, found)
        for g in range(first.size - 1):
            if first[g + 1] > first[g] + 1 and not _may_win(
                least[g], bare, prices, inverse, size, a, b, best, energy, cycles, value
            ):
                continue
            for k in range(first[g], first[g + 1]):
                if _may_win(counts[k], bare, prices, inverse, size, a, b, best, energy, cycles, value):
                    _enter(counts, order, k, start, width, actions, a, b, energy, value, best, place, found)
        for j in range(many):
            k = place[start + j]
            if k >= 0 and not leads[k] and leading < _LEADERS:
                leaders[leading], leads[k] = k, True
                leading += 1


@inner
def _may_win(
    counts: Floats, bare: Floats, prices: Floats, inverse: Floats, size: Floats, a: int, b: int, best: Floats,
    energy: Floats, cycles: Floats, value: Floats,
) -> bool:  # fmt: skip
    """Whether counts fit and cost no more than the best on any machine; sets their energy, and what none is below."""
    many, actions = bare.size, prices.shape[0]
    energy[:many] = bare
    for q in range(actions):
        times, price = counts[q], prices[q]
        if times:
            for j in range(many):
                energy[j] += price[j] * times
    return _least_values(counts, actions, energy, inverse, size, a, b, best, cycles, value, many)


@inner
def _least_values(
    counts: Floats, actions: int, energy: Floats, inverse: Floats, size: Floats, a: int, b: int, best: Floats,
    cycles: Floats, value: Floats, many: int,
) -> bool:  # fmt: skip
    """What the value of a program is not below, NaN where it does not fit; whether any is no more than the best.

    Loops without choices and calls inside become those over vectors.
    """
    resources = inverse.shape[0]
    for j in range(many):
        cycles[j] = counts[actions + resources]
    for r in range(resources):
        load, faster = counts[actions + r], inverse[r]
        for j in range(many):
            more = load * faster[j]
            cycles[j] = more if more > cycles[j] else cycles[j]
    for j in range(many):
        cycles[j], value[j] = np.ceil(cycles[j]), _LESS
    for _ in range(b):
        for j in range(many):
            value[j] *= cycles[j]
    for _ in range(a):
        for j in range(many):
            value[j] *= energy[j]
    for m in range(size.shape[0]):
        bits, most = counts[actions + resources + 1 + m], size[m]
        for j in range(many):
            value[j] = np.nan if bits > most[j] else value[j]
    close = 0
    for j in range(many):
        close += value[j] <= best[j]
    return close > 0


@inner
def _enter(
    counts: Floats, order: Ints, k: int, start: int, width: Floats, actions: int, a: int, b: int, energy: Floats,
    value: Floats, best: Floats, place: Ints, found: Floats,
) -> None:  # fmt: skip
    """Let a program win where it is better than all before, or as good as one behind it."""
    resources = width.shape[1]
    for j in range(min(best.size, place.size - start)):
        if value[j] <= best[j]:
            busiest = counts[k, actions + resources]
            for r in range(resources):
                busiest = max(busiest, np.ceil(counts[k, actions + r] / width[start + j, r]))
            exact = _product(energy[j], busiest, a, b)
            if exact < best[j] or (exact == best[j] and order[k] < order[place[start + j]]):
                best[j], place[start + j] = exact, k
                found[start + j, 0], found[start + j, 1] = energy[j], busiest


@inner
def _product(energy: float, cycles: float, a: int, b: int) -> float:
    value = 1.0
    for _ in range(a):
        value *= energy
    for _ in range(b):
        value *= cycles
    return value
