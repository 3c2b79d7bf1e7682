"""Pointers that step and integers that count along are the places and the numbers that they come to."""

import pytest
from hypothesis import strategies as st
from nest_checks import generated
from test_c_frontend_errors import findings
from test_c_pointers import body_of, written

from weft.frontends.c import read_c


@pytest.mark.parametrize(
    ("before", "outer", "inner", "after", "plain"),
    [
        ("const float *p = B;", "", "C[i] += *p++;", "", "C[i] += B[6 * i + k];"),
        ("const float *p = B;", "", "C[i] += p[k];", "p += 6;", "C[i] += B[6 * i + k];"),
        ("const float *p = B;", "", "C[i] += *p; ++p;", "p = p - 5;", "C[i] += B[i + k];"),
        ("const float *p = B;", "", "C[i] += *++p;", "p--;", "C[i] += B[5 * i + k + 1];"),
        ("", "const float *p = B + i;", "C[i] += *p, p += 8;", "", "C[i] += B[8 * k + i];"),
        ("const float *p = B + 3;", "p = B + 6 * i;", "C[i] += *p++;", "", "C[i] += B[6 * i + k];"),
        ("float *c = C; float *p = B;", "", "*c += *p++ * *q;", "c++;", "C[i] += B[6 * i + k] * *q;"),
        ("float (*a)[6] = A;", "", "C[i] += (*a)[k];", "a++;", "C[i] += A[i][k];"),
        ("int at = 0;", "", "C[i] += B[at++];", "", "C[i] += B[6 * i + k];"),
        ("int at = 2;", "", "at += 3; C[i] += B[at];", "at -= 18;", "C[i] += B[3 * k + 5];"),
        ("int at = 0;", "int from = 6 * i;", "C[i] += B[from]; from = from + 1;", "", "C[i] += B[6 * i + k];"),
        ("const float *p = B + 1;", "", "C[i] += *p++;", "p = B + 1;", "C[i] += B[k + 1];"),
        ("int at = 2;", "", "C[i] += B[at++];", "at = 2;", "C[i] += B[k + 2];"),
        ("float *s = B;", "", "C[i] += s[k];", "for (int z = 0; z < 3; z++) s += 2;", "C[i] += B[6 * i + k];"),
        ("float *s = B;", "", "C[i] += s[k];", "int z = 3; do { s++; z--; } while (z > 0);", "C[i] += B[3 * i + k];"),
    ],
)
def test_what_steps_is_at_the_place_that_it_comes_to(before, outer, inner, after, plain):
    text = written(outer, inner, before)
    text = text.removesuffix("}}\n}") + "}" + after + "}}"
    assert body_of(text) == body_of(written("", plain))


@pytest.mark.parametrize(
    ("stepped", "plain"),
    [
        ("for (const float *p = B; p < B + 48; p++) *C += *p;", "for (int p_2 = 0; p_2 < 48; p_2++) *C += B[p_2];"),
        (
            "const float *e = &B[48], *p = B; while (p != e) *C += *p++;",
            "for (int p_2 = 0; p_2 < 48; p_2++) *C += B[p_2];",
        ),
        ("for (float *p = B; p != B + 48; p += 6) *C += *p;", "for (int p_2 = 0; p_2 < 48; p_2 += 6) *C += B[p_2];"),
        ("for (int k = 0; k < 6; k++, q++) *C += *q;", "for (int k = 0; k < 6; k++) *C += q[k];"),
        ("int m = 0; do { *C += B[m++]; } while (m < 6);", "for (int m = 0; m < 6; m++) *C += B[m];"),
    ],
)
def test_a_pointer_may_be_what_a_loop_counts(stepped, plain):
    head = "void f(float B[48], float C[8], const float *q) {\n"
    assert body_of(head + stepped + "}") == body_of(head + plain + "}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # What other iterations of a parallel loop step too, what several threads would step, an end somewhere else.
        ("#pragma omp parallel for\nfor (int k = 0; k < 6; k++) *C += *q++;", "share 'q', which they all change"),
        ("for (const float *p = q; p < B + 48; p++) *C += *p;", "bound of 'p' reads data"),
        (
            "for (int k = 0; k < n; k++) *C += *q++; for (int k = 0; k < 6; k++) *C += q[k];",
            "subscript of 'q' uses a value that is not known here",
        ),
    ],
)
def test_steps_that_no_place_says_are_refused(text, expected):
    found = findings("void f(int n, float B[48], float C[8], const float *q) {\n" + text + "}")
    assert any(expected in item for item in found), found


UNKNOWN = "a value that is not known here"
CONSTANT = "is no constant"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # What iterations have of the iterator and of what goes with it, not what these were before the loop.
        ("int i = 0, at = 0; for (i = 0; i < 8; i++) { C[i] = B[at]; at += i; }", UNKNOWN),
        (
            "int i = 0, at = 0; for (i = 0; i < 8; i++) { for (int k = 0; k < 6; k++) C[i] += B[at++]; at = i * 6; }",
            UNKNOWN,
        ),
        ("int i = 3, k, at = 0; for (i = 0; i < 8; i++) { C[i] = B[at]; for (k = 0; k < i; k++) at++; }", UNKNOWN),
        ("int m, at = 0; for (int i = 0, m = 2; i < 4; i++, m++) { C[i] = B[at]; at += m; }", UNKNOWN),
        ("int i = 2; const float *p = B; for (i = 0; i < 8; i++) { C[i] = *p; p += i; }", UNKNOWN),
        # Steps by what the loop changes.
        ("int i = 0, s = 2; while (i < 8) { C[i] = B[i]; i += s; s = 4; }", CONSTANT),
        ("int i, s; for (i = 0, s = 1; i < 8; i += s, s++) C[i] = B[i];", CONSTANT),
        ("int s = 1; for (int i = 0; i < 8; i += s) { C[i] = B[i]; s = 3; }", CONSTANT),
        ("int s = 1; for (int i = 0; i < 8; i = s + i) { C[i] = B[i]; s++; }", CONSTANT),
        # Numbers that come around.
        ("unsigned char at = 0; for (int i = 0; i < 8; i++) for (int k = 0; k < 64; k++) C[i] += B[at++];", "'at++'"),
    ],
)
def test_steps_that_differ_between_iterations_are_refused(text, expected):
    found = findings("void f(float B[480], float C[8]) {\n" + text + "}")
    assert any(expected in item for item in found), found


STEPS = st.integers(-3, 5)


def check_steps(steps):
    inner, outer, first, header = steps
    step = f", p += {header}" if header else ""
    text = f"""void f(float B[900], float C[8]) {{
      const float *p = B + 300;
      for (int i = 0; i < 8; i++) {{
        p += {first};
        for (int k = 0; k < 6; k++{step}) {{ C[i] += *p; p += {inner}; }}
        p = p + {outer};
      }}
    }}"""
    row, start = first + outer + 6 * (inner + header), 300 + first
    plain = f"""void f(float B[900], float C[8]) {{
      for (int i = 0; i < 8; i++)
        for (int k = 0; k < 6; k++) C[i] += B[{start} + {row} * i + {inner + header} * k];
    }}"""
    assert read_c(text)[0].body == read_c(plain)[0].body


def test_any_constant_steps_give_the_place_that_they_sum_to():
    generated(check_steps, st.tuples(STEPS, STEPS, STEPS, STEPS), 0, 60)
