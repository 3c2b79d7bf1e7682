"""Languages inside of Python, Allo, Exo and numba: raised to the program that numpy's product is, or refused."""

import numpy as np
import pytest
from nest_checks import long_extents, machine
from nest_semantics import run

import weft
from weft.frontends.python import read_python
from weft.frontends.sizes import Sizes
from weft.ir import Mapping
from weft.passes import raise_nest

ALLO = """
import allo
from allo.ir.types import float32
def gemm(A: float32[8, 6], B: float32[6, 7]) -> float32[8, 7]:
    C: float32[8, 7] = 0.0
    {loops}
    return C
s = allo.customize(gemm)
s.split("i", 4)
"""
EXO = """
from __future__ import annotations
from exo import proc, DRAM
@proc
def gemm(M: size, N: size, K: size, A: f32[M, K] @ DRAM, B: [f32][K, N], C: f32[8, 7] @ DRAM):
    assert M % 4 == 0
    for i in seq(0, M):
        for j in {kind}(0, N):
            acc: f32 @ DRAM
            acc = 0.0
            for k in seq(0, K):
                acc += A[i, k] * B[k, j]
            C[i, j] = acc
gemm = rename(gemm, "other")
"""
NUMBA = """
from numba import njit, prange
@njit(parallel=True, fastmath=True)
def gemm(A: "f32[8, 6]", B: "f32[6, 7]", C: "f32[8, 7]"):
    M, K = A.shape
    N = B.shape[1]
    for i in prange(M):
        for j in range(N):
            acc = 0.0
            for k in range(K):
                acc += A[i, k] * B[k, j]
            C[i, j] = acc
"""
GRIDS = [
    "for i, j in allo.grid(8, 7):\n        for k in allo.reduction(6):\n            C[i, j] += A[i, k] * B[k, j]",
    "for i, j, k in allo.grid(8, 7, 6, name='all'):\n        C[i, j] += A[i, k] * B[k, j]",
    "for i in range(8):\n        for j, k in allo.grid(7, 6):\n            C[i, j] += A[i, k] * B[k, j]",
]
PROGRAMS = [
    *((ALLO.format(loops=loops), {}, (1,)) for loops in GRIDS),
    (EXO.format(kind="seq"), {"M": 8, "N": 7, "K": 6}, (1,)),
    (EXO.format(kind="par"), {"M": 8, "N": 7, "K": 6}, (7,)),
    (NUMBA, {}, (8,)),
]


@pytest.mark.parametrize(("text", "sizes", "units"), PROGRAMS)
def test_a_product_is_the_one_of_numpy(text, sizes, units):
    (nest,) = read_python(text, sizes=Sizes(sizes))
    raised = raise_nest(nest)
    (product,) = [item for item in raised if item.workload.statement is None]
    assert (product.kind, long_extents(product), product.units) == ("GEMM", {"M": 8, "N": 7, "K": 6}, units)
    programs = [Mapping(item.workload, item.dataflow, machine(item.units)) for item in raised]
    again = weft.reschedule(nest, programs)
    generator = np.random.default_rng(0)
    data = {item.name: generator.integers(-4, 5, item.shape).astype(float) for item in again.arrays}
    expected = data["A"] @ data["B"]
    run(again.body, data)
    assert np.array_equal(data["C"], expected)


def test_what_a_function_calls_the_extents_of_an_array_is_a_size():
    text = NUMBA.replace(': "f32[8, 6]"', "").replace(': "f32[6, 7]"', "")
    (nest,) = read_python(text, sizes=Sizes({"M": 8, "A.shape[1]": 6, "N": 7}))
    assert long_extents(raise_nest(nest)[0]) == {"M": 8, "N": 7, "K": 6}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ALLO.format(loops="C = allo.matmul(A, B)"), "matmul"),
        (ALLO.format(loops="for i, j in allo.grid(8):\n        C[i, j] += A[i, j] * B[i, j]"), "a loop over what is"),
        (EXO.format(kind="seq").replace("acc = 0.0", "mm512_fma(A[i, 0:4], C[i, j])"), "mm512_fma"),
        (EXO.format(kind="seq").replace("A[i, k] *", "A[i, 0:4] *"), ""),
    ],
)
def test_what_is_no_loop_is_refused(text, message):
    (nest,) = read_python(text, sizes=Sizes({"M": 8, "N": 7, "K": 6}))
    refused = [note for item in raise_nest(nest) if item.workload is None for note in item.diagnostics]
    assert any(note.code == "W411" and message in note.message for note in refused), refused


def test_only_files_of_these_languages_have_their_words():
    (nest,) = read_python('def f(A: "f64[8]", x):\n    for i in seq(0, 8):\n        A[i] += x[i] * x[i]\n')
    assert [note.code for item in raise_nest(nest) for note in item.diagnostics] == ["W411"]


def test_a_fill_has_iterators_that_no_other_name_is():
    loops = "for C_0, C_1_ in allo.grid(8, 7):\n        C[C_0, C_1_] += A[C_0, 0] * C_1"
    text = ALLO.format(loops=loops).replace("B: float32[6, 7]", "C_1: float32")
    (nest,) = read_python(text)
    assert [line.strip() for line in str(nest).splitlines()[1:7]] == [
        "for C_0_ in range(8):",
        "for C_1__ in range(7):",
        "C[C_0_, C_1__] = 0.0",
        "for C_0 in range(8):",
        "for C_1_ in range(7):",
        "C[C_0, C_1_] += A[C_0, 0] * C_1",
    ]
