"""Headers of loops, bounds, subscripts and statements of C, each with what it is in the nest."""

import pytest
from c_kernels import loops, nest, read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("for (i = 0; i < 8; i++)", "range(8)"),
        ("for (int j = 0, n = 5; j < n; ++j)", "range(5)"),
        ("for (i = 0; i <= n - 1; i++)", "range(9)"),
        ("for (i = 1; n >= i; i += 1)", "range(1, 10)"),
        ("for (i = 0; i != n; i++)", "range(9)"),
        ("for (i = 2; i < n; i += 4)", "range(2, 9, 4)"),
        ("for (i = 2; i < n; i = 4 + i)", "range(2, 9, 4)"),
        ("for (i = n - 1; i >= 0; i--)", "range(8, -1, -1)"),
        ("for (i = n; i > 0; i -= 2)", "range(9, 0, -2)"),
        ("for (i = n; i != -1; --i)", "range(9, -1, -1)"),
        ("for (i = n; i >= MAX(n - 4, 2) && i > 1; i = i - 1)", "range(9, 4, -1)"),
        ("for (i = 0; i + 1 < n; i++)", "range(8)"),
        ("for (i = 0; 2 * i + 1 < n; i++)", "range(4)"),
        ("for (i = 0; -i > -n; i++)", "range(9)"),
        ("for (i = 0; 3 * i <= n; i++)", "range(4)"),
        ("for (unsigned i = 0; i < (unsigned) 4u; i++)", "range(4)"),
        ("for (i = 0; i < n / 2 << 1; i++)", "range(8)"),
        ("for (i = 0; i < fmin(n, 20); i++)", "range(9)"),
        ("for (i = n > 4 ? 2 : 3; i < n % 5; i++)", "range(2, 4)"),
        ("for (i = 0, m = n - 2; i < m; i++)", "range(7)"),
    ],
)
def test_headers_of_loops(text, expected):
    macro = "#define MAX(a, b) ((a) >= (b) ? (a) : (b))\n"
    lines = nest(f"{macro}void f(int n, double A[64]) {{ int i, j, m; {text} A[3] = 0; }}", n=9)
    assert lines[0].partition(" in ")[2] == f"{expected}:"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("j < i + 2", "range(i + 2)"),
        ("j <= i / 2", "range((i // 2) + 1)"),
        ("j < MIN(i, 4)", "range(min(i, 4))"),
        ("j < MIN(MIN(i, 4), 3 * i) + 1", "range(min(i + 1, 5, 3*i + 1))"),
        ("j < (i < 4 ? i : 4)", "range(min(i, 4))"),
        ("j < (i > 4 ? 4 : i)", "range(min(i, 4))"),
        ("j < (i < 8 ? i : 8)", "range(i)"),
        ("j < i && j < 5 && 6 > j", "range(min(i, 5))"),
        ("2 * j < i", "range(-((-i) // 2))"),
        ("i - j > 0", "range(i)"),
    ],
)
def test_bounds_from_outer_iterators(condition, expected):
    text = f"for (int i = 0; i < 8; i++) for (int j = 0; {condition}; j++) A[j] = 0;"
    lines = nest(f"#define MIN(a, b) (((a) < (b)) ? (a) : (b))\nvoid f(double A[64]) {{ {text} }}")
    assert lines[1].strip() == f"for j in {expected}:"


def test_empty_loops_vanish_and_empty_statements_do_not_matter():
    assert loops("int i; ;; for (i = 0; i < 8; i++) ; for (i = 0; i < 8; i++) { ; A[i] = 0;; { } }") == [
        "for i in range(8):",
        "    A[i] = 0",
    ]


def test_iterators_have_names_of_their_own():
    text = """for (int i = 0; i < 2; i++) { for (int i = 0; i < 3; i++) A[i] = 0; A[i] = 1; }
              for (int is = 0; is < 2; is++) { double t = A[is]; B[is] = t; { float t = B[0]; A[is] = t; } }"""
    assert loops(text) == [
        't = local("f64[]")',
        't_2 = local("f32[]")',
        "for i in range(2):",
        "    for i_2 in range(3):",
        "        A[i_2] = 0",
        "    A[i] = 1",
        "for is_ in range(2):",
        "    t = A[is_]",
        "    B[is_] = t",
        "    t_2 = B[0]",
        "    A[is_] = t_2",
    ]


def test_names_that_mean_something_in_python_are_changed():
    text = "void f(double in[4], double max) { for (int range = 0; range < 4; range++) max = fmax(max, in[range]); }"
    assert str(read(text)).splitlines() == [
        'def f(in_: "f64[4]", max_: "f64[]"):',
        "    for range_ in range(4):",
        "        max_ = max(max_, in_[range_])",
    ]


def test_integers_that_name_expressions_follow_the_text():
    text = """int y = 2, x;
              for (int i = 0; i < 4; i++) { A[y] = 0; x = i * 2; x = x + 1; A[x] = 1; }
              y = 3; for (int i = y; i < 8; i++) { int z = (i + y) % 4; A[z] = B[(int) z]; }"""
    assert loops(text) == [
        "for i in range(4):",
        "    A[2] = 0",
        "    A[2*i + 1] = 1",
        "for i in range(3, 8):",
        "    A[-4*((i + 3) // 4) + i + 3] = B[-4*((i + 3) // 4) + i + 3]",
    ]


