"""A space counts what it lists, lists each point once, and draws all of them alike."""

import tracemalloc
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from itertools import islice, permutations, product
from math import comb, factorial, prod
from pathlib import Path
from random import Random

import numpy as np
import pytest
from map_spaces import space_of

from weft import check, load_accelerator
from weft.ir import Accelerator, Mapping, Memory, Severity, SpatialMap, WeftError, operator_workload
from weft.search.spaces.chain_sets import SPLITS, ChainSet, even_sizes
from weft.search.spaces.default import machine_space
from weft.search.spaces.orders import Orders
from weft.search.spaces.point import LevelSpace, Point, Structure
from weft.search.spaces.space import MapSpace

ROOT = Path(__file__).resolve().parents[1]
PRESETS = sorted(path.stem for path in (ROOT / "frontends/accelerator/presets").glob("*.yaml"))
WORKLOADS = {
    "GEMM": operator_workload("GEMM", {"M": 24, "N": 9, "K": 30}),
    "CONV": operator_workload("CONV", {"N": 1, "K": 8, "C": 6, "Y'": 7, "X'": 7, "R": 3, "S": 3}, stride={"Y": 2}),
    "DSCONV": operator_workload("DSCONV", {"N": 2, "K": 1, "C": 16, "Y'": 9, "X'": 6, "R": 3, "S": 3}),
}
SPACES = 150


