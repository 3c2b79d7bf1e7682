"""Structures that an exchange of dimensions turns into each other: one is searched, and nothing better is missed."""

import pytest

import weft
from weft.passes.mapper import constrain, layer, machine_space
from weft.passes.mapper.executors import this_process
from weft.passes.mapper.layer import LayerSearch, Settings
from weft.passes.mapper.workers import drive


def searched(workload, constraints=()):
    machine = weft.load_accelerator("bench_256", ["pes=16", "shape=[4,4]"])
    search = LayerSearch(
        "layer", constrain(machine_space(weft.parse_workload(workload), machine), constraints), Settings()
    )
    drive([search], this_process())
    return search


@pytest.mark.parametrize(
    ("workload", "constraints", "skipped"),
    [
        ("gemm:M=8,N=8,K=6", (), 4),
        ("gemm:M=8,N=6,K=8", (), 0),  # the output would have to become an input
        ("gemm:M=8,N=8,K=6", ("order@L2: M, N, K",), 0),
        ("gemm:M=8,N=8,K=6", ("hold L1: input",), 0),
        ("conv:K=4,C=3,R=2,S=2,Y'=5,X'=5", (), 16),
        ("conv:K=4,C=3,R=2,S=3,Y'=5,X'=5", (), 0),
    ],
)
def test_only_structures_that_are_the_same_are_left_out(monkeypatch, workload, constraints, skipped):
    found = searched(workload, constraints)
    monkeypatch.setattr(layer, "renamings", lambda space: [])
    every = searched(workload, constraints)
    assert (found.symmetric, every.symmetric) == (skipped, 0)
    assert (found.finished, every.finished) == (True, True)
    assert found.entries[0].metrics == every.entries[0].metrics
