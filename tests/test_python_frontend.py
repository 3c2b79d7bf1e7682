"""Functions in Python become loop nests, whose parts know their places."""

import inspect
import math

import pytest
from python_kernels import findings, kernel, lines, read, refused

from weft.frontends.python import read_python
from weft.frontends.sizes import Sizes
from weft.ir import Access, Affine, Array, Compute, Literal, LoopKind, Placement

# --- loops ---------------------------------------------------------------------------------------------------------


def test_a_matrix_product_is_loops_around_one_reduction():
    text = """
def gemm(A: "f64[8, 4]", B: "f64[4, 6]", C: "f64[8, 6]"):
    for i in range(8):
        for j in range(6):
            for k in range(4):
                C[i, j] += A[i, k] * B[k, j]
"""
    nest = read(text)
    assert str(nest) == text.strip()
    assert nest.array("B") == Array("B", (4, 6))
    ((loops, statement),) = nest.statements()
    assert [loop.iterator for loop in loops] == ["i", "j", "k"]
    assert statement.reduction == "+"
    i, j, k = (Affine.of(name) for name in "ijk")
    assert statement.target == Access("C", (i, j))
    assert statement.reads == (Access("A", (i, k)), Access("B", (k, j)))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("range(n)", "range(8)"),
        ("range(1, n - 1)", "range(1, 7)"),
        ("range(0, n, 2)", "range(0, 8, 2)"),
        ("range(n - 1, -1, -1)", "range(7, -1, -1)"),
        ("range(max(0, 2), min(n, 4))", "range(max(0, 2), min(8, 4))"),
        ("range(0, min(n, min(5, 6)))", "range(min(8, 5, 6))"),
        ("range(min(n, 9), max(0, 1), -2)", "range(min(8, 9), max(0, 1), -2)"),
        ("range(2**3 * 2 // 3 % 4, 1 << 4)", "range(1, 16)"),
        ("parallel(n)", "parallel(8)"),
        ("weft.parallel(n, units=4, memory='L1')", 'parallel(8, units=4, memory="L1")'),
        ("parallel(0, n, 2, units=n)", "parallel(0, 8, 2, units=8)"),
        ("w.parallel(n, units=8)", "parallel(8)"),
        ("chunk(n)", "chunk(8)"),
        ("par(n)", "parallel(8)"),
        ("numba.prange(n)", "parallel(8)"),
        ("prange(2, n)", "parallel(2, 8)"),
    ],
)
def test_headers(header, expected):
    text = f"from weft import parallel as par\ndef f(A, n):\n    for i in {header}:\n        A[i] = 0\n"
    assert read(text, n=8).body[0].header == f"for i in {expected}:"


def test_the_kinds_of_loops():
    nest = kernel("for i in parallel(2):\n  for j in chunk(2):\n    for k in range(2):\n      A[i, j, k] = 0")
    ((loops, _),) = nest.statements()
    assert [loop.kind for loop in loops] == [LoopKind.PARALLEL, LoopKind.CHUNK, LoopKind.SEQUENTIAL]


def test_loops_over_several_ranges_at_once():
    expected = ["for i in range(4):", "for j in range(1, 6):", "A[i, j] = 0"]
    assert lines("for i, j in product(range(n), range(1, m)):\n  A[i, j] = 0", n=4, m=6) == expected
    expected = ["for i in range(4):", "for j in range(6):", "A[i, j] = 0"]
    assert lines("for i, j in np.ndindex(n, m):\n  A[i, j] = 0", n=4, m=6) == expected
    assert lines("for i, j in np.ndindex((n, m)):\n  A[i, j] = 0", n=4, m=6) == expected
    assert lines("for i, j in np.ndindex(A.shape):\n  A[i, j] = 0", shapes={"A": (4, 6)}) == expected


def test_a_loop_that_does_nothing_is_a_loop():
    expected = ["for i in range(4):", "for j in range(i):", "pass"]
    assert lines("for i in range(4):\n  y = i\n  for j in range(y):\n    pass") == expected


