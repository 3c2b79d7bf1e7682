"""What groups of units hold of a windowed axis' dimension, after a move and before it: like groups once.

Only where chunks lie relative to each other matters, so groups are alike whatever step they are in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import compress, pairwise
from operator import not_

from .chains import Chain, Event, Link
from .windows import Held, Side

Digits = tuple[int, ...]
"""A unit's number on each of some axes."""

Member = tuple[Digits, int, int]
"""A unit's numbers on the axes that its group lies along, and start and length of its chunk."""

Members = tuple[Member, ...]
Unit = tuple[Digits, Held]


@lru_cache(maxsize=1 << 12)
def members(chain: Chain, depth: int, together: frozenset[int]) -> tuple[tuple[Members, int], ...]:
    """The groups of units along some levels in the steps of the outermost `depth` loops, with their number."""
    found: Counter[Members] = Counter({(((), 0, chain.extent),): 1})
    for link in chain.links[:depth]:
        below: Counter[Members] = Counter()
        for group, count in found.items():
            for number, like in _rounds(group, link, together):
                below[_moved(_children(group, link, together, number))] += count * like
        found = below
    return tuple(found.items())


@lru_cache(maxsize=1 << 14)
def sides(event: Event, shared: frozenset[int], forward_level: int = -1) -> tuple[tuple[Side, int], ...]:
    """The groups of units that share along some levels, with their number; neighbours that forward are in one side."""
    axes = event.chain.spatial_levels
    together = shared | ({forward_level} & set(axes))
    along = [level for level in axes if level in together]
    axis = along.index(forward_level) if forward_level in along else -1
    found: Counter[Side] = Counter()
    for group, count in _arrivals(event, together):
        for units in _below(event, group, together):
            found[_side(units, axis, forward_level in shared)] += count
    return tuple(found.items())


def _arrivals(event: Event, together: frozenset[int]) -> Iterator[tuple[Members, int]]:
    """The groups after the loops outside and the advance, with their number."""
    for group, count in members(event.chain, max(event.depth, 0), together):
        if not event.advances:
            yield group, count
            continue
        link = event.chain.links[event.depth]
        # The first round is no advance; units that are groups of their own have one piece of it each.
        first = max(link.units, 1) // _width(link, together)
        for number, like in _rounds(group, link, together, first):
            yield _children(group, link, together, number), count * like


def _below(event: Event, group: Members, together: frozenset[int]) -> Iterable[list[Unit]]:
    """The groups at work below a group, in the first step of the loops that restart."""
    links = event.chain.links[max(event.depth, 0) :]
    rest, size = links[event.advances :], links[0].size if event.advances else 0
    advance = size * max(links[0].units, 1) if event.advances else 0
    along = [link.level in together for link in rest if link.units]
    found: dict[Digits, list[Unit]] = {}
    for digits, start, length in group:
        # Before an advance, the piece was full.
        before = _units(size or length, rest)
        for unit, (first, now, _, _) in _units(length, rest).items():
            _, _, last, latest = before[unit]
            held = Held(start + first, now, start + last - advance, 0 if event.first else latest)
            apart = tuple(compress(unit, map(not_, along)))
            found.setdefault(apart, []).append(((*digits, *compress(unit, along)), held))
    return found.values()


@lru_cache(maxsize=1 << 12)
def _units(length: int, links: tuple[Link, ...]) -> dict[Digits, tuple[int, int, int, int]]:
    """Start and length of the first chunk of every unit with work, and of its last one, within a chunk."""
    if not links:
        return {(): (0, length, 0, length)}
    (_, size, units), rest = links[0], links[1:]
    pieces = -(-length // size)
    found = {}
    for unit in range(min(units or 1, pieces)):
        last = unit + (units or 1) * ((pieces - 1 - unit) // (units or 1))
        latest = _units(min(size, length - size * last), rest)
        own = _units(min(size, length - size * unit), rest)
        for below, (first, now, *before) in own.items():
            # A ragged last piece may leave units without work; their last work was in the full piece before it.
            place, (start, held) = (last, latest[below][2:]) if below in latest else (last - (units or 1), before)
            digits = (unit, *below) if units else below
            found[digits] = (size * unit + first, now, size * place + start, held)
    return found


def _side(units: list[Unit], axis: int, alone: bool) -> Side:
    """One group; neighbours on an axis (-1: none) are groups of their own unless they share all the same."""
    base = units[0][1].start
    held = tuple(Held(one.start - base, one.length, one.previous_start - base, one.previous_length) for _, one in units)
    if axis < 0:
        return Side(held, (0,) * len(units))
    place = {digits: number for number, (digits, _) in enumerate(units)}
    near = (
        tuple(
            place[other]
            for step in (-1, 1)
            if (other := (*digits[:axis], digits[axis] + step, *digits[axis + 1 :])) in place
        )
        for digits, _ in units
    )
    return Side(held, tuple(0 if alone else digits[axis] for digits, _ in units), tuple(near))


def _width(link: Link, together: frozenset[int]) -> int:
    """Pieces that a group has at a time: those of all units if it lies along them, which counts them."""
    return link.units if link.units and link.level in together else 1


def _rounds(group: Members, link: Link, together: frozenset[int], first: int = 0) -> Iterable[tuple[int, int]]:
    """The rounds in which a group has pieces, from a first one on: full ones together, as (round, number)."""
    width = link.size * _width(link, together)
    marks = {first}
    for length in {length for _, _, length in group}:
        marks |= {max(first, length // width), max(first, -(-length // width))}
    return ((low, high - low) for low, high in pairwise(sorted(marks)))


def _children(group: Members, link: Link, together: frozenset[int], number: int) -> Members:
    """The pieces of a group in a round."""
    width = _width(link, together)
    found = []
    for digits, start, length in group:
        for unit in range(width):
            offset = link.size * (width * number + unit)
            if offset < length:
                own = (*digits, unit) if link.units and link.level in together else digits
                found.append((own, start + offset, min(link.size, length - offset)))
    return tuple(found)


def _moved(group: Members) -> Members:
    """The group with its first chunk at 0."""
    base = group[0][1]
    return tuple((digits, start - base, length) for digits, start, length in group) if base else group
