"""An exploration of one dataflow finds what evaluating every design finds, limits included."""

import pytest
from campaigns import first
from explore_spaces import case_by_chance, exhaustive

from weft.exploration.one_dataflow import OneDataflow

CASES = 40


def explored(case):
    run = OneDataflow(case.space, case.programs, case.question)
    run.run()
    counts = run.counts
    best = {name: place for name, (place, _) in run.best.designs.items()}
    return counts.designs, counts.illegal, counts.valid, counts.over, best, sorted(run.front.places.tolist())


@pytest.mark.parametrize("seed", first(24, range(CASES)))
def test_an_exploration_is_an_exhaustive_search(seed):
    case = case_by_chance(seed)
    assert explored(case) == exhaustive(case)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(CASES, CASES + 300))
def test_explorations_of_many_spaces_are_exhaustive_searches(seed):
    case = case_by_chance(seed, "stepwise")
    assert explored(case) == exhaustive(case)
