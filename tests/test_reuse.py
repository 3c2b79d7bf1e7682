"""The paper's Table 1 (Kwon et al., MICRO-52): which mapping makes which tensor reusable, and Table 2's hardware."""

import pytest

import weft
from weft.ir import Mapping
from weft.passes import HARDWARE, ReuseKind, analyse

CONV = "Type: CONV Dimensions { N: 2, K: 8, C: 8, R: 3, S: 3, Y: 10, X: 10 }"
NOTHING = {"input": "none", "filter": "none", "output": "none"}


def reuse(program, pes=4, layer=CONV):
    """Per level and tensor what the reuse pass found."""
    workload = weft.parse_workload(layer)
    machine = weft.load_accelerator("generic_256", [f"pes={pes}"])
    found = analyse(Mapping(workload, weft.parse_dataflow(program).bind(workload.extents), machine))
    assert not found.has_errors
    return {(item.level, item.tensor): item for item in found.reuse}


def kinds(found, axis, level=0):
    return {tensor: str(getattr(item, axis)) for (number, tensor), item in found.items() if number == level}


# The table's rows: a dimension, and the tensors that do not depend on it (or whose windows overlap along it).
TABLE_1 = [
    ("N", {"filter": "multicast"}),
    ("K", {"input": "multicast"}),
    ("C", {"output": "reduction"}),
    ("R", {"input": "partial multicast", "output": "reduction"}),
    ("S", {"input": "partial multicast", "output": "reduction"}),
    ("Y'", {"input": "partial multicast", "filter": "multicast"}),
    ("X'", {"input": "partial multicast", "filter": "multicast"}),
]


@pytest.mark.parametrize(("dimension", "row"), TABLE_1)
def test_a_dimension_in_space(dimension, row):
    found = reuse(f"SpatialMap(1,1) {dimension};")
    assert kinds(found, "spatial") == NOTHING | row
    for (_, tensor), item in found.items():
        assert item.spatial_by == (f"SpatialMap(1,1) {dimension} (line 1)" if tensor in row else "")


@pytest.mark.parametrize(("dimension", "row"), TABLE_1)
def test_the_innermost_dimension_in_time(dimension, row):
    other = "K" if dimension == "N" else "N"
    found = reuse(f"TemporalMap(1,1) {other}; TemporalMap(1,1) {dimension};")
    assert kinds(found, "temporal") == NOTHING | row
    for (_, tensor), item in found.items():
        assert item.temporal_by == (f"TemporalMap(1,1) {dimension} (line 1)" if tensor in row else "")


@pytest.mark.parametrize(("dimension", "row"), TABLE_1)
def test_space_and_time_are_told_apart(dimension, row):
    found = reuse(f"SpatialMap(1,1) {dimension}; TemporalMap(1,1) N;" if dimension != "N" else "SpatialMap(1,1) N;")
    assert kinds(found, "spatial") == NOTHING | row
    if dimension != "N":
        assert kinds(found, "temporal") == NOTHING | {"filter": "multicast"}


def test_only_the_innermost_loop_that_advances_counts():
    # The table speaks of the innermost temporally mapped dimension; C is held whole and so takes no step.
    found = reuse("TemporalMap(1,1) K; TemporalMap(8,8) C;")
    assert kinds(found, "temporal") == NOTHING | {"input": "multicast"}


def test_a_spatial_map_that_folds_is_a_loop_in_time_too():
    assert kinds(reuse("TemporalMap(1,1) N; SpatialMap(1,1) K;", pes=4), "temporal")["input"] == "multicast"
    # With a unit for every K there is no fold: the loop over N is what advances.
    assert kinds(reuse("TemporalMap(1,1) N; SpatialMap(1,1) K;", pes=8), "temporal")["input"] == "none"


def test_taps_of_a_single_window_share_no_input():
    # With one output in the chunk, y' + r differs in every r.
    assert kinds(reuse("TemporalMap(1,1) Y'; SpatialMap(1,1) R;"), "spatial")["input"] == "none"
    assert kinds(reuse("TemporalMap(2,2) Y'; SpatialMap(1,1) R;"), "spatial")["input"] == "partial multicast"


