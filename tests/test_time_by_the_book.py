"""Times, counts, accesses and link crossings are those that the text of the model gives, on generated programs."""

from __future__ import annotations

from collections import Counter
from dataclasses import astuple, replace
from functools import cache

import pytest
from array_strategies import arrays
from hypothesis import HealthCheck, given, seed, settings
from strategies import mappings
from time_by_the_book import Book

from weft import evaluate
from weft.backends.cost import evaluate_schedule
from weft.backends.energy import accesses
from weft.ir import Accelerator, Cluster, Dataflow, Interconnect, Mapping, Memory, SpatialMap, operator_workload
from weft.passes import schedule

KINDS = {"any": mappings, "array": arrays}


@cache
def sample(kind, max_points, number, *seeds):
    """Generated programs, `number` for each seed: those of one seed resemble each other."""
    found = []
    for draw_seed in seeds:

        @seed(draw_seed)
        @settings(max_examples=number, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(KINDS[kind](max_points=max_points))
        def run(mapping):
            found.append(mapping)

        run()
    return tuple(found)


QUICK = (120, 12, *range(10))


def agrees(mapping):
    """Weft's times, counts, accesses and link crossings are the book's."""
    placed = schedule(mapping)
    cost, book = evaluate_schedule(placed), Book(placed)
    assert (cost.cycles_stepwise, cost.cycles_throughput) == (book.stepwise(), book.throughput())
    counted = {
        (item.parent, item.child, tensor): astuple(traffic)
        for item in cost.counts.interfaces
        for tensor, traffic in item.tensors
    }
    assert counted == book.counts
    used = {name: [0, 0] for name in book.accesses}
    for item in accesses(cost.counts, placed):
        used[item.memory] = [a + b for a, b in zip(used[item.memory], (item.reads, item.writes), strict=True)]
    assert used == book.accesses
    assert {
        (*term.name.removesuffix(" transfer").split(" to "), term.tensor): term.accesses
        for term in cost.energy
        if term.component == "network"
    } == book.crossings()


@pytest.mark.parametrize("kind", KINDS)
def test_times_and_counts_follow_from_the_text(kind):
    for mapping in sample(kind, *QUICK):
        agrees(mapping)


@pytest.mark.campaign
@pytest.mark.parametrize("draw_seed", range(200, 220))
@pytest.mark.parametrize("kind", KINDS)
def test_times_and_counts_follow_from_the_text_in_the_campaign(kind, draw_seed):
    for mapping in sample(kind, 500, 250, draw_seed):
        agrees(mapping)


def everywhere(networks=None, **memory):
    """A machine with the given fields in all memories and, of `networks`, in all networks."""

    def change(machine):
        return replace(
            machine,
            memories=tuple(
                replace(item, **memory, networks=tuple(replace(wire, **networks or {}) for wire in item.networks))
                for item in machine.memories
            ),
        )

    return change


def adders_apart(machine):
    """The same adders, none of them in the elements: a chain is as long as a row of units."""
    wires = [tuple(replace(n, adder=n.adder.replace("unit", "chain")) for n in m.networks) for m in machine.memories]
    memories = [replace(m, networks=n) for m, n in zip(machine.memories, wires, strict=True)]
    return replace(machine, memories=tuple(memories))


WITHOUT = {
    "single buffers": everywhere(buffering="rolling"),
    "walking tensors": everywhere({"store_and_forward": ()}),
    "adder latency": everywhere({"adder_latency": 0}),
    "sums in the units": adders_apart,
    "queues": everywhere({"queues": False}),
    "channels": everywhere({"channels": ()}),
    "topologies": everywhere({"topology": "bus"}),
    "ports": everywhere(read_bandwidth=None, write_bandwidth=None, shared_bandwidth=None),
    "vectors": lambda machine: replace(machine, vector_width=1),
    "pipeline": lambda machine: replace(machine, pipeline_depth=1),
}
"""Machines without one feature."""


def test_every_feature_decides_the_time_of_many_programs():
    """The sample above would be worth little if a feature hardly mattered in it: in at least 8 of 240 programs."""
    matters = Counter()
    for mapping in (mapping for kind in KINDS for mapping in sample(kind, *QUICK)):
        machine, time = mapping.accelerator, evaluate(mapping).cycles_stepwise
        for feature, change in WITHOUT.items():
            other = replace(mapping, accelerator=change(machine))
            matters[feature] += other.accelerator != machine and evaluate(other).cycles_stepwise != time
    assert {feature: matters[feature] for feature in WITHOUT if matters[feature] < 8} == {}


def test_a_level_of_one_unit_adds_up_nothing():
    """The only unit of level 1 takes all terms of the sum itself, in its folds: nobody hands it one."""
    workload = operator_workload("GEMM", {"M": 2, "N": 1, "K": 3})
    program = Dataflow(((SpatialMap(1, 1, "M"),), (SpatialMap(1, 1, "K"),)), (Cluster(1),))
    times = []
    for adder in ("chain", "unit"):
        memories = (Memory("L2", networks=(Interconnect(adder=adder),)), Memory("L1", None))
        mapping = Mapping(workload, program, Accelerator("machine", 2, memories))
        agrees(mapping)
        times.append(evaluate(mapping).cycles_stepwise)
    assert times == [3, 3]