SPLIT = {
    "any": lambda parent, size: size <= parent,
    "even": lambda parent, size: size in {-(-parent // steps) for steps in range(1, parent + 1)},
    "perfect": lambda parent, size: parent % size == 0,
}


def ladders(extent, allowed, splits):
    """The chains by trying every combination."""
    found = []
    for sizes in product(*allowed):
        above = zip([extent, *sizes], sizes, splits, strict=False)
        if all(SPLIT[split](parent, size) for parent, size, split in above):
            found.append(sizes)
    return found


def sizes_by_chance(random, extent):
    return np.array(sorted(random.sample(range(1, extent + 1), random.randint(1, extent))), dtype=np.int64)


def test_chains_are_counted_and_listed_as_by_trying_all():
    random = Random(1)
    for _ in range(400):
        extent, levels = random.randint(1, 12), random.randint(0, 3)
        allowed = [sizes_by_chance(random, extent) for _ in range(levels)]
        splits = [random.choice(SPLITS)] * levels if random.random() < 0.5 else random.choices(SPLITS, k=levels)
        chains = ChainSet(extent, allowed, splits)
        expected = ladders(extent, [sizes.tolist() for sizes in allowed], splits)
        assert [tuple(row) for row in chains.all().tolist()] == expected
        assert chains.count == len(expected)
        for sizes in product(range(extent + 2), repeat=levels) if extent < 7 else ():
            assert (sizes in chains) == (sizes in expected)


def test_even_sizes_are_those_of_every_number_of_steps():
    for parent in range(1, 2000):
        assert even_sizes(parent).tolist() == sorted({-(-parent // steps) for steps in range(1, parent + 1)})


def test_an_even_split_of_an_even_split_is_one_of_the_extent():
    # ceil(ceil(n / a) / b) = ceil(n / (a b)): so lists of chains stay short.
    for extent in (97, 360, 1000):
        sizes = np.arange(1, extent + 1, dtype=np.int64)
        rows = ChainSet(extent, [sizes] * 3, ["even"] * 3).all()
        assert set(np.unique(rows).tolist()) == set(even_sizes(extent).tolist())


@pytest.mark.parametrize("split", SPLITS)
def test_chains_are_drawn_with_equal_chances(split):
    random, sizes = Random(10), np.arange(1, 8, dtype=np.int64)
    chains = ChainSet(7, [sizes, None, sizes[[0, 1, 2, 3, 6]], sizes], [split] * 4)
    rows = [tuple(row) for row in chains.all().tolist()]
    counts = Counter(chains.draw(random) for _ in range(200 * len(rows)))
    assert set(counts) <= set(rows)
    chi, freedom = sum((counts[row] - 200) ** 2 / 200 for row in rows), len(rows) - 1
    assert abs(chi - freedom) < 4 * (2 * freedom) ** 0.5


def test_chains_of_a_long_dimension_are_listed_without_much_besides():
    # Chains of even splits of 11008 over three levels, as counted one level at a time.
    sizes = np.arange(1, 11_009, dtype=np.int64)
    chains = ChainSet(11_008, [sizes] * 3, ["even"] * 3)
    tracemalloc.start()
    rows = chains.all()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * rows.nbytes
    assert len(rows) == len(np.unique(rows, axis=0)) == chains.count == even_chains(11_008, 3)


@lru_cache(None)
def even_chains(parent, levels):
    """How many chains of even splits there are, one level at a time."""
    steps = range(1, parent + 1)
    return sum(even_chains(size, levels - 1) for size in {-(-parent // n) for n in steps}) if levels else 1


@pytest.mark.parametrize("levels", [1, 2, 3, 6])
def test_chains_of_long_dimensions_are_counted_without_a_list(levels):
    # Non-increasing sequences from 1 to n: multisets. Six levels are more than 64 bits hold.
    extent = 20_000
    sizes = np.arange(1, extent + 1, dtype=np.int64)
    assert ChainSet(extent, [sizes] * levels, ["any"] * levels).count == comb(extent + levels - 1, levels)


def test_a_level_that_does_not_map_a_dimension_has_zero_in_its_chains():
    sizes = np.array([1, 2], dtype=np.int64)
    assert ChainSet(2, [sizes, None, sizes], ["any"] * 3).all().tolist() == [[1, 0, 1], [2, 0, 1], [2, 0, 2]]
    assert ChainSet(7, [None, None], ["even"] * 2).all().tolist() == [[0, 0]]


def test_orders_are_counted_and_listed_as_by_trying_all():
    random = Random(2)
    for _ in range(200):
        names = tuple("ABCDE"[: random.randint(0, 5)])
        pairs = tuple(tuple(random.sample("ABCDEF", 2)) for _ in range(random.randint(0, 4)))
        kept = [(a, b) for a, b in pairs if a in names and b in names]
        expected = [o for o in permutations(names) if all(o.index(a) < o.index(b) for a, b in kept)]
        orders = Orders(names, pairs)
        assert list(orders.all()) == expected
        assert orders.count == len(expected)


def test_seven_free_maps_have_all_their_orders():
    assert Orders(tuple("ABCDEFG")).count == factorial(7)


def test_the_size_is_the_number_of_points_and_each_is_another_program():
    random = Random(3)
    for _ in range(SPACES):
        space = space_of(random)
        points = list(space.points())
        assert space.size == len(points) == len(set(points))
        assert space.size == sum(space.structure_size(structure) for structure in space.structures())
        assert len(space.structures()) == sum(family.count for family in space.families)
        # Shapes with levels of one unit are other programs by their clusters alone.
        assert len({str(space.program(point)) for point in points}) == len(points)


def test_a_space_contains_its_points_and_no_others():
    random, outside = Random(9), 0
    for _ in range(60):
        space, wide = space_of(random), None
        points = set(space.points())
        # The same levels and shapes without the other constraints.
        free = tuple(LevelSpace(level.temporal, level.spatial) for level in space.levels)
        wide = MapSpace(space.workload, space.accelerator, free, space.shapes, space.holds, "any")
        for point in wide.sample(random, 40):
            assert (point in space) == (point in points)
            outside += point not in points
        assert all(point in space for point in list(points)[:50])
    assert outside > 300


def test_every_point_is_a_legal_program():
    random, checked = Random(4), 0
    while checked < 600:
        space = space_of(random)
        step = max(1, space.size // 12)
        for point in islice(space.points(), 0, None, step):
            found = check(Mapping(space.workload, space.program(point), space.accelerator))
            assert not [item for item in found if item.is_error], str(space.program(point))
            checked += 1


def test_a_point_is_canonical_and_spreads_what_its_structure_says():
    random = Random(5)
    for _ in range(50):
        space = space_of(random)
        for point in space.sample(random, 5):
            for level, spread in zip(space.program(point).levels, point.structure.spatial, strict=True):
                assert {d.dimension for d in level if isinstance(d, SpatialMap)} == ({spread} - {None})
                assert all(d.size == d.offset for d in level)


def small_space(split="even", longest=3):
    workload = operator_workload("GEMM", {"M": longest, "N": 2, "K": 1})
    machine = Accelerator("machine", 4, (Memory("L2"), Memory("L1", None, holds=("input",))))
    levels = (LevelSpace(("M", "N"), ("M", "N")), LevelSpace((), ("M", "N")))
    return MapSpace(workload, machine, levels, ((1, 4), (4, 1)), (("L1", (("input",), ())),), split)


def test_points_are_drawn_with_equal_chances():
    space = small_space()
    points = list(space.points())
    draws = 200 * len(points)
    counts = Counter(space.sample(Random(6), draws))
    assert set(counts) <= set(points)
    chi = sum((counts[point] - 200) ** 2 / 200 for point in points)
    # The chi-square of n cells has mean n - 1 and variance 2 (n - 1).
    freedom = len(points) - 1
    assert abs(chi - freedom) < 4 * (2 * freedom) ** 0.5


def test_a_small_space_has_the_size_that_one_counts_by_hand():
    # Level 0 maps M and N in 2 orders, 2 placements. Shape (1, 4): the inner level spreads M (chains of M: 15, of N: 2)
    # or N (5 and 3); shape (4, 1): M or N are spread at level 0 (5 and 2 chains, twice).
    assert small_space("any", 5).size == 2 * 2 * (15 * 2 + 5 * 3 + 2 * 5 * 2)
    # Even sizes of 5 are 5, 3, 2, 1; below these there are 4, 3, 2, 1.
    assert small_space("even", 5).size == 2 * 2 * (10 * 2 + 4 * 3 + 2 * 4 * 2)
    # 5 and 1; below these 2 and 1.
    assert small_space("perfect", 5).size == 2 * 2 * (3 * 2 + 2 * 3 + 2 * 2 * 2)


def rule_of(space, structure, level, name):
    """The split by the definition, for sizes that neither chunks nor symbols give."""
    given = name in dict(space.levels[level].sizes)
    return "any" if given and space.split == "even" else space.split


def test_the_chains_of_a_space_are_those_of_its_split_and_its_sizes():
    random, seen = Random(11), Counter()
    for _ in range(SPACES):
        space = space_of(random)
        for structure in space.structures()[:3]:
            for name, extent in space.workload.dimensions:
                levels = [n for n in range(len(space.levels)) if name in space.mapped(structure, n)]
                every = range(1, extent + 1)
                limits = [(dict(space.levels[n].sizes), dict(space.levels[n].among)) for n in levels]
                allowed = [[s for s in every if all(s in limit.get(name, every) for limit in both)] for both in limits]
                splits = [rule_of(space, structure, n, name) for n in levels]
                rows = space.chains(structure, name).all()
                assert [tuple(row) for row in rows[:, levels].tolist()] == ladders(extent, allowed, splits)
                seen[space.split] += 1
    assert min(seen[split] for split in SPLITS) > 100


def test_every_split_is_part_of_the_next():
    random = Random(12)
    for _ in range(60):
        space = space_of(random)
        sets = [set(replace(space, split=split).points()) for split in ("perfect", "even", "any")]
        assert sets[0] <= sets[1] <= sets[2]


def test_a_placement_is_written_only_where_a_memory_does_not_hold_all_it_can():
    space = small_space()
    written = {point.holds: space.program(point).placements for point in space.points()}
    assert written[(("L1", ("input",)),)] == ()
    assert [str(item) for item in written[(("L1", ()),)]] == ["Hold(L1:);"]


def test_units_that_the_machine_does_not_have_are_refused():
    space = small_space()
    point = Point(Structure((2, 4), (None, None)), ((), ()), ())
    with pytest.raises(ValueError, match="4 PEs"):
        space.program(point)


def test_an_empty_space_has_no_point_to_draw():
    space = small_space()
    empty = MapSpace(space.workload, space.accelerator, space.levels, (), space.holds)
    assert empty.size == 0
    assert list(empty.points()) == []
    with pytest.raises(ValueError, match="no point"):
        next(empty.sample(Random(0), 1))


# --- the space of a machine ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("operator", WORKLOADS)
@pytest.mark.parametrize("preset", PRESETS)
def test_points_of_a_machines_space_are_legal_and_use_all_of_it(preset, operator):
    machine, workload = load_accelerator(preset), WORKLOADS[operator]
    for chosen in (machine, load_accelerator(preset, ["cluster_buffers=true"])):
        space = machine_space(workload, chosen)
        for point in space.sample(Random(7), 3):
            found = check(Mapping(workload, space.program(point), chosen), "warning")
            assert not [item for item in found if item.severity is Severity.ERROR or item.code == "W204"], found


def test_the_levels_of_the_bench_machine():
    space = machine_space(WORKLOADS["GEMM"], load_accelerator("bench_256"), (16, 16))
    names = ("M", "N", "K")
    assert space.levels == (
        LevelSpace(names, (None,), memory="L2"),
        LevelSpace(names, names),
        LevelSpace((), names),
    )
    assert space.shapes == ((1, 16, 16),)
    assert [cluster.memory for cluster in space.program(next(space.points())).clusters] == ["L2", None]
    assert prod(len(sets) for _, sets in space.holds) == 64


def test_without_a_shape_every_split_into_two_is_there():
    space = machine_space(WORKLOADS["GEMM"], load_accelerator("maeri_64"))
    assert space.shapes == ((1, 64), (2, 32), (4, 16), (8, 8), (16, 4), (32, 2), (64, 1))


def test_a_shape_is_cut_at_the_memories():
    space = machine_space(WORKLOADS["GEMM"], load_accelerator("simba_like"), (6, 6, 16, 8, 8))
    assert space.shapes == ((6, 6, 16, 1, 1, 8, 8),)
    # The machine's own shape is that of the elements below the last memory.
    wired = machine_space(WORKLOADS["GEMM"], load_accelerator("simba_like")).shapes
    assert len(wired) == 9 * 5
    assert {shape[4:] for shape in wired} == {(1, 1, 8, 8)}
    assert [level.memory for level in space.levels] == [None, "GB", "WB", "IB", "AB", None, None]


@pytest.mark.parametrize("shape", [(16,), (16, 16, 2), (3, 5)])
def test_a_shape_that_does_not_fit_is_refused(shape):
    with pytest.raises(WeftError, match=r"W205.* does not make up what bench_256 spreads over: 256"):
        machine_space(WORKLOADS["GEMM"], load_accelerator("bench_256"), shape)


def test_instances_that_no_clusters_give_are_refused():
    machine = Accelerator("odd", 12, (Memory("L3"), Memory("L2", 2), Memory("L1", 3)))
    with pytest.raises(WeftError, match=r"W203.*L1 has 3 instances below 2"):
        machine_space(WORKLOADS["GEMM"], machine)


def test_elements_that_no_clusters_reach_leave_no_space():
    # Spread over one level, groups of one element are 7, not 4.
    machine = Accelerator("odd", 7, (Memory("DRAM"), Memory("L2", 4), Memory("L1", None)))
    with pytest.raises(WeftError, match=r"W203.*no clusters give the memories of odd their instances on 7 PEs"):
        machine_space(WORKLOADS["GEMM"], machine, (4,))


def test_elements_that_are_left_over_stay_idle():
    machine = Accelerator("odd", 10, (Memory("DRAM"), Memory("L2", 3), Memory("L1", None)))
    space = machine_space(WORKLOADS["GEMM"], machine)
    for point in space.sample(Random(8), 20):
        found = check(Mapping(space.workload, space.program(point), machine))
        assert {item.code for item in found} == {"W107"}


def test_a_memory_has_the_placements_that_it_can_hold():
    space = machine_space(WORKLOADS["CONV"], load_accelerator("eyeriss"))
    assert {name: len(sets) for name, sets in space.holds} == {
        "L2": 8,
        "ifmap_spad": 2,
        "filter_spad": 2,
        "psum_spad": 2,
    }
