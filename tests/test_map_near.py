"""The programs beside the best are exactly those that trying every program finds."""

from math import inf
from random import Random

import pytest
from campaigns import first
from map_searches import space_by_chance
from small_maps import MACHINE
from test_map_exhaustive import CLOSE, Everything, is_within, limits_by_chance, measured

from weft import parse_workload
from weft.search import explore
from weft.search.descent.tile import MAX_KEPT, _orders_at_most
from weft.search.near import structure
from weft.search.near.kept import Kept, Near
from weft.search.objective import TINY, Metrics, read_objective
from weft.search.request import Settings
from weft.search.spaces.request import SpaceRequest
from weft.search.stepwise import search_of
from weft.search.workers.executors import processes, this_process
from weft.search.workers.waves import drive

OBJECTIVES = ("cycles", "energy", "edp", "ed2p")


def pairs_of(metrics, objective):
    """The values of all different pairs of energy and cycles, by rising value."""
    found = []
    for item in sorted(metrics, key=lambda item: (item.cycles, item.energy_pj)):
        if not (found and found[-1].cycles == item.cycles and item.energy_pj <= found[-1].energy_pj * (1 + TINY)):
            found.append(item)
    return sorted(map(objective.value, found))


def wanted_of(values, top, within):
    """Those of them that are asked for."""
    if within is not None:
        values = [value for value in values if value <= values[0] * (1 + within) * (1 + TINY)]
    return values[:top]


def near_by_chance(random):
    top, within = random.choice((None, 1, 2, 5, 10, 40)), random.choice((None, 0.0, 0.01, 0.1, 0.37, 1.0))
    return (7, within) if top is None and within is None else (top, within)


def searched(space, objective, time, top, within, workers=None):
    search = search_of("layer", space, Settings(objective, time, top=top, within=within))
    drive([search], workers or this_process())
    assert search.finished
    return search


def compare(space, name, time, near, limits=None):
    """What a search lists is what all programs give."""
    everything, (top, within) = Everything(space, time), near
    clock = space.accelerator.clock_mhz
    most = limits(everything.metrics, clock) if limits else {}
    objective = read_objective(name, most)
    values = pairs_of([item for item in everything.metrics if is_within(item, most, clock)], objective)
    search = searched(space, objective, time, top, within)
    expected, found = wanted_of(values, top, within), [objective.value(entry.metrics) for entry in search.entries]
    assert found == pytest.approx(expected, rel=CLOSE)
    complete, below = search.completeness
    assert complete
    assert (below is None) == (not values or (within is None and len(found) < top))
    assert below is None or not [value for value in values[len(found) :] if value < below * (1 - CLOSE)]
    for entry in search.entries:
        assert entry.point in space
        again = measured(space, entry.point, time)
        assert is_within(again, most, clock)
        assert (entry.metrics.cycles, entry.metrics.energy_pj) == (again.cycles, pytest.approx(again.energy_pj))
    assert len(pairs_of([entry.metrics for entry in search.entries], objective)) == len(found)
    assert search.proved
    assert not values or search.lower_bound == pytest.approx(values[0], rel=CLOSE)
    return len(found)


def some(seed, count, most):
    random = Random(seed)
    for _ in range(count):
        space, kind = space_by_chance(random, most)
        yield random, space, random.choice(OBJECTIVES), near_by_chance(random), kind


@pytest.mark.parametrize("seed", first(1, range(4)))
def test_a_list_is_what_trying_every_program_finds(seed):
    longest = 0
    for _, space, objective, near, kind in some(400 + seed, 25, 200):
        try:
            longest = max(longest, compare(space, objective, "throughput", near))
        except AssertionError as error:
            raise AssertionError(f"{kind}, {objective}, {near}: {space}") from error
    assert longest > 5


def test_a_list_by_steps_is_what_trying_every_program_finds():
    assert max(compare(space, name, "stepwise", near) for _, space, name, near, _ in some(410, 10, 200)) > 5


