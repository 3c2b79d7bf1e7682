"""Operations of MLIR that a program holds in memory: their nests, and what each of them becomes."""

import pytest

pytest.importorskip("xdsl", reason="MLIR is read with xDSL")

from mlir_text import function, lines, read
from xdsl.context import Context
from xdsl.dialects import get_all_dialects
from xdsl.dialects.func import FuncOp
from xdsl.parser import Parser

from weft.frontends.mlir import nest_of_function, nest_of_operation
from weft.frontends.mlir.parser import parse_module
from weft.ir import WeftError


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


def test_operations_of_a_function_are_paired_with_what_they_become():
    found = nest_of_function(in_memory(SOURCES))
    assert [(op.name, [str(node.iterator) for node in nodes]) for op, nodes in found.sources] == [
        ("affine.for", ["i"]),
        ("affine.for", ["i_1"]),
    ]
    assert tuple(node for _, nodes in found.sources for node in nodes) == found.nest.body
    assert [str(node.span) for node in found.nest.body] == ["None", "model.py:7:5"]


def test_the_nest_of_one_operation_has_only_its_arrays():
    first, second = (op for op, _ in nest_of_function(in_memory(SOURCES)).sources)
    assert str(nest_of_operation(first)).startswith('def f(x: "f32[]", t: "f32[4]"):\n    for i in')
    assert str(nest_of_operation(second)) == lines("""
        def f(v: "f32[4]", x: "f32[]", t: "f32[4]"):
            u = local("f32[4]")
            for i_1 in range(4):
                u[i_1] = x
                v[i_1] = t[i_1]
    """)
    with pytest.raises(WeftError, match="does not stand at the top of a function"):
        nest_of_operation(first.body.block.first_op)


def test_the_text_keeps_names_that_xdsl_shortens():
    module, places = parse_module("func.func @f(%a_1: memref<4xf32>, %a_2: memref<4xf32>) { return }", "f")
    func = next(item for item in module.walk() if isinstance(item, FuncOp))
    assert [array.name for array in nest_of_function(func, None, places).nest.arrays] == ["a_1", "a_2"]
    assert [array.name for array in nest_of_function(func).nest.arrays] == ["a", "a_1"]


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
    ours, theirs = read(function(text, arguments)), nest_of_function(in_memory(function(text, arguments))).nest
    assert ours == theirs
    assert [str(statement) for _, statement in ours.statements()] == [
        "A[d0, d1] = 0.0",
        "B[m, n] += A[m, k] * A[k, n]",
        "B[d0_1, d1_1] = A[d1_1, d0_1]",
        "B[d0_2, d1_2] = v[d0_2]",
        "v[d0_3] += A[d0_3, d1_3]",
        "O[n_1, f, oh, ow] += I[n_1, c, kh + 2*oh, kw + 2*ow] * K[f, c, kh, kw]",
    ]
