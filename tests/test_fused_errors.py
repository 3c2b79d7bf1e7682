"""What is no fused program is told with its code, its place and what was meant; and their text reads back."""

from contextlib import suppress
from dataclasses import replace
from random import Random

import pytest
from fused_programs import fused_case
from fuzz_texts import damaged

from weft import load_accelerator
from weft.frontends.maestro import parse_maestro
from weft.frontends.maestro.fused import parse_fused
from weft.ir import Edge, FusedProgram, WeftError
from weft.passes.fuse import MAX_RUNS, fuse

TEXT = """Fuse chain {
  Memory { L2 }
  Outer { TemporalMap(1,1) M; }
  Stage A {
    Type: GEMM
    Dimensions { M: 4, N: 6, K: 3 }
    Dataflow { SpatialMap(1,1) N; }
  }
  Stage B {
    Recompute { M }
    Type: AFFINE
    Dimensions { M: 4, N: 6 }
    Tensors { x[M, N]; y[M, N] }
    Statement { y = max(x, 0) }
    Dataflow { SpatialMap(1,1) N; }
  }
  Stage C {
    Outer { TemporalMap(2,2) N; }
    Type: GEMM
    Dimensions { M: 4, N: 5, K: 6 }
    Dataflow { SpatialMap(1,1) N; }
  }
  Edges { 0->1, 1->2 }
  Stored { B }
}
"""
MEMORY, OUTER, OWN, EDGES = "Memory { L2 }", "Outer { TemporalMap(1,1) M; }", "TemporalMap(2,2) N; }", "0->1, 1->2"
NO_LOOP = "is no loop of a fused program: chunks follow each other in time, without gap or overlap"
SUMS = "along which sums are made: not supported | dimensions of the output are M, N"


def problems(text, accelerator=None):
    """Code, place, message and hint of each error."""
    with pytest.raises(WeftError) as refused:
        fuse(parse_fused(text), accelerator or load_accelerator("bench_256"))
    assert all(item.span is not None for item in refused.value.diagnostics)
    return [
        f"{item.code} {item.span.line}:{item.span.column}: {item.message}{item.hint and f' | {item.hint}'}"
        for item in refused.value.diagnostics
        if item.is_error
    ]


def test_the_text_is_good():
    fuse(parse_fused(TEXT), load_accelerator("bench_256"))


