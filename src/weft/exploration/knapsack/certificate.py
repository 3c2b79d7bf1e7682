"""What is proved of a choice."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Certificate:
    """How good a choice is: no choice within the limits costs less than `lower_bound`.

    `status` is `optimal` (nothing costs less) or `budget` (stopped before its proof: then the answer is at most `gap`
    above the best one, as a part of the latter). Of `space_size` choices, `states` partial ones were looked at in
    `passes` over all layers. `rounded` has the columns whose numbers were too fine for whole numbers, and the unit to
    which they were rounded: the proof is of the rounded ones.
    """

    status: str
    lower_bound: Decimal
    gap: float
    space_size: int
    passes: int
    states: int
    rounded: tuple[tuple[str, Decimal], ...] = ()
