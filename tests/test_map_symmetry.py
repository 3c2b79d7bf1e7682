"""Structures that an exchange of dimensions turns into each other: one is searched, and nothing better is missed."""

from dataclasses import fields, replace
from random import Random

import pytest
from campaigns import first
from map_searches import space_by_chance

import weft
from weft.ir import UNORDERED, Accelerator, Interconnect, Memory, Workload, operator_workload
from weft.search import LevelSpace, MapSpace, constrain, layer, machine_space, template_space
from weft.search.layer import LayerSearch
from weft.search.request import Settings
from weft.search.spaces.renaming import renamed
from weft.search.spaces.request import SpaceRequest
from weft.search.spaces.symmetry import is_first, renamings
from weft.search.workers.executors import this_process
from weft.search.workers.waves import drive

BASE = """
TemporalMap(15,15) N; TemporalMap(6,6) K; TemporalMap(6,6) M; Cluster(2, L2);
SpatialMap(1,1) N; TemporalMap(6,6) K; TemporalMap(6,6) M; Cluster(2);
SpatialMap(1,1) M;
"""


def machine(*overrides):
    return weft.load_accelerator("bench_256", overrides or ["pes=16", "shape=[4,4]"])


def search(space):
    found = LayerSearch("layer", space, Settings())
    drive([found], this_process())
    assert found.finished
    return found


def searched(workload, constraints=()):
    return search(constrain(machine_space(weft.parse_workload(workload), machine()), constraints))


@pytest.mark.parametrize(
    ("workload", "constraints", "skipped"),
    [
        ("gemm:M=8,N=8,K=6", (), 13),
        ("gemm:M=8,N=6,K=8", (), 0),  # the output would have to become an input
        ("gemm:M=8,N=8,K=6", ("order@L2: M, N, K",), 0),
        ("gemm:M=8,N=8,K=6", ("hold L1: input",), 0),
        ("conv:K=4,C=3,R=2,S=2,Y'=5,X'=5", (), 83),
        ("conv:K=4,C=3,R=2,S=3,Y'=5,X'=5", (), 0),
    ],
)
def test_only_structures_that_are_the_same_are_left_out(monkeypatch, workload, constraints, skipped):
    found = searched(workload, constraints)
    monkeypatch.setattr(layer, "renamings", lambda space: [])
    every = searched(workload, constraints)
    alike = [not is_first(found.space, item, renamings(found.space)) for item in found.space.structures()]
    assert sum(alike) == skipped
    assert bool(found.symmetric) == bool(skipped)  # of those that are no worse than the answer by quick bounds
    assert found.symmetric <= skipped
    assert every.symmetric == 0
    assert found.entries[0].metrics == every.entries[0].metrics


def test_sizes_that_one_dimension_has_and_the_other_not_keep_structures_apart():
    small = machine("pes=4", "shape=[2,2]", "L2.capacity_bytes=400", "L1.capacity_bytes=40")
    workload = weft.parse_workload("gemm:M=30,N=30,K=6")
    request = SpaceRequest(weft.parse_dataflow(BASE), flexibility="p111")
    space = request.space(workload, small)
    best = search(space)
    part = search(constrain(space, ["spatial@1: N"]))
    assert best.symmetric == 0
    assert best.value(best.entries[0].metrics) == pytest.approx(404_595_000)
    assert part.value(part.entries[0].metrics) == pytest.approx(404_595_000)


def test_a_spread_dimension_of_one_value_is_no_reason_to_leave_its_structure_out():
    workload = operator_workload("CONV", {"N": 1, "K": 2, "C": 2, "R": 2, "S": 2, "Y'": 3, "X'": 3})
    text = "TemporalMap(?,?) K; TemporalMap(?,?) C; Cluster(?, L2); SpatialMap(?,?) N; TemporalMap(?,?) K;"
    space = template_space(workload, weft.parse_dataflow(text), machine("pes=4", "shape=[]"))
    assert "N" in {name for structure in space.structures() for name in structure.spatial}
    assert renamings(space)
    found = search(space)
    assert found.entries
    assert found.symmetric == 0


SPACE = machine_space(operator_workload("GEMM", {"M": 8, "N": 8, "K": 6}), machine())
EXCHANGE = {"M": "N", "N": "M", "K": "K"}


