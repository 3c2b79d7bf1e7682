"""The best machine for layers that share it is what evaluating every machine with every program finds."""

from __future__ import annotations

import os
from math import inf
from random import Random

import pytest
from machines_by_chance import case_by_chance, every_design

from weft.exploration.boxes import Boxes
from weft.exploration.limits import MachineLimits
from weft.exploration.optima import Means
from weft.exploration.shared import SharedSearch
from weft.exploration.shared_question import Question
from weft.exploration.useful import most_useful

CLOSE = 1e-9
ROUNDS = int(os.environ.get("WEFT_EXPLORE_ROUNDS", "4"))


def searched(case, gap=0.0):
    workloads = [layer.workload for layer in case.layers]
    most = ((name, most_useful(case.space, name, workloads)) for name in case.space.needed)
    boxes = Boxes(case.space, tuple(most))
    limits = MachineLimits(case.silicon, case.area_mm2, case.power_mw)
    question = Question(case.objective, case.limits, case.request, "throughput", gap)
    search = SharedSearch(boxes, case.layers, question, limits, Means())
    search.run()
    assert search.finished
    return search


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_the_best_of_a_space_is_what_every_design_says(seed, tmp_path):
    case = case_by_chance(Random(seed), tmp_path)
    truth, search = every_design(case), searched(case)
    if truth.value is None:
        assert search.best is None
        assert search.lower_bound == inf
    else:
        assert search.best is not None
        assert search.best.value == pytest.approx(truth.value, rel=CLOSE)
        assert search.lower_bound == pytest.approx(truth.value, rel=CLOSE)
