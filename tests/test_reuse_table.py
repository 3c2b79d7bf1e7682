"""Tables 1 and 2 of Kwon et al., MICRO-52: every cell by a program that shows it, against enumeration of its chunks."""

from itertools import product

import pytest

import weft
from weft.ir import Interconnect, Mapping
from weft.passes import ReuseKind, analyse, hardware

EXTENTS = {"N": 2, "K": 4, "C": 4, "R": 3, "S": 3, "Y'": 4, "X'": 4}
LAYER = "Type: CONV Dimensions { N: 2, K: 4, C: 4, R: 3, S: 3, Y: 6, X: 6 }"
TENSORS = {
    "input": lambda p: (p["N"], p["C"], p["Y'"] + p["R"], p["X'"] + p["S"]),
    "filter": lambda p: (p["K"], p["C"], p["R"], p["S"]),
    "output": lambda p: (p["N"], p["K"], p["Y'"], p["X'"]),
}
CELLS = [(across, over) for across in EXTENTS for over in EXTENTS if across != over]
"""Table 1: the dimension in space beside the innermost one in time."""


def holds(tensor, **places):
    """The elements of a tensor that a unit touches with these dimensions at one place and the others whole."""
    ranges = [[places[name]] if name in places else range(extent) for name, extent in EXTENTS.items()]
    return {TENSORS[tensor](dict(zip(EXTENTS, point, strict=True))) for point in product(*ranges)}


def kind(tensor, first, second):
    """How two chunks share: all elements, some, or none."""
    if first == second:
        return "reduction" if tensor == "output" else "multicast"
    return "partial multicast" if first & second else "none"


def reuse(program, layer=LAYER, settings=()):
    workload = weft.parse_workload(layer)
    machine = weft.load_accelerator("generic_256", ["pes=4", *settings])
    found = analyse(Mapping(workload, weft.parse_dataflow(program).bind(workload.extents), machine))
    assert not found.has_errors
    return {item.tensor: item for item in found.reuse}


@pytest.mark.parametrize(("across", "over"), CELLS)
def test_every_cell_of_table_1_is_what_its_chunks_share(across, over):
    found = reuse(f"SpatialMap(1,1) {across}; TemporalMap(1,1) {over};")
    for tensor in TENSORS:
        here = holds(tensor, **{across: 0, over: 0})
        neighbour, later = holds(tensor, **{across: 1, over: 0}), holds(tensor, **{across: 0, over: 1})
        assert found[tensor].spatial == kind(tensor, here, neighbour), tensor
        assert found[tensor].temporal == kind(tensor, here, later), tensor
        forwarded = later == neighbour and later != here
        assert (found[tensor].spatio_temporal == "multicast") == forwarded, tensor


def test_table_1_has_every_kind_of_reuse():
    kinds = {"spatial": set(), "temporal": set(), "spatio_temporal": set()}
    for across, over in CELLS:
        for item in reuse(f"SpatialMap(1,1) {across}; TemporalMap(1,1) {over};").values():
            for axis, seen in kinds.items():
                seen.add(getattr(item, axis))
    assert kinds["spatial"] == kinds["temporal"] == set(ReuseKind)
    assert kinds["spatio_temporal"] == {ReuseKind.NONE, ReuseKind.MULTICAST}


TABLE_2 = [
    ("spatial", ReuseKind.MULTICAST, Interconnect(), "fan-out"),
    ("spatial", ReuseKind.MULTICAST, Interconnect(store_and_forward=(("input", 1),)), "store-and-forward"),
    ("spatial", ReuseKind.REDUCTION, Interconnect(), "fan-in"),
    ("spatial", ReuseKind.REDUCTION, Interconnect(adder="chain"), "reduce-and-forward"),
    ("spatial", ReuseKind.REDUCTION, Interconnect(adder="unit"), "reduce-and-forward"),
    ("temporal", ReuseKind.MULTICAST, Interconnect(), "a buffer"),
    ("temporal", ReuseKind.REDUCTION, Interconnect(), "a read-modify-write buffer"),
]


@pytest.mark.parametrize(("axis", "kind", "network", "means"), TABLE_2)
def test_every_cell_of_table_2_names_its_hardware(axis, kind, network, means):
    assert hardware(axis, kind, "input", network).startswith(means)


def test_only_the_tensor_that_walks_is_stored_and_forwarded():
    network = Interconnect(store_and_forward=(("input", 1),))
    assert hardware("spatial", ReuseKind.MULTICAST, "filter", network).startswith("fan-out")
