"""C kernels as people have them become loop nests; what cannot be read is refused where it stands."""

from pathlib import Path

import pytest
from c_kernels import loops, nest, read

from weft.frontends.c import read_c
from weft.frontends.python import read_python
from weft.frontends.sizes import Sizes
from weft.ir import Array, Statement

EXAMPLES = Path(__file__).parents[1] / "examples"


def test_gemm_of_polybench_without_its_headers():
    text = """
    #include <polybench.h>
    #include "gemm.h"
    static
    void kernel_gemm(int ni, int nj, int nk, DATA_TYPE alpha, DATA_TYPE beta,
                     DATA_TYPE POLYBENCH_2D(C,NI,NJ,ni,nj),
                     DATA_TYPE POLYBENCH_2D(A,NI,NK,ni,nk),
                     DATA_TYPE POLYBENCH_2D(B,NK,NJ,nk,nj))
    {
      int i, j, k;
    #pragma scop
      for (i = 0; i < _PB_NI; i++) {
        for (j = 0; j < _PB_NJ; j++)
          C[i][j] *= beta;
        for (k = 0; k < _PB_NK; k++) {
          for (j = 0; j < _PB_NJ; j++)
            C[i][j] += alpha * A[i][k] * B[k][j];
        }
      }
    #pragma endscop
    }
    int main(int argc, char** argv) {
      int ni = NI;
      POLYBENCH_2D_ARRAY_DECL(C,DATA_TYPE,NI,NJ,ni,nj);
      kernel_gemm(ni, POLYBENCH_ARRAY(C));
      if (argc > 42 && ! strcmp(argv[0], "")) polybench_prevent_dce(print_array(ni, POLYBENCH_ARRAY(C)));
      return 0;
    }
    """
    assert str(read(text, NI=8, NJ=9, NK=10)).splitlines() == [
        'def kernel_gemm(alpha: "f64[]", beta: "f64[]", C: "f64[8, 9]", A: "f64[8, 10]", B: "f64[10, 9]"):',
        "    for i in range(8):",
        "        for j in range(9):",
        "            C[i, j] *= beta",
        "        for k in range(10):",
        "            for j in range(9):",
        "                C[i, j] += (alpha * A[i, k]) * B[k, j]",
    ]


def test_two_products_with_macros_for_sizes_and_type():
    text = """
    #define NI 8
    #define NJ (NI + 1)
    #define NK 0x0bL
    #ifndef DATA_TYPE
    # define DATA_TYPE float /* narrower */
    #endif
    void kernel_2mm(DATA_TYPE tmp[restrict NI][NJ], const DATA_TYPE A[static NI][NK], DATA_TYPE (*restrict B)[NJ]) {
      for (int i = 0; i < NI; ++i)
        for (int j = 0; j < NJ; ++j) {
          tmp[i][j] = 0.0f;   // initialised first
          for (int k = 0; k < NK; ++k)
            tmp[i][j] = tmp[i][j] + A[i][k] * B[k][j];
        }
    }
    """
    assert str(read(text)).splitlines() == [
        'def kernel_2mm(tmp: "f32[8, 9]", A: "f32[8, 11]", B: "f32[11, 9]"):',
        "    for i in range(8):",
        "        for j in range(9):",
        "            tmp[i, j] = 0.0",
        "            for k in range(11):",
        "                tmp[i, j] += A[i, k] * B[k, j]",
    ]