MISTAKES = [
    # the boundary memory
    (MEMORY, "Memory { L3 }", "W002 1:1: no memory 'L3'; bench_256 has DRAM, L2, L1"),
    (MEMORY, "Memory { l2 }", "W002 1:1: no memory 'l2'; bench_256 has DRAM, L2, L1 | did you mean 'L2'?"),
    (MEMORY, "Memory { L1 }", "W203 1:1: L1 cannot hold what lies between stages: it is not the one memory below DRAM"),
    (
        MEMORY,
        "Memory { DRAM }",
        "W203 1:1: DRAM cannot hold what lies between stages: it is not the one memory below DRAM",
    ),
    (MEMORY, "Memory { L2, L1 }", "W001 1:1: one memory is between the stages, not 2"),
    (MEMORY, "Memory { }", "W001 1:1: one memory is between the stages, not 0"),
    (MEMORY, "", "W001 1:1: fused program 'chain' has no Memory block | write Memory { L2 }"),
    (MEMORY, "Memory { L2 } Memory { L1 }", "W006 2:17: a second Memory block"),
    # loops
    (OUTER, "Outer { SpatialMap(1,1) M; }", f"W741 3:11: 'SpatialMap(1,1) M;' {NO_LOOP} | write TemporalMap(n,n) M"),
    (OUTER, "Outer { TemporalMap(2,1) M; }", f"W741 3:11: 'TemporalMap(2,1) M;' {NO_LOOP} | write TemporalMap(n,n) M"),
    (
        OUTER,
        "Outer { TemporalMap(1,1) M; TemporalMap(1,1) K; }",
        f"W741 3:31: outer loops go over 'K', {SUMS}",
    ),
    (OUTER, "Outer { TemporalMap(1,1) M; TemporalMap(2,2) M; }", "W741 3:31: outer loops go over 'M' twice"),
    (OUTER, "Outer { TemporalMap(1,1) Q; }", "W002 3:28: unknown dimension 'Q' | GEMM has M, N, K"),
    (
        OUTER,
        "Outer { TemporalMap(1,1) M; Cluster(2); }",
        "W001 3:31: Outer has loops alone: TemporalMap(n,n) of a dimension",
    ),
    (OUTER, "Outer { TemporalMap(1,1 M; }", "W001 3:27: unexpected 'M' in Outer: expected ')'"),
    (OUTER, "Outer { TemporalMap(x,1) M; }", "W002 3:23: unknown constant 'x' | declare it: Constant NAME 64;"),
    (OUTER, f"{OUTER} Outer {{ }}", "W006 3:33: a second Outer block"),
    (
        OWN,
        "TemporalMap(2,2) M; }",
        "W741 18:13: stage 'C' is already cut along 'M' by the outer loops"
        " | a loop of a stage is over a dimension that no outer one moves",
    ),
    (
        OWN,
        "TemporalMap(2,2) K; }",
        f"W741 18:13: loops of stage 'C' go over 'K', {SUMS}",
    ),
    (OWN, "TemporalMap(2,2) N; TemporalMap(1,1) N; }", "W741 18:33: loops of stage 'C' go over 'N' twice"),
    (OWN, "TemporalMap(2,2) Z; }", "W002 18:30: unknown dimension 'Z' | GEMM has M, N, K"),
    # what is recomputed and stored
    (
        "Recompute { M }",
        "Recompute { N }",
        "W002 9:3: stage 'B' recomputes over 'N', which is no outer loop | the dimensions of the outer loops are M",
    ),
    (
        "Recompute { M }",
        "Recompute { m }",
        "W002 9:3: stage 'B' recomputes over 'm', which is no outer loop | did you mean 'M'?",
    ),
    (
        "    Outer { TemporalMap(2,2) N; }",
        "    Recompute { M }",
        "W741 17:3: stage 'C' is the last: nothing of it is computed again",
    ),
    ("Stored { B }", "Stored { D }", "W002 1:1: Stored names 'D', which is no stage"),
    # edges
    (
        EDGES,
        "1->0, 0->2",
        "W741 4:3: stage 'A' needs what 'B' makes, which does not come before it"
        " | stages stand in the order of the data",
    ),
    (EDGES, "0->1, 0->2", "W741 9:3: stage 'B' feeds no other stage | only the last stage ends a program"),
    (EDGES, "0->1, 1->2[input], 0->2[input]", "W741 17:3: 'input' of stage 'C' is fed twice"),
    (EDGES, "0->1, 1->2[inputs]", "W002 23:22: layer 'C' has no input 'inputs' | did you mean 'input'?"),
    (EDGES, "0->1, 1->2, 2->0", "W001 23:11: the edges run in a circle: 1 -> 2 -> 0 -> 1"),
    (EDGES, "0->1, 1->3", "W002 23:17: there is no layer 3: the network's layers are 0 to 2"),
    # shapes
    ("N: 5, K: 6", "N: 5, K: 7", "W741 17:3: 'B' makes 4×6 elements, 'input' of 'C' has 4×7"),
    (EDGES, "0->1, 1->2[filter]", "W741 17:3: 'B' makes 4×6 elements, 'filter' of 'C' has 6×5"),
    # stages
    ("Stage C", "Stage A", "W006 1:1: stage 'A' is there twice"),
    (
        "3 }\n    Dataflow { SpatialMap(1,1) N; }",
        "3 }",
        "W009 4:3: stage 'A': it has no dataflow | write its levels as Dataflow { … }",
    ),
    ("A {\n    Type: GEMM", "A {\n    Type: GEM", "W002 5:11: unknown operator 'GEM', did you mean 'GEMM'?"),
    ("Recompute { M }", "Recompute { M } Recompute { M }", "W006 10:21: layer 'B' has a second Recompute block"),
    ("  Stored { B }\n}", "  Stored { B }", "W001 1:1: the '{' of fused program 'chain' is never closed"),
    (
        "  Stored { B }",
        "  Layer L { }",
        "W001 24:3: Layer stands in fused program 'chain' | its layers are stages: write Stage",
    ),
    (TEXT, "", "W001 1:1: expected one fused program, found 0 | write Fuse NAME { … }"),
    (TEXT, 2 * TEXT.replace("chain", "two"), "W001 1:1: expected one fused program, found 2 | write Fuse NAME { … }"),
    (TEXT, "Fuse x { Memory { L2 } }", "W001 1:1: fused program 'x' has no stages | write Stage NAME { … }"),
]


@pytest.mark.parametrize(("old", "new", "expected"), MISTAKES)
def test_a_mistake_has_its_place_and_hint(old, new, expected):
    assert TEXT.count(old) == 1
    assert problems(TEXT.replace(old, new)) == [expected]


def test_all_mistakes_are_told_at_once():
    text = TEXT.replace("Stored { B }", "Stored { D }").replace(EDGES, "1->0, 0->2").replace(MEMORY, "Memory { L1 }")
    assert [problem[:4] for problem in problems(text)] == ["W203", "W002", "W741"]


def test_a_memory_of_which_there_are_several_is_no_boundary():
    accelerator = load_accelerator("bench_256")
    outside, boundary, *inner = accelerator.memories
    several = replace(accelerator, memories=(outside, replace(boundary, instances=None), *inner[1:]))
    message = "L2 cannot hold what lies between stages: it is not the one memory below DRAM"
    assert problems(TEXT, several) == [f"W203 1:1: {message}"]


SQUARE = """Fuse square {
  Memory { L2 }
  Outer { TemporalMap(1,1) a; TemporalMap(1,1) b; }
  Stage A { Type: GEMM Dimensions { M: 4, N: 4, K: 3 } Dataflow { SpatialMap(1,1) N; } }
  Stage B { Type: AFFINE Dimensions { a: 4, b: 4 } Tensors { x[a, b]; y[b, a]; z[a, b] } Statement { z = x + y }
    Dataflow { SpatialMap(1,1) a; } }
  Edges { 0->1[x], 0->1[y] }
}"""


