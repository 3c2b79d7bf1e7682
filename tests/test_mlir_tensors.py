"""Tensors that are padded or under other axes: read where they are, copied where something else is done with them."""

from textwrap import dedent

import numpy as np
import pytest

pytest.importorskip("xdsl", reason="MLIR is read with xDSL")

from mlir_text import read
from nest_semantics import run

import weft
from weft.ir import Unreadable

PAD = """
%p = tensor.pad %x low[0, {0}, {0}, 0] high[0, {1}, {1}, 0] {{
^bb0(%i: index, %j: index, %k: index, %l: index):
  tensor.yield %zero : f32
}} : tensor<1x6x6x3xf32> to tensor<1x{2}x{2}x3xf32>
"""
CONV = """
%e = tensor.empty() : tensor<1x6x6x4xf32>
%f = linalg.fill ins(%zero : f32) outs(%e : tensor<1x6x6x4xf32>) -> tensor<1x6x6x4xf32>
%c = linalg.conv_2d_nhwc_hwcf {{dilations = dense<1> : tensor<2xi64>, strides = dense<{3}> : tensor<2xi64>}}
  ins(%p, %w : tensor<1x{2}x{2}x3xf32>, tensor<3x3x3x4xf32>) outs(%f : tensor<1x6x6x4xf32>) -> tensor<1x6x6x4xf32>
"""
ARGUMENTS = "%x: tensor<1x6x6x3xf32>, %w: tensor<3x3x3x4xf32>"


def function(body, arguments, result):
    """A function that returns `%c`, with a zero."""
    lines = ["%zero = arith.constant 0.0 : f32", *dedent(body).strip().splitlines(), f"return %c : {result}"]
    inside = "\n".join(f"  {line}" for line in lines)
    return f"func.func @f({arguments}) -> {result} {{\n{inside}\n}}"


def computed(nest, output, **data):
    """What a nest makes of arrays; those that it makes itself hold rubbish before."""
    for array in nest.arrays:
        data.setdefault(array.name, np.full(array.shape, 99.0))
    run(nest.body, data)
    return data[output]


def random(*shape):
    return np.random.default_rng(1).integers(-4, 5, shape).astype(float)


def test_a_convolution_of_a_padded_tensor_is_one_with_padding():
    nest = read(function((PAD + CONV).format(1, 1, 8, 1), ARGUMENTS, "tensor<1x6x6x4xf32>"))
    assert "p" not in {array.name for array in nest.arrays}
    raised = [item for item in weft.raise_nest(nest) if item.workload]
    assert [(item.kind, item.workload.padding) for item in raised] == [("CONV", (("Y", 1, 1), ("X", 1, 1)))]
    x, w = random(1, 6, 6, 3), random(3, 3, 3, 4)
    around = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    expected = sum(around[:, r : r + 6, s : s + 6] @ w[r, s] for r in range(3) for s in range(3))
    assert (computed(nest, "e", x=x, w=w) == expected).all()


def test_padding_may_differ_in_front_and_behind():
    nest = read(function((PAD + CONV).format(0, 7, 13, 2), ARGUMENTS, "tensor<1x6x6x4xf32>"))
    (raised,) = (item for item in weft.raise_nest(nest) if item.workload)
    assert raised.workload.padding == (("Y", 0, 7), ("X", 0, 7))


def test_a_padded_tensor_that_is_returned_is_copied():
    body = PAD.format(1, 2, 9).replace("%p", "%c")
    nest = read(function(body, "%x: tensor<1x6x6x3xf32>", "tensor<1x9x9x3xf32>"))
    x = random(1, 6, 6, 3)
    expected = np.pad(x, ((0, 0), (1, 2), (1, 2), (0, 0)))
    assert (computed(nest, "c", x=x) == expected).all()


