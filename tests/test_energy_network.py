"""Links that data crosses, by the topology of the networks."""

from dataclasses import replace

import pytest
from energies import L1, L2, TABLE, TENSORS, TO_L1, TO_MAC, WORKLOAD, counts, schedule

from weft.backends.energy import energy
from weft.ir import (
    Accelerator,
    Dataflow,
    InputTraffic,
    Interconnect,
    Interface,
    Loop,
    Mapping,
    Memory,
    Schedule,
    ScheduledLevel,
    Site,
    SpatialMap,
)


def links(network, units=4, interface=TO_L1, *, second=None):
    """Links per tensor below L2: one level of some units, or a second one of four below it."""
    networks = (network,) if second is None else (network, second)
    memory = replace(L2, networks=networks)
    levels = tuple(
        ScheduledLevel(number, (Loop("M", 1, True),), net) for number, net in zip((units, 4), networks, strict=False)
    )
    sites = (Site(memory, 0, 1, TENSORS), Site(L1, len(levels), units, TENSORS))[: 1 + (interface.child == "L1")]
    program = Dataflow(((SpatialMap(1, 1, "M"),),))
    nest = Schedule(Mapping(WORKLOAD, program, Accelerator("m", 64, (memory, L1))), program, levels, sites)
    return {
        term.tensor: term.accesses for term in energy(counts(interface), nest, TABLE) if term.component == "network"
    }


def test_a_bus_carries_what_reaches_or_leaves_a_child():
    assert links(Interconnect()) == {"filter": 60, "output": 6 + 20}
    assert links(Interconnect(), 4, replace(TO_MAC, parent="L2")) == {"filter": 60, "output": 60 + 48}


@pytest.mark.parametrize(
    ("topology", "units", "way"),
    [("bus", 64, 1), ("tree", 4, 2), ("tree", 5, 3), ("mesh", 4, 2), ("mesh", 16, 4), ("mesh", 1, 1)],
)
def test_one_way_and_one_link_per_further_copy(topology, units, way):
    # filter: 60 fills of 15 reads; output: 18 updates of 20 entries that leave, 6 read back
    found = links(Interconnect(topology=topology), units)
    assert found == {"filter": 15 * way + 45, "output": (18 + 6) * way + 2}


def test_half_links_are_rounded_up():
    # two rows of three: (2 + 3) / 2 links on average
    assert links(Interconnect(topology="mesh"), 6) == {"filter": 38 + 45, "output": 60 + 2}


def test_networks_of_two_levels_add_up():
    tree = Interconnect(topology="tree")
    assert links(tree, 4, second=tree) == {"filter": 15 * 3 + 45, "output": 24 * 3 + 2}
    assert links(tree, 4, second=Interconnect()) == links(tree)
    assert links(Interconnect(), 4, second=tree) == links(tree)


def test_what_walks_from_unit_to_unit_enters_at_the_first():
    found = links(Interconnect(topology="mesh", store_and_forward=(("filter", 1),)), 16)
    assert found == {"filter": 60, "output": 24 * 4 + 2}


def test_forwarded_elements_cross_one_link():
    interface = Interface("L2", "L1", 16, (("input", InputTraffic(100, 10, 90)),))
    assert links(Interconnect(topology="mesh"), 16, interface) == {"input": 10 * 4 + 90}


def test_nothing_is_carried_between_two_memories_of_one_element():
    spad = Memory("L0", None)
    interfaces = [TO_L1, replace(TO_L1, parent="L1", child="L0"), replace(TO_MAC, parent="L0")]
    terms = energy(counts(*interfaces), schedule((L2, L1, spad), (0, 1, 1)), TABLE)
    assert {term.name for term in terms if term.component == "network"} == {"L2 to L1 transfer"}
