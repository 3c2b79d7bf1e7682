"""Spaces with more structures than are listed: searched by number, the most promising first, with the same answers."""

import contextlib
import os
from dataclasses import replace
from itertools import product
from random import Random

import numpy as np
import pytest
from map_searches import space_by_chance

import weft
from weft.ir import Accelerator, Mapping, Memory, WeftError
from weft.search import promising, question
from weft.search.descent.best import hopeless
from weft.search.explore import explore
from weft.search.guided import GuidedSearch
from weft.search.objective import Metrics, read_objective
from weft.search.question import measure, structures_of
from weft.search.quick.values import QuickBounds, QuickCache
from weft.search.request import Settings
from weft.search.spaces.constraints import constrain
from weft.search.spaces.default import machine_space
from weft.search.spaces.request import SpaceRequest
from weft.search.spaces.structures import Numbered, structures_as_given
from weft.search.stepwise import search_of
from weft.search.structure_search import enter_known, new_best
from weft.search.workers.executors import this_process
from weft.search.workers.waves import drive

SEEDS = range(int(os.environ.get("WEFT_MAP_SEEDS", "12")))
CLOSE = 1e-9


@pytest.fixture
def by_number(monkeypatch):
    """No space is listed that need not be, and tasks take few structures."""
    structures_of.cache_clear()
    monkeypatch.setattr(question, "MOST_LISTED", 0)
    monkeypatch.setattr(promising, "_PER_TASK", 3)
    yield
    structures_of.cache_clear()


def free_space(seed, most=2000):
    """A space by chance whose structures have numbers, and its random numbers."""
    random = Random(seed)
    while True:
        space, _ = space_by_chance(random, most)
        if Numbered.are_free(space):
            return space, random


@pytest.mark.parametrize("seed", SEEDS)
def test_numbers_are_those_of_the_list(seed):
    space, _ = free_space(seed)
    every, listed = Numbered(space), space.structures()
    assert len(every) == len(listed)
    assert [every[n] for n in range(len(every))] == every[:] == list(listed)
    for part in every.parts():
        rows, given = every.rows(part), structures_as_given(space, [every[int(n)] for n in part])
        assert (rows.units == given.units).all()
        assert (rows.spread == given.spread).all()
        assert every[int(part[0])].units == every.with_units(every[int(part[0])].units).units
    with pytest.raises(IndexError):
        every[len(every)]


def least_of(space):
    """By structure the least energy and the least cycles of all its programs that fit."""
    found = {}
    for point in space.points():
        try:
            metrics = measure(space, point, "throughput")
        except WeftError:
            continue
        energy, cycles = found.get(point.structure, (float("inf"), float("inf")))
        found[point.structure] = min(energy, metrics.energy_pj), min(cycles, metrics.cycles)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_no_program_is_below_the_quick_bounds_of_its_structure(seed):
    space, _ = free_space(seed, 600)
    every = Numbered(space)
    truth = least_of(space)
    for part in every.parts():
        bounds = QuickBounds(space, every[int(part[0])].units)
        work, quick = bounds.least_work(every.rows(part)), bounds.least(every.rows(part), space.accelerator)
        for number, *least in zip(part.tolist(), *work, *quick, strict=True):
            energy, cycles = truth.get(every[number], (float("inf"), float("inf")))
            assert max(least[0], least[2]) <= energy * (1 + CLOSE), every[number]
            assert max(least[1], least[3]) <= cycles * (1 + CLOSE), every[number]


