"""Areas and leakages of machines that can be summed by hand."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from area_tables import TEXT

from weft.backends.area import area, area_without_memories, memory_area, memory_leakage, memory_power, on_chip
from weft.ir import Accelerator, Interconnect, Memory, WeftError

L1 = Memory("L1", None, 20)


@pytest.fixture
def machine(tmp_path):
    """Four elements of 8 bits under a bus of one element a cycle, at the node of the table."""
    path = tmp_path / "round.yaml"
    path.write_text(TEXT)
    memories = (Memory("L2", 1, 1000, networks=(Interconnect(1),)), L1)
    return Accelerator("m", 4, memories, area_table=str(path), technology_nm=10)


def terms(machine, **requires):
    return {term.name: term for term in area(machine, requires).terms}


def test_a_machine_summed_by_hand(machine):
    found = terms(machine)
    sizes = {name: (term.count, term.each_um2) for name, term in found.items()}
    # A multiplier of 8 bits, and an adder of 16: a product has as many. 8 + 8 + 16 bits of registers.
    assert sizes["MAC"] == (4, 100 + 10 * 2)
    assert sizes["registers"] == (4, 2 * 32)
    # 8000 bits of SRAM and 8 of the port; 10 bits address 1000 bytes.
    assert sizes["L2"] == (1, 1.5 * 8000 + 10 * 8 + 3 * 10)
    # 160 bits: registers are smaller than an SRAM of 100 bytes; 5 bits address 20 bytes.
    assert sizes["L1"] == (4, 5 * 160 + 3 * 5)
    # Down as inputs and up as sums, 8 bits each, to all four: √4 sides of 2 √184 µm.
    assert sizes["L2 wires"] == (16, pytest.approx(2 * 2 * sqrt(184)))
    assert sizes["L2 arbiter"] == (4, 7)
    assert sizes["L2 merge"] == (4 * 8, 1)
    assert list(found) == ["L2", "L1", "MAC", "registers", "L2 wires", "L2 arbiter", "L2 merge"]
    for term in found.values():
        assert term.area_um2 == pytest.approx(term.count * term.each_um2)
    whole = 480 + 256 + 12110 + 4 * 815 + 16 * 4 * sqrt(184) + 28 + 32
    assert area(machine, {}).area_um2 == pytest.approx(whole)


def test_leakages_summed_by_hand(machine):
    leaked = {name: term.leakage_mw for name, term in terms(machine).items()}
    assert leaked["MAC"] == pytest.approx(4 * (1 + 2 * 0.5))
    assert leaked["registers"] == pytest.approx(4 * 32 * 0.01)
    assert leaked["L2"] == pytest.approx(8000 * 1e-3 + 10 * 0.1)
    assert leaked["L1"] == pytest.approx(4 * (160 * 0.002 + 5 * 0.1))
    assert (leaked["L2 wires"], leaked["L2 arbiter"]) == (0, pytest.approx(0.8))


def test_what_the_machine_says_that_it_leaks_counts_once(machine):
    whole = {name: term.leakage_mw for name, term in terms(machine).items()}
    own = replace(machine, memories=(replace(machine.memories[0], leakage_mw=0.1), L1))
    assert {name for name, term in terms(own).items() if term.leakage_mw != whole[name]} == {"L2"}
    assert terms(own)["L2"].leakage_mw == memory_leakage(own, "L2", np.array([1000]))[0] == 0
    elements = terms(replace(machine, pe_leakage_mw=0.1))
    assert {name for name, term in elements.items() if term.leakage_mw != whole[name]} == {"MAC", "registers"}
    assert all(term.area_um2 > 0 for term in elements.values())


def test_a_node_scales_logic_and_cells(machine):
    small, large = (terms(replace(machine, technology_nm=nm)) for nm in (5, 20))
    for name, term in terms(machine).items():
        assert (small[name].area_um2, large[name].area_um2) == pytest.approx((term.area_um2 / 4, term.area_um2 * 4))
    assert large["MAC"].leakage_mw == pytest.approx(2 * 8)
    assert "from 10 to 20 nm" in large["MAC"].source
    # Between two nodes a straight line in logarithms.
    assert terms(replace(machine, technology_nm=sqrt(200)))["MAC"].each_um2 == pytest.approx(240)


def test_a_node_beyond_the_source_is_refused(machine):
    with pytest.raises(WeftError) as caught:
        area(replace(machine, technology_nm=4), {})
    (found,) = caught.value.diagnostics
    assert (found.code, found.message) == ("W205", "the SRAM cell of 'round' is not known at 4 nm")
    assert found.notes == ("it is given for 5 to 20 nm",)
    assert "technology_nm" in found.hint


def test_the_node_is_that_of_the_machine_or_its_energy_table_or_28(machine):
    def nm(**fields):
        source = terms(replace(machine, area_table="blocks", **fields))["MAC"].source
        return source.split("from 40 to ")[1].split(" nm")[0]

    assert nm(technology_nm=16) == "16"
    assert nm(technology_nm=None, energy_table="horowitz_45nm") == "45"
    assert nm(technology_nm=None, energy_table="bench_256") == "28"


def test_floating_point_is_what_the_energy_table_says(machine):
    wide = replace(machine, energy_table="horowitz_45nm_fp", default_word_bits=16)
    assert terms(wide)["MAC"].each_um2 == 300 * 4 + 200 * 4
    assert "floating, 16 bits and sums of 32 bits" in terms(wide)["MAC"].source


def test_widths_are_those_of_the_widest_operand_and_of_sums(machine):
    wide = replace(machine, word_bits=(("filter", 16), ("output", 40)))
    found = terms(wide)
    assert found["MAC"].each_um2 == 100 * 4 + 10 * 5
    assert found["registers"].each_um2 == 2 * (16 + 16 + 40)
    assert found["L2 wires"].count == 8 + 40
    assert terms(replace(machine, lanes=3, vector_width=2))["MAC"].count == 24


def test_ports_banks_and_blocks_of_a_memory(machine):
    def l2(**fields):
        return terms(replace(machine, memories=(replace(machine.memories[0], **fields), L1)))["L2"].each_um2

    cell, two = 1.5 * 8000, 1.5 * 8000 * 1.5**2
    assert l2(read_bandwidth=2, write_bandwidth=4) == two + 10 * 2 * 4 * 8 + 2 * 3 * 10
    assert l2(shared_bandwidth=4) == cell + 10 * 4 * 8 + 3 * 10
    assert l2(buffering="rolling") == two + 10 * 2 * 8 + 2 * 3 * 10
    assert l2(buffering="rolling", shared_bandwidth=1) == l2()
    assert l2(block_size=4) == cell + 10 * 4 * 8 + 3 * 10
    assert l2(banks=4) == cell + 4 * (10 * 8 + 3 * 8)
    # 1001 bytes in two banks are two of 501.
    assert l2(banks=2, capacity_bytes=1001) == 2 * (1.5 * 8 * 501 + 10 * 8 + 3 * 9)


def test_a_small_memory_is_registers_or_the_smallest_sram(machine):
    def l1(size):
        return float(memory_area(machine, "L1", np.array([size]))[0]) / 4

    assert l1(0) == 0
    assert l1(32) == 5 * 256 + 3 * 5
    # Beyond 256 bits the smallest SRAM takes less than registers, and none of its cells is saved.
    assert l1(33) == 1.5 * 800 + 10 * 8 + 3 * 6
    assert l1(64) == 1.5 * 800 + 10 * 8 + 3 * 6


def test_a_memory_without_a_capacity_has_what_the_program_requires(machine):
    open_ended = replace(machine, memories=(replace(machine.memories[0], capacity_bytes=None), L1))
    assert area(open_ended, {"L2": 1000}).area_um2 == area(machine, {}).area_um2
    assert area(machine, {"L2": 1}) == area(machine, {})
    assert terms(open_ended)["L2"].area_um2 == 0
    given = replace(machine.memories[0], capacity_bytes=None, capacities=(("filter", 1000),))
    assert terms(replace(machine, memories=(given, L1)), L2=10)["L2"] == terms(machine)["L2"]


def test_memory_outside_the_chip_takes_no_place(machine):
    with_dram = replace(machine, memories=(Memory("DRAM", 1, 10**9), *machine.memories))
    assert area(with_dram, {}) == area(machine, {})
    assert [memory.name for memory in on_chip(with_dram)] == ["L2", "L1"]
    with pytest.raises(KeyError):
        memory_area(with_dram, "DRAM", np.array([1]))


def network(machine, pes=16, **fields):
    below = (replace(machine.memories[0], networks=(Interconnect(**fields),)), L1)
    found = terms(replace(machine, pes=pes, memories=below))
    return {name.removeprefix("L2 "): term for name, term in found.items() if name.startswith("L2 ")}


def test_networks_by_topology(machine):
    apart = sqrt(184)
    tree = network(machine, bandwidth=2, topology="tree")
    assert list(tree) == ["wires", "switches"]
    assert (tree["switches"].count, tree["switches"].each_um2) == (15 * 16, 6)
    assert tree["wires"].area_um2 == pytest.approx(2 * 16 * 4 * apart * sqrt(8))
    mesh = network(machine, bandwidth=2, topology="mesh")
    assert list(mesh) == ["wires", "routers"]
    assert (mesh["routers"].count, mesh["routers"].each_um2) == (16 * 2 * 8, 50)
    assert mesh["wires"].area_um2 == pytest.approx(2 * 8 * 2 * 16 * apart)
    # More elements than units: a wire to each, one side of the array long.
    assert network(machine, bandwidth=64)["wires"].each_um2 == pytest.approx(4 * apart)
    # Without a limit one element for each unit, each with its own wire.
    assert network(machine) == network(machine, bandwidth=16)
    channels = network(machine, channels=(("filter", 3), ("input", None)))
    assert channels["wires"].count == (3 + 16) * 8


def test_only_a_shared_bus_with_several_units_has_an_arbiter(machine):
    assert "arbiter" in network(machine)
    for fields in ({"topology": "tree"}, {"topology": "mesh"}, {"store_and_forward": (("input", 1),)}):
        assert "arbiter" not in network(machine, **fields)
    assert network(machine, pes=1) == {}


def test_systolic_links_run_between_neighbours(machine):
    apart = sqrt(184)
    found = network(machine, bandwidth=2, store_and_forward=(("input", 1), ("output", 1)))
    assert list(found) == ["wires", "links"]
    assert found["wires"].area_um2 == pytest.approx(2 * 16 * 4 * apart)
    assert found["links"].area_um2 == pytest.approx(16 * 16 * apart)
    assert "links" in network(machine, forwarding=True)


def test_the_parts_of_a_machine_add_up_to_the_last_bit(machine):
    for table in (machine.area_table, "blocks", "maestro_2019", "maestro_2021", "digamma"):
        one = replace(machine, area_table=table)
        whole, rest = area(one, {}), area_without_memories(one)
        sizes = {memory.name: np.array([memory.capacity_bytes]) for memory in on_chip(one)}
        assert whole.area_um2 == sum((float(memory_area(one, *item)[0]) for item in sizes.items()), rest.area_um2)
        leaks = (float(memory_leakage(one, *item)[0]) for item in sizes.items())
        assert whole.leakage_mw == sum(leaks, rest.leakage_mw)
        powers = (float(memory_power(one, *item)[0]) for item in sizes.items())
        assert whole.power_mw == sum(powers, rest.power_mw)
        assert rest.others == whole.others


def test_many_capacities_at_once_are_each_as_alone(machine):
    sizes = np.array([0, 1, 31, 32, 33, 99, 100, 101, 4096, 1 << 40])
    for table in (machine.area_table, "blocks", "maestro_2019", "digamma"):
        one = replace(machine, area_table=table)
        for of in (memory_area, memory_leakage, memory_power):
            alone = [float(of(one, "L1", np.array([size]))[0]) for size in sizes]
            assert of(one, "L1", sizes).tolist() == alone
