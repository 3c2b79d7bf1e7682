"""The best program of a front for each of many machines, some at a time: their numbers stand in vectors."""

from __future__ import annotations

import numpy as np

from .compiled import compiled, inner
from .structure.plan import Floats, Ints

TILE = 64
"""Machines that are priced together."""

_LESS = 1 - 2.0**-50
"""A product with a reciprocal, times this, is no more than the quotient as it is rounded."""


@compiled
def price_front(
    counts: Floats, actions: int, mac: Floats, picojoules: Floats, width: Floats, room: Floats, a: int, b: int,
    winner: Ints, found: Floats,
) -> None:  # fmt: skip
    """The program of least energy^a · cycles^b on every machine (-1: none fits), its picojoules and cycles.

    Programs [K]: actions, elements of every width, cycles of the arithmetic, bits of every room. Machines [N]:
    picojoules of all arithmetic and of each action, elements a cycle, bits of every room.
    """
    resources, compute = width.shape[1], actions + width.shape[1]
    energy, cycles, value, best = np.empty(TILE), np.empty(TILE), np.empty(TILE), np.empty(TILE)
    prices, inverse, size = np.empty((actions, TILE)), np.empty((resources, TILE)), np.empty((room.shape[1], TILE))
    for start in range(0, mac.size, TILE):
        many = min(TILE, mac.size - start)
        for j in range(many):
            best[j], winner[start + j] = np.inf, -1
            prices[:, j] = picojoules[start + j]
            inverse[:, j] = _LESS / width[start + j]
            size[:, j] = room[start + j]
        for k in range(counts.shape[0]):
            energy[:many] = mac[start : start + many]
            for q in range(actions):
                times, price = counts[k, q], prices[q]
                if times:
                    for j in range(many):
                        energy[j] += price[j] * times
            if not _least_values(counts[k], actions, energy, inverse, size, a, b, best, cycles, value, many):
                continue
            for j in range(many):
                if value[j] <= best[j]:
                    busiest = counts[k, compute]
                    for r in range(resources):
                        busiest = max(busiest, np.ceil(counts[k, actions + r] / width[start + j, r]))
                    exact = _product(energy[j], busiest, a, b)
                    if exact < best[j]:
                        best[j], winner[start + j] = exact, k
                        found[start + j, 0], found[start + j, 1] = energy[j], busiest


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
def _product(energy: float, cycles: float, a: int, b: int) -> float:
    value = 1.0
    for _ in range(a):
        value *= energy
    for _ in range(b):
        value *= cycles
    return value
