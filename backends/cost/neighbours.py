"""Classes of equal neighbours: what a step of a chunk and the one after it look like, and how often (model A20).

A loop that takes more than one step plays one part in a pair of neighbours: it stands in both, goes on into the second
while those inside it restart, and so on. Dimensions are independent, so a class of pairs is one choice per dimension.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product
from math import prod
from typing import NamedTuple

from ...analysis.chains import Link
from .moves import ChunkChange, ChunkChanges, State, descend, restart


class Part(NamedTuple):
    """`times` like pairs of one dimension: its moves in a step and the next, and if its loop is in its first step."""

    times: int
    move: ChunkChanges
    following: ChunkChanges
    starts: bool
    following_starts: bool


class Step(NamedTuple):
    """A step of a level; `starts` if the loops of all reduced dimensions are in their first step there."""

    state: State
    starts: bool


class Neighbours(NamedTuple):
    """`times` like pairs of steps."""

    times: int
    step: Step
    following: Step


class Dimension(NamedTuple):
    """A dimension in a chunk of a level: its length there, its loop if it has one, and if it is reduced."""

    length: int
    link: Link | None
    reduces: bool

    @property
    def moves(self) -> bool:
        """Whether its loop takes more than one step."""
        return self.link is not None and self.length > self.link.size * max(self.link.units, 1)


def inner_neighbours(dimensions: Sequence[Dimension], order: Sequence[int]) -> Iterator[Neighbours]:
    """All pairs of neighbours in a chunk but that of its first step; `order` numbers the loops' dimensions."""
    moving = [number for number in order if dimensions[number].moves]
    for position, number in enumerate(moving):
        outer = dict.fromkeys(moving[:position], _stand)
        between = moving[position + 1 : -1]
        if number == moving[-1]:
            yield from _combined(dimensions, outer | {number: _run})
        else:
            innermost = moving[-1]
            yield from _combined(
                dimensions, outer | {number: _arrive} | dict.fromkeys(between, _settle) | {innermost: _begin}
            )
            yield from _combined(
                dimensions, outer | {number: _leave} | dict.fromkeys(between, _wrap) | {innermost: _finish}
            )


def second(dimensions: Sequence[Dimension], order: Sequence[int]) -> Step | None:
    """The step after the first one of a chunk, if there is one."""
    moving = [number for number in order if dimensions[number].moves]
    if not moving:
        return None
    parts = dict.fromkeys(moving[:-1], _settle) | {moving[-1]: _begin}
    (pair,) = _combined(dimensions, parts)
    return pair.following


def last(dimensions: Sequence[Dimension], order: Sequence[int]) -> Step:
    """The last step of a chunk that has more than one."""
    moving = [number for number in order if dimensions[number].moves]
    parts = dict.fromkeys(moving[:-1], _wrap) | {moving[-1]: _finish}
    (pair,) = _combined(dimensions, parts)
    return pair.step


def _combined(dimensions: Sequence[Dimension], roles: Mapping[int, Role]) -> Iterator[Neighbours]:
    choices = []
    for number, (length, link, reduces) in enumerate(dimensions):
        role = roles.get(number)
        if role is not None and link is not None:
            choices.append(_parts(role, length, link, reduces))
        else:
            move = descend(restart(length), link)
            choices.append((Part(1, move, move, True, True),))
    reduced = [dimension.reduces for dimension in dimensions]
    for parts in product(*choices):
        starts = all(part.starts for part, reduces in zip(parts, reduced, strict=True) if reduces)
        following = all(part.following_starts for part, reduces in zip(parts, reduced, strict=True) if reduces)
        yield Neighbours(
            prod(part.times for part in parts),
            Step(tuple(part.move for part in parts), starts),
            Step(tuple(part.following for part in parts), following),
        )