def test_a_convolution_with_collapsed_loops_and_a_local_sum():
    text = """
    void conv(int K, int C, int Y, float in[C][Y+2][Y+2], float w[K][C][3][3], float out[K][Y][Y]) {
    #pragma omp parallel for collapse(2) schedule(static) \\
        shared(in, w, out)
      for (int k = 0; k < K; k++) {
        for (int y = 0; y < Y; y++) {
          for (int x = 0; x < Y; x++) {
            float sum = 0;
            for (int c = 0; c < C; c++)
              for (int r = 0; r < 3; r++)
                for (int s = 0; s < 3; s++) {
                  int row = y + r, column = x + s;
                  sum += in[c][row][column] * w[k][c][r][s];
                }
            out[k][y][x] = sum > 0.0f ? sum : 0.0f;
          }
        }
      }
    }
    """
    assert str(read(text, K=4, C=3, Y=5)).splitlines() == [
        'def conv(in_: "f32[3, 7, 7]", w: "f32[4, 3, 3, 3]", out: "f32[4, 5, 5]"):',
        '    sum = local("f32[]")',
        "    for k in parallel(4):",
        "        for y in parallel(5):",
        "            for x in range(5):",
        "                sum = 0",
        "                for c in range(3):",
        "                    for r in range(3):",
        "                        for s in range(3):",
        "                            sum += in_[c, r + y, s + x] * w[k, c, r, s]",
        "                out[k, y, x] = max(sum, 0.0)",
    ]


def test_stencils_in_time():
    text = """
    void jacobi(int steps, double A[16][16], double B[16][16]) {
      for (int t = 0; t < steps; t++) {
        for (int i = 1; i < 16 - 1; i++)
          for (int j = 1; j <= 14; j++)
            B[i][j] = 0.2 * (A[i][j] + A[i-1][j] + A[1+i][j] + A[i][j-1]);
        for (int i = 1; i != 15; i++)
          for (int j = 14; j >= 1; j--)
            A[i][j] = B[i][j];
      }
    }
    """
    assert nest(text, steps=3) == [
        "for t in range(3):",
        "    for i in range(1, 15):",
        "        for j in range(1, 15):",
        "            B[i, j] = 0.2 * (((A[i, j] + A[i - 1, j]) + A[i + 1, j]) + A[i, j - 1])",
        "    for i in range(1, 15):",
        "        for j in range(14, 0, -1):",
        "            A[i, j] = B[i, j]",
    ]


def test_doitgen_and_its_imperfect_nest():
    text = """
    double A[6][7][9], C4[9][9], sum[9];
    void kernel(void) {
      int r, q, p, s;
      for (r = 0; r < 6; r++)
        for (q = 0; q < 7; q++) {
          for (p = 0; p < 9; p++) {
            sum[p] = 0;
            for (s = 0; s < 9; s++) sum[p] += A[r][q][s] * C4[s][p];
          }
          for (p = 0; p < 9; p++) A[r][q][p] = sum[p];
        }
    }
    """
    assert str(read(text)).splitlines() == [
        'def kernel(sum: "f64[9]", A: "f64[6, 7, 9]", C4: "f64[9, 9]"):',
        "    for r in range(6):",
        "        for q in range(7):",
        "            for p in range(9):",
        "                sum[p] = 0",
        "                for s in range(9):",
        "                    sum[p] += A[r, q, s] * C4[s, p]",
        "            for p in range(9):",
        "                A[r, q, p] = sum[p]",
    ]


def test_trmm_and_other_triangles():
    assert loops(
        """int i, j, k;
        for (i = 0; i < 8; i++)
          for (j = 0; j < 8; j++) {
            for (k = i + 1; k < 8; k++) M[i][j] += A[k] * B[k];
            M[i][j] = 2.0 * M[i][j];
          }
        for (i = 7; i > -1; i -= 1) for (j = i; 8 > j; j = j + 1) M[i][j] -= M[j][i];"""
    ) == [
        "for i in range(8):",
        "    for j in range(8):",
        "        for k in range(i + 1, 8):",
        "            M[i, j] += A[k] * B[k]",
        "        M[i, j] *= 2.0",
        "for i in range(7, -1, -1):",
        "    for j in range(i, 8):",
        "        M[i, j] += -M[j, i]",
    ]


