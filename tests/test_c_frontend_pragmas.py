"""Pragmas of OpenMP and of Weft say which loops are parallel or chunks, on what units; wrong ones are refused."""

import pytest
from c_kernels import findings, loops, nest, read

from weft.ir import Placement


def test_pragmas_of_weft():
    text = """
    void f(double A[8][8], double B[8]) {
    #pragma weft hold(L1: A, B)
    #pragma weft memory(L2)
    #pragma weft units(2 * 2)
      for (int t = 0; t < 3; t++) {
    #pragma omp parallel for
        for (int i = 0; i < 8; i++) {
    #pragma weft chunk
          for (int j = 0; j < 4; j++) A[i][j] += B[j];
        }
      }
    #pragma weft hold(DRAM:)
    }
    """
    found = read(text)
    assert found.placements == (Placement("L1", ("A", "B")), Placement("DRAM", ()))
    assert str(found).splitlines()[1:] == [
        '    hold("L1", "A", "B")',
        '    hold("DRAM")',
        "    for t in range(3):",
        '        for i in parallel(8, units=4, memory="L2"):',
        "            for j in chunk(4):",
        "                A[i, j] += B[j]",
    ]


@pytest.mark.parametrize(
    ("pragma", "expected"),
    [
        ("omp parallel for num_threads(8)", "parallel(8)"),
        ("omp parallel for num_threads(N / 2) private(j)", "parallel(8, units=2)"),
        ("omp parallel for collapse(2) num_threads(16)", "parallel(8, units=4)"),
        ("omp parallel for num_threads(many)", "parallel(8)"),
        ("omp target teams distribute parallel for simd", "parallel(8)"),
        ("omp simd", "range(8)"),
        ("ivdep", "range(8)"),
        ("weft chunk", "chunk(8)"),
    ],
)
def test_the_kind_of_a_loop(pragma, expected):
    text = f"""#define N 4
    void f(double A[8][N]) {{
    #pragma {pragma}
      for (int i = 0; i < 8; i++) for (int j = 0; j < N; j++)
    #pragma omp atomic
        A[i][j] += 1; }}"""
    assert nest(text)[0] == f"for i in {expected}:"


def test_a_parallel_region():
    text = """
    void f(double A[8], double B[8]) {
    #pragma omp parallel num_threads(4)
      {
        double t;
    #pragma omp for nowait
        for (int i = 0; i < 8; i++) { t = A[i]; B[i] = t; }
        for (int s = 0; s < 2; s++) {
    #pragma omp for
          for (int i = 0; i < 8; i++) A[i] = B[i];
        }
      }
      A[1] = 1;
    }
    """
    kinds = [[loop.header for loop in around] for around, _ in read(text).statements()]
    parallel = "for i in parallel(8, units=4):"
    assert kinds == [[parallel], [parallel], ["for s in range(2):", parallel], []]


def test_the_operator_form_of_a_pragma():
    assert loops('_Pragma("omp parallel for") for (int i = 0; i < 4; i++) A[i] = 0;')[0] == "for i in parallel(4):"


@pytest.mark.parametrize(
    ("pragmas", "expected"),
    [
        ("weft chunks", ["2:14-6 W002: unknown pragma of weft: 'chunks'"]),
        (
            "weft unit(3) mem(L1)",
            [
                "2:14-4 W002: unknown pragma of weft: 'unit'",
                "2:22-3 W002: unknown pragma of weft: 'mem'",
            ],
        ),
        ("weft", ["2:9-4 W001: expected one of chunk, memory, units, hold after 'weft'"]),
        ("weft memory()", ["2:14-6 W001: expected 'memory(L1)'"]),
        ("weft units(0)", ["2:14-5 W001: expected 'units(8)'"]),
        ("weft hold(L1 A)", ["2:14-4 W001: expected 'hold(L1: input, filter)'"]),
        ("weft hold(L1: A,)", ["2:14-4 W001: expected 'hold(L1: input, filter)'"]),
        ("weft units(3)", ["2:9-13 W411: no parallel loop follows"]),
        ("omp parallel for collapse(x)", ["2:9-28 W411: 'collapse' needs a positive constant"]),
        ("omp parallel for num_threads(0)", ["2:9-31 W411: 'num_threads' needs a positive number"]),
        (
            "omp parallel for collapse(3)",
            ["2:9-28 W411: 'collapse' asks for more loops than stand directly inside of one another"],
        ),
        (
            "omp parallel for collapse(2) num_threads(9)",
            ["2:9-43 W411: 9 threads do not divide among the loops of 'collapse'"],
        ),
        ("omp parallel for\n#pragma weft chunk", ["3:9-10 W411: a loop is parallel or a chunk, not both"]),
        ("omp parallel for\nA[0][0] = 1;", ["2:9-16 W411: '#pragma omp parallel for' stands before no 'for' loop"]),
        ("omp parallel\nA[0][0] = 1;", ["2:9-12 W411: '#pragma omp parallel' stands before no block or loop"]),
    ],
)
def test_wrong_pragmas(pragmas, expected):
    loops = "for (int i = 0; i < 8; i++)\nfor (int j = 0; j < 4; j++) A[i][j] = 0;"
    text = f"void f(double A[8][4]) {{\n#pragma {pragmas}\n{loops} }}"
    assert findings(text) == expected


def test_threads_and_collapsed_loops_that_vary():
    pragma = "#pragma omp parallel for collapse(2) num_threads(8)"
    text = (
        f"void f(double A[8][8]) {{\n{pragma}\nfor (int i = 0; i < 8; i++) for (int j = 0; j < i; j++) A[i][j] = 1; }}"
    )
    assert findings(text) == ["2:9-43 W411: 8 threads do not divide among the loops of 'collapse'"]


def test_only_what_stands_in_a_shared_loop_of_a_region_is_run_once():
    text = "void f(double A[8]) {\n#pragma omp parallel\n{\nA[0] = 1;\nfor (int i = 0; i < 8; i++)\n  A[i] = 1;\n} }"
    assert findings(text) == ["4:1-8 W411: every thread runs 'A[0] = 1'", "6:3-8 W411: every thread runs 'A[i] = 1'"]
