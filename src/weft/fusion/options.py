"""The options that the stages of a group have inside of given outer loops, and the best of them together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import prod

from ..analysis.fused.boxes import Boxes
from ..ir import Tensor
from ..passes.fuse import MAX_RUNS
from .group import Loop


@dataclass(frozen=True, slots=True)
class Option:
    """A stage with a loop of its own, or without: what it costs, moves and holds for tensors that come from outside."""

    own: tuple[Loop, ...]
    price: float
    traffic: int
    room: int
    runs: int


@dataclass(frozen=True, slots=True)
class Priced:
    """Outer loops with the options of every stage, whatever the room: bits of what lies between stages, points."""

    recomputed: tuple[tuple[str, ...], ...]
    between: int
    options: tuple[tuple[Option, ...], ...]
    points: tuple[int, ...]


def merged(
    combined: list[Option], kept: list[tuple[tuple[Loop, ...], ...]], options: Sequence[Option], room: int | None
) -> tuple[list[Option], list[tuple[tuple[Loop, ...], ...]]]:
    """All sums of a combination and an option that fit, without those that another one beats in all."""
    sums = [
        (_plus(one, two), (*own, two.own))
        for one, own in zip(combined, kept, strict=True)
        for two in options
        if room is None or one.room + two.room <= room
    ]
    sums.sort(key=lambda item: (item[0].price, item[0].runs, item[0].room))
    found: list[tuple[Option, tuple[tuple[Loop, ...], ...]]] = []
    for item, own in sums:
        if not any(other.room <= item.room and other.runs <= item.runs for other, _ in found):
            found.append((item, own))
    return [item for item, _ in found], [own for _, own in found]


def _plus(one: Option, two: Option) -> Option:
    return Option((), one.price + two.price, one.traffic + two.traffic, one.room + two.room, one.runs + two.runs)


def steps_of(boxes: Boxes) -> int:
    """In how many steps a stage may run."""
    return prod(boxes.positions)


def own_loops(boxes: Boxes, name: str, inputs: Sequence[Tensor]) -> Iterator[Loop]:
    """The loops of a stage's own over a dimension that are worth a look: the finest, and where a window of an input
    runs along it all others too, for long chunks may share more with those of the next step."""
    extent = boxes.workload.extents[name]
    sizes = [size for size in reversed(splits(extent)) if steps_of(boxes) * -(-extent // size) <= MAX_RUNS]
    windows = any(len(axis.terms) > 1 and name in axis.dimensions for item in inputs for axis in item.subscripts)
    yield from ((name, size) for size in (sizes if windows else sizes[:1]))


@cache
def splits(extent: int) -> tuple[int, ...]:
    """The chunk sizes of all even splits into two and more steps, the largest first."""
    sizes, size = [], extent
    while size > 1:
        # Chunks that are shorter by one, as even as their number of steps allows.
        size = -(-extent // -(-extent // (size - 1)))
        sizes.append(size)
    return tuple(sizes)
