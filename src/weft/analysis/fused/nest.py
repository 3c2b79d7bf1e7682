"""What comes into the boundary memory while a stage's steps follow each other: closed forms over its loops."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import prod
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .boxes import Boxes
from .tracks import NO_LOOP, Axis, Track

Integers: TypeAlias = NDArray[np.int64]


def fills(boxes: Boxes, axes: Sequence[Axis]) -> int:
    """Elements that are new in a step of the stage and were not touched in its step before, over all steps.

    All that is touched, less what two neighbouring steps share: where loop l advances, those outside of it stand still
    and those inside go from their last position to their first (design of the closed form: docs/counting.md).
    """
    fixed = prod(axis.elements(0) for axis in axes if axis.loop == NO_LOOP)
    moved = [[axis for axis in axes if axis.loop == loop] for loop in range(len(boxes.active))]
    every = [
        sum(prod(axis.elements(position) for axis in own) for position in positions)
        for own, positions in zip(moved, boxes.active, strict=True)
    ]
    total = prod(every)
    for loop, positions in enumerate(boxes.active):
        steps = zip(positions[1:], positions[:-1], strict=True)
        advance = sum(prod(axis.common(now, before) for axis in moved[loop]) for now, before in steps)
        inside = range(loop + 1, len(boxes.active))
        back = prod(axis.common(boxes.active[i][0], boxes.active[i][-1]) for i in inside for axis in moved[i])
        total -= prod(every[:loop]) * advance * back
    return fixed * total


def fills_per_step(boxes: Boxes, axes: Sequence[Axis]) -> Integers:
    """The same step by step: an array with an axis for every loop, over all its positions."""
    found = np.zeros(boxes.positions, dtype=np.int64)
    fixed = prod(axis.elements(0) for axis in axes if axis.loop == NO_LOOP)
    moved = [[axis for axis in axes if axis.loop == loop] for loop in range(len(boxes.active))]
    every = [
        [prod(axis.elements(position) for axis in own) for position in positions]
        for own, positions in zip(moved, boxes.active, strict=True)
    ]
    at_work = np.ix_(*boxes.active)
    found[at_work] = _outer(every)
    for loop, positions in enumerate(boxes.active):
        steps = zip(positions[1:], positions[:-1], strict=True)
        advance = [prod(axis.common(now, before) for axis in moved[loop]) for now, before in steps]
        inside = range(loop + 1, len(boxes.active))
        back = [[prod(axis.common(boxes.active[i][0], boxes.active[i][-1]) for axis in moved[i])] for i in inside]
        where = np.ix_(*boxes.active[:loop], positions[1:], *(boxes.active[i][:1] for i in inside))
        found[where] -= _outer([*every[:loop], advance, *back])
    return found * fixed


def _outer(factors: Sequence[Sequence[int]]) -> Integers:
    """The products of one factor of each list."""
    result = np.ones((), dtype=np.int64)
    for values in factors:
        result = result[..., None] * np.array(values, dtype=np.int64)
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
