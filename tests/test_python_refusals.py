"""What is no part of a loop nest in Python is refused at its place, with its reason."""

import pytest
from python_kernels import findings, kernel, read, refused

from weft.ir import Unreadable


@pytest.mark.parametrize(
    ("body", "code", "source", "words"),
    [
        ("A[B[i]] = 0", "W401", "B[i]", "reads data"),
        ("A[i*j] = 0", "W401", "i*j", "multiplies iterators"),
        ("A[i*i] = 0", "W401", "i*i", "multiplies iterators"),
        ("A[i / 2] = 0", "W401", "i / 2", "is not affine"),
        ("A[i // j] = 0", "W401", "i // j", "no positive integer"),
        ("A[i % 0] = 0", "W401", "i % 0", "no positive integer"),
        ("A[f(i)] = 0", "W401", "f(i)", "calls a function"),
        ("A[1.5] = 0", "W401", "1.5", "no integer"),
        ("A[-1] = 0", "W401", "-1", "unknown size"),
        ("A[x] = 0", "W401", "x", "reads data"),
        ("A[i << 40] = 0", "W401", "i << 40", "exponent"),
        ("A[i * 4294967296] = 0", "W010", "4294967296", "2**31-1"),
        ("A[i * 65536 * 65536] = 0", "W010", "i * 65536 * 65536", "2**31-1"),
        ("A[i] = 0x10000000000000000", "W010", "0x10000000000000000", "64 bits"),
        ("A[i, :] = 0", "W411", ":", "write the loop"),
        ("A[i, 1:2] = 0", "W411", "1:2", "write the loop"),
        ("A[...] = 0", "W411", "...", "write the loop"),
        ("D[i] = 0", "W411", "D[i]", "'D' has 2 axes and 1 subscripts"),
        ("A[i] = D", "W411", "D", "'D' has 2 axes and 0 subscripts"),
        ("for k in range(B[i]): A[k] = 0", "W402", "B[i]", "bound of 'k' reads data"),
        ("for k in range(i*j): A[k] = 0", "W402", "i*j", "multiplies"),
        ("for k in range(x): A[k] = 0", "W402", "x", "reads data"),
        ("for k in range(max(i, j)): A[k] = 0", "W402", "max(i, j)", "is no min of expressions"),
        ("for k in range(min(i, 4), 8): A[k] = 0", "W402", "min(i, 4)", "is no max of expressions"),
        ("for k in range(0, 8, 0): A[k] = 0", "W402", "0", "step of 'k' is 0"),
        ("for k in range(0, 8, i): A[k] = 0", "W402", "i", "must be a number"),
        ("for k in range(2.5): A[k] = 0", "W402", "2.5", "no integer"),
        ("for k in range(5000000000): A[k] = 0", "W010", "5000000000", "2**31-1"),
        ("for k in parallel(8, units=0): A[k] = 0", "W010", "units=0", "at least 1"),
        ("for k in parallel(8, unit=2): A[k] = 0", "W002", "unit=2", "did you mean 'units'"),
        ("for k in chunk(8, units=2): A[k] = 0", "W002", "units=2", "only parallel"),
        ("for k in parallel(8, memory=n): A[k] = 0", "W411", "memory=n", "no plain text"),
        ("for k in parallel(8, memory='\"'): A[k] = 0", "W411", "memory='\"'", "no plain text"),
        ("for k in range(): A[0] = 0", "W411", "range()", "1 to 3 arguments"),
        ("for k in A: B[0] = 0", "W411", "A", "range(...)"),
        ("for k, v in enumerate(A): B[k] = 0", "W411", "enumerate(A)", "write for i in range(n)"),
        ("for k, v in range(8): B[k] = 0", "W411", "k, v", "iterator that is no name"),
        ("for k in reversed(range(8)): A[k] = 0", "W411", "reversed(range(8))", "range(n - 1, -1, -1)"),
        ("for i in range(8): A[i] = 0", "W411", "i", "same iterator"),
        ("for B in range(8): A[B] = 0", "W411", "B", "parameter"),
        ("for k in range(8): A[k] = 0\nelse: A[0] = 1", "W411", "A[0] = 1", "else"),
        ("if B[i] > 0: A[i] += 1", "W403", "if B[i] > 0: A[i] += 1", "'B[i] > 0'"),
        ("A[i] += 1 if B[i] else 2", "W403", "1 if B[i] else 2", "condition"),
        ("A[i] = A[i] + B[i] * B[0] if B[i] else A[i]", "W403", "A[i] = A[i] + B[i] * B[0] if B[i] else A[i]", "data"),
        ("A[i] = B[i] and 1", "W403", "B[i] and 1", "condition"),
        ("A[i] = 0 < B[i] < 1", "W411", "0 < B[i] < 1", "form"),
        ("A[i] = not B[i]", "W411", "not B[i]", "form"),
        ("A[i] = (k := 2)", "W411", "k := 2", "form"),
        ("A[i] = sum(B[k] for k in range(3))", "W411", "sum(B[k] for k in range(3))", "write its loops"),
        ("A[i] = [B[k] for k in range(3)]", "W411", "[B[k] for k in range(3)]", "form"),
        ("A[i] = i", "W411", "i", "uses an iterator"),
        ("A[i] = B[i] // 2", "W411", "B[i] // 2", "only sizes"),
        ("A[i] = B[i] @ B[j]", "W411", "B[i] @ B[j]", "write the loops"),
        ("A[i] = B[i] << 1", "W411", "B[i] << 1", "operator that only sizes can have"),
        ("A[i] = 'text'", "W411", "'text'", "form"),
        ("A[i] = f(*B)", "W411", "*B", "form"),
        ("A[i] = print(1)", "W411", "print(1)", "no function of values"),
        ("A[i] = np.zeros(4)", "W411", "np.zeros(4)", "no function of values"),
        ("A[i] = rand()", "W411", "rand()", "no function of values"),
        ("A[i] = B.sum()", "W411", "B.sum()", "no function of values"),
        ("A[i] = alpha", "W002", "alpha", "make it a parameter, or give it a value with --sizes alpha=64"),
        ("for k in range(K): A[k] = 0", "W002", "K", "make it a parameter"),
        ("A[i] = j[0]", "W411", "j", "'j' is no array"),
        ("A[i] = lenght", "W002", "lenght", "did you mean 'length'?"),
        ("A[i] **= 2", "W411", "A[i] **= 2", "none of +="),
        ("A[i], A[j] = A[j], A[i]", "W411", "A[i], A[j] = A[j], A[i]", "one assignment a line"),
        ("a.b = 1", "W411", "a.b", "target"),
        ("i = 3", "W411", "i", "set in its loop"),
        ("print(A[i])", "W411", "print(A[i])", "call as a statement"),
        ("while n: A[i] = 0", "W411", "while n: A[i] = 0", "range(...)"),
        ("break", "W411", "break", "no part of a loop nest"),
        ("continue", "W411", "continue", "no part of a loop nest"),
        ("return A", "W411", "return A", "a return before the end"),
        ("try: A[i] = 0\nfinally: pass", "W411", "try: A[i] = 0", "no part of a loop nest"),
        ("with x: A[i] = 0", "W411", "with x: A[i] = 0", "no part of a loop nest"),
        ("def g(): pass", "W411", "def g(): pass", "function in a function"),
        ("del A", "W411", "del A", "no part of a loop nest"),
        ("...", "W411", "...", "no statement"),
        ("hold('L1', 'A')", "W411", "hold('L1', 'A')", "at the top"),
        ("T = np.zeros(4)", "W411", "np.zeros(4)", "before the loops"),
        ("T = local('f64')", "W411", "local('f64')", "f64[8, 8]"),
        ("T = np.empty(4, dtype=foo)", "W411", "foo", "element type"),
        ("T = np.empty(B[0])", "W402", "B[0]", "shape of 'T' reads data"),
        ("T = np.empty(-2)", "W010", "-2", "negative"),
        ("T = np.empty_like(3)", "W411", "3", "like what is no array"),
        ("D = np.empty(4)", "W006", "D", "defined twice"),
        ("q = i*j\nB[i] = 0; B[0] = q0", "W002", "q0", "unknown name"),
        ("A[D.shape[2]] = 0", "W401", "D.shape[2]", "axis"),
        ("B[" + "-" * 70 + "i] = 0", "W411", "B[" + "-" * 70 + "i] = 0", "deeper than 64"),
        ("B[0] = " + "B[1] + " * 70 + "0", "W411", "B[0] = " + "B[1] + " * 70 + "0", "deeper than 64"),
    ],
)
def test_refusals(body, code, source, words):
    inner = body.replace("\n", "\n    ")
    text = f"for i in range(4):\n  for j in range(4):\n    {inner}"
    found = refused(text, "A, B, x: 'f64[]', n, length, D: 'f64[2, 2]'")
    assert found[:2] == (code, source)
    assert words in found[2]


def test_what_cannot_be_read_takes_only_its_own_statement_away():
    body = "for i in range(4):\n  A[i] = B[B[i]]\n  A[i] = 1\nfor j in range(B[0]):\n  A[j] = 2\nA[0] = 3"
    nest = kernel(body)
    read_ones = [str(node) for _, node in nest.statements() if not isinstance(node, Unreadable)]
    assert read_ones == ["A[i] = 1", "A[0] = 3"]
    assert [str(item.span) for item in findings(nest)] == ["<string>:3:16", "<string>:5:20"]


def test_parameters_that_are_refused():
    nest = read("async def f(A, A, *args, **options):\n  A[0] = 1")
    assert [(item.code, item.span.column) for item in findings(nest)] == [
        ("W411", 20),
        ("W411", 28),
        ("W006", 16),
        ("W411", 1),
    ]
