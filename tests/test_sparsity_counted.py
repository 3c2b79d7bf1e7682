"""Measured operands are counted, not expected: equal to the oracle that runs the program on the masks."""

from dataclasses import replace

import numpy as np
import pytest

import weft
from weft.api import evaluate_sparse
from weft.backends.cost import evaluate_schedule
from weft.backends.sampling import sample
from weft.backends.sparse import counted
from weft.backends.sparse import evaluate_sparse as expect
from weft.frontends.accelerator import parse_accelerator
from weft.ir import (
    Action,
    InternalError,
    Mapping,
    Measured,
    SpatialMap,
    Structured,
    Uniform,
    operator_workload,
)
from weft.ir.density_rules import data_shape
from weft.passes import schedule
from weft.validation.sparse_cases import case

MACHINE = """\
name: m
pes: {pes}
lanes: {lanes}
memories: [{{name: L2}}, {{name: L1, instances: per_pe}}]
actions: [{{at: MAC, kind: skip, leaders: [input, filter]}}]
"""


def measured(array):
    return Measured(array.shape, np.packbits(array.ravel()).tobytes(), "mask.npy")


def masked(workload, rng, *names):
    """The workload with random masks of the named tensors, here and there with whole rows of zeros."""
    densities = []
    for name in names:
        shape = data_shape(workload, workload.tensor(name))
        array = rng.random(shape) < rng.uniform(0.05, 0.95)
        array &= rng.random((shape[0], *(1 for _ in shape[1:]))) < 0.8
        densities.append((name, measured(array)))
    return replace(workload, densities=tuple(densities))


def gemm(rng, program, pes=1, lanes=1, **extents):
    workload = masked(operator_workload("GEMM", extents), rng, "input", "filter")
    return Mapping(workload, weft.parse_dataflow(program), parse_accelerator(MACHINE.format(pes=pes, lanes=lanes)))


def products(mapping):
    """Effectual multiply-accumulates of a GEMM, by numpy."""
    densities = dict(mapping.workload.densities)
    arrays = [
        np.unpackbits(np.frombuffer(densities[name].bits, np.uint8), count=int(np.prod(densities[name].shape)))
        .reshape(densities[name].shape)
        .astype(np.int64)
        for name in ("input", "filter")
    ]
    return int((arrays[0] @ arrays[1]).sum())


@pytest.mark.parametrize(
    "program", ["TemporalMap(64,64) K;", "TemporalMap(5,5) M; TemporalMap(7,7) K; TemporalMap(3,3) N;"]
)
def test_one_unit_takes_as_many_cycles_as_products_of_nonzeros(program):
    mapping = gemm(np.random.default_rng(3), program, M=90, N=110, K=130)
    cost = evaluate_sparse(mapping)
    assert cost.work.cycles == cost.executed == cost.effectual == products(mapping)
    assert (cost.work.basis, cost.work.error, cost.imbalance) == ("exact", 0.0, 1.0)
    assert cost.speedup == cost.speedup_limit == mapping.workload.macs / products(mapping)


def random_case(number):
    """A generated layer whose skipping leaders are measured."""
    rng = np.random.default_rng([number, 7])
    mapping = case(number)
    names = ("input", "filter") if number % 3 else ("filter",)
    action = Action("MAC", "skip", names)
    machine = replace(mapping.accelerator, actions=(action,))
    workload = masked(replace(mapping.workload, densities=()), rng, *names)
    return replace(mapping, workload=workload, accelerator=machine)


def counted_case(number):
    mapping = random_case(number)
    cost = evaluate_schedule(schedule(mapping))
    found, oracle = expect(cost), sample(cost.schedule, 1, seed=0)
    assert found.work.basis == "exact"
    for name in ("cycles", "effectual", "executed", "gated"):
        assert found.numbers()[(name,)] == oracle[(name,)].mean, (number, name)
        assert oracle[(name,)].error == 0
    return mapping, found


@pytest.mark.parametrize("first", range(0, 120, 40))
def test_measured_operands_equal_the_oracle_exactly(first):
    seen = [counted_case(number) for number in range(first, first + 40)]
    assert any(cost.imbalance > 1.2 for _, cost in seen)
    assert any(len(mapping.dataflow.levels) == 2 for mapping, _ in seen)
    assert any(mapping.accelerator.lanes > 1 for mapping, _ in seen)
    assert any(mapping.workload.operator == "CONV" for mapping, _ in seen)