def level_with(**changes):
    return replace(SPACE, levels=(replace(SPACE.levels[0], **changes), *SPACE.levels[1:]))


def memory_with(**changes):
    memories = SPACE.accelerator.memories
    return machine_with(memories=(*memories[:-1], replace(memories[-1], **changes)))


def network_with(**changes):
    outer = SPACE.accelerator.memories[0]
    changed = replace(outer, networks=(replace(outer.networks[0], **changes),))
    return machine_with(memories=(changed, *SPACE.accelerator.memories[1:]))


def machine_with(**changes):
    return replace(SPACE, accelerator=replace(SPACE.accelerator, **changes))


LEVEL = {
    "temporal": ("M", "K"),
    "spatial": ("M",),
    "outside": (("M", "N"),),
    "sizes": (("M", (1, 2)),),
    "memory": None,  # names no dimension
    "side": None,  # nor does this
    "orders": (("M", "N", "K"),),
    "among": (("M", (1, 2)),),
    "steps": (("M", (0, 2)),),
}
MEMORY = {"capacities": (("input", 8),), "holds": ("input", "output"), "formats": (("input", None),)}
NETWORK = {"channels": (("input", 1),), "store_and_forward": (("input", 1),)}
MACHINE = {"word_bits": (("input", 4),)}


def names_something(kind):
    """The fields of a class that can name a dimension or a tensor: those whose items are told apart by texts."""
    return {item.name for item in fields(kind) if "unordered" in item.metadata}


@pytest.mark.parametrize(
    ("kind", "build", "changes"),
    [
        (LevelSpace, level_with, LEVEL),
        (Memory, memory_with, MEMORY),
        (Interconnect, network_with, NETWORK),
        (Accelerator, machine_with, MACHINE),
    ],
)
def test_every_field_that_tells_two_dimensions_apart_ends_their_exchange(kind, build, changes):
    assert renamings(SPACE) == [EXCHANGE]
    assert names_something(kind) - {"actions", "intervals"} <= set(changes)
    for name, value in changes.items():
        space = build(**{name: value})
        assert (renamings(space) == []) == (value is not None), name


def test_cycles_of_operations_tell_no_dimensions_apart():
    assert renamings(machine_with(intervals=(("mac", 2),))) == [EXCHANGE]


def test_every_field_of_a_level_is_tried():
    assert set(LEVEL) == {item.name for item in fields(LevelSpace)}


@pytest.mark.parametrize("kind", [LevelSpace, MapSpace, Workload, Accelerator, Memory, Interconnect])
def test_a_renaming_reaches_every_field(kind):
    """A name put into any field is renamed there: the class's own list of fields decides, nothing else."""
    blank = object.__new__(kind)
    for item in fields(kind):
        for other in fields(kind):
            object.__setattr__(blank, other.name, ("M",) if other.name == item.name else ())
        assert renamed(blank, {"M": "N"}) != renamed(blank, {}), item.name


def test_what_is_unordered_is_compared_as_a_set_and_nothing_else():
    one = LevelSpace(("M", "N"), orders=(("M", "N"), ("N", "M")))
    assert renamed(one, {"M": "N", "N": "M"}) == renamed(one, {})
    assert renamed(replace(one, orders=(("M", "N"),)), {"M": "N", "N": "M"}) != renamed(
        replace(one, orders=(("M", "N"),)), {}
    )
    assert UNORDERED["unordered"] == "itself"


@pytest.mark.parametrize("count", first(1, [4, 100]))
def test_leaving_out_never_changes_the_best_of_a_space(monkeypatch, count):
    random, spaces = Random(5), []
    while len(spaces) < count:
        space, _ = space_by_chance(random, 3000)
        if renamings(space):
            spaces.append(space)
    found = [search(space) for space in spaces]
    monkeypatch.setattr(layer, "renamings", lambda space: [])
    for one, space in zip(found, spaces, strict=True):
        every = search(space)
        assert [e.metrics.cycles for e in one.entries] == [e.metrics.cycles for e in every.entries]
        values = [[kept.value(entry.metrics) for entry in kept.entries] for kept in (one, every)]
        assert values[0] == pytest.approx(values[1])
    assert any(one.symmetric for one in found)
