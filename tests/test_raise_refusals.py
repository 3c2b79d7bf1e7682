"""What no directive can say is refused for the rule that it breaks, at its place."""

from __future__ import annotations

from dataclasses import replace
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


def test_steps_that_do_not_nest_are_dimensions_of_their_own_where_only_inputs_use_them():
    (result,) = raised("""
        def f(A, x, y):
            for i in range(8):
                for j0 in range(4):
                    for j1 in range(2):
                        y[i] += A[i, 4 * j1 + j0] * x[4 * j1 + j0]
    """)
    assert result.workload.extents == {"I": 8, "J": 4, "J_": 2}
    assert str(result.dataflow) == "TemporalMap(1,1) I;\nTemporalMap(1,1) J;\nTemporalMap(1,1) J_;"


@pytest.mark.parametrize(
    ("first", "second"), [("i0 in range(4)", "i1 in range(2)"), ("i1 in range(2)", "i0 in range(3)")]
)
def test_an_axis_of_the_output_splits_where_its_loops_are_no_tiles(first, second):
    (result,) = raised(f"""
        def f(A, x, y):
            for {first}:
                for {second}:
                    for j in range(8):
                        y[4 * i1 + i0] += A[4 * i1 + i0, j] * x[j]
    """)
    assert str(result.workload.output) in ("y[I, I_]", "y[I_, I]")
    assert len(result.dataflow.levels[0]) == 3


def test_fills_are_left_out_with_a_note_and_copies_are_raised():
    text = """
        def f(A, B, C, D):
            for i in range(4):
                C[i] = 0
                for k in range(4):
                    C[i] += A[i, k] * B[k]
            for i in range(4):
                D[i] = C[i]
    """
    product, copy = raised(text)
    assert product.kind == "GEMM"
    assert (str(copy.workload.statement), copy.workload.operations) == ("D = C", {"copy": 1})
    assert [(item.code, item.span.line) for item in notes(text)] == [("W410", 3)]


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("C[i] = s", "it reads no element of an array"),
        ("C[i] = s * 2", "it reads no element of an array"),
        ("C[i] = A[i] if i < 2 else 0", "it chooses by where a point lies"),
        ("near[i] = A[i]", "it copies into or out of a local array"),
        ("C[i] = near[i]", "it copies into or out of a local array"),
    ],
)
def test_why_a_statement_is_not_raised_is_said(statement, why):
    text = f"""
        def f(A, B, C, s):
            near = local("f32[4]")
            for i in range(4):
                {statement}
            for i in range(4):
                C[i] = A[i] + B[i]
    """
    (result,) = raised(text)
    assert result.workload.operations == {"add": 1}
    (note,) = notes(text)
    assert (note.code, note.span.line) == ("W410", 4)
    assert note.message.endswith(f"is not raised: {why}")


def test_a_statement_in_no_loop_is_not_raised():
    text = """
        def f(A, C):
            C[0] = A[0] / A[1]
            for i in range(4):
                C[i] = A[i] + A[i + 1]
    """
    (result,) = raised(text)
    assert (result.workload.operations, result.workload.points) == ({"add": 1}, 4)
    assert [item.message for item in notes(text)][:1] == ["'C[0] = A[0] / A[1]' is not raised: it stands in no loop"]


def test_maxima_signs_and_scalar_factors_are_operations():
    (pooling,) = raised("""
        def f(A, C):
            for i in range(4):
                for k in range(3):
                    C[i] = max(C[i], A[2 * i + k])
    """)
    assert (pooling.kind, pooling.diagnostics) == ("POOL", ())
    assert (pooling.workload.operations, pooling.workload.macs) == ({"max": 1}, 0)
    (scaled,) = raised("""
        def f(A, B, C, alpha):
            for i in range(4):
                for k in range(3):
                    C[i] -= alpha * A[i, k] * B[k]
    """)
    assert (scaled.kind, scaled.diagnostics) == ("GEMM", ())
    assert str(scaled.workload.statement) == "output += -((alpha * input) * filter)"
    assert scaled.workload.operations == {"mac": 1, "mul": 1}


def test_a_sum_of_products_is_one_layer_per_product():
    first, second = raised("""
        def f(A, B, C):
            for i in range(5):
                for j in range(6):
                    for k in range(4):
                        C[i, j] += A[i, k] * B[j, k] - B[i, k] * A[j, k]
    """)
    assert first.workload.statement is None
    assert str(second.workload.statement) == "output += -(input * filter)"
    assert first.workload == replace(second.workload, statement=None)
    assert second.workload.operations == {"mac": 1}
    assert first.workload.extents == {"M": 5, "N": 6, "K": 4}


def test_a_local_accumulator_gets_a_copy_for_each_iteration():
    (result,) = raised("""
        def f(A, B, C):
            for i in range(5):
                for j in range(6):
                    acc = 0.0
                    for k in range(4):
                        acc += A[i, k] * B[k, j]
                    C[i, j] = acc
    """)
    assert (result.kind, result.workload.extents) == ("GEMM", {"M": 5, "N": 6, "K": 4})
    assert str(result.dataflow) == "TemporalMap(1,1) M;\nTemporalMap(1,1) N;\nTemporalMap(1,1) K;"


def test_an_accumulator_that_is_not_reset_ties_the_iterations():
    found = errors("""
        def f(A, B, C):
            acc = 0.0
            for i in range(5):
                for k in range(4):
                    acc += A[i, k] * B[k]
                C[i] = acc
    """)
    assert [code for code, _, _ in found] == ["W405"]


def test_statements_that_only_tie_each_other_are_refused_each():
    found = errors("""
        def f(A, B):
            for t in range(5):
                for i in range(1, 7):
                    B[i] = A[i - 1] + A[i + 1]
                for i in range(1, 7):
                    A[i] = B[i]
    """)
    assert found == [
        ("W406", "4:13", "'B[i] = A[i - 1] + A[i + 1]' depends on earlier iterations, and is no reduction"),
        ("W406", "6:13", "'A[i] = B[i]' depends on earlier iterations, and is no reduction"),
    ]


@pytest.mark.parametrize(
    ("x", "operand", "kind", "extents"),
    [
        ("x", "x[k // 4, k % 4]", "GEMM", {"M": 8, "N": 1, "K": 32}),
        ("x", "x[k // 8, k // 4 % 2, k % 4]", "GEMM", {"M": 8, "N": 1, "K": 32}),
        ("x", "x[k // 4]", "general", {"I": 8, "K": 8, "K_": 4}),
    ],
)
def test_a_tiled_layout_is_one_axis_where_its_tiles_stand_together(x, operand, kind, extents):
    (result,) = raised(f"""
        def f(A, {x}, y):
            for i in range(8):
                for k in range(32):
                    y[i] += A[i, k] * {operand}
    """)
    assert (result.kind, result.workload.extents) == (kind, extents)


def test_a_flattened_loop_is_two_dimensions_where_subscripts_take_them_apart():
    (result,) = raised("""
        def f(A, B, C):
            for i in parallel(48):
                for k in range(3):
                    C[i // 6, i % 6] += A[i // 6, k] * B[k, i % 6]
    """)
    assert (result.kind, result.workload.extents, result.units) == ("GEMM", {"M": 8, "N": 6, "K": 3}, (8, 6))
    assert str(result.dataflow) == "SpatialMap(1,1) M;\nCluster(6);\nSpatialMap(1,1) N;\nTemporalMap(1,1) K;"
