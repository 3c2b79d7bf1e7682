"""Forms of C that programs are written in, each raised to the program that it is, counted one by one, or refused."""

from itertools import product

import pytest
from c_kernels import findings, read
from nest_checks import long_extents
from nest_semantics import visits

from weft.frontends.c import read_c
from weft.frontends.python import read_python
from weft.frontends.sizes import Sizes
from weft.ir import Statement
from weft.passes import raise_nest


def raised(text, **sizes):
    """What the one statement of a text raises to."""
    (found,) = raise_nest(read(text, **sizes))
    assert found.workload is not None, found.diagnostics
    return found


def counted(text, **sizes):
    """The executions of the statement that multiplies, and the numbers of elements that it touches by array."""
    ((loops, statement),) = [item for item in read(text, **sizes).statements() if isinstance(item[1], Statement)]
    accesses = [statement.target, *(item for item in statement.reads if item.subscripts)]
    values = [axis for access in accesses for axis in access.subscripts]
    points = [point for _, _, point in visits(loops, values)]
    elements, start = {}, 0
    for access in accesses:
        end = start + len(access.subscripts)
        elements[access.array] = len({point[start:end] for point in points})
        start = end
    return len(points), elements


def check_counts(text, **sizes):
    """The raised program has as many points and elements as the text."""
    found, (points, elements) = raised(text, **sizes), counted(text, **sizes)
    workload = found.workload
    assert workload.macs == points
    assert sorted(map(workload.footprint, workload.tensors)) == sorted(elements.values())
    return found


MEMBERS = """
typedef struct {{ int M, K; }} dims;
typedef struct {{ dims in; }} nested;
void f(dims d, const dims *p, nested q, float A[8][6], float B[6], float C[8]) {{
  {before}
  for (int i = 0; i < {rows}; i++)
    for (int k = 0; k < {terms}; k++)
      C[i] += A[i][k] * B[k];
}}
"""


@pytest.mark.parametrize(
    ("before", "rows", "terms", "sizes"),
    [
        ("", "d.M", "d.K", {"d.M": 8, "d.K": 6}),
        ("", "p->M", "(*p).K", {"p.M": 8, "p.K": 6}),
        ("const int M = p->M;", "M", "q.in.K", {"p.M": 8, "q.in.K": 6}),
    ],
)
def test_members_of_structures_are_sizes(before, rows, terms, sizes):
    found = check_counts(MEMBERS.format(before=before, rows=rows, terms=terms), **sizes)
    assert (found.kind, long_extents(found)) == ("GEMM", {"M": 8, "K": 6})


@pytest.mark.parametrize("before", ["d.M = 4;", "d = q.in;", "grow(&d);", "dims *e = &d;", "d.M++;"])
def test_members_that_may_change_are_no_sizes(before):
    found = findings(MEMBERS.format(before=before, rows="d.M", terms="6"), **{"d.M": 8})
    assert "6:23-3 W402: bound of 'i' reads data: 'd.M'" in found


VECTORS = """void f(std::vector<float>& A, std::vector<float>& x) {{
  {before} for (int i = 0; i < A.size(); i++) {body}
}}"""


@pytest.mark.parametrize(
    ("before", "body"),
    [
        ("", "A[i] += x[i];"),
        ("float *p = A.data();", "p[i] += x[i];"),
        ("float *p; p = A.data();", "p[i] += A[0] * x[i];"),
    ],
)
def test_a_vector_keeps_its_size_when_elements_are_set(before, body):
    (found,) = read_c(VECTORS.format(before=before, body=body), "k.cpp", Sizes({"A.size": 8}))
    assert "for i in range(8):" in str(found)


@pytest.mark.parametrize("before", ["A = x;", "grow(A);", "grow(&A);"])
def test_a_vector_that_may_change_has_no_size(before):
    (found,) = read_c(VECTORS.format(before=before, body="A[i] += x[i];"), "k.cpp", Sizes({"A.size": 8}))
    notes = [note for _, item in found.statements() for note in getattr(item, "diagnostics", ())]
    assert any(note.code == "W402" and "'A.size'" in note.message for note in notes)


def test_a_structure_that_is_set_as_an_element_has_no_sizes():
    body = "p[0] = q; for (int i = 0; i < p->M; i++) A[i] = A[i] * 2;"
    text = f"typedef struct {{ int M; }} dims; void f(dims *p, dims q, float A[8]) {{ {body} }}"
    found = findings(text, **{"p.M": 8})
    assert any("W402" in note and "'p->M'" in note for note in found), found


def test_members_of_one_name_have_the_types_of_their_structures():
    types = "typedef struct { float scale; } P; typedef struct { int scale; P in; } Q; struct R { double scale; };"
    body = "for (int i = 0; i < 8; i++) A[i] = p.scale + q->scale + q->in.scale + r.scale;"
    found = read(f"{types} void f(P p, Q *q, struct R r, float A[8]) {{ {body} }}")
    assert {item.name: item.element for item in found.arrays} == {
        **{"A": "f32", "p_scale": "f32", "q_scale": "i32", "q_in_scale": "f32", "r_scale": "f64"},
    }


