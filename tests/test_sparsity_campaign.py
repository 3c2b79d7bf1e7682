"""Expected costs of 200 generated sparse layers agree with samples: settled means within 1 % (docs/sparsity.md)."""

import pytest

from weft.validation.sparse_cases import case, compare


@pytest.mark.parametrize("number", range(100, 108))
def test_expectations_agree_with_samples(number):
    _, rows = compare(case(number), batches=2, size=2000)
    assert [row for row in rows if not row.agrees] == []


@pytest.mark.campaign
@pytest.mark.parametrize("first", range(0, 200, 10))
def test_the_campaign_of_200_layers(first):
    for number in range(first, first + 10):
        _, rows = compare(case(number), batches=10, size=4000)
        assert [(number, row) for row in rows if not row.agrees] == []


def test_cases_are_of_all_kinds():
    mappings = [case(number) for number in range(200)]
    densities = {type(density).__name__ for mapping in mappings for _, density in mapping.workload.densities}
    actions = [action for mapping in mappings for action in mapping.accelerator.actions]
    formats = {
        form.kind for mapping in mappings for memory in mapping.accelerator.memories for _, form in memory.formats
    }
    assert densities == {"Uniform", "Structured", "Block", "Measured"}
    assert formats == {"bitmask", "run_length", "coordinate", "csr"}
    assert {(action.at, action.kind) for action in actions} == {
        (at, kind) for at in ("MAC", "DRAM", "L2", "L1") for kind in ("gate", "skip")
    }
    assert {len(action.leaders) for action in actions} == {1, 2}
    assert {action.follower for action in actions} == {"", "input", "filter", "output"}
