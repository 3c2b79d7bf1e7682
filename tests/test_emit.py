"""Emitted Python and C compute what the loop nest says: by hand, and for generated nests with and without threads."""

import math
import re
import subprocess
import sys
from itertools import product

import numpy as np
import pytest
from emitted import compiled, emitted_units, fresh, instances, interpret, iterations, place, run_c, run_python
from hypothesis import HealthCheck, assume, given, settings
from nests import at, loop, nest, nests, own, parallel, times

from weft.backends import emit
from weft.backends.emit import emit_c, emit_python, sharing
from weft.ir import (
    Affine,
    Array,
    Compute,
    Diagnostic,
    Literal,
    LoopKind,
    LoopNest,
    NestLoop,
    Placement,
    Statement,
    Unreadable,
    WeftError,
)

generated = settings(
    max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
I, J, K, P = map(Affine.of, "ijkp")
CHUNK = LoopKind.CHUNK


def gemm(tile):
    """C[i, j] set and then added to, in tiles of rows on units; the last tile is cut off."""
    body = loop("k", 0, 3, Statement(at("C", I, J), times(at("A", I, K), at("B", K, J)), "+"))
    rows = loop("i", P, [P + tile, 5], loop("j", 0, 4, Statement(at("C", I, J), Literal(0.0)), body), kind=CHUNK)
    return nest({"A": (5, 3), "B": (3, 4), "C": (5, 4)}, parallel("p", 0, 5, rows, step=tile), name="gemm")


def deep(count, statement):
    """A statement inside of so many loops."""
    for number in reversed(range(count)):
        statement = loop(f"i{number}", 0, 2 if number % 9 == 0 else 1, statement)
    return statement


HAND = {
    "imperfect nest": gemm(1),
    "ragged tiles": gemm(2),
    "least and greatest bounds": nest(
        {"a": (6, 6)}, loop("i", 0, 6, loop("j", [I - 2, 0], [I + 2, 6, I * -1 + 9], Statement(at("a", I, J), Literal(9))))
    ),
    "steps": nest({"a": (20,), "b": (20,)}, loop("i", 1, 20, Statement(at("a", I), at("b", I)), step=3)),
    "steps from a bound": nest(
        {"a": (9, 9)}, loop("i", 0, 9, loop("j", [I - 3, 1], 9, Statement(at("a", I, J), Literal(1)), step=2))
    ),
    "negative steps": nest(
        {"a": (9,)}, loop("i", [8, 7], [1, 0], Statement(at("a", I), at("a", I + 1), "+"), step=-2)
    ),
    "backward recurrence": nest({"a": (9,)}, loop("i", 7, -1, Statement(at("a", I), at("a", I + 1), "+"), step=-1)),
    "floors of negative numbers": nest(
        {"a": (9, 9), "b": (13,)},
        loop("i", -6, 7, Statement(at("a", I // 3 + 4, (I * 5 - 2) % 7 + (I // 4) // 2 + 1), at("b", I + 6), "+")),
    ),
    "empty loops": nest(
        {"a": (4,)},
        loop("i", 3, 3, Statement(at("a", I), Literal(1))),
        parallel("i", 0, 0, Statement(at("a", I), Literal(1), "+")),
        loop("i", 0, 4, loop("j", I, 1, Statement(at("a", J), Literal(2)))),
    ),
    "sum across units": nest(
        {"a": (8, 3), "s": (3,)},
        parallel("i", 0, 8, loop("j", 0, 3, Statement(at("s", J), times(at("a", I, J), at("a", I, J)), "+"))),
    ),
    "difference across fewer units": nest(
        {"a": (8,), "s": (1,)},
        parallel("i", 0, 8, Statement(at("s", 0), Compute("-", (at("a", I),)), "+"), units=3, memory="L1"),
    ),
    "product across units": nest({"s": (1,)}, parallel("i", 0, 9, Statement(at("s", 0), Literal(-2), "*"))),
    "largest across units": nest(
        {"a": (8,), "s": (1,)}, parallel("i", 0, 8, Statement(at("s", 0), at("a", I), "max"))
    ),
    "smallest across nested units": nest(
        {"a": (4, 5), "s": (1,)},
        parallel("i", 0, 4, parallel("j", 0, 5, Statement(at("s", 0), at("a", I, J), "min")), units=2),
    ),
    "windows of units overlap": nest(
        {"a": (6, 3), "s": (8,)},
        parallel("i", 0, 6, loop("j", 0, 3, Statement(at("s", I + J), at("a", I, J), "+"), kind=CHUNK)),
    ),
    "an accumulator for each unit": nest(
        {"a": (6, 9), "s": (6,), "t": own()},
        parallel(
            "i", 0, 6,
            Statement(at("t"), Literal(0.0)),
            loop("j", 0, 9, Statement(at("t"), at("a", I, J), "+")),
            Statement(at("s", I), at("t")),
        ),
    ),
    "units add into their parent's accumulators": nest(
        {"a": (3, 4, 5), "s": (3, 5), "t": own(5)},
        parallel(
            "i", 0, 3,
            loop("k", 0, 5, Statement(at("t", K), Literal(1))),
            parallel("j", 0, 4, loop("k", 0, 5, Statement(at("t", K), at("a", I, J, K), "+"))),
            loop("k", 0, 5, Statement(at("s", I, K), at("t", K))),
        ),
    ),
    "local arrays start from zero": nest(
        {"a": (5,), "s": (5,), "t": own(5), "u": own()},
        loop("i", 0, 5, Statement(at("t", I), at("a", I), "+"), Statement(at("u"), at("a", I), "+")),
        loop("i", 0, 5, Statement(at("s", I), Compute("-", (at("t", I), at("u"))))),
    ),
    "a large local array starts from zero each time": nest(
        {"s": (1,), "t": own(100, 100)},
        loop("i", 0, 2, Statement(at("t", I * 99, 50), Literal(3), "+"), Statement(at("s", 0), at("t", I * 99, 50), "+")),
    ),
    "numbers in and out": nest(
        {"alpha": (), "a": (4,), "b": (4,), "total": ()},
        loop("i", 0, 4, Statement(at("a", I), times(at("alpha"), at("b", I)), "+")),
        Statement(at("total"), Compute("/", (at("total"), Literal(2)))),
        loop("i", 0, 4, Statement(at("total"), Compute("-", (at("a", I), at("total"))), "max")),
    ),
    "numbers copied from numbers": nest(
        {"a": (4,), "t": own(), "u": own()},
        Statement(at("t"), at("u")),
        loop("i", 0, 4, Statement(at("u"), at("a", I), "+"), Statement(at("a", I), at("t"))),
    ),
    "integers": nest(
        {"a": {"shape": (5,), "element": "i32"}, "b": {"shape": (5,), "element": "i64"}, "c": (5,)},
        loop(
            "i", 0, 5,
            Statement(at("c", I), Compute("/", (at("a", I), Literal(2)))),
            Statement(at("b", I), at("a", I), "max"),
            Statement(at("a", I), Compute("abs", (Compute("-", (at("a", I), Literal(3))),)), "min"),
        ),
    ),
    "single precision": nest(
        {name: {"shape": (5,), "element": "f32"} for name in "ab"},
        loop("i", 0, 5, Statement(at("a", I), Compute("max", (at("b", I), Literal(0))))),
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
        loop("i", 0, 9 * 2**30, Statement(at("a", I // 2**30), at("b", I * 4 // 2**32), "+"), step=2**30),
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
        {"a": (4, 4)}, loop("i", 1, 3, loop("i", I, I + 2, Statement(at("a", I, I), Literal(5), "+")))
    ),
    "an iterator that no one reads": nest({"a": (1,)}, loop("_", 0, 2, parallel("_", 0, 2, Statement(at("a", 0), Literal(1), "+")))),
    "nothing at all": nest({"a": (2,), "alpha": (), "t": own()}),
    "more loops than Python compiles": nest(
        {"a": (2, 2), "s": (2,), "t": own()},
        deep(26, Statement(at("t"), at("a", "i0", "i18"), "+")),
        loop("i", 0, 2, Statement(at("s", I), at("t"))),
        name="inner_0",
    ),
}  # fmt: skip


def examples(strategy, number):
    """So many generated values, always the same."""
    found = []

    @settings(generated, max_examples=number)
    @given(strategy)
    def collect(item):
        found.append(item)

    collect()
    return found


@pytest.fixture(scope="module")
def items():
    """The nests of this module by name."""
    found = dict(HAND)
    for threads in (False, True):
        found |= {f"generated {threads} {number}": item for number, item in enumerate(examples(nests(threads), 50))}
    return found


@pytest.fixture(scope="module")
def libraries(items, tmp_path_factory):
    """All nests in C, with OpenMP and without it."""
    folder, units = tmp_path_factory.mktemp("emitted"), emitted_units(items.values())
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
def test_nests_run_in_c(items, libraries, threads):
    for number, item in enumerate(items.values()):
        data = fresh(item, seed=number)
        expected = interpret(item, data)
        for _ in range(3 if threads else 2):
            found = run_c(libraries[not threads], f"f{number}", item, data)
            assert_same(found, expected, emit_c(item))


# --- units ---------------------------------------------------------------------------------------------------------


def meets(item, array):
    """Whether several iterations of a parallel loop reach one element of an array that no other loop sets."""
    found = []
    for loops, statement in item.statements():
        if statement.target.array == array:
            found += [(loops, point, place(statement.target, point)) for point in points(loops)]
    return any(
        first[0][: depth + 1] == second[0][: depth + 1]
        and outer.kind is LoopKind.PARALLEL
        and all(first[1][item.iterator] == second[1][item.iterator] for item in first[0][:depth])
        and first[1][outer.iterator] != second[1][outer.iterator]
        for first, second in product(found, found)
        if first[2] == second[2]
        for depth, outer in enumerate(first[0])
    )


def points(loops):
    """The values of the iterators of loops inside each other."""
    found = [{}]
    for item in loops:
        found = [point | {item.iterator: number} for point in found for number in iterations(item, point)]
    return found


def guarded(text, array):
    """Whether updates of an array are atomic or critical, for those in a text of C; they must be all of one kind."""
    lines = [line.strip() for line in text.splitlines()]
    updates = [number for number, line in enumerate(lines) if re.match(rf"{array}(\[.*\])? [-+*]?= ", line)]
    return {lines[number - 1] in ("#pragma omp atomic", "#pragma omp critical") for number in updates}


@given(nests(threads=True))
@generated
def test_updates_are_atomic_exactly_where_units_meet(item):
    text = emit_c(item)
    for array, alone in (("sum", "grid"), ("grid", ""), ("largest", ""), ("product", "")):
        statements = [one for one in item.statements() if one[1].target.array == array]
        if len(statements) == 1 or (alone and len(statements) > 1 and not meets(item, array)):
            assert guarded(text, array) == {meets(item, array)}, text
