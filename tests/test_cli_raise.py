"""`weft raise` and `weft lower`, and loop nests wherever a file is read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import weft as library
from weft.passes import raise_nest

EXAMPLES = Path(__file__).parents[1] / "examples"
FIGURE_6 = str(EXAMPLES / "nests" / "figure6.py")
TABLE_3 = str(EXAMPLES / "nests" / "table3.py")
MATMUL = """
#define TILE 4
void gemm(int M, int N, int K, double A[M][K], double B[K][N], double C[M][N]) {
#pragma omp parallel for
  for (int i = 0; i < M; i++)
    for (int j = 0; j < N; j++) {
      C[i][j] = 0;
      for (int k1 = 0; k1 < K; k1 += TILE)
        for (int k = k1; k < k1 + TILE; k++)
          C[i][j] += A[i][k] * B[k][j];
    }
}
void triangle(int M, double A[M][M], double x[M], double y[M]) {
  for (int i = 0; i < M; i++)
    for (int j = 0; j < i; j++)
      y[i] += A[i][j] * x[j];
}
"""


@pytest.fixture
def kernel(tmp_path):
    file = tmp_path / "kernel.c"
    file.write_text(MATMUL)
    return str(file)


def test_raise_prints_a_network_that_reads_back(weft, tmp_path):
    code, output, errors = weft("raise", f"{FIGURE_6}:row_stationary")
    assert (code, errors) == (0, "")
    assert output.splitlines()[0] == f"// row_stationary ({FIGURE_6}:39:45): CONV; units per level: 2, 3"
    (tmp_path / "back.m").write_text(output)
    layer = library.read(tmp_path / "back.m")[0].layers[0]
    (result,) = raise_nest(library.read_nests(FIGURE_6)[0])
    assert (layer.workload, layer.dataflow) == (result.workload, result.dataflow)


def test_raise_writes_maestros_own_maps(weft, tmp_path):
    code, output, _ = weft("raise", FIGURE_6, "--emit", "maestro")
    assert code == 0
    assert "TemporalMap(3,1) X;" in output
    assert "SpatialMap(1,1) Y;\n\t\t\tSpatialMap(1,1) R;" in output
    (tmp_path / "back.m").write_text(output)
    ours, theirs = (
        library.evaluate(library.load(file, overrides=["pes=6"])[0])
        for file in (tmp_path / "back.m", EXAMPLES / "figure6.m")
    )
    assert ours.counts == theirs.counts


def test_raise_as_data(weft, kernel):
    code, output, errors = weft("raise", kernel, "--sizes", "M=8,N=6,K=12", "--emit", "json")
    assert code == 1
    assert "error[W407]" in errors
    document = json.loads(output)
    assert document["schema_version"] == 1
    good, refused = (function["programs"][0] for function in document["functions"])
    assert (good["kind"], good["line"], good["units"], good["pes"]) == ("GEMM", 10, [8, 1], 8)
    assert good["workload"]["dimensions"] == {"M": 8, "N": 6, "K": 12}
    assert good["levels"][0][0] == {"spatial": True, "size": 1, "offset": 1, "dimension": "M"}
    assert [item["code"] for item in good["diagnostics"]] == ["W410"]
    assert "dataflow" not in refused
    assert [item["code"] for item in refused["diagnostics"]] == ["W407"]


def test_raise_as_mlir(weft):
    pytest.importorskip("xdsl", reason="MLIR needs xDSL (extra 'mlir')")
    code, output, errors = weft("raise", FIGURE_6, "--emit", "mlir")
    assert (code, errors) == (0, "")
    assert output.startswith("builtin.module {\n  weft.program @row_stationary {")
    assert 'weft.spatial_map(1, 1) "R"' in output


def test_raise_without_recognition_keeps_the_nests_names(weft, kernel):
    _, output, _ = weft("raise", f"{kernel}:gemm", "--sizes", "M=8,N=6,K=12", "--recognize", "no")
    assert "Dimensions { I: 8, J: 6, K: 12 }" in output
    assert "Tensors { A[I, K]; B[K, J]; C[I, J] }" in output


def test_the_good_functions_are_printed_beside_the_refused(weft, kernel):
    code, output, errors = weft("raise", kernel, "--sizes", "M=8,N=6,K=12")
    assert code == 1
    assert "Network gemm {" in output
    assert "Network triangle" not in output
    assert f"{kernel}:15:5: error[W407]: the iterations of loop 'j' depend on loop 'i'" in errors


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("raise", "{kernel}"), "error[W005]: size 'M' is not bound to a number"),
        (("raise", "{kernel}", "--sizes", "M=8,N=6,K=8,Q=3"), "error[W002]: no size 'Q'"),
        (("raise", "{kernel}:gem", "--sizes", "M=8"), "did you mean 'gemm'?"),
        (("raise", "{kernel}.txt"), "error[W008]"),
        (("raise", "missing.c"), "error[W008]: 'missing.c' cannot be read"),
        (("evaluate", "missing.py"), "error[W008]: 'missing.py' cannot be read"),
        (("evaluate", str(EXAMPLES / "figure5.m"), "--sizes", "N=3"), "error[W002]: no size 'N'"),
        (("lower", str(EXAMPLES / "figure5.m"), "--layer", "Z"), "error[W002]: no layer 'Z'"),
        (("opt", str(EXAMPLES / "figure5.m"), "-p", "raise"), "there is nothing to raise"),
        (("opt", FIGURE_6, "-p", "raise{recognize=maybe}"), "'maybe' is no value of 'recognize'; it is yes or no"),
    ],
)
def test_a_mistake_is_explained_and_exits_with_1(weft, kernel, arguments, message):
    code, _, errors = weft(*(item.replace("{kernel}", kernel) for item in arguments))
    assert code == 1
    assert message in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize("pair", ["M", "M=", "=4", "M=-1", "M=x"])
def test_a_size_that_is_no_number_is_wrong_usage(weft, kernel, pair):
    code, _, errors = weft("raise", kernel, "--sizes", pair)
    assert code == 2
    assert "is not NAME=INTEGER, of 0 or more" in errors


def test_evaluate_takes_a_loop_nest(weft, kernel):
    code, output, _ = weft(
        "evaluate", f"{kernel}:gemm", "--sizes", "M=8,N=6,K=12", "--set", "pes=8", "--json", "--verify"
    )
    assert code == 0
    (layer,) = json.loads(output)["layers"]
    assert (layer["network"], layer["layer"], layer["type"], layer["macs"]) == ("gemm", "gemm", "GEMM", 576)
    assert layer["active_units"]["peak"] == 8


def test_evaluate_goes_on_after_a_refused_function(weft, kernel):
    code, output, errors = weft("evaluate", kernel, "--sizes", "M=8,N=6,K=12")
    assert code == 1
    assert "error W407" in output
    assert "error[W407]" in errors


@pytest.mark.parametrize("command", ["check", "explain", "simulate"])
def test_every_command_takes_a_loop_nest(weft, command):
    code, output, errors = weft(command, FIGURE_6, "--set", "pes=6")
    assert (code, errors) == (0, "")
    assert output


def test_opt_raises_and_lowers(weft):
    code, output, errors = weft("opt", FIGURE_6, "--set", "pes=6", "-p", "raise{recognize=no},canonicalize,infer,lower")
    assert (code, errors) == (0, "")
    assert "Type: AFFINE" in output
    assert "// def row_stationary" in output


@pytest.mark.parametrize("language", ["nest", "python", "c", "mlir"])
def test_lower_prints_what_raises_to_the_same_program(weft, tmp_path, language):
    if language == "mlir":
        pytest.importorskip("xdsl", reason="MLIR needs xDSL (extra 'mlir')")
    code, output, errors = weft("lower", str(EXAMPLES / "figure6.m"), "--set", "pes=6", "--emit", language)
    assert (code, errors) == (0, "")
    file = tmp_path / {"nest": "a.py", "python": "a.py", "c": "a.c", "mlir": "a.mlir"}[language]
    file.write_text(output)
    (nest,) = library.read_nests(file)
    (again,) = raise_nest(nest)
    (original,) = raise_nest(library.read_nests(FIGURE_6)[0])
    assert (again.workload, again.dataflow, again.units) == (original.workload, original.dataflow, original.units)


def run(text, name, *shapes):
    """The arrays after a function, given as a loop nest's text, has run on whole numbers."""
    generator = np.random.default_rng(3)
    arrays = [generator.integers(-5, 6, shape).astype(float) for shape in shapes]
    scope = {"parallel": library.parallel, "chunk": library.chunk}
    exec(text, scope)
    scope[name](*arrays)
    return arrays


