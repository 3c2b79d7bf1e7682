"""Calls of a file's own functions in C: what is put in their place is what they do, and anything else stays a call."""

import pytest
from c_kernels import findings, read

from weft.frontends.c import read_c
from weft.passes import raise_nest


def lines(text, function="f"):
    (nest,) = [item for item in read_c(text) if item.name == function]
    return str(nest).splitlines()[1:]


SCALE = "static float scale(float x, float by) { float y = x * by; return y + 1; }\n"


@pytest.mark.parametrize(
    ("helper", "body", "plain"),
    [
        # The names of the caller stay what they are, and so do those of the function.
        (SCALE, "float y = 5; B[i] = scale(A[i], 2) + y;", "float y = 5; float z = A[i] * 2.0; B[i] = (z + 1) + y;"),
        (SCALE, "B[i] = scale(scale(A[i], 2), 3);", "float u = A[i] * 2.0; float v = (u + 1) * 3.0; B[i] = v + 1;"),
        ("int at(int j, int n) { return j * n; }", "B[at(i, 2)] = A[at(i + 1, 3)];", "B[i * 2] = A[(i + 1) * 3];"),
        ("int at(int i, int n) { return n + i; }", "B[at(3, i)] = 0;", "B[i + 3] = 0;"),
        # An array that is passed on keeps its name, whatever the function calls it.
        ("void set(float *B, int n) { B[n] = 1; }", "set(A, i); set(B, 4);", "A[i] = 1; B[4] = 1;"),
        ("void set(float *to, float *A) { to[0] = A[1]; }", "set(A + i, B);", "A[i] = B[1];"),
        ("void set(float to[3][2], int n) { to[n][1] = 1; }", "set(M, i);", "M[i][1] = 1;"),
        ("void row(float *r) { r[1] = 1; }", "row(M[i]);", "M[i][1] = 1;"),
        # Choices by early returns, and by `if` and `else`.
        (
            "float get(const float *p, int k) { if (k < 1) return 0; if (k > 5) return 1; return p[k]; }",
            "B[i] = get(A, i - 1);",
            "B[i] = i - 1 < 1 ? 0 : i - 1 > 5 ? 1 : A[i - 1];",
        ),
        ("float max2(float a, float b) { if (a > b) return a; else return b; }", "B[i] = max2(A[i], B[i]);", ""),
        ("int in(int k) { return k >= 0 && k < 6; }", "if (in(i - 1)) B[i] = A[i - 1];", ""),
    ],
)  # fmt: skip
def test_a_call_is_what_the_function_does(helper, body, plain):
    head = "void f(float A[40], float B[40], float M[9][2]) { for (int i = 0; i < 8; i++) {"
    found = lines(f"{helper}\n{head} {body} }} }}")
    assert not any("..." in line for line in found), found
    if plain:
        expected = lines(f"{head} {plain} }} }}")
        assert raised_values(f"{helper}\n{head} {body} }} }}") == raised_values(f"{head} {plain} }} }}"), (
            found,
            expected,
        )


def raised_values(text):
    """The statements with their temporaries put in."""
    from weft.passes.raising.split import prepare

    (nest,) = read_c(text, function="f")
    return [str(item) for _, item in prepare(nest).statements()]


@pytest.mark.parametrize(
    ("helper", "body"),
    [
        ("float g(float x) { return x > 0 ? g(x - 1) : 0; }", "A[i] = g(A[i]);"),
        ("void g(float *p) { static int n; p[n] = 0; }", "g(A);"),
        ("void g(float *p) { if (p[0] > 0) return; p[1] = 0; }", "g(A);"),
        ("void g(float *p) { goto end; end: p[0] = 0; }", "g(A);"),
        ("float g(float *p) { p[0] = 1; return 2; }", "A[i] = g(A);"),
        ("int n; void g(float *p) { p[n] = 0; }", "int n = 2; g(A);"),
        ("void g(float *p, int n) { p[n] = 0; }", "g(A);"),
        ("void g(float *p, int n) { p[n] = 0; }", "int n = 0; g(A, n++);"),
        ("extern void g(float *p);", "g(A);"),
    ],
)
def test_a_call_that_cannot_be_replaced_is_refused(helper, body):
    text = f"{helper}\nvoid f(float A[8], float B[8]) {{ for (int i = 0; i < 8; i++) {{ {body} }} }}"
    (nest,) = read_c(text, function="f")
    assert any(item.workload is None for item in raise_nest(nest))