def test_windows_that_do_not_overlap_share_no_input():
    layer = CONV.replace("Dimensions", "Stride { Y: 3 } Dimensions").replace("Y: 10", "Y: 12")
    assert kinds(reuse("SpatialMap(1,1) Y';", layer=layer), "spatial") == NOTHING | {"filter": "multicast"}
    layer = layer.replace("Y: 3", "Y: 2")
    assert kinds(reuse("SpatialMap(1,1) Y';", layer=layer), "spatial")["input"] == "partial multicast"
    # A tap at a time leaves windows of one row, which do not overlap whatever the stride.
    found = reuse("SpatialMap(1,1) Y'; TemporalMap(1,1) R;")
    assert kinds(found, "spatial")["input"] == "none"


def test_neighbours_can_pass_on_a_row_when_the_tap_advances():
    # Unit p needs row p + r; in the step before, unit p + 1 held row p + 1 + r - 1.
    found = reuse("SpatialMap(1,1) Y'; TemporalMap(1,1) R;")
    assert kinds(found, "spatio_temporal") == NOTHING | {"input": "multicast"}
    assert found[0, "input"].spatio_temporal_by == "SpatialMap(1,1) Y' (line 1) with TemporalMap(1,1) R (line 1)"
    found = reuse("SpatialMap(1,1) R; TemporalMap(1,1) Y';")
    assert kinds(found, "spatio_temporal") == NOTHING | {"input": "multicast"}
    assert kinds(reuse("SpatialMap(2,2) Y'; TemporalMap(1,1) R;"), "spatio_temporal") == NOTHING


@pytest.mark.parametrize(
    ("layer", "spatial", "temporal"),
    [
        # The playground of Figure 5: the same convolution, six schedules.
        ("A", {"filter": "multicast"}, {"output": "reduction"}),
        ("B", {"filter": "multicast"}, {"filter": "multicast"}),
        ("C", {"output": "reduction"}, {"output": "reduction"}),
        ("D", {"output": "reduction"}, {"filter": "multicast"}),
    ],
)
def test_figure_5(layer, spatial, temporal):
    layers = {"A": "SpatialMap(1,1) X'; TemporalMap(1,1) S;", "B": "TemporalMap(1,1) S; SpatialMap(1,1) X';"}
    layers |= {"C": "TemporalMap(1,1) X'; SpatialMap(1,1) S;", "D": "SpatialMap(1,1) S; TemporalMap(1,1) X';"}
    found = reuse(layers[layer], 3, "Type: CONV Dimensions { K: 1, C: 1, R: 1, S: 6, Y: 1, X: 17 }")
    assert kinds(found, "spatial") == NOTHING | spatial
    assert kinds(found, "temporal") == NOTHING | temporal


def test_the_cause_is_the_directive_as_written():
    found = reuse("SpatialMap(3,1) Y;\nTemporalMap(1,1) K;")
    assert found[0, "filter"].spatial_by == "SpatialMap(3,1) Y [= SpatialMap(1,1) Y'] (line 1)"
    assert found[0, "input"].temporal_by == "TemporalMap(1,1) K (line 2)"


def test_levels_are_classified_on_their_own():
    found = reuse("SpatialMap(1,1) K; Cluster(4); SpatialMap(1,1) C;", pes=16)
    assert kinds(found, "spatial", 0) == NOTHING | {"input": "multicast"}
    assert kinds(found, "spatial", 1) == NOTHING | {"output": "reduction"}


def test_every_kind_that_is_found_names_its_hardware():
    programs = [f"SpatialMap(1,1) {a}; TemporalMap(1,1) {b};" for a in "NKCRS" for b in ("Y'", "N", "C") if a != b]
    for program in programs:
        for item in reuse(program).values():
            for axis in ("spatial", "temporal", "spatio-temporal"):
                kind = getattr(item, axis.replace("-", "_"))
                assert kind is ReuseKind.NONE or HARDWARE[axis, kind]
