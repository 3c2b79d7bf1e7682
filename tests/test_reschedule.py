"""A nest with other loops around its statements computes what it did, on its own arrays."""

from __future__ import annotations

from textwrap import dedent

import numpy as np
import pytest

import weft
from weft.frontends.c import read_c
from weft.frontends.python import read_python
from weft.passes import raise_nest

RAGGED = {
    "tiles that do not divide each other": """
        def f(A: "f64[9]", B: "f64[9]", C: "f64[9]"):
            for a in range(0, 9, 5):
                for b in range(a, min(a + 5, 9), 2):
                    for i in range(b, min(b + 2, a + 5, 9)):
                        C[i] += A[i] * B[i]
    """,
    "units that fold inside of a tile": """
        def f(A: "f64[8]", B: "f64[8]", C: "f64[8]"):
            for a in range(0, 8, 5):
                for i in parallel(a, min(a + 5, 8), units=2):
                    C[i] += A[i] * B[i]
    """,
    "an iterator that is called like a new one": """
        def f(A: "f64[8, 12]", B: "f64[12, 6]", C: "f64[8, 6]"):
            for i in parallel(8):
                for j in range(6):
                    for k1 in range(0, 12, 4):
                        for k in range(k1, k1 + 4):
                            C[i, j] += A[i, k] * B[k, j]
    """,
    "an element read twice": """
        def f(A: "f64[5, 3]", B: "f64[3]", C: "f64[5]"):
            for i in range(5):
                for k in range(3):
                    C[i] += A[i, k] * A[i, k] * B[k]
    """,
    "a flattened loop": """
        def f(A: "f64[8, 3]", B: "f64[3, 6]", C: "f64[8, 6]"):
            for f in range(48):
                for k in range(3):
                    C[f // 6, f % 6] += A[f // 6, k] * B[k, f % 6]
    """,
}

LOCALS = {
    "one local for two nests": """
        void f(double A[4][6], double B[8][5][6], double x[6], double y[4], double z[8][5]) {
          double acc;
          for (int i = 0; i < 4; i++) {
            acc = 0; for (int k = 0; k < 6; k++) acc += A[i][k] * x[k]; y[i] = acc;
          }
          for (int i = 0; i < 8; i++) for (int j = 0; j < 5; j++) {
            acc = 0; for (int k = 0; k < 6; k++) acc += B[i][j][k] * x[k]; z[i][j] = acc;
          }
        }
    """,
    "a local array in tiles": """
        void f(double A[7][6], double x[6], double y[7]) {
          for (int i1 = 0; i1 < 7; i1 += 3)
            for (int i = i1; i < (i1 + 3 < 7 ? i1 + 3 : 7); i++) {
              double acc = 0;
              for (int k = 0; k < 6; k++) acc += A[i][k] * x[k];
              y[i] = acc;
            }
        }
    """,
}


def results(nest):
    """The arrays after a nest has run on whole numbers."""
    scope = {"parallel": weft.parallel, "chunk": weft.chunk, "local": weft.local}
    exec(str(nest), scope)
    generator = np.random.default_rng(5)
    arrays = [generator.integers(-4, 5, item.shape).astype(float) for item in nest.arrays if not item.local]
    scope[nest.name](*arrays)
    return arrays


def rescheduled(nest, programs=()):
    """The nest with its own programs, or with others, on a machine that is wide enough."""
    raised = raise_nest(nest)
    flows = [weft.parse_dataflow(text) for text in programs] or [item.dataflow for item in raised]
    machine = weft.load_accelerator("generic_256", [f"pes={max(item.pes for item in raised)}"])
    mappings = [weft.Mapping(item.workload, flow, machine) for item, flow in zip(raised, flows, strict=True)]
    return weft.reschedule(nest, mappings)


@pytest.mark.parametrize("text", RAGGED.values(), ids=RAGGED)
def test_a_nest_under_its_own_program_computes_the_same(text):
    (nest,) = read_python(dedent(text).strip() + "\n")
    for ours, theirs in zip(results(rescheduled(nest)), results(nest), strict=True):
        assert np.array_equal(ours, theirs)


def test_a_nest_under_a_ragged_program_computes_the_same():
    (nest,) = read_python(dedent(RAGGED["an iterator that is called like a new one"]).strip() + "\n")
    other = rescheduled(nest, ["TemporalMap(5,5) K; Cluster(2); SpatialMap(4,4) N; TemporalMap(3,3) M;"])
    assert "C[m, n] += A[m, k] * B[k, n]" in str(other)
    for ours, theirs in zip(results(other), results(nest), strict=True):
        assert np.array_equal(ours, theirs)


@pytest.mark.parametrize("text", LOCALS.values(), ids=LOCALS)
def test_locals_have_an_element_for_every_iteration(text):
    (nest,) = read_c(dedent(text))
    for ours, theirs in zip(results(rescheduled(nest)), results(nest), strict=True):
        assert np.array_equal(ours, theirs)


def test_a_local_that_is_read_later_is_not_expanded():
    (nest,) = read_c("""
        void f(double A[4][6], double x[6], double y[4]) {
          double acc;
          for (int i = 0; i < 4; i++) { acc = 0; for (int k = 0; k < 6; k++) acc += A[i][k] * x[k]; y[i] = acc; }
          for (int j = 0; j < 4; j++) y[j] += acc * x[j];
        }
    """)
    codes = [item.code for result in raise_nest(nest) for item in result.diagnostics if item.is_error]
    assert codes == ["W405"]


