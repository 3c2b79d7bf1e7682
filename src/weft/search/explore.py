"""The tasks of a search: go on with some structures for a while. Pure functions, for any process."""

from __future__ import annotations

import time as clock
from collections.abc import Sequence

from .descent.tally import BOXES
from .listing import Late
from .near.structure import NearStructureSearch
from .objective import Metrics
from .question import Question, ground_for, look_at_clock, structures_of
from .structure.plan import Ints
from .structure_search import Frontier, Outcome, StructureSearch, bounds_of

SLICE, SECONDS = 20_000, 0.1
"""Boxes between two looks at the clock, at most, and the time between these, about."""

MEASURED = 512
"""Boxes after which listed programs are evaluated, and the most promising open box is the next one: never by the clock,
so that every search finds the same."""

MOST_SORTED = 20_000
"""Open boxes of which the next one is chosen; with more of them, the last one is gone on with."""


def explore(
    question: Question,
    number: int,
    frontier: Frontier | None,
    counts: Ints,
    known: Sequence[Metrics],
    limit: int,
    deadline: float,
) -> Outcome:
    """Go on with the structure of a number, from its open boxes or from its beginning, with its counts.

    It ends after `limit` boxes, or at the deadline (seconds since the epoch). What is no better than `known` is left
    out.
    """
    try:
        search = _begin(question, number, frontier, counts, known, deadline)
    except Late:
        return Outcome(number, frontier, counts, (), bounds_of(frontier), 0, begun=False)
    if search is None:
        return Outcome(number, None, counts, (), bounds_of(frontier), 0)
    until, some, more = search.counts[BOXES] + limit, 8, True
    while more:
        begin, before = clock.time(), int(search.counts[BOXES])
        mark = min(until, (before // MEASURED + 1) * MEASURED)
        search.descend(min(some, int(mark - before)))
        boxes = int(search.counts[BOXES])
        over = boxes >= until or not search.open or clock.time() > deadline
        search.answer(over or boxes >= mark)
        if boxes >= mark and search.stack.size[0] < MOST_SORTED:
            search.sort()
        now, boxes = clock.time(), int(search.counts[BOXES])
        some = _next_slice(boxes - before, now - begin)
        more = search.open and boxes < until and (now <= deadline or not boxes)
    return search.outcome()


def _begin(
    question: Question,
    number: int,
    frontier: Frontier | None,
    counts: Ints,
    known: Sequence[Metrics],
    deadline: float,
) -> StructureSearch | None:
    """A structure ready to go on from its open boxes; None if it has no program. Late if the time is over before."""
    structure = structures_of(question.space)[number]
    look_at_clock(deadline)
    ground = ground_for(question, structure)
    if not ground.has_chains(structure):
        return None
    kind = StructureSearch if question.near is None else NearStructureSearch
    search = kind(question, ground, number, counts.copy(), deadline)
    search.know(known)
    if frontier is not None:
        search.restore(frontier)
        search.measure_waiting()
    return search


def _next_slice(boxes: int, seconds: float) -> int:
    """So many boxes that the clock is looked at again in time, by how long the last ones took."""
    rate = boxes / max(seconds, 1e-6)
    return max(8, min(SLICE, 4 * max(boxes, 8), int(rate * SECONDS)))
