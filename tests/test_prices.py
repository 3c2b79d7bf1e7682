"""Counts do not depend on what a machine charges: one program priced on many machines costs what evaluation says."""

from dataclasses import replace
from math import isinf
from random import Random

import numpy as np
import pytest
from generated import KINDS, sample

import weft
from weft.backends.cost import ProgramCounts
from weft.backends.energy import static_energy, total
from weft.ir import Mapping
from weft.passes import schedule

PROGRAM = "TemporalMap(16,16) M; TemporalMap(8,8) K; Cluster(4, L2); SpatialMap(4,4) N; Cluster(4); SpatialMap(2,2) K;"
MACHINE = weft.load_accelerator("bench_256", ["pes=16", "shape=[4,4]"])
MAPPING = Mapping(weft.parse_workload("gemm:M=64,N=48,K=40"), weft.parse_dataflow(PROGRAM), MACHINE)


def priced_as_evaluated(counts, machine, priced):
    """Energy with what leaks over the time by throughput, cycles of the busiest resource, and whether it fits."""
    mapping = counts.schedule.mapping
    cost = weft.evaluate(Mapping(mapping.workload, mapping.dataflow, machine), "warning")
    leaked = total(static_energy(machine, cost.counts.points, cost.cycles_throughput))
    assert priced["cycles"] == cost.cycles_throughput
    assert priced["seconds"] == pytest.approx(cost.seconds("throughput"), rel=1e-12)
    assert priced["energy_pj"] == pytest.approx(total(cost.dynamic_energy) + leaked, rel=1e-12)
    assert priced["fits"] == all(need.fits for need in cost.occupancy)


@pytest.mark.parametrize("kind", KINDS)
def test_a_program_on_its_own_machine(kind):
    for mapping in sample(kind, 120, 8, 0, 1, 2):
        machine = mapping.accelerator
        counts = ProgramCounts(schedule(mapping, "warning"))
        (priced,) = weft.price(counts, machine)
        priced_as_evaluated(counts, machine, priced)


def machine_by_chance(random):
    """The machine with other bandwidths, capacities, clock, leakage and energies; some have no limit."""

    def width():
        return random.choice([None, 1, 3, 16])

    def memory(item):
        network = replace(item.networks[0], bandwidth=None if item.instances is None else width())
        return replace(
            item, capacity_bytes=random.choice([None, 64, 512, 4096]), read_bandwidth=width(), write_bandwidth=width(),
            shared_bandwidth=width(), networks=(network,), leakage_mw=random.choice([0.0, 0.5]),
        )  # fmt: skip

    return replace(
        MACHINE, memories=tuple(map(memory, MACHINE.memories)), clock_mhz=random.choice([200.0, 1000.0]),
        energy_table=random.choice(["bench_256", "eyeriss"]), pe_leakage_mw=random.choice([0.0, 0.1]),
        pe_idle_pj=random.choice([0.0, 0.2]),
    )  # fmt: skip


def test_many_machines_at_once():
    random = Random(5)
    machines = [machine_by_chance(random) for _ in range(60)]
    counts = weft.count(MAPPING, "warning")
    found = weft.price(counts, machines)
    assert found.shape == (60,)
    for machine, priced in zip(machines, found, strict=True):
        priced_as_evaluated(counts, machine, priced)
    assert 5 < found["fits"].sum() < 55
    assert len(set(found["cycles"])) > 5


def test_rows_of_machines_are_numbers_that_can_be_set():
    counts = weft.count(MAPPING)
    row = counts.prices()
    assert isinf(row["width: L0 in"][0])
    assert row["bytes: L1 input+filter+output"] == 512
    widths = np.arange(1, 5001)
    rows = np.repeat(row, len(widths))
    rows["width: DRAM accesses"] = widths
    found = weft.price(counts, rows)
    load, units = counts.loads["width: DRAM accesses"]
    assert units == 1
    rows["width: DRAM accesses"] = np.inf
    least = weft.price(counts, rows)["cycles"]
    assert (found["cycles"] == np.maximum(np.ceil(load / widths), least)).all()
    assert (np.diff(found["cycles"]) <= 0).all()


