"""Shared machines by what they take and what their programs cost: each is proved the best that takes no more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import inf
from typing import Any

from ..ir import Metric
from ..search.objective import TINY
from .several_searches import AnySearch
from .shared_searches import SharedSearches, is_proved
from .shared_sensitivity import amounts_of

MACHINE_METRICS: dict[str, Metric] = {"area": "area_mm2", "power": "power_mw"}
"""Objectives of a front that machines have by themselves, whatever runs."""


@dataclass(frozen=True)
class Step:
    """The least value of what takes no more than any limit from `amount` to where the step before begins."""

    value: float
    amount: float
    search: AnySearch


@dataclass(frozen=True)
class SharedFront:
    """No machine has less of both than a step; the best value first. `complete` unless the time was over.

    If not complete, nothing is known of machines that take less than `down_to`.
    """

    names: tuple[str, str]
    steps: tuple[Step, ...]
    complete: bool
    down_to: float

    def to_dict(self, designs: Iterable[dict[str, Any]]) -> dict[str, Any]:
        """As plain data, with the designs of the steps."""
        points = [
            {"value": step.value, "lower_bound": step.search.lower_bound, **design}
            for step, design in zip(self.steps, designs, strict=True)
        ]
        down_to = self.down_to if self.down_to < inf else None
        return {"of": list(self.names), "complete": self.complete, "down_to": down_to, "points": points}


class Late(Exception):
    """The time was over before an answer was proved."""


def shared_front(searches: SharedSearches, objective: str, names: tuple[str, str]) -> SharedFront:
    """The front of a value and an amount of machines, from the job's limit on the amount downwards."""
    metric = next(MACHINE_METRICS[name] for name in names if name in MACHINE_METRICS)
    asker = _Asker(searches, objective, metric)
    steps: list[Step] = []
    complete = True
    try:
        for step in descend(asker, dict(searches.job.limits).get(metric, inf)):
            # Within a gap, what takes less may be found to be better.
            steps = [item for item in steps if item.value < step.value * (1 - TINY)]
            steps.append(step)
    except Late:
        complete = False
    down_to = 0.0 if complete else steps[-1].amount if steps else inf
    ordered = steps if names[0] not in MACHINE_METRICS else steps[::-1]
    return SharedFront(names, tuple(ordered), complete, down_to)


class _Asker:
    """Asks for the best within a limit on one metric; what is known from other limits is not asked again."""

    def __init__(self, searches: SharedSearches, objective: str, metric: Metric) -> None:
        self._searches, self._objective, self._metric = searches, objective, metric
        self._known: list[tuple[float, Step | None]] = []

    def __call__(self, most: float) -> Step | None:
        for limit, step in self._known:
            if most <= limit and (step is None or step.amount <= most):
                return step
        if self._searches.late:
            raise Late
        limits = dict(self._searches.job.limits)
        if most < inf:
            limits[self._metric] = most
        search = self._searches.run(self._objective, limits)
        if not is_proved(search):
            raise Late
        step = None if search.best is None else Step(search.best.value, amounts_of(search)[self._metric], search)
        self._known.append((most, step))
        return step


def descend(ask: Callable[[float], Step | None], most: float) -> Iterator[Step]:
    """All steps of a function that does not fall with its limit, from a limit downwards.

    `ask` gives the value at a limit with the amount from which on it is the same; None where there is none.
    """
    step = ask(most)
    while step is not None:
        step, below = _least(ask, step)
        yield step
        step = below


def _least(ask: Callable[[float], Step | None], step: Step) -> tuple[Step, Step | None]:
    """A step with the least amount of its value, and the next one: by halves, as it may be far below."""
    worse = 0.0
    while True:
        below = ask(step.amount * (1 - 4 * TINY))
        if below is None or below.value > step.value * (1 + TINY):
            return step, below
        step = below
        middle = (worse + step.amount) / 2
        found = ask(middle)
        if found is None or found.value > step.value * (1 + TINY):
            worse = middle
        else:
            step = found