FLAT_CONV = """
void conv(float *I, float *F, float *O, int K, int C, int H, int W, int R, int S) {
  int OH = H - R + 1, OW = W - S + 1;
  for (int k = 0; k < K; k++)
    for (int y = 0; y < OH; y++)
      for (int x = 0; x < OW; x++)
        for (int c = 0; c < C; c++)
          for (int r = 0; r < R; r++)
            for (int s = 0; s < S; s++)
              O[(k*OH + y)*OW + x] += I[(c*H + y + r)*W + x + s] * F[((k*C + c)*R + r)*S + s];
}
"""


TAPS = """
void conv(float I[40], float F[5], float O[8]) {{
  int p, x;
  for (x = 0, p = 0; x < 8; x++, p += 2) {{
    for ({header})
      O[x] += I[i] * F[r];
  }}
}}
"""


@pytest.mark.parametrize(
    "header",
    [
        "int i = p, r = 0; i < p + 5; i++, r++",
        "int i = p, r = 0; r < 5; i++, r++",
        "int r = 0, i = p; i < p + 5 && r < 7; r += 1, i = i + 1",
        "int i = p, t = 0, r = 0; t < 10; i++, t += 2, r++",
    ],
)
def test_iterators_that_a_loop_steps_together(header):
    found = check_counts(TAPS.format(header=header))
    assert (found.kind, long_extents(found)) == ("CONV", {"X'": 8, "S": 5})


@pytest.mark.parametrize(
    ("body", "finding"),
    [
        ("for (int i = 0, p = 0; i < 4; i++, p++) p = 2;", "2:31-8 W411: iterator 'p' is changed in its loop"),
        (
            "int p = 0; for (int i = 0; i < 4; i++) for (int j = 0; j < 4; j++, p++) A[p] = 0;",
            "2:68-3 W402: start of 'p' uses a value that is not known here: 'p++'",
        ),
        ("for (int i = 0; i < 4; i++, A[0]++) A[i] = 0;", "2:29-6 W411: step that is not like i++ or i += 4: 'A[0]++'"),
    ],
)
def test_iterators_that_do_more_are_refused(body, finding):
    assert finding in findings(f"void f(float A[16]) {{\n{body}\n}}")


SCALED_C = """
void f(signed char A[8][6], signed char B[6][7], int C[8][7], int scale, int shift) {{
  for (int i = 0; i < 8; i++)
    for (int j = 0; j < 7; j++) {{
      int acc = 0;
      for (int k = 0; k < 6; k++) acc += A[i][k] * B[k][j];
      acc {0};
      C[i][j] = acc;
    }}
}}"""
SCALED_PYTHON = """
def f(A: "i8[8, 6]", B: "i8[6, 7]", C: "i32[8, 7]", scale: "i32", shift: "i32"):
    for i in range(8):
        for j in range(7):
            acc = 0
            for k in range(6):
                acc += A[i, k] * B[k, j]
            acc {0}
            C[i, j] = acc
"""


@pytest.mark.parametrize(("reader", "text"), [(read_c, SCALED_C), (read_python, SCALED_PYTHON)])
@pytest.mark.parametrize(
    ("update", "value", "operations"),
    [
        ("= (acc * scale) >> shift", "right_shift(acc2 * scale, shift)", {"mul": 1, "right_shift": 1}),
        (">>= shift", "right_shift(acc2, shift)", {"right_shift": 1}),
        ("= acc & 255", "bitwise_and(acc2, 255)", {"bitwise_and": 1}),
        ("|= 1", "bitwise_or(acc2, 1)", {"bitwise_or": 1}),
        ("^= scale", "bitwise_xor(acc2, scale)", {"bitwise_xor": 1}),
    ],
)
def test_a_sum_that_is_scaled_and_shifted_is_raised_with_that_behind_it(reader, text, update, value, operations):
    product, found = raise_nest(reader(text.format(update))[0])
    assert (product.kind, product.workload.statement, product.workload.macs) == ("GEMM", None, 336)
    assert str(found.workload.statement) == f"acc = {value}"
    assert found.workload.operations == operations
    assert (found.workload.extents, found.workload.macs) == ({"I": 8, "J": 7}, 0)
    left_out = [item.message for item in product.diagnostics if item.code == "W410"]
    assert left_out == [
        "'acc[i, j] = 0' is not raised: it reads no element of an array",
        "'C[i, j] = acc[i, j]' is not raised: it copies into or out of a local array",
    ]


def test_flattened_axes_with_loops_of_one_iteration():
    for k, c, h, w, r, s in product((1, 3), (1, 2), (3, 5), (3, 4), (1, 3), (1, 3)):
        check_counts(FLAT_CONV, K=k, C=c, H=h, W=w, R=r, S=s)
    found = raised(FLAT_CONV, K=4, C=3, H=8, W=3, R=3, S=3)
    assert (found.kind, found.workload.macs) == ("CONV", 648)