RESHAPED = """
%d = {0}
%e = tensor.empty() : tensor<{1}x5xf32>
%f = linalg.fill ins(%zero : f32) outs(%e : tensor<{1}x5xf32>) -> tensor<{1}x5xf32>
%c = linalg.matmul ins(%d, %w : tensor<{1}x8xf32>, tensor<8x5xf32>) outs(%f : tensor<{1}x5xf32>) -> tensor<{1}x5xf32>
"""


@pytest.mark.parametrize(
    ("operation", "rows", "shape", "copied"),
    [
        ("tensor.expand_shape %x [[0, 1]] output_shape [3, 8] : tensor<24xf32> into tensor<3x8xf32>", 3, (24,), False),
        ("tensor.collapse_shape %x [[0], [1, 2]] : tensor<4x1x8xf32> into tensor<4x8xf32>", 4, (4, 1, 8), False),
        ("tensor.collapse_shape %x [[0, 1], [2]] : tensor<2x3x8xf32> into tensor<6x8xf32>", 6, (2, 3, 8), True),
    ],
)
def test_a_product_of_a_tensor_under_other_axes(operation, rows, shape, copied):
    argument = f"tensor<{'x'.join(map(str, shape))}xf32>"
    text = function(RESHAPED.format(operation, rows), f"%x: {argument}, %w: tensor<8x5xf32>", f"tensor<{rows}x5xf32>")
    nest = read(text)
    assert ("d" in {array.name for array in nest.arrays}) == copied
    x, w = random(*shape), random(8, 5)
    assert (computed(nest, "e", x=x, w=w) == x.reshape(rows, 8) @ w).all()
    raised = [item for item in weft.raise_nest(nest) if item.workload]
    assert [item.workload.points for item in raised if item.workload.macs] == [rows * 8 * 5]


def test_padding_of_a_tensor_under_other_axes_reads_that_one():
    body = """
    %d = tensor.expand_shape %x [[0, 1]] output_shape [2, 4] : tensor<8xf32> into tensor<2x4xf32>
    %p = tensor.pad %d low[1, 0] high[0, 2] {
    ^bb0(%i: index, %j: index):
      %seven = arith.constant 7.0 : f32
      tensor.yield %seven : f32
    } : tensor<2x4xf32> to tensor<3x6xf32>
    %e = tensor.empty() : tensor<3x6xf32>
    %c = linalg.add ins(%p, %p : tensor<3x6xf32>, tensor<3x6xf32>) outs(%e : tensor<3x6xf32>) -> tensor<3x6xf32>
    """
    x = random(8)
    nest = read(function(body, "%x: tensor<8xf32>", "tensor<3x6xf32>"))
    assert (computed(nest, "e", x=x) == 2 * np.pad(x.reshape(2, 4), ((1, 0), (0, 2)), constant_values=7)).all()


def test_a_tensor_that_is_written_before_its_padding_is_read_is_refused():
    """The fill takes the elements of x over, of which the convolution still needs the old ones."""
    between = "%y = linalg.fill ins(%zero : f32) outs(%x : tensor<1x6x6x3xf32>) -> tensor<1x6x6x3xf32>\n"
    text = PAD.format(1, 1, 8) + between + CONV.format(1, 1, 8, 1)
    nest = read(function(text, ARGUMENTS, "tensor<1x6x6x4xf32>"))
    found = [item.message for _, node in nest.statements() if isinstance(node, Unreadable) for item in node.diagnostics]
    assert found == ["'x' is written between the load of an element and its use"]


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (PAD.format(-1, 3, 8), "padding that cuts elements off"),
        (PAD.format(1, 1, 8).replace("tensor.yield %zero", "tensor.yield %y"), "no number"),
    ],
)
def test_what_is_refused(operation, message):
    body = operation.replace("%p", "%c")
    nest = read(function(body, "%x: tensor<1x6x6x3xf32>, %y: f32", "tensor<1x8x8x3xf32>"))
    found = [item for _, node in nest.statements() if isinstance(node, Unreadable) for item in node.diagnostics]
    assert message in found[0].message
