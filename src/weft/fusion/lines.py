"""One outer loop over all its chunk sizes: what it makes of every stage, as factors that multiply with another loop's.

Axes are moved by one loop each, so lengths, elements and overlaps of two loops are products (docs/fusion.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..analysis.fused.boxes import Boxes
from ..analysis.fused.rooms import largest_overlap
from ..analysis.fused.tracks import touched
from ..ir import Tensor

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Factors:
    """What one outer loop makes of every stage, for all its chunk sizes.

    Per stage and chunk size: the part of the output that a step makes at most (`made`), that is `needed`, and that is
    `kept` from one step to the next (all of it over a loop that moves nothing); points over those of the whole; steps
    with work (`busy`).

    Per stage and tensor, over the elements of the whole axes that the loop moves: elements of all steps, those that
    neighbouring steps share, those that the last step shares with the first, and the most of a step.
    """

    steps: Floats
    made: Floats
    needed: Floats
    kept: Floats
    points: Floats
    busy: Floats
    elements: dict[tuple[int, str], tuple[Floats, Floats, Floats, Floats]]

    @staticmethod
    def none(stages: int, tensors: Sequence[tuple[int, str]]) -> Factors:
        """Those of no loop."""
        one, zero = np.ones(1), np.zeros((stages, 1))
        ones = np.ones((stages, 1))
        return Factors(one, ones, ones, zero, ones, ones, dict.fromkeys(tensors, (one, np.zeros(1), one, one)))

    @staticmethod
    def of(
        boxes: Sequence[tuple[Boxes, ...] | None],
        tensors: Sequence[tuple[int, str]],
        recomputed: Sequence[bool],
        readers: Sequence[Sequence[int]],
    ) -> Factors:
        """Those of boxes inside of one loop, for each chunk size; one that is no program takes an infinity of steps."""
        fine = [item for item in boxes if item is not None]
        stages = len(fine[0]) if fine else 0

        def table(value: Callable[[tuple[Boxes, ...], int], float], missing: float) -> Floats:
            rows = [[missing if item is None else value(item, s) for item in boxes] for s in range(stages)]
            return np.array(rows, dtype=np.float64)

        def kept(item: tuple[Boxes, ...], stage: int) -> float:
            own = item[stage]
            if stage == stages - 1 or recomputed[stage] or own.positions[0] == 1:
                return 0.0
            moved = [(t, e) for t, e in zip(own.needed, _extents(own), strict=True) if t.loop == 0]
            if moved:
                return largest_overlap(moved[0][0]) / moved[0][1]
            return float(any(0 not in item[reader].once for reader in readers[stage]))

        steps = np.array([np.inf if item is None else item[-1].positions[0] for item in boxes], dtype=np.float64)
        sums = {key: np.array([_sums(item, key) if item else (1,) * 4 for item in boxes]).T for key in tensors}
        return Factors(
            steps,
            table(_made, 1),
            table(_needed, 1),
            table(kept, 0),
            table(lambda item, s: item[s].points / item[s].workload.points, 1),
            table(lambda item, s: len(item[s].active[0]), 1),
            {key: (rows[0], rows[1], rows[2], rows[3]) for key, rows in sums.items()},
        )


def _extents(boxes: Boxes) -> list[int]:
    return [boxes.workload.extents[item.dimensions[0]] for item in boxes.workload.output.subscripts]


def _made(item: tuple[Boxes, ...], stage: int) -> float:
    """What a step makes at most; nothing is sure to be there beside what is kept over a loop that moves nothing."""
    boxes = item[stage]
    if 0 in boxes.once:
        return 0.0
    names = [item.dimensions[0] for item in boxes.workload.output.subscripts]
    return prod(boxes.outer[name].longest / boxes.workload.extents[name] for name in names)


def _needed(item: tuple[Boxes, ...], stage: int) -> float:
    boxes = item[stage]
    pairs = zip(boxes.needed, _extents(boxes), strict=True)
    return prod(track.longest / extent for track, extent in pairs if track.loop == 0)


def _sums(boxes: tuple[Boxes, ...], key: tuple[int, str]) -> tuple[float, float, float, float]:
    own = boxes[key[0]]
    tensor = own.workload.tensor(key[1])
    moved = [at for at, axis in enumerate(own.axes(tensor)) if axis.loop == 0]
    axes = [own.axes(tensor)[at] for at in moved]
    whole = own.workload.footprint(Tensor(tensor.name, tuple(tensor.subscripts[at] for at in moved)))
    found = touched(tuple(axes), own.active[0])
    return int(found.each.sum()) / whole, int(found.advance.sum()) / whole, found.back / whole, found.each.max() / whole
