"""Generated loop nests: the raised program runs the same points in the same order on the same units as the nest."""

from dataclasses import replace
from itertools import pairwise
from math import prod

import islpy as isl
import numpy as np
import pytest
from nest_cases import ZERO, any_orders, around, cases, expressible
from nest_checks import check_both, check_elements, executions, generated, loops_of, machine, planned, raise_one
from nest_semantics import contracted, nest_execution, raised_execution, random_arrays, run, same, visits

import weft
from weft.backends.simulate import simulate
from weft.ir import (
    Access,
    Affine,
    Array,
    Compute,
    Dataflow,
    LoopKind,
    LoopNest,
    Mapping,
    NestLoop,
    Statement,
    operator_workload,
)
from weft.passes import raise_nest

REFUSALS = {f"W{number}" for number in range(401, 409)}

# --- one statement -------------------------------------------------------------------------------------------------


def check_computation(case):
    data = random_arrays(case.nest)
    expected = contracted(case, data)
    run(case.nest.body, data)
    assert np.array_equal(data[case.arrays["output"]], expected)


def check(case):
    check_computation(case)
    raised, plan = check_both(case)
    if plan is None:
        return
    check_operator(case.problem, raised)
    if prod(case.problem.extents.values()) * raised.pes <= 400:
        assert simulate(plan).matches_numpy


def check_operator(problem, raised):
    """The operator with its extents, strides and dilations and the roles of tensors, where there is one reading."""
    extents, kind = problem.extents, problem.kind
    needed = {"DSCONV": "C", "NGCONV": "GC", "GEMM": "MNK", "batched GEMM": extents, "POOL": extents}.get(kind, "")
    inside = [name for y, r, _, _ in problem.windows for name in (y, r)]
    if kind == "general" or any(extents[name] == 1 for name in (*needed, *inside)):
        return
    assert raised.kind == kind
    assert {tensor.name for tensor in raised.workload.tensors} == set(problem.tensors)
    assert raised.workload.output.name == "output"
    if kind != "batched GEMM":
        assert raised.workload in readings(problem)


def windows_of(problem):
    """Extents, strides and dilations of the windows by the operators' names; the last axis is X."""
    axes = [("Y'", "R", "Y"), ("X'", "S", "X")][-len(problem.windows) :] if problem.windows else []
    extents, stride, dilation = {}, {}, {}
    for (output, window, index), (y, r, *factors) in zip(axes, problem.windows, strict=True):
        extents |= {output: problem.extents[y], window: problem.extents[r]}
        stride[index], dilation[index] = factors
    return extents, stride, dilation


def readings(problem):
    """The operator's workload; a product is the same with its factors exchanged and transposed, a plane any plane."""
    windows, stride, dilation = windows_of(problem)
    ours = dict.fromkeys(("N", "K", "C", "Y'", "X'", "R", "S"), 1) | problem.extents | windows
    alike = {"GEMM": "MN", "POOL": "NC"}.get(problem.kind, "")
    choices = [ours, ours | dict(zip(alike, [ours[name] for name in reversed(alike)], strict=True))]
    found = [operator_workload(problem.kind, choice, stride=stride, dilation=dilation) for choice in choices]
    statement = Statement(Access("output"), Access("input"), problem.reduction) if problem.kind == "POOL" else None
    return [replace(workload, statement=statement) for workload in found]


@pytest.mark.parametrize("number", range(2))
def test_nests_are_raised_to_what_they_run(number):
    generated(check, cases(), number, 25)


@pytest.mark.campaign
@pytest.mark.parametrize("number", range(100, 150))
def test_many_nests_are_raised_to_what_they_run(number):
    generated(check, cases(), number, 100)


def test_counts_of_raised_nests_agree_with_the_oracles():
    def verified(case):
        raised = raise_one(case.nest)
        assert not weft.verify(weft.evaluate(Mapping(raised.workload, raised.dataflow, machine(raised.units))))

    generated(verified, cases(60), 0, 20)


