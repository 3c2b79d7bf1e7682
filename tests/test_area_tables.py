"""The area tables that Weft ships, and what is wrong with tables of one's own."""

from dataclasses import replace

import numpy as np
import pytest
from area_tables import TEXT, table

from weft.backends.area import area, list_area_tables, load_area_table, memory_area, memory_leakage, parse_area_table
from weft.frontends.accelerator import load_accelerator
from weft.ir import Accelerator, Interconnect, Memory, WeftError

SHIPPED = ("blocks", "digamma", "maestro_2019", "maestro_2021")


def maestro(pes, bandwidth, l1, l2, year):
    memories = (Memory("L2", 1, l2, networks=(Interconnect(bandwidth),)), Memory("L1", None, l1))
    return area(Accelerator("m", pes, memories, area_table=f"maestro_{year}"), {})


def test_shipped_tables():
    assert list_area_tables() == SHIPPED
    assert [load_area_table(name).own_power for name in SHIPPED] == [False, False, True, True]
    for name in SHIPPED:
        assert (load_area_table(name).name, bool(load_area_table(name).source)) == (name, True)


def test_maestros_designs_of_2019():
    """What its regressions give for a design of its paper's Table 5, and for an array as large as Eyeriss."""
    found = maestro(56, 40, 112, 6277, 2019)
    assert (round(found.area_um2 / 1e6, 3), round(found.power_mw, 1)) == (5.932, 125.8)
    found = maestro(168, 32, 128, 32768, 2019)
    assert (round(found.area_um2 / 1e6, 3), round(found.power_mw, 1)) == (25.131, 360.0)


def test_maestros_terms_by_hand():
    terms = {term.name: (term.area_um2, term.power_mw) for term in maestro(4, 1000, 100, 3000, 2021).terms}
    assert terms["MAC"] == pytest.approx((4 * 283, 4 * 1.2223))
    assert terms["L2"] == pytest.approx((3000 * 0.104, 3000 * 0.00345))
    assert terms["L1"] == pytest.approx((400 * 0.104, 400 * 0.00345))
    # 14.662 * 4 + 28.895 = 87.543 a wire; 1.2886 * 16 + 5.5814 * 4 - 23.711 = 19.2322
    assert terms["bus"] == pytest.approx((101.7938 * 87.543 * 1000, 0.8 * 0.087543 * 1000))
    assert terms["arbiter"] == pytest.approx((395.473 * 19.2322, 0.34))


def test_maestro_counts_whole_units_and_never_none():
    def parts(l1, l2):
        return {term.name: term.area_um2 for term in maestro(4, 1, l1, l2, 2019).terms}

    assert parts(64, 32768)["L1"] == 4 * 4505.1889
    assert parts(65, 32769) == parts(128, 65536)
    assert parts(65, 32769)["L1"] == pytest.approx(2 * 4 * 4505.1889)
    # A network of one element is never smaller than one arbiter.
    assert maestro(1, 1, 1, 1, 2019).terms[-1].area_um2 == 395.473


def test_the_bandwidth_of_a_bus_is_that_of_the_memory_above_it():
    def bus(**network):
        memories = (Memory("L2", 1, 10, networks=(Interconnect(**network),)), Memory("L1", None, 10))
        machine = Accelerator("m", 4, memories, area_table="maestro_2021")
        return next(term.area_um2 for term in area(machine, {}).terms if term.name == "bus")

    assert bus(channels=(("input", 2), ("filter", 4))) == bus(bandwidth=6)
    assert bus(channels=(("input", 2), ("filter", None))) == bus(bandwidth=6)
    assert bus() == bus(bandwidth=4)
    assert bus(bandwidth=3, channels=(("input", 2),)) == bus(bandwidth=5)


def test_digamma_counts_arithmetic_and_memories():
    machine = replace(load_accelerator("generic_256", ["pes=10"]), area_table="digamma")
    found = area(machine, {"L1": 100, "L2": 5000})
    assert found.area_um2 == pytest.approx(10 * 282 + (100 * 10 + 5000) * 8 * 0.086)
    assert (found.power_mw, found.leakage_mw, [term.name for term in found.terms]) == (0, 0, ["L2", "L1", "MAC"])


POINTS = """\
name: mine
mac: {area_um2: 50, leakage_mw: 0.5, source: synthesis}
pe: {unit_bytes: 4, area_um2: 30, leakage_mw: 0.25, source: latches}
buffer:
  nm: 28
  source: a compiler
  points:
    - {capacity_bytes: 1000, area_um2: 900, leakage_mw: 2}
    - {capacity_bytes: 4000, area_um2: 1800, leakage_mw: 2}
"""


@pytest.fixture
def mine(tmp_path):
    """A machine with a table of its user's own."""
    (tmp_path / "mine.yaml").write_text(POINTS)
    memories = (Memory("L2", 1, 2000, banks=2), Memory("L1", None, 10))
    return Accelerator("m", 4, memories, area_table=str(tmp_path / "mine.yaml"))


