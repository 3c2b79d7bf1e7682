"""Zero points: elements that are shifted by a scalar or a number before they are multiplied are operands themselves."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume
from hypothesis import strategies as st
from nest_cases import cases
from nest_checks import generated, machine, raise_one
from nest_semantics import random_arrays, run
from nests import at, loop, nest, times

import weft
from weft.frontends.c import read_c
from weft.ir import CONVERSION, Array, Compute, Literal, Mapping, Statement
from weft.passes import raise_nest

SCALAR = Array("zero", ())


@st.composite
def shifted(draw):
    """A case whose statement adds products, and its nest with zero points at some of the factors."""
    case = draw(cases(200))
    ((_, statement),) = case.nest.statements()
    assume(statement.reduction == "+" and isinstance(statement.value, Compute) and statement.value.function == "*")

    def shift(value):
        if isinstance(value, Compute):
            return replace(value, operands=tuple(map(shift, value.operands)))
        point = draw(st.sampled_from([None, at("zero"), Literal(3), Compute("-", (at("zero"),))]))
        if point is None:
            return value
        pair = (value, point) if draw(st.booleans()) else (point, value)
        return Compute(draw(st.sampled_from("+-")), pair)

    new = replace(statement, value=shift(statement.value))
    assume(new != statement)
    return case, replace(case.nest, arrays=(*case.nest.arrays, SCALAR), body=within(case.nest.body, statement, new))


def within(body, old, new):
    return tuple(new if node is old else replace(node, body=within(node.body, old, new)) for node in body)


def check_zero_points(drawn):
    """The program of the nest without them, with a note; its loops compute what the nest does."""
    case, nest = drawn
    expected, found = raise_one(case.nest), raise_one(nest)
    assert (found.workload, found.dataflow, found.units, found.kind) == (
        expected.workload,
        expected.dataflow,
        expected.units,
        expected.kind,
    )
    assert [item for item in found.diagnostics if "zero points are not counted" in item.message]
    mapping = Mapping(found.workload, found.dataflow, machine(found.units))
    ours, theirs = random_arrays(nest), random_arrays(nest)
    run(nest.body, ours)
    run(weft.reschedule(nest, [mapping]).body, theirs)
    assert all(np.array_equal(ours[name], theirs[name]) for name in ours), f"{found.dataflow}\n{nest}"


def test_nests_with_zero_points_are_raised_as_without_them():
    generated(check_zero_points, shifted(), 0, 60)


@pytest.mark.campaign
@pytest.mark.parametrize("number", range(100, 103))
def test_many_nests_with_zero_points(number):
    generated(check_zero_points, shifted(), number, 400)


def product(value, **more):
    """A sum over k of a value, for every i and j."""
    body = Statement(at("C", "i", "j"), value, "+")
    arrays = {"A": (8, 6), "B": (6, 7), "C": (8, 7), "z": (), **more}
    return nest(arrays, loop("i", 0, 8, loop("j", 0, 7, loop("k", 0, 6, body))))


A, B = at("A", "i", "k"), at("B", "k", "j")


@pytest.mark.parametrize(
    ("value", "points"),
    [
        (times(Compute("-", (A, at("z"))), B), "'z'"),
        (times(Compute("-", (Compute(CONVERSION, (A,)), Literal(128))), B), "'128'"),
        (times(Compute(CONVERSION, (Compute("-", (A, at("z"))),)), Compute("+", (B, at("z")))), "'z'"),
        (times(Compute("-", (Compute("+", (A, at("z"))), Literal(1))), B), "'z', '1'"),
        (times(at("z"), Compute("-", (A, at("q", 0))), B), "'q[0]'"),
        (times(Compute("-", (Compute("-", (A, at("z"))),)), B), "'z'"),
    ],
)
def test_every_way_to_write_zero_points(value, points):
    found = raise_one(product(value, q=(1,)))
    assert (found.kind, found.workload.macs) == ("GEMM", 336)
    assert [item.message.partition(": ")[2] for item in found.diagnostics if "zero points" in item.message] == [points]


@pytest.mark.parametrize(
    "value",
    [
        times(Compute("-", (A, at("q", "k"))), B),
        times(Compute("*", (Compute("-", (A, B)), A)), B),
        Compute("-", (times(A, B), at("z"))),
        Compute("-", (A, at("z"))),
        times(Compute("/", (A, at("z"))), B),
    ],
)
def test_what_is_no_zero_point_is_not_dropped(value):
    (found,) = raise_nest(product(value, q=(6,)))
    assert found.workload is None
    assert found.diagnostics[0].code == "W409"


def test_deep_factors_are_read_in_one_walk():
    value = A
    for _ in range(48):
        value = times(Compute("+", (value, at("z"))), Literal(3))
    assert raise_one(product(times(value, B))).kind == "GEMM"


def test_zero_points_pass_through_temporaries_of_c():
    text = """
    void f(signed char A[8][6], signed char B[6][7], int C[8][7], int za) {
      for (int i = 0; i < 8; i++)
        for (int k = 0; k < 6; k++) {
          int a = (int)A[i][k] - za;
          for (int j = 0; j < 7; j++) {
            int b = B[k][j] + 3;
            C[i][j] += a * b;
          }
        }
    }"""
    (found,) = raise_nest(read_c(text)[0])
    assert (found.kind, found.workload.macs) == ("GEMM", 336)
    assert "'za', '3'" in found.diagnostics[0].message
