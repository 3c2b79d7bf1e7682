"""Which memory stands at which boundary of a program, and what it holds (model A6)."""

import pytest

import weft
from weft.ir import Accelerator, Interconnect, Mapping, Memory
from weft.passes import analyse

GEMM = weft.parse_workload("Type: GEMM Dimensions { M: 8, N: 8, K: 8 }")
TENSORS = ("input", "filter", "output")
DRAM, L3, L2, L1 = Memory("DRAM"), Memory("L3"), Memory("L2"), Memory("L1", None)


def program_of(text, *memories, **machine):
    accelerator = Accelerator("machine", 16, memories, **machine)
    return analyse(Mapping(GEMM, weft.parse_dataflow(text).bind(GEMM.extents), accelerator))


def places(text, *memories, **machine):
    """(memory, boundary, instances) of every site of a program without findings."""
    program = program_of(text, *memories, **machine)
    assert program.diagnostics == ()
    return [(site.memory.name, site.boundary, site.instances) for site in program.schedule.sites]


def finding(text, *memories, **machine):
    (found,) = program_of(text, *memories, **machine).diagnostics
    return found


def test_the_outermost_memory_is_at_the_top_and_the_pes_memory_at_the_bottom():
    assert places("SpatialMap(1,1) M;", L2, L1) == [("L2", 0, 1), ("L1", 1, 16)]
    text = "SpatialMap(1,1) M; Cluster(4); SpatialMap(1,1) N;"
    assert places(text, L2, L1) == [("L2", 0, 1), ("L1", 2, 16)]


def test_one_memory_alone():
    assert places("SpatialMap(1,1) M;", L2) == [("L2", 0, 1)]


def test_an_unnamed_boundary_takes_the_memory_with_as_many_instances():
    four = Memory("L2", 4)
    text = "SpatialMap(1,1) M; Cluster(4); SpatialMap(1,1) N;"
    assert places(text, DRAM, four, L1) == [("DRAM", 0, 1), ("L2", 1, 4), ("L1", 2, 16)]
    text = "SpatialMap(1,1) M; Cluster(2); SpatialMap(1,1) N; Cluster(2); SpatialMap(1,1) K;"
    eight = Memory("L2", 8)
    assert places(text, DRAM, four, L1) == [("DRAM", 0, 1), ("L2", 1, 4), ("L1", 3, 16)]
    assert places(text, DRAM, eight, L1) == [("DRAM", 0, 1), ("L2", 2, 8), ("L1", 3, 16)]


def test_a_purely_temporal_level_makes_room_for_the_next_memory():
    text = "TemporalMap(4,4) K; Cluster(16); SpatialMap(1,1) M;"
    assert places(text, DRAM, L2, L1) == [("DRAM", 0, 1), ("L2", 1, 1), ("L1", 2, 16)]
    assert places(text.replace("16", "16, L2"), DRAM, L2, L1) == places(text, DRAM, L2, L1)


def test_two_boundaries_are_filled_from_the_outermost():
    text = "TemporalMap(4,4) K; Cluster(16); TemporalMap(4,4) N; Cluster(16); SpatialMap(1,1) M;"
    # 16 PEs cannot hold 16 groups of 16, so the inner cluster has to be the whole of the outer one.
    assert finding(text, DRAM, L3, L2, L1).code == "W106"
    text = "TemporalMap(4,4) K; Cluster(1); TemporalMap(4,4) N; Cluster(16); SpatialMap(1,1) M;"
    assert places(text, DRAM, L3, L2, L1) == [("DRAM", 0, 1), ("L3", 1, 1), ("L2", 2, 1), ("L1", 3, 16)]


def test_memories_without_a_boundary_are_stacked_at_the_top():
    assert places("SpatialMap(1,1) M;", DRAM, L2, L1) == [("DRAM", 0, 1), ("L2", 0, 1), ("L1", 1, 16)]


def test_a_stacked_memory_is_filled_once_with_everything():
    program = program_of("SpatialMap(1,1) M;", DRAM, L2, L1)
    counts = weft.evaluate(program.mapping).counts
    for tensor in ("input", "filter"):
        traffic = counts.traffic("DRAM", "L2", tensor)
        assert (traffic.fills, traffic.reads) == (64, 64)
    traffic = counts.traffic("DRAM", "L2", "output")
    assert (traffic.fills, traffic.updates, traffic.readbacks) == (64, 64, 0)


def test_two_memories_for_one_boundary_must_be_named():
    text = "TemporalMap(4,4) K; Cluster(16); SpatialMap(1,1) M;"
    found = finding(text, DRAM, L3, L2, L1)
    assert (found.code, found.severity) == ("W203", "error")
    assert "L3, L2 could all stand at the boundary with 1 group" in found.message
    assert "name the memory in the program" in found.hint
    assert program_of(text, DRAM, L3, L2, L1).has_errors


def test_a_name_resolves_the_ambiguity_and_the_other_is_stacked():
    text = "TemporalMap(4,4) K; Cluster(16, L2); SpatialMap(1,1) M;"
    expected = [("DRAM", 0, 1), ("L3", 0, 1), ("L2", 1, 1), ("L1", 2, 16)]
    assert places(text, DRAM, L3, L2, L1) == expected


