"""Axes, accumulators and statements that are raised in part: what becomes of them, and why the rest is not raised."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_raise_refusals import errors, notes, raised


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