def test_flattened_arrays_and_accessor_macros():
    text = """
    #define N 8
    #define AT(i, j) A[(i) * N + (j)]
    #define FOR(i, n) for (int i = 0; i < (n); i++)
    void flat(float *A, const float *__restrict__ B, float *scale) {
      FOR(i, N)
        FOR(j, N - 1) {
          int at = i * N + j;
          AT(i, j + 1) += *scale * B[at];
        }
    }
    """
    found = read(text)
    assert found.arrays == tuple(Array(name, None, "f32") for name in ("A", "B", "scale"))
    assert str(found).splitlines()[1:] == [
        "    for i in range(8):",
        "        for j in range(7):",
        "            A[8*i + j + 1] += scale[0] * B[8*i + j]",
    ]


def test_a_tiled_product_with_cut_off_tiles():
    text = """
    #define min(a, b) ((a) < (b) ? (a) : (b))
    #define T 6
    void tiled(double A[20], double B[20]) {
      for (int t = 0; t < 20; t += T) {
        int end = t + T > 20 ? 20 : t + T;
        for (int i = t; i < end; i++) A[i] = B[i];
        for (int i = t; i <= min(t + T, 20) - 1; i++) A[i] = B[i];
        for (int i = t; i < 20 && i < t + T; i++) A[i] = B[i];
      }
    }
    """
    lines = nest(text)
    assert lines[0] == "for t in range(0, 20, 6):"
    assert [line.strip() for line in lines[1::2]] == [
        "for i in range(t, min(t + 6, 20)):",
        "for i in range(t, min(t + 6, 20)):",
        "for i in range(t, min(20, t + 6)):",
    ]


def test_what_pluto_writes():
    text = """
    #define ceild(n,d)  (((n)<0) ? -((-(n))/(d)) : ((n)+(d)-1)/(d))
    #define floord(n,d) (((n)<0) ? -((-(n)+(d)-1)/(d)) : (n)/(d))
    #define max(x,y)    ((x) > (y)? (x) : (y))
    #define N 100
    double A[N];
    void kernel() {
      int t1, t2, lbp, ubp;
      if (N >= 1) {
        lbp = 0; ubp = floord(N - 1, 32);
    #pragma omp parallel for private(t2)
        for (t1 = lbp; t1 <= ubp; t1++) {
          for (t2 = max(0, ceild(32*t1 - 31, 2)); t2 <= floord(t1, 2); t2++) A[t2] = 1.0;;
        }
      }
    }
    """
    assert nest(text) == [
        "for t1 in parallel(4):",
        "    for t2 in range(max(0, 16*t1 - 15), (t1 // 2) + 1):",
        "        A[t2] = 1.0",
    ]


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("polybench/*.c")) + sorted(EXAMPLES.glob("nests/*.c")))
def test_every_kernel_of_the_examples_is_read_whole(file):
    (found,) = read_c(file.read_text("utf-8"), str(file), Sizes({"m": 9, "n": 10, "tsteps": 3}))
    statements = [item for _, item in found.statements()]
    assert statements
    assert all(isinstance(item, Statement) for item in statements)
    assert read_python(str(found)) == (found,)


def test_conditional_groups():
    text = """
    #if defined(_OPENMP) && !defined MISSING
    #define N 4
    #else
    void broken(
    #endif
    #if N == 3
      don't read this "
    #elif N > 2 && (N % 2 == 0)
    #define LAST N - 1
    #elif 1 / 0
    #else
    #error no
    #endif
    #undef N
    #ifdef N
    #error defined
    #endif
    #ifndef N
    void f(double A[8]) { for (int i = 0; i < LAST; i++) A[i] = 0; }
    #endif
    """
    assert nest(text, N=6)[0] == "for i in range(5):"