def test_a_name_may_not_turn_the_machine_upside_down():
    text = "TemporalMap(4,4) K; Cluster(16, L3); SpatialMap(1,1) M;"
    found = finding(text, DRAM, L3, L2, L1)
    assert found.code == "W203"
    assert "DRAM, L2, L3, L1, but machine nests DRAM, L3, L2, L1" in found.message


@pytest.mark.parametrize(
    ("cluster", "words"),
    [
        ("Cluster(4, L2)", "instances of L2: 1; groups at this boundary: 4"),
        ("Cluster(4, L9)", "no memory 'L9' to place here; machine has DRAM, L2, L1"),
        ("Cluster(4, L1)", "L1 already stands at the processing elements"),
        ("Cluster(4, DRAM)", "DRAM is the outermost memory"),
    ],
)
def test_a_name_that_does_not_fit_its_boundary(cluster, words):
    program = program_of(f"SpatialMap(1,1) M; {cluster}; SpatialMap(1,1) N;", DRAM, L2, L1)
    found = next(item for item in program.diagnostics if item.is_error)
    assert found.code == "W203"
    assert words in found.message
    assert (found.span.line, found.span.column) == (1, 20)


@pytest.mark.parametrize("holds", ["", "Hold(L2: A);", "Hold(L1:);"])
def test_a_memory_that_finds_no_boundary_is_an_error(holds):
    found = finding(f"SpatialMap(1,1) M; {holds}", DRAM, Memory("L2", 5), L1)
    assert (found.code, found.severity) == ("W204", "error")
    assert "no boundary of the program has 5 groups" in found.message
    assert "'Hold(L2:);'" in found.hint


def test_a_memory_that_holds_nothing_may_have_no_boundary():
    program = program_of("SpatialMap(1,1) M; Hold(L2:);", DRAM, Memory("L2", 5), L1)
    assert not program.diagnostics
    assert [site.memory.name for site in program.schedule.sites] == ["DRAM", "L1"]


def test_a_memory_that_the_machine_says_holds_nothing_may_stand_nowhere():
    program = program_of("SpatialMap(1,1) M;", DRAM, Memory("L2", 3, holds=()), L1)
    assert not program.diagnostics
    assert [site.memory.name for site in program.schedule.sites] == ["DRAM", "L1"]


def test_a_memory_that_no_machine_has_cannot_be_left_out():
    assert finding("SpatialMap(1,1) M; Hold(L9:);", DRAM, L1).code == "W002"


def test_cluster_buffers_stand_where_no_memory_does():
    text = "SpatialMap(1,1) M; Cluster(4); SpatialMap(1,1) N;"
    expected = [("L2", 0, 1), ("cluster1", 1, 4), ("L1", 2, 16)]
    assert places(text, L2, L1, cluster_buffers=True) == expected
    text = "TemporalMap(4,4) K; Cluster(4); SpatialMap(1,1) M; Cluster(4); SpatialMap(1,1) N;"
    expected = [("DRAM", 0, 1), ("L2", 1, 1), ("cluster2", 2, 4), ("L1", 3, 16)]
    assert places(text, DRAM, L2, L1, cluster_buffers=True) == expected


def test_a_cluster_buffer_keeps_the_network_of_the_memory_above():
    networks = (Interconnect(bandwidth=8), Interconnect(bandwidth=2))
    text = "SpatialMap(1,1) M; Cluster(4); SpatialMap(1,1) N;"
    for buffers in (False, True):
        program = program_of(text, Memory("L2", networks=networks), L1, cluster_buffers=buffers)
        assert [level.network.bandwidth for level in program.schedule.levels] == [8, 2]


def test_the_last_network_serves_all_further_levels():
    text = "SpatialMap(1,1) M; Cluster(4); SpatialMap(1,1) N;"
    program = program_of(text, Memory("L2", networks=(Interconnect(bandwidth=8),)), L1)
    assert [level.network.bandwidth for level in program.schedule.levels] == [8, 8]


def test_hold_says_which_tensors_a_memory_holds():
    text = "SpatialMap(1,1) M; Hold(L1: filter, output);"
    program = program_of(text, L2, L1)
    held = {site.memory.name: site.tensors for site in program.schedule.sites}
    assert held == {"L2": TENSORS, "L1": ("filter", "output")}
    counts = weft.evaluate(program.mapping).counts
    assert counts.traffic("L2", "MAC", "input").fills == GEMM.macs
    assert counts.traffic("L1", "MAC", "filter").fills == GEMM.macs
    with pytest.raises(KeyError):
        counts.traffic("L2", "L1", "input")


def test_a_memory_may_hold_nothing():
    counts = weft.evaluate(program_of("SpatialMap(1,1) M; Hold(L1:);", L2, L1).mapping).counts
    assert [(item.parent, item.child) for item in counts.interfaces] == [("L2", "MAC")]


@pytest.mark.parametrize(
    ("hold", "code", "words"),
    [
        ("Hold(L9: input)", "W002", "unknown memory 'L9'; there are L2, L1"),
        ("Hold(L1: outptu)", "W002", "unknown tensor 'outptu'"),
        ("Hold(L2: input)", "W203", "L2 is the outermost memory and must hold every tensor"),
    ],
)
def test_a_hold_that_cannot_be(hold, code, words):
    found = finding(f"SpatialMap(1,1) M; {hold};", L2, L1)
    assert (found.code, found.is_error) == (code, True)
    assert words in found.message
