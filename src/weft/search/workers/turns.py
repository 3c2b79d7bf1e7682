"""How the searches of several layers share a budget: the small ones first, then by what each leaves unproved."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite

FIRST = 0.25
"""The part of the budget in which every search gets its first turn."""

SHORTEST = 1.0
"""Seconds that a round of turns takes at least, if so many are left."""


def rounds_time(left: float) -> float:
    """Seconds of the next round of turns, of those that are left: half of them, so that what it shows can count."""
    return min(left, max(SHORTEST, left / 2))


def lacking(value: float, bound: float, layers: int) -> float:
    """What of the sum over all layers is not proved of one that so many layers are equal to; inf without a program."""
    return layers * (value - bound) if isfinite(value) else inf


def turns(unproved: Sequence[float], begin: float, seconds: float) -> list[tuple[int, float]]:
    """Whose turn it is, in order, and when each turn ends: as long as what it leaves `unproved` is of the whole.

    Those without a program come first, and have as long a turn as all others on average.
    """
    known = [amount for amount in unproved if amount < inf]
    mean = sum(known) / len(known) if known else 0.0
    weights = [mean if amount == inf else amount for amount in unproved] if mean else [1.0] * len(unproved)
    found, end = [], begin
    for number in sorted(range(len(unproved)), key=lambda number: -unproved[number]):
        end += seconds * weights[number] / sum(weights)
        found.append((number, end))
    return found
