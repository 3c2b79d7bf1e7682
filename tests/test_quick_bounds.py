"""Bounds of energy and cycles without a search are below every program of the structure that they are of."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import replace
from math import inf, prod
from random import Random

import pytest
from machines_by_chance import case_by_chance

import weft
from weft.backends.energy import leaks
from weft.ir import Accelerator, Mapping, Memory
from weft.search.objective import read_objective
from weft.search.quick.values import QuickCache
from weft.search.spaces.default import machine_space
from weft.search.spaces.request import OneASide, SpaceRequest
from weft.search.spaces.structures import structures_as_given

ROUNDS = 4 * int(os.environ.get("WEFT_EXPLORE_ROUNDS", "1"))
CLOSE = 1e-9


def measured(space, point):
    """Energy and cycles of a program that fits; None if it does not."""
    counts = weft.count(Mapping(space.workload, space.program(point), space.accelerator), "warning")
    found = weft.price(counts, counts.prices())[0]
    if not found["fits"]:
        return None
    if leaks(space.accelerator):
        return weft.evaluate(counts.schedule.mapping, "warning").energy_pj, float(found["cycles"])
    return float(found["energy_pj"]), float(found["cycles"])


def least_of(space):
    """By structure the least energy and the least cycles of all programs that fit."""
    found = defaultdict(lambda: (inf, inf))
    for point in space.points():
        metrics = measured(space, point)
        if metrics is not None:
            found[point.structure] = tuple(map(min, found[point.structure], metrics))
    return found


def separate(space, found, machine):
    """The least energies and the least cycles, each by itself."""
    return QuickCache(read_objective("edp")).least(space, found, inf, machine)


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_no_program_that_fits_is_below_the_bound_of_its_structure(seed, tmp_path):
    random = Random(seed)
    case = case_by_chance(random, tmp_path)
    machine = case.space.base
    memories = tuple(
        replace(memory, capacity_bytes=random.choice((memory.capacity_bytes, random.randint(2, 30))))
        if number
        else memory
        for number, memory in enumerate(machine.memories)
    )
    machine = replace(machine, memories=memories)
    for layer in case.layers:
        space = case.request.space(layer.workload, machine)
        structures = space.structures()
        energies, cycles = separate(space, structures_as_given(space, structures), machine)
        truth = least_of(space)
        for structure, energy, time in zip(structures, energies, cycles, strict=True):
            least = truth[structure]
            assert energy <= least[0] * (1 + CLOSE), structure
            assert time <= least[1] * (1 + CLOSE), structure


def test_structures_with_units_on_other_levels_have_bounds_of_their_own():
    """Two elements make up either level of clusters, and what is shared goes over the network of that one."""
    machine = Accelerator("pair", 2, (Memory("DRAM"), Memory("L1", None, 14, "single")))
    request = OneASide(constraints=("hold L1: input, filter, output",))
    space = request.space(weft.parse_workload("conv:K=1,C=4,Y'=4,X'=1,R=2,S=1"), machine)
    structures = space.structures()
    assert {item.units for item in structures} == {(1, 2), (2, 1)}
    energies, cycles = separate(space, structures_as_given(space, structures), machine)
    truth = least_of(space)
    for structure, energy, time in zip(structures, energies, cycles, strict=True):
        least = truth[structure]
        assert energy <= least[0] * (1 + CLOSE)
        assert time <= least[1] * (1 + CLOSE)


def test_a_small_memory_raises_the_bound():
    """A product of 32 x 32 x 32 on one element whose memory has eight bytes: with two copies of each chunk no element
    serves more than two points, and sums stay where they are, or one of the inputs."""
    workload = weft.parse_workload("gemm:M=32,N=32,K=32")
    machine = replace(weft.load_accelerator("bench_256"), pes=1, shape=())
    outer, *_, inner = machine.memories
    bounds = []
    for size in (None, 8):
        small = replace(machine, memories=(outer, replace(inner, capacity_bytes=size)))
        space = machine_space(workload, small)
        (energy,), _ = separate(space, structures_as_given(space, space.structures()[:1]), small)
        bounds.append(energy)
    assert bounds[1] > 1.5 * bounds[0]


def test_where_nothing_fits_every_objective_is_infinite():
    workload = weft.parse_workload("gemm:M=4,N=4,K=4")
    machine = replace(weft.load_accelerator("bench_256"), pes=2, shape=())
    outer, *_, inner = machine.memories
    tight = replace(machine, memories=(outer, replace(inner, capacity_bytes=1)))
    request = SpaceRequest(constraints=("hold L1: input, filter, output",))
    space = request.space(workload, tight)
    for name in ("energy", "edp", "ed2p"):
        assert QuickCache(read_objective(name)).least_value(space, inf, tight) == inf


def test_a_bound_does_not_depend_on_what_dimensions_are_called():
    machine = weft.load_accelerator("generic_256", ["L1.capacity_bytes=16"])
    found = []
    for name in ("m", "fits"):
        tensors = f"input[{name}, n]; filter[n, k]; output[{name}, k]"
        text = f"Type: AFFINE\nDimensions {{ {name}: 16, n: 16, k: 16 }}\nTensors {{ {tensors} }}"
        space = SpaceRequest().space(weft.parse_workload(text), machine)
        energies, cycles = separate(space, structures_as_given(space, space.structures()), machine)
        found.append((energies.tolist(), cycles.tolist()))
    assert found[0] == found[1]


@pytest.mark.parametrize("shape", ["4", "2x2", "2x4", "4x3"])
def test_no_program_is_below_the_bound_where_dimensions_share_the_sides_of_an_array(shape):
    """Sides have several levels each, which schedules take as one. Of the programs some are drawn."""
    random, sides = Random(shape), tuple(map(int, shape.split("x")))
    base = weft.load_accelerator("bench_256")
    for text in ("gemm:M=4,N=3,K=2", "conv:K=4,C=1,R=2,S=1,Y=4,X=1", "gemm:M=5,N=2,K=1"):
        outer, inner = base.memories[1:]
        memories = (outer, replace(inner, capacity_bytes=random.choice((None, 6, 12))))
        machine = replace(base, pes=prod(sides), shape=sides if len(sides) > 1 else (), memories=memories)
        space = SpaceRequest().space(weft.parse_workload(text), machine)
        assert space.is_sided
        structures = space.structures()
        energies, cycles = separate(space, structures_as_given(space, structures), machine)
        bounds = dict(zip(structures, zip(energies, cycles, strict=True), strict=True))
        points = list(space.points())
        for point in random.sample(points, min(len(points), 250 * ROUNDS // 8)):
            metrics = measured(space, point)
            for least, value in zip(bounds[point.structure], metrics or (inf, inf), strict=True):
                assert least <= value * (1 + CLOSE), point


def test_machines_that_leak_differently_have_bounds_of_their_own():
    """What leaks grows with the elements, so a bound of many of them says nothing of few."""
    workload, objective = weft.parse_workload("gemm:M=3,N=3,K=5"), read_objective("energy")
    memories = Memory("DRAM"), Memory("L2", 1), Memory("L1", None, 64, shared_bandwidth=1)
    together = QuickCache(objective)
    for pes in (16, 4, 8, 2):
        machine = Accelerator("machine", pes, memories, pe_leakage_mw=5000.0)
        space = OneASide().space(workload, machine)
        own = QuickCache(objective).least_value(space, inf, machine)
        assert together.least_value(space, inf, machine) == own
