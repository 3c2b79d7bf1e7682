"""Nests that no directives express, of any size, are refused for a rule and never raised to something else."""

import pytest
from hypothesis import strategies as st
from nest_cases import around
from nest_checks import generated

from weft.ir import Access, Affine, Array, Compute, LoopKind, LoopNest, NestLoop, Statement
from weft.passes import raise_nest

I, J, K, M, N = map(Affine.of, "ijkmn")  # noqa: E741


def loop(iterator, lower, upper, step=1, kind=LoopKind.SEQUENTIAL):
    """A loop; bounds are expressions or lists of them."""
    bounds = [tuple(map(Affine.of, bound if isinstance(bound, list) else [bound])) for bound in (lower, upper)]
    return NestLoop(iterator, *bounds, (), step, kind)


def parallel(iterator, lower, upper, step=1):
    return loop(iterator, lower, upper, step, LoopKind.PARALLEL)


def chunk(iterator, lower, upper, step=1):
    return loop(iterator, lower, upper, step, LoopKind.CHUNK)


def product(*loops, m=M, n=N, k=K, inputs=("A", "B")):
    """C[m, n] += A[m, k]·B[k, n] inside of loops."""
    value = Compute("*", (Access(inputs[0], (m, k)), Access(inputs[1], (k, n))))
    arrays = tuple(Array(name, (99, 99)) for name in dict.fromkeys((*inputs, "C")))
    return LoopNest("nest", arrays, around(loops, Statement(Access("C", (m, n)), value, "+")))


def vector(*loops, target, inputs):
    """A sum of products of one-dimensional arrays."""
    accesses = tuple(Access(name, (subscript,)) for name, subscript in inputs)
    arrays = tuple(Array(name, (99,)) for name in dict.fromkeys((target.array, *(name for name, _ in inputs))))
    return LoopNest("nest", arrays, around(loops, Statement(target, Compute("*", accesses), "+")))


ROWS, COLUMNS = loop("m", 0, 3), loop("n", 0, 4)
NESTS = {
    "overlapping tiles of an output": lambda a, b, c: product(
        loop("i", 0, b), loop("j", 0, a + 1), COLUMNS, loop("k", 0, c), m=I * a + J
    ),
    "overlapping tiles by bounds": lambda a, b, c: product(
        ROWS, COLUMNS, loop("i", 0, a * b, a), loop("k", I, I + a + 1)
    ),
    "tiles with gaps by bounds": lambda a, b, c: product(
        ROWS, COLUMNS, loop("i", 0, a * b + b, a + 1), loop("k", I, I + a)
    ),
    "a triangle": lambda a, b, c: product(loop("m", 0, a + 1), loop("n", 0, M + 1), loop("k", 0, c)),
    "a triangular sum": lambda a, b, c: product(ROWS, COLUMNS, loop("k", N, 4)),
    "a wavefront in space": lambda a, b, c: product(
        loop("i", 0, a + b - 1), parallel("m", [0, I - b + 1], [a, I + 1]), loop("k", 0, c), n=I - M
    ),
    "a wavefront in time": lambda a, b, c: product(
        loop("i", 0, a + b - 1), loop("n", [0, I - b + 1], [a, I + 1]), loop("k", 0, c), m=I - N
    ),
    "a sum that is run downwards": lambda a, b, c: product(ROWS, COLUMNS, loop("k", a, -1, -1)),
    "an output that is run downwards": lambda a, b, c: product(loop("m", b * a, -1, -a), COLUMNS, loop("k", 0, c)),
    "a product in place": lambda a, b, c: product(ROWS, COLUMNS, loop("k", 0, c), inputs=("A", "C")),
    "a recurrence": lambda a, b, c: vector(
        loop("i", 1, a + 1), loop("k", 0, b), target=Access("C", (I,)), inputs=[("C", I - 1), ("A", K)]
    ),
    "a recurrence across tiles": lambda a, b, c: vector(
        loop("i", 0, a), loop("k", 0, b), target=Access("C", (I * b + K,)), inputs=[("C", I * b + K + b), ("A", K)]
    ),
    "a subscript over three dimensions": lambda a, b, c: product(
        ROWS, COLUMNS, loop("k", 0, a), loop("j", 0, b), k=K + N + J
    ),
    "a chunk outside of others": lambda a, b, c: product(chunk("m", 0, a), COLUMNS, loop("k", 0, b)),
    "a chunk of every other point": lambda a, b, c: product(
        ROWS, COLUMNS, loop("i", 0, a), chunk("k", I, I + a * b, a)
    ),
}


@pytest.mark.parametrize("recognize", [True, False])
@pytest.mark.parametrize("reason", NESTS)
def test_a_nest_is_refused_that_has(reason, recognize):
    def check_refusal(sizes):
        (raised,) = raise_nest(NESTS[reason](*sizes), recognize=recognize)
        errors = [item.code for item in raised.diagnostics if item.is_error]
        assert (raised.workload, raised.dataflow) == (None, None)
        assert errors
        assert set(errors) <= {f"W{number}" for number in range(401, 409)}

    generated(check_refusal, st.tuples(*[st.integers(2, 5)] * 3), 0, 10)
