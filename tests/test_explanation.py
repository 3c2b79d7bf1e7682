"""`weft explain` accounts for every number: each count has a formula, each cycle a part, each reuse a directive."""

from dataclasses import asdict

import pytest
import sympy
from hypothesis import HealthCheck, given, settings
from strategies import mappings

import weft
from weft.cli import main
from weft.explanation import explain_program
from weft.ir import Accelerator, Dataflow, Interconnect, Mapping, Memory, SpatialMap, TemporalMap, WeftError
from weft.passes import analyse

CONV = "Type: CONV Dimensions { N: 2, K: 3, C: 2, R: 3, S: 3, Y: 7, X: 6 }"
PROGRAM = "TemporalMap(2,2) K; SpatialMap(3,1) Y; Cluster(2); SpatialMap(1,1) C; TemporalMap(2,2) X';"
PE_HOLDS_THE_FILTER = "Hold(L1: filter);"


def mapping(program, *overrides, layer=CONV, pes=8):
    workload = weft.parse_workload(layer)
    machine = weft.load_accelerator("generic_256", [f"pes={pes}", *overrides])
    return Mapping(workload, weft.parse_dataflow(program).bind(workload.extents), machine, "layer")


def check(explanation):
    """Every number of every interface is explained once, and only zero forwards are not."""
    cost = explanation.cost
    explained = {}
    for item in explanation.counts:
        key = (item.parent, item.child, item.tensor, item.count)
        assert key not in explained
        values = {sympy.Symbol(name, positive=True): value for name, value, _ in item.formula.values}
        explained[key] = int(item.formula.expression.subs(values))
        assert explained[key] == item.formula.elements
        assert all(meaning for _, _, meaning in item.formula.values)
    counted = {
        (interface.parent, interface.child, tensor, count): number
        for interface in cost.counts.interfaces
        for tensor, traffic in interface.tensors
        for count, number in asdict(traffic).items()
        if number or count != "forwards"
    }
    assert explained == counted
    assert sum(cycles for _, cycles in explanation.stepwise) == cost.cycles_stepwise
    assert all(cycles >= 0 for _, cycles in explanation.stepwise)
    return explained


