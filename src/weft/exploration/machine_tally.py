"""How many machines of a space there are within limits, without looking at each.

Where a machine keeps the rules, so does one with more room; where it is over a limit, so is one with more of anything.
So of a box of machines all are over a limit if the least is, and none if the largest is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import product
from math import inf, prod

from ..ir import Accelerator, MachineSpace, Setting, Variable, is_machine, with_values
from .boxes import is_graded, rank
from .limits import MachineLimits
from .results import Tally

Holds = Callable[[Sequence[int]], bool]
"""Whether the machine with values of these numbers has a property."""


def machine_tally(space: MachineSpace, limits: MachineLimits) -> Tally:
    """Machines that are legal and within the limits, with memories that are needed as small as they can be."""
    graded = [item for item in space.variables if is_graded(item)]
    others = [item for item in space.variables if not is_graded(item)]
    found = dict.fromkeys(("legal", *_names(limits), "either"), 0)
    for values in product(*(item.values for item in others)):
        base = with_values(space.base, zip(others, values, strict=True))
        stem = _Stem(base, space.needed, graded, limits)
        for name in found:
            found[name] += stem.count(name)
    over = {name: found[name] for name in _names(limits)}
    if len(over) == 2:
        over["both"] = sum(over.values()) - found["either"]
    return Tally(space.size, found["legal"] - found["either"], space.size - found["legal"], tuple(over.items()))


def _names(limits: MachineLimits) -> tuple[str, ...]:
    pairs = (("area", limits.area_mm2), ("power", limits.power_mw))
    return tuple(name for name, most in pairs if most < inf)


class _Stem:
    """The machines of a choice of what has no order."""

    def __init__(
        self, base: Accelerator, needed: Iterable[str], graded: Sequence[Variable], limits: MachineLimits
    ) -> None:
        self._base, self._needed, self._limits = base, frozenset(needed), limits
        self._graded = graded
        self._values: list[list[Setting]] = [sorted(item.values, key=rank) for item in graded]
        self._known: dict[tuple[int, ...], tuple[str, ...] | None] = {}

    def count(self, name: str) -> int:
        """How many are legal, or of these over a limit, or over `either`."""
        low, high = (0,) * len(self._graded), tuple(len(values) - 1 for values in self._values)
        return _count(low, high, lambda numbers: self._has(name, tuple(numbers)))

    def _has(self, name: str, numbers: tuple[int, ...]) -> bool:
        if numbers not in self._known:
            machine = self._machine(numbers)
            self._known[numbers] = self._limits.over(machine) if is_machine(machine) else None
        over = self._known[numbers]
        return over is not None and (name == "legal" or name in over or (name == "either" and bool(over)))

    def _machine(self, numbers: Sequence[int]) -> Accelerator:
        values = (own[number] for own, number in zip(self._values, numbers, strict=True))
        machine = with_values(self._base, zip(self._graded, values, strict=True))
        memories = tuple(
            replace(item, capacity_bytes=item.least_bytes) if item.name in self._needed else item
            for item in machine.memories
        )
        return replace(machine, memories=memories)


def _count(low: tuple[int, ...], high: tuple[int, ...], holds: Holds) -> int:
    """How many of the numbers from `low` to `high` have a property that larger numbers keep."""
    if holds(low):
        return prod(b - a + 1 for a, b in zip(low, high, strict=True))
    if low == high or not holds(high):
        return 0
    place = max(range(len(low)), key=lambda n: high[n] - low[n])
    middle = (low[place] + high[place]) // 2
    upper = (*high[:place], middle, *high[place + 1 :])
    lower = (*low[:place], middle + 1, *low[place + 1 :])
    return _count(low, upper, holds) + _count(lower, high, holds)