def test_points_units_and_values(mine):
    """Half way in logarithms: 2000 bytes between 1000 and 4000."""
    sizes = np.array([0, 2000, 4000, 8000])
    assert memory_area(mine, "L2", sizes) == pytest.approx([0, 2 * 900, 2 * 900 * 2**0.5, 2 * 1800])
    assert memory_leakage(mine, "L2", sizes) == pytest.approx([0, 4, 4, 4])
    assert memory_area(mine, "L1", np.array([0, 4, 5])).tolist() == [0, 4 * 30, 4 * 60]
    found = {term.name: term for term in area(mine, {}).terms}
    assert (found["MAC"].area_um2, found["MAC"].leakage_mw) == (200, 2)
    assert found["L2"].source == "mine.buffer: 2000 bytes in 2 banks; a compiler"


def test_points_are_refused_beyond_their_source(mine):
    with pytest.raises(WeftError) as caught:
        memory_area(mine, "L2", np.array([2000, 1999, 8001]))
    (found,) = caught.value.diagnostics
    assert found.message == "the area table 'mine' has no 'buffer' for L2 with 4001 bytes a bank"
    assert found.notes == ("its points are for 1000 to 4000 bytes",)


def findings(text):
    with pytest.raises(WeftError) as caught:
        parse_area_table(text, "t.yaml")
    return [(item.code, item.span.line, item.span.column, item.message, item.hint) for item in caught.value.diagnostics]


@pytest.mark.parametrize(
    ("old", "new", "place", "message", "hint"),
    [
        ("name: round\n", "", (1, 1), "the table lacks 'name'", ""),
        ("registers:", "register:", (11, 1), "unknown key 'register' in the table", "did you mean 'registers'?"),
        ("area_um2: 100", "area_um: 100", (5, 26), "unknown key 'area_um' in 'multiplier' of 'integer' of", "area_um2"),
        ("area_um2: 100", "area_um2: -1", (5, 36), "'area_um2' must be a number of at least 0", ""),
        ("area_um2: 100", "area_um2: many", (5, 36), "'area_um2' must be a number of at least 0", ""),
        ("nm: 10, area_um2: 100", "nm: 0, area_um2: 100", (5, 22), "'nm' must be a number above 0", ""),
        ("width_bits: 8", "width_bits: 8.5", (4, 17), "'width_bits' must be an integer of at least 1", ""),
        ("source: a latch", "source: 3", (19, 62), "'source' must be text", ""),
        ("{5: 0.25, 10: 1, 20: 4}", "{5: 0, 10: 1}", (13, 13), "'cell_um2' must be a mapping of nodes", ""),
        ("{5: 0.25, 10: 1, 20: 4}", "[1]", (13, 13), "'cell_um2' must be a mapping of nodes", ""),
        ("  least_bytes: 100\n", "", (12, 5), "entry 'pe' lacks 'least_bytes'", ""),
        ("network:\n", "network: 3\nother:\n", (23, 10), "'network' must be a list of at least one entry", ""),
        ("a router}", "a router, power: 3}", (28, 54), "unknown key 'power' in 'router' of an entry", "power_mw"),
    ],
)
def test_a_mistake_is_found_where_it_stands(old, new, place, message, hint):
    found = findings(TEXT.replace(old, new, 1))
    assert any(
        (line, column) == place and code == "W205" and text.startswith(message) and hint in offered
        for code, line, column, text, offered in found
    ), found


def test_all_mistakes_are_found_at_once():
    text = TEXT.replace("width_bits: 8", "width_bits: x", 1).replace("port_growth", "port_grwth")
    assert [line for _, line, *_ in findings(text)] == [4, 16, 12]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the area table is empty"),
        ("[1]", "the table must be a mapping"),
        (POINTS.replace("4000", "1000"), "the capacities of 'points' must rise, from 1 byte on"),
        (POINTS.replace("unit_bytes: 4", "unit_bytes: 0"), "'unit_bytes' must be an integer of at least 1"),
        (
            POINTS.replace("{unit_bytes: 4, area_um2: 30, leakage_mw: 0.25, source: latches}", "{estimator: no}"),
            "no energy estimator",
        ),
        (POINTS.replace("points:\n", "points: 3\nx:\n"), "'points' must be a list of at least one entry"),
    ],
)
def test_other_mistakes(text, message):
    assert any(found[3].startswith(message) or message in found[3] for found in findings(text))


def test_yaml_that_is_none():
    ((code, line, *_),) = findings("name: [\n")
    assert (code, line) == ("W001", 2)


def test_an_unknown_table_is_named_with_the_nearest():
    with pytest.raises(WeftError) as caught:
        load_area_table("block")
    (found,) = caught.value.diagnostics
    assert found.message == "'block' is neither an area table that Weft ships nor a file"
    assert (found.code, found.hint) == ("W205", "did you mean 'blocks'?")


def test_a_table_is_printed_as_it_was_read():
    assert table() == table(TEXT)
    assert table(TEXT.replace("area_um2: 100,", "area_um2: 101,")) != table()
