"""The search finds exactly what trying every program finds."""

from __future__ import annotations

import os
from dataclasses import replace
from random import Random

import pytest
from campaigns import first
from map_searches import space_by_chance

from weft import evaluate
from weft.ir import Accelerator, Interconnect, Mapping, Memory, WeftError, operator_workload
from weft.search.layer import LayerSearch
from weft.search.objective import Metrics, read_objective
from weft.search.question import measure
from weft.search.request import Settings
from weft.search.spaces.default import machine_space
from weft.search.spaces.flexibility import Flexibility, flexibility_space
from weft.search.spaces.point import LevelSpace
from weft.search.spaces.space import MapSpace
from weft.search.stepwise import StepwiseSearch
from weft.search.workers.executors import processes, this_process
from weft.search.workers.waves import drive

CLOSE = 1e-9
"""Energies this close are equal: sums of floats in another order."""


def weighted(metrics):
    """A function that grows with energy and with cycles, not as a product."""
    return metrics.energy_pj + 40.0 * metrics.cycles


OBJECTIVES = ("cycles", "energy", "edp", "ed2p", weighted, "energy,cycles")


class Everything:
    """Energy and cycles of every program of a space that fits; programs that differ in one-step maps count once."""

    def __init__(self, space, time):
        self.found = {}
        for point in space.points():
            key = effective(space, point)
            if key not in self.found:
                self.found[key] = measured(space, point, time)
        self.metrics = [item for item in self.found.values() if item is not None]

    def front(self):
        return front_of(self.metrics)


def effective(space, point):
    """What of a program takes more than one step."""
    chunk, levels = dict(space.workload.extents), []
    for level, spread in zip(point.levels, point.structure.spatial, strict=True):
        levels.append(tuple((name, size, name == spread) for name, size in level if size < chunk[name]))
        chunk |= dict(level)
    return point.structure.units, tuple(levels), point.holds


def measured(space, point, time):
    """None for a program that does not fit."""
    try:
        return measure(space, point, time)
    except WeftError as error:
        if {item.code for item in error.diagnostics if item.is_error} != {"W201"}:
            raise
        return None


def front_of(metrics):
    """The (cycles, energy) pairs that no other beats, by falling energy."""
    found = []
    for energy, cycles in sorted({(item.energy_pj, item.cycles) for item in metrics}, key=lambda item: item[::-1]):
        if not found or energy < found[-1][1] * (1 - CLOSE):
            found.append((cycles, energy))
    return found


class Watched:
    """A search whose bound is looked at before every wave."""

    least_value = None

    def next_wave(self):
        if self.least_value is not None:
            assert self.lower_bound <= self.least_value * (1 + CLOSE)
        return super().next_wave()


class WatchedSearch(Watched, LayerSearch):
    pass


class WatchedSteps(Watched, StepwiseSearch):
    pass


def searched(space, objective, time="throughput", least=None, workers=None, limits=None):
    """A search that is over; while it goes on, its bound is never above `least`."""
    kind = WatchedSteps if time == "stepwise" else WatchedSearch
    search = kind("layer", space, Settings(read_objective(objective, limits), time))
    search.least_value = least
    drive([search], workers or this_process())
    assert search.finished
    return search