def test_dimensions_that_only_move_together_may_be_one():
    q, k = Affine.of("q"), Affine.of("k")
    arrays = (Array("A", (4, 3, 5)), Array("B", (5,)), Array("C", (4, 3)))
    value = Compute("*", (Access("A", (q // 3, q % 3, k)), Access("B", (k,))))
    loops = [NestLoop("q", (ZERO,), (ZERO + 12,), (), kind=LoopKind.PARALLEL), NestLoop("k", (ZERO,), (ZERO + 5,), ())]
    nest = LoopNest("f", arrays, around(loops, Statement(Access("C", (q // 3, q % 3)), value, "+")))
    raised = raise_one(nest)
    plan = planned(raised.workload, raised.dataflow, raised.units)
    result = simulate(plan)
    assert result.matches_numpy
    assert (raised.pes, result.counts.points, result.counts.steps, result.counts.active_total) == (12, 60, 5, 60)


# --- any order -----------------------------------------------------------------------------------------------------


def check_order(case):
    """Tiles of a sum that no directives express as one dimension may be raised as two."""
    (raised,) = raise_nest(case.nest, recognize=False)
    if raised.workload is not None:
        check_elements(case, raised)
        return
    assert not expressible(tuple(piece for group in case.pieces for piece in group)), f"{raised.diagnostics}\n{case!r}"
    assert {item.code for item in raised.diagnostics if item.is_error} <= REFUSALS


@pytest.mark.parametrize("number", range(2))
def test_loops_in_any_order_are_raised_if_directives_express_it(number):
    generated(check_order, any_orders(), number, 50)


@pytest.mark.campaign
@pytest.mark.parametrize("number", range(100, 120))
def test_loops_in_many_orders_are_raised_if_directives_express_it(number):
    generated(check_order, any_orders(), number, 100)


# --- the measure itself --------------------------------------------------------------------------------------------


def test_the_relation_of_a_nest_is_what_its_loops_visit():
    def check_relation(case):
        order = list(case.problem.extents)
        execution = nest_execution(loops_of(case.nest), case.values, order)
        found = []
        execution.relation.wrap().foreach_point(found.append)
        size = execution.times + len(execution.widths) + len(order)
        points = {tuple(p.get_coordinate_val(isl.dim_type.set, n).to_python() for n in range(size)) for p in found}
        visited = visits(loops_of(case.nest), case.values.values())
        assert points == {(*times, *units, *point) for times, units, point in visited}

    generated(check_relation, cases(60), 0, 25)


def exchanged(dataflow, plan):
    """The program with two neighbouring temporal maps exchanged that both take more than one step, if it has them."""
    for number, level in enumerate(plan.levels):
        for place, pair in enumerate(pairwise(level.loops)):
            if not any(loop.spatial for loop in pair):
                levels = [[loop.directive for loop in other.loops] for other in plan.levels]
                levels[number][place : place + 2] = [loop.directive for loop in reversed(pair)]
                return Dataflow(tuple(map(tuple, levels)), dataflow.clusters)
    return None


def test_a_program_with_two_directives_exchanged_runs_otherwise():
    differ = []

    def check_exchange(case):
        raised = raise_one(case.nest, recognize=False)
        other = exchanged(raised.dataflow, planned(raised.workload, raised.dataflow, raised.units))
        if other is not None:
            wrong = planned(raised.workload, other, raised.units)
            nest, programs = executions(case, raised.workload, wrong, by_name=True)
            assert not any(same(nest, program) for program in programs)
            differ.append(other)

    generated(check_exchange, cases(), 0, 60)
    assert len(differ) > 8


GEMM = operator_workload("GEMM", {"M": 3, "N": 1, "K": 10})


@pytest.mark.parametrize(
    ("program", "units", "equal"),
    [
        ("SpatialMap(1,1) K; TemporalMap(1,1) M;", (4,), True),
        ("TemporalMap(4,4) K; TemporalMap(1,1) M; Cluster(4); SpatialMap(1,1) K;", (1, 4), True),
        ("TemporalMap(1,1) M; SpatialMap(1,1) K;", (4,), False),
        ("TemporalMap(2,2) K; TemporalMap(1,1) M; Cluster(4); SpatialMap(1,1) K;", (1, 4), False),
        ("SpatialMap(2,2) K; TemporalMap(1,1) M;", (4,), False),
        ("SpatialMap(1,1) K; TemporalMap(1,1) M;", (5,), False),
    ],
)
def test_equal_means_the_same_points_in_the_same_order_on_the_same_units(program, units, equal):
    k, m = Affine.of("k"), Affine.of("m")
    loops = [
        NestLoop("k1", (Affine.of(0),), (Affine.of(10),), (), 4),
        NestLoop("m", (Affine.of(0),), (Affine.of(3),), ()),
        NestLoop("k", (Affine.of("k1"),), (Affine.of("k1") + 4, Affine.of(10)), (), kind=LoopKind.PARALLEL),
    ]
    nest = nest_execution(loops, {"M": m, "K": k}, ["M", "K"])
    plan = planned(GEMM, weft.parse_dataflow(program), units)
    assert same(nest, raised_execution(plan, [{"M": 1}, {"K": 1}])) is equal
