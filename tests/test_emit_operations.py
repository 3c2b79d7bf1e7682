"""Every operation that can be written: emitted Python and C compute what numpy does."""

import numpy as np
import pytest
from emitted import compiled, run_c, run_python
from nests import at, loop, nest

from weft.backends.emit import emit_c, emit_python
from weft.backends.emit.checks import BITWISE, FUNCTIONS, SPELLED, integers, is_whole
from weft.backends.simulate.values import compute
from weft.frontends.python import read_python
from weft.ir import FUNCTIONS as OPERANDS
from weft.ir import Access, Array, Compute, Literal, Statement, WeftError, mapped

A, B, D, P, Q = (at(name, "i") for name in "ABDPQ")
REAL = [name for name in (*FUNCTIONS, *SPELLED) if name not in (*BITWISE, "divsi", "remsi")]
VALUES = {
    **{name: Compute(name, (A, B, D)[: OPERANDS[name][0]]) for name in REAL},
    **{name: Compute(name, (P, Q)) for name in (*BITWISE, "divsi", "remsi")},
    **{name: Compute(name, (Compute("/", (Literal(0.5), A)),)) for name in ("acos", "asin", "atanh")},
    "where": Compute("where", (Compute("greater", (A, B)), A, Compute("*", (Literal(0.5), B)))),
    "logical_not": Compute("logical_not", (Compute("less", (A, B)),)),
    "max of three": Compute("max", (A, B, D)),
    "min of three numbers": Compute("min", (P, Q, Literal(2))),
    "both": Compute("logical_and", (Compute("less", (A, B)), Compute("not_equal", (P, Literal(2))))),
    "numbers as truth": Compute("logical_and", (Literal(3), A)),
    "a sum that is shifted": Compute("right_shift", (Compute("+", (P, Q)), Compute("bitwise_and", (Q, Literal(1))))),
    "bits of truth": Compute("bitwise_and", (Compute("less", (A, B)), Compute("logical_not", (Compute("-", (P, Q)),)))),
    "a shifted choice of numbers": Compute("left_shift", (Compute("where", (A, Literal(1), Literal(2))), Q)),
    "a choice in a sum": Compute("+", (Compute("where", (Compute("equal", (P, Q)), P, Q)), Compute("less", (A, B)))),
}
DATA = {
    "A": np.array([1.25, 1.5, 2.0, 3.0]),
    "B": np.array([1.5, 1.5, 1.75, 2.0]),
    "D": np.array([1.0, 2.5, 1.5, 4.0]),
    "P": np.array([5, 6, 2, 9], np.int32),
    "Q": np.array([1, 6, 3, 2], np.int32),
}


def nest_of(key, value):
    arrays = {name: {"shape": (4,), "element": "i32" if name in "PQ" else "f64"} for name in "ABDPQC"}
    return nest(arrays, loop("i", 0, 4, Statement(at("C", "i"), value)), name=f"f{list(VALUES).index(key)}")


def expected(value):
    """What numpy computes."""
    return compute(mapped(value, lambda item: Access(item.array)), DATA)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    units = [emit_c(nest_of(key, value)) for key, value in VALUES.items()]
    return compiled(tmp_path_factory.mktemp("operations"), units)


@pytest.mark.parametrize("key", VALUES)
def test_an_operation_runs_in_python_and_c(key, library):
    value = VALUES[key]
    one = nest_of(key, value)
    data = {**DATA, "C": np.zeros(4)}
    wanted = np.asarray(expected(value), float)
    text = emit_python(one)
    for found in (run_python(text, data), run_c(library, one.name, one, data)):
        assert np.allclose(found["C"], wanted, rtol=1e-12, atol=0), key


@pytest.mark.parametrize("key", VALUES)
def test_an_operation_is_read_back(key):
    again = [item for item in read_python(emit_python(nest_of(key, VALUES[key]))) if item.name.startswith("f")]
    assert nest_of(key, VALUES[key]) in again


@pytest.mark.parametrize("name", BITWISE)
def test_bits_of_other_numbers_are_refused(name):
    for value in (Compute(name, (A, P)), Compute(name, (P, Compute("exp", (P,)))), Compute(name, (P, Literal(0.5)))):
        for emit in (emit_c, emit_python):
            with pytest.raises(WeftError, match=f"W411.*'{name}' of values that are no integers is not emitted"):
                emit(nest_of("where", value))


@pytest.mark.parametrize(
    ("element", "whole"), [("i8", True), ("ui32", True), ("index", True), ("i1", True), ("f32", False), ("bf16", False)]
)
def test_integers_are_those_with_a_sign_and_without(element, whole):
    names = integers([Array("A", (4,), element)])
    found = {is_whole(Compute(name, (A, Literal(1))), names) for name in ("+", "max", "divsi", "bitwise_or")}
    assert found == {whole}
    assert is_whole(Compute("less", (A, Literal(1))), names)
    assert not is_whole(Compute("+", (Literal(1), Literal(2))), names)
