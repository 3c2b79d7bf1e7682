"""Sides of an array that dimensions share: nothing better is left out, and searches find the best of what is there."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import inf, prod
from random import Random

import numpy as np
import pytest
from campaigns import first
from map_searches import _shrunk, workload_by_chance
from test_map_exhaustive import OBJECTIVES, compare, measured, searched

import weft
from weft.ir import Accelerator, Interconnect, Memory, WeftError
from weft.search.objective import read_objective
from weft.search.promising import promising
from weft.search.question import Question
from weft.search.spaces.constraints import constrain
from weft.search.spaces.default import machine_space
from weft.search.spaces.flexibility import point_of
from weft.search.spaces.point import Structure
from weft.search.spaces.sides import groups_of, signature, spreads_of, wired_units

BENCH = weft.load_accelerator("bench_256")


@pytest.mark.parametrize(
    ("text", "edp"),
    [
        ("conv:K=20,C=20,Y'=10,X'=10,R=1,S=1", 2.948e8),
        ("gemm:M=49,N=49,K=32", 4.643e8),
        ("conv:K=96,C=24,Y'=28,X'=28,R=1,S=1", 1.848e11),
        ("gemm:M=20,N=20,K=20", 1.995e7),
        ("gemm:M=197,N=197,K=64", 2.001e11),
    ],
)
def test_the_default_space_proves_programs_that_share_sides(text, edp):
    (layer,) = weft.map(text, BENCH).layers
    assert layer.certificate.status == "optimal"
    assert layer.value <= edp * 1.0005


def machine(random: Random, shape: tuple[int, ...], special: str = "") -> Accelerator:
    size = random.choice((None, random.randint(4, 40)))
    inner = Memory("L1", None, size, random.choice(("double", "rolling", "single")))
    middle = Memory("L2", 1, random.choice((None, random.randint(12, 120))), shared_bandwidth=random.choice((None, 2)))
    if special == "leakage":
        middle = replace(middle, leakage_mw=20.0)
    outer = Memory("DRAM", shared_bandwidth=random.choice((None, 1, 5)))
    wired = shape if len(shape) > 1 else ()
    lanes = 2 if special == "lanes" else 1
    return Accelerator("machine", prod(shape), (outer, middle, inner), shape=wired, lanes=lanes)


SHAPES = ((4,), (2, 2), (2, 4), (6,), (3, 2), (4, 4), (12,))


def spaces(seed: int, count: int, most: int, special: str = ""):
    random = Random(f"sides {seed} {special}")
    while count:
        workload = workload_by_chance(random, most)
        split = random.choice(("even", "any"))
        space = _shrunk(random, machine_space(workload, machine(random, random.choice(SHAPES), special), split=split))
        if workload.macs > 1 and 0 < space.size <= most and space.is_sided:
            yield space, random
            count -= 1


@pytest.mark.parametrize("special", ["", "leakage", "lanes"])
@pytest.mark.parametrize("time", ["throughput", "stepwise"])
def test_a_search_finds_what_trying_every_program_finds(special, time):
    for space, random in spaces(1 + (time == "stepwise"), 2, 400, special):
        compare(space, random.choice(OBJECTIVES), time)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(100, 130))
def test_searches_of_many_spaces_with_sides_find_what_trying_every_program_finds(seed):
    for special in ("", "", "leakage", "lanes"):
        for space, random in spaces(seed, 4, 4000, special):
            compare(space, random.choice(OBJECTIVES), random.choice(("throughput", "stepwise")))


def every_arrangement(space):
    """All structures, also those that others stand for, with the dimensions of a side in any order."""
    for shape in space.shapes:
        for spatial in product(*(level.spreads(n) for level, n in zip(space.levels, shape, strict=True))):
            yield Structure(shape, spatial)


@pytest.mark.parametrize("time", ["throughput", "stepwise"])
def test_arrangements_that_are_left_out_are_never_better(time):
    left_out = 0
    for space, _ in spaces(3, 4, 60):
        found = {item: best_values(space, item, time) for item in every_arrangement(space)}
        kept = space.structures()
        for number in range(3):
            assert min(found[item][number] for item in kept) == min(value[number] for value in found.values()), space
        left_out += len(found) - len(kept)
    assert left_out > 10


def best_values(space, structure, time):
    """The least energy, cycles and their product of the programs of a structure that fit."""
    costs = [cost for point in space._points(structure) if (cost := measured(space, point, time)) is not None]
    values = [(cost.energy_pj, float(cost.cycles), cost.energy_pj * cost.cycles) for cost in costs]
    return [round(min(column), 6) for column in zip(*values, strict=True)] if values else [inf] * 3


@pytest.mark.parametrize("count", first(1, [4, 24]))
@pytest.mark.parametrize("objective", ["edp", "energy", "cycles"])
def test_no_shape_has_a_better_program_than_the_default_space(objective, count):
    """Every shape that the sides allow, each level with one dimension and with chunks in any number of folds."""
    random, seen = Random(objective), 0
    wanted = read_objective(objective)
    while seen < count:
        workload = workload_by_chance(random, 3000)
        array = machine(random, random.choice(SHAPES))
        default = machine_space(workload, array)
        if not default.is_sided:
            continue
        best, tried = least(searched(default, wanted)), set()
        for shape in default.shapes:
            wired = zip(wired_units(default.levels, shape), default.levels, strict=True)
            units = tuple(n for n, level in wired if level.side is not None and n > 1)
            if units in tried:
                continue
            tried.add(units)
            other = least(searched(machine_space(workload, array, shape=units), wanted))
            assert best <= other * (1 + 1e-9), (workload, array, units)
        seen += 1


def least(search):
    return min((search.value(entry.metrics) for entry in search.entries), default=inf)


def test_programs_are_read_back_as_points_of_their_space():
    for space, random in spaces(5, 10, 10**9):
        for point in space.sample(random, 5):
            program = space.program(point)
            assert str(weft.parse_dataflow(str(program))) == str(program)
            found = point_of(space, program)
            assert found in space
            assert space.program(found) == program


def test_a_space_has_as_many_points_as_it_says_and_lists_each_once():
    for space, _ in spaces(7, 10, 3000):
        points = list(space.points())
        assert len(points) == len(set(points)) == space.size
        assert all(point in space for point in points)


def test_structures_differ_in_what_their_sides_do():
    gemm = weft.parse_workload("gemm:M=64,N=64,K=64")
    found = machine_space(gemm, BENCH)
    assert len(found.structures()) == len({signature(found.levels, item) for item in found.structures()}) == 207
    assert groups_of(found.levels) == ((0,), (1,), (2, 3), (4, 5))
    assert len(machine_space(gemm, BENCH, mixed=False).structures()) == 9


def test_networks_that_are_limited_have_one_dimension_a_side():
    gemm = weft.parse_workload("gemm:M=64,N=64,K=64")
    outer, middle, inner = BENCH.memories
    for network in (Interconnect(bandwidth=4), Interconnect(multicast=False), Interconnect(topology="mesh")):
        limited = replace(BENCH, memories=(outer, replace(middle, networks=(network,)), inner))
        assert not machine_space(gemm, limited).is_sided


GEMM = weft.parse_workload("gemm:M=12,N=12,K=12")
FOUR = replace(BENCH, pes=16, shape=(4, 4))
ONE_DIMENSION = ((1, 1), (1, 2), (1, 4), (2, 4), (4, 4))


@pytest.mark.parametrize(
    ("workload", "shape", "constraints", "split", "cycles"),
    [
        ("gemm:M=9,N=1,K=4", (8, 8), (), "any", 1),  # 3 parts of M on each side, and 2 of K
        ("gemm:M=45,N=1,K=4", (8, 8), (), "even", 3),
        ("gemm:M=8,N=1,K=1", (12, 1), (), "even", 1),  # 4 x 2 of 12 units, which 8 does not divide
        ("gemm:M=4,N=2,K=1", (12, 1), (), "even", 1),
        ("gemm:M=16,N=1,K=4", (4, 4), ("M@2: 16",), "even", 4),
        ("gemm:M=16,N=1,K=4", (4, 4), ("M@3: 16",), "even", 4),
        ("gemm:M=4,N=1,K=2", (4, 4), ("M@2: 2", "spatial@2: M"), "even", 1),
    ],
)
def test_no_arrangement_is_left_out_that_has_chunks_of_its_own(workload, shape, constraints, split, cycles):
    array = Accelerator("machine", prod(shape), (Memory("DRAM"), Memory("L2"), Memory("L1", None)), shape=shape)
    (layer,) = weft.map(workload, array, "cycles", split=split, constraints=constraints).layers
    assert (layer.value, layer.certificate.status) == (cycles, "optimal")


def test_structures_of_which_nothing_fits_promise_nothing():
    small = weft.load_accelerator("bench_256", ["pes=16", "shape=[4,4]", "L1.capacity_bytes=1"])
    space = constrain(machine_space(weft.parse_workload("gemm:M=4,N=4,K=4"), small), ["hold L1: input, filter, output"])
    objective = read_objective("edp")
    question = Question(space, objective.goal(small, 0.0), "throughput")
    found = promising(question, np.arange(len(space.structures())), objective, [], [], inf)
    assert len(found.numbers) == len(space.structures())
    assert (found.energy == inf).all()


def spreads(space):
    """What every structure spreads, by side: dimension and units."""
    return {
        tuple(
            tuple((item.spatial[n], item.units[n]) for n in group if item.units[n] > 1)
            for group in groups_of(space.levels)
            if space.levels[group[0]].side is not None
        )
        for item in space.structures()
    }


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (
            "spatial: K",
            {tuple((("K", n),) * (n > 1) for n in pair) for pair in ((1, 1), (1, 2), (1, 4), (2, 4), (4, 4))},
        ),
        ("shape: 4x4", None),
        ("shape: 2x2x4", None),
        ("spatial@2: M", None),
        ("units@2: 4", None),
    ],
)
def test_constraints_take_a_side_for_a_level(text, left):
    space = machine_space(GEMM, FOUR)
    found = spreads(constrain(space, [text]))
    assert found
    if left is not None:
        assert found == left
    if text.startswith("shape"):
        units = [int(n) for n in text.split()[1].split("x")]
        assert max(prod(n for side in item for _, n in side) for item in found) == prod(units)
        assert all(len(side) <= len(units) - 1 for item in found for side in item)
    if text.startswith("spatial@2"):
        assert {name for item in found for name, _ in item[0]} == {"M"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("spatial@4: K", "there is no level 4; the levels are 0 to 3"),
        ("shape: 4x4x4x4x4", "'4x4x4x4x4' has 5 numbers, but up to 4 levels spread work"),
        ("shape: 8x2", "no shape 8x2; there are 4x4, 4x2x2, 2x2x4, 2x2x2x2"),
        ("units@2: 2", "no 2 units there; there are 4"),
    ],
)
def test_a_wrong_constraint_on_sides_says_what_there_is(text, message):
    with pytest.raises(WeftError, match=message):
        constrain(machine_space(GEMM, FOUR), [text])


@pytest.mark.parametrize("shape", [(16, 1), (1, 16), (4, 4, 1), (2, 8)])
def test_shapes_with_sides_of_one_unit_are_taken(shape):
    assert machine_space(GEMM, FOUR, shape=shape).shapes == ((1, *shape),)


def test_two_workers_find_and_count_what_one_does():
    (one,) = weft.map("gemm:M=30,N=30,K=30", FOUR).layers
    (two,) = weft.map("gemm:M=30,N=30,K=30", FOUR, workers=2).layers
    assert (one.value, one.dataflow, one.certificate) == (two.value, two.dataflow, two.certificate)


def taken(space, point, name, group):
    """How many steps a dimension takes in a level, or how many units of a side."""
    groups = groups_of(space.levels)
    levels = groups[group] if group < len(groups) else range(groups[-1][-1] + 1, len(space.levels) + 1)

    def chunk(boundary):
        sizes = [size for level in point.levels[:boundary] for dimension, size in level if dimension == name]
        return sizes[-1] if sizes else space.workload.extents[name]

    return -(-chunk(levels[0]) // chunk(levels[-1] + 1)) if group < len(groups) else chunk(levels[0])


def all_on(levels, shapes, extents):
    """Every structure, whatever others do the same."""
    return tuple(Structure(shape, spatial) for shape in shapes for spatial in spreads_of(levels, shape, extents))


STEPS = (
    {("K", 1): (1, 1), ("K", 2): (2, 2)},
    {("K", 1): (2, 3), ("M", 2): (1, 1)},
    {("M", 2): (2, 2), ("M", 1): (1, 1), ("K", 0): (1, 2)},
    {("M", 1): (2, 2), ("M", 2): (2, 2)},
    {("K", 3): (2, 3), ("M", 3): (1, 1)},
)


@pytest.mark.parametrize("asked", STEPS)
@pytest.mark.parametrize("split", ["even", "any"])
def test_steps_in_sides_leave_what_they_describe_and_the_best_of_it(asked, split, monkeypatch):
    wired = Accelerator("machine", 8, (Memory("DRAM"), Memory("L1", None, 12)), shape=(4, 2))
    space = machine_space(weft.parse_workload("gemm:M=4,N=1,K=5"), wired, split=split)
    space = replace(space, holds=tuple((name, sets[:1]) for name, sets in space.holds))
    assert space.is_sided
    texts = [f"steps {name}@{group}: {low}..{high}" for (name, group), (low, high) in asked.items()]
    kept = constrain(space, texts)

    def obeys(point):
        return all(low <= taken(space, point, *where) <= high for where, (low, high) in asked.items())

    assert kept.size == len(list(kept.points())) > 0
    assert all(map(obeys, kept.points()))
    compare(kept, "edp", "throughput")
    # Of structures whose sides do the same one is there: without that, all that obey are.
    best = least_cycles(kept, kept.points())
    monkeypatch.setattr("weft.search.spaces.space.distinct", lambda levels, structures: tuple(structures))
    monkeypatch.setattr("weft.search.spaces.space.structures_on", all_on)
    every = replace(space)
    expected = {point for point in every.points() if obeys(point)}
    assert set(replace(kept).points()) == expected
    assert least_cycles(kept, expected) == best


def least_cycles(space, points):
    return min(found.cycles for point in points if (found := measured(space, point, "throughput")))
