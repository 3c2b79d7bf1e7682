"""Operations of MLIR that a program holds in memory: their nests, and what each of them becomes."""

import pytest

pytest.importorskip("xdsl", reason="MLIR is read with xDSL")

from mlir_text import function, lines, read
from xdsl.context import Context
from xdsl.dialects import get_all_dialects
from xdsl.dialects.func import FuncOp
from xdsl.parser import Parser

from weft.frontends.mlir import nest_of_function
from weft.frontends.mlir.parser import parse_module


def in_memory(text):
    context = Context()
    for name, factory in get_all_dialects().items():
        context.register_dialect(name, factory)
    module = Parser(context, text).parse_module()
    return next(item for item in module.walk() if isinstance(item, FuncOp))


SOURCES = function(
    """
    %t = memref.alloc() : memref<4xf32>
    affine.for %i = 0 to 4 { affine.store %x, %t[%i] : memref<4xf32> }
    %u = memref.alloc() : memref<4xf32>
    affine.for %i = 0 to 4 {
      affine.store %x, %u[%i] : memref<4xf32>
      %s = affine.load %t[%i] : memref<4xf32>
      affine.store %s, %v[%i] : memref<4xf32>
    } loc("model.py":7:5)
    """,
    "%v: memref<4xf32>, %w: memref<4xf32>, %x: f32",
)


def test_a_function_in_memory_is_read_with_the_places_that_it_has():
    found = nest_of_function(in_memory(SOURCES))
    assert [(node.iterator, str(node.span)) for node in found.body] == [("i", "None"), ("i_1", "model.py:7:5")]
    assert str(found) == lines("""
        def f(v: "f32[4]", w: "f32[4]", x: "f32[]"):
            t = local("f32[4]")
            u = local("f32[4]")
            for i in range(4):
                t[i] = x
            for i_1 in range(4):
                u[i_1] = x
                v[i_1] = t[i_1]
    """)


def test_the_text_keeps_names_that_xdsl_shortens():
    module, places = parse_module("func.func @f(%a_1: memref<4xf32>, %a_2: memref<4xf32>) { return }", "f")
    func = next(item for item in module.walk() if isinstance(item, FuncOp))
    assert [array.name for array in nest_of_function(func, None, places).arrays] == ["a_1", "a_2"]
    assert [array.name for array in nest_of_function(func).arrays] == ["a", "a_1"]


def test_xdsls_own_operations_of_linalg():
    text = """
    %z = arith.constant 0.0 : f32
    linalg.fill ins(%z : f32) outs(%A : memref<4x4xf32>)
    linalg.matmul ins(%A, %A : memref<4x4xf32>, memref<4x4xf32>) outs(%B : memref<4x4xf32>)
    linalg.transpose ins(%A : memref<4x4xf32>) outs(%B : memref<4x4xf32>) permutation = [1, 0]
    linalg.broadcast ins(%v : memref<4xf32>) outs(%B : memref<4x4xf32>) dimensions = [1]
    linalg.reduce ins(%A : memref<4x4xf32>) outs(%v : memref<4xf32>) dimensions = [1]
      (%in: f32, %out: f32) { %s = arith.addf %in, %out : f32 linalg.yield %s : f32 }
    linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<2> : tensor<2xi64>}
      ins(%I, %K : memref<1x2x5x5xf32>, memref<3x2x3x3xf32>) outs(%O : memref<1x3x2x2xf32>)
    """
    arguments = (
        "%A: memref<4x4xf32>, %B: memref<4x4xf32>, %v: memref<4xf32>, "
        "%I: memref<1x2x5x5xf32>, %K: memref<3x2x3x3xf32>, %O: memref<1x3x2x2xf32>"
    )
    ours, theirs = read(function(text, arguments)), nest_of_function(in_memory(function(text, arguments)))
    assert ours == theirs
    assert [str(statement) for _, statement in ours.statements()] == [
        "A[d0, d1] = 0.0",
        "B[m, n] += A[m, k] * A[k, n]",
        "B[d0_1, d1_1] = A[d1_1, d0_1]",
        "B[d0_2, d1_2] = v[d0_2]",
        "v[d0_3] += A[d0_3, d1_3]",
        "O[n_1, f, oh, ow] += I[n_1, c, kh + 2*oh, kw + 2*ow] * K[f, c, kh, kw]",
    ]