@pytest.mark.parametrize("time", ["throughput", "stepwise"])
def test_a_list_within_limits_is_what_trying_every_program_finds(time):
    cases = some(420, 20, 200)
    found = [compare(space, name, time, near, limits_by_chance(random)) for random, space, name, near, _ in cases]
    assert 0 in found
    assert max(found) > 2


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(430, 450))
@pytest.mark.parametrize("time", ["throughput", "stepwise"])
def test_a_list_of_larger_spaces_is_what_trying_every_program_finds(seed, time):
    for random, space, objective, near, kind in some(seed, 10, 20_000 if time == "throughput" else 1000):
        limits = limits_by_chance(random) if random.random() < 0.3 else None
        try:
            compare(space, objective, time, near, limits)
        except AssertionError as error:
            raise AssertionError(f"{kind}, {objective}, {near}: {space}") from error


LAYER, SMALL = (SpaceRequest().space(parse_workload(f"gemm:M={m},N={n},K={m}"), MACHINE) for m, n in ((16, 12), (8, 6)))


@pytest.mark.parametrize(
    ("space", "time", "near"),
    [(LAYER, "throughput", (30, None)), (LAYER, "stepwise", (None, None)), (SMALL, "stepwise", (2, None))],
)
def test_what_is_counted_does_not_depend_on_the_clock(space, time, near, monkeypatch):
    found = []
    for size in (3, explore.SLICE):
        monkeypatch.setattr(explore, "_next_slice", lambda boxes, seconds, size=size: size)
        search = searched(space, read_objective("edp"), time, *near)
        found.append((search.entries, search.statistics, search.completeness))
    assert found[0] == found[1]


def test_two_workers_list_and_count_what_one_does():
    one, two = (searched(LAYER, read_objective("edp"), "throughput", 30, None, w) for w in (None, processes(2)))
    assert (one.entries, one.statistics, one.dropped) == (two.entries, two.statistics, two.dropped)


@pytest.mark.parametrize(("ordered", "most"), [(False, 720), (True, MAX_KEPT)])
def test_there_is_room_for_all_orders_of_six_loops_where_none_stands_for_another(ordered, most):
    assert _orders_at_most(0b111111, ordered) == most


def test_tilings_with_more_programs_than_are_listed_are_done_again(monkeypatch):
    least, again = searched(LAYER, read_objective("edp"), "throughput", 30, None), []
    go_back = structure.NearStructureSearch.descend

    def watched(self, limit):
        before = self.counts
        go_back(self, limit)
        again.append(self.counts is not before)

    monkeypatch.setattr(structure, "LISTED", 800)
    monkeypatch.setattr(structure.NearStructureSearch, "descend", watched)
    search = searched(LAYER, read_objective("edp"), "throughput", 30, None)
    assert any(again)
    assert [entry.metrics for entry in search.entries] == [entry.metrics for entry in least.entries]
    assert search.completeness == least.completeness


def test_what_is_skipped_leaves_a_list_incomplete(monkeypatch):
    # Of each tiling, so few are listed that their values say nothing of the rest.
    monkeypatch.setattr(structure, "LISTED", 5)
    search = searched(LAYER, read_objective("edp"), "throughput", 30, None)
    complete, below = search.completeness
    assert not complete
    assert below <= search.value(search.entries[-1].metrics)
    assert search.proved  # of the best one


@pytest.mark.parametrize("seed", range(3))
def test_a_list_keeps_the_least_whatever_comes_first(seed):
    random = Random(seed)
    items = [Metrics(random.choice((1.0, 1 + 1e-14, 1.5, 2.0, 3.0)) * 7, random.randint(1, 9)) for _ in range(60)]
    for name in OBJECTIVES:
        objective = read_objective(name)
        goal = objective.goal(MACHINE, 0.0)
        for most, within in ((3, inf), (100, 0.5), (4, 1.0), (100, 0.0)):
            kept = Kept(Near(most, within), goal)
            for item in items:
                if kept.takes(item):
                    kept.enter(item, None)
            values = pairs_of(items, objective)
            expected = wanted_of(values, most, None if within == inf else within)
            assert [objective.value(item) for item, _ in kept.items] == pytest.approx(expected)
            assert kept.full == (len(expected) == most)
