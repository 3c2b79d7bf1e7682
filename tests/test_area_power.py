"""Power: the energy of a program over its time, and what the blocks leak."""

import json
from pathlib import Path

import pytest

from weft import evaluate, load
from weft.ir import WeftError

FIGURE = str(Path(__file__).parents[1] / "examples/figure5.m")
SIZED = ["pes=3", "L2.capacity_bytes=4096", "L1.capacity_bytes=64"]


def cost(*settings):
    return evaluate(load(FIGURE, overrides=[*SIZED, *settings])[0])


def test_power_is_energy_over_time_and_leakage():
    found = cost()
    assert found.area.leakage_mw > 0
    assert found.power_mw == pytest.approx(1e3 * found.watts + found.area.leakage_mw)
    parts = {term.name: term.power_mw for term in found.power.terms}
    mac = sum(term.picojoules for term in found.energy if term.component == "MAC")
    assert parts["MAC"] == pytest.approx(1e3 * mac * 1e-12 / found.seconds())
    assert parts["L2 leakage"] == next(term.leakage_mw for term in found.area.terms if term.name == "L2")


def test_leakage_of_the_machine_is_counted_once():
    """It is in the energy, over the stepwise time, and the block then has none."""
    before, after = cost(), cost("L2.leakage_mw=5", "pe_leakage_mw=2")
    parts = {term.name: term.power_mw for term in after.power.terms}
    assert parts["leakage"] == pytest.approx(5 + 3 * 2)
    assert not {"L2 leakage", "MAC leakage", "registers leakage"} & parts.keys()
    assert {"L1 leakage", "L2 arbiter leakage"} <= parts.keys()
    leaked = {term.name: term.leakage_mw for term in before.area.terms}
    own = leaked["L2"] + leaked["MAC"] + leaked["registers"]
    assert after.power_mw == pytest.approx(before.power_mw - own + 5 + 3 * 2)


def test_a_slower_clock_spends_the_same_energy_in_more_time():
    fast, slow = cost(), cost("clock_mhz=100")
    assert slow.power_mw - slow.area.leakage_mw == pytest.approx((fast.power_mw - fast.area.leakage_mw) / 10)
    assert fast.area == slow.area


def test_a_power_of_the_table_is_that_of_the_machine():
    found = cost("area_table=maestro_2019", "L2.leakage_mw=5")
    assert found.power_mw == pytest.approx(sum(term.power_mw for term in found.area.terms))
    assert [term.name for term in found.power.terms] == ["L2", "L1", "MAC", "bus", "arbiter"]
    assert cost("area_table=maestro_2019", "clock_mhz=10").power_mw == found.power_mw


def test_nothing_but_area_and_power_depends_on_area_tables():
    one, other = cost(), cost("area_table=digamma", "technology_nm=7")
    assert (one.energy, one.stepwise, one.counts) == (other.energy, other.stepwise, other.counts)
    assert one.area != other.area


def test_an_area_is_asked_for_only_when_it_is_needed():
    found = cost("technology_nm=1")
    assert found.energy_pj > 0
    with pytest.raises(WeftError, match="not known at 1 nm"):
        _ = found.area


def test_the_command_finds_a_table_that_is_not_there(weft):
    code, _, errors = weft("evaluate", FIGURE, "--layer", "A", "--set", "pes=3", "--set", "area_table=bloks")
    assert code == 1
    assert "'bloks' is neither an area table that Weft ships nor a file" in errors
    assert "did you mean 'blocks'?" in errors


def test_json_has_all_terms(weft):
    code, output, _ = weft("evaluate", FIGURE, "--layer", "A", "--set", "pes=3", "--json")
    (layer,) = json.loads(output)["layers"]
    assert code == 0
    assert [term["name"] for term in layer["area_terms"]][:3] == ["L2", "L1", "MAC"]
    assert layer["power_mw"] == pytest.approx(sum(term["power_mw"] for term in layer["power_terms"]))
