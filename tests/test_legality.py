"""A program executes every point exactly once, or the report names a point, found by hand here, that it does not."""

import pytest

import weft
from weft.analysis.spacetime import legality
from weft.ir import Mapping
from weft.passes import analyse

GEMM = "Type: GEMM Dimensions { M: 4, N: 3, K: 7 }"
ROW = "Type: CONV Dimensions { K: 1, C: 1, R: 1, S: 3, Y: 1, X: 8 }"  # X' = 6


def analysed(program, layer=GEMM, pes=4):
    workload = weft.parse_workload(layer)
    machine = weft.load_accelerator("generic_256", [f"pes={pes}"])
    return analyse(Mapping(workload, weft.parse_dataflow(program).bind(workload.extents), machine))


def findings(program, layer=GEMM, pes=4):
    found = analysed(program, layer, pes)
    return [(item.code, item.message) for item in found.diagnostics if item.code != "W107"]


def finding(program, layer=GEMM, pes=4):
    found = analysed(program, layer, pes)
    assert found.schedule is None
    (only,) = (item for item in found.diagnostics if item.is_error)
    return only


@pytest.mark.parametrize(
    "program",
    [
        "",
        "TemporalMap(2,2) K;",
        "TemporalMap(2,2) K; SpatialMap(3,3) M; TemporalMap(2,2) N;",
        "SpatialMap(1,1) K;",
        "SpatialMap(2,2) M; Cluster(2); SpatialMap(1,1) K;",
        "TemporalMap(4,4) K; Cluster(2); TemporalMap(3,3) K; SpatialMap(1,1) M;",
    ],
)
def test_chunks_that_follow_each_other_are_legal_whatever_their_size(program):
    found = analysed(program)
    assert found.diagnostics == ()
    assert found.schedule is not None


def test_a_gap():
    # Chunks [0,2), [3,5), [6,7) of K: 2 and 5 are left out, 2 is the first.
    found = finding("TemporalMap(2,3) K;")
    assert (found.code, found.message) == ("W104", "point M=0, N=0, K=2 is never executed")
    assert found.hint == "chunks of 2 'K' that advance by 3 leave gaps; advance by 2"
    assert (found.span.line, found.span.column) == (1, 1)


def test_an_overlap():
    # Chunks [0,3), [2,5), [4,7) of K: 2 and 4 are executed twice, 2 in steps 0 and 1.
    found = finding("TemporalMap(3,2) K;")
    assert (found.code, found.message) == ("W105", "point M=0, N=0, K=2 is executed twice")
    assert found.notes == ("once at L0.K=0", "once at L0.K=1")
    assert found.hint == "chunks of 3 'K' that advance by 2 overlap; advance by 3"


def test_an_overlap_in_space_names_its_units():
    # Four units, chunks [0,3), [2,5), [4,7): point 2 is executed by units 0 and 1 of fold 0.
    found = finding("SpatialMap(3,2) K;")
    assert (found.code, found.message) == ("W105", "point M=0, N=0, K=2 is executed twice")
    assert found.notes == ("once at L0.fold=0, L0.unit=0", "once at L0.fold=0, L0.unit=1")


def test_one_unit_executes_in_time_what_two_do_in_space():
    # Chunks [0,4), [3,7): point 3 is executed by two units of one fold, or by one unit in two folds.
    workload, program = weft.parse_workload(GEMM), weft.parse_dataflow("SpatialMap(4,3) K;")
    (found,) = legality(workload, program, (2,))
    assert (found.kind, found.point, found.dimensions) == ("overlap", {"M": 0, "N": 0, "K": 3}, ("K",))
    assert found.visits == ({"L0.fold": 0, "L0.unit": 0}, {"L0.fold": 0, "L0.unit": 1})
    (found,) = legality(workload, program, (1,))
    assert found.visits == ({"L0.fold": 0, "L0.unit": 0}, {"L0.fold": 1, "L0.unit": 0})


