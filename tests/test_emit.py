"""Emitted Python and C compute what the loop nest says: by hand, and for generated nests with and without threads."""

import math

import numpy as np
import pytest
from emitted import compiled, fresh, interpret, run_c, run_python
from hypothesis import assume, given, settings
from nests import at, deep, gemm, generated, loop, nest, nests, own, parallel, times

from weft.backends.emit import emit_c, emit_python
from weft.frontends.c import read_c
from weft.frontends.python import read_python
from weft.ir import Affine, Compute, Literal, LoopKind, Statement

i, j, k, p = map(Affine.of, "ijkp")
CHUNK = LoopKind.CHUNK


HAND = {
    "imperfect nest": gemm(1),
    "ragged tiles": gemm(2),
    "least and greatest bounds": nest(
        {"a": (6, 6)},
        loop("i", 0, 6, loop("j", [i - 2, 0], [i + 2, 6, i * -1 + 9], Statement(at("a", i, j), Literal(9)))),
    ),
    "steps": nest({"a": (20,), "b": (20,)}, loop("i", 1, 20, Statement(at("a", i), at("b", i)), step=3)),
    "steps from a bound": nest(
        {"a": (9, 9)}, loop("i", 0, 9, loop("j", [i - 3, 1], 9, Statement(at("a", i, j), Literal(1)), step=2))
    ),
    "negative steps": nest(
        {"a": (9,)}, loop("i", [8, 7], [1, 0], Statement(at("a", i), at("a", i + 1), "+"), step=-2)
    ),
    "backward recurrence": nest({"a": (9,)}, loop("i", 7, -1, Statement(at("a", i), at("a", i + 1), "+"), step=-1)),
    "floors of negative numbers": nest(
        {"a": (9, 9), "b": (13,)},
        loop("i", -6, 7, Statement(at("a", i // 3 + 4, (i * 5 - 2) % 7 + (i // 4) // 2 + 1), at("b", i + 6), "+")),
    ),
    "empty loops": nest(
        {"a": (4,)},
        loop("i", 3, 3, Statement(at("a", i), Literal(1))),
        parallel("i", 0, 0, Statement(at("a", i), Literal(1), "+")),
        loop("i", 0, 4, loop("j", i, 1, Statement(at("a", j), Literal(2)))),
    ),
    "sum across units": nest(
        {"a": (8, 3), "s": (3,)},
        parallel("i", 0, 8, loop("j", 0, 3, Statement(at("s", j), times(at("a", i, j), at("a", i, j)), "+"))),
    ),
    "difference across fewer units": nest(
        {"a": (8,), "s": (1,)},
        parallel("i", 0, 8, Statement(at("s", 0), Compute("-", (at("a", i),)), "+"), units=3, memory="L1"),
    ),
    "product across units": nest({"s": (1,)}, parallel("i", 0, 9, Statement(at("s", 0), Literal(-2), "*"))),
    "largest across units": nest(
        {"a": (8,), "s": (1,)}, parallel("i", 0, 8, Statement(at("s", 0), at("a", i), "max"))
    ),
    "smallest across nested units": nest(
        {"a": (4, 5), "s": (1,)},
        parallel("i", 0, 4, parallel("j", 0, 5, Statement(at("s", 0), at("a", i, j), "min")), units=2),
    ),
    "windows of units overlap": nest(
        {"a": (6, 3), "s": (8,)},
        parallel("i", 0, 6, loop("j", 0, 3, Statement(at("s", i + j), at("a", i, j), "+"), kind=CHUNK)),
    ),
    "an accumulator for each unit": nest(
        {"a": (6, 9), "s": (6,), "t": own()},
        parallel(
            "i", 0, 6,
            Statement(at("t"), Literal(0.0)),
            loop("j", 0, 9, Statement(at("t"), at("a", i, j), "+")),
            Statement(at("s", i), at("t")),
        ),
    ),
    "units add into their parent's accumulators": nest(
        {"a": (3, 4, 5), "s": (3, 5), "t": own(5)},
        parallel(
            "i", 0, 3,
            loop("k", 0, 5, Statement(at("t", k), Literal(1))),
            parallel("j", 0, 4, loop("k", 0, 5, Statement(at("t", k), at("a", i, j, k), "+"))),
            loop("k", 0, 5, Statement(at("s", i, k), at("t", k))),
        ),
    ),
    "local arrays start from zero": nest(
        {"a": (5,), "s": (5,), "t": own(5), "u": own()},
        loop("i", 0, 5, Statement(at("t", i), at("a", i), "+"), Statement(at("u"), at("a", i), "+")),
        loop("i", 0, 5, Statement(at("s", i), Compute("-", (at("t", i), at("u"))))),
    ),
    "a large local array starts from zero each time": nest(
        {"s": (1,), "t": own(100, 100)},
        loop("i", 0, 2, Statement(at("t", i * 99, 5), Literal(3), "+"), Statement(at("s", 0), at("t", i * 99, 5), "+")),
    ),
    "numbers in and out": nest(
        {"alpha": (), "a": (4,), "b": (4,), "total": ()},
        loop("i", 0, 4, Statement(at("a", i), times(at("alpha"), at("b", i)), "+")),
        Statement(at("total"), Compute("/", (at("total"), Literal(2)))),
        loop("i", 0, 4, Statement(at("total"), Compute("-", (at("a", i), at("total"))), "max")),
    ),
    "numbers copied from numbers": nest(
        {"a": (4,), "t": own(), "u": own()},
        Statement(at("t"), at("u")),
        loop("i", 0, 4, Statement(at("u"), at("a", i), "+"), Statement(at("a", i), at("t"))),
    ),
    "integers": nest(
        {"a": {"shape": (5,), "element": "i32"}, "b": {"shape": (5,), "element": "i64"}, "c": (5,)},
        loop(
            "i", 0, 5,
            Statement(at("c", i), Compute("/", (at("a", i), Literal(2)))),
            Statement(at("b", i), at("a", i), "max"),
            Statement(at("c", i), Compute("/", (at("a", i), Compute("-", (at("b", i), Literal(9))))), "+"),
            Statement(at("b", i), Compute("divsi", (Compute("-", (at("b", i), at("a", i))), Literal(2)))),
            Statement(at("b", i), Compute("remsi", (at("a", i), Literal(-3))), "+"),
            Statement(at("a", i), Compute("abs", (Compute("-", (at("a", i), Literal(3))),)), "min"),
        ),
    ),
    "single precision": nest(
        {name: {"shape": (5,), "element": "f32"} for name in "ab"},
        loop("i", 0, 5, Statement(at("a", i), Compute("max", (at("b", i), Literal(0))))),
    ),
    "numbers alone": nest(
        {"a": (6,), "t": own()},
        Statement(at("a", 0), times(Literal(100000), Literal(-100000))),
        Statement(at("a", 1), Compute("/", (Literal(1), Literal(4)))),
        Statement(at("a", 2), Literal(10**30)),
        Statement(at("t"), Literal(-math.inf)),
        Statement(at("t"), Compute("-", (Literal(-7),)), "max"),
        Statement(at("a", 3), Compute("-", (at("t"), Literal(-5)))),
        Statement(at("a", 4), Compute("min", (Literal(2), Literal(3)))),
        Statement(at("a", 5), Compute("floor", (Literal(2.5),)), "+"),
    ),
    "far apart": nest(
        {"a": (9,), "b": (9,)},
        loop("i", 0, 9 * 2**30, Statement(at("a", i // 2**30), at("b", i * 4 // 2**32), "+"), step=2**30),
    ),
    "reserved and odd names": nest(
        {"in": (4,), "double": (4,), "max": (4,), "x'": (4,), "x_": (4,), "2": own()},
        Statement(at("2"), Literal(1)),
        loop(
            "for", 0, 4,
            loop("in", "for", Affine.of("for") + 1, Statement(at("in", "for"), at("double", "in"), "+")),
            Statement(at("x'", "for"), Compute("max", (at("x_", "for"), at("max", "for")))),
        ),
        name="exp",
    ),
    "loops of one name": nest(
        {"a": (4, 4)}, loop("i", 1, 3, loop("i", i, i + 2, Statement(at("a", i, i), Literal(5), "+")))
    ),
    "an iterator that no one reads": nest(
        {"a": (1,)}, loop("_", 0, 2, parallel("_", 0, 2, Statement(at("a", 0), Literal(1), "+")))
    ),
    "nothing at all": nest({"a": (2,), "alpha": (), "t": own()}),
    "more loops than Python compiles": nest(
        {"a": (2, 2), "s": (2,), "t": own()},
        deep(26, Statement(at("t"), at("a", "i0", "i18"), "+")),
        loop("i", 0, 2, Statement(at("s", i), at("t"))),
        name="inner_0",
    ),
}  # fmt: skip


def examples(strategy, number):
    """What a strategy generates in so many attempts, always the same, each once."""
    found = {}

    @settings(generated, max_examples=number)
    @given(strategy)
    def collect(item):
        found[str(item)] = item

    collect()
    return list(found.values())


@pytest.fixture(scope="module")
def items():
    """The nests of this module."""
    return [*HAND.values(), *examples(nests(threads=False), 50), *examples(nests(threads=True), 60)]


@pytest.fixture(scope="module")
def results(items):
    """What each nest is given, and what it computes from it."""
    given = [fresh(item, seed=number) for number, item in enumerate(items)]
    return [(data, interpret(item, data)) for item, data in zip(items, given, strict=True)]


@pytest.fixture(scope="module")
def units(items):
    """The nests in C, as functions f0, f1, …."""
    return [emit_c(item, f"f{number}") for number, item in enumerate(items)]


@pytest.fixture(scope="module")
def libraries(units, tmp_path_factory):
    """All nests in C, with OpenMP and without it."""
    folder = tmp_path_factory.mktemp("emitted")
    return [compiled(folder, units, *flags) for flags in (["-fopenmp"], [])]


def assert_same(found, expected, text):
    for name, values in found.items():
        np.testing.assert_array_equal(values, expected[name], err_msg=f"{name} in\n{text}")


@pytest.mark.parametrize("name", HAND)
def test_a_nest_runs_in_python(name):
    data = fresh(HAND[name])
    text = emit_python(HAND[name])
    assert_same(run_python(text, data), interpret(HAND[name], data), text)


@given(nests(threads=False) | nests(threads=True))
@generated
def test_a_generated_nest_runs_in_python(item):
    data = fresh(item)
    expected = interpret(item, data)
    assume(all(np.abs(values).max(initial=0) < 2**50 for values in expected.values()))
    text = emit_python(item)
    assert_same(run_python(text, data), expected, text)


@pytest.mark.parametrize("threads", [True, False])
def test_nests_run_in_c(items, results, units, libraries, threads):
    for number, (item, (data, expected)) in enumerate(zip(items, results, strict=True)):
        for _ in range(3 if threads else 2):
            assert_same(run_c(libraries[not threads], f"f{number}", item, data), expected, units[number])


# --- reading back --------------------------------------------------------------------------------------------------

RENAMED = {"reserved and odd names", "loops of one name", "an iterator that no one reads"}
NOT_FROM_PYTHON = {
    "numbers alone": "an integer of more than 64 bits",
    "far apart": "numbers of more than 31 bits",
    "more loops than Python compiles": "a function in the function",
}
NOT_FROM_C = {
    "negative steps": "the least of two numbers is read as a number",
    "local arrays start from zero": "C sets them to zero",
    "a large local array starts from zero each time": "C sets it to zero",
    "more loops than Python compiles": "C sets a local number to zero",
    "numbers copied from numbers": "C sets a local number to zero",
    "numbers in and out": "C passes a number that is set as an array of one element",
    "integers": "casts vanish",
    "numbers alone": "there is no loop",
    "nothing at all": "there is no loop",
}


@pytest.mark.parametrize("name", [name for name in HAND if name not in RENAMED | NOT_FROM_PYTHON.keys()])
def test_python_is_read_back_as_the_same_nest(name):
    assert read_python(emit_python(HAND[name]), function=HAND[name].name) == (HAND[name],)


@pytest.mark.parametrize("name", [name for name in HAND if name not in RENAMED | NOT_FROM_C.keys()])
def test_c_is_read_back_as_the_same_nest(name):
    assert read_c(emit_c(HAND[name])) == (HAND[name],)