def test_lower_keeps_the_arrays_and_the_other_statements_of_a_function(weft, kernel):
    sizes = ("--sizes", "M=8,N=6,K=12")
    code, output, errors = weft("lower", f"{kernel}:gemm", *sizes, "--set", "pes=3")
    assert code == 0
    assert "note[W410]" in errors
    assert output.startswith('def gemm(A: "f64[8, 12]", B: "f64[12, 6]", C: "f64[8, 6]"):')
    assert "for m_0 in parallel(m_0f, min(m_0f + 3, 8), units=3):" in output
    (nest,) = library.read_nests(f"{kernel}:gemm", {"M": 8, "N": 6, "K": 12})
    shapes = ((8, 12), (12, 6), (8, 6))
    for ours, theirs in zip(run(output, "gemm", *shapes), run(str(nest), "gemm", *shapes), strict=True):
        assert np.array_equal(ours, theirs)


def test_a_layer_of_a_function_is_lowered_alone(weft, kernel):
    sizes = ("--sizes", "M=8,N=6,K=12")
    code, output, _ = weft("lower", f"{kernel}:gemm", *sizes, "--set", "pes=3", "--layer", "gemm")
    assert code == 0
    assert output.startswith('def gemm(input: "f64[8, 12]", filter: "f64[12, 6]", output: "f64[8, 6]"):')