@pytest.mark.parametrize("seed", SEEDS)
def test_no_program_is_worth_less_than_the_quick_value_of_its_structure(seed):
    space, random = free_space(seed, 600)
    machine, every, programs = space.accelerator, Numbered(space), []
    for point in space.points():
        with contextlib.suppress(WeftError):
            programs.append((point.structure, measure(space, point, "throughput")))
    rows = every.rows(np.arange(len(every)))
    powers = sorted(item.energy_pj / item.cycles for _, item in programs) or [1.0]
    limits = {}, {"power_mw": random.choice(powers) * machine.clock_mhz / 1e3}
    for name, most in product(("edp", "energy", "cycles", "ed2p"), limits):
        objective, truth = read_objective(name, most), {}
        ceiling = objective.ceiling(machine)
        for structure, metrics in programs:
            if ceiling.keeps(metrics):
                value = objective.bound(metrics.energy_pj, metrics.cycles)
                truth[structure] = min(truth.get(structure, float("inf")), value)
        for only_least in (False, True):
            values = QuickCache(objective).values(space, rows, ceiling.power, machine, only_least)
            for number, value in enumerate(values.tolist()):
                assert value <= truth.get(every[number], float("inf")) * (1 + CLOSE), (name, most, every[number])


def test_energy_and_time_are_bounded_with_one_placement():
    # What has the least energy reads the scratchpad for every product, and what does not waits for the DRAM.
    (layer,) = weft.map("dsconv:C=12,R=3,S=3,Y'=14,X'=14", "gemmini_like", "edp").layers
    space, objective = SpaceRequest().space(layer.workload, layer.mapping.accelerator), read_objective("edp")
    rows, quick = structures_of(space).rows(np.arange(len(structures_of(space)))), QuickCache(objective)
    apart = min(np.prod(both) for both in zip(*quick.least(space, rows, np.inf, space.accelerator), strict=True))
    together = quick.values(space, rows, np.inf, space.accelerator, only_least=True).min()
    assert apart < together / 1.2
    assert together <= layer.value * (1 + CLOSE)


def found_in(space, objective, time):
    search = search_of("layer", space, Settings(read_objective(objective), time))
    drive([search], this_process())
    assert search.finished
    if search.objective.front:
        front = sorted((entry.metrics.energy_pj, entry.metrics.cycles) for entry in search.entries)
        return search, [number for metrics in front for number in metrics]
    return search, min((search.objective.value(entry.metrics) for entry in search.entries), default=float("inf"))


