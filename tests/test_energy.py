"""Energies on numbers that can be checked by hand."""

from dataclasses import replace

import pytest
from energies import L1, L2, TABLE, TO_L1, TO_MAC, accesses, counts, schedule

from weft.backends.energy import EnergyEntry, EnergyPoint, EnergyTable, energy, load_energy_table, total
from weft.ir import InputTraffic, Interface, Memory, OutputTraffic, WeftError


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
        "L2": (1000, "tens.buffer: buffer's source"),
        "L1": (10, "tens.pe: pe's source"),
        "network": (100, "tens.network: network's source"),
        "MAC": (1, "tens.mac: mac's source"),
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
    assert [found[name] for name in names] == [f"tens.{entry}: {entry}'s source" for entry in entries]


def test_scratchpads_beside_each_other_make_no_buffer_a_dram():
    spads = (Memory("W", None, holds=("filter",)), Memory("A", None, holds=("output",)))
    for memories, source in (((Memory("SRAM"), *spads), "buffer"), ((Memory("SRAM"), Memory("L2"), *spads), "dram")):
        boundaries = [int(memory.instances is None) for memory in memories]
        read = Interface("SRAM", memories[1].name, 4, (("filter", InputTraffic(60, 15, 0)),))
        term = energy(counts(read), schedule(memories, boundaries), TABLE)[0]
        assert (term.name, term.source) == ("SRAM read", f"tens.{source}: {source}'s source")


def test_widths_of_tensors_count():
    wide = schedule((L2, L1), (0, 1), default_word_bits=16, word_bits=(("output", 32),))
    each = {term.tensor: term.picojoules_each for term in energy(counts(TO_L1), wide, load_energy_table("eyeriss"))}
    narrow = energy(counts(TO_L1), wide, load_energy_table("maestro_28nm"))
    assert (each["filter"], each["output"]) == (4, 8)  # the last term of each is the transfer
    assert len({term.picojoules_each for term in narrow if term.component == "L2"}) == 1


def test_accesses_of_a_block():
    # Timeloop counts so: 18 reads of single elements in blocks of 8 are 3 accesses.
    interface = Interface("L2", "MAC", 1, (("filter", InputTraffic(60, 18, 0)), ("output", OutputTraffic(60, 9, 8))))
    terms = energy(counts(interface), schedule((replace(L2, block_size=8),), (0,)), TABLE)
    found = {(term.name, term.tensor): (term.accesses, term.picojoules_each) for term in terms}
    assert found["L2 read", "filter"] == (3, 8000)
    assert (found["L2 read", "output"], found["L2 write", "output"]) == ((1, 8000), (2, 8000))
    assert found["MAC", ""] == (60, 1)


def test_a_bank_and_a_part_of_its_own_decide_what_an_access_costs():
    points = (EnergyPoint(8, 1, 1, 100), EnergyPoint(8, 100, 100, 10000))
    table = EnergyTable("t", (*TABLE.entries[:3], EnergyEntry("buffer", points=points)))
    memory = Memory("L2", 1, 1000, banks=2, capacities=(("filter", 200),))
    interface = replace(TO_MAC, parent="L2")
    terms = energy(counts(interface), schedule((memory,), (0,)), table)
    each = {term.tensor: term.picojoules_each for term in terms if term.component == "L2"}
    assert each == pytest.approx({"filter": 1, "output": 4})


def test_macs_are_as_wide_as_the_widest_input():
    table = EnergyTable("t", (EnergyEntry("mac", points=(EnergyPoint(8, 1, 1), EnergyPoint(16, 3, 3))),))
    for words, each in (((("input", 16),), 3), ((("output", 16),), 1)):
        (term,) = energy(counts(), schedule((L2,), (0,), word_bits=words), table)
        assert term.picojoules_each == each


def test_a_missing_entry_is_named():
    short = replace(TABLE, entries=tuple(e for e in TABLE.entries if e.role not in ("network", "pe")))
    with pytest.raises(WeftError) as caught:
        energy(counts(TO_L1, TO_MAC), schedule((L2, L1), (0, 1)), short)
    messages = [item.message for item in caught.value.diagnostics]
    assert [item.code for item in caught.value.diagnostics] == ["W205", "W205"]
    assert "lacks the entry 'pe', which 'L1 read' needs" in messages[0]
    assert "lacks the entry 'network', which 'L2 to L1 transfer' needs" in messages[1]