@pytest.mark.campaign
def test_two_thousand_measured_layers_equal_the_oracle():
    for number in range(2000):
        counted_case(number)


def test_three_measured_operands_are_counted():
    text = "Type: AFFINE Dimensions { I: 6, J: 5, K: 7, L: 4 } Tensors { A[I, K]; B[K, L]; C[L, J]; D[I, J] }"
    workload = masked(weft.parse_workload(text), np.random.default_rng(5), "A", "B", "C")
    machine = parse_accelerator(MACHINE.format(pes=4, lanes=2).replace("input, filter", "A, B, C"))
    program = weft.parse_dataflow("TemporalMap(4,4) K; SpatialMap(2,2) L; TemporalMap(3,3) I;")
    cost = evaluate_schedule(schedule(Mapping(workload, program, machine)))
    found, oracle = expect(cost), sample(cost.schedule, 1, seed=0)
    assert (found.work.basis, found.work.cycles) == ("exact", oracle[("cycles",)].mean)
    assert found.effectual == oracle[("effectual",)].mean


def test_what_is_too_large_to_count_is_drawn_with_its_error(monkeypatch):
    mapping = gemm(
        np.random.default_rng(4), "TemporalMap(2,2) M; SpatialMap(3,3) N; TemporalMap(2,2) K;", 4, M=60, N=24, K=40
    )
    exact = evaluate_sparse(mapping)
    monkeypatch.setattr(counted, "ROUNDS", 10)
    drawn = evaluate_sparse(mapping)
    assert (exact.work.basis, drawn.work.basis) == ("exact", "drawn")
    assert abs(drawn.work.cycles - exact.work.cycles) <= 5 * drawn.work.error
    assert drawn.cycles_error == drawn.work.error > 0
    assert drawn.work.imbalance_error == pytest.approx(drawn.work.error / drawn.work.balanced)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (Uniform(0.3), Uniform(0.7)),
        (Structured(2, 4, "K"), Uniform(0.5)),
        (Uniform(0.3), "mask"),
    ],
)
def test_one_unit_is_never_drawn(one, two):
    workload = operator_workload("CONV", {"N": 1, "K": 3, "C": 4, "R": 3, "S": 2, "Y'": 5, "X'": 4})
    if one == Structured(2, 4, "K"):
        one = Structured(2, 4, "C")
    array = np.random.default_rng(1).random((3, 4, 3, 2)) < 0.4
    two = measured(array) if two == "mask" else two
    mapping = Mapping(
        replace(workload, densities=(("input", one), ("filter", two))),
        weft.parse_dataflow("TemporalMap(2,2) Y'; TemporalMap(2,2) C; TemporalMap(2,2) K;"),
        parse_accelerator(MACHINE.format(pes=1, lanes=1)),
    )
    cost = evaluate_sparse(mapping)
    assert cost.work.cycles == cost.executed == pytest.approx(workload.macs * one.density * two.density)
    assert (cost.work.basis, cost.work.error, cost.imbalance) == ("exact", 0.0, 1.0)
    assert cost.speedup == pytest.approx(1 / (one.density * two.density))


@pytest.mark.parametrize("number", range(60))
def test_no_expectation_beats_equal_shares(number):
    mapping = case(number)
    cost = evaluate_schedule(schedule(mapping))
    found = expect(cost)
    lanes = mapping.accelerator.lanes
    timed = found.executed + found.gated
    assert found.work.balanced == pytest.approx(timed / (cost.counts.active_peak * lanes))
    assert found.imbalance >= 1
    assert found.work.cycles * cost.counts.active_peak * lanes >= timed * (1 - 1e-12)
    assert found.speedup <= found.speedup_limit
    spread = any(isinstance(d, SpatialMap) for level in mapping.dataflow.levels for d in level)
    assert spread or found.work.basis != "drawn" or lanes > 1


def test_a_broken_expectation_is_never_returned(monkeypatch):
    from weft.backends.sparse import evaluate

    mapping = gemm(np.random.default_rng(2), "TemporalMap(4,4) K;", M=8, N=8, K=8)
    honest = evaluate.work
    monkeypatch.setattr(evaluate, "work", lambda *given: replace(honest(*given), cycles=honest(*given).cycles - 1))
    with pytest.raises(InternalError, match="fewer cycles than MACs need"):
        evaluate_sparse(mapping)
