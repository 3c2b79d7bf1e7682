"""One unit's view of a step in one dimension, relative to its chunk: enough to time everything below it."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from .chains import Link


class Move(NamedTuple):
    """A chunk of `length`, and what was held before it as (start relative to the chunk, length), the latest first.

    The second entry of `before` matters to units below that had no work in a ragged latest chunk; an empty `before`
    is the first step of all.
    """

    length: int
    before: tuple[tuple[int, int], ...] = ()


Moves = Move | tuple[Move, ...]
"""A move of the whole level, or one per unit at work if the dimension is spread there."""


class Option(NamedTuple):
    """`times` like steps; `at_start` if the dimension's loop of this level is in its first step."""

    times: int
    move: Moves
    at_start: bool


def restart(length: int) -> Move:
    """The loops inside go from their last step back to their first."""
    return Move(length, ((0, length),))


def units_of(moves: Moves) -> tuple[Move, ...]:
    """The moves of all units at work."""
    return (moves,) if isinstance(moves, Move) else moves


@lru_cache(maxsize=65536)
def descend(move: Move, link: Link | None) -> Moves:
    """The move of the units one level below, in the first step of that level."""
    if link is None:
        return move
    if not link.units:
        return _piece(move, link.size, 0, 1)
    at_work = min(link.units, -(-move.length // link.size))
    return tuple(_piece(move, link.size, unit, link.units) for unit in range(at_work))


def _piece(move: Move, size: int, unit: int, units: int) -> Move:
    start = size * unit
    found: list[tuple[int, int]] = []
    longest = 0
    for offset, length in move.before:
        pieces = -(-length // size)
        last = unit + units * (-(-(pieces - unit) // units) - 1)
        for piece in (last, last - units):
            held = min(size, length - size * piece)
            # Only a longer chunk can have given work to a unit that the later ones left idle.
            if piece >= 0 and held > longest:
                found.append((offset + size * piece - start, held))
                longest = held
    return Move(min(size, move.length - start), tuple(found))


@lru_cache(maxsize=16384)
def standing(length: int, link: Link, split_start: bool) -> tuple[Option, ...]:
    """All steps of a loop, each while the loops inside restart; the first step apart if asked."""
    width = link.size * max(link.units, 1)
    full, rest = divmod(length, width)
    options = []
    if full:
        move = restart(link.size) if not link.units else (restart(link.size),) * link.units
        options += [Option(1, move, True), Option(full - 1, move, False)] if split_start else [Option(full, move, True)]
    if rest:
        options.append(Option(1, _spread(rest, link, None), not full))
    return tuple(option for option in options if option.times)


@lru_cache(maxsize=16384)
def advancing(length: int, link: Link) -> tuple[Option, ...]:
    """All advances of a loop from one step to the next."""
    width = link.size * max(link.units, 1)
    full, rest = divmod(length, width)
    before = ((-width, link.size),)
    options = []
    if full > 1:
        move = Move(link.size, before)
        options.append(Option(full - 1, move if not link.units else (move,) * link.units, False))
    if full and rest:
        options.append(Option(1, _spread(rest, link, before), False))
    return tuple(options)


def _spread(rest: int, link: Link, before: tuple[tuple[int, int], ...] | None) -> Moves:
    """The ragged last step: the remaining length over the first units."""
    lengths = [min(link.size, rest - start) for start in range(0, rest, link.size)]
    moves = tuple(restart(length) if before is None else Move(length, before) for length in lengths)
    return moves if link.units else moves[0]
