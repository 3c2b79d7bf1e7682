"""Maps in one line, as Timeloop's mapper writes them into tables."""

import pytest
from timeloop_designs import EXAMPLES, SMALL_PROBLEM

from weft.frontends.timeloop import parse_timeloop
from weft.frontends.timeloop.detection import is_map_text
from weft.ir import WeftError

PROBLEM = "problem: {shape: cnn-layer, R: 3, S: 3, P: 4, Q: 5, C: 8, K: 16, N: 1, Wstride: 2}\n"
LINE = "L3[WIO] K4 Q5 - L2[WI] N1 K4X - L1[O] R3 S3 C4X - L0[W] C2 P4\n"


def parse(line, problem=PROBLEM, *others):
    return parse_timeloop([("problem.yaml", problem), *others, ("map.txt", line)])


def test_a_line_means_the_same_as_the_map_that_timeloop_prints():
    printed = """
Main [ Weights:3 (3) Inputs:17 (17) Outputs:15 (15) ]
| for P in [0:3)
|   for P in [0:5) (Spatial-X)
Buffer [ Weights:3 (3) Inputs:3 (3) Outputs:1 (1) ]
|     for R in [0:3)
|       << Compute >>
"""
    line, _ = parse("L1[WIO] P3 P5X - L0[IWO] R3", SMALL_PROBLEM)
    shown, _ = parse(printed, SMALL_PROBLEM)
    assert str(line.dataflow).replace("L0", "Buffer") == str(shown.dataflow)
    assert line.workload == shown.workload


def test_levels_are_the_memories_from_the_innermost_and_letters_the_data_spaces():
    mapping, notes = parse(LINE)
    assert (is_map_text(LINE), notes) == (True, ())
    assert [str(item) for item in mapping.dataflow.placements] == [
        "Hold(L2: Weights, Inputs);",
        "Hold(L1: Outputs);",
        "Hold(L0: Weights);",
    ]
    assert mapping.accelerator.pes == 4 * 4


def test_the_memories_of_an_architecture_have_its_names_and_figures():
    machine = (EXAMPLES / "conv1d" / "arch.yaml").read_text("utf-8")
    problem = (EXAMPLES / "conv1d" / "problem.yaml").read_text("utf-8")
    levels = "L2[WIO] K32 C16X - L1[WIO] R3 C2 - L0[WIO] P16"
    mapping, _ = parse(levels, problem, ("arch.yaml", machine))
    assert [item.name for item in mapping.accelerator.memories] == ["MainMemory", "GlobalBuffer", "RegisterFile"]


def test_a_last_bound_makes_a_ragged_edge():
    mapping, _ = parse("L1[WIO] P4 - L0[IWO] R3 P4,3", SMALL_PROBLEM)
    assert "TemporalMap(4,4) P" in str(mapping.dataflow)


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        (LINE.replace("L2[WI]", "L2[WZ]"), "W002", "no data space begins with 'Z'"),
        (LINE.replace(" - ", " = "), "W001", "'=' is not part of a map in one line"),
        (LINE.replace("Q5", "Q5P"), "W001", "'Q5P' is not part of a map in one line"),
        (LINE.replace("P4", "P4,5"), "W502", "the bound of 'P' is 4,5"),
        (LINE.replace("K4X", "K4X P1"), "W502", "a temporal loop inside of a spatial loop of the same memory"),
        (LINE.replace("L3", "L4"), "W502", "the map has a level L4, the machine 4 memories"),
        (LINE.replace("Q5", "J5"), "W002", "unknown dimension 'J'"),
        (LINE.replace("P4", "P2"), "W503", "the factors of 'P' are 2: they cover 2 of 4 points"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(line, code, message):
    with pytest.raises(WeftError) as caught:
        parse(line)
    first = caught.value.diagnostics[0]
    assert (first.code, first.message) == (code, message)
    assert first.span is not None
    assert first.span.file == "map.txt"


def test_a_letter_of_two_data_spaces_is_refused():
    problem = SMALL_PROBLEM.replace("Inputs", "Wires")
    with pytest.raises(WeftError, match="'W' may be Weights or Wires"):
        parse("L1[WO] P15 - L0[WO] R3", problem)