def value(text, **sizes):
    """The first statement of a loop over i, as the nest prints it."""
    return loops(f"for (int i = 0; i < 8; i++) {{ {text} }}", **sizes)[1].strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A[i] = A[i] + B[i];", "A[i] += B[i]"),
        ("A[i] = B[i] + A[i];", "A[i] += B[i]"),
        ("A[i] = A[i] + B[i] - B[0];", "A[i] += B[i] - B[0]"),
        ("A[i] = A[i] - 2 * B[i];", "A[i] += -(2 * B[i])"),
        ("A[i] -= 2;", "A[i] += -2"),
        ("A[i] += B[i] + B[0];", "A[i] += B[i] + B[0]"),
        ("A[i] = A[i] * B[i];", "A[i] *= B[i]"),
        ("A[i] /= B[i];", "A[i] = A[i] / B[i]"),
        ("A[i] = B[i] - A[i];", "A[i] = B[i] - A[i]"),
        ("A[i] = A[i + 1] + B[i];", "A[i] = A[i + 1] + B[i]"),
        ("A[i] = fmaxf(A[i], B[i]);", "A[i] = max(A[i], B[i])"),
        ("A[i] = MIN(B[i], A[i]);", "A[i] = min(A[i], B[i])"),
        ("A[i] = A[i] > B[i] ? A[i] : B[i];", "A[i] = max(A[i], B[i])"),
        ("A[i] = B[i] >= A[i] ? A[i] : B[i];", "A[i] = min(A[i], B[i])"),
        ("A[i] = (float) sqrtf(-B[i]) + fabs(B[0]);", "A[i] = convert(sqrt(-B[i])) + abs(B[0])"),
        ("A[i] = B[i] / (N * N - 1);", "A[i] = B[i] / 15"),
        ("A[i] = N / 3 + (double) N / 3;", "A[i] = 1 + (4.0 / 3)"),
        ("I[i] = B[i] * A[i] * I[i] * 2;", "I[i] *= (B[i] * A[i]) * 2"),
        ("A[i] = B[i] + A[i] - B[0];", "A[i] += B[i] - B[0]"),
        ("A[i] = A[i] - (B[i] - A[i]);", "A[i] += -(B[i] - A[i])"),
        ("A[i] = fmax(fmax(A[i], B[i]), 0);", "A[i] = max(max(A[i], B[i]), 0)"),
        ("A[i] = I[i] / 2.0;", "A[i] = I[i] / 2.0"),
        ("A[i] = 'a' - 0x10 + 1.5e1f + .5 + 010 + 0x1p1;", "A[i] = (((81 + 15.0) + 0.5) + 8) + 2.0"),
        ("A[i] = -(-2.0);", "A[i] = 2.0"),
        ("A[i] = -INFINITY;", "A[i] = -inf"),
        ("A[i] = true ? M_PI : FLT_MAX;", "A[i] = 3.141592653589793"),
        ("A[i / 2 % 2] = A[i >> 1] + A[(i << 1) + N];", "A[-2*((i // 2) // 2) + (i // 2)] = A[(i // 2)] + A[2*i + 4]"),
        ("A[(4 * i + 8) / 4 - 1] = *A;", "A[i + 1] = A[0]"),
        ("A[i] = N > 2 ? B[i] : 0;", "A[i] = B[i]"),
        ("M[i][7 - i] = 1, A[0] = 2;", "M[i, -i + 7] = 1"),
    ],
)
def test_statements(text, expected):
    assert value(text, N=4) == expected


def test_a_sum_that_is_returned_is_seen_outside():
    text = "int f(int A[8], int weight) { int sum = 0; for (int i = 0; i < 8; i++) sum += weight * A[i]; return sum; }"
    assert str(read(text)).splitlines()[:2] == ['def f(A: "i32[8]", weight: "i32[]", sum: "i32[]"):', "    sum = 0"]
    assert str(read(text, weight=3)).splitlines()[-1].strip() == "sum += 3 * A[i]"


def test_memory_and_arrays_of_the_function_are_local():
    text = """void f(int n, double A[8]) {
      double t[8][n], *p = malloc(n * sizeof(double)), *q; static float s; extern double G[2];
      q = (double *) calloc(4, sizeof *q);
      for (int i = 0; i < 4; i++) { t[0][i] = s; p[i] = t[i][0]; q[i] = G[0]; } }"""
    assert [(item.name, item.shape, item.local) for item in read(text, n=5).arrays] == [
        ("A", (8,), False),
        ("G", (2,), False),
        ("t", (8, 5), True),
        ("p", (5,), True),
        ("q", (4,), True),
        ("s", (), True),
    ]


def test_loops_of_memset_and_memcpy_have_iterators_of_their_own():
    text = """void f(double A[8], double B[8][4], double A_0, double C[8][4]) {
        for (int B_0 = 0; B_0 < 8; B_0++) { memset(B, 0, 32 * sizeof(double)); A[B_0] = 1; }
        memset(A, 0, 8 * sizeof *A);
        for (int C_1 = 0; C_1 < 2; C_1++) memcpy(C, B, 32 * sizeof(double));
    }"""
    assert nest(text) == [
        "for B_0 in range(8):",
        "    for B_0_2 in range(8):",
        "        for B_1 in range(4):",
        "            B[B_0_2, B_1] = 0",
        "    A[B_0] = 1",
        "for A_0_2 in range(8):",
        "    A[A_0_2] = 0",
        "for C_1 in range(2):",
        "    for C_0 in range(8):",
        "        for C_1_2 in range(4):",
        "            C[C_0, C_1_2] = B[C_0, C_1_2]",
    ]
