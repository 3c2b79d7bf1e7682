"""What must hold for the area of any machine."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weft.backends.area import area, area_without_memories, memory_area, memory_leakage, on_chip
from weft.frontends.accelerator import list_presets, load_accelerator
from weft.ir import Accelerator, Interconnect, Memory

NODES = (3, 5, 6.3, 7, 10, 12, 14, 16, 20, 22, 28, 32, 40, 45, 55, 65, 90, 130)
WIDTHS = st.one_of(st.none(), st.integers(1, 300))


@st.composite
def networks(draw):
    channels = tuple((name, draw(WIDTHS)) for name in draw(st.sets(st.sampled_from(("input", "filter", "output")))))
    walks = draw(st.sampled_from(((), (("input", 1),))))
    return Interconnect(
        draw(WIDTHS),
        channels=tuple(sorted(channels, key=lambda item: item[0])),
        topology=draw(st.sampled_from(("bus", "tree", "mesh"))),
        store_and_forward=walks,
        forwarding=draw(st.booleans()),
    )


@st.composite
def memories(draw, name, instances):
    return Memory(
        name,
        instances,
        draw(st.integers(1, 1 << 20)),
        draw(st.sampled_from(("double", "rolling", "single"))),
        networks=tuple(draw(st.lists(networks(), min_size=1, max_size=2))) if instances else (Interconnect(),),
        read_bandwidth=draw(WIDTHS),
        write_bandwidth=draw(WIDTHS),
        banks=draw(st.integers(1, 9)),
        block_size=draw(st.integers(1, 64)),
    )


@st.composite
def machines(draw):
    inner = draw(st.integers(1, 6))
    chain = (draw(memories("A", 1)), draw(memories("B", inner)), draw(memories("C", None)))
    return Accelerator(
        "m",
        inner * draw(st.integers(1, 40)),
        chain[draw(st.integers(0, 2)) :] if inner == 1 else chain,
        draw(st.integers(1, 4)),
        (("output", draw(st.integers(1, 64))),),
        draw(st.integers(1, 64)),
        energy_table=draw(st.sampled_from(("bench_256", "horowitz_45nm_fp"))),
        technology_nm=draw(st.sampled_from(NODES)),
        area_table=draw(st.sampled_from(("blocks", "maestro_2019", "maestro_2021", "digamma"))),
    )


def size(machine):
    return area(machine, {}).area_um2


def inside(machine, **fields):
    """The machine with other fields of its first memory on the chip."""
    first = on_chip(machine)[0]
    changed = tuple(replace(item, **fields) if item == first else item for item in machine.memories)
    return replace(machine, memories=changed)


@settings(max_examples=150, deadline=None)
@given(machines(), st.integers(1, 1 << 20))
def test_more_of_anything_never_takes_less(machine, more):
    first = on_chip(machine)[0]
    before = size(machine)
    assert before > 0
    larger = [
        replace(machine, pes=machine.pes + more % 64 * (first.instances or 1)),
        replace(machine, lanes=machine.lanes + 1),
        replace(machine, default_word_bits=machine.default_word_bits + more % 8),
        replace(machine, word_bits=(("output", machine.bits("output") + more % 8),)),
        inside(machine, capacity_bytes=first.capacity_bytes + more),
    ]
    for name in ("read_bandwidth", "write_bandwidth", "shared_bandwidth"):
        wide = getattr(first, name)
        if wide is not None:
            larger.append(inside(machine, **{name: wide + more % 100}))
    rolling = first.buffering == "rolling"
    if not rolling:
        larger.append(inside(machine, read_bandwidth=300, write_bandwidth=300))
    for other in larger:
        if _consistent(other):
            assert size(other) >= before * (1 - 1e-12)


def _consistent(machine):
    counts = [machine.pes if memory.instances is None else memory.instances for memory in machine.memories]
    return counts == sorted(counts) and counts[-1] <= machine.pes


@settings(max_examples=100, deadline=None)
@given(machines(), st.integers(1, 50))
def test_more_bandwidth_never_takes_less(machine, more):
    first = on_chip(machine)[0]
    for position, network in enumerate(first.networks):
        if first.instances is None or network.bandwidth is None:
            continue
        wide = replace(network, bandwidth=network.bandwidth + more)
        others = (*first.networks[:position], wide, *first.networks[position + 1 :])
        assert size(inside(machine, networks=others)) >= size(machine) * (1 - 1e-12)


@settings(max_examples=100, deadline=None)
@given(machines())
def test_a_smaller_node_never_takes_more(machine):
    sizes = [size(replace(machine, technology_nm=nm)) for nm in NODES]
    assert sizes == sorted(sizes)


@settings(max_examples=100, deadline=None)
@given(machines(), st.lists(st.integers(0, 1 << 30), min_size=1, max_size=20))
def test_areas_add_up_for_any_capacities(machine, sizes):
    """What an exploration of many capacities adds up is what each machine has, to the last bit."""
    memory = on_chip(machine)[0]
    rest = tuple(other for other in on_chip(machine) if other != memory)
    found = memory_area(machine, memory.name, np.array(sizes))
    leaks = memory_leakage(machine, memory.name, np.array(sizes))
    fixed = area_without_memories(machine)
    for one, place, leak in zip(sizes, found, leaks, strict=True):
        if one == 0:
            continue
        whole = area(inside(machine, capacity_bytes=one), {})
        others = [np.array([other.capacity_bytes]) for other in rest]
        places = [memory_area(machine, other.name, item)[0] for other, item in zip(rest, others, strict=True)]
        leaking = [memory_leakage(machine, other.name, item)[0] for other, item in zip(rest, others, strict=True)]
        assert whole.area_um2 == sum(places, fixed.area_um2 + place)
        assert whole.leakage_mw == sum(leaking, fixed.leakage_mw + leak)


@pytest.mark.parametrize("name", list_presets())
def test_every_preset_has_an_area(name):
    found = area(load_accelerator(name), {"PE": 64, "L1": 64, "L2": 4096, "SRAM": 4096, "REG": 2})
    assert 0 < found.area_um2 < 1e9
    assert found.leakage_mw > 0
    for term in found.terms:
        assert term.source
        assert term.area_um2 == pytest.approx(term.count * term.each_um2)
