"""What is proved of a choice."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from ...search.certificate import power_of_ten


@dataclass(frozen=True, slots=True)
class Certificate:
    """How good a choice is: no choice within the limits costs less than `lower_bound`.

    `status` is `optimal` (nothing costs less), `within` (the answer is as near to the best as was asked) or `budget`
    (stopped before): then it is at most `gap` above the best one, as a part of the latter. Of `space_size` choices,
    `states` partial ones were looked at in `passes` over all layers. `rounded` has the columns whose numbers were too
    fine for whole numbers, and the unit to which they were rounded: the proof is of the rounded ones.
    """

    status: str
    lower_bound: Decimal
    gap: float
    space_size: int
    passes: int
    states: int
    rounded: tuple[tuple[str, Decimal], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as in JSON."""
        rounded = {name: float(unit) for name, unit in self.rounded}
        return asdict(self) | {"lower_bound": float(self.lower_bound), "rounded": rounded}

    def __str__(self) -> str:
        proved = {
            "optimal": "Proved optimal",
            "within": f"Proved within {self.gap:.2%} of the best one",
            "budget": f"Stopped early; within {self.gap:.2%} of the best one",
        }[self.status]
        designs = f"{power_of_ten(self.space_size)} design{'s' * (self.space_size != 1)}"
        return (
            f"{proved}: no design within the limits is below {self.lower_bound:.12g}. Of {designs}, {self.states:,} "
            f"partial ones were looked at in {self.passes} pass{'es' * (self.passes != 1)} over the layers."
        )
