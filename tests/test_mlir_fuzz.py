"""Whatever a file of MLIR holds, reading it gives nests or an error of Weft's own, and in linear time."""

import re

import pytest

pytest.importorskip("xdsl", reason="MLIR is read with xDSL")

from cpu_time import cpu_seconds
from hypothesis import given, settings
from hypothesis import strategies as st

from weft.frontends.mlir import read_mlir
from weft.frontends.sizes import Sizes
from weft.ir import LoopNest, Unreadable, WeftError

LOOPS = """
func.func @loops(%A: memref<4x8xi32>, %D: memref<?xi32>, %n: index, %m: i32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %mm = arith.index_cast %m : i32 to index
  %d = memref.dim %D, %c0 : memref<?xi32>
  scf.parallel (%i, %j) = (%c0, %c0) to (%mm, %d) step (%c1, %c1) {
    %x = memref.load %A[%i, %j] : memref<4x8xi32>
    %q = arith.remui %i, %c1 : index
    %c = arith.cmpi sgt, %x, %m : i32
    %s = arith.select %c, %x, %m : i32
    memref.store %s, %A[%q, %j] : memref<4x8xi32>
    scf.reduce
  }
  affine.parallel (%i) = (max(0, %n)) to (min(4, %n + 2)) step (2) {
    %u = affine.apply affine_map<(d0)[s0] -> (d0 * 2 + s0 mod 3)>(%i)[%n]
    %v = affine.max affine_map<(d0) -> (d0, 3)>(%i)
    affine.for %k = max affine_map<(d0) -> (d0 ceildiv 2, 0)>(%i) to min affine_map<(d0) -> (d0 - 2, 7)>(%v) step 3 {
      %z = affine.load %A[%k, %i - 1 + %k * 2] : memref<4x8xi32>
      %w = memref.load %D[%u] : memref<?xi32>
      %s = arith.addi %z, %w : i32
      affine.store %s, %A[%k, %i - 1 + %k * 2] : memref<4x8xi32>
    } {weft.chunk, weft.name = "zz"}
  } {weft.units = 2 : i64}
  affine.if affine_set<(d0) : (d0 - 1 >= 0)>(%n) {
    affine.store %m, %D[0] : memref<?xi32>
  } else {
    func.call @loops(%A, %D, %n, %m) : (memref<4x8xi32>, memref<?xi32>, index, i32) -> ()
  }
  %e = affine.for %i = 0 to 4 iter_args(%a = %m) -> (i32) {
    affine.yield %a : i32
  }
  "my.use"(%e) ({
    "my.inner"() : () -> ()
  }) : (i32) -> ()
  return
}
"""
LINALG = """
#id = affine_map<(d0, d1) -> (d0, d1)>
module {
  memref.global "private" constant @w : memref<2xf32> = dense<1.0>
  func.func private @outside(f32) -> f32
  func.func @tensors(%B: tensor<4x?xf32>, %I: memref<1x8x8x2xf32>, %K: memref<3x3xf32>) -> tensor<4x?xf32> {
    %c1 = arith.constant 1 : index
    %f = arith.constant 0.5 : f32
    %n = tensor.dim %B, %c1 : tensor<4x?xf32>
    %e = tensor.empty(%n) : tensor<4x?xf32>
    %z = linalg.fill ins(%f : f32) outs(%e : tensor<4x?xf32>) -> tensor<4x?xf32>
    %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
        ins(%B : tensor<4x?xf32>) outs(%z : tensor<4x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %1 = linalg.index 0 : index
      %2 = math.exp %in : f32
      %3 = arith.addf %2, %out : f32
      linalg.yield %3 : f32
    } -> tensor<4x?xf32>
    linalg.pooling_nhwc_max {dilations = dense<1> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>}
        ins(%I, %K : memref<1x8x8x2xf32>, memref<3x3xf32>) outs(%I : memref<1x8x8x2xf32>)
    memref.copy %I, %I : memref<1x8x8x2xf32> to memref<1x8x8x2xf32>
    linalg.reduce { arith.addf } ins(%K : memref<3x3xf32>) outs(%K : memref<3x3xf32>) dimensions = [1]
    linalg.transpose ins(%K : memref<3x3xf32>) outs(%K : memref<3x3xf32>) permutation = [1, 0]
    %t = memref.alloc(%n)[] {alignment = 64 : i64} : memref<?xf32>
    return %0 : tensor<4x?xf32>
  }
}
"""
WORDS = re.compile(r"\s+|[%@#!^]?[\w.]+|->|==|[^\w\s]")
KINDS = [
    r"%\w+",
    r"\d+",
    r"[a-z]+\.\w+",
    r"[fi]\d+|index",
    r"[-+*]|mod|floordiv|ceildiv",
    r"[\d?x]+x\w+",
    r'[^\w\s]|""',
]


TEXTS = [WORDS.findall(LOOPS), WORDS.findall(LINALG)]
ALL = sorted({*TEXTS[0], *TEXTS[1]})
LIKE = {kind: [word for word in ALL if re.fullmatch(kind, word)] for kind in KINDS} | {"": ALL}