def test_an_axis_is_moved_by_one_loop():
    message = "axis 'M' of what 'A' makes is moved by several outer loops at once"
    assert problems(SQUARE) == [f"W741 4:3: {message}"]
    fuse(parse_fused(SQUARE.replace(" TemporalMap(1,1) b;", "")), load_accelerator("bench_256"))


def test_transposed_convolutions_are_not_fused():
    text = (
        TEXT[: TEXT.index("  Stage C")].replace("Recompute { M }", "")
        + """  Stage T {
    Type: TRCONV Dimensions { K: 2, C: 6, R: 3, S: 3, Y: 4, X: 4 } Dataflow { SpatialMap(1,1) K; } } }"""
    )
    message = "stage 'T' inserts zeros into its input: transposed convolutions are not fused"
    assert f"W741 17:3: {message}" in problems(text.replace(OUTER, ""))


def test_more_steps_than_can_be_counted_are_refused():
    long = TEXT.replace("M: 4", f"M: {MAX_RUNS}").replace(f"Outer {{ {OWN}", "")
    fewer = long.replace(OUTER, "Outer { TemporalMap(4096,4096) M; }")
    fuse(parse_fused(fewer), load_accelerator("bench_256"), "warning")
    message = f"stage 'A' would run in {MAX_RUNS + 1} steps: at most {MAX_RUNS} are counted"
    text = long.replace(str(MAX_RUNS), str(MAX_RUNS + 1))
    assert problems(text) == [f"W741 4:3: {message} | larger chunks make fewer steps"]
    own = long.replace("Stage C {", "Stage C { Outer { TemporalMap(1,1) N; }")
    message = f"stage 'C' would run in {5 * MAX_RUNS} steps: at most {MAX_RUNS} are counted"
    assert problems(own) == [f"W741 17:3: {message} | larger chunks make fewer steps"]


def test_a_run_that_reads_padding_alone_is_refused():
    # With a stride of 3 the two rows of B lie in front of the image and behind it.
    text = """Fuse rows { Memory { L2 } Outer { TemporalMap(1,1) Y'; }
      Stage A { Type: CONV Dimensions { K: 1, C: 1, R: 1, S: 1, Y: 2, X: 3 } Dataflow { SpatialMap(1,1) X'; } }
      Stage B { Type: CONV Stride { Y: 3, X: 1 } Dimensions { K: 2, C: 1, R: 1, S: 1, Y: 2, X: 3 } Padding { Y: 1 }
        Dataflow { SpatialMap(1,1) K; } } }"""
    assert problems(text) == ["W004 3:7: stage 'B': padding along 'Y' leaves no stored element"]


def test_programs_of_python_that_cannot_be():
    accelerator, program = load_accelerator("bench_256"), parse_fused(TEXT)

    def refused(wrong):
        with pytest.raises(WeftError) as found:
            fuse(wrong, accelerator)
        return [(item.code, item.message, item.hint) for item in found.value.diagnostics if item.is_error]

    nothing = FusedProgram("nothing", "L2", (), (), ())
    assert refused(nothing) == [("W741", "fused program 'nothing' has no stages", "")]
    edges = (*program.edges, Edge(1, 3))
    message = "edge 1->3 is between stages that are not there: the last is 2"
    assert refused(replace(program, edges=edges)) == [("W741", message, "")]
    edges = (program.edges[0], Edge(1, 2, "inputs"))
    message = "stage 'C' has no input 'inputs' for 'B'"
    assert refused(replace(program, edges=edges)) == [("W741", message, "did you mean 'input'?")]


# --- text ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_the_text_of_a_program_reads_back(first):
    for seed in range(first, first + 50):
        program, _ = fused_case(seed)
        assert parse_fused(str(program)) == program


def test_what_was_read_prints_and_reads_back():
    for text in (TEXT, SQUARE, TEXT.replace(EDGES, "0->1[x], 1->2[input]"), TEXT.replace("Fuse chain", "Fuse")):
        program = parse_fused(text)
        assert parse_fused(str(program)) == program


@pytest.mark.parametrize("first", range(0, 300, 100))
def test_a_damaged_text_is_a_program_or_an_error(first):
    accelerator = load_accelerator("bench_256")
    for seed in range(first, first + 100):
        random = Random(seed)
        text = damaged(random, random.choice((TEXT, SQUARE, str(fused_case(seed)[0]))), (TEXT, SQUARE))
        with suppress(WeftError):
            program = parse_fused(text)
            assert parse_fused(str(program)) == program
            fuse(program, accelerator)


def test_a_fused_program_beside_networks_is_told_where_networks_are_read():
    text = "Network n { Layer L { Type: GEMM Dimensions { M: 2, N: 2, K: 2 } } } Fuse f { Memory { L2 } }"
    (network,) = parse_maestro(text)
    assert [(item.code, item.message, item.hint) for item in network.diagnostics] == [
        ("W108", "fused program 'f' is no layer of a network", "weft fuse reads fused programs")
    ]
