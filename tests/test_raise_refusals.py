"""What no directive can say is refused for the rule that it breaks, at its place."""

from __future__ import annotations

from textwrap import dedent

import pytest

from weft.frontends.python import read_python
from weft.ir import Severity
from weft.passes import raise_nest


def raised(text):
    (nest,) = read_python(dedent(text).strip() + "\n", "nest.py")
    return raise_nest(nest)


def errors(text):
    """(code, line:column, message) of every error."""
    return [
        (item.code, str(item.span).removeprefix("nest.py:"), item.message)
        for result in raised(text)
        for item in result.diagnostics
        if item.severity is Severity.ERROR
    ]


def notes(text):
    return [item for result in raised(text) for item in result.diagnostics if item.severity is Severity.NOTE]


MATVEC = """
    def f(A, x, y):
        for i in range(8):
            for j in {}:
                y[i] += A[i, j] * x[j]
"""

REFUSED = {
    "a product of iterators": (
        """
        def f(A, B, C):
            for i in range(8):
                for k in range(8):
                    C[i] += A[i * k] * B[k]
        """,
        ("W401", "4:23", "subscript of 'A' multiplies iterators: 'i * k'"),
    ),
    "a division that is no tiling": (
        """
        def f(A, B, C):
            for i in range(48):
                for k in range(3):
                    C[i // 5, i % 6] += A[i // 6, k] * B[k, i % 6]
        """,
        ("W401", "4:13", "subscript '(i // 5)' of 'C' is no tiling of a loop"),
    ),
    "a data-dependent bound": (
        """
        def f(A, p, C):
            for i in range(8):
                for k in range(p[i], 9):
                    C[i] += A[k]
        """,
        ("W402", "3:24", "bound of 'k' reads data: 'p[i]'"),
    ),
    "a conditional": (
        """
        def f(A, B, C):
            for i in range(8):
                for k in range(8):
                    if i < k:
                        C[i] += A[k] * B[i]
        """,
        ("W403", "5:17", "'C[i]' is added to under a condition that is no padding of a window: '-i + k - 1 >= 0'"),
    ),
    "an index over three dimensions": (
        """
        def f(A, B, C):
            for y in range(8):
                for r in range(3):
                    for t in range(3):
                        C[y] += A[y + r + t] * B[r, t]
        """,
        ("W404", "5:25", "subscript 'r + t + y' of 'A' couples 3 dimensions, of the loops 'y', 'r', 't'"),
    ),
    "an output axis over two dimensions": (
        """
        def f(A, B, C):
            for y in range(8):
                for r in range(3):
                    C[y + r] += A[y] * B[r]
        """,
        ("W404", "4:13", "subscript 'r + y' of 'C' couples 2 dimensions, of the loops 'y', 'r'"),
    ),
    "an operand that the same nest replaces": (
        """
        def f(A, x, b):
            for i in range(8):
                for k in range(8):
                    x[i] += A[i, k] * b[k]
                b[i] = x[i]
        """,
        ("W405", "4:13", "'x[i] += A[i, k] * b[k]' cannot be split from the statements around it"),
        ("W405", "5:9", "'b[i] = x[i]' cannot be split from the statements around it"),
    ),
    "a statement beside one that cannot be read": (
        """
        def f(A, B, C):
            for i in range(8):
                if A[i]:
                    C[i] -= 1
                for k in range(8):
                    C[i] += A[k] * B[i]
        """,
        ("W403", "3:9", "a statement depends on a condition: 'A[i]'"),
        ("W405", "6:13", "'C[i] += A[k] * B[i]' shares a loop with what cannot be read"),
    ),
    "a recurrence": (
        """
        def f(A):
            for i in range(1, 8):
                for j in range(8):
                    A[i, j] = A[i - 1, j] + A[i, j]
        """,
        ("W406", "4:13", "an iteration uses 'A' where another one writes it, and this is no reduction"),
    ),
    "a sum over its own results": (
        """
        def f(A, B):
            for i in range(8):
                for k in range(8):
                    A[i] += A[k] * B[k, i]
        """,
        ("W406", "4:13", "an iteration uses 'A' where another one writes it, and this is no reduction"),
    ),
    "an element that is overwritten": (
        """
        def f(A, B, C):
            for i in range(8):
                for k in range(8):
                    C[i] = A[i, k] * B[k]
        """,
        ("W406", "4:13", "an iteration uses 'C' where another one writes it, and this is no reduction"),
    ),
    "a triangle": (MATVEC.format("range(i + 1)"), ("W407", "3:9", "the iterations of loop 'j' depend on loop 'i'")),
    "a band": (
        MATVEC.format("range(max(0, i - 1), min(8, i + 2))"),
        ("W407", "3:9", "loop 'j' starts at the largest of 0, i - 1, so its iterations are no box"),
    ),
    "a loop downwards": (
        MATVEC.format("range(7, -1, -1)"),
        ("W408", "3:9", "loop 'j' runs downwards, and a map only advances"),
    ),
    "tiles with gaps": (
        """
        def f(A, x, y):
            for i in range(8):
                for j1 in range(0, 8, 4):
                    for j in range(j1, j1 + 3):
                        y[i] += A[i, j] * x[j]
        """,
        ("W408", "4:13", "the loops 'j1', 'j' do not run 'J' in chunks as a map does: see J = 3"),
    ),
    "tiles that overlap": (
        """
        def f(A, x, y):
            for i1 in range(0, 8, 4):
                for i in range(i1, i1 + 5):
                    for j in range(5):
                        y[i] += A[i, j] * x[j]
        """,
        ("W408", "3:9", "the loops 'i1', 'i' do not run 'I' in chunks as a map does: see I = 4"),
    ),
    "a window that runs against its loop": (
        """
        def f(A, B, C):
            for y in range(8):
                for r in range(3):
                    C[y] += A[y - r + 2] * B[r]
        """,
        ("W408", "4:21", "subscript '-r + y + 2' of 'A' runs against loop 'r'"),
    ),
    "a loop inside of a chunk": (
        """
        def f(A, x, y):
            for i in chunk(8):
                for j in range(8):
                    y[i] += A[i, j] * x[j]
        """,
        ("W408", "3:9", "loop 'j' stands inside of a chunk, whose points run in one step"),
    ),
    "a skewed wavefront": (
        """
        def f(A, B, C):
            for t in range(10):
                for i in parallel(max(0, t - 4), min(6, t + 1)):
                    for k in range(3):
                        C[i, t - i] += A[i, k] * B[k, t - i]
        """,
        ("W407", "3:9", "loop 'i' starts at the largest of 0, t - 4, so its iterations are no box"),
    ),
    "a diagonal of one array": (
        """
        def f(A, B, C):
            for i in range(8):
                for k in range(8):
                    C[i] += A[i, i] * B[k]
        """,
        ("W011", "4:13", "dimension 'I' occurs twice in tensor 'A'"),
    ),
    "nothing but a fill": (
        """
        def f(A):
            for i in range(8):
                A[i] = 0
        """,
        ("W409", "1:1", "'f' has no statement that is raised"),
    ),
    "a loop without iterations": (MATVEC.format("range(0)"), ("W407", "3:9", "loop 'j' has no iterations")),
}


@pytest.mark.parametrize(("text", "expected"), [(text, found) for text, *found in REFUSED.values()], ids=REFUSED)
def test_what_no_directive_says_is_refused(text, expected):
    assert errors(text) == expected


@pytest.mark.parametrize("text", [text for text, *_ in REFUSED.values()], ids=REFUSED)
def test_a_refusal_is_no_program(text):
    for result in raised(text):
        refused = any(item.is_error for item in result.diagnostics)
        assert refused == (result.workload is None) == (result.dataflow is None)


def test_one_refusal_does_not_stop_the_other_nests():
    first, second, third = raised("""
        def f(A, B, C, D):
            for i in range(4):
                for k in range(4):
                    C[i] += A[i, k] * B[k]
            for i in range(4):
                for k in range(i):
                    C[i] += A[i, k] * B[k]
            for i in range(4):
                for k in range(5):
                    D[i] += A[i, k] * B[k]
    """)
    assert [first.name, second.name, third.name] == ["f_1", "f_2", "f_3"]
    assert [item.code for item in second.diagnostics] == ["W407"]
    assert second.workload is None
    assert third.workload.extents == {"M": 4, "N": 1, "K": 5}