def test_a_machine_that_counts_something_else_is_refused():
    counts = weft.count(MAPPING)
    network = replace(MACHINE.memories[1].networks[0], multicast=False)
    memories = (MACHINE.memories[0], replace(MACHINE.memories[1], networks=(network,)), MACHINE.memories[2])
    with pytest.raises(ValueError, match="counts something else"):
        weft.price(counts, replace(MACHINE, memories=memories))
    with pytest.raises(ValueError, match="lack clock_mhz"):
        weft.price(counts, np.zeros(3, [("x", "f8")]))
    with pytest.raises(TypeError, match="price: counts"):
        weft.price(MAPPING, MACHINE)


def test_counts_that_floating_point_numbers_cannot_hold_are_refused():
    extents = {"M": 1 << 19, "N": 1 << 18, "K": 1 << 17}
    workload = weft.ir.operator_workload("GEMM", extents)
    free = weft.load_accelerator("bench_256", ["L2.capacity_bytes=unlimited", "L1.capacity_bytes=unlimited"])
    counts = weft.count(Mapping(workload, weft.parse_dataflow("TemporalMap(1,1) M;"), free))
    with pytest.raises(ValueError, match=r"2\^53"):
        weft.price(counts, counts.prices())


def test_a_machine_with_other_elements_that_only_idle_is_refused():
    workload = weft.ir.operator_workload("GEMM", {"M": 12, "N": 6, "K": 4})
    dataflow = weft.parse_dataflow("SpatialMap(1,1) M; Cluster(2); SpatialMap(1,1) N;")
    four, five, vectors = (
        weft.load_accelerator("generic_256", ["pe_idle_pj=2", *more])
        for more in (["pes=4"], ["pes=5"], ["pes=4", "vector_width=2"])
    )
    counts = weft.count(Mapping(workload, dataflow, four))
    assert weft.count(Mapping(workload, dataflow, five)).counts == counts.counts
    assert weft.price(counts, four).shape == (1,)
    for other in (five, vectors):
        with pytest.raises(ValueError, match="counts something else"):
            weft.price(counts, other)


@pytest.mark.parametrize("number", [0.0, -1.0, np.nan])
@pytest.mark.parametrize("field", ["clock_mhz", "width: DRAM accesses", "pj: MAC", "bytes: L1 input+filter+output"])
def test_rows_of_impossible_machines_are_refused(field, number):
    counts = weft.count(MAPPING)
    rows = np.repeat(counts.prices(), 3)
    rows[field][1] = number
    if number == 0 and field[:2] in ("pj", "by"):
        assert weft.price(counts, rows)["fits"].tolist() == [True, field != "bytes: L1 input+filter+output", True]
        return
    with pytest.raises(ValueError, match="numbers of no machine"):
        weft.price(counts, rows)


@pytest.mark.parametrize("machines", [None, 3, iter(())])
def test_what_is_no_machine_is_refused(machines):
    with pytest.raises(TypeError, match="price: machines"):
        weft.price(weft.count(MAPPING), machines)


def test_rows_come_in_any_shape():
    counts = weft.count(MAPPING)
    row = counts.prices()
    assert weft.price(counts, row[:0]).shape == (0,)
    assert weft.price(counts, np.repeat(row, 6).reshape(2, 3)).shape == (2, 3)
    assert weft.price(counts, row[0]) == weft.price(counts, row)[0]


def test_no_machines_and_what_is_none():
    counts = weft.count(MAPPING)
    assert weft.price(counts, []).shape == (0,)
    for wrong in ("generic_256", ["generic_256"], [counts.prices()]):
        with pytest.raises(TypeError, match="price: machines must be machines"):
            weft.price(counts, wrong)
