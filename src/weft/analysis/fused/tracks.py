"""What is taken of one dimension, or of one axis of a tensor, while the loops outside of a stage advance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from math import prod
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...ir import Subscript
from ..windows import Held, Side, window_volumes

Integers: TypeAlias = NDArray[np.int64]

Interval = tuple[int, int]
"""First coordinate, and the one behind the last; equal if there is none."""

NO_LOOP = -1
"""The loop of what is the same in every step."""


@dataclass(frozen=True)
class Track:
    """The interval of each position of `loop`; one interval if no loop moves it."""

    loop: int
    intervals: tuple[Interval, ...]

    @staticmethod
    def whole(extent: int) -> Track:
        """All of it, in every step."""
        return Track(NO_LOOP, ((0, extent),))

    @staticmethod
    def tiles(loop: int, extent: int, size: int) -> Track:
        """Chunks of `size` one after another, the last one as long as what is left."""
        return Track(loop, tuple((at, min(at + size, extent)) for at in range(0, extent, size)))

    def at(self, position: int) -> Interval:
        """The interval at a position of the loop."""
        return self.intervals[position if self.loop != NO_LOOP else 0]

    def spans(self, positions: Integers) -> Integers:
        """[2, N] the intervals at some positions of the loop: first coordinates, and those behind the last."""
        if self.loop == NO_LOOP:
            return np.broadcast_to(self._bounds[:, :1], (2, len(positions)))
        return np.take(self._bounds, positions, axis=1)

    @cached_property
    def _bounds(self) -> Integers:
        return np.array(self.intervals, dtype=np.int64).T

    @property
    def longest(self) -> int:
        """Its longest interval."""
        return max(end - start for start, end in self.intervals)

    @property
    def stretch(self) -> int:
        """From its first coordinate to its last one."""
        return max(end for _, end in self.intervals) - min(start for start, _ in self.intervals)


def hull(tracks: list[Track]) -> Track:
    """The least intervals that hold those of all tracks, none of which goes back; at most one loop moves them.

    No loop does if they are all the same.
    """
    loop = max(track.loop for track in tracks)
    positions = max(len(track.intervals) for track in tracks)
    found: list[Interval] = []
    for position in range(positions):
        held = [track.at(position) for track in tracks if track.at(position)[0] < track.at(position)[1]]
        found.append((min(start for start, _ in held), max(end for _, end in held)) if held else (-1, -1))
    onwards = _onwards(found)
    return Track(NO_LOOP, onwards[:1]) if len(set(onwards)) == 1 else Track(loop, onwards)


def _onwards(intervals: list[Interval]) -> tuple[Interval, ...]:
    """Starts no later than those that follow, ends no earlier than those before; the empty ones between them."""
    ends, most = [], 0
    for start, end in intervals:
        most = max(most, end if start < end else 0)
        ends.append(most)
    found, least = [], most
    for (start, end), last in zip(reversed(intervals), reversed(ends), strict=True):
        least = min(least, start) if start < end else least
        found.append((min(least, last), last) if start < end else (last, last))
    return tuple(reversed(found))


def made(needed: Track, extent: int, cached: bool) -> Track:
    """What is computed of a dimension in each position, of what is needed: all of it, or what is new.

    What lies between is made with what follows it, what lies in front with the first position that needs anything,
    what lies behind with the last one. What no loop moves is computed whole.
    """
    if needed.loop == NO_LOOP:
        return Track.whole(extent)
    found: list[Interval] = []
    done = 0
    last = max((at for at, (start, end) in enumerate(needed.intervals) if start < end), default=-1)
    for position, (start, end) in enumerate(needed.intervals):
        if start >= end:
            found.append((done, done))
            continue
        until = extent if position == last else max(end, done)
        found.append((min(done if cached else min(start, done), until), until))
        done = until
    return Track(needed.loop, tuple(found))


@dataclass(frozen=True)
class Axis:
    """One axis of a tensor: the track of each of its one or two dimensions, with their coefficients.

    At most one of them is moved by a loop.
    """

    tracks: tuple[Track, ...]
    coefficients: tuple[int, ...]

    @staticmethod
    def of(subscript: Subscript, tracks: dict[str, Track]) -> Axis:
        """The axis of a subscript over dimensions with these tracks."""
        terms = subscript.terms
        return Axis(tuple(tracks[term.dimension] for term in terms), tuple(term.coefficient for term in terms))

    @cached_property
    def loop(self) -> int:
        """The loop that moves it."""
        return max(track.loop for track in self.tracks)

    def elements(self, positions: Integers) -> Integers:
        """[N] how many elements are touched at some positions of the loop."""
        return self.common(positions, positions)

    def common(self, positions: Integers, before: Integers) -> Integers:
        """[N] how many of the elements at some positions were touched at other ones as well."""
        pairs = [(track.spans(positions), track.spans(before)) for track in self.tracks]
        if len(pairs) == 1:
            ((now, then),) = pairs
            common: Integers = np.maximum(0, np.minimum(now[1], then[1]) - np.maximum(now[0], then[0]))
            return common
        # Where they begin does not matter, only how far apart: so many pairs are one.
        looks = [np.array([now[0] - then[0], now[1] - now[0], then[1] - then[0]]) for now, then in pairs]
        kinds, which = np.unique(np.concatenate(looks), axis=1, return_inverse=True)
        found = [self._common(*map(int, kind)) for kind in kinds.T]
        return np.array(found, dtype=np.int64)[which.ravel()]

    def _common(self, *look: int) -> int:
        """The same for how far apart two intervals of each track begin, and how long they are."""
        sides = [Side((Held(shift, now, 0, then),), (0,)) for shift, now, then in (look[:3], look[3:])]
        return window_volumes(sides[0], self.coefficients[0], sides[1], self.coefficients[1]).keep

    @property
    def image(self) -> Track:
        """The interval from the first to the last coordinate that is touched at every position."""
        found = []
        for position in range(len(max((track.intervals for track in self.tracks), key=len))):
            spans = [track.at(position) for track in self.tracks]
            empty = any(start >= end for start, end in spans)
            start = sum(c * span[0] for c, span in zip(self.coefficients, spans, strict=True))
            end = sum(c * (span[1] - 1) for c, span in zip(self.coefficients, spans, strict=True)) + 1
            found.append((start, start if empty else end))
        return Track(self.loop, tuple(found))


def clipped(track: Track, start: int, extent: int) -> Track:
    """The part of a track between `start` and `start + extent`, counted from `start`."""
    cut = [(min(max(low - start, 0), extent), min(max(high - start, 0), extent)) for low, high in track.intervals]
    return Track(track.loop, tuple(cut))


KNOWN = 1 << 12
"""Loops of which it is kept what they move: other loops outside or inside of them change nothing about it."""


@lru_cache(maxsize=KNOWN)
def active(moved: tuple[Track, ...], positions: int) -> tuple[int, ...]:
    """The positions of a loop at which none of the tracks that it moves is empty."""
    every = np.arange(positions)
    spans = [track.spans(every) for track in moved]
    full = np.logical_and.reduce([start < end for start, end in spans]) if spans else np.ones(positions, np.bool_)
    return tuple(np.flatnonzero(full).tolist())


@lru_cache(maxsize=KNOWN)
def points_of(moved: tuple[Track, ...], positions: tuple[int, ...]) -> int:
    """The sum over some positions of a loop of what the tracks that it moves are long together."""
    if len(positions) == 1:  # of any length
        spans = (track.at(positions[0]) for track in moved)
        return prod(end - start for start, end in spans)
    at = np.array(positions, dtype=np.int64)
    lengths = [end - start for start, end in (track.spans(at) for track in moved)]
    return int(np.prod(lengths, axis=0, dtype=np.int64).sum()) if lengths else len(positions)


@dataclass(frozen=True)
class Touched:
    """What of a tensor is touched at the positions of a loop at which a stage is at work.

    `each[N]` elements, along the axes that the loop moves; `advance[N - 1]`, those that the position before touched as
    well; and how many the last position shares with the first.
    """

    each: Integers
    advance: Integers
    back: int


@lru_cache(maxsize=KNOWN)
def touched(moved: tuple[Axis, ...], positions: tuple[int, ...]) -> Touched:
    """The elements along the axes that a loop moves, at some of its positions."""
    at = np.array(positions, dtype=np.int64)
    each, advance, back = (
        np.prod([axis.common(now, before) for axis in moved], axis=0, dtype=np.int64)
        if moved
        else np.ones(len(now), dtype=np.int64)
        for now, before in ((at, at), (at[1:], at[:-1]), (at[:1], at[-1:]))
    )
    return Touched(each, advance, int(back.sum()))


def neighbours(positions: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Each position but the first, with the one before."""
    return tuple((now, before) for before, now in pairwise(positions))
