"""Index maps become maps of outputs, redundant directives go, and what cannot be said is refused with its reason."""

from pathlib import Path

import pytest

import weft
from weft.ir import Findings, operator_workload
from weft.passes import canonicalize

EXAMPLES = Path(__file__).parents[1] / "examples"
EXTENTS = {"N": 1, "K": 4, "C": 4, "Y'": 6, "X'": 6, "R": 3, "S": 3}


def run(text, *, stride=1, dilation=1, **extents):
    """The levels of the canonical program as text, and the findings."""
    extents = EXTENTS | {name.replace("p", "'"): value for name, value in extents.items()}
    workload = operator_workload("CONV", extents, stride={"Y": stride}, dilation={"Y": dilation})
    findings = Findings()
    program = canonicalize(workload, weft.parse_dataflow(text).bind(workload.extents), findings)
    return [" ".join(str(item) for item in level) for level in program.levels], findings.items


def canonical(text, **options):
    levels, findings = run(text, **options)
    assert findings == []
    return levels


def refused(text, **options):
    """The only finding's code and its text, notes and hint."""
    _, (finding,) = run(text, **options)
    return finding.code, "\n".join([finding.message, *finding.notes, finding.hint])


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        ("TemporalMap(Sz(R),1) Y;", {}, "TemporalMap(1,1) Y';"),
        ("TemporalMap(5,3) Y;", {}, "TemporalMap(3,3) Y';"),
        ("SpatialMap(4,2) Y;", {}, "SpatialMap(2,2) Y';"),
        ("TemporalMap(3,2) Y;", {"stride": 2}, "TemporalMap(1,1) Y';"),
        ("TemporalMap(5,4) Y;", {"stride": 2}, "TemporalMap(2,2) Y';"),
        ("TemporalMap(5,1) Y;", {"dilation": 2}, "TemporalMap(1,1) Y';"),
        ("TemporalMap(8,8) Y;", {}, ""),
        ("TemporalMap(100,1) Y;", {}, ""),
    ],
)
def test_a_map_of_an_index_is_a_map_of_its_outputs(text, options, expected):
    assert canonical(text, **options) == [expected]


def test_a_map_that_holds_everything_is_dropped_whatever_its_offset():
    assert canonical("TemporalMap(1,1) K; TemporalMap(3,7) R; TemporalMap(9,1) C;") == ["TemporalMap(1,1) K;"]


def test_spatial_maps_stand_together_where_the_first_is():
    levels = canonical("TemporalMap(1,1) K; SpatialMap(1,1) C; TemporalMap(1,1) X'; SpatialMap(2,2) Y';")
    assert levels == ["TemporalMap(1,1) K; SpatialMap(1,1) C; SpatialMap(2,2) Y'; TemporalMap(1,1) X';"]


def test_lengths_are_those_of_the_parents_chunk():
    # Level 0 leaves 2 of 4 K, so that a chunk of 2 is one step in level 1 and one of 1 is two.
    assert canonical("TemporalMap(2,2) K; Cluster(4); TemporalMap(2,2) K;") == ["TemporalMap(2,2) K;", ""]
    levels = canonical("TemporalMap(2,2) K; Cluster(4); TemporalMap(1,1) K;")
    assert levels == ["TemporalMap(2,2) K;", "TemporalMap(1,1) K;"]


def test_the_row_stationary_diagonal_spreads_the_taps():
    # One output row per cluster: unit p takes row p of the input and tap p, and so the same output.
    levels = canonical("SpatialMap(3,1) Y; Cluster(3); SpatialMap(1,1) Y; SpatialMap(1,1) R;")
    assert levels == ["SpatialMap(1,1) Y';", "SpatialMap(1,1) R;"]


def test_the_diagonal_takes_all_rows_of_the_chunk():
    levels = canonical("SpatialMap(4,2) Y; Cluster(3); SpatialMap(2,1) Y; SpatialMap(1,1) R;")
    assert levels == ["SpatialMap(2,2) Y';", "SpatialMap(1,1) R;"]


def test_the_diagonal_advances_by_the_dilation():
    levels = canonical("SpatialMap(5,1) Y; Cluster(3); SpatialMap(1,2) Y; SpatialMap(1,1) R;", dilation=2)
    assert levels == ["SpatialMap(1,1) Y';", "SpatialMap(1,1) R;"]


def test_a_second_map_that_moves_nothing_is_only_a_warning():
    levels, (finding,) = run("TemporalMap(3,3) R; TemporalMap(3,3) R; SpatialMap(1,1) K;")
    assert levels == ["SpatialMap(1,1) K;"]
    assert (finding.code, finding.severity) == ("W108", "warning")


@pytest.mark.parametrize(
    ("text", "code", "words", "options"),
    [
        ("TemporalMap(1,1) K; SpatialMap(2,2) K;", "W101", "'K' is mapped twice in level 0", {}),
        ("TemporalMap(3,1) Y; TemporalMap(1,1) Y';", "W101", "'Y'' and 'Y' are the same dimension", {}),
        ("TemporalMap(2,1) Y;", "W102", "Y tile 2 smaller than R tile 3", {}),
        ("TemporalMap(4,1) Y;", "W102", "give 'Y' at least 5", {"dilation": 2}),
        ("TemporalMap(3,1) Y;", "W103", "offset 1 is not a multiple of the stride 2", {"stride": 2}),
        ("TemporalMap(3,1) Y; TemporalMap(1,1) R;", "W103", "'Y' and 'R' advance apart in level 0", {}),
        ("SpatialMap(1,2) Y; SpatialMap(1,1) R;", "W103", "do not stay aligned", {"Yp": 1}),
        ("SpatialMap(1,1) Q;", "W002", "CONV has no dimension 'Q'", {}),
        ("SpatialMap(T,1) K;", "W005", "size 'T' is not bound to a number", {}),
    ],
)  # fmt: skip
def test_what_cannot_be_said_on_outputs_is_refused(text, code, words, options):
    found, message = refused(text, **options)
    assert found == code
    assert words in message


def test_a_wrong_size_that_a_binding_makes_is_found():
    workload = operator_workload("GEMM", {"M": 2, "N": 2, "K": 2})
    findings = Findings()
    program = weft.parse_dataflow("SpatialMap(T-2,1) M;").bind(workload.extents, {"T": 2})
    canonicalize(workload, program, findings)
    assert [item.code for item in findings.items] == ["W004"]


def test_all_findings_are_told():
    _, findings = run("TemporalMap(2,1) Y; TemporalMap(2,1) X; TemporalMap(1,1) K; TemporalMap(1,1) K;")
    assert sorted(item.code for item in findings) == ["W101", "W102", "W102"]


@pytest.mark.parametrize("file", sorted(path.name for path in EXAMPLES.glob("*.m")))
def test_a_canonical_program_is_its_own_canonical_program(file):
    for layer in (layer for network in weft.read(EXAMPLES / file) for layer in network.layers):
        findings = Findings()
        program = layer.dataflow.bind(layer.workload.extents, {})
        once = canonicalize(layer.workload, program, findings)
        assert canonicalize(layer.workload, once, findings) == once
        assert not findings.has_errors
