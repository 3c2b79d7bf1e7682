"""Energy tables: what is shipped, how they are read, and what lies between the points of a source."""

from math import sqrt

import pytest
from energies import counts, schedule

from weft.backends.energy import (
    Component,
    energy,
    list_energy_tables,
    load_energy_table,
    parse_energy_table,
)
from weft.ir import InputTraffic, Interface, Memory, WeftError

ROLES = ("mac", "pe", "network", "buffer", "dram")


def each(table, role, bits=8, action="read", **component):
    """Picojoules that a table gives for one action."""
    return table.estimate(Component(role, "it", bits, **component), action).picojoules


def source(table, role, bits=8, **component):
    return table.estimate(Component(role, "it", bits, **component), "read").source


def test_shipped_tables():
    assert list_energy_tables() == (
        "accelergy_32nm",
        "bench_256",
        "cacti_90nm",
        "eyeriss",
        "horowitz_45nm",
        "horowitz_45nm_fp",
        "interstellar_28nm",
        "maestro_28nm",
    )
    for name in list_energy_tables():
        table = load_energy_table(name)
        assert table.name == name
        assert {entry.role for entry in table.entries} == set(ROLES)
        assert all(entry.source for entry in table.entries)
        assert table.technology or name == "bench_256"


def test_values_of_shipped_tables():
    eyeriss = load_energy_table("eyeriss")
    assert [each(eyeriss, role, 16) for role in ROLES] == [2, 2, 4, 12, 400]
    assert [each(eyeriss, role, 8) for role in ROLES] == [2, 1, 2, 6, 200]
    maestro = load_energy_table("maestro_28nm")
    for bits in (8, 16):
        found = [each(maestro, role, bits) for role in ROLES]
        assert found == pytest.approx([0.23, 1.68 * 0.23, 0, 18.61 * 0.23, 8 * bits])
    assert [each(load_energy_table("bench_256"), role) for role in ROLES] == [1, 1, 0, 6, 200]


def test_horowitz_sram_at_its_points_and_between_them():
    table = load_energy_table("horowitz_45nm")
    known = {8192: 10, 32768: 20, 1048576: 100}
    assert {size: each(table, "buffer", 64, capacity_bytes=size) for size in known} == known
    # 16 KB is half way in logarithms between 8 and 32 KB; a byte is an eighth of 64 bits.
    assert each(table, "buffer", 64, capacity_bytes=16384) == pytest.approx(10 * sqrt(2))
    assert each(table, "buffer", 8, capacity_bytes=16384) == pytest.approx(10 * sqrt(2) / 8)
    assert each(table, "buffer", 128, capacity_bytes=8192) == 20
    text = source(table, "buffer", 8, capacity_bytes=16384)
    assert text.startswith("horowitz_45nm.buffer: cache access of 64 bits")
    assert text.endswith("45 nm, 0.9 V; 16384 bytes between 8192 (10) and 32768 (20), log-log; from 64 to 8 bits")


def test_macs_by_width():
    integer, floating = load_energy_table("horowitz_45nm"), load_energy_table("horowitz_45nm_fp")
    assert [each(integer, "mac", bits) for bits in (8, 32)] == [0.3, 3.2]
    assert each(integer, "mac", 16) == pytest.approx(sqrt(0.3 * 3.2))
    assert [each(floating, "mac", bits) for bits in (16, 32)] == [1.5, 4.6]
    with pytest.raises(WeftError) as caught:
        each(floating, "mac", 8)
    (found,) = caught.value.diagnostics
    assert (found.code, found.notes) == ("W205", ("the points of 'mac' are for 16 to 32 bits",))
    assert "has no 'mac' for it with 8 bits" in found.message


def test_reads_and_writes_apart():
    table = load_energy_table("accelergy_32nm")
    assert each(table, "pe", 16, capacity_bytes=384) == 1.976602
    assert each(table, "pe", 16, "write", capacity_bytes=384) == 1.881657
    assert each(table, "buffer", 64, "write") == 14.137929
    assert each(table, "buffer", 16) == pytest.approx(18.183829 / 4)


def test_cacti_by_capacity_width_and_action():
    table = load_energy_table("cacti_90nm")
    assert each(table, "buffer", 128, capacity_bytes=16384) == 39.5909
    assert each(table, "buffer", 128, "write", capacity_bytes=16384) == 88.8973
    assert each(table, "buffer", 256, capacity_bytes=16384) == 2 * 39.5909
    middle = each(table, "buffer", 256, capacity_bytes=393216)
    assert 413.334 < middle < 678.903
    with pytest.raises(WeftError) as caught:
        each(table, "buffer", 128, capacity_bytes=131072)  # no width has points on both sides
    assert "4096 to 32768 bytes (128 bits), 262144 to 4194304 bytes (256 bits)" in caught.value.diagnostics[0].notes[0]


POINTS = """\
name: points
entries:
  mac: {value: 1, unit: pJ, source: -s}
  buffer:
    source: -s
    points:
      - {capacity_bytes: 100, width_bits: 8, value: 1}
      - {capacity_bytes: 400, width_bits: 8, value: 4}
      - {capacity_bytes: 100, width_bits: 32, value: 2}
      - {capacity_bytes: 1600, width_bits: 32, value: 0}
"""


