"""Zero points: elements that are shifted by a scalar or a number before they are multiplied are operands themselves."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume
from hypothesis import strategies as st
from nest_cases import cases
from nest_checks import generated, machine, raise_one, statement_of
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
    """The program of the nest without them, with their operations; its loops compute what the nest does."""
    case, nest = drawn
    expected, found = raise_one(case.nest), raise_one(nest)
    assert (replace(found.workload, statement=None), found.dataflow, found.units, found.kind) == (
        replace(expected.workload, statement=None),
        expected.dataflow,
        expected.units,
        expected.kind,
    )
    functions = Counter(functions_of(statement_of(nest).value))
    multiplied = {"mac": 1, "mul": functions["*"] - 1, "neg": functions["neg"]}
    assert Counter(found.workload.operations) == +Counter(multiplied)
    assert weft.parse_workload(str(found.workload)) == found.workload
    mapping = Mapping(found.workload, found.dataflow, machine(found.units))
    ours, theirs = random_arrays(nest), random_arrays(nest)
    run(nest.body, ours)
    run(weft.reschedule(nest, [mapping]).body, theirs)
    assert all(np.array_equal(ours[name], theirs[name]) for name in ours), f"{found.dataflow}\n{nest}"


def functions_of(value):
    if isinstance(value, Compute):
        yield "neg" if (value.function, len(value.operands)) == ("-", 1) else value.function
        for operand in value.operands:
            yield from functions_of(operand)


def test_nests_with_zero_points_are_raised_as_without_them():
    generated(check_zero_points, shifted(), 0, 30)


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
    ("value", "text", "operations"),
    [
        (times(Compute("-", (A, at("z"))), B), "(input - z) * filter", {}),
        (times(Compute("-", (Compute(CONVERSION, (A,)), Literal(128))), B), "(input - 128) * filter", {}),
        (
            times(Compute(CONVERSION, (Compute("-", (A, at("z"))),)), Compute("+", (B, at("z")))),
            "(input - z) * (filter + z)",
            {},
        ),
        (
            times(Compute("-", (Compute("+", (A, at("z"))), Literal(1))), B),
            "((input + z) - 1) * filter",
            {},
        ),
        (
            times(times(at("z"), Compute("-", (A, at("q", 0)))), Compute("-", (B, at("q", 1)))),
            "(z * (input - q)) * (filter - q_)",
            {"mul": 1},
        ),
        (times(Compute("-", (Compute("-", (A, at("z"))),)), B), "(-(input - z)) * filter", {"neg": 1}),
    ],
)
def test_every_way_to_write_zero_points(value, text, operations):
    found = raise_one(product(value, q=(2,)))
    assert (found.kind, found.workload.macs, found.diagnostics) == ("GEMM", 336, ())
    assert str(found.workload.statement) == f"output += {text}"
    assert found.workload.operations == {"mac": 1, **operations}


def test_a_scalar_that_is_called_like_a_tensor_of_the_operator_gets_another_name():
    found = raise_one(
        product(times(Compute("-", (A, at("input"))), Compute("-", (B, at("output")))), input=(), output=())
    )
    assert str(found.workload.statement) == "output += (input - input_) * (filter - output_)"


@pytest.mark.parametrize(
    ("value", "text", "operations"),
    [
        (times(Compute("-", (A, at("q", "k"))), B), "(A - q) * B", {"mac": 1, "sub": 1}),
        (times(times(Compute("-", (A, B)), A), B), "((A - B) * A) * B", {"mac": 1, "mul": 1, "sub": 1}),
        (Compute("-", (times(A, B), at("z"))), "(A * B) - z", {"add": 1, "mul": 1, "sub": 1}),
        (Compute("-", (A, at("z"))), "A - z", {"add": 1, "sub": 1}),
        (times(Compute("/", (A, at("z"))), B), "(A / z) * B", {"div": 1, "mac": 1}),
    ],
)
def test_what_is_no_zero_point_is_a_general_statement(value, text, operations):
    found = raise_one(product(value, q=(6,)))
    assert (found.kind, found.workload.extents) == ("general", {"I": 8, "J": 7, "K": 6})
    assert str(found.workload.statement) == f"C += {text}"
    assert found.workload.operations == operations
    assert {tensor.name for tensor in found.workload.inputs} == set(text) & {"A", "B", "q"}


def test_deep_factors_are_read_in_one_walk():
    value = A
    for _ in range(48):
        value = times(Compute("+", (value, at("z"))), Literal(3))
    found = raise_one(product(times(value, B)))
    assert (found.kind, found.workload.operations) == ("GEMM", {"mac": 1, "mul": 48})


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
    assert str(found.workload.statement) == "output += (input - za) * (filter + 3)"
    assert found.workload.operations == {"mac": 1}
