"""What a search of shared machines has proved."""

from __future__ import annotations

from math import inf

from ..search.store.answers import CLOSE
from .shared import SharedSearch


def status_of(search: SharedSearch) -> str:
    """As of `map`: optimal, within the gap that was asked for, or stopped by the budget."""
    if search.best is None:
        return "optimal" if search.finished else "budget"
    gap = gap_of(search)
    if gap is None:
        return "budget"
    return "optimal" if gap <= CLOSE else "within" if gap <= search.question.gap + CLOSE else "budget"


def gap_of(search: SharedSearch) -> float | None:
    """By how much the answer may be above the best, as a part of the latter; None where nothing is known."""
    best, bound = search.best, search.lower_bound
    if best is None:
        return 0.0 if search.finished else None
    return max(best.value / bound - 1, 0.0) if 0 < bound < inf else None