def test_between_two_capacities_and_two_widths():
    table = parse_energy_table(POINTS)
    assert each(table, "buffer", 8, capacity_bytes=200) == pytest.approx(2)
    # at 100 bytes: 1 pJ for 8 bits, 2 pJ for 32, so 16 bits lie half way
    assert each(table, "buffer", 16, capacity_bytes=100) == pytest.approx(sqrt(2))
    assert each(table, "buffer", 64, capacity_bytes=100) == pytest.approx(4)
    assert each(table, "buffer", 4, capacity_bytes=100) == pytest.approx(0.5)
    # only 32 bits are given for 800 bytes; to 0 pJ there is no line in logarithms
    assert each(table, "buffer", 32, capacity_bytes=400) == pytest.approx(1)
    assert each(table, "buffer", 8, capacity_bytes=400) == pytest.approx(4)
    assert each(table, "buffer", 16, capacity_bytes=800) == pytest.approx(0.5 / 2)
    text = source(table, "buffer", 16, capacity_bytes=100)
    assert text == "points.buffer: -s; point 100 bytes; point 100 bytes; 16 bits between 8 (1) and 32 (2), log-log"


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "with 0 bytes a bank"),
        (99, "with 99 bytes a bank"),
        (1601, "with 1601 bytes a bank"),
        (None, "with no capacity"),
    ],
)
def test_nothing_is_guessed_beyond_the_points(size, words):
    with pytest.raises(WeftError) as caught:
        each(parse_energy_table(POINTS), "buffer", capacity_bytes=size)
    (found,) = caught.value.diagnostics
    assert found.message == f"the energy table 'points' has no 'buffer' for it {words}"
    assert found.notes == ("the points of 'buffer' are for 100 to 400 bytes (8 bits), 100 to 1600 bytes (32 bits)",)
    assert "--energy-table" in found.hint


def test_every_size_out_of_reach_is_reported_at_once():
    memories = (Memory("L2", 1, 50), Memory("L1", None))
    traffic = (("filter", InputTraffic(60, 15, 0)), ("input", InputTraffic(60, 15, 0)))
    table = parse_energy_table(POINTS.replace("  buffer:", "  pe: {value: 1, unit: pJ, source: s}\n  buffer:"))
    with pytest.raises(WeftError) as caught:
        energy(counts(Interface("L2", "L1", 4, traffic)), schedule(memories, (0, 1)), table)
    found = [item.message for item in caught.value.diagnostics]
    assert len(found) == 2  # the missing network, and L2 once although two tensors need it
    assert "lacks the entry 'network'" in found[0]
    assert "L2 with 50 bytes" in found[1]


GOOD = """\
name: mine
word_bits: 16
entries:
  mac: {value: 2, unit: pJ, source: here}
  pe: {value: 1.5, unit: x mac, source: there}
"""


def test_a_table_of_the_user(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD)
    table = load_energy_table(path)
    assert (table.name, table.word_bits, each(table, "pe", 32)) == ("mine", 16, 6)
    assert table.entry("dram") is None
    assert table.estimate(Component("dram", "DRAM", 8), "read") is None


FULL = """\
name: full
technology: 45 nm
word_bits: 16
entries:
  mac: {value: 2, unit: pJ, source: s}
  pe: {read: 1, write: 3, unit: pJ, width_bits: 16, technology: 28 nm, source: s}
  buffer:
    source: s
    points:
      - {capacity_bytes: 64, width_bits: 32, read: 8, write: 9}
      - {capacity_bytes: 256, width_bits: 32, value: 16}
"""


def answers(table):
    """Energies and sources of everything that the table above is asked for."""
    asked = [Component("mac", "MAC", 8), Component("pe", "L1", 8), Component("buffer", "L2", 8, 1, 128)]
    return [table.estimate(item, action) for item in asked for action in ("read", "write")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: full", "name: other"),
        ("technology: 45 nm", "technology: 7 nm"),
        ("technology: 28 nm", "technology: 7 nm"),
        ("value: 2,", "value: 3,"),
        ("read: 1,", "read: 2,"),
        ("write: 3", "write: 4"),
        ("unit: pJ, width_bits: 16", "unit: pJ/bit, width_bits: 16"),
        ("width_bits: 16", "width_bits: 8"),
        ("capacity_bytes: 64", "capacity_bytes: 63"),
        ("capacity_bytes: 256", "capacity_bytes: 257"),
        ("width_bits: 32, read", "width_bits: 16, read"),
        ("read: 8", "read: 7"),
        ("write: 9", "write: 7"),
        ("value: 16", "value: 17"),
        ("    source: s", "    source: t"),
        (", width_bits: 16, technology", ", technology"),
    ],
)
def test_each_field_of_a_table_changes_an_answer(old, new):
    assert FULL.count(old) == 1
    text = FULL if "width_bits: 16, technology" not in old else FULL.replace("word_bits: 16", "word_bits: 32")
    try:
        changed = answers(parse_energy_table(text.replace(old, new)))
    except WeftError as error:  # one point of its width no longer reaches
        changed = error.diagnostics
    assert changed != answers(parse_energy_table(text))


