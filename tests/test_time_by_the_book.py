"""Times, counts, accesses and link crossings are those that the text of the model gives, on generated programs."""

from __future__ import annotations

from collections import Counter
from dataclasses import astuple, replace
from functools import cache

import pytest
from generated import KINDS, sample
from time_by_the_book import Book

from weft import evaluate
from weft.analysis.counts import values_of
from weft.analysis.table import table_of
from weft.backends.cost import evaluate_schedule
from weft.ir import Accelerator, Cluster, Dataflow, Interconnect, Mapping, Memory, SpatialMap, operator_workload
from weft.passes import schedule

QUICK = (120, 10, *range(10))


def agrees(mapping):
    """Weft's times, counts, accesses and link crossings are the book's, which is returned."""
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
    values = values_of(cost.counts)
    for use in table_of(placed).uses:
        if use.place in used:
            used[use.place][use.action == "write"] += use.amount.total(values.__getitem__)
    assert used == book.accesses
    assert {
        (*term.name.removesuffix(" transfer").split(" to "), term.tensor): term.accesses
        for term in cost.energy
        if term.component == "network"
    } == book.crossings()
    return book


@cache
def books():
    """The books of the sample, which agree with Weft."""
    return [agrees(mapping) for kind in KINDS for mapping in sample(kind, *QUICK)]


def test_times_and_counts_follow_from_the_text():
    assert len(books()) >= 300


def holds_less(book):
    """Chunks of one level that differ in size, and units idle in the last step that were at work before."""
    steps = book.program.steps(book.bottom)
    sizes = {tuple(high - low for low, high in chunk) for _, units in steps for chunk in units.values()}
    return len(sizes) > 1, len(steps[-1][1]) < max(len(units) for _, units in steps)


def features(book):
    """What a program shows, by name."""
    edge, idle = holds_less(book)
    below = [book.below(name, level + 1)[:1] for name in book.names for level in book.levels]
    standing = {site.boundary for site in book.schedule.sites}
    fills = [row for (_, _, name), row in book.counts.items() if name != book.output]
    shown = {
        "levels": book.bottom > 1,
        "deep levels": book.bottom > 2,
        "edge chunks": edge,
        "idle in the last step": idle,
        "passed level": not standing.issuperset(range(book.bottom)),
        "stack": sum(site.boundary == 0 for site in book.schedule.sites) > 1,
        "windows": any(len(axis.terms) > 1 for tensor in book.workload.inputs for axis in tensor.subscripts),
        "multicast": any(reads < filled for filled, reads, _ in fills),
        "forwarding": any(forwards for _, _, forwards in fills),
        "sums that come back": any(move.into[book.output] for move in book.moves.values()),
    }
    yield from (name for name, is_shown in shown.items() if is_shown)
    yield from (site.memory.buffering for sites in below for site in sites)
    yield from (f"effect: {name}" for name, times in book.seen.items() if times)


EVERYTHING = """
levels, deep levels, edge chunks, idle in the last step, passed level, stack, windows, multicast, forwarding,
sums that come back, single, rolling, double, effect: walk, effect: adders, effect: links, effect: vectors,
effect: sums, effect: skew, effect: pipeline, effect: stacked, effect: stacked ports, effect: ports,
effect: port of a transfer, effect: port of the arithmetic, effect: single, effect: single skew,
effect: single shared, effect: fetch, effect: chain, effect: shared, effect: readbacks, effect: queues
"""


def test_the_sample_shows_every_rule_of_the_model():
    """In at least 3 of 300 programs; most in many more."""
    shown = Counter(feature for book in books() for feature in set(features(book)))
    names = EVERYTHING.replace("\n", " ").strip().split(", ")
    assert {name: shown[name] for name in names if shown[name] < 3} == {}
    assert {*shown} <= {*names}


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
    "banks": everywhere(banks=1),
    "forwarding": everywhere({"forwarding": False}),
    "vectors": lambda machine: replace(machine, vector_width=1),
    "pipeline": lambda machine: replace(machine, pipeline_depth=1),
}
"""Machines without one feature."""


def test_every_feature_decides_the_time_of_many_programs():
    """The sample above would be worth little if a feature hardly mattered in it: in at least 8 of 300 programs."""
    matters = Counter()
    for mapping in (mapping for kind in KINDS for mapping in sample(kind, *QUICK)):
        machine, time = mapping.accelerator, evaluate(mapping).cycles_stepwise
        for feature, change in ((name, change) for name, change in WITHOUT.items() if matters[name] < 8):
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
