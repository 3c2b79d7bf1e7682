"""Leakage, idling, and results in seconds, joules and watts."""

import pytest

import weft
from weft.backends.energy import static_energy
from weft.backends.report import cost_data, layer_data, layer_row
from weft.ir import Accelerator, Mapping, Memory

MEMORIES = (Memory("DRAM", leakage_mw=3), Memory("L2", 2, leakage_mw=0.5), Memory("L1", None, leakage_mw=0.1))


def terms(**machine):
    found = static_energy(Accelerator("m", 8, MEMORIES, clock_mhz=500, **machine), work=100, cycles=50)
    return {term.name: (term.component, term.accesses, term.picojoules_each) for term in found}


def test_every_instance_leaks_over_all_cycles():
    # At 500 MHz a cycle is 2 ns, so a milliwatt is 2 pJ a cycle.
    assert terms(pe_leakage_mw=0.25) == {
        "DRAM leakage": ("leakage", 50, 6),
        "L2 leakage": ("leakage", 2 * 50, 1),
        "L1 leakage": ("leakage", 8 * 50, 0.2),
        "PE leakage": ("leakage", 8 * 50, 0.5),
    }


def test_idle_cycles_are_those_that_the_macs_do_not_fill():
    assert terms(pe_idle_pj=0.5)["PE idle"] == ("idle", 8 * 50 - 100, 0.5)
    assert terms(pe_idle_pj=0.5, lanes=2, vector_width=2)["PE idle"] == ("idle", 8 * 50 - 25, 0.5)
    assert terms(pe_idle_pj=0.5, lanes=3)["PE idle"] == ("idle", 8 * 50 - 34, 0.5)


def test_each_static_term_says_what_it_is_from():
    machine = Accelerator("m", 8, MEMORIES, clock_mhz=500, pe_leakage_mw=0.25, pe_idle_pj=0.5)
    found = {term.name: term.source for term in static_energy(machine, 100, 50)}
    assert found["L2 leakage"] == "L2.leakage_mw: 0.5 mW at 500 MHz, machine m"
    assert found["PE leakage"] == "pe_leakage_mw: 0.25 mW at 500 MHz, machine m"
    assert found["PE idle"] == "pe_idle_pj: 0.5 pJ a cycle, machine m"


def evaluated(*settings):
    workload = weft.parse_workload("Type: GEMM Dimensions { M: 2, N: 2, K: 2 }")
    program = weft.parse_dataflow("SpatialMap(1,1) M; TemporalMap(1,1) N; TemporalMap(1,1) K;")
    return weft.evaluate(Mapping(workload, program, weft.load_accelerator("generic_256", ["pes=2", *settings])))


def test_a_machine_that_leaks_nothing_has_no_static_terms():
    assert {term.component for term in evaluated().energy} == {"L2", "L1", "network", "MAC"}


def test_static_energy_is_part_of_the_total():
    before, cost = evaluated(), evaluated("leakage_mw=1", "pe_leakage_mw=2", "pe_idle_pj=0.5", "clock_mhz=100")
    cycles = before.cycles_stepwise
    added = 10 * cycles + 2 * 10 * cycles + 2 * 20 * cycles + 0.5 * (2 * cycles - 8)
    assert cost.energy_pj - before.energy_pj == pytest.approx(added)
    idle = sum(term.accesses for term in cost.energy if term.component == "idle")
    assert idle / (2 * cycles) == pytest.approx(1 - cost.utilization())


def test_seconds_joules_and_watts():
    cost = evaluated("clock_mhz=250")
    assert cost.seconds() == pytest.approx(cost.cycles_stepwise * 4e-9)
    assert cost.seconds("throughput") == pytest.approx(cost.cycles_throughput * 4e-9)
    assert cost.joules == cost.energy_pj * 1e-12
    assert cost.watts == pytest.approx(cost.energy_pj * 1e-12 / cost.seconds())
    with pytest.raises(ValueError, match="unknown time model"):
        cost.seconds("average")


def test_reports_have_seconds_joules_and_watts():
    cost = evaluated("clock_mhz=250")
    data = layer_data("n", "l", "GEMM") | cost_data(cost, "stepwise", ())
    assert data["seconds"] == {"stepwise": cost.seconds(), "throughput": cost.seconds("throughput")}
    assert (data["joules"], data["watts"]) == (cost.joules, cost.watts)
    row = layer_row(data)
    assert (float(row["seconds"]), float(row["watts"])) == pytest.approx((cost.seconds(), cost.watts), rel=1e-5)
    assert sum(term["area_um2"] for term in data["area_terms"]) == pytest.approx(data["area_um2"])
    assert sum(term["power_mw"] for term in data["power_terms"]) == pytest.approx(data["power_mw"])
