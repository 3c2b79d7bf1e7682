"""The classes of flexible accelerators: what each axis leaves of a space, and how much."""

from dataclasses import replace
from math import prod
from random import Random

import pytest

from weft import check, load_accelerator
from weft.frontends.maestro import parse_dataflow
from weft.ir import Accelerator, Mapping, Memory, WeftError, operator_workload
from weft.search.spaces.chain_sets import SPLITS
from weft.search.spaces.constraints import constrain
from weft.search.spaces.default import machine_space
from weft.search.spaces.flexibility import (
    FLEXIBILITY_CLASSES,
    Flexibility,
    flexibility_sizes,
    flexibility_space,
    parse_flexibility,
    point_of,
)

GEMM = operator_workload("GEMM", {"M": 3, "N": 2, "K": 4})
MACHINE = Accelerator("machine", 4, (Memory("DRAM"), Memory("L2"), Memory("L1", None)))
SPACE = replace(machine_space(GEMM, MACHINE, mixed=False), holds=(("L2", (("input",), ())), ("L1", (("output",),))))
AXES = ("tiling", "order", "parallelism", "shape")


def bases(count, seed=1):
    return SPACE.sample(Random(seed), count)


def test_there_are_16_classes_with_their_names():
    assert [str(item) for item in FLEXIBILITY_CLASSES] == [f"TOPS={number:04b}" for number in range(16)]
    assert parse_flexibility("TOPS=1010") == Flexibility("free", "fixed", "free", "fixed")
    assert str(parse_flexibility("1p0p")) == "TOPS=1p0p"


@pytest.mark.parametrize("text", ["101", "10102", "TOPS=", "abcd", "10x0"])
def test_an_unknown_class_is_refused(text):
    with pytest.raises(WeftError, match="no class of flexibility"):
        parse_flexibility(text)


def test_an_axis_takes_three_values():
    with pytest.raises(ValueError, match="tiling is 'some'"):
        Flexibility(tiling="some")


def test_nothing_flexible_leaves_the_base_program():
    for base in bases(100):
        assert list(flexibility_space(SPACE, base, parse_flexibility("0000")).points()) == [base]


def test_everything_flexible_leaves_the_space_with_the_bases_placement():
    base = next(bases(1))
    space = flexibility_space(SPACE, base, parse_flexibility("1111"))
    assert space == replace(SPACE, holds=tuple((memory, (held,)) for memory, held in base.holds))


CODES = ["0000", "0001", "0010", "0011", "0100", "0110", "p000", "0p00", "00p0", "000p", "00pp", "0pp0", "0ppp"]


