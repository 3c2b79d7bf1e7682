"""Nests are read back from their text; whatever else a text holds, reading it gives nests or findings with a place."""

import random
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from weft.frontends.python import read_python
from weft.frontends.sizes import Sizes
from weft.ir import (
    Access,
    Affine,
    Array,
    Compute,
    Literal,
    LoopKind,
    LoopNest,
    NestLoop,
    Placement,
    Statement,
    Unreadable,
    WeftError,
    accesses,
)

PROPERTY = settings(max_examples=200, deadline=None, database=None, derandomize=True)
ITERATORS = ("i", "j", "k", "x1", "y_0")
ELEMENTS = st.sampled_from(["f32", "f64", "i8", "bf16", "index"])

# --- generated nests -----------------------------------------------------------------------------------------------


@st.composite
def nests(draw):
    """A nest as it comes from a reader: reductions are said as such, signs of numbers stand in the numbers."""
    ranks, arrays = {}, []
    for name in draw(st.lists(st.sampled_from("ABCDE"), min_size=1, unique=True)):
        ranks[name] = draw(st.integers(0, 3))
        has_shape = not ranks[name] or draw(st.booleans())
        shape = tuple(draw(st.integers(0, 64)) for _ in range(ranks[name])) if has_shape else None
        element = draw(ELEMENTS) if has_shape else "f64"
        arrays.append(Array(name, shape, element, draw(st.booleans())))
    arrays.sort(key=lambda item: item.local)
    held = st.lists(st.sampled_from(sorted(ranks)), unique=True).map(tuple)
    memories = draw(st.lists(st.sampled_from(["L1", "L2", "a b"]), unique=True, max_size=2))
    placements = tuple(Placement(memory, draw(held)) for memory in memories)
    return LoopNest("kernel", tuple(arrays), draw(blocks(ranks, ())), placements)


@st.composite
def blocks(draw, ranks, around):
    free = [name for name in ITERATORS if name not in around]
    nodes = []
    for _ in range(draw(st.integers(1, 2))):
        is_loop = free and draw(st.booleans())
        nodes.append(draw(loops(ranks, around, free) if is_loop else statements(ranks, around)))
    return tuple(nodes)


@st.composite
def loops(draw, ranks, around, free):
    iterator = draw(st.sampled_from(free))
    bounds = st.lists(affines(around), min_size=1, max_size=3).map(tuple)
    lower, upper = draw(bounds), draw(bounds)
    step = draw(st.sampled_from([1, 1, 1, 2, 16, -1, -3]))
    kind = draw(st.sampled_from(LoopKind))
    is_parallel = kind is LoopKind.PARALLEL
    units = draw(st.none() | st.integers(1000, 9999)) if is_parallel else None
    memory = draw(st.sampled_from([None, "L1", "my memory"])) if is_parallel else None
    body = draw(blocks(ranks, (*around, iterator)))
    return NestLoop(iterator, lower, upper, body, step, kind, units, memory)


def affines(names):
    """Sums of iterators, also with floor divisions and remainders."""
    numbers = st.integers(-70, 70)
    leaves = numbers.map(Affine.of) | (st.sampled_from(names).map(Affine.of) if names else st.nothing())
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(lambda a, b: a + b, inner, inner),
            st.builds(lambda a, b: a - b, inner, inner),
            st.builds(lambda a, b: a * b, inner, numbers),
            st.builds(lambda a, b: a // b, inner, st.integers(1, 9)),
            st.builds(lambda a, b: a % b, inner, st.integers(1, 9)),
        ),
        max_leaves=4,
    )


def accesses_of(ranks, around):
    # A negative number as a subscript counts from the end.
    subscripts = affines(around).filter(lambda item: not item.is_constant or item.constant >= 0)
    return st.sampled_from(sorted(ranks)).flatmap(
        lambda name: st.tuples(*[subscripts] * ranks[name]).map(lambda found: Access(name, found))
    )


def values(ranks, around):
    literals = st.builds(Literal, st.integers(-(2**40), 2**40) | st.floats(allow_nan=False).map(lambda x: x + 0.0))
    return st.recursive(
        accesses_of(ranks, around) | literals,
        lambda inner: st.one_of(
            st.builds(lambda f, a, b: Compute(f, (a, b)), st.sampled_from("+-*/"), inner, inner),
            inner.filter(lambda x: not isinstance(x, Literal) or x.value < 0).map(lambda x: Compute("-", (x,))),
            st.builds(Compute, st.sampled_from(["max", "min", "exp", "f"]), st.lists(inner, min_size=1).map(tuple)),
        ),
        max_leaves=6,
    )


@st.composite
def statements(draw, ranks, around):
    target = draw(accesses_of(ranks, around))
    reduction = draw(st.sampled_from(["", "+", "*", "max", "min"]))
    value = draw(values(ranks, around))
    if not reduction and target in accesses(value):
        value = Literal(0)
    return Statement(target, value, reduction)


@PROPERTY
@given(nests())
def test_a_nest_is_read_back_from_its_text(nest):
    (found,) = read_python(str(nest))
    assert found == nest
    assert str(found) == str(nest)


# --- broken sources ------------------------------------------------------------------------------------------------
