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
