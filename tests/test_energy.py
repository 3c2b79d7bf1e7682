"""Energy, area and power on numbers that can be checked by hand."""

import subprocess
import sys
from dataclasses import replace

import pytest

from weft.backends.energy import (
    EnergyEntry,
    EnergyTable,
    area_power,
    energy,
    list_energy_tables,
    load_energy_table,
    parse_energy_table,
    total,
)
from weft.ir import (
    Accelerator,
    Counts,
    Dataflow,
    InputTraffic,
    Interconnect,
    Interface,
    Loop,
    Mapping,
    Memory,
    OutputTraffic,
    Schedule,
    ScheduledLevel,
    Site,
    SpatialMap,
    WeftError,
    operator_workload,
)

TENSORS = ("input", "filter", "output")
WORKLOAD = operator_workload("GEMM", {"M": 4, "N": 3, "K": 5})
TABLE = EnergyTable(
    "powers of ten",
    tuple(
        EnergyEntry(role, 10.0**power, "pJ", f"{role}'s source")
        for power, role in enumerate(("mac", "pe", "network", "buffer", "dram"))
    ),
)


def schedule(memories, boundaries, **machine):
    """One level of four units over M; memory i stands at boundary boundaries[i]."""
    accelerator = Accelerator("m", 4, tuple(memories), **machine)
    program = Dataflow(((SpatialMap(1, 1, "M"),),))
    level = ScheduledLevel(4, (Loop("M", 1, True),), memories[0].networks[0])
    sites = tuple(
        Site(memory, boundary, 4 if boundary else 1, TENSORS)
        for memory, boundary in zip(memories, boundaries, strict=True)
    )
    return Schedule(Mapping(WORKLOAD, program, accelerator), program, (level,), sites)


def counts(*interfaces, macs=60):
    return Counts(macs, 15, 4, 60, interfaces)


def accesses(terms):
    return {(term.name, term.tensor): term.accesses for term in terms}


L2, L1 = Memory("L2"), Memory("L1", None)
TO_L1 = Interface("L2", "L1", 4, (("filter", InputTraffic(60, 15, 7)), ("output", OutputTraffic(20, 18, 6))))
TO_MAC = Interface("L1", "MAC", 4, (("filter", InputTraffic(60, 50, 0)), ("output", OutputTraffic(60, 60, 48))))


def test_each_access_of_two_memories():
    terms = energy(counts(TO_L1, TO_MAC), schedule((L2, L1), (0, 1)), TABLE)
    assert accesses(terms) == {
        ("L2 read", "filter"): 15,
        ("L1 write", "filter"): 60,
        ("L1 forward", "filter"): 7,
        ("L2 to L1 transfer", "filter"): 60,
        ("L2 read", "output"): 6,
        ("L2 write", "output"): 18,
        ("L1 write", "output"): 6 + 60,
        ("L1 read", "output"): 20 + 48,
        ("L2 to L1 transfer", "output"): 6 + 20,
        ("L1 read", "filter"): 50,
        ("MAC", ""): 60,
    }
    buffer, pe, network = 15 + 6 + 18, 60 + 7 + 66 + 68 + 50, 60 + 26
    assert total(terms) == 60 + 10 * pe + 100 * network + 1000 * buffer


def test_terms_say_where_their_energy_is_from():
    terms = energy(counts(TO_L1, TO_MAC), schedule((L2, L1), (0, 1)), TABLE)
    found = {term.component: (term.picojoules_each, term.source) for term in terms}
    assert found == {
        "L2": (1000, "buffer's source"),
        "L1": (10, "pe's source"),
        "network": (100, "network's source"),
        "MAC": (1, "mac's source"),
    }
    assert all(term.picojoules == term.accesses * term.picojoules_each for term in terms)


def test_arithmetic_far_from_its_memory_uses_the_network():
    interface = replace(TO_MAC, parent="L2")
    terms = energy(counts(interface), schedule((L2,), (0,)), TABLE)
    assert accesses(terms) == {
        ("L2 read", "filter"): 50,
        ("L2 to MAC transfer", "filter"): 60,
        ("L2 read", "output"): 48,
        ("L2 write", "output"): 60,
        ("L2 to MAC transfer", "output"): 60 + 48,
        ("MAC", ""): 60,
    }


@pytest.mark.parametrize(
    ("names", "entries"),
    [
        (("L2", "L1"), ("buffer", "pe")),
        (("DRAM", "L1"), ("dram", "pe")),
        (("HBM", "L2", "L1"), ("dram", "buffer", "pe")),
        (("HBM", "L3", "L2", "L1"), ("dram", "buffer", "buffer", "pe")),
    ],
)
def test_the_entry_of_each_memory(names, entries):
    memories = [Memory(name) for name in names[:-1]] + [Memory(names[-1], None)]
    interfaces = [
        Interface(parent, child, 1, (("filter", InputTraffic(1, 1, 0)),))
        for parent, child in zip(names, (*names[1:], "MAC"), strict=True)
    ]
    boundaries = [0] * (len(names) - 1) + [1]
    terms = energy(counts(*interfaces), schedule(memories, boundaries), TABLE)
    found = {term.component: term.source for term in terms}
    assert [found[name] for name in names] == [f"{entry}'s source" for entry in entries]


