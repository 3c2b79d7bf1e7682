"""One pass over the layers: partial choices that can still be the best, layer by layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from time import monotonic

import numpy as np

from .bounds import Bounds
from .dominance import undominated
from .limits import Problem
from .units import Integers

AT_ONCE = 1 << 20
"""Partial choices that are made before those that cannot be the best are left out."""

LATE = 1 << 6
"""Partial choices that have room after the deadline."""


@dataclass(frozen=True, slots=True)
class Pass:
    """What a pass finds: the best choice below its ceiling, if any, and the least bound of those that had no room."""

    chosen: tuple[int, ...] | None
    dropped: float
    states: int


@dataclass(frozen=True, slots=True)
class _States:
    """Partial choices: their cost and weights, and which one of the layer before they extend by which option."""

    costs: Integers
    weights: Integers
    parents: Integers
    options: Integers

    def take(self, which: Integers) -> _States:
        return _States(self.costs[which], self.weights[:, which], self.parents[which], self.options[which])


def run(problem: Problem, bounds: Bounds, ceiling: float, room: int, deadline: float) -> Pass:
    """Extend partial choices by all options of a layer, and keep what none beats and what is bounded by `ceiling`.

    Of more than `room` of them, or than a few after the deadline, those of the least bounds are kept.
    """
    none = np.zeros(1, np.int64)
    states = _States(none, np.zeros((len(problem.limits), 1), np.int64), none, none)
    stages, total, dropped = [], 0, inf
    for stage, (costs, weights) in enumerate(zip(problem.costs, problem.weights, strict=True), 1):
        states = _extended(states, stage, costs, weights, bounds, ceiling)
        states = states.take(undominated(states.costs, states.weights))
        room = room if monotonic() < deadline else min(room, LATE)
        if len(states.costs) > room:
            found = bounds.of(stage, states.costs, states.weights)
            order = np.argsort(found, kind="stable")
            dropped = min(dropped, float(found[order[room]]))
            states = states.take(np.sort(order[:room]))
        if not len(states.costs):
            return Pass(None, dropped, total)
        stages.append(states)
        total += len(states.costs)
    return Pass(_traced(stages), dropped, total)


def _extended(
    states: _States, stage: int, costs: Integers, weights: Integers, bounds: Bounds, ceiling: float
) -> _States:
    options = np.arange(len(costs))
    size = max(1, AT_ONCE // len(costs))
    parts = []
    for start in range(0, len(states.costs), size):
        parents = np.arange(start, min(start + size, len(states.costs)))
        made = _States(
            (states.costs[parents, None] + costs).ravel(),
            (states.weights[:, parents, None] + weights[:, None]).reshape(len(weights), -1),
            np.repeat(parents, len(options)),
            np.tile(options, len(parents)),
        )
        parts.append(made.take(np.flatnonzero(bounds.of(stage, made.costs, made.weights) <= ceiling)))
    return _States(
        np.concatenate([part.costs for part in parts]),
        np.concatenate([part.weights for part in parts], axis=1),
        np.concatenate([part.parents for part in parts]),
        np.concatenate([part.options for part in parts]),
    )


def _traced(stages: Sequence[_States]) -> tuple[int, ...]:
    """The options of the cheapest whole choice, of equal ones the lightest."""
    last = stages[-1]
    number = int(np.lexsort((*last.weights[::-1], last.costs))[0])
    found = []
    for states in reversed(stages):
        found.append(int(states.options[number]))
        number = int(states.parents[number])
    return tuple(reversed(found))