def test_functions_that_call_each_other_many_times_stay_calls():
    chain = "".join(f"float g{n}(float x) {{ return g{n - 1}(x) + g{n - 1}(x); }}\n" for n in range(1, 40))
    body = "for (int i = 0; i < 8; i++) A[i] = g39(A[i]);"
    text = f"float g0(float x) {{ return x; }}\n{chain}void f(float A[8]) {{ {body} }}"
    assert len(str(read(text, "f"))) < 10_000_000


def test_pragmas_of_a_function_go_with_its_loops():
    text = """
    static void gemv(int m, const float *A, const float *x, float *y) {
      #pragma omp parallel for
      for (int i = 0; i < m; i++)
        for (int k = 0; k < 6; k++)
          y[i] += A[i * 6 + k] * x[k];
    }
    void f(float A[48], float x[6], float y[8]) { gemv(8, A, x, y); }
    void g(float A[24], float x[6], float y[4]) { gemv(4, A, x, y); }
    """
    nests = read_c(text)
    assert [(item.name, raise_nest(item)[0].units) for item in nests] == [("f", (8,)), ("g", (4,))]


def test_a_place_in_a_called_function_is_told():
    head = "static void set(float *p, int n) {\n  p[n * n] = 0;\n}\n"
    text = f"{head}void f(float A[8]) {{\nfor (int i = 0; i < 2; i++)\nset(A, i);\n}}"
    assert findings(text) == ["2:5-5 W401: subscript of 'A' multiplies iterators: 'n * n'"]


@pytest.mark.parametrize(
    ("loop", "plain"),
    [
        ("int i = 0; while (i < 8) { A[i] = 1; i++; }", "for (int i = 0; i < 8; i++) A[i] = 1;"),
        ("int i = 2; do { A[i] = 1; i += 2; } while (i <= 6);", "for (int i = 2; i <= 6; i += 2) A[i] = 1;"),
        ("int i; for (i = 3; i < 8;) { A[i] = 1; i++; }", None),
        ("int i = 3; for (; i < 8; ++i) A[i] = 1;", "for (int i = 3; i < 8; i++) A[i] = 1;"),
        ("int i = 0; while (i < 8) { if (A[i] > 0) continue; A[i] = 1; i++; }", None),
        ("int i = 0; while (i < 8) { i++; A[i] = 1; }", "for (int i = 0; i < 8; i++) A[i + 1] = 1;"),
        ("int i = 0; while (i < 8) { i++; A[i] = 1; i++; }", None),
        ("int i = 0; while (i++ < 8) A[i] = 1;", None),
        ("int i = 0, n = 8; while (n--) A[i++] = 1;", "int i = 0; for (int n = 8; n > 0; n--) A[8 - n] = 1;"),
        ("int i = 0; for (int n = 8; n-- > 0; ) A[i++] = 1;", "for (int n = 8; n > 0; n--) A[8 - n] = 1;"),
        ("int n = 8; while (n--) A[n] = 1;", None),
        ("for (int n = 8; n--; ) A[n] = 1;", None),
        ("int i = 0; while (A[i] > 0) { A[i] = 1; i++; }", None),
        ("for (int n = 0; n < 3; n++) { int i = n; do { A[i] = 1; i++; } while (i < 2); }", None),
    ],
)
def test_loops_that_step_at_their_end(loop, plain):
    head = "void f(float A[99]) {"
    found = read_c(f"{head} {loop} }}", function="f")[0]
    if plain is None:
        assert "..." in str(found)
    else:
        assert found.body == read_c(f"{head} {plain} }}")[0].body
