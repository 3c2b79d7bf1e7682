"""What groups of units hold of a windowed axis' dimension, after a move and before it: like groups once.

Only where chunks lie relative to each other matters, so groups are alike whatever step they are in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import compress, pairwise
from operator import not_
from typing import NamedTuple

from .windows import Held, Side, Sides

Digits = tuple[int, ...]
"""A unit's number on each of some axes."""

Member = tuple[Digits, int, int]
"""A unit's numbers on the axes that its group lies along, and start and length of its chunk."""

Members = tuple[Member, ...]
Unit = tuple[Digits, Held]


class Cut(NamedTuple):
    """A loop that cuts chunks into pieces of `size`, over `units` units if spatial (else 0); groups may lie along it.

    It is `near` if neighbours along it pass on what they have; they are groups of their own unless they `share` too.
    """

    size: int
    units: int
    share: bool = False
    near: bool = False

    @property
    def width(self) -> int:
        """Pieces that a group has at a time: those of all units if it lies along them."""
        return self.units if self.share or self.near else 1


@lru_cache(maxsize=1 << 12)
def members(extent: int, cuts: tuple[Cut, ...]) -> tuple[tuple[Members, int], ...]:
    """The groups of units in the steps of all loops, like ones once, with their number."""
    found: Counter[Members] = Counter({(((), 0, extent),): 1})
    for cut in cuts:
        below: Counter[Members] = Counter()
        for group, count in found.items():
            for number, like in _rounds(group, cut):
                below[_moved(_children(group, cut, number))] += count * like
        found = below
    return tuple(found.items())


@lru_cache(maxsize=1 << 14)
def sides(extent: int, cuts: tuple[Cut, ...], depth: int, advances: bool) -> Sides:
    """What groups hold after the loop number `depth` advances or it and those inside restart, as in `Event`."""
    outside, inside = cuts[: max(depth, 0)], cuts[max(depth, 0) :]
    groups: Iterable[tuple[Members, int]] = members(extent, outside)
    if advances:
        groups = _advanced(groups, inside[0])
    found: Counter[Side] = Counter()
    for group, count in groups:
        for units in _below(group, inside, advances, first=depth < 0):
            found[_side(units, [cut for cut in cuts if cut.share or cut.near])] += count
    return tuple(found.items())


def _advanced(groups: Iterable[tuple[Members, int]], cut: Cut) -> Iterator[tuple[Members, int]]:
    """The groups after the advances of a loop, with their number."""
    # The first round is no advance; units that are groups of their own have one piece of it each.
    first = max(cut.units, 1) // cut.width
    for group, count in groups:
        for number, like in _rounds(group, cut, first):
            yield _children(group, cut, number), count * like


def _below(group: Members, cuts: tuple[Cut, ...], advances: bool, first: bool) -> Iterable[list[Unit]]:
    """The groups at work below a group, in the first step of the loops that restart."""
    rest, size = (cuts[1:], cuts[0].size) if advances else (cuts, 0)
    advance = size * max(cuts[0].units, 1) if advances else 0
    along = [cut.share or cut.near for cut in rest if cut.units]
    found: dict[Digits, list[Unit]] = {}
    for digits, start, length in group:
        # Before an advance, the piece was full.
        before = unit_chunks(size or length, rest)
        for unit, (begin, now, _, _) in unit_chunks(length, rest).items():
            _, _, last, latest = before[unit]
            held = Held(start + begin, now, start + last - advance, 0 if first else latest)
            apart = tuple(compress(unit, map(not_, along)))
            found.setdefault(apart, []).append(((*digits, *compress(unit, along)), held))
    return found.values()


@lru_cache(maxsize=1 << 12)
def unit_chunks(length: int, cuts: tuple[Cut, ...]) -> dict[Digits, tuple[int, int, int, int]]:
    """Start and length of the first chunk of every unit with work, and of its last one, within a chunk."""
    if not cuts:
        return {(): (0, length, 0, length)}
    (size, units, *_), rest = cuts[0], cuts[1:]
    pieces = -(-length // size)
    found = {}
    for unit in range(min(units or 1, pieces)):
        last = unit + (units or 1) * ((pieces - 1 - unit) // (units or 1))
        latest = unit_chunks(min(size, length - size * last), rest)
        own = unit_chunks(min(size, length - size * unit), rest)
        for below, (first, now, *before) in own.items():
            # A ragged last piece may leave units without work; their last work was in the full piece before it.
            place, (start, held) = (last, latest[below][2:]) if below in latest else (last - (units or 1), before)
            digits = (unit, *below) if units else below
            found[digits] = (size * unit + first, now, size * place + start, held)
    return found


def _side(units: list[Unit], axes: list[Cut]) -> Side:
    """One group; `axes` are those that it lies along."""
    base = units[0][1].start
    held = tuple(Held(one.start - base, one.length, one.previous_start - base, one.previous_length) for _, one in units)
    axis = next((number for number, cut in enumerate(axes) if cut.near), None)
    if axis is None:
        return Side(held, (0,) * len(units))
    place = {digits: number for number, (digits, _) in enumerate(units)}
    near = []
    for digits in place:
        others = ((*digits[:axis], digits[axis] + step, *digits[axis + 1 :]) for step in (-1, 1))
        near.append(tuple(place[other] for other in others if other in place))
    return Side(held, tuple(0 if axes[axis].share else digits[axis] for digits in place), tuple(near))


def _rounds(group: Members, cut: Cut, first: int = 0) -> Iterable[tuple[int, int]]:
    """The rounds in which a group has pieces, from a first one on: full ones together, as (round, number)."""
    width = cut.size * cut.width
    marks = {first}
    for length in {length for _, _, length in group}:
        marks |= {max(first, length // width), max(first, -(-length // width))}
    return ((low, high - low) for low, high in pairwise(sorted(marks)))


def _children(group: Members, cut: Cut, number: int) -> Members:
    """The pieces of a group in a round."""
    size, width, along = cut.size, cut.width, cut.share or cut.near
    found = []
    for digits, start, length in group:
        for unit in range(width):
            offset = size * (width * number + unit)
            if offset < length:
                found.append(((*digits, unit) if along else digits, start + offset, min(size, length - offset)))
    return tuple(found)


def _moved(group: Members) -> Members:
    """The group with its first chunk at 0."""
    base = group[0][1]
    return tuple((digits, start - base, length) for digits, start, length in group) if base else group