def read(text, sizes=None):
    """Nests that print, or WeftError with a place in the text."""
    try:
        nests = read_mlir(text, "f.mlir", Sizes(sizes))
    except WeftError as error:
        for item in error.diagnostics:
            assert item.span.line <= len(text.splitlines()) + 1
            assert str(item)
        return None
    for nest in nests:
        assert isinstance(nest, LoopNest)
        assert str(nest)
        for _, node in nest.statements():
            assert not isinstance(node, Unreadable) or all(str(item) for item in node.diagnostics)
    return nests


def test_what_is_mutated_is_read():
    assert [len(nest.body) for text in (LOOPS, LINALG) for nest in read(text, {"n": 3, "m": 4, "D.0": 5})] == [6, 6]


@st.composite
def mutations(draw):
    """A word replaced by another of its kind, which most often still parses, or words changed at will."""
    words = list(draw(st.sampled_from(TEXTS)))
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from([*KINDS, ""]))
        places = [number for number, word in enumerate(words) if word in LIKE[kind]]
        at = draw(st.sampled_from(places or [0]))
        words[at] = draw(st.sampled_from([*LIKE[kind], words[at] * 2, "0"]))
    return "".join(words)


@settings(max_examples=150, deadline=None, database=None)
@given(
    mutations(),
    st.sampled_from([None, {"n": 3, "m": 4, "D.0": 5, "B.1": 2}, {"n": 1, "m": 2**40, "D.0": 1, "B.1": 10**9}]),
)
def test_mutations_of_a_file(text, sizes):
    read(text, sizes)


@settings(max_examples=200, deadline=None, database=None)
@given(st.lists(st.sampled_from(ALL), max_size=60).map(" ".join))
def test_words_of_the_language(text):
    read(text)
    read("func.func @f(%A: memref<4x8xi32>, %n: index) { " + text + " return }")


@settings(max_examples=200, deadline=None, database=None)
@given(st.text(max_size=200))
def test_any_text(text):
    read(text)


def scalar_chain(length, operands):
    lines = [f"%v{n + 1} = arith.addf %v{n}, {operands.format(n)} : f32" for n in range(length)]
    begin = "func.func @f(%A: memref<f32>, %c: f32) { %v0 = affine.load %A[] : memref<f32>\n"
    return begin + "\n".join(lines) + f"\naffine.store %v{length}, %A[] : memref<f32> return }}"


def index_chain(length, expression):
    lines = [f"%v{n + 1} = affine.apply affine_map<(d0) -> ({expression})>(%v{n})" for n in range(length)]
    begin = "func.func @f(%A: memref<8xf32>, %c: f32) { affine.for %v0 = 0 to 8 {\n"
    return begin + "\n".join(lines) + f"\naffine.store %c, %A[%v{length}] : memref<8xf32> }} return }}"


def subscript(text):
    return (
        "func.func @f(%A: memref<8xf32>, %c: f32) "
        f"{{ affine.for %i = 0 to 8 {{ affine.store %c, %A[{text}] : memref<8xf32> }} return }}"
    )


def deep(count):
    opened = "".join(f"affine.for %i{n} = 0 to 8 {{ " for n in range(count))
    inner = f"{opened} affine.store %c, %A[] : memref<f32> {'}' * count}"
    return f"func.func @f(%c: f32, %A: memref<f32>) {{ {inner} return }}"


@pytest.mark.parametrize(
    "text",
    [
        scalar_chain(300, "%v{}"),
        scalar_chain(300, "%c"),
        index_chain(60, "d0 floordiv 3 + d0 floordiv 5"),
        index_chain(60, "(d0 + 1) floordiv 3"),
        index_chain(200, "d0 * 1000000"),
        subscript("+".join(["%i"] * 5000)),
        subscript("(" * 5000 + "%i"),
        subscript("%i * " + "9" * 4000),
        subscript("%i * " + "9" * 9000),
        subscript("%i floordiv 0"),
        subscript("%i mod (0 - 4)"),
        deep(100),
        deep(3000),
        '"' + "x" * 10**6,
        "{" * 10**5,
        "module {" * 10**4,
        "//" * 10**5,
        '"a"() {x = ' + "[" * 3000,
        '"a"() {x = dense<0> : tensor<99999999x99999999xi64>} : () -> ()',
        "func.func @f(%A: memref<" + "8x" * 3000 + "f32>) { return }",
        "func.func @f(%A: memref<99999999999999999999x?xf32>) { return }",
    ],
    ids=lambda text: text[:40],
)
def test_monstrous_texts_are_read_or_refused_quickly(text):
    assert cpu_seconds(read, text) < 60


def test_time_grows_with_the_size():
    def seconds(functions):
        text = "\n".join(LOOPS.replace("@loops", f"@f{number}") for number in range(functions))
        assert len(read(text)) == functions
        return min(cpu_seconds(read, text) for _ in range(2))

    seconds(1)
    # Eight times the functions may take a good deal more than eight times as long, but not sixty-four times.
    assert seconds(64) < 30 * max(seconds(8), 0.01)
