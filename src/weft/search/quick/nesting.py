"""What it costs at least that tensors enter two memories, one inside the other, step by step, compiled."""

from __future__ import annotations

import numpy as np

from ..compiled import compiled
from ..structure.plan import Flags, Floats
from .staying import shared_out


@compiled
def least_nested(
    outer: Floats, inner: Floats, floor: Floats, once: Floats, operands: Floats, first: int, rows: Floats,
    inner_rows: Floats, alone: Floats, movable: Flags, found: Floats,
) -> None:  # fmt: skip
    """For N structures the least that T tensors cost; `found[N]` falls to what is less.

    `outer[T, N]` and `inner[T, N]` are what a tensor costs that enters each memory anew for every point, `floor[T, N]`
    what it costs in the inner one that it enters once for every point it is new for in the outer one. `once[2, T]` is
    what it costs that all of it enters each of them, `operands[2, T, N]` what its operands cost one by one, and at
    least if all units share them that can. `rows[n, T]` say how many points an element serves in the outer memory; of
    the `first` tensor, which stays there, until it enters the inner one again. `inner_rows[m, T]` say how many it
    serves in the inner one. `alone[N]` is what that costs at least whatever the outer one does, `movable[T]` which
    tensors ever stay.
    """
    tensors = outer.shape[0]
    floors, anew = np.empty(tensors), np.empty(tensors)
    for place in range(outer.shape[1]):
        for row in range(rows.shape[0]):
            beyond, least = 0.0, 0.0
            for t in range(tensors):
                stays = t == first and movable[t]
                beyond += once[0, t] if stays else max(once[0, t], outer[t, place] / rows[row, t])
                beyond += max(0.0, operands[0, t, place] / rows[row, t] - operands[1, t, place])
                floors[t] = max(once[1, t], floor[t, place] / rows[row, t])
                least += floors[t]
            if beyond + max(alone[place], least) >= found[place]:
                continue
            for chosen in range(inner_rows.shape[0]):
                for t in range(tensors):
                    anew[t] = inner[t, place] / inner_rows[chosen, t]
                found[place] = min(found[place], beyond + shared_out(anew, floors, movable))