@pytest.mark.parametrize("code", CODES)
def test_the_size_of_a_class_is_the_number_of_its_points_and_each_is_legal(code):
    for base in bases(4, seed=2):
        space = flexibility_space(SPACE, base, parse_flexibility(code))
        points = list(space.points())
        assert space.size == len(points) == len(set(points))
        assert base in points
        for point in points[:: max(1, len(points) // 10)]:
            assert not check(Mapping(GEMM, space.program(point), MACHINE))
            assert point.holds == base.holds


@pytest.mark.parametrize("axis", AXES)
def test_more_freedom_never_loses_a_program(axis):
    fixed = dict.fromkeys(AXES, "fixed")
    for base in bases(5, seed=3):
        sets = [
            set(flexibility_space(SPACE, base, Flexibility(**fixed | {axis: freedom})).points())
            for freedom in ("fixed", "part", "free")
        ]
        assert sets[0] <= sets[1] <= sets[2]


@pytest.mark.parametrize("split", SPLITS)
def test_free_tiles_are_those_of_the_spaces_split_and_part_of_them_are_some_of_these(split):
    workload = operator_workload("GEMM", {"M": 11, "N": 1, "K": 3})
    machine = Accelerator("machine", 2, (Memory("L2"), Memory("L1", None)))
    for given in ([], ["M@0: 4, 6, 7, 11"]):
        space = constrain(machine_space(workload, machine, split=split, mixed=False), ["hold L1: output", *given])
        for base in space.sample(Random(6), 20):
            free = set(flexibility_space(space, base, parse_flexibility("1000")).points())
            part = set(flexibility_space(space, base, parse_flexibility("p000")).points())
            assert base in part <= free
            assert free == {point for point in space.points() if alike(point, base)}
            powers = {1, 2, 4, 8} | {11, 6, 3}
            assert part == {
                point
                for point in free
                if all(
                    size in powers | {dict(base.levels[n]).get("M", 11)}
                    for n, level in enumerate(point.levels)
                    for name, size in level
                    if name == "M"
                )
            }


def alike(point, base):
    names = [[[name for name, _ in level] for level in some.levels] for some in (point, base)]
    return point.structure == base.structure and names[0] == names[1]


def test_a_base_whose_sizes_the_split_does_not_give_is_refused():
    workload = operator_workload("GEMM", {"M": 11, "N": 1, "K": 3})
    machine = Accelerator("machine", 2, (Memory("L2"), Memory("L1", None)))
    base = parse_dataflow("TemporalMap(7,7) M; Cluster(2); SpatialMap(2,2) M;")
    with pytest.raises(WeftError, match=r"W702.*no even split of the chunk above it; 'split: any' allows it"):
        point_of(machine_space(workload, machine, mixed=False), base)
    with pytest.raises(WeftError, match=r"W702.*no perfect split"):
        point_of(machine_space(workload, machine, split="perfect", mixed=False), base)
    assert point_of(machine_space(workload, machine, split="any", mixed=False), base).levels[0][0] == ("M", 7)


def test_fixed_tiles_stay_what_the_memories_hold():
    for base in bases(20, seed=4):
        space = flexibility_space(SPACE, base, parse_flexibility("0011"))
        for point in space.points():
            for boundary in (1, 3):
                assert held(point, boundary) == held(base, boundary)


def held(point, boundary):
    chunks = dict(GEMM.extents)
    for level in point.levels[:boundary]:
        chunks |= dict(level)
    return chunks


def test_part_of_the_orders_keeps_one_tensor_in_place():
    machine = load_accelerator("bench_256")
    space = machine_space(operator_workload("GEMM", {"M": 64, "N": 32, "K": 16}), machine, (16, 16))
    base = next(space.sample(Random(0), 1))
    partly = flexibility_space(space, base, parse_flexibility("0p00"))
    # The dimensions of input, filter and output outside of the others; and the base's own.
    stationary = {("M", "K", "N"), ("N", "K", "M"), ("M", "N", "K")}
    for level in (0, 1):
        written = tuple(name for name, _ in base.levels[level])
        assert set(partly.orders(partly.structures()[0], level).all()) == {written, *stationary}


def test_part_of_the_shapes_doubles_what_the_base_has():
    space = machine_space(GEMM, replace(load_accelerator("eyeriss"), shape=()))
    base = next(point for point in space.sample(Random(0), 500) if point.structure.units == (1, 12, 14))
    shapes = flexibility_space(space, base, parse_flexibility("000p")).shapes
    assert shapes == ((1, 3, 56), (1, 6, 28), (1, 12, 14), (1, 24, 7))


def test_the_sizes_of_all_classes_on_the_bench_machine():
    workload = operator_workload("GEMM", {"M": 64, "N": 32, "K": 16})
    space = machine_space(workload, replace(load_accelerator("bench_256"), shape=()), mixed=False)
    base = next(point for point in space.sample(Random(0), 500) if point.structure.units == (1, 16, 16))
    sizes = flexibility_sizes(space, base)
    assert sizes["TOPS=0000"] == 1
    assert sizes["TOPS=0100"] == 6 * 6  # the orders of two levels
    assert sizes["TOPS=0010"] == 3 * 3  # the dimensions that two levels spread
    assert sizes["TOPS=0001"] == 9  # the splits of 256
    assert sizes["TOPS=1111"] * prod(len(sets) for _, sets in space.holds) == space.size


def test_a_program_is_found_among_the_points():
    for base in bases(50, seed=5):
        assert point_of(SPACE, SPACE.program(base)) == base


def test_a_program_of_another_space_is_refused():
    base = next(point for point in bases(50) if point.structure.units == (1, 2, 2))
    narrow = replace(SPACE, shapes=((1, 4, 1),))
    with pytest.raises(WeftError, match=r"W702.*no shape has clusters of 2, 2"):
        flexibility_space(narrow, SPACE.program(base), Flexibility())
    with pytest.raises(WeftError, match=r"W702.*another space's point"):
        flexibility_sizes(narrow, base)
    for text in ("M@0: 1", "spatial@2: K", "order@0: K, N, M", "hold L2: input"):
        part = constrain(SPACE, [text])
        other = next(point for point in bases(200, seed=9) if point not in part)
        with pytest.raises(WeftError, match=r"W702.*not allowed"):
            point_of(part, SPACE.program(other))
