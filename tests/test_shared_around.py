"""What is next to the best shared machine, and the front of all, are what evaluating every machine says."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache
from itertools import product
from math import inf
from random import Random

import pytest
from machines_by_chance import case_by_chance, every_design, every_machine

from weft.exploration.boxes import Boxes
from weft.exploration.limits import MachineLimits
from weft.exploration.machine_tally import machine_tally
from weft.exploration.optima import Means
from weft.exploration.shared_front import descend, shared_front
from weft.exploration.shared_question import Question
from weft.exploration.shared_searches import SharedSearches
from weft.exploration.shared_sensitivity import sensitivity
from weft.exploration.spreads import groups_of, requests_of, spreads_of
from weft.exploration.useful import most_useful
from weft.ir import Job, WeftError
from weft.ir.machine_space import is_machine

CLOSE = 1e-9
ROUNDS = int(os.environ.get("WEFT_EXPLORE_ROUNDS", "1"))
SEEDS = (1002, 1000, *range(1004, 1000 + 2 * ROUNDS, 2))[:ROUNDS]


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    return cache(lambda seed: case_by_chance(Random(seed), folder))


@pytest.fixture(scope="module")
def machines(cases):
    """Every machine of a case with its least value where programs may take so much power."""
    return cache(lambda seed, power: list(every_machine(replace(cases(seed), power_mw=power))))


def limits_of(case):
    pairs = (("area_mm2", case.area_mm2), ("power_mw", case.power_mw))
    return tuple((name, most) for name, most in pairs if most < inf)


def searches_of(case, spreads=()):
    workloads = [layer.workload for layer in case.layers]
    most = tuple((name, most_useful(case.space, name, workloads)) for name in case.space.needed)

    def question_of(job, objective):
        limits = dict(job.limits)
        found = MachineLimits(case.silicon, limits.get("area_mm2", inf), limits.get("power_mw", inf))
        return found, Question(objective, case.limits, case.request)

    job = Job(case.space, limits=limits_of(case))
    boxes = Boxes(case.space, most)
    means, spreads = Means(), dict(spreads)
    return SharedSearches(job, case.layers, boxes, question_of, means, spreads=spreads, silicon=case.silicon)


def within(item, limits):
    return all(getattr(item, name) <= most * (1 + 1e-12) for name, most in limits.items())


def least(machines, seed, limits, settings=None):
    kept = (item for item in machines(seed, limits.get("power_mw", inf)) if within(item, limits))
    chosen = (item for item in kept if settings is None or settings.items() <= item.settings.items())
    return min((item.value for item in chosen), default=None)


def same(found, truth):
    return found is None if truth is None else found == pytest.approx(truth, rel=CLOSE)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_next_to_the_best_machine_is_the_best_there(seed, cases, machines):
    case, limits = cases(seed), dict(limits_of(cases(seed)))
    searches = searches_of(case)
    search = searches.run(case.objective)
    assert same(search.best and search.best.value, least(machines, seed, limits))
    near = sensitivity(searches, search, 1)
    if search.best is None:
        assert near.fields == near.limits == ()
        return
    own = dict(search.boxes.settings(search.best.stem, search.best.numbers))
    sides = {item.key: [n - item.values.index(own[item.key]) for n in range(len(item.values))]
             for item in case.space.variables}  # fmt: skip
    assert len(near.fields) == sum(abs(n) == 1 for numbers in sides.values() for n in numbers)
    assert [(item.key, item.setting) for item in near.limits] == [
        (name, most * part) for name, most in limits.items() for part in (0.9, 1.1)
    ]
    for change in near.fields:
        assert change.status == "optimal"
        assert same(change.value, least(machines, seed, limits, {change.key: change.setting}))
    for change in near.limits:
        assert change.status == "optimal"
        assert same(change.value, least(machines, seed, limits | {change.key: change.setting}))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["area", "power"])
def test_the_front_is_that_of_every_machine(seed, name, cases, machines):
    case = cases(seed)
    if name == "power" and not case.silicon.powered:
        case = replace(case, silicon=replace_powered(case), power_mw=inf)
        found = list(every_machine(case))
    else:
        found = machines(seed, case.power_mw)
    metric, limits = {"area": "area_mm2", "power": "power_mw"}[name], dict(limits_of(case))
    front = shared_front(searches_of(case), case.objective, ("cycles", name))
    assert front.complete
    kept = [(item.value, getattr(item, metric)) for item in found if within(item, limits)]
    truth = []
    for value, amount in sorted(kept):
        if not truth or (amount < truth[-1][1] * (1 - CLOSE) and value > truth[-1][0] * (1 + CLOSE)):
            truth.append((value, amount))
        elif amount < truth[-1][1]:
            truth[-1] = truth[-1][0], amount
    assert [step.value for step in front.steps] == pytest.approx([value for value, _ in truth], rel=CLOSE)
    assert [step.amount for step in front.steps] == pytest.approx([amount for _, amount in truth], rel=CLOSE)


def replace_powered(case):
    return type(case.silicon)(True)


@pytest.mark.parametrize("seed", SEEDS)
def test_machines_are_counted_as_going_through_them_counts(seed, cases):
    case = cases(seed)
    limits = MachineLimits(case.silicon, case.area_mm2, case.power_mw)
    legal, over = 0, {name: 0 for name, _ in limits_of(case)}
    valid = both = 0
    for _, machine in case.space.machines():
        memories = (
            replace(item, capacity_bytes=item.least_bytes) if item.name in case.space.needed else item
            for item in machine.memories
        )
        machine = replace(machine, memories=tuple(memories))
        if not is_machine(machine):
            continue
        legal += 1
        amounts = {name: getattr(case.silicon, name)(machine) or 0.0 for name, _ in limits_of(case)}
        beyond = {name for name, most in limits_of(case) if amounts[name] > most * (1 + 1e-12)}
        valid += not beyond
        both += len(beyond) == 2
        for name in beyond:
            over[name] += 1
    found = machine_tally(case.space, limits)
    assert (found.designs, found.valid, found.illegal) == (case.space.size, valid, case.space.size - legal)
    counted = dict(found.over)
    assert [counted.get(name.partition("_")[0]) for name in over] == list(over.values())
    assert counted.get("both", both) == both


def test_steps_of_a_staircase_are_found_by_few_questions():
    class Found:
        def __init__(self, value, amount):
            self.value, self.amount = value, amount

    heights = {n: 100 - n // 100 for n in range(1, 1001)}
    asked = []

    def ask(most):
        asked.append(most)
        # The answer takes as much as is allowed, though less would do.
        amount = min(int(most), 1000)
        return Found(heights[amount], amount) if amount >= 1 else None

    steps = [(step.value, step.amount) for step in descend(ask, 2000.0)]
    assert steps == [(100 - n, max(100 * n, 1)) for n in range(10, -1, -1)]
    assert len(asked) < 250


@pytest.mark.parametrize("seed", SEEDS[::3])
@pytest.mark.parametrize("scope", ["one", "class"])
def test_the_best_with_one_dataflow_is_the_best_of_all_dataflows(seed, scope, cases):
    case = cases(seed)
    boxes, random = searches_of(case).boxes, Random(seed)
    spreads = {}
    for name, layers in groups_of(case.layers, scope).items():
        try:
            found = spreads_of(layers, boxes, case.request)
        except WeftError:
            assert len(layers) > 1
            return
        spreads[name] = random.sample(found, min(len(found), 2))
    choices = [tuple(zip(spreads, row, strict=True)) for row in product(*spreads.values())]
    truths = [every_design(replace(case, request=request)).value for request in requests_of(case.request, choices)]
    truth = min((value for value in truths if value is not None), default=None)
    searches = searches_of(case, spreads)
    search = searches.run(case.objective)
    assert search.finished
    assert same(search.best and search.best.value, truth)
    assert search.lower_bound == (inf if truth is None else pytest.approx(truth, rel=CLOSE))
    if truth is not None:
        assert truths[choices.index(searches.choice(search.best))] == pytest.approx(truth, rel=CLOSE)
    free = every_design(case).value
    assert truth is None or free <= truth * (1 + CLOSE)
    near = sensitivity(searches, search, 1)
    assert all(change.status == "optimal" for change in (*near.fields, *near.limits))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_dataflow_leaves_the_programs_that_spread_its_dimensions(seed, cases):
    case = cases(seed)
    layer, machine = case.layers[0], case.space.base
    whole = case.request.space(layer.workload, machine)
    spreads = spreads_of([layer], Boxes(replace(case.space, variables=(), needed=())), case.request)
    seen = set()
    for request in requests_of(case.request, [(("all", spread),) for spread in spreads]):
        spread = dict(request.choice[0][1])
        kept = set(request.space(layer.workload, machine).points())
        assert kept == {
            point
            for point in whole.points()
            if all(name in (None, spread.get(n)) for n, name in enumerate(point.structure.spatial))
        }
        seen |= kept
    assert seen == set(whole.points())
