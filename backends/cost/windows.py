"""Windowed axes: element sets { a·y + b·r } of two chunks, counted over units as bit sets."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple


class Held(NamedTuple):
    """What a unit holds of one dimension: its chunk now and the one before (length 0: none)."""

    start: int
    length: int
    previous_start: int
    previous_length: int


class Volumes(NamedTuple):
    """Elements that groups of units need, and how many of these need no read.

    `need` counts an element once per group that holds it now, `keep` those of them that every holder in the group
    held before (or, with neighbours, gets from one). `forwards` counts per unit what only a neighbour held before.
    """

    need: int
    keep: int
    forwards: int


@lru_cache(maxsize=65536)
def _shape(outputs: int, stride: int, taps: int, dilation: int) -> int:
    """Bit set of { stride·y + dilation·r : 0 ≤ y < outputs, 0 ≤ r < taps }."""
    if outputs > taps:
        outputs, stride, taps, dilation = taps, dilation, outputs, stride
    line = _line(taps, dilation)
    bits = 0
    for y in range(outputs):
        bits |= line << (stride * y)
    return bits


@lru_cache(maxsize=65536)
def _line(length: int, step: int) -> int:
    """Bit set of `length` bits, `step` apart, by doubling."""
    bits, have = 1, 1
    while have < length:
        take = min(have, length - have)
        bits |= (bits & ((1 << (step * take)) - 1)) << (step * have) if take < have else bits << (step * have)
        have += take
    return bits


class Side(NamedTuple):
    """One dimension of a windowed axis: what each unit at work holds, its group, and those next to it."""

    held: tuple[Held, ...]
    groups: tuple[int, ...]
    neighbours: tuple[tuple[int, ...], ...] = ()


POINT = Side((Held(0, 1, 0, 1),), (0,))
"""The other side of an axis that has one dimension only."""


@lru_cache(maxsize=65536)
def window_volumes(outputs: Side, stride: int, taps: Side, dilation: int) -> Volumes:
    """Volumes of the axis stride·y + dilation·r over all pairs of units of its two dimensions."""
    base = min(stride * min(y.start, y.previous_start) for y in outputs.held)
    base += min(dilation * min(r.start, r.previous_start) for r in taps.held)

    def bits(y_start: int, y_length: int, r_start: int, r_length: int) -> int:
        if not (y_length and r_length):
            return 0
        return _shape(y_length, stride, r_length, dilation) << (stride * y_start + dilation * r_start - base)

    before = {
        (i, j): bits(y.previous_start, y.previous_length, r.previous_start, r.previous_length)
        for i, y in enumerate(outputs.held)
        for j, r in enumerate(taps.held)
    }
    now: dict[tuple[int, int], int] = {}
    new: dict[tuple[int, int], int] = {}
    forwards = 0
    for (i, j), held in before.items():
        y, r = outputs.held[i], taps.held[j]
        current = bits(y.start, y.length, r.start, r.length)
        near = 0
        for k in outputs.neighbours[i] if outputs.neighbours else ():
            near |= before[k, j]
        for k in taps.neighbours[j] if taps.neighbours else ():
            near |= before[i, k]
        group = (outputs.groups[i], taps.groups[j])
        forwards += (current & near & ~held).bit_count()
        now[group] = now.get(group, 0) | current
        new[group] = new.get(group, 0) | (current & ~held & ~near)
    need = sum(elements.bit_count() for elements in now.values())
    return Volumes(need, need - sum(elements.bit_count() for elements in new.values()), forwards)
