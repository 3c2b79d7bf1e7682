"""One table says what every count burdens: a term that is added there reaches all that is charged or proved."""

from random import Random

import pytest
from generated import KINDS, sample
from test_map_exhaustive import Everything
from test_point_costs import check_point

import weft
from weft.analysis import table, uses
from weft.analysis.uses import Use
from weft.backends.energy import charges
from weft.backends.energy.energy import _charges
from weft.ir import InternalError, Layer, Mapping
from weft.passes import schedule
from weft.search import machine_space
from weft.search.point_costs import PointCosts
from weft.search.question import ground_of

SETTINGS = ["pes=4", "shape=[2,2]", "L2.capacity_bytes=80", "L1.capacity_bytes=20", "DRAM.shared_bandwidth=2"]
MACHINE = weft.load_accelerator("bench_256", SETTINGS)
WORKLOAD = weft.parse_workload("gemm:M=6,N=5,K=4")
TAGS = 7


def clear():
    table._table.cache_clear()
    _charges.cache_clear()
    ground_of.cache_clear()


@pytest.fixture
def tagged(monkeypatch):
    """For every element that a parent hands out it writes seven tags: added in the one place that says so."""
    accesses = uses._accesses

    def with_tags(parent, child, tensor, output):
        for use in accesses(parent, child, tensor, output):
            yield use
            if use.action == "read" and use.place == parent:
                yield Use(parent, "write", tensor, use.amount * TAGS, "tags")

    def add():
        monkeypatch.setattr(uses, "_accesses", with_tags)
        clear()

    yield add
    monkeypatch.undo()
    clear()


def points(number=12):
    space = machine_space(WORKLOAD, MACHINE)
    return space, list(space.sample(Random(3), number))


def cost_of(space, point):
    return weft.evaluate(Mapping(WORKLOAD, space.program(point), MACHINE), "warning")


def test_a_term_reaches_energy_ports_and_prices(tagged):
    space, some = points()
    before = [cost_of(space, point) for point in some]
    tagged()
    for old, point in zip(before, some, strict=True):
        new = cost_of(space, point)
        terms = [{(term.name, term.tensor): term.accesses for term in cost.energy} for cost in (old, new)]
        asked = dict.fromkeys(("DRAM", "L2", "L1"), 0)
        for interface in old.counts.interfaces:
            for tensor, traffic in interface.tensors:
                key, tags = (f"{interface.parent} write", tensor), TAGS * getattr(traffic, "reads", 0)
                assert tensor == "output" or terms[1][key] - terms[0].get(key, 0) == tags > 0
                asked[interface.parent] += tags or TAGS * traffic.readbacks
        loads = [dict(cost.bottlenecks)["DRAM accesses"] for cost in (old, new)]
        assert loads[1] - loads[0] == pytest.approx(asked["DRAM"] / 2, abs=1)
        counts = weft.count(Mapping(WORKLOAD, space.program(point), MACHINE), "warning")
        (priced,) = weft.price(counts, counts.prices())
        assert (priced["cycles"], priced["energy_pj"]) == (new.cycles_throughput, pytest.approx(new.energy_pj))


def test_a_term_reaches_the_expectation_with_zeros(tagged):
    sparse = weft.parse_workload("gemm:M=6,N=5,K=4")
    text = "TemporalMap(3,3) M; Cluster(2, L2); SpatialMap(3,3) N; TemporalMap(2,2) K; Cluster(2);"
    layer = Layer("l", sparse, weft.parse_dataflow(text))
    mapping = weft.map_layer(layer, MACHINE, None, {"filter": "0.5"})
    before = weft.evaluate_sparse(mapping, "warning")
    tagged()
    after = weft.evaluate_sparse(mapping, "warning")
    accesses = [{(term.name, term.tensor): term.accesses for term in cost.energy} for cost in (before, after)]
    assert accesses[1]["DRAM write", "filter"] == TAGS * accesses[0]["DRAM read", "filter"] > 0
    assert dict(after.bottlenecks)["DRAM accesses"] > 3 * dict(before.bottlenecks)["DRAM accesses"]


def test_a_term_reaches_the_search_and_its_bounds(tagged):
    tagged()
    space, some = points()
    costs = PointCosts(space)
    assert sum(check_point(space, costs, point) for point in some) > 0
    small = weft.parse_workload("gemm:M=2,N=1,K=3")
    space = machine_space(small, MACHINE)
    costs = PointCosts(space)
    found = [costs.evaluate(point) for point in space.points()]
    best = min(item.energy_pj * item.cycles for item in found if item.fits)
    (layer,) = weft.map(small, MACHINE).layers
    assert layer.certificate.status == "optimal"
    assert layer.value == pytest.approx(best)
    assert any(term.name == "DRAM write" and term.tensor == "filter" for term in layer.cost.energy)


def test_a_term_of_parts_of_elements_is_bounded_and_evaluated(tagged, monkeypatch):
    monkeypatch.setitem(globals(), "TAGS", 0.4)
    tagged()
    small = weft.parse_workload("gemm:M=2,N=1,K=2")
    space = machine_space(small, MACHINE)
    with pytest.raises(ValueError, match="no linear forms"):
        PointCosts(space).evaluate(next(iter(space.points())))
    best = min(item.energy_pj * item.cycles for item in Everything(space, "throughput").metrics)
    (layer,) = weft.map(small, MACHINE).layers
    assert layer.certificate.status == "optimal"
    assert layer.value == pytest.approx(best)


def test_a_term_that_falls_when_counts_grow_has_no_bound(monkeypatch):
    accesses = uses._accesses

    def refunded(parent, child, tensor, output):
        for use in accesses(parent, child, tensor, output):
            yield use
            if use.action == "read" and use.place == parent:
                yield Use(parent, "write", tensor, use.amount * -1, "refund")

    monkeypatch.setattr(uses, "_accesses", refunded)
    with pytest.raises(InternalError, match=r"write of \w+ at DRAM has -1 times .*: the search has no bound"):
        PointCosts(machine_space(WORKLOAD, MACHINE)).evaluate(points(1)[1][0])


def test_stepwise_time_is_not_computed_for_those_who_do_not_ask(monkeypatch):
    def fail(self):
        raise AssertionError("the clock ran")

    monkeypatch.setattr("weft.backends.cost.clock.Clock.terms", fail)
    space, (point, *_) = points()
    cost = cost_of(space, point)
    assert cost.cycles_throughput > 0
    assert cost.energy_pj > 0
    with pytest.raises(AssertionError, match="the clock ran"):
        _ = cost.cycles_stepwise


def test_uses_are_over_counts_of_the_table_and_energy_over_those_at_interfaces():
    """Energy takes a count that it is not given for 0: a misspelt one would cost nothing."""
    seen = 0
    for kind in KINDS:
        for mapping in sample(kind, 120, 8, 3):
            placed = schedule(mapping, "warning")
            found = table.table_of(placed)
            for use in found.uses:
                assert all(
                    count in (found.carried if use.action == "carry" and not count.parent else found.counts)
                    for count in use.amount.weights
                )
            for charge in charges(placed):
                assert all(count in found.counts for count in charge.use.amount.weights)
                seen += 1
    assert seen > 200