# --- sizes and arrays ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sizes", "expected"),
    [
        ("def f(A, n):\n  for i in range(n): A[i] = 0", {"n": 5}, 5),
        ("def f(A, n=7):\n  for i in range(n): A[i] = 0", {}, 7),
        ("def f(A, n=7):\n  for i in range(n): A[i] = 0", {"n": 5}, 5),
        ("def f(A, *, n=7):\n  for i in range(n): A[i] = 0", {}, 7),
        ("N = 4\ndef f(A, n=N * 2):\n  for i in range(n): A[i] = 0", {}, 8),
        ("N = 4\ndef f(A, N=N):\n  for i in range(N): A[i] = 0", {}, 4),
        ("N = 4\nM: int = N * 2 + 1\ndef f(A):\n  for i in range(M): A[i] = 0", {}, 9),
        ("N = 4\nM = N * 2 + 1\ndef f(A):\n  for i in range(M): A[i] = 0", {"N": 5}, 11),
        ("N, M = 4, 5\nN = N + 1\ndef f(A):\n  for i in range(N): A[i] = 0", {}, 5),
        ("def f(A, n):\n  m = n // 2\n  for i in range(m): A[i] = 0", {"n": 9}, 4),
        ("def f(A, n):\n  n += 1\n  m, k = n, 3\n  for i in range(m): A[i] = 0", {"n": 9}, 10),
        ('def f(A: "f64[6, K]", K):\n  for i in range(A.shape[1]): A[i, 0] = 0', {"K": 3}, 3),
        ('def f(A: "f64[6, K]"):\n  K, M = A.shape\n  for i in range(M): A[i, 0] = 0', {"K": 3}, 3),
        ('K = 5\ndef f(A: "f64[6, K]"):\n  for i in range(len(A) + A.shape[-1]): A[i, 0] = 0', {}, 11),
        ('def f(A: "f64[6, 5, 4]"):\n  for i in range(len(A[0]) + len(A[1][2])): A[0][i][0] = 0', {}, 9),
        ("def f(A):\n  for i in range(A.shape[0]): A[i] = 0", {"A.shape[0]": 3}, 3),
        ("def f(A):\n  n, m = A.shape\n  for i in range(n): A[i] = 0", {"A.shape[0]": 3}, 3),
        ("from sizes import K\ndef f(A):\n  for i in range(K + N): A[i] = 0", {"K": 3, "N": 4}, 7),
        ("def f(A):\n  T = np.zeros((4, 3))\n  for i in range(T.shape[1]): T[0, i] = 0", {}, 3),
    ],
)
def test_where_a_size_comes_from(text, sizes, expected):
    ((loops, _),) = read(text, **sizes).statements()
    assert loops[0].upper == (Affine.of(expected),)


def test_a_given_shape_wins_over_the_annotation():
    text = 'def f(A: "f32[4]"):\n  for i in range(len(A)): A[i] = 0'
    nest = read(text, shapes={"A": (9,)})
    assert nest.arrays == (Array("A", (9,), "f32"),)
    assert nest.body[0].upper == (Affine.of(9),)


def test_a_missing_size_is_asked_for_by_name():
    code, source, text = refused("for i in range(n): A[i] = 0")
    assert (code, source) == ("W005", "n")
    assert "--sizes n=64" in text
    assert refused("for i in range(A.shape[1]): A[0, i] = 0")[2].startswith("size 'A.shape[1]' is not bound")
    (finding,) = findings(read('def f(A: "f64[4, K]"):\n  A[0, 0] = 1'))
    assert (finding.code, str(finding.span)) == ("W005", "<string>:1:10")


def test_a_shape_with_anything_but_numbers_and_names_is_refused():
    (finding,) = findings(read(f"def f(A: 'f64[4, {'a' * 200}+1]'):\n  A[0, 0] = 1"))
    assert (finding.code, str(finding.span)) == ("W411", "<string>:1:10")


def test_only_sizes_that_matter_are_asked_for():
    sizes = Sizes({"n": 4, "unused": 1, "X": 3})
    read_python("X = 5\ndef f(A, n):\n  K, M = A.shape\n  for i in range(n): A[i, 0] = 0", sizes=sizes)
    assert [item.message for item in sizes.unused()] == ["no size 'unused'", "no size 'X'"]


def test_every_missing_size_is_told_at_once():
    body = "for i in range(n):\n  for j in range(m):\n    A[i*j] = B[k]"
    assert [item.code for item in findings(kernel(body))] == ["W005", "W005", "W401", "W002"]


def test_what_a_parameter_is_depends_on_its_use():
    body = "for i in range(n):\n  A[i] = alpha * A[i] / m + x\nassert k > 0\nfor j in range(m):\n  pass"
    nest = kernel(body, "A, alpha, n, m, x: 'f32[]', k, o=1", n=4, m=5)
    assert nest.arrays == (Array("A"), Array("alpha", ()), Array("x", (), "f32"), Array("k"))
    assert "A[i] = ((alpha * A[i]) / 5) + x" in str(nest)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('local("f16[8, n]")', Array("T", (8, 4), "f16", local=True)),
        ('weft.local("f64[]")', Array("T", (), local=True)),
        ("np.zeros((n, 3))", Array("T", (4, 3), local=True)),
        ("numpy.ones(n * 2, dtype=np.float32)", Array("T", (8,), "f32", local=True)),
        ("np.empty([n], 'int8')", Array("T", (4,), "i8", local=True)),
        ("np.empty(A.shape, dtype=A.dtype)", Array("T", (2, 3), "bf16", local=True)),
        ("np.zeros_like(A)", Array("T", (2, 3), "bf16", local=True)),
        ("np.empty_like(A, dtype=bool)", Array("T", (2, 3), "i1", local=True)),
    ],
)
def test_arrays_that_the_function_makes(source, expected):
    nest = kernel(f"T = {source}", "A: 'bf16[2, 3]', n", n=4)
    assert nest.array("T") == expected
    assert nest.body == ()


