"""Area and power on numbers that can be checked by hand."""

from dataclasses import replace

import pytest
from energies import L1, L2, TABLE, TENSORS, schedule

from weft.backends.energy import EnergyEntry, EnergyPoint, EnergyTable, area_power, load_energy_table
from weft.ir import Interconnect, Memory


def test_area_and_power_of_two_memories():
    memories = (Memory("L2", 1, 3000, networks=(Interconnect(1000),)), Memory("L1", None, 100))
    found = area_power(schedule(memories, (0, 1)), {"L2": 1, "L1": 1}, TABLE)
    # bus: 14.662 * 4 + 28.895 = 87.543 a wire; arbiter: 1.2886 * 16 + 5.5814 * 4 - 23.711 = 19.2322
    area = 4 * (283 + 10.4) + 312 + 101.7938 * 87.543 * 1000 + 19.2322 * 395.473
    power = 4 * (1.2223 + 0.345) + 10.35 + 0.8 * 0.087543 * 1000 + 0.34
    assert (found.area_um2, found.power_mw) == pytest.approx((area, power))
    assert [term.name for term in found.terms] == ["MAC", "L2", "L1", "bus", "arbiter"]
    assert all("maestro" in term.source for term in found.terms)


def test_area_uses_requirements_where_there_is_no_capacity_and_leaves_out_dram():
    memories = (Memory("DRAM", 1, 10**9), L2, L1)
    found = area_power(schedule(memories, (0, 0, 1), lanes=2), {"DRAM": 7, "L2": 50, "L1": 5}, TABLE)
    memories = (replace(L2, capacity_bytes=50), replace(L1, capacity_bytes=5))
    sized = area_power(schedule(memories, (0, 1), lanes=2), {}, TABLE)
    assert found == sized
    # no bandwidth: as many elements a cycle as there are processing elements
    assert found.area_um2 == pytest.approx(8 * 283 + 70 * 0.104 + 101.7938 * 87.543 * 4 + 19.2322 * 395.473)


def test_bus_of_a_network_with_channels():
    def area(**network):
        memories = (replace(L2, networks=(Interconnect(**network),)), L1)
        return area_power(schedule(memories, (0, 1)), {"L2": 0, "L1": 0}, TABLE).area_um2

    channels = tuple((tensor, 2) for tensor in TENSORS)
    assert area(channels=channels) == area(bandwidth=6)
    assert area(channels=channels[:1]) == area(bandwidth=6)  # 2 and, for the others, one per element


AREAS = EnergyTable(
    "areas",
    (
        EnergyEntry("mac", 1, "pJ", "a MAC", area_um2=7),
        EnergyEntry("pe", source="files", points=(EnergyPoint(8, 1, 1, 100, 50), EnergyPoint(8, 2, 2, 400, 200))),
        EnergyEntry(
            "buffer", source="SRAM", points=(EnergyPoint(64, 1, 1, 1000, 900), EnergyPoint(64, 2, 2, 4000, 1800))
        ),
    ),
)


def areas(*memories, table=AREAS, **machine):
    return {term.name: term for term in area_power(schedule(memories, (0, 1), **machine), {}, table).terms}


def test_areas_of_a_table_are_taken_where_it_has_them():
    # Half way in logarithms: 2000 of 1000 to 4000 bytes, 200 of 100 to 400.
    found = areas(Memory("L2", 1, 2000), Memory("L1", None, 200), lanes=3)
    assert found["MAC"].area_um2 == 4 * 3 * 7
    assert found["L2"].area_um2 == pytest.approx(900 * 2**0.5)
    assert found["L1"].area_um2 == pytest.approx(4 * 100)
    assert found["L2"].source == "areas.buffer: SRAM; 2000 bytes between 1000 (900) and 4000 (1800), log-log"
    assert "maestro" in found["bus"].source
    # The power does not come from the table.
    assert found["L2"].power_mw == areas(Memory("L2", 1, 2000), Memory("L1", None, 200), table=TABLE)["L2"].power_mw


def test_each_bank_and_each_part_of_a_memory_has_an_area():
    banked = areas(Memory("L2", 1, 4000, banks=4), Memory("L1", None, 200))
    assert banked["L2"].area_um2 == pytest.approx(4 * 900)
    parts = areas(Memory("L2", 1, 1000), Memory("L1", None, 500, capacities=(("filter", 400),)))
    assert parts["L1"].area_um2 == pytest.approx(4 * (200 + 50))


def test_outside_the_points_the_building_block_stays():
    found = areas(Memory("L2", 1, 4001), Memory("L1", None, 99))
    assert (found["L2"].area_um2, found["L1"].area_um2) == pytest.approx((4001 * 0.104, 4 * 99 * 0.104))
    assert "maestro" in found["L2"].source


def test_the_area_is_that_of_the_narrowest_memory_of_the_source():
    points = (EnergyPoint(64, 1, 1, 1000, 900), EnergyPoint(32, 1, 1, 1000, 700), EnergyPoint(64, 1, 1, 2000, 950))
    table = EnergyTable("t", (EnergyEntry("buffer", source="s", points=points),))
    assert areas(Memory("L2", 1, 1000), Memory("L1", None, 99), table=table)["L2"].area_um2 == pytest.approx(700)
    assert areas(Memory("L2", 1, 2000), Memory("L1", None, 99), table=table)["L2"].area_um2 == pytest.approx(950)


def test_the_shipped_areas_are_those_of_the_source():
    found = areas(Memory("L2", 1, 2000), Memory("L1", None, 384), table=load_energy_table("accelergy_32nm"))
    assert found["L1"].area_um2 == pytest.approx(4 * 11632.88556)
    assert found["MAC"].area_um2 == pytest.approx(4 * 191.82)
