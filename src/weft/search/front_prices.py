"""The best program of a front for each of many machines, some at a time: their numbers stand in vectors.

Programs that are alike stand below a node of a tree: its least counts say whether a machine has to look at them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .compiled import compiled, inner
from .structure.plan import Floats, Ints

TILE = 64
"""Machines that are priced together."""

FAN = 8
"""Parts of a node of the tree, at most."""

_LEADERS = 16
"""Winners of earlier machines that are tried first."""

_LESS = 1 - 2.0**-50
"""A product with a reciprocal, times this, is no more than the quotient as it is rounded."""


class _Tree(NamedTuple):
    """Nodes, each before those below it: a program or -1, the least counts, and the next node that is not below it."""

    program: Ints
    counts: Floats
    behind: Ints


def price_front(
    counts: Floats, actions: int, mac: Floats, picojoules: Floats, width: Floats, room: Floats, a: int, b: int,
    winner: Ints, found: Floats,
) -> None:  # fmt: skip
    """The program of least energy^a · cycles^b on every machine (-1: none fits), its picojoules and cycles.

    Programs [K]: actions, elements of every width, cycles of the arithmetic, bits of every room. Machines [N]:
    picojoules of all arithmetic and of each action, elements a cycle, bits of every room. Of equals the first wins.
    """
    nodes: list[tuple[int, Floats, int]] = []
    if len(counts):
        _grow(counts, np.arange(len(counts)), nodes)
    program, behind = (np.array([node[n] for node in nodes], np.int64) for n in (0, 2))
    least = np.array([node[1] for node in nodes]).reshape(-1, counts.shape[1])
    _price(_Tree(program, least, behind), actions, mac, picojoules, width, room, a, b, winner, found)


def _grow(counts: Floats, programs: Ints, nodes: list[tuple[int, Floats, int]]) -> None:
    """Add the node of some programs and those below it."""
    if len(programs) == 1:
        nodes.append((int(programs[0]), counts[programs[0]], len(nodes) + 1))
        return
    place = len(nodes)
    nodes.append((-1, counts[programs].min(axis=0), 0))
    for part in _parts(counts, programs):
        _grow(counts, part, nodes)
    nodes[place] = (*nodes[place][:2], len(nodes))


def _parts(counts: Floats, programs: Ints) -> list[Ints]:
    """Programs in parts: a few each alone, others cut in two again and again by the count in which they differ most."""
    if len(programs) <= FAN:
        return [programs[n : n + 1] for n in range(len(programs))]
    parts = [programs]
    while 2 * len(parts) <= FAN:
        parts = [half for part in parts for half in np.array_split(_by_widest(counts, part), 2)]
    return parts


def _by_widest(counts: Floats, programs: Ints) -> Ints:
    logs = np.log1p(counts[programs])
    return programs[np.argsort(logs[:, np.argmax(np.ptp(logs, axis=0))], kind="stable")]


@compiled
def _price(
    tree: _Tree, actions: int, mac: Floats, picojoules: Floats, width: Floats, room: Floats, a: int, b: int,
    winner: Ints, found: Floats,
) -> None:  # fmt: skip
    """`price_front` for the programs of a tree."""
    energy, cycles, value, best = np.empty(TILE), np.empty(TILE), np.empty(TILE), np.empty(TILE)
    prices, inverse = np.empty((actions, TILE)), np.empty((width.shape[1], TILE))
    size = np.empty((room.shape[1], TILE))
    nodes = tree.program.size
    leaders, leading, leads = np.empty(_LEADERS, np.int64), 0, np.zeros(nodes, np.bool_)
    place = np.empty(TILE, np.int64)
    for start in range(0, mac.size, TILE):
        many = min(TILE, mac.size - start)
        bare = mac[start : start + many]
        best[:], place[:] = np.inf, -1
        for j in range(many):
            prices[:, j] = picojoules[start + j]
            inverse[:, j] = _LESS / width[start + j]
            size[:, j] = room[start + j]
        for n in range(leading):
            node = leaders[n]
            if _may_win(tree.counts[node], bare, prices, inverse, size, a, b, best, energy, cycles, value):
                _enter(tree, node, start, width, actions, a, b, energy, value, best, place, found)
        node = 0
        while node < nodes:
            if not _may_win(tree.counts[node], bare, prices, inverse, size, a, b, best, energy, cycles, value):
                node = tree.behind[node]
                continue
            if tree.program[node] >= 0:
                _enter(tree, node, start, width, actions, a, b, energy, value, best, place, found)
            node += 1
        for j in range(many):
            node = place[j]
            winner[start + j] = tree.program[node] if node >= 0 else -1
            if node >= 0 and not leads[node] and leading < _LEADERS:
                leaders[leading], leads[node] = node, True
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
    tree: _Tree, node: int, start: int, width: Floats, actions: int, a: int, b: int, energy: Floats, value: Floats,
    best: Floats, place: Ints, found: Floats,
) -> None:  # fmt: skip
    """Let the program of a node win where it is better than all before, or as good as one behind it."""
    counts, resources = tree.counts[node], width.shape[1]
    for j in range(min(best.size, width.shape[0] - start)):
        if value[j] <= best[j]:
            busiest = counts[actions + resources]
            for r in range(resources):
                busiest = max(busiest, np.ceil(counts[actions + r] / width[start + j, r]))
            exact = _product(energy[j], busiest, a, b)
            if exact < best[j] or (place[j] >= 0 and exact == best[j] and tree.program[node] < tree.program[place[j]]):
                best[j], place[j] = exact, node
                found[start + j, 0], found[start + j, 1] = energy[j], busiest


@inner
def _product(energy: float, cycles: float, a: int, b: int) -> float:
    value = 1.0
    for _ in range(a):
        value *= energy
    for _ in range(b):
        value *= cycles
    return value