def test_given_sizes_win_over_macros_parameters_and_constants():
    text = """
    #define M 4
    #define N (M * 2)
    const int K = 3;
    enum { A0, P = 2, Q };
    void f(int n, double A[N][Q]) { for (int i = 0; i < N + n; i++) A[i][K] = 0; }
    """
    assert str(read(text, n=5)).splitlines()[:2] == ['def f(A: "f64[8, 3]"):', "    for i in range(13):"]
    assert nest(text, n=5)[1].strip() == "A[i, 3] = 0"
    assert str(read(text, n=5, M=8, K=1)).splitlines()[:2] == ['def f(A: "f64[16, 3]"):', "    for i in range(21):"]
    assert nest(text, n=1, N=2, K=1) == ["for i in range(3):", "    A[i, 1] = 0"]


def test_sizes_note_what_was_asked_for():
    sizes = Sizes({"n": 4, "nn": 3})
    read_c("void f(int n, double *A) { for (int i = 0; i < n; i++) A[i] = 0; }", sizes=sizes)
    assert [item.hint for item in sizes.unused()] == ["did you mean 'n'?"]


def test_types_of_headers_and_typedefs():
    text = """
    #include <stdint.h>
    typedef float real; typedef real row[4]; typedef struct { int a; } pair;
    extern real G[4];
    void f(uint8_t a[4], int64_t *b, size_t n, my_t c[2], _Bool d[3], unsigned short e, row g, pair *p, unknown *q) {
      for (size_t i = 0; i < 2; i++) c[i] = (my_t) 2 * e;
      for (int i = 0; i < 2; i++) G[i] = (real) 1 / 2;
    }
    """
    assert str(read(text)).splitlines() == [
        'def f(a: "ui8[4]", b, c: "f64[2]", d: "i1[3]", e: "ui16[]", g: "f32[4]", q, G: "f32[4]"):',
        "    for i in range(2):",
        "        c[i] = 2.0 * e",
        "    for i in range(2):",
        "        G[i] = 1.0 / 2",
    ]


def test_lines_that_go_on_and_comments_keep_their_places():
    text = (
        "#define SUM(a, \\\n  b) a + b\nvoid f(double A[9]) { /* for (\n */ for (int i = 0; i < 4; i++) // x \\\n y\n\
    A[i] = SUM(A[i + 1],\n   A[B]);\n}"
    )
    assert nest(text, B=3)[-1].strip() == "A[i] = A[i + 1] + A[3]"


def test_output_of_a_preprocessor_is_read():
    text = '# 1 "k.c"\n# 1 "/usr/include/math.h" 1 3 4\nextern double exp (double __x) __attribute__ ((__nothrow__));\n\
    __extension__ typedef long long q;\n# 7 "k.c" 2\nstatic __inline void f(q *__restrict A)\n\
    { for (q i = 0; i < 4; i++) A[i] = exp(A[i]); }'
    assert nest(text) == ["for i in range(4):", "    A[i] = exp(A[i])"]


def test_every_function_with_loops_is_a_nest():
    text = """
    static double twice(double x) { return x * 2; }
    void first(double A[4]) { for (int i = 0; i < 4; i++) A[i] = twice(A[i]); }
    void old(A, n) double A[4]; int n; { int i; for (i = 0; i < n; i++) A[i] = 0; }
    int main(void) { double A[4]; first(A); return 0; }
    """
    assert [item.name for item in read_c(text, sizes=Sizes({"n": 2}))] == ["first", "old"]
    assert [item.name for item in read_c(text, function="twice")] == ["twice"]
    assert str(read_c(text, sizes=Sizes({"n": 2}))[0].body[0].body[-1]) == "A[i] = x * 2"


def test_spans_of_loops_statements_and_accesses():
    head = "void f(double A[4]) {\n  for (int i = 0;\n       i < 4; i++)\n"
    text = f"#define AT(i) A[i]\n{head}    AT(i) = -A[(i)] * (2);\n}}"
    (loop,) = read(text).body
    (statement,) = loop.body
    places = [loop.span, statement.span, statement.target.span, *(item.span for item in statement.reads)]
    assert [(item.line, item.column, item.length) for item in places] == [(3, 3, 15), (5, 5, 21), (5, 5, 5), (5, 14, 6)]
    assert read(text).span.text == "void f(double A[4]) {"
