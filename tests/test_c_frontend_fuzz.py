"""Whatever a C text holds, reading it gives loop nests or an error of Weft's own, in linear time."""

import pytest
from cpu_time import cpu_seconds
from fuzz_texts import spliced
from hypothesis import example, given, settings
from hypothesis import strategies as st

from weft.frontends.c import read_c
from weft.frontends.sizes import Sizes
from weft.ir import Unreadable, WeftError

KERNEL = r"""#include <math.h>
#define N 8 /* extent */
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#if N > 4 && defined(MAX)
typedef float real;
#endif
enum { P = 2, Q };
static const int T = 3;
struct pair { int x; };
real weights[N][N];
void kernel(int n, real *restrict A, real B[N][N], int I[], real (*C)[N])
{
  int i, j, y = 2;
  double sum = 0.0f, *t = malloc(n * sizeof(double));
#pragma weft hold(L1: A, B)
#pragma weft memory(L2)
#pragma omp parallel for collapse(2) num_threads(16)
  for (i = 0; i < N - 1; i++)
    for (int j = MAX(0, i - 1); j <= n && 2 * j < 9; j += 2) {
      int k = i * N + j;
      A[k % 4] += B[i][j] * -weights[i][(j + 1) / 2]; // flat
      B[i][j] = A[k] > 0x2 ? A[k] : 2e-1;
      sum = fmaxf(sum, (float) C[i][Q]);
      y = i; A[y] -= I[y];
    }
#pragma omp parallel
  {
#pragma omp for
    for (i = n; i >= T; --i) { if (A[i] > 1) break; else continue; t[i] /= 3; }
  }
#pragma weft chunk
  for (i = 0; i < N; i++) while (A[i]--) { goto out; out: ; }
}
"""
PIECES = [
    *"{}()[],;:?+-*/%<>=!&|.#\\\"'\n\t0 i",
    *["++", "--", "&&", "<<", "->", "/*", "*/", "//", "##", "...", "\\\n", '_Pragma("omp for")'],
    *["for (", "while (", "if (", "else", "int ", "double *", "struct ", "typedef ", "return ", "sizeof ", "case 1:"],
    *[
        "#define N ",
        "#define F(x, ...) x",
        "#if ",
        "#elif 1",
        "#else",
        "#endif",
        "#pragma omp parallel for",
        "#pragma weft ",
    ],
    *[
        "N",
        "MAX(",
        "A[",
        "kernel",
        "real",
        "i = i",
        "99999999999999999999",
        "1e999",
        "0x",
        "1.5f",
        "Ω",
        "\x00",
        "\u2028",
    ],
]


def check(text, function=None):
    """Read a text; every finding stands inside of it."""
    lines = text.splitlines() or [""]
    try:
        nests = read_c(text, "fuzz.c", Sizes({"n": 6}), function)
    except WeftError as error:
        found = list(error.diagnostics)
        assert found
    else:
        found = []
        for nest in nests:
            assert str(nest)
            for _, item in nest.statements():
                found += item.diagnostics if isinstance(item, Unreadable) else []
    for item in found:
        assert 1 <= item.span.line <= len(lines) + text.count("\r") + 1
        assert item.span.column >= 1
        assert item.span.length >= 1
        assert str(item)


@settings(max_examples=250, deadline=None, database=None, derandomize=True)
@given(spliced(KERNEL, PIECES, changes=4, longest=12))
@example(KERNEL)
def test_mutations_of_a_kernel(text):
    check(text)


@settings(max_examples=200, deadline=None, database=None, derandomize=True)
@given(st.lists(st.sampled_from([*PIECES, *KERNEL.split()]), max_size=60).map(" ".join))
def test_words_of_the_language(text):
    check(text)
    check("void f(double A[8], int n) { for (int i = 0; i < n; i++) { " + text + " } }")
    check("void f(double A[8], int n) { for (int i = 0; i < n; i++) A[" + text + "] += 1; }")


@settings(max_examples=150, deadline=None, database=None, derandomize=True)
@given(st.text(max_size=120))
@example("\ufeff")
@example("\r")
@example("/")
def test_any_text(text):
    check(text)


LONG = 10_000


@pytest.mark.parametrize(
    "text",
    [
        "(" * LONG,
        "/" * LONG,
        "/*" * LONG,
        '"' * LONG,
        "\\" * LONG,
        "#if 1\n" * LONG,
        "#define A A\n" * LONG + "A " * LONG,
        "A(" * LONG,
        "x " * LONG,
        "x; " * LONG,
        "x " * 20 * LONG,
        "#define X 1\n" * 5 * LONG,
        "int x = " + "1 + " * LONG + "1;",
        "int x = " + "1 ? " * LONG + "1;",
        "int x = " + "- " * LONG + "1;",
        "void f(double A[4]) { " + "A[0] = 1; " * (LONG // 10) + "for (int i = 0; i < 4; i++) A[i] = 0; }",
        "void f(double A[4]) { " + "for (int i = 0; i < 4; i++) A[i] = 0;" * (LONG // 40) + " }",
        "void f(double A[4]) { " + "if (A[0]) ; else " * LONG + "; }",
        "#pragma weft hold(L1: " + "a, " * LONG + "b)\n",
        "#define F(x) x x\nint y = " + "F(" * 50 + "1" + ")" * 50 + ";",
        "".join(f"int a{i + 1} = a{i};" for i in range(LONG // 20))
        + f"void f() {{ for (int i = 0; i < a{LONG // 20}; i++) ; }}",
    ],
    ids=lambda text: text[:24],
)
def test_monstrous_texts_take_no_time(text):
    assert cpu_seconds(check, text) < 20
