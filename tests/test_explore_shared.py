"""The best machine for layers that share it is what evaluating every machine with every program finds."""

from __future__ import annotations

import os
from math import inf
from pathlib import Path
from random import Random

import pytest
from machines_by_chance import case_by_chance, every_design

import weft
from weft.exploration.boxes import Boxes
from weft.exploration.limits import MachineLimits
from weft.exploration.nodes import Node
from weft.exploration.optima import NOTHING, Means
from weft.exploration.shared import SharedSearch
from weft.exploration.shared_question import Question
from weft.exploration.useful import most_useful

CLOSE = 1e-9
EDGE = Path(__file__).parents[1] / "examples" / "explore" / "edge_0.2mm2.yaml"
ROUNDS = int(os.environ.get("WEFT_EXPLORE_ROUNDS", "2"))


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


def test_parts_of_a_box_do_not_take_over_what_is_best_on_its_largest_machine(monkeypatch):
    found = []
    monkeypatch.setattr(SharedSearch, "run", lambda self: found.append(self))
    weft.explore(EDGE, networks=["gemm:M=16,N=16,K=16"], objective="energy", sensitivity=False)
    (search,) = found
    *_, stem = search.boxes.stems()
    parts = search._parts(Node(search.boxes.whole(stem), 0.0, (NOTHING,)))
    assert parts
    assert all(part.optima == (None,) for part in parts)