def compare(space, objective, time="throughput", limits=None):
    """What a search of a space finds is what all its programs within the limits give.

    `limits` makes a dictionary of the metrics of all programs.
    """
    everything = Everything(space, time)
    clock = space.accelerator.clock_mhz
    most = limits(everything.metrics, clock) if limits else {}
    everything.metrics = [item for item in everything.metrics if is_within(item, most, clock)]
    wanted = read_objective(objective)
    product = wanted.exponents or (1, 1)
    values = [m.energy_pj ** product[0] * m.cycles ** product[1] for m in everything.metrics]
    search = searched(space, wanted, time, min(values, default=None), limits=most)
    assert bool(search.entries) == bool(values)
    for entry in search.entries:
        assert entry.point in space
        again = measured(space, entry.point, time)
        assert again is not None, "the answer does not fit"
        assert is_within(again, most, clock), "the answer is beyond a limit"
        assert entry.metrics.cycles == again.cycles
        assert entry.metrics.energy_pj == pytest.approx(again.energy_pj, rel=CLOSE)
    if not values:
        return search
    if wanted.exponents:
        assert search.value(search.entries[0].metrics) == pytest.approx(min(values), rel=CLOSE)
    else:
        expected, found = everything.front(), front_of([entry.metrics for entry in search.entries])
        assert [cycles for cycles, _ in found] == [cycles for cycles, _ in expected]
        assert [energy for _, energy in found] == pytest.approx([energy for _, energy in expected], rel=CLOSE)
        best = min(wanted.value(item) for item in everything.metrics)
        assert min(wanted.value(entry.metrics) for entry in search.entries) == pytest.approx(best, rel=CLOSE)
    assert search.lower_bound <= min(values) * (1 + CLOSE)
    return search


def amount(metrics, name, clock):
    """A metric of a program; of power the joules over the seconds, in milliwatts."""
    if name != "power_mw":
        return getattr(metrics, name)
    return metrics.energy_pj * 1e-12 / (metrics.cycles / (clock * 1e6)) * 1e3


def is_within(metrics, limits, clock):
    return all(amount(metrics, name, clock) <= most * (1 + 1e-12) for name, most in limits.items())


def limits_by_chance(random):
    """Limits of one metric or two: what a program has exactly, a little less, or something between two programs."""
    metrics_of = ("cycles",), ("energy_pj",), ("cycles", "energy_pj"), ("power_mw",), ("power_mw", "cycles")

    def chosen(metrics, clock):
        if not metrics:
            return {"cycles": 10.0}
        found = {}
        for name in random.choice(metrics_of):
            values = sorted(amount(item, name, clock) for item in metrics)
            value = values[int(random.random() ** 2 * len(values))]
            # Power is a quotient: one that is equal but for rounding would be on either side.
            found[name] = value * random.choice([1.000001, 0.999999, 0.999, (1 + random.random())])
            if name != "power_mw" and random.random() < 0.5:
                found[name] = value
        return found

    return chosen


SEEDS = 12
PER_SEED = 25
"""300 small spaces, a third of them in every run; the campaign has also spaces of up to 10^6 points."""


def some(seed, count, most):
    random = Random(seed)
    for _ in range(count):
        space, kind = space_by_chance(random, most)
        yield space, random.choice(OBJECTIVES), kind


