"""Windowed axes: element sets { a·y + b·r } of two chunks, united over units.

Where all sets are intervals they are kept as sorted runs, so that the extents do not matter; where strides leave holes,
as bit sets with one bit per coordinate.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from math import gcd
from typing import Any, NamedTuple, Protocol


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

Sides = tuple[tuple[Side, int], ...]
"""Sides that are apart from each other, like ones once, with their number."""

Pair = tuple[int, int]
Window = tuple[int, int, int]
"""First coordinate, number of outputs and number of taps; no outputs stand for the empty set."""


@lru_cache(maxsize=1 << 14)
def axis_volumes(outputs: Sides, stride: int, taps: Sides, dilation: int) -> Volumes:
    """Volumes of the axis stride·y + dilation·r over all pairs of sides."""
    need = keep = forwards = 0
    for y, y_count in outputs:
        for r, r_count in taps:
            found = window_volumes(y, stride, r, dilation)
            need += y_count * r_count * found.need
            keep += y_count * r_count * found.keep
            forwards += y_count * r_count * found.forwards
    return Volumes(need, keep, forwards)


@lru_cache(maxsize=1 << 16)
def window_volumes(outputs: Side, stride: int, taps: Side, dilation: int) -> Volumes:
    """Volumes of the axis stride·y + dilation·r over all pairs of units of its two dimensions."""
    before = {
        (i, j): (stride * y.previous_start + dilation * r.previous_start, y.previous_length, r.previous_length)
        for i, y in enumerate(outputs.held)
        for j, r in enumerate(taps.held)
    }
    # Pairs that hold the same now and had the same at hand before count together.
    pairs: dict[tuple[Pair, Window, tuple[Window, ...]], int] = {}
    for key in before:
        y, r = outputs.held[key[0]], taps.held[key[1]]
        now = (stride * y.start + dilation * r.start, y.length, r.length)
        at_hand = (before[key], *(before[near] for near in _near(key, outputs, taps)))
        pair = (outputs.groups[key[0]], taps.groups[key[1]]), now, at_hand
        pairs[pair] = pairs.get(pair, 0) + 1
    sets = _sets({*before.values(), *(now for _, now, _ in pairs)}, stride, dilation)
    needed: dict[Pair, list[Any]] = {}
    new: dict[Pair, list[Any]] = {}
    forwards = 0
    for (group, now, (own, *near)), count in pairs.items():
        current = sets.window(now)
        lacking = sets.without(current, sets.window(own))
        for other in near:
            rest = sets.without(lacking, sets.window(other))
            forwards += count * (sets.united([lacking]) - sets.united([rest]))
            lacking = rest
        needed.setdefault(group, []).append(current)
        new.setdefault(group, []).append(lacking)
    need = sum(sets.united(found) for found in needed.values())
    return Volumes(need, need - sum(sets.united(found) for found in new.values()), forwards)


def _near(key: Pair, outputs: Side, taps: Side) -> list[Pair]:
    """The neighbours of a pair of units."""
    i, j = key
    found = [(k, j) for k in outputs.neighbours[i]] if outputs.neighbours else []
    return found + [(i, k) for k in taps.neighbours[j]] if taps.neighbours else found


class _Sets(Protocol):
    """How element sets are kept; what `window` and `without` return is for these methods alone."""

    def window(self, window: Window) -> Any:
        """The elements of a window."""
        ...

    def without(self, one: Any, other: Any) -> Any:
        """Elements of one set that another lacks."""
        ...

    def united(self, found: list[Any]) -> int:
        """Elements of the union."""
        ...


def _sets(windows: Iterable[Window], stride: int, dilation: int) -> _Sets:
    filled = [window for window in windows if window[1] and window[2]]
    base = min(start for start, _, _ in filled)
    if all(_is_interval(window, stride, dilation) for window in filled):
        return _Runs(_Scale(base, 1, stride, dilation))
    # Coordinates that no window can meet between its elements, as in 1x1 windows with a stride, are left out.
    pitch = gcd(
        *(start - base for start, _, _ in filled),
        stride if any(outputs > 1 for _, outputs, _ in filled) else 0,
        dilation if any(taps > 1 for _, _, taps in filled) else 0,
    )
    scale = _Scale(base, pitch or 1, stride // (pitch or 1), dilation // (pitch or 1))
    whole = all(_is_interval(window, scale.stride, scale.dilation) for window in filled)
    return _Runs(scale) if whole else _Bits(scale)


class _Scale(NamedTuple):
    """Where coordinates start and how far they lie apart; stride and dilation in these units."""

    base: int
    pitch: int
    stride: int
    dilation: int


class _Runs:
    """Sets as sorted, disjoint [low, high) runs."""

    def __init__(self, scale: _Scale) -> None:
        self.scale = scale

    def window(self, window: Window) -> tuple[Pair, ...]:
        start, outputs, taps = window
        if not (outputs and taps):
            return ()
        low = (start - self.scale.base) // self.scale.pitch
        return ((low, low + (outputs - 1) * self.scale.stride + (taps - 1) * self.scale.dilation + 1),)

    def without(self, one: tuple[Pair, ...], other: tuple[Pair, ...]) -> tuple[Pair, ...]:
        for low, high in other:
            kept = [(a, min(b, low)) for a, b in one] + [(max(a, high), b) for a, b in one]
            one = tuple(sorted((a, b) for a, b in kept if a < b))
        return one

    def united(self, found: list[tuple[Pair, ...]]) -> int:
        total = end = 0
        for low, high in sorted(run for runs in found for run in runs):
            total += max(0, high - max(low, end))
            end = max(end, high)
        return total


class _Bits:
    """Sets as bits of an integer."""

    def __init__(self, scale: _Scale) -> None:
        self.scale = scale

    def window(self, window: Window) -> int:
        start, outputs, taps = window
        if not (outputs and taps):
            return 0
        shape = _shape(outputs, self.scale.stride, taps, self.scale.dilation)
        return shape << (start - self.scale.base) // self.scale.pitch

    def without(self, one: int, other: int) -> int:
        return one & ~other

    def united(self, found: list[int]) -> int:
        together = 0
        for bits in found:
            together |= bits
        return together.bit_count()


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