@pytest.mark.parametrize("cast", ["(int64_t)A[i]", "(int8_t)A[i]"])
def test_conversions_are_raised_and_not_emitted(cast):
    (nest,) = read_c(f"""
        #include <stdint.h>
        void f(int32_t A[4], int32_t B[4], int64_t C[4]) {{ for (int i = 0; i < 4; i++) C[i] += {cast} * B[i]; }}
    """)
    assert raise_nest(nest)[0].workload.macs == 4
    with pytest.raises(weft.WeftError, match="a conversion between element types is not emitted"):
        weft.emit(rescheduled(nest), "c")


def test_unsigned_elements_are_raised_and_not_emitted():
    (nest,) = read_c("void f(unsigned char A[4], int B[4]) { for (int i = 0; i < 4; i++) B[i] += A[i]; }")
    assert nest.arrays[0].element == "ui8"
    with pytest.raises(weft.WeftError, match="elements of type 'ui8'"):
        weft.emit(nest, "c")


def test_uneven_steps_are_refused():
    (nest,) = read_python(
        dedent("""
        def f(A, B, C):
            for i in range(0, 8, 4):
                for j in range(i, i + 4, 3):
                    for r in range(4):
                        C[r] += A[j + r] * B[j]
    """)
    )
    assert [item.code for item in raise_nest(nest)[0].diagnostics] == ["W408"]


FLAT = """
    void conv(float input[432], float weights[72], float output[384]) {
      for (int n = 0; n < 2; n++) for (int k = 0; k < 4; k++) for (int c = 0; c < 3; c++)
      for (int y = 0; y < 6; y++) for (int x = 0; x < 8; x++) for (int r = 0; r < 3; r++) for (int s = 0; s < 2; s++)
        output[((n * 4 + k) * 6 + y) * 8 + x] +=
            input[((n * 3 + c) * 8 + y + r) * 9 + x + s] * weights[((k * 3 + c) * 3 + r) * 2 + s];
    }
    void gemm(float A[20], float B[24], float C[30]) {
      for (int i = 0; i < 5; i++) for (int k = 0; k < 4; k++) for (int j = 0; j < 6; j++)
        C[i * 6 + j] += A[i * 4 + k] * B[k * 6 + j];
    }
    void matvec(float A[24], float x[6], float y[4]) {
      for (int i = 0; i < 4; i++) for (int k = 0; k < 6; k++) y[i] += A[i * 6 + k] * x[k];
    }
    void tiled(float A[2500], float B[2500], float C[2500]) {
      for (int i1 = 0; i1 < 50; i1 += 16) for (int j1 = 0; j1 < 50; j1 += 16)
      for (int i = i1; i < (i1 + 16 < 50 ? i1 + 16 : 50); i++)
      for (int j = j1; j < (j1 + 16 < 50 ? j1 + 16 : 50); j++)
      for (int k = 0; k < 5; k++) C[i * 50 + j] += A[i * 50 + k] * B[k * 50 + j];
    }
    void grouped(float I[6][10][12], float W[8][3][3][3], float O[8][8][10]) {
      for (int g = 0; g < 2; g++) for (int k = 0; k < 4; k++) for (int c = 0; c < 3; c++)
      for (int y = 0; y < 8; y++) for (int x = 0; x < 10; x++) for (int r = 0; r < 3; r++) for (int s = 0; s < 3; s++)
        O[g * 4 + k][y][x] += I[g * 3 + c][y + r][x + s] * W[g * 4 + k][c][r][s];
    }
    void heads(float Q[5][12], float K[7][12], float S[3][5][7]) {
      for (int h = 0; h < 3; h++) for (int i = 0; i < 5; i++) for (int j = 0; j < 7; j++) for (int d = 0; d < 4; d++)
        S[h][i][j] += Q[i][h * 4 + d] * K[j][h * 4 + d];
    }
"""
KINDS = {
    "conv": ("CONV", {"N": 2, "K": 4, "C": 3, "Y'": 6, "X'": 8, "R": 3, "S": 2}),
    "gemm": ("GEMM", {"M": 5, "N": 6, "K": 4}),
    "matvec": ("GEMM", {"M": 4, "N": 1, "K": 6}),
    "tiled": ("GEMM", {"M": 50, "N": 50, "K": 5}),
    "grouped": ("NGCONV", {"N": 1, "G": 2, "K": 4, "C": 3, "Y'": 8, "X'": 10, "R": 3, "S": 3}),
    "heads": ("batched GEMM", {"B": 3, "M": 5, "N": 7, "K": 4}),
}


@pytest.mark.parametrize("name", KINDS)
def test_axes_that_are_several_in_one_are_told_apart(name):
    (nest,) = read_c(FLAT, function=name)
    (raised,) = raise_nest(nest)
    assert (raised.kind, raised.workload.extents) == KINDS[name]
    for ours, theirs in zip(results(rescheduled(nest)), results(nest), strict=True):
        assert np.array_equal(ours, theirs)
