"""Many programs timed together have the stepwise cycles of each one by itself (docs/model.md, A20)."""

from __future__ import annotations

import pytest
from generated import KINDS, sample

import weft
from weft.search.steps import StepwiseBatch, supports


def same_cycles(programs):
    found = 0
    for mapping in programs:
        cost = weft.evaluate(mapping)
        if supports(cost.schedule):
            batch = StepwiseBatch(cost.schedule)
            sizes, units = batch.rows_of(cost.schedule)
            assert batch.cycles(sizes[None], units[None]).tolist() == [[cost.cycles_stepwise]], mapping
            found += 1
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_programs_timed_together_have_the_cycles_of_the_clock(kind):
    assert same_cycles(sample(kind, 120, 25, *range(300, 304)))