@pytest.mark.parametrize("objective", ["edp", "cycles", "energy", "energy,cycles"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_search_by_number_finds_what_one_of_a_list_finds(seed, objective, by_number, monkeypatch):
    space, random = free_space(seed)
    time = random.choice(("throughput", "throughput", "stepwise"))
    search, found = found_in(space, objective, time)
    assert isinstance(structures_of(space), Numbered)
    structures_of.cache_clear()
    monkeypatch.setattr(question, "MOST_LISTED", 10**9)
    _, expected = found_in(space, objective, time)
    assert found == pytest.approx(expected, rel=CLOSE)
    assert search.structures == len(structures_of(space))


@pytest.mark.parametrize("seed", SEEDS)
def test_searches_of_explorations_list_all(seed, by_number):
    space, random = free_space(seed)
    objective = random.choice(("edp", "cycles", "energy"))
    settings = Settings(read_objective(objective))
    best = found_in(space, objective, "throughput")[1]
    for cutoff, boxes in ((float("inf"), float("inf")), (1.0001 * best, float("inf")), (float("inf"), 0)):
        search = GuidedSearch("layer", space, settings, float("inf"), QuickCache(settings.objective), cutoff, boxes)
        drive([search], this_process())
        assert search.lower_bound <= best * (1 + CLOSE)
        if boxes > 0 and best < float("inf"):
            assert min(search.value(entry.metrics) for entry in search.entries) == pytest.approx(best, rel=CLOSE)


@pytest.mark.parametrize("names", ["edp", "cycles", "energy", "energy,cycles"])
@pytest.mark.parametrize("gap", [0.0, 0.2])
def test_what_is_settled_is_what_the_descent_takes_for_hopeless(names, gap):
    random, objective = np.random.default_rng(1), read_objective(names)
    goal = objective.goal(weft.load_accelerator("bench_256"), gap)
    known = [Metrics(float(e), int(c)) for e, c in random.integers(5, 9, (3, 2))]
    energy, cycles = random.integers(4, 10, (2, 300)).astype(float)
    best = new_best(1, 1, 4)
    enter_known(goal, best, known)
    hopeless_ones = [hopeless(goal, best, *metrics) for metrics in zip(energy, cycles, strict=True)]
    settled = objective.settled(known, energy, cycles, goal.slack).tolist()
    assert settled == hopeless_ones
    assert len(set(settled)) == 2


def waves_of(search):
    """The bound after each wave."""
    while tasks := search.next_wave():
        for task in tasks:
            search.done(task, task.function(*task.arguments))
        yield search.lower_bound


@pytest.mark.parametrize("seed", SEEDS)
def test_bounds_never_fall(seed, by_number):
    space, random = free_space(seed)
    search = search_of("layer", space, Settings(read_objective(random.choice(("edp", "energy")))))
    bounds = list(waves_of(search))
    assert search.finished
    assert bounds == sorted(bounds) or not search.entries


@pytest.mark.parametrize("objective", ["edp", "cycles"])
@pytest.mark.parametrize("room", [1, 5])
def test_a_space_of_which_nothing_fits_has_an_end(objective, room, by_number):
    memories = (Memory("DRAM"), Memory("L2", 1, room), Memory("L1", None, room))
    machine = Accelerator("small", 4, memories, shape=(2, 2))
    space = machine_space(weft.parse_workload("gemm:M=8,N=8,K=8"), machine, mixed=False)
    held = constrain(space, ["hold L1: input, filter, output", "hold L2: input, filter, output"])
    search, best = found_in(held, objective, "throughput")
    assert best == float("inf")
    assert search.statistics["boxes"]


def test_rooms_of_tensors_bound_windowed_dimensions(by_number):
    memories = (Memory("DRAM"), Memory("L2", 1, 40, capacities=(("filter", 8),)), Memory("L1", None))
    machine = Accelerator("small", 4, memories, shape=(2, 2))
    (layer,) = weft.map("conv:K=1,C=1,Y'=7,X'=1,R=3,S=1", machine, split="perfect", shape=(2, 2)).layers
    assert layer.certificate.status == "optimal"


def test_machines_of_chiplets_are_searched_whatever_the_layer():
    (layer,) = weft.map("conv:K=64,C=64,Y'=56,X'=56,R=3,S=3", "simba_like", budget=1.0).layers
    assert layer.certificate.structures > 10**6
    assert layer.certificate.lower_bound > 0
    cost = weft.evaluate(Mapping(layer.workload, layer.dataflow, layer.mapping.accelerator))
    assert cost.energy_pj * cost.cycles_throughput == pytest.approx(layer.value, rel=CLOSE)


def test_a_budget_ends_a_search_by_number(by_number):
    space = machine_space(weft.parse_workload("gemm:M=64,N=64,K=64"), weft.load_accelerator("eyeriss"))
    search = search_of("layer", space, Settings(), deadline=0.0)
    drive([search], this_process())
    assert search.entries
    assert not search.finished
    assert 0 < search.lower_bound <= min(search.value(entry.metrics) for entry in search.entries)


@pytest.mark.parametrize("objective", ["edp", "cycles"])
@pytest.mark.parametrize("over", [False, True])
def test_what_has_no_structure_or_no_time_has_an_end(objective, over):
    space = machine_space(weft.parse_workload("gemm:M=8,N=8,K=8"), weft.load_accelerator("bench_256"))
    search = search_of("layer", replace(space, shapes=()), Settings(read_objective(objective)), 0.0 if over else np.inf)
    drive([search], this_process())
    assert not search.entries
    limits = read_objective(objective, {"power_mw": 0.0})
    search = search_of("layer", space, Settings(limits), 0.0 if over else np.inf)
    drive([search], this_process())
    assert not search.entries
    assert search.statistics["capacity"] == 0


def test_waves_have_eight_structures_while_there_are_so_many():
    space = machine_space(weft.parse_workload("gemm:M=64,N=64,K=64"), weft.load_accelerator("bench_256"))
    search = search_of("layer", space, Settings(read_objective("energy,cycles")))
    sizes = []
    while tasks := search.next_wave():
        sizes.append(len(tasks) if tasks[0].function is explore else 8)
        for task in tasks:
            search.done(task, task.function(*task.arguments))
    assert set(sizes[:3]) == {8}