@pytest.mark.parametrize("seed", first(SEEDS // 3, range(SEEDS)))
def test_a_search_finds_what_trying_every_program_finds(seed):
    for space, objective, kind in some(seed, PER_SEED, 200):
        try:
            compare(space, objective)
        except AssertionError as error:
            raise AssertionError(f"{kind}, {objective}: {space}") from error


@pytest.mark.parametrize("count", first(1, [12, 200]))
def test_a_search_by_steps_finds_what_trying_every_program_finds(count):
    for space, objective, _ in some(201, count, 300):
        compare(space, objective, "stepwise")


WITHIN_LIMITS = [(300, "throughput", 25), (302, "stepwise", 25), (300, "throughput", 40), (301, "throughput", 40)]


@pytest.mark.parametrize("case", first(2, WITHIN_LIMITS))
def test_a_search_within_limits_finds_what_trying_every_program_finds(case):
    seed, time, count = case
    random, empty, left_out = Random(seed), 0, 0
    for space, objective, kind in some(seed, count, 200):
        try:
            search = compare(space, objective, time, limits_by_chance(random))
        except AssertionError as error:
            raise AssertionError(f"{kind}, {objective}: {space}") from error
        empty += not search.entries
        left_out += search.statistics["limit"] > 0
    assert empty > 1
    assert left_out > 2


def test_by_steps_a_tiling_may_win_that_moves_no_less():
    workload = operator_workload(
        "CONV", dict.fromkeys(("N", "K", "C", "S", "X'"), 1) | {"Y'": 6, "R": 4}, dilation={"Y": 3}
    )
    networks = (Interconnect(3), Interconnect(1, multicast=False))
    memories = (Memory("DRAM", shared_bandwidth=2, networks=networks[:1]), Memory("L2", networks=networks))
    machine = Accelerator("machine", 4, memories, word_bits=(("output", 24),))
    levels = (LevelSpace(("Y'", "R"), (None,), (("Y'", "R"),)),)
    space = MapSpace(workload, machine, levels, ((4,),), (("L2", (("output",), ("input", "filter"))),))
    compare(space, "edp", "stepwise")


def test_an_outermost_memory_that_is_too_small_leaves_no_answer():
    workload = operator_workload("GEMM", dict.fromkeys("MNK", 4))
    machine = Accelerator("machine", 4, (Memory("L2", capacity_bytes=40), Memory("L1", None)))
    levels = (LevelSpace(("M", "N"), ("K",)),)
    space = MapSpace(workload, machine, levels, ((4,),), (("L1", (("input", "filter", "output"),)),))
    compare(space, "edp")


def test_a_workload_of_one_step_has_its_one_program():
    machine = Accelerator("machine", 1, (Memory("L2"), Memory("L1", None)))
    compare(machine_space(operator_workload("GEMM", dict.fromkeys("MNK", 1)), machine), "edp")


@pytest.mark.parametrize("held", [(), ("input",)])
def test_memories_that_hold_nothing_are_no_obstacle(held):
    machine = Accelerator("machine", 2, (Memory("L2"), Memory("L1", None)))
    space = machine_space(operator_workload("GEMM", {"M": 3, "N": 2, "K": 2}), machine)
    compare(replace(space, holds=(("L1", (held,)),)), "edp")


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(100, 100 + int(os.environ.get("WEFT_MAP_SEEDS", "40"))))
def test_a_search_of_larger_spaces_finds_what_trying_every_program_finds(seed):
    for space, objective, _ in some(seed, 10, 1_000_000 if seed % 20 == 0 else 20_000):
        compare(space, objective)


def test_two_workers_find_and_count_what_one_does():
    spaces = [item for item in some(50, 40, 2000) if len(item[0].structures()) > 2][:12]
    runs = []
    for workers in (this_process(), processes(2)):
        searches = [
            LayerSearch(str(number), space, Settings(read_objective(objective)))
            for number, (space, objective, _) in enumerate(spaces)
            if objective is not weighted  # tests are no module that another process can import
        ]
        drive(searches, workers)
        runs.append([(s.entries, s.statistics, s.dropped, s.lower_bound, s.gap) for s in searches])
    assert runs[0] == runs[1]
    assert len(runs[0]) > 5


def test_a_space_of_one_program_gives_it_with_the_cost_of_evaluate():
    random, seen = Random(60), 0
    while seen < 15:
        space, _ = space_by_chance(random, 2000)
        base = next(space.sample(random, 1))
        try:
            alone = flexibility_space(space, base, Flexibility("fixed", "fixed", "fixed", "fixed"))
        except WeftError:
            continue
        if list(alone.points()) != [base] or measured(space, base, "throughput") is None:
            continue
        seen += 1
        search = searched(alone, "edp")
        assert [effective(alone, entry.point) for entry in search.entries] == [effective(space, base)]
        cost = evaluate(Mapping(space.workload, space.program(base), space.accelerator))
        assert search.entries[0].metrics.cycles == cost.cycles("throughput")
        assert search.entries[0].metrics.energy_pj == pytest.approx(cost.energy_pj, rel=CLOSE)
        assert search.gap == 0.0


def test_an_empty_space_has_no_answer():
    random = Random(70)
    for objective in OBJECTIVES:
        space, _ = space_by_chance(random, 2000)
        search = searched(replace(space, shapes=()), objective)
        assert search.entries == []
        assert search.finished


def test_the_front_drops_what_another_beats():
    metrics = [Metrics(5.0, 3), Metrics(4.0, 3), Metrics(4.0, 4), Metrics(2.0, 9), Metrics(4.0, 3)]
    assert front_of(metrics) == [(3, 4.0), (9, 2.0)]