@pytest.mark.parametrize(
    "overrides",
    [
        (),
        ("lanes=3",),
        ("forwarding=true",),
        ("multicast=false", "reduction=false", "lanes=2"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("hold", ["", PE_HOLDS_THE_FILTER], ids=["all at the PEs", "the filter at the PEs"])
def test_every_number_by_hand(hold, overrides):
    check(weft.explain(mapping(PROGRAM + hold, *overrides)))


def test_forwards_are_explained():
    found = check(weft.explain(mapping("SpatialMap(1,1) X'; TemporalMap(1,1) S;", "forwarding=true")))
    assert found["L2", "L1", "input", "forwards"] > 0


@given(mappings(max_points=500))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_number_of_random_programs(program):
    check(weft.explain(program))


GEMM = "Type: GEMM Dimensions { M: 4, N: 6, K: 5 }"


def formula(explanation, *key):
    (found,) = (i.formula for i in explanation.counts if (i.parent, i.child, i.tensor, i.count) == key)
    return found


def test_readbacks_are_updates_less_what_was_ever_present():
    # Each of 24 outputs comes back for each of 5 K: 120 entries, of which 24 start from zero.
    explanation = weft.explain(mapping("TemporalMap(1,1) K; SpatialMap(1,1) M; TemporalMap(1,1) N;", layer=GEMM))
    found = formula(explanation, "L2", "L1", "output", "readbacks")
    assert str(found.expression) == "entries - present"
    assert [(name, value) for name, value, _ in found.values] == [("entries", 120), ("present", 24)]


def test_lanes_share_operands():
    # A chunk is the 5 K of one output: the output is updated once in each of ⌈5/3⌉ groups of 3 lanes.
    explanation = weft.explain(mapping("SpatialMap(1,1) M; TemporalMap(1,1) N;", "lanes=3", layer=GEMM))
    found = formula(explanation, "L1", "MAC", "output", "updates")
    assert found.elements == 24 * 2
    assert {name: value for name, value, _ in found.values} == {"c_0": 24, "n_0": 5, "e_0": 5, "m_0": 15, "lanes": 3}


def test_operands_without_a_memory_at_the_pe():
    # input[m,k] for every n: the 4 units hold different m, so each of 20 elements is read for each of 6 N.
    program = "SpatialMap(1,1) M; TemporalMap(1,1) N; Hold(L1: output);"
    explanation = weft.explain(mapping(program, layer=GEMM))
    found = formula(explanation, "L2", "MAC", "input", "reads")
    assert {name: value for name, value, _ in found.values} == {"s_M": 4, "s_K": 5, "r_N": 6}
    # filter[k,n] is multicast to all units: once, not 4 times.
    assert formula(explanation, "L2", "MAC", "filter", "reads").elements == 5 * 6


def test_the_parts_of_the_time():
    # 24 steps of a cycle, a fill before and a drain after (docs/model.md, Figure 5 A).
    layer = "Type: CONV Dimensions { K: 1, C: 1, R: 1, S: 6, Y: 1, X: 17 }"
    explanation = weft.explain(mapping("SpatialMap(1,1) X'; TemporalMap(1,1) S;", layer=layer, pes=3))
    assert explanation.stepwise == (
        ("first fill of level 0", 1),
        ("steps of level 0", 24),
        ("last drain of level 0", 1),
    )


def test_stacked_memories_fill_before_and_drain_after():
    dram, l2 = Memory("DRAM", networks=(Interconnect(2, 3),)), Memory("L2", networks=(Interconnect(4),))
    workload = weft.parse_workload(GEMM)
    program = weft.parse_dataflow("SpatialMap(1,1) M; TemporalMap(1,1) N;")
    explanation = weft.explain(Mapping(workload, program, Accelerator("stacked", 4, (dram, l2, Memory("L1", None)))))
    check(explanation)
    parts = dict(explanation.stepwise)
    assert parts["inputs from DRAM, before"] == 3 + (20 + 30) // 2
    assert parts["output to DRAM, after"] == 3 + 24 // 2


# causes


def test_a_directive_without_a_place_is_named_as_written():
    workload = weft.parse_workload(CONV)
    flow = Dataflow(((SpatialMap(3, 1, "Y"), TemporalMap(1, 1, "K")),))
    program = analyse(Mapping(workload, flow, weft.load_accelerator("generic_256")))
    loops = program.schedule.levels[0].loops
    assert [loop.source for loop in loops] == list(flow.levels[0])
    assert [loop.written for loop in loops] == ["SpatialMap(3,1) Y [= SpatialMap(1,1) Y']", "TemporalMap(1,1) K"]


def test_every_loop_of_a_random_program_has_its_source():
    @given(mappings(max_points=120))
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    def run(program):
        for number, level in enumerate(analyse(program).schedule.levels):
            for loop in level.loops:
                assert loop.source in program.dataflow.levels[number]
                assert isinstance(loop.source, SpatialMap) == loop.spatial

    run()


# commands


LAYER = """Network n {
  Layer L {
    %s
    Dataflow {
      SpatialMap(3,1) Y;
      TemporalMap(1,1) K;
    }
  }
}
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "layer.m"
    path.write_text(LAYER % CONV)
    return str(path)


def explain(capsys, *arguments):
    """Exit code and output of `weft explain`."""
    with pytest.raises(SystemExit) as caught:
        main(["explain", *arguments])
    return caught.value.code or 0, capsys.readouterr().out


def test_the_listing_and_the_causes_name_the_lines(capsys, file):
    code, output = explain(capsys, file)
    assert code == 0
    assert f"SpatialMap(1,1) Y'  <- SpatialMap(3,1) Y, {file}:5\n" in output
    assert f"TemporalMap(1,1) K  <- {file}:6\n" in output
    assert "SpatialMap(3,1) Y [= SpatialMap(1,1) Y'] (line 5)" in output


def test_over_capacity_can_be_explained(capsys, file):
    small = (file, "--set", "L1.capacity_bytes=1")
    assert explain(capsys, *small) == (1, "")
    code, output = explain(capsys, *small, "--over-capacity", "warning")
    assert code == 0
    assert "fills of input, L2 to L1 = " in output


def test_errors_are_raised():
    program = analyse(mapping("SpatialMap(1,2) K;"))
    with pytest.raises(WeftError):
        explain_program(program)
