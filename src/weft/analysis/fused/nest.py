"""What comes into the boundary memory while a stage's steps follow each other: closed forms over its loops."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import prod

import numpy as np

from .boxes import Boxes
from .tracks import NO_LOOP, Axis, Integers, Touched, Track, touched


def _moved(boxes: Boxes, axes: Sequence[Axis]) -> tuple[int, list[Touched]]:
    """The elements along axes that no loop moves, and what every loop makes of the others."""
    fixed = prod(int(touched((axis,), (0,)).each[0]) for axis in axes if axis.loop == NO_LOOP)
    loops = range(len(boxes.active))
    return fixed, [touched(tuple(axis for axis in axes if axis.loop == n), boxes.active[n]) for n in loops]


def fills(boxes: Boxes, axes: Sequence[Axis]) -> int:
    """Elements that are new in a step of the stage and were not touched in its step before, over all steps.

    All that is touched, less what two neighbouring steps share: where loop l advances, those outside of it stand still
    and those inside go from their last position to their first (design of the closed form: docs/counting.md).
    """
    fixed, moved = _moved(boxes, axes)
    every = [int(loop.each.sum()) for loop in moved]
    total = prod(every)
    for number, loop in enumerate(moved):
        back = prod(inner.back for inner in moved[number + 1 :])
        total -= prod(every[:number]) * int(loop.advance.sum()) * back
    return fixed * total


def fills_per_step(boxes: Boxes, axes: Sequence[Axis]) -> Integers:
    """The same step by step: an array with an axis for every loop, over all its positions."""
    found = np.zeros(boxes.positions, dtype=np.int64)
    fixed, moved = _moved(boxes, axes)
    every = [loop.each for loop in moved]
    found[np.ix_(*boxes.active)] = _outer(every)
    for number, (loop, positions) in enumerate(zip(moved, boxes.active, strict=True)):
        inside = range(number + 1, len(moved))
        back = [np.array([moved[i].back]) for i in inside]
        where = np.ix_(*boxes.active[:number], positions[1:], *(boxes.active[i][:1] for i in inside))
        found[where] -= _outer([*every[:number], loop.advance, *back])
    return found * fixed


def _outer(factors: Sequence[Integers]) -> Integers:
    """The products of one factor of each array."""
    result = np.ones((), dtype=np.int64)
    for values in factors:
        result = result[..., None] * values
    return result


def first_made(boxes: Boxes) -> Integers:
    """How many elements of its output the stage makes in each step that it did not make before."""
    tracks = [boxes.tracks[subscript.dimensions[0]] for subscript in boxes.workload.output.subscripts]
    whole = prod(_fresh(track)[0] for track in tracks if track.loop == NO_LOOP)
    found = np.full(boxes.positions, whole, dtype=np.int64)
    for loop, count in enumerate(boxes.positions):
        moved = [_fresh(track) for track in tracks if track.loop == loop]
        new = [prod(each) for each in zip(*moved, strict=True)] if moved else [1] + [0] * (count - 1)
        shape = [count if axis == loop else 1 for axis in range(len(boxes.positions))]
        found *= np.array(new, dtype=np.int64).reshape(shape)
    return found


def _fresh(track: Track) -> list[int]:
    """What each interval has beyond all before it."""
    reached = accumulate((end for _, end in track.intervals), max, initial=0)
    return [max(0, end - max(start, done)) for (start, end), done in zip(track.intervals, reached, strict=False)]
