"""Windowed axes: element sets { a·y + b·r } of two chunks, counted over units as bit sets.

A bit stands for a cell of the axis. Where all sets are intervals, the cells are the stretches between their ends, so
that the extents do not matter; where strides leave holes, a cell is one coordinate.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from math import gcd
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


class Side(NamedTuple):
    """One dimension of a windowed axis: what each unit at work holds, its group, and those next to it."""

    held: tuple[Held, ...]
    groups: tuple[int, ...]
    neighbours: tuple[tuple[int, ...], ...] = ()


POINT = Side((Held(0, 1, 0, 1),), (0,))
"""The other side of an axis that has one dimension only."""

Pair = tuple[int, int]
Window = tuple[int, int, int]
"""First coordinate, number of outputs and number of taps; no outputs stand for the empty set."""


@lru_cache(maxsize=1 << 16)
def window_volumes(outputs: Side, stride: int, taps: Side, dilation: int) -> Volumes:
    """Volumes of the axis stride·y + dilation·r over all pairs of units of its two dimensions."""
    pairs = {(i, j): (y, r) for i, y in enumerate(outputs.held) for j, r in enumerate(taps.held)}
    now = {key: (stride * y.start + dilation * r.start, y.length, r.length) for key, (y, r) in pairs.items()}
    before = {
        key: (stride * y.previous_start + dilation * r.previous_start, y.previous_length, r.previous_length)
        if y.previous_length and r.previous_length
        else (0, 0, 0)
        for key, (y, r) in pairs.items()
    }
    cells = _Cells([*now.values(), *before.values()], stride, dilation)
    held = {key: cells.bits(window) for key, window in before.items()}
    needed: dict[Pair, int] = {}
    new: dict[Pair, int] = {}
    forwards = 0
    for key, window in now.items():
        current = cells.bits(window)
        near = _near(key, outputs, taps, held)
        group = (outputs.groups[key[0]], taps.groups[key[1]])
        if near:
            forwards += cells.count(current & near & ~held[key])
        needed[group] = needed.get(group, 0) | current
        new[group] = new.get(group, 0) | (current & ~held[key] & ~near)
    need = sum(cells.count(bits) for bits in needed.values())
    return Volumes(need, need - sum(cells.count(bits) for bits in new.values()), forwards)


def _near(key: Pair, outputs: Side, taps: Side, held: dict[Pair, int]) -> int:
    """What the neighbours of a pair of units held before."""
    i, j = key
    near = 0
    for k in outputs.neighbours[i] if outputs.neighbours else ():
        near |= held[k, j]
    for k in taps.neighbours[j] if taps.neighbours else ():
        near |= held[i, k]
    return near


class _Cells:
    """The cells that a collection of windows divides an axis into."""

    def __init__(self, windows: Iterable[Window], stride: int, dilation: int) -> None:
        filled = [window for window in windows if window[1]]
        self.base = min(start for start, _, _ in filled)
        # Coordinates that no window can meet between its elements, as in 1x1 windows with a stride, are left out.
        self.pitch = (
            gcd(
                *(start - self.base for start, _, _ in filled),
                stride if any(outputs > 1 for _, outputs, _ in filled) else 0,
                dilation if any(taps > 1 for _, _, taps in filled) else 0,
            )
            or 1
        )
        self.stride, self.dilation = stride // self.pitch, dilation // self.pitch
        self.intervals = all(_is_interval(window, self.stride, self.dilation) for window in filled)
        if self.intervals:
            ends = sorted({end for window in filled for end in self._interval(window)})
            self.index = {end: number for number, end in enumerate(ends)}
            self.widths = [high - low for low, high in pairwise(ends)]

    def bits(self, window: Window) -> int:
        """The cells of a window."""
        start, outputs, taps = window
        if not outputs:
            return 0
        if self.intervals:
            low, high = self._interval(window)
            return (1 << self.index[high]) - (1 << self.index[low])
        return _shape(outputs, self.stride, taps, self.dilation) << (start - self.base) // self.pitch

    def count(self, bits: int) -> int:
        """The elements of a set of cells."""
        if not self.intervals:
            return bits.bit_count()
        return sum(width for number, width in enumerate(self.widths) if bits >> number & 1)

    def _interval(self, window: Window) -> Pair:
        start, outputs, taps = window
        low = (start - self.base) // self.pitch
        return low, low + (outputs - 1) * self.stride + (taps - 1) * self.dilation + 1


def _is_interval(window: Window, stride: int, dilation: int) -> bool:
    """Whether a window leaves no holes."""
    _, outputs, taps = window
    if outputs == 1 or taps == 1:
        return outputs == taps or (dilation if outputs == 1 else stride) == 1
    return (dilation == 1 and taps >= stride) or (stride == 1 and outputs >= dilation)


@lru_cache(maxsize=1 << 12)
def _shape(outputs: int, stride: int, taps: int, dilation: int) -> int:
    """Bit set of { stride·y + dilation·r : 0 ≤ y < outputs, 0 ≤ r < taps }."""
    if outputs > taps:
        outputs, stride, taps, dilation = taps, dilation, outputs, stride
    line = _line(taps, dilation)
    bits = 0
    for y in range(outputs):
        bits |= line << (stride * y)
    return bits


def _line(length: int, step: int) -> int:
    """Bit set of `length` bits, `step` apart, by doubling."""
    bits, have = 1, 1
    while have < length:
        take = min(have, length - have)
        bits |= (bits & ((1 << (step * take)) - 1)) << (step * have)
        have += take
    return bits