@pytest.mark.parametrize(
    ("file", "code", "message"),
    [
        (TABLE_3, 2, "choose one of 5 functions as "),
        ("{kernel}:triangle", 1, "error[W407]"),
        (str(EXAMPLES / "polybench" / "covariance.c"), 1, "error[W407]"),
    ],
)
def test_a_function_that_cannot_be_lowered_whole_says_why(weft, kernel, file, code, message):
    sizes = ("--sizes", "M=8") if "kernel" in file else ()
    found, output, errors = weft("lower", file.replace("{kernel}", kernel), *sizes)
    assert (found, output) == (code, "")
    assert message in errors


def test_reschedule_puts_another_program_around_a_nests_statement(kernel):
    (nest,) = library.read_nests(f"{kernel}:gemm", {"M": 8, "N": 6, "K": 12})
    (raised,) = raise_nest(nest)
    machine = library.load_accelerator("generic_256", ["pes=6"])
    program = library.parse_dataflow("TemporalMap(5,5) K; Cluster(3); SpatialMap(2,2) N; TemporalMap(1,1) M;")
    better = library.reschedule(nest, [library.Mapping(raised.workload, program, machine)])
    (again,) = raise_nest(better)
    assert str(again.dataflow) == str(program)
    shapes = ((8, 12), (12, 6), (8, 6))
    for ours, theirs in zip(run(str(better), "gemm", *shapes), run(str(nest), "gemm", *shapes), strict=True):
        assert np.array_equal(ours, theirs)
    other = library.parse_workload("Type: GEMM Dimensions { M: 3, N: 6, K: 12 }")
    with pytest.raises(library.WeftError, match="computes something else"):
        library.reschedule(nest, [library.Mapping(other, library.parse_dataflow("SpatialMap(1,1) M;"), machine)])


def test_lower_of_an_illegal_program_says_why(weft, tmp_path):
    file = tmp_path / "gap.m"
    file.write_text(
        "Network n { Layer L { Type: GEMM Dimensions { M: 4, N: 4, K: 4 } Dataflow { TemporalMap(1,2) K; } } }"
    )
    code, output, errors = weft("lower", str(file))
    assert (code, output) == (1, "")
    assert "error[W104]" in errors


def conv(input, filter, output, K):
    for k in range(K):
        for x in range(input.shape[0] - 2):
            for s in range(3):
                output[k, x] += input[x + s] * filter[k, s]


def test_raise_function_reads_the_source_and_does_not_run_it():
    (result,) = library.raise_function(conv, input=(10,), K=4)
    assert (result.kind, result.workload.extents["X'"], result.workload.extents["K"]) == ("CONV", 8, 4)
    with pytest.raises(library.WeftError, match="has no parameter 'C'"):
        library.raise_function(conv, input=(10,), C=4)
    with pytest.raises(library.WeftError, match="the source of 'len' is not to be had"):
        library.raise_function(len)


@pytest.mark.parametrize("argument", [(4.5, 6), "abc", None, {4, 6}])
def test_an_argument_that_is_no_size_and_no_shape_is_refused(argument):
    with pytest.raises(library.WeftError, match="argument 'input' is neither a size nor a shape"):
        library.raise_function(conv, input=argument, K=4)


def test_sizes_may_be_numbers_of_numpy_and_arrays_tell_their_shapes():
    (result,) = library.raise_function(conv, input=np.zeros(10), K=np.int64(4))
    assert result.workload.extents["K"] == 4
    with pytest.raises(library.WeftError, match="'dict' is no function of Python"):
        library.raise_function(dict)


def test_a_size_is_an_int_that_is_not_negative(kernel):
    with pytest.raises(TypeError, match=r"read_nests: sizes must be .*int.*, not \{'M': 2\.5\}"):
        library.read_nests(kernel, {"M": 2.5})
    with pytest.raises(library.WeftError, match=r"size 'M' is -2; it must be an int that is not negative"):
        library.read_nests(kernel, {"M": -2})


def test_a_memory_inside_of_the_last_units_has_no_name(weft, tmp_path):
    file = tmp_path / "memory.py"
    file.write_text('def f(A, B):\n    for i in parallel(4, memory="L9"):\n        B[i] += A[i]\n')
    code, _, errors = weft("raise", str(file))
    assert code == 1
    assert "error[W203]: memory 'L9' of the innermost parallel loop 'i' stands at no cluster" in errors
