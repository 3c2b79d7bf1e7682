"""What it costs at least that tensors enter a memory step by step, compiled."""

from __future__ import annotations

import numpy as np

from ..compiled import compiled
from ..structure.plan import Flags, Floats


@compiled
def least_entering(each: Floats, most: Floats, once: Floats, staying: Flags, found: Floats) -> None:
    """For N structures and n choices of chunk lengths the least that T tensors cost.

    `each[T, N]` is what a tensor costs that enters anew for every point, `most[n, T]` how many points an element
    serves, `once[T]` what it costs that all of a tensor enters, and `staying[D, T]` says which tensors stay while a
    dimension advances.
    """
    tensors, dimensions = each.shape[0], staying.shape[0]
    alone, movable = True, np.zeros(tensors, np.bool_)
    for d in range(dimensions):
        alone &= staying[d].sum() <= 1
        movable |= staying[d]
    anew = np.empty(tensors)
    for place in range(each.shape[1]):
        best = np.inf
        for row in range(most.shape[0]):
            for t in range(tensors):
                anew[t] = each[t, place] / most[row, t]
            best = min(best, shared_out(anew, once, movable) if alone else _one_stays(anew, staying))
        found[place] = best


@compiled
def shared_out(anew: Floats, once: Floats, movable: Flags) -> float:
    """Where one tensor stays at most at a time: the dearest stays until it has entered once, then the next one."""
    total, left, last = 0.0, 1.0, np.inf
    for t in range(anew.size):
        total += max(anew[t], once[t])
    while left > 0.0:
        dearest = -1
        for t in range(anew.size):
            if movable[t] and anew[t] < last and (dearest < 0 or anew[t] > anew[dearest]):
                dearest = t
        if dearest < 0 or anew[dearest] <= 0.0:
            break
        last = anew[dearest]
        for t in range(anew.size):  # equal ones together
            if movable[t] and anew[t] == last and once[t] < anew[t]:
                taken = min(left, 1.0 - once[t] / anew[t])
                total -= taken * anew[t]
                left -= taken
    return total


@compiled
def _one_stays(anew: Floats, staying: Flags) -> float:
    """Where several stay while a dimension advances: what the others cost, with the dimension that is best."""
    best = np.inf
    for d in range(staying.shape[0]):
        total = 0.0
        for t in range(anew.size):
            if not staying[d, t]:
                total += anew[t]
        best = min(best, total)
    return best