def test_an_array_that_is_returned_is_seen_outside():
    nest = kernel("T = np.zeros(3)\nU = np.zeros(3)\ns = 0.5\nreturn U, s", "A")
    assert nest.arrays == (Array("A"), Array("U", (3,)), Array("s", ()), Array("T", (3,), local=True))


def test_placements():
    nest = kernel('"""What it does."""\nhold("L1", "input")\nw.hold("L2", "input", "weight")\nhold("L3")')
    assert nest.placements == (Placement("L1", ("input",)), Placement("L2", ("input", "weight")), Placement("L3", ()))
    assert nest.body == ()


# --- statements ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("A[i] += B[i] + 1", "A[i] += B[i] + 1"),
        ("A[i] = A[i] + B[i]", "A[i] += B[i]"),
        ("A[i] = B[i] + A[i]", "A[i] += B[i]"),
        ("A[i] = A[i] + B[i] - 2", "A[i] += B[i] - 2"),
        ("A[i] -= B[i]", "A[i] += -B[i]"),
        ("A[i] = A[i] - B[i]", "A[i] += -B[i]"),
        ("A[i] -= 5", "A[i] += -5"),
        ("A[i] = B[i] - A[i]", "A[i] = B[i] - A[i]"),
        ("A[i] *= B[i]", "A[i] *= B[i]"),
        ("A[i] = B[i] * A[i]", "A[i] *= B[i]"),
        ("A[i] = 2 * A[i] * B[i]", "A[i] *= 2 * B[i]"),
        ("A[i] /= 2", "A[i] = A[i] / 2"),
        ("A[i] = max(A[i], B[i])", "A[i] = max(A[i], B[i])"),
        ("A[i] = max(B[i], 0, A[i])", "A[i] = max(A[i], max(B[i], 0))"),
        ("A[i] = np.maximum(A[i], B[i])", "A[i] = max(A[i], B[i])"),
        ("A[i] = math.fmin(B[i], A[i])", "A[i] = min(A[i], B[i])"),
        ("A[i] = max(A[i + 1], B[i])", "A[i] = max(A[i + 1], B[i])"),
        ("A[i] = A[i + 1] + B[i]", "A[i] = A[i + 1] + B[i]"),
        ("A[i] = math.exp(-B[i]) / 2.5", "A[i] = exp(-B[i]) / 2.5"),
        ("A[i] = (B[i] - 1) ** 2", "A[i] = (B[i] - 1) * (B[i] - 1)"),
        ("A[i] = B[i] ** 0.5 + B[i] ** 1", "A[i] = pow(B[i], 0.5) + B[i]"),
        ("A[i] = float(np.float32(B[i]))", "A[i] = convert(B[i])"),
        ("A[i] = -np.inf", "A[i] = -inf"),
        ("A[i] = True", "A[i] = 1"),
        ("A[i] = n // 3 + n", "A[i] = 1 + 4"),
        ("A[i] = len(D) * D.shape[0]", "A[i] = 9 * 9"),
        ("A[i]: float = B[i]", "A[i] = B[i]"),
        ("A[i] = B[i] = 0", ["A[i] = 0", "B[i] = 0"]),
        ("A[i], B[i] = 1, 2", ["A[i] = 1", "B[i] = 2"]),
        ("A[+i, i - (-1)] = 0", "A[i, i + 1] = 0"),
        ("A[i][n - i] = D[-1]", "A[i, -i + 4] = D[8]"),
        ("A[(2*i + 3) // 2, i % 3] = 0", "A[i + 1, -3*(i // 3) + i] = 0"),
        ("A[()] = 0", "A = 0"),
    ],
)
def test_statements(source, expected):
    found = lines(f"for i in range(2):\n  {source}", "A, B, n, D", n=4, shapes={"D": (9,)})
    assert found[1:] == ([expected] if isinstance(expected, str) else expected)


def test_numbers_keep_their_kind():
    ((_, first), (_, second)) = kernel("A[0] = 1\nA[0] = 1.0").statements()
    assert [type(item.value.value) for item in (first, second)] == [int, float]


def test_constants_of_the_file_are_numbers_in_values():
    text = "from math import inf, pi as PI\nALPHA = -1.5\nN = 3\ndef f(A):\n  A[0] = ALPHA * N + PI\n  A[1] = inf"
    ((_, first), (_, second)) = read(text, N=4).statements()
    assert first.value == Compute("+", (Compute("*", (Literal(-1.5), Literal(4))), Literal(math.pi)))
    assert second.value == Literal(math.inf)


