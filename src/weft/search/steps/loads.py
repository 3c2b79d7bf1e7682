"""Cycles of the transfers of a step for all machines at once (A18 to A20): vectors over the prices, found once."""

from __future__ import annotations

import numpy as np

from ..compiled import lean
from ..structure.flat import cell, item
from .chunks import link
from .layout import ADDER_TREE, ALL, LAG, LATE, LATENCY_ROW, LEVELS, PIPELINE, REDUCTION, TENSORS, TOPOLOGY, S
from .states import BEGUN, DONE, OUT_COUNT, counts_of, level_of, runs_of, vector
from .volumes import entering, find_counts, leaving
from .work import BASE_IN, BASE_OUT, OF_LEVELS, OTHER, SPARE, UNITS, Work, add, clear, lift, part, raise_by

BESIDE, APART, TOGETHER = range(3)
"""Sets of tensors: those that go beside the work, those that wait for it, and all in one transfer."""

OUT, INTO, WAITING, FILLING, WORKING, STARTING, SHARED = 0, 1, 3, 5, 7, 9, 10
"""Vectors of a state: its transfer out; then, not fresh and fresh, its transfer in, what of it waits for the work
before it, the first transfers below it, and the work in it at the last level; the transfers below the very first step;
then per end the cycles of the shared port out and, not fresh and fresh, in."""

COUNTED = 1 << SHARED
"""The bit of `DONE` for the counts; the bits below it are for the vectors."""


@lean
def bases(w: Work, level: int) -> None:
    """What any transfer of a level takes: the latency, that of all links and, outwards, of the adders."""
    row, units = cell(w, S.network, level, LATENCY_ROW), w.ints[part(w, UNITS, level)]
    links, adders = _farthest(cell(w, S.network, level, TOPOLOGY), units), 0
    if sums(w, level):
        adders = _bits(units - 1) if cell(w, S.network, level, ADDER_TREE) else units - 1
    base, out = part(w, OF_LEVELS, level) + BASE_IN, part(w, OF_LEVELS, level) + BASE_OUT
    for machine in range(w.vectors.shape[1]):
        w.vectors[base, machine] = w.vectors[row, machine] + w.vectors[row + 1, machine] * links
        w.vectors[out, machine] = w.vectors[base, machine] + w.vectors[row + 2, machine] * adders


@lean
def sums(w: Work, level: int) -> bool:
    """Whether sums of a level's units meet on their way out."""
    d = item(w, S.spread, level)
    if d < 0 or w.ints[link(w, level, d)] == 0 or w.ints[part(w, UNITS, level)] == 1:
        return False
    return item(w, S.reduces, d) > 0 and cell(w, S.network, level, REDUCTION) > 0


@lean
def lag(w: Work, level: int) -> int:
    """Cycles by which the last unit of a level lags behind the first."""
    behind: int = (w.ints[part(w, UNITS, level)] - 1) * cell(w, S.network, level, LAG)
    return behind + (item(w, S.arithmetic, PIPELINE) - 1 if level == item(w, S.shape, LEVELS) - 1 else 0)


@lean
def _bits(number: int) -> int:
    found = 0
    while number >> found:
        found += 1
    return found


