"""The published Timeloop cases: everything equal, or different by two rules that are walked through here."""

import pytest

from weft.validation.timeloop import cases, comparison, timeloop_counts, weft_counts
from weft.validation.timeloop_rules import distinct, fills_per_unit, instances

CASES = {case.name: case for case in cases()}


def test_every_check_holds():
    assert [check.text for check in comparison().checks if not check.holds] == []


def test_a_chunk_that_slides_in_an_outer_loop_is_fetched_whole():
    # R slides over 16 + 2 inputs, twice 32 times; Weft finds 14 of 16 still there when R starts again.
    case = CASES["04-conv1d+oc-3levelspatial/cp"]
    inputs = case.cost.schedule.mapping.workload.tensor("Inputs")
    place = [block.name for block in case.blocks].index("RegisterFile")
    assert fills_per_unit(case.blocks, place, inputs, case.cost.schedule.mapping.workload) == 2 * 32 * (16 + 2)
    assert weft_counts(case.cost, "RegisterFile", "Inputs")[1] == 16 * 2 * (18 + 31 * 4)


def test_chunks_that_overlap_are_read_apart():
    case = CASES["eyeriss_like"]
    workload = case.cost.schedule.mapping.workload
    names = [block.name for block in case.blocks]
    parent, child = names.index("shared_glb"), names.index("ifmap_spad")
    assert distinct(case.blocks, parent, child, workload.tensor("Inputs"), workload) == 14 * 3 * 3
    assert instances(case.blocks, child) == 14 * 3 * 3
    timeloop = timeloop_counts(case.blocks, workload, "shared_glb", "Inputs")
    exact = weft_counts(case.cost, "shared_glb", "Inputs")
    # 14 columns that are 2 apart and 3 wide are 29 of 42.
    assert timeloop[0] * 29 == exact[0] * 42


@pytest.mark.parametrize("name", CASES)
def test_outputs_are_always_equal(name):
    case = CASES[name]
    for item in case.figures:
        if item.tensor == "Outputs":
            theirs = (item.reads, item.fills, item.updates)
            assert weft_counts(case.cost, item.level, "Outputs") == tuple(item.instances * count for count in theirs)