class _Moves(NamedTuple):
    """How a loop of `full` whole steps and perhaps a ragged one is met; `whole` and `ragged` stand, the others move."""

    full: int
    whole: ChunkChanges
    ragged: ChunkChanges | None
    to_whole: ChunkChanges
    to_ragged: ChunkChanges | None
    again: ChunkChanges

    @property
    def end(self) -> ChunkChanges:
        """Standing in the last step."""
        return self.whole if self.ragged is None else self.ragged

    @property
    def to_end(self) -> ChunkChanges:
        """Going into the last step."""
        return self.to_whole if self.to_ragged is None else self.to_ragged


Role = Callable[[_Moves, bool], tuple[Part, ...]]
"""What a loop does in the pairs of one class; of a reduced dimension it is told whether its step is the first."""


@lru_cache(maxsize=1 << 17)
def _parts(role: Role, length: int, link: Link, reduces: bool) -> tuple[Part, ...]:
    return role(_moves(length, link), reduces)


@lru_cache(maxsize=16384)
def _moves(length: int, link: Link) -> _Moves:
    width = link.size * max(link.units, 1)
    full, rest = divmod(length, width)
    before = ((-width, link.size),)
    return _Moves(
        full,
        _spread(width, link, None),
        _spread(rest, link, None) if rest else None,
        _spread(width, link, before),
        _spread(rest, link, before) if rest else None,
        descend(restart(length), link),
    )


def _spread(length: int, link: Link, before: tuple[tuple[int, int], ...] | None) -> ChunkChanges:
    """A step of so much over the units, the last of them ragged."""
    lengths = (min(link.size, length - start) for start in range(0, length, link.size))
    moves = tuple(restart(chunk) if before is None else ChunkChange(chunk, before) for chunk in lengths)
    return moves if link.units else moves[0]


def _some(*parts: Part) -> tuple[Part, ...]:
    return tuple(part for part in parts if part.times > 0)


def _stand(m: _Moves, reduces: bool) -> tuple[Part, ...]:
    """In any step, in both."""
    ragged = () if m.ragged is None else (Part(1, m.ragged, m.ragged, False, False),)
    if not reduces:
        return (Part(m.full, m.whole, m.whole, True, True), *ragged)
    first, others = Part(1, m.whole, m.whole, True, True), Part(m.full - 1, m.whole, m.whole, False, False)
    return (*_some(first, others), *ragged)


def _run(m: _Moves, reduces: bool) -> tuple[Part, ...]:
    """The innermost loop goes on, and on once more."""
    on = Part(m.full - 2, m.to_whole, m.to_whole, False, False)
    if m.to_ragged is None:
        return _some(on)
    return _some(on, Part(min(1, m.full - 1), m.to_whole, m.to_ragged, False, False))


def _arrive(m: _Moves, reduces: bool) -> tuple[Part, ...]:
    """Goes on into the step, and stands there in the next."""
    on = Part(m.full - 1, m.to_whole, m.whole, False, False)
    if m.ragged is None or m.to_ragged is None:
        return _some(on)
    return _some(on, Part(1, m.to_ragged, m.ragged, False, False))


def _settle(m: _Moves, reduces: bool) -> tuple[Part, ...]:
    """Has restarted, and stands in its first step in the next."""
    return (Part(1, m.again, m.whole, True, True),)


def _begin(m: _Moves, reduces: bool) -> tuple[Part, ...]:
    """The innermost loop has restarted, and goes on to its second step."""
    return (Part(1, m.again, m.to_whole if m.full > 1 else m.to_end, True, False),)


def _leave(m: _Moves, reduces: bool) -> tuple[Part, ...]:
    """Stands in the step, and goes on to the next."""
    first = Part(min(1, m.full - 1), m.whole, m.to_whole, True, False)
    others = Part(m.full - 2, m.whole, m.to_whole, False, False)
    if m.to_ragged is None:
        return _some(first, others)
    return _some(first, others, Part(1, m.whole, m.to_ragged, m.full == 1, False))


def _wrap(m: _Moves, reduces: bool) -> tuple[Part, ...]:
    """Stands in its last step, and restarts."""
    return (Part(1, m.end, m.again, False, True),)


def _finish(m: _Moves, reduces: bool) -> tuple[Part, ...]:
    """The innermost loop goes on into its last step, and restarts."""
    return (Part(1, m.to_end, m.again, False, True),)
