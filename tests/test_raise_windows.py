"""Bounds of loops that cut windows at the edges of their input are padding, or a refusal; tiles stay tiles."""

import numpy as np
import pytest
from c_kernels import read
from hypothesis import assume
from hypothesis import strategies as st
from nest_checks import generated, machine
from nest_semantics import run

import weft
from weft.backends.emit.shapes import with_reached_extents
from weft.ir import Mapping
from weft.passes import raise_nest

MACROS = """
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
"""


def taps(size, outputs, stride, window, before):
    """A loop over the taps that stay inside."""
    return (
        MACROS
        + f"""void f(float I[{size}], float F[{window}], float O[{outputs}]) {{
      for (int y = 0; y < {outputs}; y++)
        for (int r = MAX(0, {before} - {stride} * y); r < MIN({window}, {size + before} - {stride} * y); r++)
          O[y] += I[{stride} * y + r - {before}] * F[r];
    }}"""
    )


def rows(size, outputs, stride, window, before):
    """A loop over the elements of the input that a window has."""
    return (
        MACROS
        + f"""void f(float I[{size}], float F[{window}], float O[{outputs}]) {{
      for (int y = 0; y < {outputs}; y++) {{
        int top = {stride} * y - {before}, first = MAX(top, 0), end = MIN(top + {window}, {size});
        for (int h = first; h < end; h++)
          O[y] += I[h] * F[h - top];
      }}
    }}"""
    )


WINDOWS = st.tuples(st.integers(2, 6), st.integers(1, 4), st.integers(2, 5), st.integers(0, 3), st.integers(0, 3))


@pytest.mark.parametrize("form", [taps, rows])
def test_cut_windows_run_as_often_and_compute_the_same(form):
    generated(lambda drawn: check_window(form, *drawn), WINDOWS, 17, 30)


def check_window(form, outputs, stride, window, before, after):
    """Some window is not cut in front, and the first one is not behind, and none holds the whole input: other loops
    are triangles, or of the input's rows.
    """
    size = (outputs - 1) * stride + window - before - after
    assume(size > window and size + before > window and (outputs - 1) * stride > before and max(before, after) < window)
    nest = read(form(size, outputs, stride, window, before))
    (raised,) = raise_nest(nest)
    inside = sum(0 <= stride * y + r - before < size for y in range(outputs) for r in range(window))
    assert raised.workload is not None, raised.diagnostics
    assert raised.workload.useful_points == inside
    assert raised.workload.points == outputs * window
    mapping = Mapping(raised.workload, raised.dataflow, machine(raised.units), raised.name)
    again = with_reached_extents(weft.reschedule(nest, [mapping]))
    generator = np.random.default_rng(5)
    given = {item.name: generator.integers(-4, 5, item.shape).astype(float) for item in nest.arrays}
    ours, wanted = ({key: values.copy() for key, values in given.items()} for _ in range(2))
    run(again.body, ours)
    run(nest.body, wanted)
    assert np.array_equal(ours["O"], wanted["O"])


def outside(size, outputs, stride, window, before):
    """The loop over the taps outside of that over what they reach."""
    last = f"({size + before - 1} - r + {stride}) / {stride}"
    return (
        MACROS
        + f"""void f(float I[{size}], float F[{window}], float O[{outputs}]) {{
      for (int r = 0; r < {window}; r++)
        for (int y = MAX(0, {before} - r); y < MIN({outputs}, {last}); y++)
          O[y] += I[{stride} * y + r - {before}] * F[r];
    }}"""
    )


def alone(size, outputs, stride, window, before):
    """Taps that read no input."""
    return taps(size, outputs, stride, window, before).replace(f"I[{stride} * y + r - {before}] * F[r]", "F[r]")


ANY_WINDOWS = st.tuples(st.integers(1, 6), st.integers(1, 3), st.integers(1, 4), st.integers(0, 3), st.integers(1, 9))


@pytest.mark.parametrize("form", [taps, rows, outside, alone])
def test_windows_of_any_size_run_as_written_or_are_refused(form):
    """Windows of one tap, and windows that lie outside of their input, are no dimensions but conditions."""
    raised = []

    def check(outputs, stride, window, before, size):
        nest = read(form(size, outputs, stride, window, before))
        (found,) = raise_nest(nest)
        if found.workload is None:
            assert {item.code for item in found.diagnostics if item.is_error} <= {"W404", "W407", "W408"}
            return
        raised.append(found)
        mapping = Mapping(found.workload, found.dataflow, machine(found.units), found.name)
        again = with_reached_extents(weft.reschedule(nest, [mapping]))
        given = {item.name: np.arange(1.0, 1.0 + np.prod(item.shape)).reshape(item.shape) for item in nest.arrays}
        ours, wanted = ({key: values.copy() for key, values in given.items()} for _ in range(2))
        run(again.body, ours)
        run(nest.body, wanted)
        assert np.array_equal(ours["O"], wanted["O"])

    generated(lambda drawn: check(*drawn), ANY_WINDOWS, 19, 60)
    assert raised


@pytest.mark.parametrize(
    ("loops", "statement"),
    [
        ("y < 7 | int h = MAX(2 * y, 0); h < MIN(2 * y + 1, 8)", "O[y] = MAX(O[y], I[h])"),
        ("y < 6 | int h = MAX(y, 0); h < MIN(y + 1, 4)", "O[y] += I[h]"),
        ("y < 3 | int r = MAX(0, 2 - y); r < MIN(2, 3 - y)", "O[y] += F[r]"),
        ("y < 2 | int r = MAX(0, 2 - y); r < MIN(2, 11 - y)", "O[y] += I[y + 2 * r - 2] * F[r]"),
    ],
)
def test_loops_that_run_once_or_never_are_no_box(loops, statement):
    outer, inner = loops.split(" | ")
    iterator = inner.split()[1]
    nest = f"for (int y = 0; {outer}; y++) for ({inner}; {iterator}++) {statement};"
    (raised,) = raise_nest(read(f"{MACROS}void f(float I[16], float F[5], float O[7]) {{ {nest} }}"))
    assert raised.workload is None
    assert [item.code for item in raised.diagnostics] == ["W407"]


def test_the_end_of_the_last_tile_stays_a_bound():
    text = (
        MACROS
        + """void f(float A[9][20], float B[20][7], float C[9][7]) {
      for (int k1 = 0; k1 < 20; k1 += 8)
        for (int i = 0; i < 9; i++)
          for (int j = 0; j < 7; j++)
            for (int k = k1; k < MIN(k1 + 8, 20); k++)
              C[i][j] += A[i][k] * B[k][j];
    }"""
    )
    (raised,) = raise_nest(read(text))
    assert (raised.kind, raised.workload.macs, raised.workload.padding) == ("GEMM", 9 * 7 * 20, ())
    assert "TemporalMap(8,8) K" in str(raised.dataflow)


@pytest.mark.parametrize(
    ("bounds", "code"),
    [("int j = MAX(0, i - 1); j < MIN(8, i + 2)", "W407"), ("int j = 0; j < MIN(8, i + 1)", "W407")],
)
def test_what_is_no_window_is_refused_as_it_is_written(bounds, code):
    text = f"""void f(float A[8][8], float x[8], float y[8]) {{
      for (int i = 0; i < 8; i++)
        for ({bounds}; j++)
          y[i] += A[i][j] * x[j];
    }}"""
    (raised,) = raise_nest(read(MACROS + text))
    assert [item.code for item in raised.diagnostics] == [code]
