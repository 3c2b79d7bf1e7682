"""Raised statements execute the operations of the text, as often as it does, whatever passes through temporaries."""

from collections import Counter
from math import prod

import numpy as np
import pytest
from hypothesis import assume
from hypothesis import strategies as st
from nest_checks import generated
from nest_semantics import random_arrays, run
from nests import at, loop, nest

from weft.ir import Compute, Literal, Statement, operations_of
from weft.passes import raise_nest
from weft.passes.raising.forward import forward_temporaries

BOUNDS = {"i": 4, "j": 3}
ARRAYS = {"A": {"shape": (4,)}, "B": {"shape": (4, 3)}, "Y": {"shape": (4,)}, "Z": {"shape": (4, 3)}}


@st.composite
def values(draw, leaves):
    """A value of one to four leaves, not all of them numbers."""
    found = [*draw(st.lists(st.sampled_from([*leaves, Literal(2)]), max_size=3)), draw(st.sampled_from(leaves))]
    while len(found) > 1:
        one, other = found.pop(), found.pop()
        found.append(Compute(draw(st.sampled_from(["+", "-", "*", "max", "min"])), (one, other)))
    return found[0] if draw(st.booleans()) else Compute("-", (found[0],))


@st.composite
def chains(draw):
    """Temporaries of temporaries inside of a loop and of one in it, of which an element of each loop is set."""
    names = [f"t{number}" for number in range(draw(st.integers(1, 5)))]
    outside = draw(st.integers(0, len(names)))
    known, bodies = [at("A", "i")], ([], [])
    for number, name in enumerate(names):
        inner = number >= outside
        leaves = [*known, at("B", "i", "j")] if inner else known
        bodies[inner].append(Statement(at(name), draw(values(leaves))))
        known = [*known, at(name)]
    bodies[1].append(Statement(at("Z", "i", "j"), draw(values([*known, at("B", "i", "j")]))))
    ends = [Statement(at("Y", "i"), draw(values(known[: outside + 1])))] if draw(st.booleans()) else []
    arrays = ARRAYS | {name: {"shape": (), "local": True} for name in names}
    return nest(arrays, loop("i", 0, 4, *bodies[0], loop("j", 0, 3, *bodies[1]), *ends))


def live(found):
    """The statements whose results are read or returned, with how often they run."""
    wanted, kept = {"Y", "Z"}, []
    for loops, statement in reversed(list(found.statements())):
        if statement.target.array in wanted:
            kept.append((statement, prod(BOUNDS[item.iterator] for item in loops)))
            wanted |= {access.array for access in statement.reads}
    return kept


def executed(found):
    """How often each operation is executed; a copy is none."""
    total = Counter()
    for statement, times_run in live(found):
        total.update({name: count * times_run for name, count in operations_of(statement)})
    del total["copy"]
    return total


def check(found):
    assume(len(live(found)) == len(list(found.statements())))
    raised = raise_nest(found)
    assert all(item.workload is not None for item in raised)
    total = Counter()
    for item in raised:
        total.update({name: count * item.workload.points for name, count in item.workload.operations.items()})
    del total["copy"]
    assert +total == +executed(found), f"{found}\n{forward_temporaries(found)}"
    ours, theirs = random_arrays(found), random_arrays(found)
    run(found.body, ours)
    run(forward_temporaries(found).body, theirs)
    assert all(np.array_equal(ours[name], theirs[name]) for name in "YZ")


def test_operations_through_temporaries_are_counted_as_often_as_they_run():
    generated(check, chains(), 0, 50)


@pytest.mark.campaign
@pytest.mark.parametrize("number", range(100, 104))
def test_operations_through_many_temporaries(number):
    generated(check, chains(), number, 1000)