def test_docstrings_assertions_and_the_last_return_are_no_statements():
    body = '"""Text."""\nassert n > 0, "why"\npass\nimport math\n# comment\nA[0] = 1\n"more text"\nreturn A'
    assert lines(body) == ["A[0] = 1"]


def test_decorators_and_other_annotations_are_ignored():
    text = "@njit(parallel=True)\ndef f(A: np.ndarray, x: float, B: 'np.ndarray') -> None:\n  A[0] = B[0] + x"
    assert read(text).arrays == (Array("A"), Array("x", ()), Array("B"))


# --- names in the body ---------------------------------------------------------------------------------------------


def test_sums_of_iterators_are_put_where_their_names_are():
    body = """\
for y0 in range(0, n, 4):
    for p in range(min(4, n - y0)):
        y = y0 + p
        z, w = 2 * y, y
        for q in range(y, n):
            A[z + 1, w] = 0
        y = p
        A[y, 0] = 1"""
    assert lines(body, n=10) == [
        "for y0 in range(0, 10, 4):",
        "for p in range(min(4, -y0 + 10)):",
        "for q in range(p + y0, 10):",
        "A[2*p + 2*y0 + 1, p + y0] = 0",
        "A[p, 0] = 1",
    ]


def test_a_running_total_is_a_scalar_from_its_first_value_on():
    body = """\
for i in range(4):
    acc = 0
    for k in range(4):
        acc += A[i, k] * B[k]
    C[i] = acc"""
    nest = kernel(body, "A, B, C")
    assert nest.array("acc") == Array("acc", (), local=True)
    assert [str(item) for _, item in nest.statements()] == ["acc = 0", "acc += A[i, k] * B[k]", "C[i] = acc"]


def test_a_name_that_is_only_a_value_is_a_scalar_in_a_loop_and_a_number_before_it():
    body = "half = n // 2\nfor i in range(n):\n  t = 2\n  x = A[i]\n  A[i] = x * t * half"
    assert lines(body, n=4)[1:] == ["t = 2", "x = A[i]", "A[i] = (x * t) * 2"]


def test_a_subscript_that_is_counted_up_is_data():
    body = "p = 0\nfor i in range(4):\n  A[p] = 1\n  p += 1"
    assert refused(body)[:2] == ("W401", "p")


def test_a_name_means_nothing_after_the_loop_that_set_it():
    assert refused("for i in range(4):\n  y = i\n  A[y] = 0\nA[y] = 1")[:2] == ("W401", "y")
    assert refused("for i in range(4):\n  A[i] = 0\nA[i] = 1")[:2] == ("W401", "i")


def test_a_name_that_the_loop_changes_later_is_not_known_at_its_begin():
    code, source, text = refused("y = 0\nfor i in range(4):\n  A[y] = 0\n  y = i")
    assert (code, source) == ("W401", "y")
    assert "not known here" in text


def test_a_name_is_not_known_after_a_statement_that_cannot_be_read():
    found = findings(kernel("y = 0\nif n:\n  y = 1\nA[y] = 0", n=1))
    assert [item.code for item in found] == ["W403", "W401"]


# --- places ----------------------------------------------------------------------------------------------------------


def test_columns_are_counted_in_characters():
    text = "def f(Ä, B):\n    Ä[0] = 'é'; Ä[B[0]] = 1"
    found = findings(read(text))
    assert [item.span.column for item in found] == [12, 19]
    assert str(found[1]).splitlines()[2].endswith(f"| {' ' * 18}^^^^")


def test_an_access_and_a_loop_know_their_places():
    ((loops, statement),) = kernel("for i in range(4):\n    A[i] = 2 * B[i, i]").statements()
    assert (str(loops[0].span), loops[0].span.length) == ("<string>:2:5", len("for i in range(4)"))
    assert (str(statement.span), statement.span.length) == ("<string>:3:9", len("A[i] = 2 * B[i, i]"))
    assert (str(statement.target.span), statement.target.span.length) == ("<string>:3:9", 4)
    assert (str(statement.reads[0].span), statement.reads[0].span.length) == ("<string>:3:20", 7)


def test_the_source_of_a_live_object_is_read_where_it_stands():
    def scale(A, n):
        """Text
        at the left."""
        for i in range(n):
            A[i * i] *= 2

    source, first = inspect.getsourcelines(scale)
    (nest,) = read_python("".join(source), "file.py", Sizes({"n": 4}), first_line=first)
    (finding,) = findings(nest)
    assert str(finding.span) == f"file.py:{first + 4}:15"
    assert finding.span.text == "            A[i * i] *= 2"
