"""Pointers of C: a row or an element that a pointer points to is read as the place in the array itself."""

import pytest
from hypothesis import strategies as st
from nest_checks import generated
from test_c_frontend_errors import findings

from weft.frontends.c import read_c
from weft.passes import raise_nest

HEAD = "void f(int n, float A[8][6], float B[48], float T[4][8][6], float C[8], const float *q, int I[8]) {\n"
LOOPS = "for (int i = 0; i < 8; i++) {{\n{outer}\nfor (int k = 0; k < 6; k++) {{\n{inner}\n}}}}\n"


def body_of(text):
    (nest,) = read_c(text)
    return nest.body


def written(outer, inner, before=""):
    return HEAD + before + LOOPS.format(outer=outer, inner=inner) + "}"


@pytest.mark.parametrize(
    ("outer", "inner", "plain"),
    [
        ("const float *a = B + i * 6;", "C[i] += a[k];", "C[i] += B[i * 6 + k];"),
        ("const float *a = &B[i * 6];", "C[i] += *(a + k);", "C[i] += B[i * 6 + k];"),
        ("const float *a = 6 * i + B;", "C[i] += *(k + a);", "C[i] += B[i * 6 + k];"),
        ("const float *a = B + 48 - 6 * (i + 1);", "C[i] += a[k];", "C[i] += B[42 - 6 * i + k];"),
        ("float *c = &C[i];", "*c += B[i * 6 + k];", "C[i] += B[i * 6 + k];"),
        ("float *a = A[i];", "C[i] += a[k];", "C[i] += A[i][k];"),
        ("float *a = &A[i][0], *b = a + 1;", "C[i] += b[k - 1];", "C[i] += A[i][k];"),
        ("float *a = *(A + i);", "C[i] += a[k];", "C[i] += A[i][k];"),
        ("float (*a)[6] = A + i;", "C[i] += (*a)[k] + a[0][k];", "C[i] += A[i][k] + A[i][k];"),
        ("float (*t)[6] = T[2];", "C[i] += t[i][k];", "C[i] += T[2][i][k];"),
        ("float (*t)[6] = T[2]; float *a = t[i];", "C[i] += a[k];", "C[i] += T[2][i][k];"),
        ("float (*t)[8][6] = T + 1;", "C[i] += t[1][i][k];", "C[i] += T[2][i][k];"),
        ("const float *a = (const float *)(B + 6 * i);", "C[i] += a[k];", "C[i] += B[i * 6 + k];"),
        ("float *a; a = A[i];", "C[i] += a[k];", "C[i] += A[i][k];"),
        ("float *a = A[0]; a = A[i];", "C[i] += a[k];", "C[i] += A[i][k];"),
        ("int o = 6 * i; float *a = B + o; o = 0;", "C[i] += a[k];", "C[i] += B[i * 6 + k];"),
        ("float *a = B;", "float *b = a + 6 * i; C[i] += b[k];", "C[i] += B[i * 6 + k];"),
        ("", "C[i] += *(*(A + i) + k);", "C[i] += A[i][k];"),
        ("", "C[i] += (*(A + i))[k] * *q;", "C[i] += A[i][k] * q[0];"),
    ],
)
def test_a_pointer_is_the_place_that_it_points_to(outer, inner, plain):
    assert body_of(written(outer, inner)) == body_of(written("", plain))


