"""Cycles of transfers and of the arithmetic for all machines at once (A18 to A20): vectors over the prices."""

from __future__ import annotations

import numpy as np

from ...analysis.chains import Ints
from ..compiled import inner
from ..structure.flat import Flat, cell, item
from .layout import (
    ADDER_TREE,
    ALL,
    LATE,
    LATENCY_ROW,
    REDUCTION,
    TENSORS,
    TOPOLOGY,
    S,
)  # fmt: skip
from .moves import RUNS, run_of, run_size
from .volumes import drained, entering, fetched, leaving
from .work import BASE_IN, BASE_OUT, INTO, Floats, Work

BESIDE, APART, ALL_IN = range(3)
"""Sets of tensors: those that go beside the work, those that wait for it, all together."""

BUS, TREE, MESH = range(3)
"""The topologies, as in `ir`."""


@inner
def bases(p: Flat, ws: Work, level: int) -> None:
    """What any transfer of a level takes: the latency, that of all links and, outwards, of the adders."""
    row, units = cell(p, S.network, level, LATENCY_ROW), ws.units[level]
    links, adders = _farthest(cell(p, S.network, level, TOPOLOGY), units), 0
    if sums(p, ws, level):
        adders = _bits(units - 1) if cell(p, S.network, level, ADDER_TREE) else units - 1
    base, out = ws.vectors[level, BASE_IN], ws.vectors[level, BASE_OUT]
    for w in range(base.size):
        base[w] = ws.prices[row, w] + ws.prices[row + 1, w] * links
        out[w] = base[w] + ws.prices[row + 2, w] * adders


@inner
def sums(p: Flat, ws: Work, level: int) -> bool:
    """Whether sums of a level's units meet on their way out."""
    d = item(p, S.spread, level)
    if d < 0 or ws.links[level, d, 0] == 0 or ws.units[level] == 1:
        return False
    return item(p, S.reduces, d) > 0 and cell(p, S.network, level, REDUCTION) > 0


@inner
def _bits(number: int) -> int:
    found = 0
    while number >> found:
        found += 1
    return found


