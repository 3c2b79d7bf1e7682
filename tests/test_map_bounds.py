"""The bound of a box of tilings is never above what a program in it costs, slot by slot."""

from __future__ import annotations

import os
from contextlib import suppress
from math import prod
from random import Random

import pytest
from campaigns import first
from map_bounds import Bounds

from weft.ir import Accelerator, Interconnect, Memory, WeftError, Workload, operator_workload
from weft.search.question import measure
from weft.search.spaces.point import LevelSpace, Point
from weft.search.spaces.space import MapSpace

BOXES = 10


def convolution(random: Random) -> Workload:
    """One or two windowed axes, few outputs and taps, any stride and dilation."""
    extents = dict.fromkeys(("N", "K", "C", "R", "S", "Y'", "X'"), 1)
    extents |= {"Y'": random.randint(2, 9), "R": random.randint(2, 5)}
    if random.random() < 0.5:
        extents |= {"X'": random.randint(2, 6), "S": random.randint(1, 4)}
    extents |= {name: random.randint(2, 4) for name in random.sample("NKC", random.randint(0, 2))}
    steps = {name: {"Y": random.randint(1, 3), "X": random.randint(1, 3)} for name in ("stride", "dilation")}
    return operator_workload(random.choice(("CONV", "DSCONV")), extents, **steps)


def space_by_chance(random: Random) -> MapSpace:
    """One to four levels with any dimensions, orders, sizes and units, two or three memories."""
    gemm = {name: random.randint(2, 9) for name in "MNK"}
    workload = operator_workload("GEMM", gemm) if random.random() < 0.15 else convolution(random)
    names, count = [name for name, extent in workload.dimensions if extent > 1], random.randint(1, 4)
    units = [random.choice((1, 1, 2, 3)) for _ in range(count)]
    memories = [Memory("DRAM", shared_bandwidth=3, networks=(_network(random),))]
    cut = random.randint(1, count - 1) if count > 1 and random.random() < 0.5 else None
    if cut:
        memories.append(Memory("L2", prod(units[:cut]), shared_bandwidth=2, networks=(_network(random),)))
    machine = Accelerator("machine", prod(units), (*memories, Memory("L1", None, networks=(_network(random),))))
    levels = tuple(_level(random, names, n, "L2" if cut == place else None) for place, n in enumerate(units, 1))
    tensors = [tensor.name for tensor in workload.tensors]
    held = [tuple(dict.fromkeys(tuple(t for t in tensors if random.random() < 0.7) for _ in "ab")) for _ in memories]
    holds = tuple(zip((memory.name for memory in machine.memories[1:]), held, strict=True))
    return MapSpace(workload, machine, levels, (tuple(units),), holds, random.choice(("any", "even")))


def _network(random: Random) -> Interconnect:
    width = random.choice((None, 1, 2))
    return Interconnect(width, multicast=random.random() < 0.7, reduction=random.random() < 0.7)


def _level(random: Random, names: list[str], units: int, memory: str | None) -> LevelSpace:
    temporal = tuple(name for name in names if random.random() < 0.75)
    spatial = tuple(random.sample(names, min(len(names), 2))) if units > 1 else (None,)
    pairs, orders = (), ()
    if len(names) > 1 and random.random() < 0.25:
        pairs = (tuple(random.sample(names, 2)),)
    elif random.random() < 0.12:
        orders = tuple(tuple(random.sample(names, len(names))) for _ in range(2))
    return LevelSpace(temporal, spatial, pairs, (), memory, orders)


def bounds_by_chance(random: Random) -> Bounds:
    while True:
        with suppress(WeftError):  # memories that cannot stand where chance put them
            space = space_by_chance(random)
            return Bounds(space, random.choice(space.structures()))


def check_boxes(seed: int, structures: int) -> None:
    """Boxes of one to four tilings against these and against a mixture of them."""
    random = Random(seed)
    for _ in range(structures):
        bounds = bounds_by_chance(random)
        for _ in range(BOXES):
            tilings = [bounds.draw(random) for _ in range(random.randint(1, 4))]
            work = bounds.box(tilings)
            for tiling in (*tilings[:2], bounds.mixed(random, tilings)):
                wrong = bounds.wrong(work, tiling)
                assert not wrong, f"{wrong}: {tiling.sizes} in {[t.sizes for t in tilings]} of {bounds.space}"


@pytest.mark.parametrize("seed", first(2, range(4)))
def test_no_bound_is_above_a_count(seed):
    check_boxes(seed, 60)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(1000, 1000 + int(os.environ.get("WEFT_MAP_SEEDS", "40"))))
def test_no_bound_is_above_a_count_in_many_boxes(seed):
    check_boxes(seed, 400)


def test_an_open_loop_below_one_of_the_same_dimension_counts():
    """What a chunk keeps when the inner loop of Y' advances is more than when the outer one does."""
    workload = operator_workload(
        "CONV", {"N": 1, "K": 1, "C": 1, "R": 2, "S": 1, "Y'": 7, "X'": 1}, stride={"Y": 3}, dilation={"Y": 3}
    )
    machine = Accelerator("machine", 1, (Memory("DRAM"), Memory("L1", None)))
    levels = (LevelSpace(("Y'", "R")), LevelSpace(("Y'",)))
    space = MapSpace(workload, machine, levels, ((1, 1),), (("L1", (("input", "filter", "output"),)),), "any")
    bounds = Bounds(space, space.structures()[0])
    two = [bounds.tiling({"Y'": (3, inner), "R": (taps, 0)}) for inner, taps in ((1, 2), (3, 1))]
    assert not bounds.wrong(bounds.box(two), two[0])


def test_the_counts_of_a_tiling_are_those_of_single_evaluations():
    random, seen = Random(5), 0
    while seen < 40:
        bounds = bounds_by_chance(random)
        tiling, space = bounds.draw(random), bounds.space
        found = least_energies(bounds, tiling)
        if space.structure_size(bounds.structure) > 10**7 or len(orders(bounds)) > 60:
            continue
        seen += 1
        for number, placement in enumerate(bounds.ground.plan.placements):
            sizes = dict(zip(bounds.names, tiling.sizes.tolist(), strict=True))
            single = [
                measure(space, Point(bounds.structure, levels(order, sizes), placement), "throughput").energy_pj
                for order in orders(bounds)
            ]
            assert min(single) == pytest.approx(found[number], rel=1e-9)


def orders(bounds):
    """Every choice of an order per level."""
    from itertools import product

    space = bounds.space
    return list(product(*(space.orders(bounds.structure, n).all() for n in range(len(space.levels)))))


def levels(order, sizes):
    return tuple(tuple((name, sizes[name][n]) for name in names) for n, names in enumerate(order))


def least_energies(bounds, tiling):
    """Per placement the least energy over all orders."""
    import numpy as np

    from weft.search.descent import tile

    out, found = np.zeros(len(bounds.cost_arrays.width) + 1), []
    programs = list(bounds.programs(tiling))
    for placement in range(len(bounds.ground.plan.placements)):
        energies = []
        for values in programs:
            tile.metrics(bounds.flat, values, placement, out)
            energies.append(out[0])
        found.append(min(energies))
    return found