@pytest.mark.parametrize(
    ("before", "outer", "inner", "expected"),
    [
        # Set to another array in some iterations, or in a way that is not followed.
        ("float *p = B;\n", "if (C[i] > 0) p = A[i];", "C[i] += p[k];", "'p' points to what is not known here"),
        ("float *p = B;\n", "", "C[i] += p[k]; p = C;", "'p' points to what is not known here"),
        (
            "float *p = B, *s = C;\n",
            "",
            "s[k] += p[k]; float *x = p; p = s; s = x;",
            "points to what is not known here",
        ),
        ("float *p = B;\n", "", "if (C[i] > 0) p++; C[i] += *p;", "'p' is stepped under a condition"),
        ("float *p = B;\n", "", "C[i] += k > 2 ? *p++ : 0;", "'p' is stepped under a condition"),
        ("float *p = B;\n", "", "if (C[k] > 0) continue; C[i] += *p++;", "'p' is stepped under a condition"),
        ("float *p = B;\n", "", "C[i] += *p++ * *p++;", "'p' is a pointer that does not stay at one array"),
        ("float *p = B;\n", "C[i] += *p++;", "p = B + 1;", "'p' points to what is not known here"),
        ("float *p = B;\n", "p += i;", "C[i] += p[k];", "'p' is changed outside of the header of its loop"),
        ("float *p = B;\n", "p += I[i];", "C[i] += p[k];", "subscript of 'B' uses a value that is not known here"),
        ("float *p = B;\n", "next(&p);", "C[i] += p[k];", "'p' points to what is not known here"),
        ("", "float *p = i % 2 ? B : C;", "C[i] += p[k];", "'p' is a pointer to what is no element of an array"),
        ("", "float *p = row(i);", "C[i] += p[k];", "'p' is a pointer to what is no element of an array"),
        ("", "float *p = B + I[i];", "C[i] += p[k];", "subscript of 'B' reads data: 'I[i]'"),
        ("", "float *p = B + i * i;", "C[i] += p[k];", "subscript of 'B' multiplies iterators"),
        # The same memory as of another type or shape.
        ("", "float *p = (float *)A;", "C[i] += p[k];", "'p' is a pointer to what is no element of an array"),
        ("", "float (*p)[3] = A;", "C[i] += p[0][k];", "'p' views 'A' as of another type"),
        ("", "double *p = B;", "C[i] += p[k];", "'p' views 'B' as of another type"),
        ("", "float *p = malloc(6 * sizeof(float)); p = B;", "C[i] += p[k];", "does not stay at one array"),
        ("", "float *p;", "C[i] += p[k]; p = B;", "'p' points to what is not known here"),
    ],
)
def test_what_a_pointer_may_not_stand_for(before, outer, inner, expected):
    found = findings(written(outer, inner, before))
    assert any(expected in item for item in found), found
    (nest,) = read_c(written(outer, inner, before))
    assert all(item.workload is None for item in raise_nest(nest))


def test_a_row_that_is_the_output_itself_is_seen():
    """Through a pointer, iterations read what others write."""
    text = written("float *c = C - 1;", "C[i] += c[i] * B[k];").replace("int i = 0", "int i = 1")
    (found,) = raise_nest(read_c(text)[0])
    assert [item.code for item in found.diagnostics] == ["W406"]


@st.composite
def rows(draw):
    """A nest on a flat array through pointers that are set at several depths, and without them."""
    steps = draw(st.lists(st.integers(-3, 40), min_size=2, max_size=4))
    start = draw(st.integers(0, 20))
    plain = " + ".join(f"{step} * i{number}" for number, step in enumerate(steps))
    left, lines, pointer = dict(enumerate(steps)), [], "B"

    def some(inside):
        taken = [number for number in left if number <= inside and draw(st.booleans())]
        return " + ".join(["0", *(f"i{number} * {left.pop(number)}" for number in taken)])

    for number in range(len(steps)):
        lines.append(f"for (int i{number} = 0; i{number} < 3; i{number}++) {{")
        if draw(st.booleans()):
            form = draw(st.sampled_from(["{p} + ({e})", "&{p}[{e}]", "({e}) + {p}", "&*({p} + ({e}))"]))
            lines.append(f"const float *p{number} = {form.format(p=pointer, e=some(number))};")
            pointer = f"p{number}"
    rest = " + ".join([str(start), *(f"i{number} * {step}" for number, step in left.items())])
    access = draw(st.sampled_from(["{p}[{e}]", "*({p} + ({e}))", "*({e} + {p})", "(&{p}[0])[{e}]"]))
    ends = "}" * (len(steps) + 1)
    head, loops = "void f(float B[999], float C[1]) {", [line for line in lines if line.startswith("for")]
    through = "\n".join([head, *lines, f"C[0] += {access.format(p=pointer, e=rest)};", ends])
    return through, "\n".join([head, *loops, f"C[0] += B[{start} + {plain}];", ends])


def check_rows(drawn):
    through, plain = drawn
    assert body_of(through) == body_of(plain), through


def test_pointers_that_are_set_at_any_depth():
    generated(check_rows, rows(), 0, 100)