@inner
def _farthest(topology: int, units: int) -> int:
    """Links to the farthest of some units."""
    if topology == TREE:
        return max(1, _bits(units - 1))
    if topology == MESH:
        rows = int(np.sqrt(units))
        while rows * rows > units:
            rows -= 1
        while (rows + 1) * (rows + 1) <= units:
            rows += 1
        return rows + -(-units // rows) - 1
    return 1


@inner
def measure(p: Flat, ws: Work, level: int, state: Ints, fresh: bool, kind: int) -> None:
    """What moves in a step, `INTO` its units or out of them: over the network and at the ends."""
    counts, tensors = ws.counts[level, kind], item(p, S.shape, TENSORS)
    if kind == INTO:
        fetched(p, ws, level, state, fresh, counts)
    else:
        counts[tensors - 1] = drained(p, ws, level, state)
    first = item(p, S.end_start, level)
    late = cell(p, S.tensors, level, LATE)
    for end in range(first, item(p, S.end_start, level + 1)):
        for apart in range(3 if late else 1):
            mask = cell(p, S.ends, end, 0) & set_of(p, level, apart)
            if cell(p, S.ends, end, 1):
                ws.met[level, kind, apart, end - first] = _sum(counts, mask)
            else:
                ws.met[level, kind, apart, end - first] = _busiest(p, ws, level, state, mask, kind)


@inner
def set_of(p: Flat, level: int, apart: int) -> int:
    """The tensors that go `BESIDE` the work, those that go `APART` from it, or all of them."""
    late = cell(p, S.tensors, level, LATE)
    return late if apart == APART else cell(p, S.tensors, level, ALL) & (~late if apart == BESIDE else -1)


@inner
def _sum(counts: Ints, mask: int) -> int:
    total = 0
    for tensor in range(counts.size):
        if mask >> tensor & 1:
            total += counts[tensor]
    return total


@inner
def _busiest(p: Flat, ws: Work, level: int, state: Ints, mask: int, kind: int) -> int:
    """The most elements of some tensors that one unit takes or gives up."""
    output, most, unit = item(p, S.shape, TENSORS) - 1, 0, 0
    while unit >= 0:
        total = 0
        if kind == INTO:
            for tensor in range(output + 1):
                if mask >> tensor & 1:
                    found = entering(p, ws, level, tensor, state, unit)
                    total += min(found, ws.counts[level, INTO, output]) if tensor == output else found
        elif mask >> output & 1:
            total = leaving(p, ws, level, state, unit)
        most = max(most, total)
        unit = next_unit(p, ws, level, state, unit)
    return most


@inner
def next_unit(p: Flat, ws: Work, level: int, state: Ints, unit: int) -> int:
    """The next unit at work in a step whose chunk may differ; -1 if there is none."""
    d = item(p, S.spread, level)
    if d < 0:
        return -1
    slot, size = ws.slots[level, d, state[d]], run_size(item(p, S.shape, 1))
    for number in range(1, slot[RUNS]):
        if run_of(slot, number, size)[0] > unit:
            first: int = run_of(slot, number, size)[0]
            return first
    return -1


@inner
def load(p: Flat, ws: Work, level: int, kind: int, apart: int, found: Floats) -> None:
    """Cycles of a transfer of some tensors: its wires, and the ports at its ends."""
    found[:] = 0
    wires(p, ws, level, ws.counts[level, kind], set_of(p, level, apart), kind == INTO, found)
    first = item(p, S.end_start, level)
    if apart == ALL_IN and cell(p, S.tensors, level, LATE) == 0:
        apart = BESIDE
    for end in range(first, item(p, S.end_start, level + 1)):
        serve(p, ws, end, kind == INTO, ws.met[level, kind, apart, end - first], found)


@inner
def wires(p: Flat, ws: Work, level: int, counts: Ints, mask: int, into: bool, found: Floats) -> None:
    """Raise vectors to the cycles of the wires that carry some tensors."""
    base = ws.vectors[level, BASE_IN if into else BASE_OUT]
    for wire in range(item(p, S.wire_start, level), item(p, S.wire_start, level + 1)):
        carried = mask & cell(p, S.wires, wire, 0)
        total = walk = 0
        for tensor in range(counts.size):
            if carried >> tensor & 1 and counts[tensor] > 0 and (into or tensor == counts.size - 1):
                total += counts[tensor]
                walk = max(walk, cell(p, S.hops, level, tensor) * ws.units[level])
        if total:
            _flow(float(total), float(walk), base, ws.prices[cell(p, S.wires, wire, 1)], found)


@inner
def _flow(elements: float, walk: float, base: Floats, width: Floats, found: Floats) -> None:
    for w in range(found.size):
        found[w] = max(found[w], base[w] + max(np.ceil(elements / width[w]), walk))


@inner
def serve(p: Flat, ws: Work, end: int, into: bool, elements: int, found: Floats) -> None:
    """Raise vectors to the cycles of the ports at an end of a transfer."""
    if elements == 0:
        return
    row, reads = cell(p, S.ends, end, 2), into == (cell(p, S.ends, end, 1) > 0)
    wide(float(elements), ws.prices[row + (0 if reads else 1)], found)
    wide(float(elements), ws.prices[row + 2], found)


@inner
def wide(elements: float, width: Floats, found: Floats) -> None:
    """Raise vectors to the cycles for so many elements over some widths."""
    for w in range(found.size):
        found[w] = max(found[w], np.ceil(elements / width[w]))


@inner
def share(p: Flat, ws: Work, level: int, one: int, other: int, apart: int, end: int, found: Floats) -> None:
    """Raise vectors to the cycles of the shared port at one of the level's ends for two transfers."""
    width = ws.prices[cell(p, S.ends, item(p, S.end_start, level) + end, 2) + 2]
    here, there = float(ws.met[level, one, apart, end]), float(ws.met[level, other, apart, end])
    for w in range(found.size):
        found[w] = max(found[w], np.ceil(here / width[w]) + np.ceil(there / width[w]))
