"""Nests with temporaries, put into others at random; and what any nest computes, exactly, in numbers modulo a prime."""

from dataclasses import replace
from itertools import count

import numpy as np
from hypothesis import strategies as st
from nest_cases import around, cases
from nest_checks import loops_of, statement_of
from nest_semantics import place_of, values_of

from weft.ir import Access, Affine, Array, Choice, Compute, Literal, LoopNest, NestLoop, Statement

PRIME = 2**31 - 1
FUNCTIONS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a * pow(b, -1, PRIME),
    "max": max,
    "min": min,
}


def run_modulo(body, data, iterators=None):
    """Execute loops and statements in the order of the text; sums and products may be taken in any order."""
    iterators = {} if iterators is None else iterators
    for node in body:
        if isinstance(node, NestLoop):
            for iterator in values_of(node, iterators):
                run_modulo(node.body, data, iterators | {node.iterator: iterator})
        else:
            cell, index = data[node.target.array], place_of(node.target, iterators)
            result = _value(node.value, data, iterators)
            if node.reduction:
                result = FUNCTIONS[node.reduction](int(cell[index]), result) % PRIME
            cell[index] = result


def _value(value, data, iterators):
    if isinstance(value, Literal):
        return int(value.value) % PRIME
    if isinstance(value, Access):
        return int(data[value.array][place_of(value, iterators)])
    if isinstance(value, Choice):
        holds = all(condition.value(iterators) >= 0 for condition in value.conditions)
        return _value(value.value if holds else value.otherwise, data, iterators)
    first, *rest = (_value(item, data, iterators) for item in value.operands)
    if not rest:
        # Any function of one number does, as long as minus is minus.
        return -first % PRIME if value.function == "-" else (first * first + 3) % PRIME
    for item in rest:
        first = FUNCTIONS[value.function](first, item) % PRIME
    return first


def computed(nest):
    """The arrays that the caller sees after a nest has run on the same numbers."""
    generator = np.random.default_rng(7)
    drawn = {array.name: generator.integers(0, PRIME, array.shape) for array in nest.arrays if not array.local}
    data = drawn | {array.name: np.zeros(array.shape, np.int64) for array in nest.arrays if array.local}
    run_modulo(nest.body, data)
    return {name: data[name] for name in drawn}


@st.composite
def with_temporaries(draw, max_points=200):
    """A case, and its nest with operands, products and sums that pass through temporaries."""
    case = draw(cases(max_points))
    writer = _Writer(draw, loops_of(case.nest))
    statement = statement_of(case.nest)
    operands = [writer.loaded(item) for item in _operands(statement.value)]
    value = writer.product(operands)
    target = statement.target
    inner = [replace(statement, value=value)]
    if draw(st.booleans()) and statement.reduction == "+":
        total = writer.fresh()
        inner = [Statement(total, target), Statement(total, value, "+"), Statement(target, total)]
    body = (*writer.at_depth[-1], *inner)
    for depth in reversed(range(len(writer.loops))):
        body = (*writer.at_depth[depth], *around(writer.loops[depth : depth + 1], *body))
    return case, replace(case.nest, arrays=(*case.nest.arrays, *writer.arrays), body=body)


def _operands(value):
    return [item for part in value.operands for item in _operands(part)] if isinstance(value, Compute) else [value]


class _Writer:
    """Writes loads of operands at the depths where they may stand."""

    def __init__(self, draw, loops):
        self.draw = draw
        self.loops = loops
        self.at_depth = [[] for _ in range(len(loops) + 1)]
        self.arrays = []
        self.names = (f"tmp{number}" for number in count())

    def fresh(self):
        """A scalar of its own, or the element of an array of one."""
        name, is_array = next(self.names), not self.draw(st.integers(0, 3))
        self.arrays.append(Array(name, (1,) if is_array else (), local=True))
        return Access(name, (Affine.of(0),) if is_array else ())

    def loaded(self, access):
        """What stands for an operand: itself, or a temporary that was set as far out as its iterators allow."""
        if not self.draw(st.integers(0, 2)):
            return access
        used = {name for axis in access.subscripts for name in axis.names}
        least = max((number + 1 for number, loop in enumerate(self.loops) if loop.iterator in used), default=0)
        depth = self.draw(st.integers(least, len(self.loops)))
        found = access
        for _ in range(self.draw(st.integers(1, 2))):
            name = self.fresh()
            if self.draw(st.booleans()):
                self.at_depth[depth].append(Statement(name, Literal(0)))
            self.at_depth[depth].append(Statement(name, found))
            found = name
        return found

    def product(self, operands):
        """The product, perhaps in a temporary."""
        value, *rest = operands
        for item in rest:
            value = Compute("*", (value, item))
        if not self.draw(st.booleans()):
            return value
        name = self.fresh()
        self.at_depth[-1].append(Statement(name, value))
        return name


PLACES = {0: ["0", "1"], 1: ["i", "i", "i + 1", "0"], 2: ["i", "j", "j", "i + 1", "j + 1"]}


@st.composite
def tangles(draw):
    """Loops around statements that set, change and use few temporaries, and write what these were set from."""
    body = draw(_tangle(0, draw(st.integers(3, 5))))
    arrays = [Array(name, (5,), local=name in "uv") for name in "abuv"]
    return LoopNest("f", (*arrays, *(Array(name, (), local=name != "q") for name in "stq")), body)


@st.composite
def _tangle(draw, depth, length):
    found = []
    for _ in range(length):
        if depth < 2 and draw(st.integers(0, 2 if depth else 1)):
            name, first = "ij"[depth], draw(st.integers(0, 1))
            inner = draw(_tangle(depth + 1, draw(st.integers(2, 5))))
            trips = draw(st.sampled_from([0, 2, 3, 3]))
            found.append(NestLoop(name, (Affine.of(first),), (Affine.of(first + trips),), inner))
        else:
            found.append(draw(_step(depth)))
    return tuple(found)


@st.composite
def _step(draw, depth):
    def element(names):
        name = draw(st.sampled_from(names))
        if name in "stq":
            return Access(name)
        iterator, _, more = draw(st.sampled_from(PLACES[depth])).partition(" + ")
        place = Affine.of(int(iterator) if iterator.isdecimal() else iterator) + int(more or 0)
        return Access(name, (place,))

    value = element("ssttabuvq")
    if draw(st.booleans()):
        value = Compute(draw(st.sampled_from(["*", "*", "+", "max"])), (value, element("ssttabuv")))
    target = element(draw(st.sampled_from(["sst", "uv", "abq"])))
    return Statement(target, value, draw(st.sampled_from(["", "", "+"])))
