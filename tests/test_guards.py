"""Conditions of loop nests mean what the languages compute."""

import operator
from itertools import product

import pytest

from weft.frontends.c import read_c
from weft.frontends.guards import MAX_DEPTH, Guard
from weft.frontends.python import read_python
from weft.ir import Affine, WeftError
from weft.passes import raise_nest

OPERATORS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
RANGES = {"i": (-3, 2), "j": (0, 4)}
SIDES = [Affine.of("i"), Affine.of("j"), Affine.of("i") + 3, Affine.of("j") - 5, Affine.of(0), Affine.of(-1)]
POINTS = [dict(zip(RANGES, point, strict=True)) for point in product(range(-3, 3), range(5))]


def holds(guard, point):
    return all(item.value(point) >= 0 for item in guard.conditions) == guard.holds


@pytest.mark.parametrize("name", OPERATORS)
def test_comparisons_and_their_opposites(name):
    for left, right in product(SIDES, SIDES):
        guard = Guard.compared(left, name, right)
        for point in POINTS:
            expected = OPERATORS[name](left.value(point), right.value(point))
            assert holds(guard, point) == expected != holds(guard.negated(), point)


@pytest.mark.parametrize("name", OPERATORS)
def test_comparisons_without_signs(name):
    told = 0
    for left, right in product(SIDES, SIDES):
        guard = Guard.without_signs(left, name, right, RANGES)
        if guard is None:
            continue
        told += 1
        for point in POINTS:
            expected = OPERATORS[name](left.value(point) % 2**64, right.value(point) % 2**64)
            assert holds(guard, point) == expected
    assert told > len(SIDES) ** 2 / 2


def test_both_and_either_are_refused_where_no_list_says_them():
    one, two = Guard((Affine.of("i"),)), Guard((Affine.of("j"),))
    pair = Guard.both(one, two)
    assert pair is not None
    assert Guard.both(pair.negated(), one) is None
    assert Guard.both(None, one) is None
    either = Guard.either(one, two)
    assert either is not None
    for point in ({"i": a, "j": b} for a, b in product((-1, 0), repeat=2)):
        assert holds(pair, point) == (holds(one, point) and holds(two, point))
        assert holds(either, point) == (holds(one, point) or holds(two, point))


def of_python(skips):
    return 'def f(A: "f32[8]", C: "f32[8]"):\n    for i in range(8):\n' + "".join(
        f"        {line}\n" for line in (*(f"if {skip}: continue" for skip in skips), "C[i] += A[i]")
    )


def of_c(skips):
    body = " ".join(f"if ({skip}) continue;" for skip in skips)
    return f"void f(float A[8], float C[8]) {{ for (int i = 0; i < 8; i++) {{ {body} C[i] += A[i]; }} }}"


@pytest.mark.parametrize(("read", "text"), [(read_python, of_python), (read_c, of_c)])
@pytest.mark.parametrize(("count", "refused"), [(MAX_DEPTH, False), (MAX_DEPTH + 1, True), (1000, True)])
def test_conditions_around_each_other_are_bounded(read, text, count, refused):
    (nest,) = read(text([f"i > {number + 4}" for number in range(count)]))
    (found,) = raise_nest(nest)
    assert (found.workload is None) == refused
    assert [item.code for item in found.diagnostics] == ["W403"] * refused
    assert refused or (found.workload.points, found.workload.operations) == (5, {"add": 1})


def test_a_chain_of_conditions_without_end_is_refused():
    chain = "".join(f"        elif i == {number}: C[i] += A[i]\n" for number in range(2000))
    text = of_python([]).replace("        C[i] += A[i]\n", "        if i == 9: pass\n") + chain
    with pytest.raises(WeftError, match="nested too deeply"):
        read_python(text)
