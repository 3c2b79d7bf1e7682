"""Structures as a whole: what all programs of each cost at least, before any of their chains is listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

import numpy as np

from .descent.descend import bound_roots
from .descent.tally import TALLY
from .ground import skeleton_units
from .listing import Late
from .objective import Metrics
from .question import Question, ground_for, look_at_clock, structures_of
from .structure.plan import Floats, Ints
from .structure_search import enter_known, new_best, new_stack

TOGETHER = 256
"""Structures with one skeleton that are bounded in one call."""


@dataclass(frozen=True)
class Surveyed:
    """Some structures with the least energy and cycles of each; inf for those without an answer. Others were late."""

    structures: Ints
    energy: Floats
    cycles: Floats
    counts: Ints


def survey(question: Question, structures: Sequence[int], known: Sequence[Metrics], deadline: float) -> Surveyed:
    """Bound structures, each as one box; those that are no better than `known`, or of which nothing fits, are inf."""
    counts = np.zeros(TALLY, np.int64)
    found = []
    every = structures_of(question.space)
    try:
        for _, alike in groupby(structures, key=lambda number: skeleton_units(question.space, every[number])):
            numbers = list(alike)
            for first in range(0, len(numbers), TOGETHER):
                found.append(_some(question, numbers[first : first + TOGETHER], known, deadline, counts))
    except Late:
        pass
    joined = np.concatenate([np.empty((3, 0)), *found], axis=1)
    return Surveyed(joined[0].astype(np.int64), joined[1], joined[2], counts)


def _some(
    question: Question, numbers: Sequence[int], known: Sequence[Metrics], deadline: float, counts: Ints
) -> Floats:
    """[3, n] numbers, energy and cycles of some structures with one skeleton."""
    look_at_clock(deadline)
    look = partial(look_at_clock, deadline)
    every = structures_of(question.space)
    ground = ground_for(question, every[numbers[0]])
    groups, levels = len(ground.groups), len(ground.levels)
    boxes = np.zeros((len(numbers), ground.columns))
    for box, number in zip(boxes, numbers, strict=True):
        ground.sketch(every[number], look, box)
    best = new_best(groups, levels, len(known) + 1)
    enter_known(question.goal, best, known)
    found = np.empty((3, len(numbers)))
    found[0] = numbers
    stack = new_stack(groups, len(ground.plan.placements), 1)
    bound_roots(ground.flat, question.goal, best, stack, boxes, counts, found[1], found[2])
    without = [not ground.has_chains(every[number]) for number in numbers]
    found[1:, without] = np.inf
    return found
