"""What a search of shared machines has proved."""

from __future__ import annotations

from math import inf

from ..search.store.answers import CLOSE
from .several_searches import AnySearch


def status_of(search: AnySearch) -> str:
    """As of `map`: optimal, within the gap that was asked for, or stopped by the budget."""
    if search.best is None:
        return "budget" if gap_of(search) is None else "optimal"
    gap = gap_of(search)
    if gap is None:
        return "budget"
    return "optimal" if gap <= CLOSE else "within" if gap <= search.question.gap + CLOSE else "budget"


def gap_of(search: AnySearch) -> float | None:
    """By how much the answer may be above the best, as a part of the latter; None where nothing is known."""
    best, bound = search.best, search.lower_bound
    if best is None:  # within the gap of a bound there may be a design that was not looked for
        return 0.0 if search.finished and bound == inf else None
    return max(best.value / bound - 1, 0.0) if 0 < bound < inf else None
