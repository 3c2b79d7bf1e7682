"""A set of constraints that cannot hold together, none of which can be spared."""

from itertools import combinations
from random import Random

import pytest

from weft import check
from weft.frontends.maestro import parse_dataflow
from weft.ir import Accelerator, Mapping, Memory, operator_workload
from weft.search.spaces.conflict import minimal_conflict, space_conflict
from weft.search.spaces.default import machine_space
from weft.search.spaces.template import template_space

GEMM = operator_workload("GEMM", {"M": 4, "N": 2, "K": 4})


def machine(inner, buffering="single"):
    return Accelerator(
        "machine",
        2,
        (Memory("L2"), Memory("L1", None, capacity_bytes=inner, buffering=buffering)),
    )


def has_valid_point(space):
    """By trying every point."""
    mappings = (Mapping(space.workload, space.program(point), space.accelerator) for point in space.points())
    return any(not any(item.is_error for item in check(mapping)) for mapping in mappings)


def test_a_conflict_has_no_solution_and_loses_that_with_any_of_its_members():
    random, found = Random(1), 0
    for _ in range(200):
        # Numbers that must all lie in an interval: constraints are lower and upper bounds, or forbidden remainders.
        bounds = [(random.choice("<>%"), random.randint(1, 8)) for _ in range(random.randint(1, 6))]
        if any(allowed(number, bounds) for number in range(10)):
            continue
        found += 1
        conflict = minimal_conflict(bounds, lambda chosen: any(allowed(number, chosen) for number in range(10)))
        assert not any(allowed(number, conflict) for number in range(10))
        for fewer in combinations(conflict, len(conflict) - 1):
            assert any(allowed(number, fewer) for number in range(10))
    assert found > 30


def allowed(number, constraints):
    tests = {"<": lambda limit: number < limit, ">": lambda limit: number > limit, "%": lambda limit: number % limit}
    return all(tests[kind](limit) for kind, limit in constraints)


def test_constraints_with_a_solution_have_no_conflict():
    with pytest.raises(ValueError, match="have a solution together"):
        minimal_conflict([1, 2], lambda chosen: True)


def test_without_any_solution_the_conflict_is_empty():
    assert minimal_conflict([1, 2], lambda chosen: False) == ()


def test_users_constraints_that_contradict_each_other_are_named():
    space = machine_space(GEMM, machine(None))
    texts = ["K: 1, 2", "order: M outside K", "shape: 1x2, 2x1", "order: K outside M", "M@L1: 1"]
    found = space_conflict(space, texts, lambda space: space.size > 0)
    assert found == ("'order: M outside K'", "'order: K outside M'")


def test_a_capacity_and_the_sizes_that_exceed_it_are_named():
    space = machine_space(GEMM, machine(8))
    texts = ["N@L1: 2", "K@L1: 4", "M@L1: 1", "hold L1: filter, input", "split: perfect"]
    # 4 x 2 elements of the filter alone would fit, with the input they do not.
    assert space_conflict(space, texts, has_valid_point) == (
        "capacity of L1",
        "'N@L1: 2'",
        "'K@L1: 4'",
        "'hold L1: filter, input'",
    )


def test_the_split_is_named_where_it_leaves_nothing():
    workload = operator_workload("GEMM", {"M": 1, "N": 1, "K": 5})
    space = machine_space(workload, machine(None), split="perfect")
    # 5 is split into chunks of 2, or 4 in which 2 divides; neither divides 5.
    assert space_conflict(space, ["K@0: 2, 4"], lambda some: some.size > 0) == ("'K@0: 2, 4'", "split: perfect")
    # A user's own split stands in its place.
    texts = ["K@0: 2, 4", "split: perfect"]
    assert space_conflict(machine_space(workload, machine(None)), texts, lambda some: some.size > 0) == (
        "'K@0: 2, 4'",
        "'split: perfect'",
    )


def test_what_was_needed_among_more_constraints_is_tried_again_among_fewer():
    # Without "a" there is a solution only as long as "b" adds it.
    solved = ({"b", "c"}, {"a", "b"}, {"a"}, {"b"}, set())
    assert minimal_conflict("abc", lambda chosen: set(chosen) in solved) == ("c",)


def test_what_a_template_fixes_is_named():
    text = "TemporalMap(?,?) M; TemporalMap(3,3) K; SpatialMap(?,?) N; Cluster(1); TemporalMap(2,2) M; Hold(L1: input);"
    space = template_space(GEMM, parse_dataflow(text), machine(5))
    assert space_conflict(space, ["N: 1"], has_valid_point) == (
        "size 3 of K in level 0",
        "size 2 of M in level 1",
        "Hold(L1: input)",
        "capacity of L1",
    )