MAC = "mac: {value: 2, unit: pJ, source: here}"
PE = "pe: {value: 1.5, unit: x mac, source: there}"
POINT = "{value: 3, width_bits: 8, capacity_bytes: 8}"


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("name: mine\n", "", (1, 1), "the table lacks 'name'"),
        ("word_bits: 16", "word_bit: 16", (2, 1), "did you mean 'word_bits'?"),
        ("word_bits: 16", "word_bits: 0", (2, 12), "at least 1"),
        ("  pe:", "  dramm:", (5, 3), "did you mean 'dram'?"),
        ("  pe:", "  mac:", (5, 3), "'mac' is given twice"),
        ("value: 1.5", "value: -1", (5, 15), "a number of at least 0"),
        ("value: 1.5", "value: .nan", (5, 15), "a number of at least 0"),
        ("value: 1.5", "value: 1" + 400 * "0", (5, 15), "a number of at least 0, at most 1099511627776"),
        ("value: 1.5", "value: .inf", (5, 15), "a number of at least 0"),
        ("value: 1.5", "value: 1.5, width_bits: 1" + 400 * "0", (5, 32), "at least 1, at most 1099511627776"),
        ("value: 1.5", "value: 2020-99-99", (5, 15), "a number of at least 0"),
        ("value: 1.5", "value: 1.5, valeu: 3", (5, 20), "did you mean 'value'?"),
        (", source: there", "", (5, 7), "entry 'pe' lacks 'source'"),
        ("source: there", "source: 3", (5, 41), "'source' must be text"),
        ("unit: x mac", "unit: nJ", (5, 26), "unknown unit 'nJ'"),
        ("unit: pJ,", "unit: x mac,", (4, 25), "the unit of 'mac' must be pJ"),
        ("  mac:", "  buffer:", (4, 3), "entries lacks 'mac'"),
        ("value: 1.5, unit", "read: 1.5, unit", (5, 7), "entry 'pe' lacks 'write'"),
        ("value: 1.5", "value: 1.5, read: 2, write: 3", (5, 8), "unknown key 'value'"),
        ("value: 2", "read: 2", (4, 9), "unknown key 'read' in entry 'mac'"),
        ("value: 1.5", "value: 1.5, width_bits: 0", (5, 32), "width_bits must be an integer of at least 1"),
        ("value: 1.5", "value: 1.5, area_um2: 3", (5, 20), "unknown key 'area_um2'"),
        ("word_bits: 16", "word_bits: 16\narithmetic: floting", (3, 13), "unknown arithmetic 'floting'"),
        ("word_bits: 16", "technology: 3", (2, 13), "'technology' must be text"),
        (PE, "pe: {points: [], source: s}", (5, 16), "at least one point"),
        (PE, "pe: {points: 3, source: s}", (5, 16), "at least one point"),
        (PE, "pe: {points: [3], source: s}", (5, 17), "a point of 'pe' must be a mapping"),
        (PE, "pe: {points: [{value: 3, width_bits: 8}], source: s}", (5, 17), "lacks 'capacity_bytes'"),
        (PE, "pe: {points: [{value: 3, capacity_byte: 8}], source: s}", (5, 28), "did you mean 'capacity_bytes'?"),
        (PE, f"pe: {{points: [{POINT}, {POINT}], source: s}}", (5, 63), "two points of one size"),
        (PE, "network: {points: [], source: s}", (5, 12), "a link has no capacity"),
        (PE, "pe: {estimator: nowhere}", (5, 19), "no energy estimator 'nowhere' is installed"),
        (PE, "pe: {estimator: x, source: s}", (5, 22), "unknown key 'source'"),
        (MAC, "mac: {points: [{width_bits: 8, value: 1}], source: s}", (5, 26), "which has no single value"),
        (GOOD, "3", (1, 1), "the table must be a mapping"),
        (GOOD, "", (1, 1), "empty"),
    ],
)
def test_a_bad_table(old, new, place, words):
    assert old in GOOD
    with pytest.raises(WeftError) as caught:
        parse_energy_table(GOOD.replace(old, new), "t.yaml")
    found = {(item.span.line, item.span.column): f"{item.message} | {item.hint}" for item in caught.value.diagnostics}
    assert words in found[place]
    assert {item.code for item in caught.value.diagnostics} == {"W205"}


def test_unreadable_tables(tmp_path):
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "broken").write_text("a: [")
    found = []
    for name in ("eyeris", str(tmp_path), str(tmp_path / "binary"), str(tmp_path / "broken")):
        with pytest.raises(WeftError) as caught:
            load_energy_table(name)
        found += caught.value.diagnostics
    assert [item.code for item in found] == ["W205", "W008", "W008", "W001"]
    assert found[0].hint == "did you mean 'eyeriss'?"