@lean
def _farthest(topology: int, units: int) -> int:
    """Links to the farthest of some units of a bus (0), a tree (1) or a mesh (2)."""
    if topology == 1:
        return max(1, _bits(units - 1))
    if topology == 2:
        rows = 1
        while (rows + 1) * (rows + 1) <= units:
            rows += 1
        return rows + -(-units // rows) - 1
    return 1


@lean
def ends(w: Work, level: int) -> int:
    """How many memories with ports are at the ends of a level's transfers."""
    return item(w, S.end_start, level + 1) - item(w, S.end_start, level)


@lean
def is_done(w: Work, state: int, which: int) -> bool:
    """Whether a vector of a state has been found; from now on it is."""
    done = bool(w.ints[state + DONE] >> which & 1)
    w.ints[state + DONE] |= 1 << which
    return done


@lean
def count(w: Work, state: int) -> None:
    """Find the counts of a state, once."""
    if not w.ints[state + DONE] & COUNTED:
        w.ints[state + DONE] |= COUNTED
        find_counts(w, state)


@lean
def out_of(w: Work, state: int) -> int:
    """Cycles of what leaves the units in a step, beside the work."""
    found = vector(w, state, OUT)
    if not is_done(w, state, OUT):
        _load(w, state, False, False, BESIDE, found)
        for end in range(ends(w, level_of(w, state))):
            _share(w, state, False, False, BESIDE, end, vector(w, state, SHARED + 3 * end))
    return found


@lean
def into(w: Work, state: int, fresh: bool) -> int:
    """Cycles of what enters the units in a step, beside the work before it."""
    which = INTO + int(fresh)
    found = vector(w, state, which)
    if not is_done(w, state, which):
        _load(w, state, True, fresh, BESIDE, found)
        for end in range(ends(w, level_of(w, state))):
            shared = vector(w, state, SHARED + 3 * end + which)
            _share(w, state, True, fresh, BESIDE, end, shared)
    return found


@lean
def all_in(w: Work, state: int, found: int) -> None:
    """Cycles of everything that enters in the very first step, as one transfer."""
    _load(w, state, True, True, TOGETHER, found)


@lean
def waits(w: Work, state: int, fresh: bool) -> bool:
    """Whether anything that a step brings, or displaces, waits for the work before it."""
    late = cell(w, S.tensors, level_of(w, state), LATE)
    if late == 0:
        return False
    for tensor in range(item(w, S.shape, TENSORS)):
        if late >> tensor & 1 and (
            moved(w, state, tensor, True, fresh) > 0 or moved(w, state, tensor, False, fresh) > 0
        ):
            return True
    return False


@lean
def waiting(w: Work, state: int, fresh: bool) -> int:
    """Cycles of what waits: ways in and out meet at shared ports only, and the last wave has to leave."""
    which, level = WAITING + int(fresh), level_of(w, state)
    found, other = vector(w, state, which), part(w, OF_LEVELS, level) + SPARE
    if not is_done(w, state, which):
        _load(w, state, True, fresh, APART, found)
        _load(w, state, False, fresh, APART, other)
        lift(w, other, found)
        for end in range(ends(w, level)):
            both = part(w, OF_LEVELS, level) + OTHER
            _share(w, state, True, fresh, APART, end, both)
            _share(w, state, False, fresh, APART, end, other)
            add(w, 1.0, other, both)
            lift(w, both, found)
        raise_by(w, float(lag(w, level)), found)
    return found


@lean
def moved(w: Work, state: int, tensor: int, inwards: bool, fresh: bool) -> int:
    """Elements of a tensor that the network carries in a step."""
    count(w, state)
    elements: int = w.ints[counts_of(w, state) + tensor] if inwards else 0
    if tensor == item(w, S.shape, TENSORS) - 1:
        elements = elements - (w.ints[state + BEGUN] if fresh else 0) if inwards else w.ints[state + OUT_COUNT]
    return elements


@lean
def _set(w: Work, level: int, which: int) -> int:
    """A set of tensors."""
    late, everything = cell(w, S.tensors, level, LATE), cell(w, S.tensors, level, ALL)
    if which == TOGETHER:
        return everything
    return late if which == APART else everything & ~late


@lean
def _load(w: Work, state: int, inwards: bool, fresh: bool, which: int, found: int) -> None:
    """Cycles of a transfer of some tensors: its wires, and the ports at its ends."""
    level = level_of(w, state)
    mask, base = _set(w, level, which), part(w, OF_LEVELS, level) + (BASE_IN if inwards else BASE_OUT)
    clear(w, found)
    for wire in range(item(w, S.wire_start, level), item(w, S.wire_start, level + 1)):
        carried, total, walk = mask & cell(w, S.wires, wire, 0), 0, 0
        for tensor in range(item(w, S.shape, TENSORS)):
            if carried >> tensor & 1:
                elements = moved(w, state, tensor, inwards, fresh)
                total += elements
                if elements:
                    walk = max(walk, cell(w, S.hops, level, tensor) * w.ints[part(w, UNITS, level)])
        if total:
            flow(w, float(total), float(walk), base, cell(w, S.wires, wire, 1), found)
    for end in range(ends(w, level)):
        serve(w, level, end, inwards, _met(w, state, inwards, fresh, mask, end), found)


@lean
def _met(w: Work, state: int, inwards: bool, fresh: bool, mask: int, end: int) -> int:
    """Elements of some tensors at an end of a transfer: of all units, or of the busiest unit's own."""
    level, output = level_of(w, state), item(w, S.shape, TENSORS) - 1
    row = item(w, S.end_start, level) + end
    mask &= cell(w, S.ends, row, 0)
    most = 0
    for run in range(1 if cell(w, S.ends, row, 1) else runs_of(w, state)):
        total = 0
        for tensor in range(output + 1):
            if mask >> tensor & 1:
                elements = moved(w, state, tensor, inwards, fresh)
                if cell(w, S.ends, row, 1) == 0 and inwards:
                    own = entering(w, state, tensor, run)
                    elements = min(own, elements) if tensor == output else own
                elif cell(w, S.ends, row, 1) == 0 and tensor == output:
                    elements = leaving(w, state, run)
                total += elements
        most = max(most, total)
    return most


@lean
def flow(w: Work, elements: float, walk: float, base: int, width: int, found: int) -> None:
    """Raise a vector to the cycles of wires of some widths (a row of prices)."""
    for machine in range(w.vectors.shape[1]):
        cycles = w.vectors[base, machine] + max(np.ceil(elements / w.vectors[width, machine]), walk)
        w.vectors[found, machine] = max(w.vectors[found, machine], cycles)


@lean
def serve(w: Work, level: int, end: int, inwards: bool, elements: int, found: int) -> None:
    """Raise a vector to the cycles of the ports at an end of a transfer."""
    if elements:
        row = item(w, S.end_start, level) + end
        first = cell(w, S.ends, row, 2)
        reads = inwards == (cell(w, S.ends, row, 1) > 0)
        wide(w, float(elements), first + (0 if reads else 1), found)
        wide(w, float(elements), first + 2, found)


@lean
def wide(w: Work, elements: float, width: int, found: int) -> None:
    """Raise a vector to the cycles for so many elements over some widths (a row of prices)."""
    for machine in range(w.vectors.shape[1]):
        w.vectors[found, machine] = max(w.vectors[found, machine], np.ceil(elements / w.vectors[width, machine]))


@lean
def _share(w: Work, state: int, inwards: bool, fresh: bool, which: int, end: int, found: int) -> None:
    """Cycles of the shared port at an end of a transfer."""
    level = level_of(w, state)
    clear(w, found)
    elements = _met(w, state, inwards, fresh, _set(w, level, which), end)
    wide(w, float(elements), cell(w, S.ends, item(w, S.end_start, level) + end, 2) + 2, found)