def test_shipped_tables():
    assert list_energy_tables() == ("eyeriss", "maestro_28nm")
    eyeriss = load_energy_table("eyeriss")
    roles = ("mac", "pe", "network", "buffer", "dram")
    assert [eyeriss.picojoules(role, 16) for role in roles] == [2, 2, 4, 12, 400]
    assert [eyeriss.picojoules(role, 8) for role in roles] == [2, 1, 2, 6, 200]
    maestro = load_energy_table("maestro_28nm")
    for bits in (8, 16):
        found = [maestro.picojoules(role, bits) for role in roles]
        assert found == pytest.approx([0.23, 1.68 * 0.23, 0, 18.61 * 0.23, 8 * bits])
    for table in (eyeriss, maestro):
        assert {entry.role for entry in table.entries} == set(roles)
        assert all(entry.source for entry in table.entries)


def test_widths_of_tensors_count():
    wide = schedule((L2, L1), (0, 1), default_word_bits=16, word_bits=(("output", 32),))
    each = {term.tensor: term.picojoules_each for term in energy(counts(TO_L1), wide, load_energy_table("eyeriss"))}
    narrow = energy(counts(TO_L1), wide, load_energy_table("maestro_28nm"))
    assert (each["filter"], each["output"]) == (4, 8)  # the last term of each is the transfer
    assert len({term.picojoules_each for term in narrow if term.component == "L2"}) == 1


def test_a_missing_entry_is_named():
    short = replace(TABLE, entries=tuple(e for e in TABLE.entries if e.role not in ("network", "pe")))
    with pytest.raises(WeftError) as caught:
        energy(counts(TO_L1, TO_MAC), schedule((L2, L1), (0, 1)), short)
    messages = [item.message for item in caught.value.diagnostics]
    assert [item.code for item in caught.value.diagnostics] == ["W205", "W205"]
    assert "lacks the entry 'pe', which 'L1 write' needs" in messages[0]
    assert "lacks the entry 'network', which 'L2 to L1 transfer' needs" in messages[1]


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
    assert (table.name, table.word_bits, table.picojoules("pe", 32)) == ("mine", 16, 6)
    assert table.entry("dram") is None
    with pytest.raises(KeyError):
        table.picojoules("dram", 8)


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
        ("value: 1.5", "value: 2020-99-99", (5, 15), "a number of at least 0"),
        ("value: 1.5", "value: 1.5, valeu: 3", (5, 20), "did you mean 'value'?"),
        (", source: there", "", (5, 7), "entry 'pe' lacks 'source'"),
        ("source: there", "source: 3", (5, 41), "'source' must be text"),
        ("unit: x mac", "unit: nJ", (5, 26), "unknown unit 'nJ'"),
        ("unit: pJ,", "unit: x mac,", (4, 25), "the unit of 'mac' must be pJ"),
        ("  mac:", "  buffer:", (4, 3), "entries lacks 'mac'"),
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


def test_area_and_power_of_two_memories():
    memories = (Memory("L2", 1, 3000, networks=(Interconnect(1000),)), Memory("L1", None, 100))
    found = area_power(schedule(memories, (0, 1)), {"L2": 1, "L1": 1})
    # bus: 14.662 * 4 + 28.895 = 87.543 a wire; arbiter: 1.2886 * 16 + 5.5814 * 4 - 23.711 = 19.2322
    area = 4 * (283 + 10.4) + 312 + 101.7938 * 87.543 * 1000 + 19.2322 * 395.473
    power = 4 * (1.2223 + 0.345) + 10.35 + 0.8 * 0.087543 * 1000 + 0.34
    assert (found.area_um2, found.power_mw) == pytest.approx((area, power))
    assert "maestro" in found.source


def test_area_uses_requirements_where_there_is_no_capacity_and_leaves_out_dram():
    memories = (Memory("DRAM", 1, 10**9), L2, L1)
    found = area_power(schedule(memories, (0, 0, 1), lanes=2), {"DRAM": 7, "L2": 50, "L1": 5})
    sized = area_power(schedule((replace(L2, capacity_bytes=50), replace(L1, capacity_bytes=5)), (0, 1), lanes=2), {})
    assert found == sized
    # no bandwidth: as many elements a cycle as there are processing elements
    assert found.area_um2 == pytest.approx(8 * 283 + 70 * 0.104 + 101.7938 * 87.543 * 4 + 19.2322 * 395.473)


def test_bus_of_a_network_with_channels():
    def area(**network):
        memories = (replace(L2, networks=(Interconnect(**network),)), L1)
        return area_power(schedule(memories, (0, 1)), {"L2": 0, "L1": 0}).area_um2

    channels = tuple((tensor, 2) for tensor in TENSORS)
    assert area(channels=channels) == area(bandwidth=6)
    assert area(channels=channels[:1]) == area(bandwidth=6)  # 2 and, for the others, one per element


def test_importing_the_backend_is_light():
    code = "import sys, weft.backends.energy; print('yaml' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