def test_two_spatial_maps_execute_their_diagonal_only():
    # Unit p takes M = p and K = p: point (0, 0) is executed, (M=0, K=1) is the first that is not.
    found = finding("SpatialMap(1,1) M; SpatialMap(1,1) K;")
    assert (found.code, found.message) == ("W104", "point M=0, N=0, K=1 is never executed")
    assert "'M' and 'K' share one unit number" in found.hint


def test_every_dimension_at_fault_is_told():
    # K is in chunks [0,2), [3,5), [6,7): 2 is missing. M is in chunks [0,2), [1,3), [2,4): 1 is doubled.
    codes = dict(findings("TemporalMap(2,3) K; TemporalMap(2,1) M;"))
    assert codes == {
        "W104": "point M=0, N=0, K=2 is never executed",
        "W105": "point M=1, N=0, K=0 is executed twice",
    }


def test_a_gap_inside_a_cluster():
    # Level 0 takes [0,4) and [4,7) of K; level 1 takes elements 0 and 2 of each: 1 is the first that is missing.
    found = finding("TemporalMap(4,4) K; Cluster(4); TemporalMap(1,2) K;")
    assert (found.code, found.message) == ("W104", "point M=0, N=0, K=1 is never executed")
    assert (found.span.line, found.span.column) == (1, 33)


def test_an_overlap_of_windows_is_one_of_outputs():
    # Chunks of 4 X hold the outputs [0,2); advancing by 1 brings [1,3): output 1 is computed in steps 0 and 1.
    found = finding("TemporalMap(4,1) X;", ROW)
    assert (found.code, found.message) == ("W105", "point N=0, K=0, C=0, Y'=0, X'=1, R=0, S=0 is executed twice")
    assert found.notes == ("once at L0.X'=0", "once at L0.X'=1")
    assert findings("TemporalMap(4,2) X;", ROW) == []


def test_windows_that_share_inputs_are_no_overlap():
    assert findings("TemporalMap(3,1) X;", ROW) == []


def test_an_edge_may_be_smaller():
    # Seven K in chunks of 4 and 3: the second is clipped, so nothing is executed twice.
    assert findings("TemporalMap(4,4) K;") == []
    assert findings("TemporalMap(4,4) K; Cluster(2); SpatialMap(2,2) K;") == []


def test_legal_programs_whose_chunks_do_not_partition_are_refused_by_name():
    # Level 0: [0,4), [3,6). Level 1 keeps the first 3 of each: [0,3), [3,6). Every point once, yet no partition.
    program = "TemporalMap(4,3) K; Cluster(4); TemporalMap(3,4) K;"
    found = analysed(program, "Type: GEMM Dimensions { M: 1, N: 1, K: 6 }")
    assert {item.code for item in found.diagnostics if item.is_error} == {"W110"}


def test_a_large_layer_is_decided_without_enumeration():
    layer = "Type: GEMM Dimensions { M: 1000000, N: 1000000, K: 2147483647 }"
    assert findings("TemporalMap(65536,65536) K; SpatialMap(1,1) M;", layer) == []
    found = finding("TemporalMap(65536,65537) K;", layer)
    assert found.message == "point M=0, N=0, K=65536 is never executed"


@pytest.mark.parametrize("size", range(1, 9))
@pytest.mark.parametrize("offset", range(1, 9))
def test_one_loop_against_the_definition(size, offset):
    # A2 by enumeration: n = 1 if s >= L, else ceil((L - s) / o) + 1 positions.
    extent = 7
    positions = 1 if size >= extent else -(-(extent - size) // offset) + 1
    times = [sum(offset * j <= x < offset * j + size for j in range(positions)) for x in range(extent)]
    found = dict(findings(f"TemporalMap({size},{offset}) K;"))
    expected = {}
    if 0 in times:
        expected["W104"] = f"point M=0, N=0, K={times.index(0)} is never executed"
    if max(times) > 1:
        first = next(x for x, number in enumerate(times) if number > 1)
        expected["W105"] = f"point M=0, N=0, K={first} is executed twice"
    assert found == expected
